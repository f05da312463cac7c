"""Programs of the networking kinds that do more than return."""
from typing import Annotated

from pybpfc import BPF_ADJ_ROOM_MAC, BPF_F_INGRESS, CgroupStorage, NF_ACCEPT, NF_DROP, PerCpuCgroupStorage, ReuseportSockArray, SK_DROP, SK_PASS, SkStorage, SockHash, SockMap, Str, Struct, TC_ACT_OK, TC_ACT_SHOT, __sk_buff, atomic_add, be16, be32, bpf_cgroup_dev_ctx, bpf_nf_ctx, bpf_sk_lookup, bpf_sock_addr, bpf_sock_ops, bpf_sockopt, bpf_sysctl, cgroup_bind6, cgroup_connect4, cgroup_dev, cgroup_getsockopt, cgroup_skb_ingress, cgroup_sysctl, flow_dissector, lwt_xmit, netfilter, s32, sk_lookup, sk_msg, sk_msg_md, sk_reuseport, sk_reuseport_md, sk_skb_stream_parser, sk_skb_stream_verdict, socket, sockops, tc, u16, u32, u64, u8
from pybpfc.helpers import bpf_lwt_push_encap, bpf_sk_assign, bpf_sk_lookup_tcp, bpf_sk_release, bpf_skb_adjust_room, bpf_skb_load_bytes, bpf_skb_set_tunnel_key, bpf_sock_ops_cb_flags_set, bpf_sysctl_get_name
from pybpfc.net import IPPROTO_ICMP, htonl, htons, iphdr, ntohl, ntohs
from pybpfc.uapi import bpf_sock_tuple, bpf_tunnel_key

LICENSE = "GPL"


class Proto(Struct):
    p: u8


class Name(Struct):
    s: Annotated[Str, 32]


class Hdr(Struct):
    a: be16
    b: u16


class Conn(Struct):
    cookie: u64
    ip: be32
    port: be16
class RTT(Struct):
    n: u64
    total: u64
conns = SockHash[Conn](max_entries=1024)
smap = SockMap(max_entries=16)
rtt = SkStorage[RTT]()
cg = CgroupStorage[u64]()
pcg = PerCpuCgroupStorage[u64]()
rsa = ReuseportSockArray(max_entries=4)

@sockops
def ops(ctx: bpf_sock_ops) -> int:
    match ctx.op:
        case 4 | 5:
            smap.update(ctx, 0)
            bpf_sock_ops_cb_flags_set(ctx, 1)
        case 12:
            sk = ctx.sk
            if sk is not None:
                r = rtt.get(sk, create=True)
                if r is not None:
                    r.n += 1
                    r.total += ctx.srtt_us >> 3
        case _:
            pass
    return 1

@sk_msg
def msg(ctx: sk_msg_md) -> int:
    if ctx.size > 100:
        return smap.redirect(ctx, 0, BPF_F_INGRESS)
    return SK_PASS

@sk_skb_stream_parser
def parser(skb: __sk_buff) -> int:
    return s32(skb.len)

@sk_skb_stream_verdict
def verdict(skb: __sk_buff) -> int:
    return smap.redirect(skb, 1)

@cgroup_connect4
def c4(ctx: bpf_sock_addr) -> int:
    if ctx.user_port == htons(53):
        ctx.user_ip4 = htonl(0x7f000001)
        ctx.user_port = htons(5353)
    print(f"{ntohl(ctx.user_ip4):x} {ntohs(ctx.user_port)}")
    return 1

@cgroup_bind6
def b6(ctx: bpf_sock_addr) -> int:
    if ctx.user_ip6[0] == htonl(0x20010db8):
        return 0
    return 1

@cgroup_getsockopt
def gso(ctx: bpf_sockopt) -> int:
    if ctx.level != 6 or ctx.optname != 1:
        return 1
    if ctx.optval + 4 > ctx.optval_end:
        return 0
    ctx.retval = 0
    return 1

@cgroup_skb_ingress
def csi(skb: __sk_buff) -> int:
    v = cg.get()
    atomic_add(v.value, skb.len)
    pcg.get().value += 1
    c = skb.cursor()
    ip = c.pull(iphdr)
    if ip is None:
        return 1
    return 0 if ip.protocol == IPPROTO_ICMP else 1

@sk_lookup
def sl(ctx: bpf_sk_lookup) -> int:
    if ctx.local_port != 7777:
        return SK_PASS
    sk = smap.lookup(0)
    if sk is None:
        return SK_DROP
    err = bpf_sk_assign(ctx, sk, 0)
    bpf_sk_release(sk)
    return SK_DROP if err else SK_PASS

@sk_reuseport
def sr(ctx: sk_reuseport_md) -> int:
    key = ctx.hash % 4
    if rsa.select(ctx, key) == 0:
        return SK_PASS
    return SK_DROP

@socket
def sf(skb: __sk_buff) -> int:
    p = Proto.zero()
    if bpf_skb_load_bytes(skb, 23, p) < 0:
        return 0
    return 0 if p.p == 17 else -1

@flow_dissector
def fd(skb: __sk_buff) -> int:
    keys = skb.flow_keys
    keys.thoff = 34
    return 0

@cgroup_sysctl
def cs(ctx: bpf_sysctl) -> int:
    n = Name.zero()
    if bpf_sysctl_get_name(ctx, n.s, 0) < 0:
        return 0
    return 0 if ctx.write and n.s == "kernel/x" else 1

@cgroup_dev
def cd(ctx: bpf_cgroup_dev_ctx) -> int:
    return 1 if ctx.major == 1 and ctx.minor in (3, 5, 7) else 0

@lwt_xmit
def lx(skb: __sk_buff) -> int:
    h = Hdr(a=htons(1), b=0)
    bpf_lwt_push_encap(skb, 2, h)
    return 0

@netfilter
def nf(ctx: bpf_nf_ctx) -> int:
    return NF_ACCEPT if ctx.state.hook == 0 else NF_DROP

@tc
def enc(skb: __sk_buff) -> int:
    tk = bpf_tunnel_key.zero(tunnel_id=7, remote_ipv4=0x0a000001)
    bpf_skb_set_tunnel_key(skb, tk, 0)
    if bpf_skb_adjust_room(skb, 8, BPF_ADJ_ROOM_MAC, 0):
        return TC_ACT_SHOT
    t = bpf_sock_tuple.zero()
    sk = bpf_sk_lookup_tcp(skb, t, 0, 0)
    if sk is not None:
        st = sk.state
        bpf_sk_release(sk)
        if st == 1:
            return TC_ACT_OK
    return TC_ACT_OK
