"""Whether the loop ends, only the verifier can tell."""

from pybpfc import XDP_PASS, HashMap, u32, u64, xdp, xdp_md

hits = HashMap[u32, u64](max_entries=1024)


@xdp
def prog(ctx: xdp_md) -> int:
    while hits.get(1, 0) < 5:
        hits[1] += 1
    return XDP_PASS
