"""A program whose name means something else where the module ends; one that is deleted is meant to go."""

import functools

from pybpfc import XDP_PASS, xdp, xdp_md


@functools.cache
@xdp
def wrapped(ctx: xdp_md) -> int:
    return XDP_PASS


@xdp
def replaced(ctx: xdp_md) -> int:
    return XDP_PASS


replaced = 3


@xdp
def deleted(ctx: xdp_md) -> int:
    return XDP_PASS


del deleted


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_PASS
