"""The name is not in the package."""

from pybpfc import XDP_PASS, xdpp


@xdpp
def accept(ctx):
    return XDP_PASS
