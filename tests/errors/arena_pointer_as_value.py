"""A map keeps no bare pointer into an arena."""

from pybpfc import HashMap, Struct, u32, u64


class Node(Struct):
    value: u64
    next: "Node | None"


nodes = HashMap[u32, Node | None](max_entries=4)
