"""The helpers of UAPI ``linux/bpf.h``: number, C prototype, parameters, first sentence of its description.

Written by ``generate/helper_prototypes.py`` from the header's text.
"""

PROTOTYPES: dict[str, tuple[int, str, str, str]] = {
    "bpf_map_lookup_elem": (
        1,
        "void *bpf_map_lookup_elem(struct bpf_map *map, const void *key)",
        "map key",
        "Perform a lookup in map for an entry associated to key.",
    ),
    "bpf_map_update_elem": (
        2,
        "long bpf_map_update_elem(struct bpf_map *map, const void *key, const void *value, u64 flags)",
        "map key value flags",
        "Add or update the value of the entry associated to key in map with value.",
    ),
    "bpf_map_delete_elem": (
        3,
        "long bpf_map_delete_elem(struct bpf_map *map, const void *key)",
        "map key",
        "Delete entry with key from map.",
    ),
    "bpf_probe_read": (
        4,
        "long bpf_probe_read(void *dst, u32 size, const void *unsafe_ptr)",
        "dst size unsafe_ptr",
        "For tracing programs, safely attempt to read size bytes from kernel space address unsafe_ptr and store "
        "the data in dst.",
    ),
    "bpf_ktime_get_ns": (
        5,
        "u64 bpf_ktime_get_ns(void)",
        "",
        "Return the time elapsed since system boot, in nanoseconds.",
    ),
    "bpf_trace_printk": (
        6,
        "long bpf_trace_printk(const char *fmt, u32 fmt_size, ...)",
        "fmt fmt_size ...",
        'This helper is a "printk()-like" facility for debugging.',
    ),
    "bpf_get_prandom_u32": (
        7,
        "u32 bpf_get_prandom_u32(void)",
        "",
        "Get a pseudo-random number.",
    ),
    "bpf_get_smp_processor_id": (
        8,
        "u32 bpf_get_smp_processor_id(void)",
        "",
        "Get the SMP (symmetric multiprocessing) processor id.",
    ),
    "bpf_skb_store_bytes": (
        9,
        "long bpf_skb_store_bytes(struct sk_buff *skb, u32 offset, const void *from, u32 len, u64 flags)",
        "skb offset from len flags",
        "Store len bytes from address from into the packet associated to skb, at offset.",
    ),
    "bpf_l3_csum_replace": (
        10,
        "long bpf_l3_csum_replace(struct sk_buff *skb, u32 offset, u64 from, u64 to, u64 size)",
        "skb offset from to size",
        "Recompute the layer 3 (e.g. IP) checksum for the packet associated to skb.",
    ),
    "bpf_l4_csum_replace": (
        11,
        "long bpf_l4_csum_replace(struct sk_buff *skb, u32 offset, u64 from, u64 to, u64 flags)",
        "skb offset from to flags",
        "Recompute the layer 4 (e.g. TCP, UDP or ICMP) checksum for the packet associated to skb.",
    ),
    "bpf_tail_call": (
        12,
        "long bpf_tail_call(void *ctx, struct bpf_map *prog_array_map, u32 index)",
        "ctx prog_array_map index",
        'This special helper is used to trigger a "tail call", or in other words, to jump into another eBPF '
        "program.",
    ),
    "bpf_clone_redirect": (
        13,
        "long bpf_clone_redirect(struct sk_buff *skb, u32 ifindex, u64 flags)",
        "skb ifindex flags",
        "Clone and redirect the packet associated to skb to another net device of index ifindex.",
    ),
    "bpf_get_current_pid_tgid": (
        14,
        "u64 bpf_get_current_pid_tgid(void)",
        "",
        "Get the current pid and tgid.",
    ),
    "bpf_get_current_uid_gid": (
        15,
        "u64 bpf_get_current_uid_gid(void)",
        "",
        "Get the current uid and gid.",
    ),
    "bpf_get_current_comm": (
        16,
        "long bpf_get_current_comm(void *buf, u32 size_of_buf)",
        "buf size_of_buf",
        "Copy the comm attribute of the current task into buf of size_of_buf.",
    ),
    "bpf_get_cgroup_classid": (
        17,
        "u32 bpf_get_cgroup_classid(struct sk_buff *skb)",
        "skb",
        "Retrieve the classid for the current task, i.e. for the net_cls cgroup to which skb belongs.",
    ),
    "bpf_skb_vlan_push": (
        18,
        "long bpf_skb_vlan_push(struct sk_buff *skb, __be16 vlan_proto, u16 vlan_tci)",
        "skb vlan_proto vlan_tci",
        "Push a vlan_tci (VLAN tag control information) of protocol vlan_proto to the packet associated to skb, "
        "then update the checksum.",
    ),
    "bpf_skb_vlan_pop": (
        19,
        "long bpf_skb_vlan_pop(struct sk_buff *skb)",
        "skb",
        "Pop a VLAN header from the packet associated to skb.",
    ),
    "bpf_skb_get_tunnel_key": (
        20,
        "long bpf_skb_get_tunnel_key(struct sk_buff *skb, struct bpf_tunnel_key *key, u32 size, u64 flags)",
        "skb key size flags",
        "Get tunnel metadata.",
    ),
    "bpf_skb_set_tunnel_key": (
        21,
        "long bpf_skb_set_tunnel_key(struct sk_buff *skb, struct bpf_tunnel_key *key, u32 size, u64 flags)",
        "skb key size flags",
        "Populate tunnel metadata for packet associated to skb.",
    ),
    "bpf_perf_event_read": (
        22,
        "u64 bpf_perf_event_read(struct bpf_map *map, u64 flags)",
        "map flags",
        "Read the value of a perf event counter.",
    ),
    "bpf_redirect": (
        23,
        "long bpf_redirect(u32 ifindex, u64 flags)",
        "ifindex flags",
        "Redirect the packet to another net device of index ifindex.",
    ),
    "bpf_get_route_realm": (
        24,
        "u32 bpf_get_route_realm(struct sk_buff *skb)",
        "skb",
        "Retrieve the realm or the route, that is to say the tclassid field of the destination for the skb.",
    ),
    "bpf_perf_event_output": (
        25,
        "long bpf_perf_event_output(void *ctx, struct bpf_map *map, u64 flags, void *data, u64 size)",
        "ctx map flags data size",
        "Write raw data blob into a special BPF perf event held by map of type BPF_MAP_TYPE_PERF_EVENT_ARRAY.",
    ),
    "bpf_skb_load_bytes": (
        26,
        "long bpf_skb_load_bytes(const void *skb, u32 offset, void *to, u32 len)",
        "skb offset to len",
        "This helper was provided as an easy way to load data from a packet.",
    ),
    "bpf_get_stackid": (
        27,
        "long bpf_get_stackid(void *ctx, struct bpf_map *map, u64 flags)",
        "ctx map flags",
        "Walk a user or a kernel stack and return its id.",
    ),
    "bpf_csum_diff": (
        28,
        "s64 bpf_csum_diff(__be32 *from, u32 from_size, __be32 *to, u32 to_size, __wsum seed)",
        "from from_size to to_size seed",
        "Compute a checksum difference, from the raw buffer pointed by from, of length from_size (that must be a "
        "multiple of 4), towards the raw buffer pointed by to, of size to_size (same remark).",
    ),
    "bpf_skb_get_tunnel_opt": (
        29,
        "long bpf_skb_get_tunnel_opt(struct sk_buff *skb, void *opt, u32 size)",
        "skb opt size",
        "Retrieve tunnel options metadata for the packet associated to skb, and store the raw tunnel option data "
        "to the buffer opt of size.",
    ),
    "bpf_skb_set_tunnel_opt": (
        30,
        "long bpf_skb_set_tunnel_opt(struct sk_buff *skb, void *opt, u32 size)",
        "skb opt size",
        "Set tunnel options metadata for the packet associated to skb to the option data contained in the raw "
        "buffer opt of size.",
    ),
    "bpf_skb_change_proto": (
        31,
        "long bpf_skb_change_proto(struct sk_buff *skb, __be16 proto, u64 flags)",
        "skb proto flags",
        "Change the protocol of the skb to proto.",
    ),
    "bpf_skb_change_type": (
        32,
        "long bpf_skb_change_type(struct sk_buff *skb, u32 type)",
        "skb type",
        "Change the packet type for the packet associated to skb.",
    ),
    "bpf_skb_under_cgroup": (
        33,
        "long bpf_skb_under_cgroup(struct sk_buff *skb, struct bpf_map *map, u32 index)",
        "skb map index",
        "Check whether skb is a descendant of the cgroup2 held by map of type BPF_MAP_TYPE_CGROUP_ARRAY, at "
        "index.",
    ),
    "bpf_get_hash_recalc": (
        34,
        "u32 bpf_get_hash_recalc(struct sk_buff *skb)",
        "skb",
        "Retrieve the hash of the packet, skb->hash.",
    ),
    "bpf_get_current_task": (
        35,
        "u64 bpf_get_current_task(void)",
        "",
        "Get the current task.",
    ),
    "bpf_probe_write_user": (
        36,
        "long bpf_probe_write_user(void *dst, const void *src, u32 len)",
        "dst src len",
        "Attempt in a safe way to write len bytes from the buffer src to dst in memory.",
    ),
    "bpf_current_task_under_cgroup": (
        37,
        "long bpf_current_task_under_cgroup(struct bpf_map *map, u32 index)",
        "map index",
        "Check whether the probe is being run is the context of a given subset of the cgroup2 hierarchy.",
    ),
    "bpf_skb_change_tail": (
        38,
        "long bpf_skb_change_tail(struct sk_buff *skb, u32 len, u64 flags)",
        "skb len flags",
        "Resize (trim or grow) the packet associated to skb to the new len.",
    ),
    "bpf_skb_pull_data": (
        39,
        "long bpf_skb_pull_data(struct sk_buff *skb, u32 len)",
        "skb len",
        "Pull in non-linear data in case the skb is non-linear and not all of len are part of the linear section.",
    ),
    "bpf_csum_update": (
        40,
        "s64 bpf_csum_update(struct sk_buff *skb, __wsum csum)",
        "skb csum",
        "Add the checksum csum into skb->csum in case the driver has supplied a checksum for the entire packet "
        "into that field.",
    ),
    "bpf_set_hash_invalid": (
        41,
        "void bpf_set_hash_invalid(struct sk_buff *skb)",
        "skb",
        "Invalidate the current skb->hash.",
    ),
    "bpf_get_numa_node_id": (
        42,
        "long bpf_get_numa_node_id(void)",
        "",
        "Return the id of the current NUMA node.",
    ),
    "bpf_skb_change_head": (
        43,
        "long bpf_skb_change_head(struct sk_buff *skb, u32 len, u64 flags)",
        "skb len flags",
        "Grows headroom of packet associated to skb and adjusts the offset of the MAC header accordingly, adding "
        "len bytes of space.",
    ),
    "bpf_xdp_adjust_head": (
        44,
        "long bpf_xdp_adjust_head(struct xdp_buff *xdp_md, int delta)",
        "xdp_md delta",
        "Adjust(move) xdp_md->data by delta bytes.",
    ),
    "bpf_probe_read_str": (
        45,
        "long bpf_probe_read_str(void *dst, u32 size, const void *unsafe_ptr)",
        "dst size unsafe_ptr",
        "Copy a NUL terminated string from an unsafe kernel address unsafe_ptr to dst.",
    ),
    "bpf_get_socket_cookie": (
        46,
        "u64 bpf_get_socket_cookie(struct sk_buff *skb)",
        "skb",
        "If the struct sk_buff pointed by skb has a known socket, retrieve the cookie (generated by the kernel) "
        "of this socket.",
    ),
    "bpf_get_socket_uid": (
        47,
        "u32 bpf_get_socket_uid(struct sk_buff *skb)",
        "skb",
        "Get the owner UID of the socked associated to skb.",
    ),
    "bpf_set_hash": (
        48,
        "long bpf_set_hash(struct sk_buff *skb, u32 hash)",
        "skb hash",
        "Set the full hash for skb (set the field skb->hash) to value hash.",
    ),
    "bpf_setsockopt": (
        49,
        "long bpf_setsockopt(void *bpf_socket, int level, int optname, void *optval, int optlen)",
        "bpf_socket level optname optval optlen",
        "Emulate a call to setsockopt() on the socket associated to bpf_socket, which must be a full socket.",
    ),
    "bpf_skb_adjust_room": (
        50,
        "long bpf_skb_adjust_room(struct sk_buff *skb, s32 len_diff, u32 mode, u64 flags)",
        "skb len_diff mode flags",
        "Grow or shrink the room for data in the packet associated to skb by len_diff, and according to the "
        "selected mode.",
    ),
    "bpf_redirect_map": (
        51,
        "long bpf_redirect_map(struct bpf_map *map, u32 key, u64 flags)",
        "map key flags",
        "Redirect the packet to the endpoint referenced by map at index key.",
    ),
    "bpf_sk_redirect_map": (
        52,
        "long bpf_sk_redirect_map(struct sk_buff *skb, struct bpf_map *map, u32 key, u64 flags)",
        "skb map key flags",
        "Redirect the packet to the socket referenced by map (of type BPF_MAP_TYPE_SOCKMAP) at index key.",
    ),
    "bpf_sock_map_update": (
        53,
        "long bpf_sock_map_update(struct bpf_sock_ops *skops, struct bpf_map *map, void *key, u64 flags)",
        "skops map key flags",
        "Add an entry to, or update a map referencing sockets.",
    ),
    "bpf_xdp_adjust_meta": (
        54,
        "long bpf_xdp_adjust_meta(struct xdp_buff *xdp_md, int delta)",
        "xdp_md delta",
        "Adjust the address pointed by xdp_md->data_meta by delta (which can be positive or negative).",
    ),
    "bpf_perf_event_read_value": (
        55,
        "long bpf_perf_event_read_value(struct bpf_map *map, u64 flags, struct bpf_perf_event_value *buf, u32 "
        "buf_size)",
        "map flags buf buf_size",
        "Read the value of a perf event counter, and store it into buf of size buf_size.",
    ),
    "bpf_perf_prog_read_value": (
        56,
        "long bpf_perf_prog_read_value(struct bpf_perf_event_data *ctx, struct bpf_perf_event_value *buf, u32 "
        "buf_size)",
        "ctx buf buf_size",
        "For en eBPF program attached to a perf event, retrieve the value of the event counter associated to ctx "
        "and store it in the structure pointed by buf and of size buf_size.",
    ),
    "bpf_getsockopt": (
        57,
        "long bpf_getsockopt(void *bpf_socket, int level, int optname, void *optval, int optlen)",
        "bpf_socket level optname optval optlen",
        "Emulate a call to getsockopt() on the socket associated to bpf_socket, which must be a full socket.",
    ),
    "bpf_override_return": (
        58,
        "long bpf_override_return(struct pt_regs *regs, u64 rc)",
        "regs rc",
        "Used for error injection, this helper uses kprobes to override the return value of the probed function, "
        "and to set it to rc.",
    ),
    "bpf_sock_ops_cb_flags_set": (
        59,
        "long bpf_sock_ops_cb_flags_set(struct bpf_sock_ops *bpf_sock, int argval)",
        "bpf_sock argval",
        "Attempt to set the value of the bpf_sock_ops_cb_flags field for the full TCP socket associated to "
        "bpf_sock_ops to argval.",
    ),
    "bpf_msg_redirect_map": (
        60,
        "long bpf_msg_redirect_map(struct sk_msg_buff *msg, struct bpf_map *map, u32 key, u64 flags)",
        "msg map key flags",
        "This helper is used in programs implementing policies at the socket level.",
    ),
    "bpf_msg_apply_bytes": (
        61,
        "long bpf_msg_apply_bytes(struct sk_msg_buff *msg, u32 bytes)",
        "msg bytes",
        "For socket policies, apply the verdict of the eBPF program to the next bytes (number of bytes) of "
        "message msg.",
    ),
    "bpf_msg_cork_bytes": (
        62,
        "long bpf_msg_cork_bytes(struct sk_msg_buff *msg, u32 bytes)",
        "msg bytes",
        "For socket policies, prevent the execution of the verdict eBPF program for message msg until bytes (byte"
        " number) have been accumulated.",
    ),
    "bpf_msg_pull_data": (
        63,
        "long bpf_msg_pull_data(struct sk_msg_buff *msg, u32 start, u32 end, u64 flags)",
        "msg start end flags",
        "For socket policies, pull in non-linear data from user space for msg and set pointers msg->data and "
        "msg->data_end to start and end bytes offsets into msg, respectively.",
    ),
    "bpf_bind": (
        64,
        "long bpf_bind(struct bpf_sock_addr *ctx, struct sockaddr *addr, int addr_len)",
        "ctx addr addr_len",
        "Bind the socket associated to ctx to the address pointed by addr, of length addr_len.",
    ),
    "bpf_xdp_adjust_tail": (
        65,
        "long bpf_xdp_adjust_tail(struct xdp_buff *xdp_md, int delta)",
        "xdp_md delta",
        "Adjust(move) xdp_md->data_end by delta bytes.",
    ),
    "bpf_skb_get_xfrm_state": (
        66,
        "long bpf_skb_get_xfrm_state(struct sk_buff *skb, u32 index, struct bpf_xfrm_state *xfrm_state, u32 size,"
        " u64 flags)",
        "skb index xfrm_state size flags",
        'Retrieve the XFRM state (IP transform framework, see also ip-xfrm(8)) at index in XFRM "security path" '
        "for skb.",
    ),
    "bpf_get_stack": (
        67,
        "long bpf_get_stack(void *ctx, void *buf, u32 size, u64 flags)",
        "ctx buf size flags",
        "Return a user or a kernel stack in bpf program provided buffer.",
    ),
    "bpf_skb_load_bytes_relative": (
        68,
        "long bpf_skb_load_bytes_relative(const void *skb, u32 offset, void *to, u32 len, u32 start_header)",
        "skb offset to len start_header",
        "This helper is similar to bpf_skb_load_bytes() in that it provides an easy way to load len bytes from "
        "offset from the packet associated to skb, into the buffer pointed by to.",
    ),
    "bpf_fib_lookup": (
        69,
        "long bpf_fib_lookup(void *ctx, struct bpf_fib_lookup *params, int plen, u32 flags)",
        "ctx params plen flags",
        "Do FIB lookup in kernel tables using parameters in params.",
    ),
    "bpf_sock_hash_update": (
        70,
        "long bpf_sock_hash_update(struct bpf_sock_ops *skops, struct bpf_map *map, void *key, u64 flags)",
        "skops map key flags",
        "Add an entry to, or update a sockhash map referencing sockets.",
    ),
    "bpf_msg_redirect_hash": (
        71,
        "long bpf_msg_redirect_hash(struct sk_msg_buff *msg, struct bpf_map *map, void *key, u64 flags)",
        "msg map key flags",
        "This helper is used in programs implementing policies at the socket level.",
    ),
    "bpf_sk_redirect_hash": (
        72,
        "long bpf_sk_redirect_hash(struct sk_buff *skb, struct bpf_map *map, void *key, u64 flags)",
        "skb map key flags",
        "This helper is used in programs implementing policies at the skb socket level.",
    ),
    "bpf_lwt_push_encap": (
        73,
        "long bpf_lwt_push_encap(struct sk_buff *skb, u32 type, void *hdr, u32 len)",
        "skb type hdr len",
        "Encapsulate the packet associated to skb within a Layer 3 protocol header.",
    ),
    "bpf_lwt_seg6_store_bytes": (
        74,
        "long bpf_lwt_seg6_store_bytes(struct sk_buff *skb, u32 offset, const void *from, u32 len)",
        "skb offset from len",
        "Store len bytes from address from into the packet associated to skb, at offset.",
    ),
    "bpf_lwt_seg6_adjust_srh": (
        75,
        "long bpf_lwt_seg6_adjust_srh(struct sk_buff *skb, u32 offset, s32 delta)",
        "skb offset delta",
        "Adjust the size allocated to TLVs in the outermost IPv6 Segment Routing Header contained in the packet "
        "associated to skb, at position offset by delta bytes.",
    ),
    "bpf_lwt_seg6_action": (
        76,
        "long bpf_lwt_seg6_action(struct sk_buff *skb, u32 action, void *param, u32 param_len)",
        "skb action param param_len",
        "Apply an IPv6 Segment Routing action of type action to the packet associated to skb.",
    ),
    "bpf_rc_repeat": (
        77,
        "long bpf_rc_repeat(void *ctx)",
        "ctx",
        "This helper is used in programs implementing IR decoding, to report a successfully decoded repeat key "
        "message.",
    ),
    "bpf_rc_keydown": (
        78,
        "long bpf_rc_keydown(void *ctx, u32 protocol, u64 scancode, u32 toggle)",
        "ctx protocol scancode toggle",
        "This helper is used in programs implementing IR decoding, to report a successfully decoded key press "
        "with scancode, toggle value in the given protocol.",
    ),
    "bpf_skb_cgroup_id": (
        79,
        "u64 bpf_skb_cgroup_id(struct sk_buff *skb)",
        "skb",
        "Return the cgroup v2 id of the socket associated with the skb.",
    ),
    "bpf_get_current_cgroup_id": (
        80,
        "u64 bpf_get_current_cgroup_id(void)",
        "",
        "Get the current cgroup id based on the cgroup within which the current task is running.",
    ),
    "bpf_get_local_storage": (
        81,
        "void *bpf_get_local_storage(void *map, u64 flags)",
        "map flags",
        "Get the pointer to the local storage area.",
    ),
    "bpf_sk_select_reuseport": (
        82,
        "long bpf_sk_select_reuseport(struct sk_reuseport_md *reuse, struct bpf_map *map, void *key, u64 flags)",
        "reuse map key flags",
        "Select a SO_REUSEPORT socket from a BPF_MAP_TYPE_REUSEPORT_SOCKARRAY map.",
    ),
    "bpf_skb_ancestor_cgroup_id": (
        83,
        "u64 bpf_skb_ancestor_cgroup_id(struct sk_buff *skb, int ancestor_level)",
        "skb ancestor_level",
        "Return id of cgroup v2 that is ancestor of cgroup associated with the skb at the ancestor_level.",
    ),
    "bpf_sk_lookup_tcp": (
        84,
        "struct bpf_sock *bpf_sk_lookup_tcp(void *ctx, struct bpf_sock_tuple *tuple, u32 tuple_size, u64 netns, "
        "u64 flags)",
        "ctx tuple tuple_size netns flags",
        "Look for TCP socket matching tuple, optionally in a child network namespace netns.",
    ),
    "bpf_sk_lookup_udp": (
        85,
        "struct bpf_sock *bpf_sk_lookup_udp(void *ctx, struct bpf_sock_tuple *tuple, u32 tuple_size, u64 netns, "
        "u64 flags)",
        "ctx tuple tuple_size netns flags",
        "Look for UDP socket matching tuple, optionally in a child network namespace netns.",
    ),
    "bpf_sk_release": (
        86,
        "long bpf_sk_release(void *sock)",
        "sock",
        "Release the reference held by sock.",
    ),
    "bpf_map_push_elem": (
        87,
        "long bpf_map_push_elem(struct bpf_map *map, const void *value, u64 flags)",
        "map value flags",
        "Push an element value in map.",
    ),
    "bpf_map_pop_elem": (
        88,
        "long bpf_map_pop_elem(struct bpf_map *map, void *value)",
        "map value",
        "Pop an element from map.",
    ),
    "bpf_map_peek_elem": (
        89,
        "long bpf_map_peek_elem(struct bpf_map *map, void *value)",
        "map value",
        "Get an element from map without removing it.",
    ),
    "bpf_msg_push_data": (
        90,
        "long bpf_msg_push_data(struct sk_msg_buff *msg, u32 start, u32 len, u64 flags)",
        "msg start len flags",
        "For socket policies, insert len bytes into msg at offset start.",
    ),
    "bpf_msg_pop_data": (
        91,
        "long bpf_msg_pop_data(struct sk_msg_buff *msg, u32 start, u32 len, u64 flags)",
        "msg start len flags",
        "Will remove len bytes from a msg starting at byte start.",
    ),
    "bpf_rc_pointer_rel": (
        92,
        "long bpf_rc_pointer_rel(void *ctx, s32 rel_x, s32 rel_y)",
        "ctx rel_x rel_y",
        "This helper is used in programs implementing IR decoding, to report a successfully decoded pointer "
        "movement.",
    ),
    "bpf_spin_lock": (
        93,
        "long bpf_spin_lock(struct bpf_spin_lock *lock)",
        "lock",
        "Acquire a spinlock represented by the pointer lock, which is stored as part of a value of a map.",
    ),
    "bpf_spin_unlock": (
        94,
        "long bpf_spin_unlock(struct bpf_spin_lock *lock)",
        "lock",
        "Release the lock previously locked by a call to bpf_spin_lock(lock).",
    ),
    "bpf_sk_fullsock": (
        95,
        "struct bpf_sock *bpf_sk_fullsock(struct bpf_sock *sk)",
        "sk",
        "This helper gets a struct bpf_sock pointer such that all the fields in this bpf_sock can be accessed.",
    ),
    "bpf_tcp_sock": (
        96,
        "struct bpf_tcp_sock *bpf_tcp_sock(struct bpf_sock *sk)",
        "sk",
        "This helper gets a struct bpf_tcp_sock pointer from a struct bpf_sock pointer.",
    ),
    "bpf_skb_ecn_set_ce": (
        97,
        "long bpf_skb_ecn_set_ce(struct sk_buff *skb)",
        "skb",
        "Set ECN (Explicit Congestion Notification) field of IP header to CE (Congestion Encountered) if current "
        "value is ECT (ECN Capable Transport).",
    ),
    "bpf_get_listener_sock": (
        98,
        "struct bpf_sock *bpf_get_listener_sock(struct bpf_sock *sk)",
        "sk",
        "Return a struct bpf_sock pointer in TCP_LISTEN state.",
    ),
    "bpf_skc_lookup_tcp": (
        99,
        "struct bpf_sock *bpf_skc_lookup_tcp(void *ctx, struct bpf_sock_tuple *tuple, u32 tuple_size, u64 netns, "
        "u64 flags)",
        "ctx tuple tuple_size netns flags",
        "Look for TCP socket matching tuple, optionally in a child network namespace netns.",
    ),
    "bpf_tcp_check_syncookie": (
        100,
        "long bpf_tcp_check_syncookie(void *sk, void *iph, u32 iph_len, struct tcphdr *th, u32 th_len)",
        "sk iph iph_len th th_len",
        "Check whether iph and th contain a valid SYN cookie ACK for the listening socket in sk.",
    ),
    "bpf_sysctl_get_name": (
        101,
        "long bpf_sysctl_get_name(struct bpf_sysctl *ctx, char *buf, size_t buf_len, u64 flags)",
        "ctx buf buf_len flags",
        "Get name of sysctl in /proc/sys/ and copy it into provided by program buffer buf of size buf_len.",
    ),
    "bpf_sysctl_get_current_value": (
        102,
        "long bpf_sysctl_get_current_value(struct bpf_sysctl *ctx, char *buf, size_t buf_len)",
        "ctx buf buf_len",
        "Get current value of sysctl as it is presented in /proc/sys (incl.",
    ),
    "bpf_sysctl_get_new_value": (
        103,
        "long bpf_sysctl_get_new_value(struct bpf_sysctl *ctx, char *buf, size_t buf_len)",
        "ctx buf buf_len",
        "Get new value being written by user space to sysctl (before the actual write happens) and copy it as a "
        "string into provided by program buffer buf of size buf_len.",
    ),
    "bpf_sysctl_set_new_value": (
        104,
        "long bpf_sysctl_set_new_value(struct bpf_sysctl *ctx, const char *buf, size_t buf_len)",
        "ctx buf buf_len",
        "Override new value being written by user space to sysctl with value provided by program in buffer buf of"
        " size buf_len.",
    ),
    "bpf_strtol": (
        105,
        "long bpf_strtol(const char *buf, size_t buf_len, u64 flags, long *res)",
        "buf buf_len flags res",
        "Convert the initial part of the string from buffer buf of size buf_len to a long integer according to "
        "the given base and save the result in res.",
    ),
    "bpf_strtoul": (
        106,
        "long bpf_strtoul(const char *buf, size_t buf_len, u64 flags, unsigned long *res)",
        "buf buf_len flags res",
        "Convert the initial part of the string from buffer buf of size buf_len to an unsigned long integer "
        "according to the given base and save the result in res.",
    ),
    "bpf_sk_storage_get": (
        107,
        "void *bpf_sk_storage_get(struct bpf_map *map, void *sk, void *value, u64 flags)",
        "map sk value flags",
        "Get a bpf-local-storage from a sk.",
    ),
    "bpf_sk_storage_delete": (
        108,
        "long bpf_sk_storage_delete(struct bpf_map *map, void *sk)",
        "map sk",
        "Delete a bpf-local-storage from a sk.",
    ),
    "bpf_send_signal": (
        109,
        "long bpf_send_signal(u32 sig)",
        "sig",
        "Send signal sig to the process of the current task.",
    ),
    "bpf_tcp_gen_syncookie": (
        110,
        "s64 bpf_tcp_gen_syncookie(void *sk, void *iph, u32 iph_len, struct tcphdr *th, u32 th_len)",
        "sk iph iph_len th th_len",
        "Try to issue a SYN cookie for the packet with corresponding IP/TCP headers, iph and th, on the listening"
        " socket in sk.",
    ),
    "bpf_skb_output": (
        111,
        "long bpf_skb_output(void *ctx, struct bpf_map *map, u64 flags, void *data, u64 size)",
        "ctx map flags data size",
        "Write raw data blob into a special BPF perf event held by map of type BPF_MAP_TYPE_PERF_EVENT_ARRAY.",
    ),
    "bpf_probe_read_user": (
        112,
        "long bpf_probe_read_user(void *dst, u32 size, const void *unsafe_ptr)",
        "dst size unsafe_ptr",
        "Safely attempt to read size bytes from user space address unsafe_ptr and store the data in dst.",
    ),
    "bpf_probe_read_kernel": (
        113,
        "long bpf_probe_read_kernel(void *dst, u32 size, const void *unsafe_ptr)",
        "dst size unsafe_ptr",
        "Safely attempt to read size bytes from kernel space address unsafe_ptr and store the data in dst.",
    ),
    "bpf_probe_read_user_str": (
        114,
        "long bpf_probe_read_user_str(void *dst, u32 size, const void *unsafe_ptr)",
        "dst size unsafe_ptr",
        "Copy a NUL terminated string from an unsafe user address unsafe_ptr to dst.",
    ),
    "bpf_probe_read_kernel_str": (
        115,
        "long bpf_probe_read_kernel_str(void *dst, u32 size, const void *unsafe_ptr)",
        "dst size unsafe_ptr",
        "Copy a NUL terminated string from an unsafe kernel address unsafe_ptr to dst.",
    ),
    "bpf_tcp_send_ack": (
        116,
        "long bpf_tcp_send_ack(void *tp, u32 rcv_nxt)",
        "tp rcv_nxt",
        "Send out a tcp-ack.",
    ),
    "bpf_send_signal_thread": (
        117,
        "long bpf_send_signal_thread(u32 sig)",
        "sig",
        "Send signal sig to the thread corresponding to the current task.",
    ),
    "bpf_jiffies64": (
        118,
        "u64 bpf_jiffies64(void)",
        "",
        "Obtain the 64bit jiffies.",
    ),
    "bpf_read_branch_records": (
        119,
        "long bpf_read_branch_records(struct bpf_perf_event_data *ctx, void *buf, u32 size, u64 flags)",
        "ctx buf size flags",
        "For an eBPF program attached to a perf event, retrieve the branch records (struct perf_branch_entry) "
        "associated to ctx and store it in the buffer pointed by buf up to size size bytes.",
    ),
    "bpf_get_ns_current_pid_tgid": (
        120,
        "long bpf_get_ns_current_pid_tgid(u64 dev, u64 ino, struct bpf_pidns_info *nsdata, u32 size)",
        "dev ino nsdata size",
        "Returns 0 on success, values for pid and tgid as seen from the current namespace will be returned in "
        "nsdata.",
    ),
    "bpf_xdp_output": (
        121,
        "long bpf_xdp_output(void *ctx, struct bpf_map *map, u64 flags, void *data, u64 size)",
        "ctx map flags data size",
        "Write raw data blob into a special BPF perf event held by map of type BPF_MAP_TYPE_PERF_EVENT_ARRAY.",
    ),
    "bpf_get_netns_cookie": (
        122,
        "u64 bpf_get_netns_cookie(void *ctx)",
        "ctx",
        "Retrieve the cookie (generated by the kernel) of the network namespace the input ctx is associated with.",
    ),
    "bpf_get_current_ancestor_cgroup_id": (
        123,
        "u64 bpf_get_current_ancestor_cgroup_id(int ancestor_level)",
        "ancestor_level",
        "Return id of cgroup v2 that is ancestor of the cgroup associated with the current task at the "
        "ancestor_level.",
    ),
    "bpf_sk_assign": (
        124,
        "long bpf_sk_assign(struct sk_buff *skb, void *sk, u64 flags)",
        "skb sk flags",
        "Helper is overloaded depending on BPF program type.",
    ),
    "bpf_ktime_get_boot_ns": (
        125,
        "u64 bpf_ktime_get_boot_ns(void)",
        "",
        "Return the time elapsed since system boot, in nanoseconds.",
    ),
    "bpf_seq_printf": (
        126,
        "long bpf_seq_printf(struct seq_file *m, const char *fmt, u32 fmt_size, const void *data, u32 data_len)",
        "m fmt fmt_size data data_len",
        "bpf_seq_printf() uses seq_file seq_printf() to print out the format string.",
    ),
    "bpf_seq_write": (
        127,
        "long bpf_seq_write(struct seq_file *m, const void *data, u32 len)",
        "m data len",
        "bpf_seq_write() uses seq_file seq_write() to write the data.",
    ),
    "bpf_sk_cgroup_id": (
        128,
        "u64 bpf_sk_cgroup_id(void *sk)",
        "sk",
        "Return the cgroup v2 id of the socket sk.",
    ),
    "bpf_sk_ancestor_cgroup_id": (
        129,
        "u64 bpf_sk_ancestor_cgroup_id(void *sk, int ancestor_level)",
        "sk ancestor_level",
        "Return id of cgroup v2 that is ancestor of cgroup associated with the sk at the ancestor_level.",
    ),
    "bpf_ringbuf_output": (
        130,
        "long bpf_ringbuf_output(void *ringbuf, void *data, u64 size, u64 flags)",
        "ringbuf data size flags",
        "Copy size bytes from data into a ring buffer ringbuf.",
    ),
    "bpf_ringbuf_reserve": (
        131,
        "void *bpf_ringbuf_reserve(void *ringbuf, u64 size, u64 flags)",
        "ringbuf size flags",
        "Reserve size bytes of payload in a ring buffer ringbuf.",
    ),
    "bpf_ringbuf_submit": (
        132,
        "void bpf_ringbuf_submit(void *data, u64 flags)",
        "data flags",
        "Submit reserved ring buffer sample, pointed to by data.",
    ),
    "bpf_ringbuf_discard": (
        133,
        "void bpf_ringbuf_discard(void *data, u64 flags)",
        "data flags",
        "Discard reserved ring buffer sample, pointed to by data.",
    ),
    "bpf_ringbuf_query": (
        134,
        "u64 bpf_ringbuf_query(void *ringbuf, u64 flags)",
        "ringbuf flags",
        "Query various characteristics of provided ring buffer.",
    ),
    "bpf_csum_level": (
        135,
        "long bpf_csum_level(struct sk_buff *skb, u64 level)",
        "skb level",
        "Change the skbs checksum level by one layer up or down, or reset it entirely to none in order to have "
        "the stack perform checksum validation.",
    ),
    "bpf_skc_to_tcp6_sock": (
        136,
        "struct tcp6_sock *bpf_skc_to_tcp6_sock(void *sk)",
        "sk",
        "Dynamically cast a sk pointer to a tcp6_sock pointer.",
    ),
    "bpf_skc_to_tcp_sock": (
        137,
        "struct tcp_sock *bpf_skc_to_tcp_sock(void *sk)",
        "sk",
        "Dynamically cast a sk pointer to a tcp_sock pointer.",
    ),
    "bpf_skc_to_tcp_timewait_sock": (
        138,
        "struct tcp_timewait_sock *bpf_skc_to_tcp_timewait_sock(void *sk)",
        "sk",
        "Dynamically cast a sk pointer to a tcp_timewait_sock pointer.",
    ),
    "bpf_skc_to_tcp_request_sock": (
        139,
        "struct tcp_request_sock *bpf_skc_to_tcp_request_sock(void *sk)",
        "sk",
        "Dynamically cast a sk pointer to a tcp_request_sock pointer.",
    ),
    "bpf_skc_to_udp6_sock": (
        140,
        "struct udp6_sock *bpf_skc_to_udp6_sock(void *sk)",
        "sk",
        "Dynamically cast a sk pointer to a udp6_sock pointer.",
    ),
    "bpf_get_task_stack": (
        141,
        "long bpf_get_task_stack(struct task_struct *task, void *buf, u32 size, u64 flags)",
        "task buf size flags",
        "Return a user or a kernel stack in bpf program provided buffer.",
    ),
    "bpf_load_hdr_opt": (
        142,
        "long bpf_load_hdr_opt(struct bpf_sock_ops *skops, void *searchby_res, u32 len, u64 flags)",
        "skops searchby_res len flags",
        "Load header option.",
    ),
    "bpf_store_hdr_opt": (
        143,
        "long bpf_store_hdr_opt(struct bpf_sock_ops *skops, const void *from, u32 len, u64 flags)",
        "skops from len flags",
        "Store header option.",
    ),
    "bpf_reserve_hdr_opt": (
        144,
        "long bpf_reserve_hdr_opt(struct bpf_sock_ops *skops, u32 len, u64 flags)",
        "skops len flags",
        "Reserve len bytes for the bpf header option.",
    ),
    "bpf_inode_storage_get": (
        145,
        "void *bpf_inode_storage_get(struct bpf_map *map, void *inode, void *value, u64 flags)",
        "map inode value flags",
        "Get a bpf_local_storage from an inode.",
    ),
    "bpf_inode_storage_delete": (
        146,
        "int bpf_inode_storage_delete(struct bpf_map *map, void *inode)",
        "map inode",
        "Delete a bpf_local_storage from an inode.",
    ),
    "bpf_d_path": (
        147,
        "long bpf_d_path(struct path *path, char *buf, u32 sz)",
        "path buf sz",
        "Return full path for given struct path object, which needs to be the kernel BTF path object.",
    ),
    "bpf_copy_from_user": (
        148,
        "long bpf_copy_from_user(void *dst, u32 size, const void *user_ptr)",
        "dst size user_ptr",
        "Read size bytes from user space address user_ptr and store the data in dst.",
    ),
    "bpf_snprintf_btf": (
        149,
        "long bpf_snprintf_btf(char *str, u32 str_size, struct btf_ptr *ptr, u32 btf_ptr_size, u64 flags)",
        "str str_size ptr btf_ptr_size flags",
        "Use BTF to store a string representation of ptr->ptr in str, using ptr->type_id.",
    ),
    "bpf_seq_printf_btf": (
        150,
        "long bpf_seq_printf_btf(struct seq_file *m, struct btf_ptr *ptr, u32 ptr_size, u64 flags)",
        "m ptr ptr_size flags",
        "Use BTF to write to seq_write a string representation of ptr->ptr, using ptr->type_id as per "
        "bpf_snprintf_btf().",
    ),
    "bpf_skb_cgroup_classid": (
        151,
        "u64 bpf_skb_cgroup_classid(struct sk_buff *skb)",
        "skb",
        "See bpf_get_cgroup_classid() for the main description.",
    ),
    "bpf_redirect_neigh": (
        152,
        "long bpf_redirect_neigh(u32 ifindex, struct bpf_redir_neigh *params, int plen, u64 flags)",
        "ifindex params plen flags",
        "Redirect the packet to another net device of index ifindex and fill in L2 addresses from neighboring "
        "subsystem.",
    ),
    "bpf_per_cpu_ptr": (
        153,
        "void *bpf_per_cpu_ptr(const void *percpu_ptr, u32 cpu)",
        "percpu_ptr cpu",
        "Take a pointer to a percpu ksym, percpu_ptr, and return a pointer to the percpu kernel variable on cpu.",
    ),
    "bpf_this_cpu_ptr": (
        154,
        "void *bpf_this_cpu_ptr(const void *percpu_ptr)",
        "percpu_ptr",
        "Take a pointer to a percpu ksym, percpu_ptr, and return a pointer to the percpu kernel variable on this "
        "cpu.",
    ),
    "bpf_redirect_peer": (
        155,
        "long bpf_redirect_peer(u32 ifindex, u64 flags)",
        "ifindex flags",
        "Redirect the packet to another net device of index ifindex.",
    ),
    "bpf_task_storage_get": (
        156,
        "void *bpf_task_storage_get(struct bpf_map *map, struct task_struct *task, void *value, u64 flags)",
        "map task value flags",
        "Get a bpf_local_storage from the task.",
    ),
    "bpf_task_storage_delete": (
        157,
        "long bpf_task_storage_delete(struct bpf_map *map, struct task_struct *task)",
        "map task",
        "Delete a bpf_local_storage from a task.",
    ),
    "bpf_get_current_task_btf": (
        158,
        "struct task_struct *bpf_get_current_task_btf(void)",
        "",
        'Return a BTF pointer to the "current" task.',
    ),
    "bpf_bprm_opts_set": (
        159,
        "long bpf_bprm_opts_set(struct linux_binprm *bprm, u64 flags)",
        "bprm flags",
        "Set or clear certain options on bprm.",
    ),
    "bpf_ktime_get_coarse_ns": (
        160,
        "u64 bpf_ktime_get_coarse_ns(void)",
        "",
        "Return a coarse-grained version of the time elapsed since system boot, in nanoseconds.",
    ),
    "bpf_ima_inode_hash": (
        161,
        "long bpf_ima_inode_hash(struct inode *inode, void *dst, u32 size)",
        "inode dst size",
        "Returns the stored IMA hash of the inode (if it's available).",
    ),
    "bpf_sock_from_file": (
        162,
        "struct socket *bpf_sock_from_file(struct file *file)",
        "file",
        "If the given file represents a socket, returns the associated socket.",
    ),
    "bpf_check_mtu": (
        163,
        "long bpf_check_mtu(void *ctx, u32 ifindex, u32 *mtu_len, s32 len_diff, u64 flags)",
        "ctx ifindex mtu_len len_diff flags",
        "Check packet size against exceeding MTU of net device (based on ifindex).",
    ),
    "bpf_for_each_map_elem": (
        164,
        "long bpf_for_each_map_elem(struct bpf_map *map, void *callback_fn, void *callback_ctx, u64 flags)",
        "map callback_fn callback_ctx flags",
        "For each element in map, call callback_fn function with map, callback_ctx and other map-specific "
        "parameters.",
    ),
    "bpf_snprintf": (
        165,
        "long bpf_snprintf(char *str, u32 str_size, const char *fmt, u64 *data, u32 data_len)",
        "str str_size fmt data data_len",
        "Outputs a string into the str buffer of size str_size based on a format string stored in a read-only map"
        " pointed by fmt.",
    ),
    "bpf_sys_bpf": (
        166,
        "long bpf_sys_bpf(u32 cmd, void *attr, u32 attr_size)",
        "cmd attr attr_size",
        "Execute bpf syscall with given arguments.",
    ),
    "bpf_btf_find_by_name_kind": (
        167,
        "long bpf_btf_find_by_name_kind(char *name, int name_sz, u32 kind, int flags)",
        "name name_sz kind flags",
        "Find BTF type with given name and kind in vmlinux BTF or in module's BTFs.",
    ),
    "bpf_sys_close": (
        168,
        "long bpf_sys_close(u32 fd)",
        "fd",
        "Execute close syscall for given FD.",
    ),
    "bpf_timer_init": (
        169,
        "long bpf_timer_init(struct bpf_timer *timer, struct bpf_map *map, u64 flags)",
        "timer map flags",
        "Initialize the timer.",
    ),
    "bpf_timer_set_callback": (
        170,
        "long bpf_timer_set_callback(struct bpf_timer *timer, void *callback_fn)",
        "timer callback_fn",
        "Configure the timer to call callback_fn static function.",
    ),
    "bpf_timer_start": (
        171,
        "long bpf_timer_start(struct bpf_timer *timer, u64 nsecs, u64 flags)",
        "timer nsecs flags",
        "Set timer expiration N nanoseconds from the current time.",
    ),
    "bpf_timer_cancel": (
        172,
        "long bpf_timer_cancel(struct bpf_timer *timer)",
        "timer",
        "Cancel the timer and wait for callback_fn to finish if it was running.",
    ),
    "bpf_get_func_ip": (
        173,
        "u64 bpf_get_func_ip(void *ctx)",
        "ctx",
        "Get address of the traced function (for tracing and kprobe programs).",
    ),
    "bpf_get_attach_cookie": (
        174,
        "u64 bpf_get_attach_cookie(void *ctx)",
        "ctx",
        "Get bpf_cookie value provided(optionally) during the program attachment.",
    ),
    "bpf_task_pt_regs": (
        175,
        "long bpf_task_pt_regs(struct task_struct *task)",
        "task",
        "Get the struct pt_regs associated with task.",
    ),
    "bpf_get_branch_snapshot": (
        176,
        "long bpf_get_branch_snapshot(void *entries, u32 size, u64 flags)",
        "entries size flags",
        "Get branch trace from hardware engines like Intel LBR.",
    ),
    "bpf_trace_vprintk": (
        177,
        "long bpf_trace_vprintk(const char *fmt, u32 fmt_size, const void *data, u32 data_len)",
        "fmt fmt_size data data_len",
        "Behaves like bpf_trace_printk() helper, but takes an array of u64 to format and can handle more format "
        "args as a result.",
    ),
    "bpf_skc_to_unix_sock": (
        178,
        "struct unix_sock *bpf_skc_to_unix_sock(void *sk)",
        "sk",
        "Dynamically cast a sk pointer to a unix_sock pointer.",
    ),
    "bpf_kallsyms_lookup_name": (
        179,
        "long bpf_kallsyms_lookup_name(const char *name, int name_sz, int flags, u64 *res)",
        "name name_sz flags res",
        "Get the address of a kernel symbol, returned in res.",
    ),
    "bpf_find_vma": (
        180,
        "long bpf_find_vma(struct task_struct *task, u64 addr, void *callback_fn, void *callback_ctx, u64 flags)",
        "task addr callback_fn callback_ctx flags",
        "Find vma of task that contains addr, call callback_fn function with task, vma, and callback_ctx.",
    ),
    "bpf_loop": (
        181,
        "long bpf_loop(u32 nr_loops, void *callback_fn, void *callback_ctx, u64 flags)",
        "nr_loops callback_fn callback_ctx flags",
        "For nr_loops, call callback_fn function with callback_ctx as the context parameter.",
    ),
    "bpf_strncmp": (
        182,
        "long bpf_strncmp(const char *s1, u32 s1_sz, const char *s2)",
        "s1 s1_sz s2",
        "Do strncmp() between s1 and s2.",
    ),
    "bpf_get_func_arg": (
        183,
        "long bpf_get_func_arg(void *ctx, u32 n, u64 *value)",
        "ctx n value",
        "Get n-th argument register (zero based) of the traced function (for tracing programs) returned in value.",
    ),
    "bpf_get_func_ret": (
        184,
        "long bpf_get_func_ret(void *ctx, u64 *value)",
        "ctx value",
        "Get return value of the traced function (for tracing programs) in value.",
    ),
    "bpf_get_func_arg_cnt": (
        185,
        "long bpf_get_func_arg_cnt(void *ctx)",
        "ctx",
        "Get number of registers of the traced function (for tracing programs) where function arguments are "
        "stored in these registers.",
    ),
    "bpf_get_retval": (
        186,
        "int bpf_get_retval(void)",
        "",
        "Get the BPF program's return value that will be returned to the upper layers.",
    ),
    "bpf_set_retval": (
        187,
        "int bpf_set_retval(int retval)",
        "retval",
        "Set the BPF program's return value that will be returned to the upper layers.",
    ),
    "bpf_xdp_get_buff_len": (
        188,
        "u64 bpf_xdp_get_buff_len(struct xdp_buff *xdp_md)",
        "xdp_md",
        "Get the total size of a given xdp buff (linear and paged area).",
    ),
    "bpf_xdp_load_bytes": (
        189,
        "long bpf_xdp_load_bytes(struct xdp_buff *xdp_md, u32 offset, void *buf, u32 len)",
        "xdp_md offset buf len",
        "This helper is provided as an easy way to load data from a xdp buffer.",
    ),
    "bpf_xdp_store_bytes": (
        190,
        "long bpf_xdp_store_bytes(struct xdp_buff *xdp_md, u32 offset, void *buf, u32 len)",
        "xdp_md offset buf len",
        "Store len bytes from buffer buf into the frame associated to xdp_md, at offset.",
    ),
    "bpf_copy_from_user_task": (
        191,
        "long bpf_copy_from_user_task(void *dst, u32 size, const void *user_ptr, struct task_struct *tsk, u64 "
        "flags)",
        "dst size user_ptr tsk flags",
        "Read size bytes from user space address user_ptr in tsk's address space, and stores the data in dst.",
    ),
    "bpf_skb_set_tstamp": (
        192,
        "long bpf_skb_set_tstamp(struct sk_buff *skb, u64 tstamp, u32 tstamp_type)",
        "skb tstamp tstamp_type",
        "Change the __sk_buff->tstamp_type to tstamp_type and set tstamp to the __sk_buff->tstamp together.",
    ),
    "bpf_ima_file_hash": (
        193,
        "long bpf_ima_file_hash(struct file *file, void *dst, u32 size)",
        "file dst size",
        "Returns a calculated IMA hash of the file.",
    ),
    "bpf_kptr_xchg": (
        194,
        "void *bpf_kptr_xchg(void *map_value, void *ptr)",
        "map_value ptr",
        "Exchange kptr at pointer map_value with ptr, and return the old value.",
    ),
    "bpf_map_lookup_percpu_elem": (
        195,
        "void *bpf_map_lookup_percpu_elem(struct bpf_map *map, const void *key, u32 cpu)",
        "map key cpu",
        "Perform a lookup in *percpu map* for an entry associated to key on cpu.",
    ),
    "bpf_skc_to_mptcp_sock": (
        196,
        "struct mptcp_sock *bpf_skc_to_mptcp_sock(void *sk)",
        "sk",
        "Dynamically cast a sk pointer to a mptcp_sock pointer.",
    ),
    "bpf_dynptr_from_mem": (
        197,
        "long bpf_dynptr_from_mem(void *data, u32 size, u64 flags, struct bpf_dynptr *ptr)",
        "data size flags ptr",
        "Get a dynptr to local memory data.",
    ),
    "bpf_ringbuf_reserve_dynptr": (
        198,
        "long bpf_ringbuf_reserve_dynptr(void *ringbuf, u32 size, u64 flags, struct bpf_dynptr *ptr)",
        "ringbuf size flags ptr",
        "Reserve size bytes of payload in a ring buffer ringbuf through the dynptr interface.",
    ),
    "bpf_ringbuf_submit_dynptr": (
        199,
        "void bpf_ringbuf_submit_dynptr(struct bpf_dynptr *ptr, u64 flags)",
        "ptr flags",
        "Submit reserved ring buffer sample, pointed to by data, through the dynptr interface.",
    ),
    "bpf_ringbuf_discard_dynptr": (
        200,
        "void bpf_ringbuf_discard_dynptr(struct bpf_dynptr *ptr, u64 flags)",
        "ptr flags",
        "Discard reserved ring buffer sample through the dynptr interface.",
    ),
    "bpf_dynptr_read": (
        201,
        "long bpf_dynptr_read(void *dst, u32 len, struct bpf_dynptr *src, u32 offset, u64 flags)",
        "dst len src offset flags",
        "Read len bytes from src into dst, starting from offset into src.",
    ),
    "bpf_dynptr_write": (
        202,
        "long bpf_dynptr_write(struct bpf_dynptr *dst, u32 offset, void *src, u32 len, u64 flags)",
        "dst offset src len flags",
        "Write len bytes from src into dst, starting from offset into dst.",
    ),
    "bpf_dynptr_data": (
        203,
        "void *bpf_dynptr_data(struct bpf_dynptr *ptr, u32 offset, u32 len)",
        "ptr offset len",
        "Get a pointer to the underlying dynptr data.",
    ),
    "bpf_tcp_raw_gen_syncookie_ipv4": (
        204,
        "s64 bpf_tcp_raw_gen_syncookie_ipv4(struct iphdr *iph, struct tcphdr *th, u32 th_len)",
        "iph th th_len",
        "Try to issue a SYN cookie for the packet with corresponding IPv4/TCP headers, iph and th, without "
        "depending on a listening socket.",
    ),
    "bpf_tcp_raw_gen_syncookie_ipv6": (
        205,
        "s64 bpf_tcp_raw_gen_syncookie_ipv6(struct ipv6hdr *iph, struct tcphdr *th, u32 th_len)",
        "iph th th_len",
        "Try to issue a SYN cookie for the packet with corresponding IPv6/TCP headers, iph and th, without "
        "depending on a listening socket.",
    ),
    "bpf_tcp_raw_check_syncookie_ipv4": (
        206,
        "long bpf_tcp_raw_check_syncookie_ipv4(struct iphdr *iph, struct tcphdr *th)",
        "iph th",
        "Check whether iph and th contain a valid SYN cookie ACK without depending on a listening socket.",
    ),
    "bpf_tcp_raw_check_syncookie_ipv6": (
        207,
        "long bpf_tcp_raw_check_syncookie_ipv6(struct ipv6hdr *iph, struct tcphdr *th)",
        "iph th",
        "Check whether iph and th contain a valid SYN cookie ACK without depending on a listening socket.",
    ),
    "bpf_ktime_get_tai_ns": (
        208,
        "u64 bpf_ktime_get_tai_ns(void)",
        "",
        "A nonsettable system-wide clock derived from wall-clock time but ignoring leap seconds.",
    ),
    "bpf_user_ringbuf_drain": (
        209,
        "long bpf_user_ringbuf_drain(struct bpf_map *map, void *callback_fn, void *ctx, u64 flags)",
        "map callback_fn ctx flags",
        "Drain samples from the specified user ring buffer, and invoke the provided callback for each such "
        "sample.",
    ),
    "bpf_cgrp_storage_get": (
        210,
        "void *bpf_cgrp_storage_get(struct bpf_map *map, struct cgroup *cgroup, void *value, u64 flags)",
        "map cgroup value flags",
        "Get a value from the storage of a cgroup.",
    ),
    "bpf_cgrp_storage_delete": (
        211,
        "long bpf_cgrp_storage_delete(struct bpf_map *map, struct cgroup *cgroup)",
        "map cgroup",
        "Delete a value from the storage of a cgroup.",
    ),
}
