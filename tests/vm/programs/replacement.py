"""A function of a program, and one that takes its place."""

from __future__ import annotations

from pybpfc import Struct, data, freplace, global_subprog, s32, u32, u64, xdp, xdp_md

LICENSE = "GPL"


class Request(Struct):
    port: u32
    length: u32


replaced: u64 = data(0)


@global_subprog
def verdict(ctx: xdp_md, request: Request | None) -> int:
    if request is None:
        return 0
    return s32(request.port & 7) if ctx.data_end > ctx.data else 1


@xdp
def classify(ctx: xdp_md) -> int:
    return verdict(ctx, Request(port=3, length=u32(ctx.data_end - ctx.data)))


@freplace(verdict)
def instead(ctx: xdp_md, request: Request | None) -> int:
    global replaced
    replaced += 1
    if request is None or ctx.rx_queue_index > 3:
        return 0
    return s32(request.length & 0xFF)
