"""Nothing leaves the loop."""

from pybpfc import HashMap, u32, u64, xdp, xdp_md

hits = HashMap[u32, u64](max_entries=1024)


@xdp
def prog(ctx: xdp_md) -> int:
    while True:
        hits[1] += 1
