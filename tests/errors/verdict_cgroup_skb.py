"""A cgroup program allows or denies."""

from pybpfc import __sk_buff, cgroup_skb_ingress


@cgroup_skb_ingress
def prog(ctx: __sk_buff) -> int:
    return 2
