from pybpfc import Array, xdp, xdp_md, u32, u64
LICENSE = "GPL"
counts = Array[u32, u64](max_entries=3)
@xdp
def f(ctx: xdp_md) -> int:
    return 2
