from pybpfc import Struct, u8


class Address(Struct):
    mac: u8[6]
