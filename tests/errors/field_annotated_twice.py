from pybpfc import Struct, u32, u64, xdp, xdp_md, XDP_PASS
class S(Struct):
    a: u32
    b: u32
    a: u64
@xdp
def p(ctx: xdp_md) -> int:
    s = S(a=1, b=2)
    return XDP_PASS
