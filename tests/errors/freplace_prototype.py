"""What replaces a function has its prototype, and is verified alone, for every argument."""

from pybpfc import Struct, freplace, global_subprog, u32, xdp, xdp_md


class Request(Struct):
    port: u32


@global_subprog
def verdict(ctx: xdp_md, port: u32) -> int:
    return 1


@xdp
def prog(ctx: xdp_md) -> int:
    return verdict(ctx, 1)


@freplace(verdict)
def other(ctx: xdp_md, request: Request | None) -> int:
    return 2


@freplace("verdict")
def unchecked(ctx: xdp_md, request: Request) -> int:
    return 2


@freplace("verdict")
def nothing(ctx: xdp_md) -> None:
    pass
