"""This hook cannot deny."""

from pybpfc import bpf_sock_addr, cgroup_recvmsg4


@cgroup_recvmsg4
def prog(ctx: bpf_sock_addr) -> int:
    return 0
