"""A sockops program returns 0 or 1."""

from pybpfc import bpf_sock_ops, sockops


@sockops
def prog(ctx: bpf_sock_ops) -> int:
    return 2
