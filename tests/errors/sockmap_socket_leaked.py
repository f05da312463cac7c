"""A socket that a map gives must be given back."""

from pybpfc import SK_DROP, SK_PASS, SockMap, bpf_sk_lookup, sk_lookup
from pybpfc.helpers import bpf_sk_assign

LICENSE = "GPL"
sockets = SockMap(max_entries=16)


@sk_lookup
def choose(ctx: bpf_sk_lookup) -> int:
    sk = sockets.lookup(0)
    if sk is None:
        return SK_DROP
    return SK_PASS if bpf_sk_assign(ctx, sk, 0) == 0 else SK_DROP
