from pybpfc import Ptr, Struct, u32


class Node(Struct):
    value: u32
    next: Ptr[Node]
