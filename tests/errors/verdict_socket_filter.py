"""A socket filter returns the bytes to keep."""

from pybpfc import __sk_buff, socket


@socket
def prog(ctx: __sk_buff) -> int:
    return -2
