from typing import Annotated
from pybpfc import xdp, xdp_md, HashMap, u32, Str, Struct, be32
from pybpfc.net import iphdr
LICENSE = "GPL"
class Key(Struct):
    name: Annotated[Str, 16]
strs = HashMap[Annotated[Str, 16], u32](max_entries=10)
keys = HashMap[Key, u32](max_entries=10)
@xdp
def sample(ctx: xdp_md) -> int:
    strs.update("hello", 1)
    keys.update(Key(name="hello"), 1)
    strs["hello"] = 1
    return 2
