"""Functions of the module nf_conntrack: a connection is made, found again, and its fields are read."""
from typing import Annotated

from pybpfc import XDP_PASS, Array, Struct, data, kfunc_exists, s32, u8, u32, u64, xdp, xdp_md
from pybpfc.kfuncs import bpf_ct_insert_entry, bpf_ct_release, bpf_ct_set_timeout, bpf_xdp_ct_alloc, bpf_xdp_ct_lookup
from pybpfc.net import IPPROTO_UDP, htonl, htons
from pybpfc.uapi import bpf_sock_tuple

LICENSE = "GPL"


class bpf_ct_opts(Struct):
    netns_id: s32
    error: s32
    l4proto: u8
    dir: u8
    reserved: Annotated[Array[u8], 2]


there: u32 = data(0)
made: u32 = data(0)
found: u32 = data(0)
missing: s32 = data(0)
status: u64 = data(0)


@xdp
def connections(ctx: xdp_md) -> int:
    global there, made, found, missing, status
    if not kfunc_exists(bpf_xdp_ct_lookup) or not kfunc_exists(bpf_xdp_ct_alloc) \
            or not kfunc_exists(bpf_ct_set_timeout) or not kfunc_exists(bpf_ct_insert_entry) \
            or not kfunc_exists(bpf_ct_release):
        return XDP_PASS
    there += 1
    key = bpf_sock_tuple.zero()
    key.ipv4.saddr = htonl(0x0A000001)
    key.ipv4.daddr = htonl(0x0A000002)
    key.ipv4.sport = htons(4000)
    key.ipv4.dport = htons(53)
    options = bpf_ct_opts.zero(netns_id=-1, l4proto=IPPROTO_UDP)
    fresh = bpf_xdp_ct_alloc(ctx, key.ipv4, options)
    if fresh is None:
        return XDP_PASS
    bpf_ct_set_timeout(fresh, 60000)
    inserted = bpf_ct_insert_entry(fresh)
    if inserted is not None:
        made += 1
        bpf_ct_release(inserted)
    again = bpf_xdp_ct_lookup(ctx, key.ipv4, options)
    if again is not None:
        found += 1
        status = again.status
        bpf_ct_release(again)
    key.ipv4.sport = htons(4001)
    other = bpf_xdp_ct_lookup(ctx, key.ipv4, options)
    if other is not None:
        bpf_ct_release(other)
    else:
        missing = options.error
    return XDP_PASS
