"""The contexts: the type of a program's first argument, under its kernel name.

Written by ``python -m pybpfc.tables.generate`` from the context table, which also knows offsets and what
each program type may write; layouts are those of Linux 6.18. Fields that hold network
order are be types whatever the header says. In a class body Python mangles `__sk_buff`: write `sk_buff_ctx`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from pybpfc_runtime.values import Addressed

from .cursor import Cursor

if TYPE_CHECKING:
    from pybpfc_runtime.values import Array, be16, be32, s32, u8, u16, u32, u64

__all__ = [
    "Cursor",
    "__sk_buff",
    "bpf_cgroup_dev_ctx",
    "bpf_flow_keys",
    "bpf_netfilter_ctx",
    "bpf_nf_ctx",
    "bpf_perf_event_data",
    "bpf_raw_tracepoint_args",
    "bpf_sk_lookup",
    "bpf_sock",
    "bpf_sock_addr",
    "bpf_sock_ops",
    "bpf_sockopt",
    "bpf_sysctl",
    "bpf_tcp_sock",
    "pt_regs",
    "sk_buff_ctx",
    "sk_msg_md",
    "sk_reuseport_md",
    "xdp_md",
]


class __sk_buff(Addressed):
    """A packet in a socket buffer: tc, socket, cgroup_skb, sk_skb, lwt, flow dissector programs."""

    __pybpfc_context__: ClassVar[str] = "__sk_buff"

    len: u32
    pkt_type: u32
    mark: u32
    queue_mapping: u32
    protocol: be16
    vlan_present: u32
    vlan_tci: u32
    vlan_proto: be16
    priority: u32
    ingress_ifindex: u32
    ifindex: u32
    tc_index: u32
    cb: Array[u32]
    hash: u32
    tc_classid: u32
    data: u64
    data_end: u64
    napi_id: u32
    family: u32
    remote_ip4: be32
    local_ip4: be32
    remote_ip6: Array[be32]
    local_ip6: Array[be32]
    remote_port: be32
    local_port: u32
    data_meta: u64
    flow_keys: bpf_flow_keys
    tstamp: u64
    wire_len: u32
    gso_segs: u32
    sk: bpf_sock | None
    gso_size: u32
    tstamp_type: u8
    hwtstamp: u64

    def cursor(self) -> Cursor:
        """A cursor at the start of the packet."""
        raise TypeError("cursor() has a meaning only inside a BPF program")


class xdp_md(Addressed):
    """A frame before the network stack: XDP programs."""

    __pybpfc_context__: ClassVar[str] = "xdp_md"

    data: u64
    data_end: u64
    data_meta: u64
    ingress_ifindex: u32
    rx_queue_index: u32
    egress_ifindex: u32

    def cursor(self) -> Cursor:
        """A cursor at the start of the packet."""
        raise TypeError("cursor() has a meaning only inside a BPF program")


class bpf_sock(Addressed):
    """A socket: cgroup_sock programs, and what the socket lookups return."""

    __pybpfc_context__: ClassVar[str] = "bpf_sock"

    bound_dev_if: u32
    family: u32
    type: u32
    protocol: u32
    mark: u32
    priority: u32
    src_ip4: be32
    src_ip6: Array[be32]
    src_port: u32
    dst_port: be16
    dst_ip4: be32
    dst_ip6: Array[be32]
    state: u32
    rx_queue_mapping: s32


class bpf_tcp_sock(Addressed):
    """A TCP socket: what bpf_tcp_sock() returns."""

    __pybpfc_context__: ClassVar[str] = "bpf_tcp_sock"

    snd_cwnd: u32
    srtt_us: u32
    rtt_min: u32
    snd_ssthresh: u32
    rcv_nxt: u32
    snd_nxt: u32
    snd_una: u32
    mss_cache: u32
    ecn_flags: u32
    rate_delivered: u32
    rate_interval_us: u32
    packets_out: u32
    retrans_out: u32
    total_retrans: u32
    segs_in: u32
    data_segs_in: u32
    segs_out: u32
    data_segs_out: u32
    lost_out: u32
    sacked_out: u32
    bytes_received: u64
    bytes_acked: u64
    dsack_dups: u32
    delivered: u32
    delivered_ce: u32
    icsk_retransmits: u32


class bpf_sock_addr(Addressed):
    """An address that a process binds, connects or sends to: cgroup_bind4 and its like."""

    __pybpfc_context__: ClassVar[str] = "bpf_sock_addr"

    user_family: u32
    user_ip4: be32
    user_ip6: Array[be32]
    user_port: be16
    family: u32
    type: u32
    protocol: u32
    msg_src_ip4: be32
    msg_src_ip6: Array[be32]
    sk: bpf_sock


class bpf_sock_ops(Addressed):
    """An event of a TCP connection: sockops programs."""

    __pybpfc_context__: ClassVar[str] = "bpf_sock_ops"

    op: u32
    args: Array[u32]
    reply: u32
    replylong: Array[u32]
    family: u32
    remote_ip4: be32
    local_ip4: be32
    remote_ip6: Array[be32]
    local_ip6: Array[be32]
    remote_port: be32
    local_port: u32
    is_fullsock: u32
    snd_cwnd: u32
    srtt_us: u32
    bpf_sock_ops_cb_flags: u32
    state: u32
    rtt_min: u32
    snd_ssthresh: u32
    rcv_nxt: u32
    snd_nxt: u32
    snd_una: u32
    mss_cache: u32
    ecn_flags: u32
    rate_delivered: u32
    rate_interval_us: u32
    packets_out: u32
    retrans_out: u32
    total_retrans: u32
    segs_in: u32
    data_segs_in: u32
    segs_out: u32
    data_segs_out: u32
    lost_out: u32
    sacked_out: u32
    sk_txhash: u32
    bytes_received: u64
    bytes_acked: u64
    sk: bpf_sock | None
    skb_data: u64
    skb_data_end: u64
    skb_len: u32
    skb_tcp_flags: u32
    skb_hwtstamp: u64


class bpf_sk_lookup(Addressed):
    """The choice of a socket for a connection or datagram: sk_lookup programs."""

    __pybpfc_context__: ClassVar[str] = "bpf_sk_lookup"

    sk: bpf_sock | None
    cookie: u64
    family: u32
    protocol: u32
    remote_ip4: be32
    remote_ip6: Array[be32]
    remote_port: be16
    local_ip4: be32
    local_ip6: Array[be32]
    local_port: u32
    ingress_ifindex: u32


class sk_msg_md(Addressed):
    """A message on a socket: sk_msg programs."""

    __pybpfc_context__: ClassVar[str] = "sk_msg_md"

    data: u64
    data_end: u64
    family: u32
    remote_ip4: be32
    local_ip4: be32
    remote_ip6: Array[be32]
    local_ip6: Array[be32]
    remote_port: be32
    local_port: u32
    size: u32
    sk: bpf_sock

    def cursor(self) -> Cursor:
        """A cursor at the start of the packet."""
        raise TypeError("cursor() has a meaning only inside a BPF program")


class sk_reuseport_md(Addressed):
    """The choice of a socket in a reuseport group: sk_reuseport programs."""

    __pybpfc_context__: ClassVar[str] = "sk_reuseport_md"

    data: u64
    data_end: u64
    len: u32
    eth_protocol: be16
    ip_protocol: u32
    bind_inany: u32
    hash: u32
    sk: bpf_sock
    migrating_sk: bpf_sock | None

    def cursor(self) -> Cursor:
        """A cursor at the start of the packet."""
        raise TypeError("cursor() has a meaning only inside a BPF program")


class bpf_sockopt(Addressed):
    """A getsockopt or setsockopt call: cgroup_getsockopt, cgroup_setsockopt programs."""

    __pybpfc_context__: ClassVar[str] = "bpf_sockopt"

    sk: bpf_sock
    optval: u64
    optval_end: u64
    level: s32
    optname: s32
    optlen: s32
    retval: s32

    def cursor(self) -> Cursor:
        """A cursor at the start of the packet."""
        raise TypeError("cursor() has a meaning only inside a BPF program")


class bpf_sysctl(Addressed):
    """A read or write of a sysctl: cgroup_sysctl programs."""

    __pybpfc_context__: ClassVar[str] = "bpf_sysctl"

    write: u32
    file_pos: u32


class bpf_cgroup_dev_ctx(Addressed):
    """An access to a device: cgroup_dev programs."""

    __pybpfc_context__: ClassVar[str] = "bpf_cgroup_dev_ctx"

    access_type: u32
    major: u32
    minor: u32


class bpf_perf_event_data(Addressed):
    """A sample of a perf event: perf_event programs."""

    __pybpfc_context__: ClassVar[str] = "bpf_perf_event_data"

    regs: pt_regs
    sample_period: u64
    addr: u64


class bpf_flow_keys(Addressed):
    """What a flow dissector fills in."""

    __pybpfc_context__: ClassVar[str] = "bpf_flow_keys"

    nhoff: u16
    thoff: u16
    addr_proto: u16
    is_frag: u8
    is_first_frag: u8
    is_encap: u8
    ip_proto: u8
    n_proto: be16
    sport: be16
    dport: be16
    ipv4_src: be32
    ipv4_dst: be32
    ipv6_src: Array[be32]
    ipv6_dst: Array[be32]
    flags: u32
    flow_label: be32


class bpf_nf_ctx(Addressed):
    """A packet at a netfilter hook: netfilter programs."""

    __pybpfc_context__: ClassVar[str] = "bpf_nf_ctx"

    state: Any
    skb: Any


class pt_regs(Addressed):
    """The registers at a probe: kprobe, uprobe, usdt and ksyscall programs. The target decides which exist."""

    __pybpfc_context__: ClassVar[str] = "pt_regs"

    gpr: Array[u64]
    nip: u64
    msr: u64
    orig_gpr3: u64
    ctr: u64
    link: u64
    args: Array[u64]
    psw_mask: u64
    psw_addr: u64
    gprs: Array[u64]
    epc: u64
    ra: u64
    sp: u64
    gp: u64
    tp: u64
    t0: u64
    t1: u64
    t2: u64
    s0: u64
    s1: u64
    a0: u64
    a1: u64
    a2: u64
    a3: u64
    a4: u64
    a5: u64
    a6: u64
    a7: u64
    s2: u64
    s3: u64
    s4: u64
    s5: u64
    s6: u64
    s7: u64
    s8: u64
    s9: u64
    s10: u64
    s11: u64
    t3: u64
    t4: u64
    t5: u64
    t6: u64
    regs: Array[u64]
    pc: u64
    pstate: u64
    r15: u64
    r14: u64
    r13: u64
    r12: u64
    bp: u64
    bx: u64
    r11: u64
    r10: u64
    r9: u64
    r8: u64
    ax: u64
    cx: u64
    dx: u64
    si: u64
    di: u64
    orig_ax: u64
    ip: u64
    cs: u16
    csx: u64
    flags: u64
    ss: u16
    ssx: u64


class bpf_raw_tracepoint_args(Addressed):
    """The raw arguments of a tracepoint: raw_tracepoint programs."""

    __pybpfc_context__: ClassVar[str] = "bpf_raw_tracepoint_args"

    args: Array[u64]


sk_buff_ctx = __sk_buff
bpf_netfilter_ctx = bpf_nf_ctx
