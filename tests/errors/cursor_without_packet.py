"""This context holds no packet."""

from pybpfc import SK_PASS, bpf_sk_lookup, sk_lookup


@sk_lookup
def prog(ctx: bpf_sk_lookup) -> int:
    packet = ctx.cursor()
    return SK_PASS
