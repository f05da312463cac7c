"""The loop's test says nothing about what the body looks up."""

from pybpfc import XDP_DROP, XDP_PASS, HashMap, Struct, u32, xdp, xdp_md


class Node(Struct):
    next: u32


nodes = HashMap[u32, Node](max_entries=64)


@xdp
def prog(ctx: xdp_md) -> int:
    node = nodes.lookup(0)
    steps = 0
    while node is not None and steps < 8:
        node = nodes.lookup(node.next)
        if node.next == 0:
            return XDP_DROP
        steps += 1
    return XDP_PASS
