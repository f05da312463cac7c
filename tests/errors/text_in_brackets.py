from pybpfc import Str, Struct, u32


class Event(Struct):
    pid: u32
    comm: Str[16]
