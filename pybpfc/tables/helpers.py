"""The helper functions: a row for each of the kernel's 211.

Numbers, names and argument names are generated from UAPI ``linux/bpf.h`` (`helpers_generated`); which
program type may call a helper, whether it needs a GPL-compatible license and whether it may sleep were asked
from a kernel (`helpers_availability`, by way of `availability`). What is written by hand here is what neither
says: the role of each argument and what the call does to resources and packet pointers. Sources: the helper
descriptions in that header, the ``bpf_func_proto`` of each helper, and ``bpf_helper_changes_pkt_data()`` in
net/core/filter.c.

Sizes of buffers are never passed in a program, so no row has a free size argument where the kernel wants
the size of another argument.
"""

from __future__ import annotations

from functools import lru_cache

from ..record import replace
from . import availability
from .helpers_generated import PROTOTYPES
from .roles import (
    CALLBACK,
    CALLBACK_CONTEXT,
    CONSTANT,
    CTX,
    CTX_OR,
    FLAGS,
    FLAGS32,
    FORMAT,
    IN,
    IN_OR_NONE,
    IS_TRUSTED,
    KERNEL_ADDRESS,
    KEY,
    MAP,
    MAP_VALUE,
    MEMORY,
    OPT_CALLBACK_CONTEXT,
    OPT_MAP_VALUE,
    OPT_MEMORY,
    OPT_STRUCT,
    OPT_TRUSTED,
    OUT,
    OUT_SCALAR,
    OUT_STRUCT,
    PACKET,
    PER_CPU,
    RECORD,
    S32,
    S64,
    SIZE,
    SOCKET,
    STRING,
    STRUCT,
    TRUSTED,
    U32,
    U64,
    UNTRUSTED,
    USER_ADDRESS,
    VALUE,
    VALUE_OR_NONE,
    VOID,
    WIRE,
    be16,
    s32,
    s64,
    u16,
    u32,
    u64,
)
from .rows import Argument, Helper, Invalidates, Result

# Helpers are numbered in the order in which they were merged, so the number of a release's first helper dates
# them all. From `git describe --contains` of the commits that added them.
_SINCE = (
    (1, "3.19"), (4, "4.1"), (12, "4.2"), (17, "4.3"), (23, "4.4"), (26, "4.5"), (27, "4.6"), (31, "4.8"),
    (37, "4.9"), (42, "4.10"), (45, "4.11"), (46, "4.12"), (48, "4.13"), (51, "4.14"), (54, "4.15"), (58, "4.16"),
    (60, "4.17"), (65, "4.18"), (81, "4.19"), (84, "4.20"), (91, "5.0"), (93, "5.1"), (99, "5.2"), (109, "5.3"),
    (110, "5.4"), (111, "5.5"), (116, "5.6"), (119, "5.7"), (125, "5.8"), (136, "5.9"), (142, "5.10"),
    (156, "5.11"), (163, "5.12"), (164, "5.13"), (166, "5.14"), (169, "5.15"), (176, "5.16"), (180, "5.17"),
    (186, "5.18"), (194, "5.19"), (204, "6.0"), (208, "6.1"), (210, "6.2"),
)

# Those with `pkt_access` in their bpf_func_proto (kernel/bpf/helpers.c, net/core/filter.c, net/core/sock_map.c).
_TAKE_PACKETS = frozenset((
    "bpf_map_lookup_elem", "bpf_map_update_elem", "bpf_map_delete_elem", "bpf_map_push_elem", "bpf_map_pop_elem",
    "bpf_map_peek_elem", "bpf_map_lookup_percpu_elem", "bpf_csum_diff", "bpf_sk_lookup_tcp", "bpf_sk_lookup_udp",
    "bpf_skc_lookup_tcp", "bpf_tcp_check_syncookie", "bpf_tcp_gen_syncookie", "bpf_tcp_raw_gen_syncookie_ipv4",
    "bpf_tcp_raw_gen_syncookie_ipv6", "bpf_tcp_raw_check_syncookie_ipv4", "bpf_tcp_raw_check_syncookie_ipv6",
    "bpf_sock_map_update", "bpf_sock_hash_update",
))

# Structs of the kernel that begin with another one. A program may declare one by hand, without the member that it
# begins with, so that they are known by name. The verifier walks down the first members (btf_struct_ids_match()).
BEGIN_WITH = {"sock_common": frozenset((
    "sock", "inet_sock", "inet_connection_sock", "tcp_sock", "tcp6_sock", "udp_sock", "udp6_sock", "raw_sock",
    "raw6_sock", "unix_sock", "mptcp_sock", "netlink_sock", "packet_sock", "vsock_sock", "xdp_sock", "request_sock",
    "inet_request_sock", "tcp_request_sock", "inet_timewait_sock", "tcp_timewait_sock",
))}

_ROWS: dict[str, Helper] = {}


def helper(name: str, arguments: list[Argument], result: Result, *, acquires: str = "", releases: str = "",
           invalidates: Invalidates = Invalidates.NOTHING, variadic: bool = False) -> None:
    """Add a row; raises ValueError where it does not agree with the C prototype."""
    number, _declaration, parameters, _summary = PROTOTYPES[name]
    names = [parameter for parameter in parameters.split() if parameter != "..."]
    if len(names) != len(arguments):
        raise ValueError(f"{name} has the arguments {', '.join(names)}; its row has {len(arguments)}")
    named = tuple(replace(argument, name=given) for argument, given in zip(arguments, names, strict=True))
    since = next(version for first, version in reversed(_SINCE) if number >= first)
    _ROWS[name] = Helper(name, number, named, result, acquires, releases, invalidates,
                         gpl_only=name in availability.GPL_ONLY, since=since, variadic=variadic,
                         may_sleep=name in availability.MAY_SLEEP, takes_packets=name in _TAKE_PACKETS)


# Maps.
helper("bpf_map_lookup_elem", [MAP, KEY], OPT_MAP_VALUE)
helper("bpf_map_update_elem", [MAP, KEY, VALUE, FLAGS], S64)
helper("bpf_map_delete_elem", [MAP, KEY], S64)
helper("bpf_map_push_elem", [MAP, VALUE, FLAGS], S64)
helper("bpf_map_pop_elem", [MAP, OUT], S64)
helper("bpf_map_peek_elem", [MAP, OUT], S64)
helper("bpf_map_lookup_percpu_elem", [MAP, KEY, u32], OPT_MAP_VALUE)
helper("bpf_for_each_map_elem", [MAP, CALLBACK, CALLBACK_CONTEXT, FLAGS], S64)
helper("bpf_tail_call", [CTX, MAP, u32], VOID, invalidates=PACKET)  # RET_VOID in bpf_tail_call_proto
helper("bpf_get_local_storage", [MAP, FLAGS], MAP_VALUE)
helper("bpf_sk_storage_get", [MAP, SOCKET(), VALUE_OR_NONE, FLAGS], OPT_MAP_VALUE)
helper("bpf_sk_storage_delete", [MAP, SOCKET()], S64)
helper("bpf_inode_storage_get", [MAP, TRUSTED("inode"), VALUE_OR_NONE, FLAGS], OPT_MAP_VALUE)
helper("bpf_inode_storage_delete", [MAP, TRUSTED("inode")], S32)
helper("bpf_task_storage_get", [MAP, TRUSTED("task_struct"), VALUE_OR_NONE, FLAGS], OPT_MAP_VALUE)
helper("bpf_task_storage_delete", [MAP, TRUSTED("task_struct")], S64)
helper("bpf_cgrp_storage_get", [MAP, TRUSTED("cgroup"), VALUE_OR_NONE, FLAGS], OPT_MAP_VALUE)
helper("bpf_cgrp_storage_delete", [MAP, TRUSTED("cgroup")], S64)

# Buffers towards user space, and from it.
helper("bpf_ringbuf_output", [MAP, IN, SIZE(1), FLAGS], S64)
helper("bpf_ringbuf_reserve", [MAP, SIZE(0), FLAGS], OPT_MEMORY, acquires="ringbuf")
helper("bpf_ringbuf_submit", [RECORD(), FLAGS], VOID, releases="ringbuf")
helper("bpf_ringbuf_discard", [RECORD(), FLAGS], VOID, releases="ringbuf")
helper("bpf_ringbuf_query", [MAP, FLAGS], U64)
helper("bpf_ringbuf_reserve_dynptr", [MAP, u32, u64, OUT_STRUCT("bpf_dynptr")], S64, acquires="ringbuf_dynptr")
helper("bpf_ringbuf_submit_dynptr", [RECORD("bpf_dynptr"), FLAGS], VOID, releases="ringbuf_dynptr")
helper("bpf_ringbuf_discard_dynptr", [RECORD("bpf_dynptr"), FLAGS], VOID, releases="ringbuf_dynptr")
helper("bpf_user_ringbuf_drain", [MAP, CALLBACK, OPT_CALLBACK_CONTEXT, FLAGS], S64)
helper("bpf_perf_event_output", [CTX, MAP, u64, IN, SIZE(3)], S64)
helper("bpf_skb_output", [TRUSTED("sk_buff"), MAP, u64, IN, SIZE(3)], S64)
helper("bpf_xdp_output", [TRUSTED("xdp_buff"), MAP, u64, IN, SIZE(3)], S64)
helper("bpf_perf_event_read", [MAP, FLAGS], U64)
helper("bpf_perf_event_read_value", [MAP, u64, OUT_STRUCT("bpf_perf_event_value"), SIZE(2)], S64)
helper("bpf_perf_prog_read_value", [CTX, OUT_STRUCT("bpf_perf_event_value"), SIZE(1)], S64)
helper("bpf_read_branch_records", [CTX, OUT, SIZE(1), FLAGS], S64)
helper("bpf_get_branch_snapshot", [OUT, SIZE(0), FLAGS], S64)

# Memory of the kernel and of user space.
helper("bpf_probe_read", [OUT, SIZE(0), KERNEL_ADDRESS], S64)
helper("bpf_probe_read_str", [OUT, SIZE(0), KERNEL_ADDRESS], S64)
helper("bpf_probe_read_kernel", [OUT, SIZE(0), KERNEL_ADDRESS], S64)
helper("bpf_probe_read_kernel_str", [OUT, SIZE(0), KERNEL_ADDRESS], S64)
helper("bpf_probe_read_user", [OUT, SIZE(0), USER_ADDRESS], S64)
helper("bpf_probe_read_user_str", [OUT, SIZE(0), USER_ADDRESS], S64)
helper("bpf_probe_write_user", [USER_ADDRESS, IN, SIZE(1)], S64)
helper("bpf_copy_from_user", [OUT, SIZE(0), USER_ADDRESS], S64)
helper("bpf_copy_from_user_task", [OUT, SIZE(0), USER_ADDRESS, TRUSTED("task_struct"), FLAGS], S64)
helper("bpf_per_cpu_ptr", [PER_CPU, u32], OPT_MEMORY)
helper("bpf_this_cpu_ptr", [PER_CPU], MEMORY)
helper("bpf_d_path", [TRUSTED("path"), OUT, SIZE(1)], S64)

# The current task, clocks, processors.
helper("bpf_ktime_get_ns", [], U64)
helper("bpf_ktime_get_boot_ns", [], U64)
helper("bpf_ktime_get_coarse_ns", [], U64)
helper("bpf_ktime_get_tai_ns", [], U64)
helper("bpf_jiffies64", [], U64)
helper("bpf_get_prandom_u32", [], U32)
helper("bpf_get_smp_processor_id", [], U32)
helper("bpf_get_numa_node_id", [], S64)
helper("bpf_get_current_pid_tgid", [], U64)
helper("bpf_get_current_uid_gid", [], U64)
helper("bpf_get_current_comm", [OUT, SIZE(0)], S64)
helper("bpf_get_current_task", [], UNTRUSTED("task_struct"))
helper("bpf_get_current_task_btf", [], IS_TRUSTED("task_struct"))
helper("bpf_task_pt_regs", [TRUSTED("task_struct")], IS_TRUSTED("pt_regs"))
helper("bpf_get_ns_current_pid_tgid", [u64, u64, OUT_STRUCT("bpf_pidns_info"), SIZE(2)], S64)
helper("bpf_get_current_cgroup_id", [], U64)
helper("bpf_get_current_ancestor_cgroup_id", [s32], U64)
helper("bpf_current_task_under_cgroup", [MAP, u32], S64)
helper("bpf_send_signal", [u32], S64)
helper("bpf_send_signal_thread", [u32], S64)

# Tracing.
helper("bpf_get_stackid", [CTX, MAP, FLAGS], S64)
helper("bpf_get_stack", [CTX, OUT, SIZE(1), FLAGS], S64)
helper("bpf_get_task_stack", [TRUSTED("task_struct"), OUT, SIZE(1), FLAGS], S64)
helper("bpf_override_return", [CTX, u64], S64)
helper("bpf_get_func_ip", [CTX], U64)
helper("bpf_get_attach_cookie", [CTX], U64)
helper("bpf_get_func_arg", [CTX, u32, OUT_SCALAR("u64")], S64)
helper("bpf_get_func_ret", [CTX, OUT_SCALAR("u64")], S64)
helper("bpf_get_func_arg_cnt", [CTX], S64)
helper("bpf_find_vma", [TRUSTED("task_struct"), u64, CALLBACK, CALLBACK_CONTEXT, FLAGS], S64)
helper("bpf_sock_from_file", [TRUSTED("file")], OPT_TRUSTED("socket"))
helper("bpf_bprm_opts_set", [TRUSTED("linux_binprm"), u64], S64)
helper("bpf_ima_inode_hash", [TRUSTED("inode"), OUT, SIZE(1)], S64)
helper("bpf_ima_file_hash", [TRUSTED("file"), OUT, SIZE(1)], S64)

# Text.
helper("bpf_trace_printk", [FORMAT, SIZE(0)], S64, variadic=True)
helper("bpf_trace_vprintk", [FORMAT, SIZE(0), IN_OR_NONE, SIZE(2)], S64, variadic=True)
helper("bpf_seq_printf", [TRUSTED("seq_file"), FORMAT, SIZE(1), IN_OR_NONE, SIZE(3)], S64, variadic=True)
helper("bpf_seq_write", [TRUSTED("seq_file"), IN, SIZE(1)], S64)
helper("bpf_snprintf", [OUT, SIZE(0), FORMAT, IN_OR_NONE, SIZE(3)], S64, variadic=True)
helper("bpf_snprintf_btf", [OUT, SIZE(0), STRUCT("btf_ptr"), SIZE(2), FLAGS], S64)
helper("bpf_seq_printf_btf", [TRUSTED("seq_file"), STRUCT("btf_ptr"), SIZE(1), FLAGS], S64)
helper("bpf_strtol", [IN, SIZE(0), u64, OUT_SCALAR("s64")], S64)
helper("bpf_strtoul", [IN, SIZE(0), u64, OUT_SCALAR("u64")], S64)
helper("bpf_strncmp", [IN, SIZE(0), STRING], S64)

# Control, locks, timers, kernel pointers, dynptrs.
helper("bpf_loop", [u32, CALLBACK, CALLBACK_CONTEXT, FLAGS], S64)
helper("bpf_spin_lock", [STRUCT("bpf_spin_lock")], VOID, acquires="bpf_spin_lock")
helper("bpf_spin_unlock", [STRUCT("bpf_spin_lock")], VOID, releases="bpf_spin_lock")
helper("bpf_timer_init", [STRUCT("bpf_timer"), MAP, FLAGS], S64)
helper("bpf_timer_set_callback", [STRUCT("bpf_timer"), CALLBACK], S64)
helper("bpf_timer_start", [STRUCT("bpf_timer"), u64, FLAGS], S64)
helper("bpf_timer_cancel", [STRUCT("bpf_timer")], S64)
helper("bpf_kptr_xchg", [STRUCT("kptr"), RECORD(nullable=True)], OPT_MEMORY, acquires="kptr", releases="kptr")
helper("bpf_dynptr_from_mem", [IN, SIZE(0), u64, OUT_STRUCT("bpf_dynptr")], S64)
helper("bpf_dynptr_read", [OUT, SIZE(0), STRUCT("bpf_dynptr"), u32, FLAGS], S64)
helper("bpf_dynptr_write", [STRUCT("bpf_dynptr"), u32, IN, SIZE(2), FLAGS], S64)
helper("bpf_dynptr_data", [STRUCT("bpf_dynptr"), u32, CONSTANT("u32")], OPT_MEMORY)
helper("bpf_sys_bpf", [u32, IN, SIZE(1)], S64)
helper("bpf_sys_close", [u32], S64)
helper("bpf_btf_find_by_name_kind", [STRING, SIZE(0), u32, FLAGS32], S64)
helper("bpf_kallsyms_lookup_name", [STRING, SIZE(0), s32, OUT_SCALAR("u64")], S64)

# XDP.
helper("bpf_xdp_adjust_head", [CTX, s32], S64, invalidates=PACKET)
helper("bpf_xdp_adjust_meta", [CTX, s32], S64, invalidates=PACKET)
helper("bpf_xdp_adjust_tail", [CTX, s32], S64, invalidates=PACKET)
helper("bpf_xdp_get_buff_len", [CTX_OR("xdp_buff")], U64)
helper("bpf_xdp_load_bytes", [CTX, u32, OUT, SIZE(2)], S64)
helper("bpf_xdp_store_bytes", [CTX, u32, IN, SIZE(2)], S64)
# A result of the program, XDP_REDIRECT or the like: an int, whatever the prototype says.
helper("bpf_redirect_map", [MAP, u64, FLAGS], S32)

# Packets in socket buffers.
helper("bpf_skb_store_bytes", [CTX, u32, IN, SIZE(2), FLAGS], S64, invalidates=PACKET)
helper("bpf_skb_load_bytes", [CTX, u32, OUT, SIZE(2)], S64)
helper("bpf_skb_load_bytes_relative", [CTX, u32, OUT, SIZE(2), u32], S64)
helper("bpf_l3_csum_replace", [CTX, u32, WIRE, WIRE, u64], S64, invalidates=PACKET)
helper("bpf_l4_csum_replace", [CTX, u32, WIRE, WIRE, u64], S64, invalidates=PACKET)
helper("bpf_csum_diff", [IN_OR_NONE, SIZE(0), IN_OR_NONE, SIZE(2), u32], S64)
helper("bpf_csum_update", [CTX, u32], S64)
helper("bpf_csum_level", [CTX, u64], S64)
helper("bpf_clone_redirect", [CTX, u32, FLAGS], S64, invalidates=PACKET)
helper("bpf_redirect", [u32, FLAGS], S32)
helper("bpf_redirect_peer", [u32, FLAGS], S32)
helper("bpf_redirect_neigh", [u32, STRUCT("bpf_redir_neigh", nullable=True), SIZE(1), FLAGS], S32)
helper("bpf_skb_vlan_push", [CTX, be16, u16], S64, invalidates=PACKET)
helper("bpf_skb_vlan_pop", [CTX], S64, invalidates=PACKET)
helper("bpf_skb_get_tunnel_key", [CTX, OUT_STRUCT("bpf_tunnel_key"), SIZE(1), FLAGS], S64)
helper("bpf_skb_set_tunnel_key", [CTX, STRUCT("bpf_tunnel_key"), SIZE(1), FLAGS], S64)
helper("bpf_skb_get_tunnel_opt", [CTX, OUT, SIZE(1)], S64)
helper("bpf_skb_set_tunnel_opt", [CTX, IN, SIZE(1)], S64)
helper("bpf_skb_change_proto", [CTX, be16, FLAGS], S64, invalidates=PACKET)
helper("bpf_skb_change_type", [CTX, u32], S64)
helper("bpf_skb_change_tail", [CTX, u32, FLAGS], S64, invalidates=PACKET)
helper("bpf_skb_change_head", [CTX, u32, FLAGS], S64, invalidates=PACKET)
helper("bpf_skb_adjust_room", [CTX, s32, u32, FLAGS], S64, invalidates=PACKET)
helper("bpf_skb_pull_data", [CTX, u32], S64, invalidates=PACKET)
helper("bpf_skb_ecn_set_ce", [CTX], S64)
helper("bpf_skb_set_tstamp", [CTX, u64, u32], S64)
helper("bpf_skb_get_xfrm_state", [CTX, u32, OUT_STRUCT("bpf_xfrm_state"), SIZE(2), FLAGS], S64)
helper("bpf_get_hash_recalc", [CTX], U32)
helper("bpf_set_hash", [CTX, u32], S64)
helper("bpf_set_hash_invalid", [CTX], VOID)
helper("bpf_get_route_realm", [CTX], U32)
helper("bpf_get_cgroup_classid", [CTX], U32)
helper("bpf_skb_cgroup_classid", [CTX], U64)
helper("bpf_skb_under_cgroup", [CTX, MAP, u32], S64)
helper("bpf_skb_cgroup_id", [CTX], U64)
helper("bpf_skb_ancestor_cgroup_id", [CTX, s32], U64)
helper("bpf_fib_lookup", [CTX, STRUCT("bpf_fib_lookup"), SIZE(1), FLAGS32], S64)
helper("bpf_check_mtu", [CTX, u32, OUT_SCALAR("u32"), s32, FLAGS], S64)
helper("bpf_lwt_push_encap", [CTX, u32, IN, SIZE(2)], S64, invalidates=PACKET)
helper("bpf_lwt_seg6_store_bytes", [CTX, u32, IN, SIZE(2)], S64, invalidates=PACKET)
helper("bpf_lwt_seg6_adjust_srh", [CTX, u32, s32], S64, invalidates=PACKET)
helper("bpf_lwt_seg6_action", [CTX, u32, IN, SIZE(2)], S64, invalidates=PACKET)

# Sockets.
helper("bpf_get_socket_cookie", [CTX_OR("sock_common")], U64)
helper("bpf_get_socket_uid", [CTX], U32)
helper("bpf_get_netns_cookie", [CTX], U64)
helper("bpf_setsockopt", [CTX_OR("sock_common"), s32, s32, IN, SIZE(3)], S64)
helper("bpf_getsockopt", [CTX_OR("sock_common"), s32, s32, OUT, SIZE(3)], S64)
helper("bpf_bind", [CTX, IN, SIZE(1)], S64)
# netns: BPF_F_CURRENT_NETNS is -1
helper("bpf_sk_lookup_tcp", [CTX, IN, SIZE(1), s64, FLAGS], OPT_STRUCT("bpf_sock"), acquires="socket")
helper("bpf_sk_lookup_udp", [CTX, IN, SIZE(1), s64, FLAGS], OPT_STRUCT("bpf_sock"), acquires="socket")
helper("bpf_skc_lookup_tcp", [CTX, IN, SIZE(1), s64, FLAGS], OPT_STRUCT("bpf_sock"), acquires="socket")
helper("bpf_sk_release", [RECORD("bpf_sock")], S64, releases="socket")
helper("bpf_sk_fullsock", [STRUCT("bpf_sock")], OPT_STRUCT("bpf_sock"))
helper("bpf_tcp_sock", [STRUCT("bpf_sock")], OPT_STRUCT("bpf_tcp_sock"))
helper("bpf_get_listener_sock", [STRUCT("bpf_sock")], OPT_STRUCT("bpf_sock"))
helper("bpf_sk_cgroup_id", [SOCKET()], U64)
helper("bpf_sk_ancestor_cgroup_id", [SOCKET(), s32], U64)
helper("bpf_sk_assign", [CTX, SOCKET(nullable=True), FLAGS], S64)
helper("bpf_skc_to_tcp6_sock", [SOCKET()], OPT_TRUSTED("tcp6_sock"))
helper("bpf_skc_to_tcp_sock", [SOCKET()], OPT_TRUSTED("tcp_sock"))
helper("bpf_skc_to_tcp_timewait_sock", [SOCKET()], OPT_TRUSTED("tcp_timewait_sock"))
helper("bpf_skc_to_tcp_request_sock", [SOCKET()], OPT_TRUSTED("tcp_request_sock"))
helper("bpf_skc_to_udp6_sock", [SOCKET()], OPT_TRUSTED("udp6_sock"))
helper("bpf_skc_to_unix_sock", [SOCKET()], OPT_TRUSTED("unix_sock"))
# ARG_PTR_TO_SOCK_COMMON, unlike the others: no pointer of BTF.
helper("bpf_skc_to_mptcp_sock", [STRUCT("bpf_sock")], OPT_TRUSTED("mptcp_sock"))
helper("bpf_tcp_send_ack", [TRUSTED("tcp_sock"), u32], S64)
helper("bpf_tcp_check_syncookie", [SOCKET(), IN, SIZE(1), STRUCT("tcphdr"), SIZE(3)], S64)
# The length of the TCP header with its options is the caller's to compute, not the size of a struct.
helper("bpf_tcp_gen_syncookie", [SOCKET(), IN, SIZE(1), STRUCT("tcphdr"), u32], S64)
helper("bpf_tcp_raw_gen_syncookie_ipv4", [STRUCT("iphdr"), STRUCT("tcphdr"), u32], S64)
helper("bpf_tcp_raw_gen_syncookie_ipv6", [STRUCT("ipv6hdr"), STRUCT("tcphdr"), u32], S64)
helper("bpf_tcp_raw_check_syncookie_ipv4", [STRUCT("iphdr"), STRUCT("tcphdr")], S64)
helper("bpf_tcp_raw_check_syncookie_ipv6", [STRUCT("ipv6hdr"), STRUCT("tcphdr")], S64)
helper("bpf_sk_redirect_map", [CTX, MAP, u32, FLAGS], S32)
helper("bpf_sk_redirect_hash", [CTX, MAP, KEY, FLAGS], S32)
helper("bpf_sk_select_reuseport", [CTX, MAP, KEY, FLAGS], S64)
helper("bpf_sock_map_update", [CTX, MAP, KEY, FLAGS], S64)
helper("bpf_sock_hash_update", [CTX, MAP, KEY, FLAGS], S64)
helper("bpf_sock_ops_cb_flags_set", [CTX, s32], S64)
helper("bpf_load_hdr_opt", [CTX, OUT, SIZE(1), FLAGS], S64)
helper("bpf_store_hdr_opt", [CTX, IN, SIZE(1), FLAGS], S64, invalidates=PACKET)
helper("bpf_reserve_hdr_opt", [CTX, u32, FLAGS], S64)
helper("bpf_msg_redirect_map", [CTX, MAP, u32, FLAGS], S32)
helper("bpf_msg_redirect_hash", [CTX, MAP, KEY, FLAGS], S32)
helper("bpf_msg_apply_bytes", [CTX, u32], S64)
helper("bpf_msg_cork_bytes", [CTX, u32], S64)
helper("bpf_msg_pull_data", [CTX, u32, u32, FLAGS], S64, invalidates=PACKET)
helper("bpf_msg_push_data", [CTX, u32, u32, FLAGS], S64, invalidates=PACKET)
helper("bpf_msg_pop_data", [CTX, u32, u32, FLAGS], S64, invalidates=PACKET)

# Control groups and infrared.
helper("bpf_get_retval", [], S32)
helper("bpf_set_retval", [s32], S32)
helper("bpf_sysctl_get_name", [CTX, OUT, SIZE(1), FLAGS], S64)
helper("bpf_sysctl_get_current_value", [CTX, OUT, SIZE(1)], S64)
helper("bpf_sysctl_get_new_value", [CTX, OUT, SIZE(1)], S64)
helper("bpf_sysctl_set_new_value", [CTX, IN, SIZE(1)], S64)
helper("bpf_rc_repeat", [CTX], S64)
helper("bpf_rc_keydown", [CTX, u32, u64, u32], S64)
helper("bpf_rc_pointer_rel", [CTX, s32, s32], S64)


def by_name(name: str) -> Helper:
    """The row of a helper; KeyError for a name the kernel does not have."""
    return _ROWS[name]


@lru_cache(maxsize=1)
def all_helpers() -> tuple[Helper, ...]:
    """Every row, in the order of the numbers."""
    return tuple(sorted(_ROWS.values(), key=lambda row: row.number))


def summary(name: str) -> str:
    """What a helper does, in the header's words."""
    return PROTOTYPES[name][3]


def declaration(name: str) -> str:
    """The C prototype of a helper."""
    return PROTOTYPES[name][1]
