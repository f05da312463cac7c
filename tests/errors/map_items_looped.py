from pybpfc import XDP_PASS, HashMap, u32, u64, xdp, xdp_md

hits = HashMap[u32, u64](max_entries=64)


@xdp
def prog(ctx: xdp_md) -> int:
    for key, count in hits.items():
        pass
    for at, ttl in enumerate((1, 2)):
        pass
    return XDP_PASS
