"""Sockets of the kernel that a helper does not take: untrusted ones, other structs, where it wants the context."""

from pybpfc import SkStorage, Struct, cast, core_read, iter_, sk_buff_ctx, tc, tp_btf, u64
from pybpfc.helpers import bpf_get_socket_cookie, bpf_sk_fullsock, bpf_skc_to_mptcp_sock, bpf_skc_to_tcp_sock
from pybpfc.vmlinux import bpf_iter__tcp, sk_buff, sock

LICENSE = "GPL"


class Seen(Struct):
    times: u64


seen = SkStorage[Seen]()


@tp_btf("tcp_probe")
def probed(sk: sock, skb: sk_buff) -> int:
    bpf_get_socket_cookie(skb)
    bpf_get_socket_cookie(cast(sock, u64(sk)))
    seen.delete(core_read(skb.sk))
    return 0


@iter_("tcp")
def walk(ctx: bpf_iter__tcp) -> int:
    bpf_get_socket_cookie(ctx)
    sk = ctx.sk_common
    if sk is not None:
        bpf_skc_to_tcp_sock(ctx)
        bpf_skc_to_mptcp_sock(sk)
    return 0


@tc
def packet(ctx: sk_buff_ctx) -> int:
    sk = ctx.sk
    if sk is None:
        return 0
    full = bpf_sk_fullsock(sk)
    if full is None:
        return 0
    tcp = bpf_skc_to_tcp_sock(full)
    if tcp is not None:
        bpf_get_socket_cookie(tcp)
    return 0
