"""Structs of UAPI ``linux/bpf.h`` that helpers fill or read: keys of tunnels, routes, tuples of sockets.

They have a fixed layout and need no relocation: `sizeof` works, they go on the stack and into maps.
A test compares every size and offset with what clang computes from the header.
"""

from __future__ import annotations

from typing import Annotated

from pybpfc_runtime.values import Array, Struct, Union, be16, be32, s32, u8, u16, u32, u64

__all__ = [
    "bpf_cgroup_storage_key",
    "bpf_cpumap_val",
    "bpf_devmap_val",
    "bpf_fib_lookup",
    "bpf_perf_event_value",
    "bpf_pidns_info",
    "bpf_redir_neigh",
    "bpf_sock_tuple",
    "bpf_sock_tuple_ipv4",
    "bpf_sock_tuple_ipv6",
    "bpf_stack_build_id",
    "bpf_tunnel_key",
    "bpf_xfrm_state",
    "btf_ptr",
]


class _Ipv4OrIpv6(Union):
    """An address of either family: __u32 remote_ipv4 or __u32 remote_ipv6[4]."""

    remote_ipv4: u32
    remote_ipv6: Annotated[Array[u32], 4]


class _TunnelFlags(Union):
    tunnel_ext: u16
    tunnel_flags: be16


class _LocalIpv4OrIpv6(Union):
    local_ipv4: u32
    local_ipv6: Annotated[Array[u32], 4]


class bpf_tunnel_key(Struct):
    """The metadata of a tunnel, addresses in host order: bpf_skb_get_tunnel_key(), bpf_skb_set_tunnel_key()."""

    tunnel_id: u32
    _anonymous_remote: _Ipv4OrIpv6
    tunnel_tos: u8
    tunnel_ttl: u8
    _anonymous_flags: _TunnelFlags
    tunnel_label: u32
    _anonymous_local: _LocalIpv4OrIpv6


class _XfrmAddress(Union):
    remote_ipv4: be32
    remote_ipv6: Annotated[Array[be32], 4]


class bpf_xfrm_state(Struct):
    """An IPsec state: bpf_skb_get_xfrm_state()."""

    reqid: u32
    spi: be32
    family: u16
    ext: u16
    _anonymous_remote: _XfrmAddress


class bpf_sock_tuple_ipv4(Struct):
    """The IPv4 tuple of a socket, 12 bytes: bpf_sk_lookup_tcp(), bpf_sk_lookup_udp()."""

    saddr: be32
    daddr: be32
    sport: be16
    dport: be16


class bpf_sock_tuple_ipv6(Struct):
    """The IPv6 tuple of a socket, 36 bytes."""

    saddr: Annotated[Array[be32], 4]
    daddr: Annotated[Array[be32], 4]
    sport: be16
    dport: be16


class bpf_sock_tuple(Union):
    """Either tuple. The size of what is passed chooses the family, so pass `tuple.ipv4` or `tuple.ipv6`."""

    ipv4: bpf_sock_tuple_ipv4
    ipv6: bpf_sock_tuple_ipv6


class _FibLength(Union):
    tot_len: u16
    mtu_result: u16


class _FibClass(Union):
    tos: u8
    flowinfo: be32
    rt_metric: u32


class _FibSource(Union):
    ipv4_src: be32
    ipv6_src: Annotated[Array[be32], 4]


class _FibDestination(Union):
    ipv4_dst: be32
    ipv6_dst: Annotated[Array[be32], 4]


class _FibVlan(Struct):
    h_vlan_proto: be16
    h_vlan_TCI: be16


class _FibVlanOrTable(Union):
    _anonymous_vlan: _FibVlan
    tbid: u32


class _FibMacs(Struct):
    smac: Annotated[Array[u8], 6]
    dmac: Annotated[Array[u8], 6]


class _FibMarkOrMacs(Union):
    mark: u32
    _anonymous_macs: _FibMacs


class bpf_fib_lookup(Struct):
    """A question to the routing tables and its answer: bpf_fib_lookup()."""

    family: u8
    l4_protocol: u8
    sport: be16
    dport: be16
    _anonymous_length: _FibLength
    ifindex: u32
    _anonymous_class: _FibClass
    _anonymous_source: _FibSource
    _anonymous_destination: _FibDestination
    _anonymous_vlan: _FibVlanOrTable
    _anonymous_macs: _FibMarkOrMacs


class _Nexthop(Union):
    ipv4_nh: be32
    ipv6_nh: Annotated[Array[be32], 4]


class bpf_redir_neigh(Struct):
    """The next hop for bpf_redirect_neigh()."""

    nh_family: u32
    _anonymous_nexthop: _Nexthop


class bpf_perf_event_value(Struct):
    """A perf counter: bpf_perf_event_read_value()."""

    counter: u64
    enabled: u64
    running: u64


class bpf_pidns_info(Struct):
    """Ids as a pid namespace sees them: bpf_get_ns_current_pid_tgid()."""

    pid: u32
    tgid: u32


class btf_ptr(Struct):
    """A typed pointer for bpf_snprintf_btf()."""

    ptr: u64
    type_id: u32
    flags: u32


class bpf_cgroup_storage_key(Struct):
    """The key of a CgroupStorage as user space sees it."""

    cgroup_inode_id: u64
    attach_type: u32


class _BuildIdOffset(Union):
    offset: u64
    ip: u64


class bpf_stack_build_id(Struct):
    """A frame of a user stack with BPF_F_STACK_BUILD_ID."""

    status: s32
    build_id: Annotated[Array[u8], 20]
    _anonymous_offset: _BuildIdOffset


class _Program(Union):
    fd: s32
    id: u32


class bpf_devmap_val(Struct):
    """The value of a DevMap with a program: the device, and the program's descriptor."""

    ifindex: u32
    bpf_prog: _Program


class bpf_cpumap_val(Struct):
    """The value of a CpuMap with a program: the size of the queue, and the program's descriptor."""

    qsize: u32
    bpf_prog: _Program
