"""SK_PASS or SK_DROP."""

from pybpfc import bpf_sk_lookup, sk_lookup


@sk_lookup
def prog(ctx: bpf_sk_lookup) -> int:
    return -1
