"""Names that the kernel, or the object, cannot have."""

import pybpfc as bpf
from pybpfc import XDP_PASS, HashMap, data, u32, xdp_md

LICENSE = "GPL"
größe = HashMap[u32, u32](max_entries=1)
zähler: u32 = data(0)


@bpf.xdp(name="ascii")
def prüfe(ctx: xdp_md) -> int:
    return XDP_PASS
