"""An array is compared with a constant of its own length."""

from typing import Annotated

from pybpfc import XDP_PASS, Array, HashMap, Struct, u8, u32, xdp, xdp_md


class Station(Struct):
    address: Annotated[Array[u8], 6]
    ports: Annotated[Array[u32], 2]


stations = HashMap[u32, Station](max_entries=16)


@xdp
def prog(ctx: xdp_md) -> int:
    station = stations.lookup(0)
    if station is None:
        return XDP_PASS
    if station.address == b"\x01\x02" or station.address < b"\x01\x02\x03\x04\x05\x06":
        return XDP_PASS
    if station.ports == b"\x01\x02":
        return XDP_PASS
    return XDP_PASS
