"""Which program type may call which helper: probed on a kernel by ``generate/availability.py``."""

KERNEL = "6.18"

# Callable by every program type that was probed.
BASE = """
    bpf_map_lookup_elem bpf_map_update_elem bpf_map_delete_elem bpf_ktime_get_ns bpf_trace_printk bpf_get_prandom_u32
    bpf_get_smp_processor_id bpf_tail_call bpf_get_current_pid_tgid bpf_get_current_uid_gid bpf_get_current_comm
    bpf_get_cgroup_classid bpf_perf_event_read bpf_get_current_task bpf_current_task_under_cgroup bpf_get_numa_node_id
    bpf_perf_event_read_value bpf_get_current_cgroup_id bpf_map_push_elem bpf_map_pop_elem bpf_map_peek_elem
    bpf_spin_lock bpf_spin_unlock bpf_strtol bpf_strtoul bpf_send_signal bpf_probe_read_user bpf_probe_read_kernel
    bpf_probe_read_user_str bpf_probe_read_kernel_str bpf_send_signal_thread bpf_jiffies64 bpf_get_ns_current_pid_tgid
    bpf_get_current_ancestor_cgroup_id bpf_ktime_get_boot_ns bpf_ringbuf_output bpf_ringbuf_reserve bpf_ringbuf_submit
    bpf_ringbuf_discard bpf_ringbuf_query bpf_get_task_stack bpf_copy_from_user bpf_snprintf_btf bpf_per_cpu_ptr
    bpf_this_cpu_ptr bpf_task_storage_get bpf_task_storage_delete bpf_get_current_task_btf bpf_for_each_map_elem
    bpf_snprintf bpf_timer_init bpf_timer_set_callback bpf_timer_start bpf_timer_cancel bpf_task_pt_regs
    bpf_get_branch_snapshot bpf_trace_vprintk bpf_find_vma bpf_loop bpf_strncmp bpf_copy_from_user_task bpf_kptr_xchg
    bpf_map_lookup_percpu_elem bpf_dynptr_from_mem bpf_ringbuf_reserve_dynptr bpf_ringbuf_submit_dynptr
    bpf_ringbuf_discard_dynptr bpf_dynptr_read bpf_dynptr_write bpf_dynptr_data bpf_ktime_get_tai_ns
    bpf_user_ringbuf_drain bpf_cgrp_storage_get bpf_cgrp_storage_delete
"""

# Refused in a program whose license is not GPL-compatible.
GPL_ONLY = """
    bpf_probe_read bpf_trace_printk bpf_perf_event_read bpf_perf_event_output bpf_get_stackid bpf_get_current_task
    bpf_probe_read_str bpf_perf_event_read_value bpf_perf_prog_read_value bpf_get_stack bpf_fib_lookup
    bpf_tcp_check_syncookie bpf_tcp_gen_syncookie bpf_skb_output bpf_probe_read_user bpf_probe_read_kernel
    bpf_probe_read_user_str bpf_probe_read_kernel_str bpf_read_branch_records bpf_xdp_output bpf_seq_printf
    bpf_seq_write bpf_seq_printf_btf bpf_get_current_task_btf bpf_check_mtu bpf_snprintf bpf_timer_init
    bpf_timer_set_callback bpf_timer_start bpf_timer_cancel bpf_get_func_ip bpf_task_pt_regs bpf_get_branch_snapshot
    bpf_trace_vprintk bpf_copy_from_user_task bpf_tcp_raw_gen_syncookie_ipv4 bpf_tcp_raw_gen_syncookie_ipv6
    bpf_tcp_raw_check_syncookie_ipv4 bpf_tcp_raw_check_syncookie_ipv6
"""

# Callable in sleepable programs alone.
MAY_SLEEP = """
    bpf_copy_from_user bpf_copy_from_user_task
"""

# Program type, or program type and expected attach type, to what it may call besides BASE.
# A value that starts with = is the same set as that of the named key.
BESIDES = {
    "SOCKET_FILTER": """
        bpf_perf_event_output bpf_skb_load_bytes bpf_get_socket_cookie bpf_get_socket_uid bpf_skb_load_bytes_relative
        bpf_get_netns_cookie bpf_skc_to_tcp6_sock bpf_skc_to_tcp_sock bpf_skc_to_tcp_timewait_sock
        bpf_skc_to_tcp_request_sock bpf_skc_to_udp6_sock bpf_ktime_get_coarse_ns bpf_skc_to_unix_sock
        bpf_skc_to_mptcp_sock
    """,
    "KPROBE": """
        bpf_probe_read bpf_perf_event_output bpf_get_stackid bpf_probe_read_str bpf_get_stack bpf_get_func_ip
        bpf_get_attach_cookie
    """,
    "KPROBE/TRACE_KPROBE_MULTI": "=KPROBE",
    "KPROBE/TRACE_KPROBE_SESSION": "=KPROBE",
    "KPROBE/TRACE_UPROBE_MULTI": "=KPROBE",
    "KPROBE/TRACE_UPROBE_SESSION": "=KPROBE",
    "SCHED_CLS": """
        bpf_skb_store_bytes bpf_l3_csum_replace bpf_l4_csum_replace bpf_clone_redirect bpf_skb_vlan_push
        bpf_skb_vlan_pop bpf_skb_get_tunnel_key bpf_skb_set_tunnel_key bpf_redirect bpf_get_route_realm
        bpf_perf_event_output bpf_skb_load_bytes bpf_csum_diff bpf_skb_get_tunnel_opt bpf_skb_set_tunnel_opt
        bpf_skb_change_proto bpf_skb_change_type bpf_skb_under_cgroup bpf_get_hash_recalc bpf_skb_change_tail
        bpf_skb_pull_data bpf_csum_update bpf_set_hash_invalid bpf_skb_change_head bpf_get_socket_cookie
        bpf_get_socket_uid bpf_set_hash bpf_skb_adjust_room bpf_skb_get_xfrm_state bpf_skb_load_bytes_relative
        bpf_fib_lookup bpf_skb_cgroup_id bpf_skb_ancestor_cgroup_id bpf_sk_lookup_tcp bpf_sk_lookup_udp bpf_sk_release
        bpf_sk_fullsock bpf_tcp_sock bpf_skb_ecn_set_ce bpf_get_listener_sock bpf_skc_lookup_tcp
        bpf_tcp_check_syncookie bpf_sk_storage_get bpf_sk_storage_delete bpf_tcp_gen_syncookie bpf_get_netns_cookie
        bpf_sk_assign bpf_csum_level bpf_skc_to_tcp6_sock bpf_skc_to_tcp_sock bpf_skc_to_tcp_timewait_sock
        bpf_skc_to_tcp_request_sock bpf_skc_to_udp6_sock bpf_skb_cgroup_classid bpf_redirect_neigh bpf_redirect_peer
        bpf_ktime_get_coarse_ns bpf_check_mtu bpf_skc_to_unix_sock bpf_skb_set_tstamp bpf_skc_to_mptcp_sock
        bpf_tcp_raw_gen_syncookie_ipv4 bpf_tcp_raw_gen_syncookie_ipv6 bpf_tcp_raw_check_syncookie_ipv4
        bpf_tcp_raw_check_syncookie_ipv6
    """,
    "SCHED_ACT": "=SCHED_CLS",
    "TRACEPOINT": "=KPROBE",
    "XDP": """
        bpf_redirect bpf_perf_event_output bpf_csum_diff bpf_xdp_adjust_head bpf_redirect_map bpf_xdp_adjust_meta
        bpf_xdp_adjust_tail bpf_fib_lookup bpf_sk_lookup_tcp bpf_sk_lookup_udp bpf_sk_release bpf_skc_lookup_tcp
        bpf_tcp_check_syncookie bpf_tcp_gen_syncookie bpf_skc_to_tcp6_sock bpf_skc_to_tcp_sock
        bpf_skc_to_tcp_timewait_sock bpf_skc_to_tcp_request_sock bpf_skc_to_udp6_sock bpf_ktime_get_coarse_ns
        bpf_check_mtu bpf_skc_to_unix_sock bpf_xdp_get_buff_len bpf_xdp_load_bytes bpf_xdp_store_bytes
        bpf_skc_to_mptcp_sock bpf_tcp_raw_gen_syncookie_ipv4 bpf_tcp_raw_gen_syncookie_ipv6
        bpf_tcp_raw_check_syncookie_ipv4 bpf_tcp_raw_check_syncookie_ipv6
    """,
    "XDP/XDP_DEVMAP": "=XDP",
    "XDP/XDP_CPUMAP": "=XDP",
    "PERF_EVENT": """
        bpf_probe_read bpf_perf_event_output bpf_get_stackid bpf_probe_read_str bpf_perf_prog_read_value bpf_get_stack
        bpf_read_branch_records bpf_get_func_ip bpf_get_attach_cookie
    """,
    "CGROUP_SKB": """
        bpf_perf_event_output bpf_skb_load_bytes bpf_get_socket_cookie bpf_get_socket_uid bpf_skb_load_bytes_relative
        bpf_skb_cgroup_id bpf_get_local_storage bpf_skb_ancestor_cgroup_id bpf_sk_lookup_tcp bpf_sk_lookup_udp
        bpf_sk_release bpf_sk_fullsock bpf_tcp_sock bpf_skb_ecn_set_ce bpf_get_listener_sock bpf_skc_lookup_tcp
        bpf_sk_storage_get bpf_sk_storage_delete bpf_get_netns_cookie bpf_sk_cgroup_id bpf_sk_ancestor_cgroup_id
        bpf_skc_to_tcp6_sock bpf_skc_to_tcp_sock bpf_skc_to_tcp_timewait_sock bpf_skc_to_tcp_request_sock
        bpf_skc_to_udp6_sock bpf_ktime_get_coarse_ns bpf_skc_to_unix_sock bpf_skc_to_mptcp_sock
    """,
    "CGROUP_SOCK/CGROUP_INET_SOCK_CREATE": """
        bpf_perf_event_output bpf_get_socket_cookie bpf_get_local_storage bpf_sk_storage_get bpf_get_netns_cookie
        bpf_ktime_get_coarse_ns bpf_get_retval bpf_set_retval
    """,
    "CGROUP_SOCK/CGROUP_INET_SOCK_RELEASE": "=CGROUP_SOCK/CGROUP_INET_SOCK_CREATE",
    "CGROUP_SOCK/CGROUP_INET4_POST_BIND": "=CGROUP_SOCK/CGROUP_INET_SOCK_CREATE",
    "CGROUP_SOCK/CGROUP_INET6_POST_BIND": "=CGROUP_SOCK/CGROUP_INET_SOCK_CREATE",
    "LWT_IN": """
        bpf_get_route_realm bpf_perf_event_output bpf_skb_load_bytes bpf_csum_diff bpf_skb_under_cgroup
        bpf_get_hash_recalc bpf_skb_pull_data bpf_lwt_push_encap bpf_skc_to_tcp6_sock bpf_skc_to_tcp_sock
        bpf_skc_to_tcp_timewait_sock bpf_skc_to_tcp_request_sock bpf_skc_to_udp6_sock bpf_ktime_get_coarse_ns
        bpf_skc_to_unix_sock bpf_skc_to_mptcp_sock
    """,
    "LWT_OUT": """
        bpf_get_route_realm bpf_perf_event_output bpf_skb_load_bytes bpf_csum_diff bpf_skb_under_cgroup
        bpf_get_hash_recalc bpf_skb_pull_data bpf_skc_to_tcp6_sock bpf_skc_to_tcp_sock bpf_skc_to_tcp_timewait_sock
        bpf_skc_to_tcp_request_sock bpf_skc_to_udp6_sock bpf_ktime_get_coarse_ns bpf_skc_to_unix_sock
        bpf_skc_to_mptcp_sock
    """,
    "LWT_XMIT": """
        bpf_skb_store_bytes bpf_l3_csum_replace bpf_l4_csum_replace bpf_clone_redirect bpf_skb_get_tunnel_key
        bpf_skb_set_tunnel_key bpf_redirect bpf_get_route_realm bpf_perf_event_output bpf_skb_load_bytes bpf_csum_diff
        bpf_skb_get_tunnel_opt bpf_skb_set_tunnel_opt bpf_skb_under_cgroup bpf_get_hash_recalc bpf_skb_change_tail
        bpf_skb_pull_data bpf_csum_update bpf_set_hash_invalid bpf_skb_change_head bpf_lwt_push_encap bpf_csum_level
        bpf_skc_to_tcp6_sock bpf_skc_to_tcp_sock bpf_skc_to_tcp_timewait_sock bpf_skc_to_tcp_request_sock
        bpf_skc_to_udp6_sock bpf_ktime_get_coarse_ns bpf_skc_to_unix_sock bpf_skc_to_mptcp_sock
    """,
    "LWT_SEG6LOCAL": """
        bpf_get_route_realm bpf_perf_event_output bpf_skb_load_bytes bpf_csum_diff bpf_skb_under_cgroup
        bpf_get_hash_recalc bpf_skb_pull_data bpf_lwt_seg6_store_bytes bpf_lwt_seg6_adjust_srh bpf_lwt_seg6_action
        bpf_skc_to_tcp6_sock bpf_skc_to_tcp_sock bpf_skc_to_tcp_timewait_sock bpf_skc_to_tcp_request_sock
        bpf_skc_to_udp6_sock bpf_ktime_get_coarse_ns bpf_skc_to_unix_sock bpf_skc_to_mptcp_sock
    """,
    "SOCK_OPS": """
        bpf_perf_event_output bpf_get_socket_cookie bpf_setsockopt bpf_sock_map_update bpf_getsockopt
        bpf_sock_ops_cb_flags_set bpf_sock_hash_update bpf_get_local_storage bpf_tcp_sock bpf_sk_storage_get
        bpf_sk_storage_delete bpf_get_netns_cookie bpf_skc_to_tcp6_sock bpf_skc_to_tcp_sock
        bpf_skc_to_tcp_timewait_sock bpf_skc_to_tcp_request_sock bpf_skc_to_udp6_sock bpf_load_hdr_opt
        bpf_store_hdr_opt bpf_reserve_hdr_opt bpf_ktime_get_coarse_ns bpf_skc_to_unix_sock bpf_skc_to_mptcp_sock
    """,
    "SK_SKB": """
        bpf_skb_store_bytes bpf_perf_event_output bpf_skb_load_bytes bpf_skb_change_tail bpf_skb_pull_data
        bpf_skb_change_head bpf_get_socket_cookie bpf_get_socket_uid bpf_skb_adjust_room bpf_sk_redirect_map
        bpf_sk_redirect_hash bpf_sk_lookup_tcp bpf_sk_lookup_udp bpf_sk_release bpf_skc_lookup_tcp
        bpf_skc_to_tcp6_sock bpf_skc_to_tcp_sock bpf_skc_to_tcp_timewait_sock bpf_skc_to_tcp_request_sock
        bpf_skc_to_udp6_sock bpf_ktime_get_coarse_ns bpf_skc_to_unix_sock bpf_skc_to_mptcp_sock
    """,
    "CGROUP_DEVICE": """
        bpf_perf_event_output bpf_get_local_storage bpf_get_retval bpf_set_retval
    """,
    "SK_MSG": """
        bpf_perf_event_output bpf_msg_redirect_map bpf_msg_apply_bytes bpf_msg_cork_bytes bpf_msg_pull_data
        bpf_msg_redirect_hash bpf_msg_push_data bpf_msg_pop_data bpf_sk_storage_get bpf_sk_storage_delete
        bpf_get_netns_cookie bpf_skc_to_tcp6_sock bpf_skc_to_tcp_sock bpf_skc_to_tcp_timewait_sock
        bpf_skc_to_tcp_request_sock bpf_skc_to_udp6_sock bpf_ktime_get_coarse_ns bpf_skc_to_unix_sock
        bpf_skc_to_mptcp_sock
    """,
    "RAW_TRACEPOINT": "=KPROBE",
    "RAW_TRACEPOINT_WRITABLE": "=KPROBE",
    "CGROUP_SOCK_ADDR/CGROUP_INET4_BIND": """
        bpf_perf_event_output bpf_get_socket_cookie bpf_setsockopt bpf_getsockopt bpf_get_local_storage
        bpf_sk_lookup_tcp bpf_sk_lookup_udp bpf_sk_release bpf_skc_lookup_tcp bpf_sk_storage_get bpf_sk_storage_delete
        bpf_get_netns_cookie bpf_skc_to_tcp6_sock bpf_skc_to_tcp_sock bpf_skc_to_tcp_timewait_sock
        bpf_skc_to_tcp_request_sock bpf_skc_to_udp6_sock bpf_ktime_get_coarse_ns bpf_skc_to_unix_sock bpf_get_retval
        bpf_set_retval bpf_skc_to_mptcp_sock
    """,
    "CGROUP_SOCK_ADDR/CGROUP_INET6_BIND": "=CGROUP_SOCK_ADDR/CGROUP_INET4_BIND",
    "CGROUP_SOCK_ADDR/CGROUP_INET4_CONNECT": """
        bpf_perf_event_output bpf_get_socket_cookie bpf_setsockopt bpf_getsockopt bpf_bind bpf_get_local_storage
        bpf_sk_lookup_tcp bpf_sk_lookup_udp bpf_sk_release bpf_skc_lookup_tcp bpf_sk_storage_get bpf_sk_storage_delete
        bpf_get_netns_cookie bpf_skc_to_tcp6_sock bpf_skc_to_tcp_sock bpf_skc_to_tcp_timewait_sock
        bpf_skc_to_tcp_request_sock bpf_skc_to_udp6_sock bpf_ktime_get_coarse_ns bpf_skc_to_unix_sock bpf_get_retval
        bpf_set_retval bpf_skc_to_mptcp_sock
    """,
    "CGROUP_SOCK_ADDR/CGROUP_INET6_CONNECT": "=CGROUP_SOCK_ADDR/CGROUP_INET4_CONNECT",
    "CGROUP_SOCK_ADDR/CGROUP_UDP4_SENDMSG": "=CGROUP_SOCK_ADDR/CGROUP_INET4_BIND",
    "CGROUP_SOCK_ADDR/CGROUP_UDP6_SENDMSG": "=CGROUP_SOCK_ADDR/CGROUP_INET4_BIND",
    "CGROUP_SOCK_ADDR/CGROUP_UDP4_RECVMSG": """
        bpf_perf_event_output bpf_get_socket_cookie bpf_setsockopt bpf_getsockopt bpf_get_local_storage
        bpf_sk_lookup_tcp bpf_sk_lookup_udp bpf_sk_release bpf_skc_lookup_tcp bpf_sk_storage_get bpf_sk_storage_delete
        bpf_get_netns_cookie bpf_skc_to_tcp6_sock bpf_skc_to_tcp_sock bpf_skc_to_tcp_timewait_sock
        bpf_skc_to_tcp_request_sock bpf_skc_to_udp6_sock bpf_ktime_get_coarse_ns bpf_skc_to_unix_sock
        bpf_skc_to_mptcp_sock
    """,
    "CGROUP_SOCK_ADDR/CGROUP_UDP6_RECVMSG": "=CGROUP_SOCK_ADDR/CGROUP_UDP4_RECVMSG",
    "CGROUP_SOCK_ADDR/CGROUP_INET4_GETPEERNAME": "=CGROUP_SOCK_ADDR/CGROUP_UDP4_RECVMSG",
    "CGROUP_SOCK_ADDR/CGROUP_INET6_GETPEERNAME": "=CGROUP_SOCK_ADDR/CGROUP_UDP4_RECVMSG",
    "CGROUP_SOCK_ADDR/CGROUP_INET4_GETSOCKNAME": "=CGROUP_SOCK_ADDR/CGROUP_UDP4_RECVMSG",
    "CGROUP_SOCK_ADDR/CGROUP_INET6_GETSOCKNAME": "=CGROUP_SOCK_ADDR/CGROUP_UDP4_RECVMSG",
    "CGROUP_SOCK_ADDR/CGROUP_UNIX_CONNECT": "=CGROUP_SOCK_ADDR/CGROUP_INET4_BIND",
    "CGROUP_SOCK_ADDR/CGROUP_UNIX_SENDMSG": "=CGROUP_SOCK_ADDR/CGROUP_INET4_BIND",
    "CGROUP_SOCK_ADDR/CGROUP_UNIX_RECVMSG": "=CGROUP_SOCK_ADDR/CGROUP_UDP4_RECVMSG",
    "CGROUP_SOCK_ADDR/CGROUP_UNIX_GETPEERNAME": "=CGROUP_SOCK_ADDR/CGROUP_UDP4_RECVMSG",
    "CGROUP_SOCK_ADDR/CGROUP_UNIX_GETSOCKNAME": "=CGROUP_SOCK_ADDR/CGROUP_UDP4_RECVMSG",
    "SK_REUSEPORT": """
        bpf_skb_load_bytes bpf_get_socket_cookie bpf_skb_load_bytes_relative bpf_sk_select_reuseport
        bpf_ktime_get_coarse_ns
    """,
    "FLOW_DISSECTOR": """
        bpf_skb_load_bytes bpf_skc_to_tcp6_sock bpf_skc_to_tcp_sock bpf_skc_to_tcp_timewait_sock
        bpf_skc_to_tcp_request_sock bpf_skc_to_udp6_sock bpf_ktime_get_coarse_ns bpf_skc_to_unix_sock
        bpf_skc_to_mptcp_sock
    """,
    "CGROUP_SYSCTL": """
        bpf_perf_event_output bpf_get_local_storage bpf_sysctl_get_name bpf_sysctl_get_current_value
        bpf_sysctl_get_new_value bpf_sysctl_set_new_value bpf_ktime_get_coarse_ns bpf_get_retval bpf_set_retval
    """,
    "CGROUP_SOCKOPT/CGROUP_GETSOCKOPT": """
        bpf_perf_event_output bpf_get_local_storage bpf_tcp_sock bpf_sk_storage_get bpf_sk_storage_delete
        bpf_get_netns_cookie bpf_get_retval bpf_set_retval
    """,
    "CGROUP_SOCKOPT/CGROUP_SETSOCKOPT": """
        bpf_perf_event_output bpf_setsockopt bpf_getsockopt bpf_get_local_storage bpf_tcp_sock bpf_sk_storage_get
        bpf_sk_storage_delete bpf_get_netns_cookie bpf_get_retval bpf_set_retval
    """,
    "TRACING/TRACE_RAW_TP": """
        bpf_probe_read bpf_perf_event_output bpf_get_stackid bpf_probe_read_str bpf_get_socket_cookie bpf_get_stack
        bpf_sk_storage_get bpf_sk_storage_delete bpf_skb_output bpf_xdp_output bpf_skc_to_tcp6_sock
        bpf_skc_to_tcp_sock bpf_skc_to_tcp_timewait_sock bpf_skc_to_tcp_request_sock bpf_skc_to_udp6_sock bpf_d_path
        bpf_sock_from_file bpf_get_func_ip bpf_get_attach_cookie bpf_skc_to_unix_sock bpf_xdp_get_buff_len
        bpf_skc_to_mptcp_sock
    """,
    "TRACING/TRACE_ITER": """
        bpf_probe_read bpf_perf_event_output bpf_get_stackid bpf_probe_read_str bpf_get_socket_cookie bpf_get_stack
        bpf_sk_storage_get bpf_sk_storage_delete bpf_skb_output bpf_xdp_output bpf_seq_printf bpf_seq_write
        bpf_skc_to_tcp6_sock bpf_skc_to_tcp_sock bpf_skc_to_tcp_timewait_sock bpf_skc_to_tcp_request_sock
        bpf_skc_to_udp6_sock bpf_d_path bpf_seq_printf_btf bpf_sock_from_file bpf_get_func_ip bpf_skc_to_unix_sock
        bpf_xdp_get_buff_len bpf_skc_to_mptcp_sock
    """,
    "STRUCT_OPS": """
        bpf_setsockopt bpf_getsockopt bpf_sk_storage_get bpf_sk_storage_delete bpf_tcp_send_ack
        bpf_ktime_get_coarse_ns
    """,
    "SK_LOOKUP": """
        bpf_perf_event_output bpf_sk_release bpf_sk_assign bpf_skc_to_tcp6_sock bpf_skc_to_tcp_sock
        bpf_skc_to_tcp_timewait_sock bpf_skc_to_tcp_request_sock bpf_skc_to_udp6_sock bpf_ktime_get_coarse_ns
        bpf_skc_to_unix_sock bpf_skc_to_mptcp_sock
    """,
    "SYSCALL": """
        bpf_probe_read bpf_perf_event_output bpf_get_stackid bpf_probe_read_str bpf_get_socket_cookie bpf_get_stack
        bpf_sk_storage_get bpf_sk_storage_delete bpf_skb_output bpf_xdp_output bpf_skc_to_tcp6_sock
        bpf_skc_to_tcp_sock bpf_skc_to_tcp_timewait_sock bpf_skc_to_tcp_request_sock bpf_skc_to_udp6_sock bpf_d_path
        bpf_sock_from_file bpf_sys_bpf bpf_btf_find_by_name_kind bpf_sys_close bpf_get_func_ip bpf_skc_to_unix_sock
        bpf_kallsyms_lookup_name bpf_xdp_get_buff_len bpf_skc_to_mptcp_sock
    """,
    "NETFILTER": """

    """,
}
