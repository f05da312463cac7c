"""Signatures of the helpers as a program calls them: sizes left out, trailing flags 0.

Written by ``python -m pybpfc.tables.generate`` from the helper table. Types of the kernel are `Any` here.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

from pybpfc_runtime.values import Array, Ptr, Str, Struct, be16, s32, s64, u16, u32, u64

from . import contexts, kernel_objects, net, uapi
from .kernel_objects import bpf_spin_lock as bpf_spin_lock
from .kfuncs import bpf_preempt_enable as bpf_preempt_enable
from .kfuncs import bpf_rcu_read_unlock as bpf_rcu_read_unlock
from .maps import Map
from .scopes import bpf_preempt_disable as bpf_preempt_disable
from .scopes import bpf_rcu_read_lock as bpf_rcu_read_lock

_Writable: TypeAlias = Str | Array[Any] | Struct | Ptr[Any]
_Readable: TypeAlias = Str | Array[Any] | Struct | Ptr[Any] | str | bytes | int

def bpf_printk(fmt: str) -> s64:
    """This helper is a "printk()-like" facility for debugging.

    In C: long bpf_trace_printk(const char *fmt, u32 fmt_size, ...)
    Since Linux 4.1. Needs a GPL-compatible LICENSE.
    """

def bpf_map_lookup_elem(map: Map[Any, Any], key: object) -> Any | None:
    """Perform a lookup in map for an entry associated to key.

    In C: void *bpf_map_lookup_elem(struct bpf_map *map, const void *key)
    Since Linux 3.19.
    """

def bpf_map_update_elem(map: Map[Any, Any], key: object, value: object, flags: u64 = 0) -> s64:
    """Add or update the value of the entry associated to key in map with value.

    In C: long bpf_map_update_elem(struct bpf_map *map, const void *key, const void *value, u64 flags)
    Since Linux 3.19.
    """

def bpf_map_delete_elem(map: Map[Any, Any], key: object) -> s64:
    """Delete entry with key from map.

    In C: long bpf_map_delete_elem(struct bpf_map *map, const void *key)
    Since Linux 3.19.
    """

def bpf_probe_read(dst: _Writable, unsafe_ptr: object) -> s64:
    """For tracing programs, safely attempt to read size bytes from kernel space address unsafe_ptr and store the data
    in dst.

    In C: long bpf_probe_read(void *dst, u32 size, const void *unsafe_ptr)
    Since Linux 4.1. Needs a GPL-compatible LICENSE.
    """

def bpf_ktime_get_ns() -> u64:
    """Return the time elapsed since system boot, in nanoseconds.

    In C: u64 bpf_ktime_get_ns(void)
    Since Linux 4.1.
    """

def bpf_trace_printk(fmt: str) -> s64:
    """This helper is a "printk()-like" facility for debugging.

    In C: long bpf_trace_printk(const char *fmt, u32 fmt_size, ...)
    Since Linux 4.1. Needs a GPL-compatible LICENSE.
    """

def bpf_get_prandom_u32() -> u32:
    """Get a pseudo-random number.

    In C: u32 bpf_get_prandom_u32(void)
    Since Linux 4.1.
    """

def bpf_get_smp_processor_id() -> u32:
    """Get the SMP (symmetric multiprocessing) processor id.

    In C: u32 bpf_get_smp_processor_id(void)
    Since Linux 4.1.
    """

def bpf_skb_store_bytes(skb: object, offset: u32, from_: _Readable, flags: u64 = 0) -> s64:
    """Store len bytes from address from into the packet associated to skb, at offset.

    In C: long bpf_skb_store_bytes(struct sk_buff *skb, u32 offset, const void *from, u32 len, u64 flags)
    Since Linux 4.1.
    """

def bpf_l3_csum_replace(skb: object, offset: u32, from_: u64, to: u64, size: u64) -> s64:
    """Recompute the layer 3 (e.g. IP) checksum for the packet associated to skb.

    In C: long bpf_l3_csum_replace(struct sk_buff *skb, u32 offset, u64 from, u64 to, u64 size)
    Since Linux 4.1.
    """

def bpf_l4_csum_replace(skb: object, offset: u32, from_: u64, to: u64, flags: u64) -> s64:
    """Recompute the layer 4 (e.g. TCP, UDP or ICMP) checksum for the packet associated to skb.

    In C: long bpf_l4_csum_replace(struct sk_buff *skb, u32 offset, u64 from, u64 to, u64 flags)
    Since Linux 4.1.
    """

def bpf_tail_call(ctx: object, prog_array_map: Map[Any, Any], index: u32) -> None:
    """This special helper is used to trigger a "tail call", or in other words, to jump into another eBPF program.

    In C: long bpf_tail_call(void *ctx, struct bpf_map *prog_array_map, u32 index)
    Since Linux 4.2.
    """

def bpf_clone_redirect(skb: object, ifindex: u32, flags: u64 = 0) -> s64:
    """Clone and redirect the packet associated to skb to another net device of index ifindex.

    In C: long bpf_clone_redirect(struct sk_buff *skb, u32 ifindex, u64 flags)
    Since Linux 4.2.
    """

def bpf_get_current_pid_tgid() -> u64:
    """Get the current pid and tgid.

    In C: u64 bpf_get_current_pid_tgid(void)
    Since Linux 4.2.
    """

def bpf_get_current_uid_gid() -> u64:
    """Get the current uid and gid.

    In C: u64 bpf_get_current_uid_gid(void)
    Since Linux 4.2.
    """

def bpf_get_current_comm(buf: _Writable) -> s64:
    """Copy the comm attribute of the current task into buf of size_of_buf.

    In C: long bpf_get_current_comm(void *buf, u32 size_of_buf)
    Since Linux 4.2.
    """

def bpf_get_cgroup_classid(skb: object) -> u32:
    """Retrieve the classid for the current task, i.e. for the net_cls cgroup to which skb belongs.

    In C: u32 bpf_get_cgroup_classid(struct sk_buff *skb)
    Since Linux 4.3.
    """

def bpf_skb_vlan_push(skb: object, vlan_proto: be16, vlan_tci: u16) -> s64:
    """Push a vlan_tci (VLAN tag control information) of protocol vlan_proto to the packet associated to skb, then
    update the checksum.

    In C: long bpf_skb_vlan_push(struct sk_buff *skb, __be16 vlan_proto, u16 vlan_tci)
    Since Linux 4.3.
    """

def bpf_skb_vlan_pop(skb: object) -> s64:
    """Pop a VLAN header from the packet associated to skb.

    In C: long bpf_skb_vlan_pop(struct sk_buff *skb)
    Since Linux 4.3.
    """

def bpf_skb_get_tunnel_key(skb: object, key: uapi.bpf_tunnel_key, flags: u64 = 0) -> s64:
    """Get tunnel metadata.

    In C: long bpf_skb_get_tunnel_key(struct sk_buff *skb, struct bpf_tunnel_key *key, u32 size, u64 flags)
    Since Linux 4.3.
    """

def bpf_skb_set_tunnel_key(skb: object, key: uapi.bpf_tunnel_key, flags: u64 = 0) -> s64:
    """Populate tunnel metadata for packet associated to skb.

    In C: long bpf_skb_set_tunnel_key(struct sk_buff *skb, struct bpf_tunnel_key *key, u32 size, u64 flags)
    Since Linux 4.3.
    """

def bpf_perf_event_read(map: Map[Any, Any], flags: u64 = 0) -> u64:
    """Read the value of a perf event counter.

    In C: u64 bpf_perf_event_read(struct bpf_map *map, u64 flags)
    Since Linux 4.3. Needs a GPL-compatible LICENSE.
    """

def bpf_redirect(ifindex: u32, flags: u64 = 0) -> s32:
    """Redirect the packet to another net device of index ifindex.

    In C: long bpf_redirect(u32 ifindex, u64 flags)
    Since Linux 4.4.
    """

def bpf_get_route_realm(skb: object) -> u32:
    """Retrieve the realm or the route, that is to say the tclassid field of the destination for the skb.

    In C: u32 bpf_get_route_realm(struct sk_buff *skb)
    Since Linux 4.4.
    """

def bpf_perf_event_output(ctx: object, map: Map[Any, Any], flags: u64, data: _Readable) -> s64:
    """Write raw data blob into a special BPF perf event held by map of type BPF_MAP_TYPE_PERF_EVENT_ARRAY.

    In C: long bpf_perf_event_output(void *ctx, struct bpf_map *map, u64 flags, void *data, u64 size)
    Since Linux 4.4. Needs a GPL-compatible LICENSE.
    """

def bpf_skb_load_bytes(skb: object, offset: u32, to: _Writable) -> s64:
    """This helper was provided as an easy way to load data from a packet.

    In C: long bpf_skb_load_bytes(const void *skb, u32 offset, void *to, u32 len)
    Since Linux 4.5.
    """

def bpf_get_stackid(ctx: object, map: Map[Any, Any], flags: u64 = 0) -> s64:
    """Walk a user or a kernel stack and return its id.

    In C: long bpf_get_stackid(void *ctx, struct bpf_map *map, u64 flags)
    Since Linux 4.6. Needs a GPL-compatible LICENSE.
    """

def bpf_csum_diff(from_: _Readable | None, to: _Readable | None, seed: u32) -> s64:
    """Compute a checksum difference, from the raw buffer pointed by from, of length from_size (that must be a multiple
    of 4), towards the raw buffer pointed by to, of size to_size (same remark).

    In C: s64 bpf_csum_diff(__be32 *from, u32 from_size, __be32 *to, u32 to_size, __wsum seed)
    Since Linux 4.6.
    """

def bpf_skb_get_tunnel_opt(skb: object, opt: _Writable) -> s64:
    """Retrieve tunnel options metadata for the packet associated to skb, and store the raw tunnel option data to the
    buffer opt of size.

    In C: long bpf_skb_get_tunnel_opt(struct sk_buff *skb, void *opt, u32 size)
    Since Linux 4.6.
    """

def bpf_skb_set_tunnel_opt(skb: object, opt: _Readable) -> s64:
    """Set tunnel options metadata for the packet associated to skb to the option data contained in the raw buffer opt
    of size.

    In C: long bpf_skb_set_tunnel_opt(struct sk_buff *skb, void *opt, u32 size)
    Since Linux 4.6.
    """

def bpf_skb_change_proto(skb: object, proto: be16, flags: u64 = 0) -> s64:
    """Change the protocol of the skb to proto.

    In C: long bpf_skb_change_proto(struct sk_buff *skb, __be16 proto, u64 flags)
    Since Linux 4.8.
    """

def bpf_skb_change_type(skb: object, type: u32) -> s64:
    """Change the packet type for the packet associated to skb.

    In C: long bpf_skb_change_type(struct sk_buff *skb, u32 type)
    Since Linux 4.8.
    """

def bpf_skb_under_cgroup(skb: object, map: Map[Any, Any], index: u32) -> s64:
    """Check whether skb is a descendant of the cgroup2 held by map of type BPF_MAP_TYPE_CGROUP_ARRAY, at index.

    In C: long bpf_skb_under_cgroup(struct sk_buff *skb, struct bpf_map *map, u32 index)
    Since Linux 4.8.
    """

def bpf_get_hash_recalc(skb: object) -> u32:
    """Retrieve the hash of the packet, skb->hash.

    In C: u32 bpf_get_hash_recalc(struct sk_buff *skb)
    Since Linux 4.8.
    """

def bpf_get_current_task() -> Any:
    """Get the current task.

    In C: u64 bpf_get_current_task(void)
    Since Linux 4.8. Needs a GPL-compatible LICENSE.
    """

def bpf_probe_write_user(dst: object, src: _Readable) -> s64:
    """Attempt in a safe way to write len bytes from the buffer src to dst in memory.

    In C: long bpf_probe_write_user(void *dst, const void *src, u32 len)
    Since Linux 4.8. Needs a GPL-compatible LICENSE.
    """

def bpf_current_task_under_cgroup(map: Map[Any, Any], index: u32) -> s64:
    """Check whether the probe is being run is the context of a given subset of the cgroup2 hierarchy.

    In C: long bpf_current_task_under_cgroup(struct bpf_map *map, u32 index)
    Since Linux 4.9.
    """

def bpf_skb_change_tail(skb: object, len: u32, flags: u64 = 0) -> s64:
    """Resize (trim or grow) the packet associated to skb to the new len.

    In C: long bpf_skb_change_tail(struct sk_buff *skb, u32 len, u64 flags)
    Since Linux 4.9.
    """

def bpf_skb_pull_data(skb: object, len: u32) -> s64:
    """Pull in non-linear data in case the skb is non-linear and not all of len are part of the linear section.

    In C: long bpf_skb_pull_data(struct sk_buff *skb, u32 len)
    Since Linux 4.9.
    """

def bpf_csum_update(skb: object, csum: u32) -> s64:
    """Add the checksum csum into skb->csum in case the driver has supplied a checksum for the entire packet into that
    field.

    In C: s64 bpf_csum_update(struct sk_buff *skb, __wsum csum)
    Since Linux 4.9.
    """

def bpf_set_hash_invalid(skb: object) -> None:
    """Invalidate the current skb->hash.

    In C: void bpf_set_hash_invalid(struct sk_buff *skb)
    Since Linux 4.9.
    """

def bpf_get_numa_node_id() -> s64:
    """Return the id of the current NUMA node.

    In C: long bpf_get_numa_node_id(void)
    Since Linux 4.10.
    """

def bpf_skb_change_head(skb: object, len: u32, flags: u64 = 0) -> s64:
    """Grows headroom of packet associated to skb and adjusts the offset of the MAC header accordingly, adding len
    bytes of space.

    In C: long bpf_skb_change_head(struct sk_buff *skb, u32 len, u64 flags)
    Since Linux 4.10.
    """

def bpf_xdp_adjust_head(xdp_md: object, delta: s32) -> s64:
    """Adjust(move) xdp_md->data by delta bytes.

    In C: long bpf_xdp_adjust_head(struct xdp_buff *xdp_md, int delta)
    Since Linux 4.10.
    """

def bpf_probe_read_str(dst: _Writable, unsafe_ptr: object) -> s64:
    """Copy a NUL terminated string from an unsafe kernel address unsafe_ptr to dst.

    In C: long bpf_probe_read_str(void *dst, u32 size, const void *unsafe_ptr)
    Since Linux 4.11. Needs a GPL-compatible LICENSE.
    """

def bpf_get_socket_cookie(skb: object) -> u64:
    """If the struct sk_buff pointed by skb has a known socket, retrieve the cookie (generated by the kernel) of this
    socket.

    In C: u64 bpf_get_socket_cookie(struct sk_buff *skb)
    Since Linux 4.12.
    """

def bpf_get_socket_uid(skb: object) -> u32:
    """Get the owner UID of the socked associated to skb.

    In C: u32 bpf_get_socket_uid(struct sk_buff *skb)
    Since Linux 4.12.
    """

def bpf_set_hash(skb: object, hash: u32) -> s64:
    """Set the full hash for skb (set the field skb->hash) to value hash.

    In C: long bpf_set_hash(struct sk_buff *skb, u32 hash)
    Since Linux 4.13.
    """

def bpf_setsockopt(bpf_socket: object, level: s32, optname: s32, optval: _Readable) -> s64:
    """Emulate a call to setsockopt() on the socket associated to bpf_socket, which must be a full socket.

    In C: long bpf_setsockopt(void *bpf_socket, int level, int optname, void *optval, int optlen)
    Since Linux 4.13.
    """

def bpf_skb_adjust_room(skb: object, len_diff: s32, mode: u32, flags: u64 = 0) -> s64:
    """Grow or shrink the room for data in the packet associated to skb by len_diff, and according to the selected
    mode.

    In C: long bpf_skb_adjust_room(struct sk_buff *skb, s32 len_diff, u32 mode, u64 flags)
    Since Linux 4.13.
    """

def bpf_redirect_map(map: Map[Any, Any], key: u64, flags: u64 = 0) -> s32:
    """Redirect the packet to the endpoint referenced by map at index key.

    In C: long bpf_redirect_map(struct bpf_map *map, u32 key, u64 flags)
    Since Linux 4.14.
    """

def bpf_sk_redirect_map(skb: object, map: Map[Any, Any], key: u32, flags: u64 = 0) -> s32:
    """Redirect the packet to the socket referenced by map (of type BPF_MAP_TYPE_SOCKMAP) at index key.

    In C: long bpf_sk_redirect_map(struct sk_buff *skb, struct bpf_map *map, u32 key, u64 flags)
    Since Linux 4.14.
    """

def bpf_sock_map_update(skops: object, map: Map[Any, Any], key: object, flags: u64 = 0) -> s64:
    """Add an entry to, or update a map referencing sockets.

    In C: long bpf_sock_map_update(struct bpf_sock_ops *skops, struct bpf_map *map, void *key, u64 flags)
    Since Linux 4.14.
    """

def bpf_xdp_adjust_meta(xdp_md: object, delta: s32) -> s64:
    """Adjust the address pointed by xdp_md->data_meta by delta (which can be positive or negative).

    In C: long bpf_xdp_adjust_meta(struct xdp_buff *xdp_md, int delta)
    Since Linux 4.15.
    """

def bpf_perf_event_read_value(map: Map[Any, Any], flags: u64, buf: uapi.bpf_perf_event_value) -> s64:
    """Read the value of a perf event counter, and store it into buf of size buf_size.

    In C: long bpf_perf_event_read_value(struct bpf_map *map, u64 flags, struct bpf_perf_event_value *buf, u32
    buf_size)
    Since Linux 4.15. Needs a GPL-compatible LICENSE.
    """

def bpf_perf_prog_read_value(ctx: object, buf: uapi.bpf_perf_event_value) -> s64:
    """For en eBPF program attached to a perf event, retrieve the value of the event counter associated to ctx and
    store it in the structure pointed by buf and of size buf_size.

    In C: long bpf_perf_prog_read_value(struct bpf_perf_event_data *ctx, struct bpf_perf_event_value *buf, u32
    buf_size)
    Since Linux 4.15. Needs a GPL-compatible LICENSE.
    """

def bpf_getsockopt(bpf_socket: object, level: s32, optname: s32, optval: _Writable) -> s64:
    """Emulate a call to getsockopt() on the socket associated to bpf_socket, which must be a full socket.

    In C: long bpf_getsockopt(void *bpf_socket, int level, int optname, void *optval, int optlen)
    Since Linux 4.15.
    """

def bpf_override_return(regs: object, rc: u64) -> s64:
    """Used for error injection, this helper uses kprobes to override the return value of the probed function, and to
    set it to rc.

    In C: long bpf_override_return(struct pt_regs *regs, u64 rc)
    Since Linux 4.16. Needs a GPL-compatible LICENSE.
    """

def bpf_sock_ops_cb_flags_set(bpf_sock: object, argval: s32) -> s64:
    """Attempt to set the value of the bpf_sock_ops_cb_flags field for the full TCP socket associated to bpf_sock_ops
    to argval.

    In C: long bpf_sock_ops_cb_flags_set(struct bpf_sock_ops *bpf_sock, int argval)
    Since Linux 4.16.
    """

def bpf_msg_redirect_map(msg: object, map: Map[Any, Any], key: u32, flags: u64 = 0) -> s32:
    """This helper is used in programs implementing policies at the socket level.

    In C: long bpf_msg_redirect_map(struct sk_msg_buff *msg, struct bpf_map *map, u32 key, u64 flags)
    Since Linux 4.17.
    """

def bpf_msg_apply_bytes(msg: object, bytes: u32) -> s64:
    """For socket policies, apply the verdict of the eBPF program to the next bytes (number of bytes) of message msg.

    In C: long bpf_msg_apply_bytes(struct sk_msg_buff *msg, u32 bytes)
    Since Linux 4.17.
    """

def bpf_msg_cork_bytes(msg: object, bytes: u32) -> s64:
    """For socket policies, prevent the execution of the verdict eBPF program for message msg until bytes (byte number)
    have been accumulated.

    In C: long bpf_msg_cork_bytes(struct sk_msg_buff *msg, u32 bytes)
    Since Linux 4.17.
    """

def bpf_msg_pull_data(msg: object, start: u32, end: u32, flags: u64 = 0) -> s64:
    """For socket policies, pull in non-linear data from user space for msg and set pointers msg->data and
    msg->data_end to start and end bytes offsets into msg, respectively.

    In C: long bpf_msg_pull_data(struct sk_msg_buff *msg, u32 start, u32 end, u64 flags)
    Since Linux 4.17.
    """

def bpf_bind(ctx: object, addr: _Readable) -> s64:
    """Bind the socket associated to ctx to the address pointed by addr, of length addr_len.

    In C: long bpf_bind(struct bpf_sock_addr *ctx, struct sockaddr *addr, int addr_len)
    Since Linux 4.17.
    """

def bpf_xdp_adjust_tail(xdp_md: object, delta: s32) -> s64:
    """Adjust(move) xdp_md->data_end by delta bytes.

    In C: long bpf_xdp_adjust_tail(struct xdp_buff *xdp_md, int delta)
    Since Linux 4.18.
    """

def bpf_skb_get_xfrm_state(skb: object, index: u32, xfrm_state: uapi.bpf_xfrm_state, flags: u64 = 0) -> s64:
    """Retrieve the XFRM state (IP transform framework, see also ip-xfrm(8)) at index in XFRM "security path" for skb.

    In C: long bpf_skb_get_xfrm_state(struct sk_buff *skb, u32 index, struct bpf_xfrm_state *xfrm_state, u32 size,
    u64 flags)
    Since Linux 4.18.
    """

def bpf_get_stack(ctx: object, buf: _Writable, flags: u64 = 0) -> s64:
    """Return a user or a kernel stack in bpf program provided buffer.

    In C: long bpf_get_stack(void *ctx, void *buf, u32 size, u64 flags)
    Since Linux 4.18. Needs a GPL-compatible LICENSE.
    """

def bpf_skb_load_bytes_relative(skb: object, offset: u32, to: _Writable, start_header: u32) -> s64:
    """This helper is similar to bpf_skb_load_bytes() in that it provides an easy way to load len bytes from offset
    from the packet associated to skb, into the buffer pointed by to.

    In C: long bpf_skb_load_bytes_relative(const void *skb, u32 offset, void *to, u32 len, u32 start_header)
    Since Linux 4.18.
    """

def bpf_fib_lookup(ctx: object, params: uapi.bpf_fib_lookup, flags: u32 = 0) -> s64:
    """Do FIB lookup in kernel tables using parameters in params.

    In C: long bpf_fib_lookup(void *ctx, struct bpf_fib_lookup *params, int plen, u32 flags)
    Since Linux 4.18. Needs a GPL-compatible LICENSE.
    """

def bpf_sock_hash_update(skops: object, map: Map[Any, Any], key: object, flags: u64 = 0) -> s64:
    """Add an entry to, or update a sockhash map referencing sockets.

    In C: long bpf_sock_hash_update(struct bpf_sock_ops *skops, struct bpf_map *map, void *key, u64 flags)
    Since Linux 4.18.
    """

def bpf_msg_redirect_hash(msg: object, map: Map[Any, Any], key: object, flags: u64 = 0) -> s32:
    """This helper is used in programs implementing policies at the socket level.

    In C: long bpf_msg_redirect_hash(struct sk_msg_buff *msg, struct bpf_map *map, void *key, u64 flags)
    Since Linux 4.18.
    """

def bpf_sk_redirect_hash(skb: object, map: Map[Any, Any], key: object, flags: u64 = 0) -> s32:
    """This helper is used in programs implementing policies at the skb socket level.

    In C: long bpf_sk_redirect_hash(struct sk_buff *skb, struct bpf_map *map, void *key, u64 flags)
    Since Linux 4.18.
    """

def bpf_lwt_push_encap(skb: object, type: u32, hdr: _Readable) -> s64:
    """Encapsulate the packet associated to skb within a Layer 3 protocol header.

    In C: long bpf_lwt_push_encap(struct sk_buff *skb, u32 type, void *hdr, u32 len)
    Since Linux 4.18.
    """

def bpf_lwt_seg6_store_bytes(skb: object, offset: u32, from_: _Readable) -> s64:
    """Store len bytes from address from into the packet associated to skb, at offset.

    In C: long bpf_lwt_seg6_store_bytes(struct sk_buff *skb, u32 offset, const void *from, u32 len)
    Since Linux 4.18.
    """

def bpf_lwt_seg6_adjust_srh(skb: object, offset: u32, delta: s32) -> s64:
    """Adjust the size allocated to TLVs in the outermost IPv6 Segment Routing Header contained in the packet
    associated to skb, at position offset by delta bytes.

    In C: long bpf_lwt_seg6_adjust_srh(struct sk_buff *skb, u32 offset, s32 delta)
    Since Linux 4.18.
    """

def bpf_lwt_seg6_action(skb: object, action: u32, param: _Readable) -> s64:
    """Apply an IPv6 Segment Routing action of type action to the packet associated to skb.

    In C: long bpf_lwt_seg6_action(struct sk_buff *skb, u32 action, void *param, u32 param_len)
    Since Linux 4.18.
    """

def bpf_rc_repeat(ctx: object) -> s64:
    """This helper is used in programs implementing IR decoding, to report a successfully decoded repeat key message.

    In C: long bpf_rc_repeat(void *ctx)
    Since Linux 4.18. Needs a GPL-compatible LICENSE.
    """

def bpf_rc_keydown(ctx: object, protocol: u32, scancode: u64, toggle: u32) -> s64:
    """This helper is used in programs implementing IR decoding, to report a successfully decoded key press with
    scancode, toggle value in the given protocol.

    In C: long bpf_rc_keydown(void *ctx, u32 protocol, u64 scancode, u32 toggle)
    Since Linux 4.18. Needs a GPL-compatible LICENSE.
    """

def bpf_skb_cgroup_id(skb: object) -> u64:
    """Return the cgroup v2 id of the socket associated with the skb.

    In C: u64 bpf_skb_cgroup_id(struct sk_buff *skb)
    Since Linux 4.18.
    """

def bpf_get_current_cgroup_id() -> u64:
    """Get the current cgroup id based on the cgroup within which the current task is running.

    In C: u64 bpf_get_current_cgroup_id(void)
    Since Linux 4.18.
    """

def bpf_get_local_storage(map: Map[Any, Any], flags: u64 = 0) -> Any:
    """Get the pointer to the local storage area.

    In C: void *bpf_get_local_storage(void *map, u64 flags)
    Since Linux 4.19.
    """

def bpf_sk_select_reuseport(reuse: object, map: Map[Any, Any], key: object, flags: u64 = 0) -> s64:
    """Select a SO_REUSEPORT socket from a BPF_MAP_TYPE_REUSEPORT_SOCKARRAY map.

    In C: long bpf_sk_select_reuseport(struct sk_reuseport_md *reuse, struct bpf_map *map, void *key, u64 flags)
    Since Linux 4.19.
    """

def bpf_skb_ancestor_cgroup_id(skb: object, ancestor_level: s32) -> u64:
    """Return id of cgroup v2 that is ancestor of cgroup associated with the skb at the ancestor_level.

    In C: u64 bpf_skb_ancestor_cgroup_id(struct sk_buff *skb, int ancestor_level)
    Since Linux 4.19.
    """

def bpf_sk_lookup_tcp(ctx: object, tuple: _Readable, netns: s64, flags: u64 = 0) -> contexts.bpf_sock | None:
    """Look for TCP socket matching tuple, optionally in a child network namespace netns.

    In C: struct bpf_sock *bpf_sk_lookup_tcp(void *ctx, struct bpf_sock_tuple *tuple, u32 tuple_size, u64 netns, u64
    flags)
    Since Linux 4.20.
    """

def bpf_sk_lookup_udp(ctx: object, tuple: _Readable, netns: s64, flags: u64 = 0) -> contexts.bpf_sock | None:
    """Look for UDP socket matching tuple, optionally in a child network namespace netns.

    In C: struct bpf_sock *bpf_sk_lookup_udp(void *ctx, struct bpf_sock_tuple *tuple, u32 tuple_size, u64 netns, u64
    flags)
    Since Linux 4.20.
    """

def bpf_sk_release(sock: object) -> s64:
    """Release the reference held by sock.

    In C: long bpf_sk_release(void *sock)
    Since Linux 4.20.
    """

def bpf_map_push_elem(map: Map[Any, Any], value: object, flags: u64 = 0) -> s64:
    """Push an element value in map.

    In C: long bpf_map_push_elem(struct bpf_map *map, const void *value, u64 flags)
    Since Linux 4.20.
    """

def bpf_map_pop_elem(map: Map[Any, Any], value: _Writable) -> s64:
    """Pop an element from map.

    In C: long bpf_map_pop_elem(struct bpf_map *map, void *value)
    Since Linux 4.20.
    """

def bpf_map_peek_elem(map: Map[Any, Any], value: _Writable) -> s64:
    """Get an element from map without removing it.

    In C: long bpf_map_peek_elem(struct bpf_map *map, void *value)
    Since Linux 4.20.
    """

def bpf_msg_push_data(msg: object, start: u32, len: u32, flags: u64 = 0) -> s64:
    """For socket policies, insert len bytes into msg at offset start.

    In C: long bpf_msg_push_data(struct sk_msg_buff *msg, u32 start, u32 len, u64 flags)
    Since Linux 4.20.
    """

def bpf_msg_pop_data(msg: object, start: u32, len: u32, flags: u64 = 0) -> s64:
    """Will remove len bytes from a msg starting at byte start.

    In C: long bpf_msg_pop_data(struct sk_msg_buff *msg, u32 start, u32 len, u64 flags)
    Since Linux 5.0.
    """

def bpf_rc_pointer_rel(ctx: object, rel_x: s32, rel_y: s32) -> s64:
    """This helper is used in programs implementing IR decoding, to report a successfully decoded pointer movement.

    In C: long bpf_rc_pointer_rel(void *ctx, s32 rel_x, s32 rel_y)
    Since Linux 5.0. Needs a GPL-compatible LICENSE.
    """

def bpf_spin_unlock(lock: kernel_objects.bpf_spin_lock) -> None:
    """Release the lock previously locked by a call to bpf_spin_lock(lock).

    In C: long bpf_spin_unlock(struct bpf_spin_lock *lock)
    Since Linux 5.1.
    """

def bpf_sk_fullsock(sk: object) -> contexts.bpf_sock | None:
    """This helper gets a struct bpf_sock pointer such that all the fields in this bpf_sock can be accessed.

    In C: struct bpf_sock *bpf_sk_fullsock(struct bpf_sock *sk)
    Since Linux 5.1.
    """

def bpf_tcp_sock(sk: object) -> contexts.bpf_tcp_sock | None:
    """This helper gets a struct bpf_tcp_sock pointer from a struct bpf_sock pointer.

    In C: struct bpf_tcp_sock *bpf_tcp_sock(struct bpf_sock *sk)
    Since Linux 5.1.
    """

def bpf_skb_ecn_set_ce(skb: object) -> s64:
    """Set ECN (Explicit Congestion Notification) field of IP header to CE (Congestion Encountered) if current value is
    ECT (ECN Capable Transport).

    In C: long bpf_skb_ecn_set_ce(struct sk_buff *skb)
    Since Linux 5.1.
    """

def bpf_get_listener_sock(sk: object) -> contexts.bpf_sock | None:
    """Return a struct bpf_sock pointer in TCP_LISTEN state.

    In C: struct bpf_sock *bpf_get_listener_sock(struct bpf_sock *sk)
    Since Linux 5.1.
    """

def bpf_skc_lookup_tcp(ctx: object, tuple: _Readable, netns: s64, flags: u64 = 0) -> contexts.bpf_sock | None:
    """Look for TCP socket matching tuple, optionally in a child network namespace netns.

    In C: struct bpf_sock *bpf_skc_lookup_tcp(void *ctx, struct bpf_sock_tuple *tuple, u32 tuple_size, u64 netns,
    u64 flags)
    Since Linux 5.2.
    """

def bpf_tcp_check_syncookie(sk: object, iph: _Readable, th: net.tcphdr) -> s64:
    """Check whether iph and th contain a valid SYN cookie ACK for the listening socket in sk.

    In C: long bpf_tcp_check_syncookie(void *sk, void *iph, u32 iph_len, struct tcphdr *th, u32 th_len)
    Since Linux 5.2. Needs a GPL-compatible LICENSE.
    """

def bpf_sysctl_get_name(ctx: object, buf: _Writable, flags: u64 = 0) -> s64:
    """Get name of sysctl in /proc/sys/ and copy it into provided by program buffer buf of size buf_len.

    In C: long bpf_sysctl_get_name(struct bpf_sysctl *ctx, char *buf, size_t buf_len, u64 flags)
    Since Linux 5.2.
    """

def bpf_sysctl_get_current_value(ctx: object, buf: _Writable) -> s64:
    """Get current value of sysctl as it is presented in /proc/sys (incl.

    In C: long bpf_sysctl_get_current_value(struct bpf_sysctl *ctx, char *buf, size_t buf_len)
    Since Linux 5.2.
    """

def bpf_sysctl_get_new_value(ctx: object, buf: _Writable) -> s64:
    """Get new value being written by user space to sysctl (before the actual write happens) and copy it as a string
    into provided by program buffer buf of size buf_len.

    In C: long bpf_sysctl_get_new_value(struct bpf_sysctl *ctx, char *buf, size_t buf_len)
    Since Linux 5.2.
    """

def bpf_sysctl_set_new_value(ctx: object, buf: _Readable) -> s64:
    """Override new value being written by user space to sysctl with value provided by program in buffer buf of size
    buf_len.

    In C: long bpf_sysctl_set_new_value(struct bpf_sysctl *ctx, const char *buf, size_t buf_len)
    Since Linux 5.2.
    """

def bpf_strtol(buf: _Readable, flags: u64, res: Ptr[s64]) -> s64:
    """Convert the initial part of the string from buffer buf of size buf_len to a long integer according to the given
    base and save the result in res.

    In C: long bpf_strtol(const char *buf, size_t buf_len, u64 flags, long *res)
    Since Linux 5.2.
    """

def bpf_strtoul(buf: _Readable, flags: u64, res: Ptr[u64]) -> s64:
    """Convert the initial part of the string from buffer buf of size buf_len to an unsigned long integer according to
    the given base and save the result in res.

    In C: long bpf_strtoul(const char *buf, size_t buf_len, u64 flags, unsigned long *res)
    Since Linux 5.2.
    """

def bpf_sk_storage_get(map: Map[Any, Any], sk: object, value: object = None, flags: u64 = 0) -> Any | None:
    """Get a bpf-local-storage from a sk.

    In C: void *bpf_sk_storage_get(struct bpf_map *map, void *sk, void *value, u64 flags)
    Since Linux 5.2.
    """

def bpf_sk_storage_delete(map: Map[Any, Any], sk: object) -> s64:
    """Delete a bpf-local-storage from a sk.

    In C: long bpf_sk_storage_delete(struct bpf_map *map, void *sk)
    Since Linux 5.2.
    """

def bpf_send_signal(sig: u32) -> s64:
    """Send signal sig to the process of the current task.

    In C: long bpf_send_signal(u32 sig)
    Since Linux 5.3.
    """

def bpf_tcp_gen_syncookie(sk: object, iph: _Readable, th: net.tcphdr, th_len: u32) -> s64:
    """Try to issue a SYN cookie for the packet with corresponding IP/TCP headers, iph and th, on the listening socket
    in sk.

    In C: s64 bpf_tcp_gen_syncookie(void *sk, void *iph, u32 iph_len, struct tcphdr *th, u32 th_len)
    Since Linux 5.4. Needs a GPL-compatible LICENSE.
    """

def bpf_skb_output(ctx: Any, map: Map[Any, Any], flags: u64, data: _Readable) -> s64:
    """Write raw data blob into a special BPF perf event held by map of type BPF_MAP_TYPE_PERF_EVENT_ARRAY.

    In C: long bpf_skb_output(void *ctx, struct bpf_map *map, u64 flags, void *data, u64 size)
    Since Linux 5.5. Needs a GPL-compatible LICENSE.
    """

def bpf_probe_read_user(dst: _Writable, unsafe_ptr: object) -> s64:
    """Safely attempt to read size bytes from user space address unsafe_ptr and store the data in dst.

    In C: long bpf_probe_read_user(void *dst, u32 size, const void *unsafe_ptr)
    Since Linux 5.5. Needs a GPL-compatible LICENSE.
    """

def bpf_probe_read_kernel(dst: _Writable, unsafe_ptr: object) -> s64:
    """Safely attempt to read size bytes from kernel space address unsafe_ptr and store the data in dst.

    In C: long bpf_probe_read_kernel(void *dst, u32 size, const void *unsafe_ptr)
    Since Linux 5.5. Needs a GPL-compatible LICENSE.
    """

def bpf_probe_read_user_str(dst: _Writable, unsafe_ptr: object) -> s64:
    """Copy a NUL terminated string from an unsafe user address unsafe_ptr to dst.

    In C: long bpf_probe_read_user_str(void *dst, u32 size, const void *unsafe_ptr)
    Since Linux 5.5. Needs a GPL-compatible LICENSE.
    """

def bpf_probe_read_kernel_str(dst: _Writable, unsafe_ptr: object) -> s64:
    """Copy a NUL terminated string from an unsafe kernel address unsafe_ptr to dst.

    In C: long bpf_probe_read_kernel_str(void *dst, u32 size, const void *unsafe_ptr)
    Since Linux 5.5. Needs a GPL-compatible LICENSE.
    """

def bpf_tcp_send_ack(tp: Any, rcv_nxt: u32) -> s64:
    """Send out a tcp-ack.

    In C: long bpf_tcp_send_ack(void *tp, u32 rcv_nxt)
    Since Linux 5.6.
    """

def bpf_send_signal_thread(sig: u32) -> s64:
    """Send signal sig to the thread corresponding to the current task.

    In C: long bpf_send_signal_thread(u32 sig)
    Since Linux 5.6.
    """

def bpf_jiffies64() -> u64:
    """Obtain the 64bit jiffies.

    In C: u64 bpf_jiffies64(void)
    Since Linux 5.6.
    """

def bpf_read_branch_records(ctx: object, buf: _Writable, flags: u64 = 0) -> s64:
    """For an eBPF program attached to a perf event, retrieve the branch records (struct perf_branch_entry) associated
    to ctx and store it in the buffer pointed by buf up to size size bytes.

    In C: long bpf_read_branch_records(struct bpf_perf_event_data *ctx, void *buf, u32 size, u64 flags)
    Since Linux 5.7. Needs a GPL-compatible LICENSE.
    """

def bpf_get_ns_current_pid_tgid(dev: u64, ino: u64, nsdata: uapi.bpf_pidns_info) -> s64:
    """Returns 0 on success, values for pid and tgid as seen from the current namespace will be returned in nsdata.

    In C: long bpf_get_ns_current_pid_tgid(u64 dev, u64 ino, struct bpf_pidns_info *nsdata, u32 size)
    Since Linux 5.7.
    """

def bpf_xdp_output(ctx: Any, map: Map[Any, Any], flags: u64, data: _Readable) -> s64:
    """Write raw data blob into a special BPF perf event held by map of type BPF_MAP_TYPE_PERF_EVENT_ARRAY.

    In C: long bpf_xdp_output(void *ctx, struct bpf_map *map, u64 flags, void *data, u64 size)
    Since Linux 5.7. Needs a GPL-compatible LICENSE.
    """

def bpf_get_netns_cookie(ctx: object) -> u64:
    """Retrieve the cookie (generated by the kernel) of the network namespace the input ctx is associated with.

    In C: u64 bpf_get_netns_cookie(void *ctx)
    Since Linux 5.7.
    """

def bpf_get_current_ancestor_cgroup_id(ancestor_level: s32) -> u64:
    """Return id of cgroup v2 that is ancestor of the cgroup associated with the current task at the ancestor_level.

    In C: u64 bpf_get_current_ancestor_cgroup_id(int ancestor_level)
    Since Linux 5.7.
    """

def bpf_sk_assign(skb: object, sk: object = None, flags: u64 = 0) -> s64:
    """Helper is overloaded depending on BPF program type.

    In C: long bpf_sk_assign(struct sk_buff *skb, void *sk, u64 flags)
    Since Linux 5.7.
    """

def bpf_ktime_get_boot_ns() -> u64:
    """Return the time elapsed since system boot, in nanoseconds.

    In C: u64 bpf_ktime_get_boot_ns(void)
    Since Linux 5.8.
    """

def bpf_seq_printf(m: Any, fmt: str) -> s64:
    """bpf_seq_printf() uses seq_file seq_printf() to print out the format string.

    In C: long bpf_seq_printf(struct seq_file *m, const char *fmt, u32 fmt_size, const void *data, u32 data_len)
    Since Linux 5.8. Needs a GPL-compatible LICENSE.
    """

def bpf_seq_write(m: Any, data: _Readable) -> s64:
    """bpf_seq_write() uses seq_file seq_write() to write the data.

    In C: long bpf_seq_write(struct seq_file *m, const void *data, u32 len)
    Since Linux 5.8. Needs a GPL-compatible LICENSE.
    """

def bpf_sk_cgroup_id(sk: object) -> u64:
    """Return the cgroup v2 id of the socket sk.

    In C: u64 bpf_sk_cgroup_id(void *sk)
    Since Linux 5.8.
    """

def bpf_sk_ancestor_cgroup_id(sk: object, ancestor_level: s32) -> u64:
    """Return id of cgroup v2 that is ancestor of cgroup associated with the sk at the ancestor_level.

    In C: u64 bpf_sk_ancestor_cgroup_id(void *sk, int ancestor_level)
    Since Linux 5.8.
    """

def bpf_ringbuf_output(ringbuf: Map[Any, Any], data: _Readable, flags: u64 = 0) -> s64:
    """Copy size bytes from data into a ring buffer ringbuf.

    In C: long bpf_ringbuf_output(void *ringbuf, void *data, u64 size, u64 flags)
    Since Linux 5.8.
    """

def bpf_ringbuf_reserve(ringbuf: Map[Any, Any], flags: u64 = 0) -> Any | None:
    """Reserve size bytes of payload in a ring buffer ringbuf.

    In C: void *bpf_ringbuf_reserve(void *ringbuf, u64 size, u64 flags)
    Since Linux 5.8.
    """

def bpf_ringbuf_submit(data: object, flags: u64 = 0) -> None:
    """Submit reserved ring buffer sample, pointed to by data.

    In C: void bpf_ringbuf_submit(void *data, u64 flags)
    Since Linux 5.8.
    """

def bpf_ringbuf_discard(data: object, flags: u64 = 0) -> None:
    """Discard reserved ring buffer sample, pointed to by data.

    In C: void bpf_ringbuf_discard(void *data, u64 flags)
    Since Linux 5.8.
    """

def bpf_ringbuf_query(ringbuf: Map[Any, Any], flags: u64 = 0) -> u64:
    """Query various characteristics of provided ring buffer.

    In C: u64 bpf_ringbuf_query(void *ringbuf, u64 flags)
    Since Linux 5.8.
    """

def bpf_csum_level(skb: object, level: u64) -> s64:
    """Change the skbs checksum level by one layer up or down, or reset it entirely to none in order to have the stack
    perform checksum validation.

    In C: long bpf_csum_level(struct sk_buff *skb, u64 level)
    Since Linux 5.8.
    """

def bpf_skc_to_tcp6_sock(sk: object) -> Any | None:
    """Dynamically cast a sk pointer to a tcp6_sock pointer.

    In C: struct tcp6_sock *bpf_skc_to_tcp6_sock(void *sk)
    Since Linux 5.9.
    """

def bpf_skc_to_tcp_sock(sk: object) -> Any | None:
    """Dynamically cast a sk pointer to a tcp_sock pointer.

    In C: struct tcp_sock *bpf_skc_to_tcp_sock(void *sk)
    Since Linux 5.9.
    """

def bpf_skc_to_tcp_timewait_sock(sk: object) -> Any | None:
    """Dynamically cast a sk pointer to a tcp_timewait_sock pointer.

    In C: struct tcp_timewait_sock *bpf_skc_to_tcp_timewait_sock(void *sk)
    Since Linux 5.9.
    """

def bpf_skc_to_tcp_request_sock(sk: object) -> Any | None:
    """Dynamically cast a sk pointer to a tcp_request_sock pointer.

    In C: struct tcp_request_sock *bpf_skc_to_tcp_request_sock(void *sk)
    Since Linux 5.9.
    """

def bpf_skc_to_udp6_sock(sk: object) -> Any | None:
    """Dynamically cast a sk pointer to a udp6_sock pointer.

    In C: struct udp6_sock *bpf_skc_to_udp6_sock(void *sk)
    Since Linux 5.9.
    """

def bpf_get_task_stack(task: Any, buf: _Writable, flags: u64 = 0) -> s64:
    """Return a user or a kernel stack in bpf program provided buffer.

    In C: long bpf_get_task_stack(struct task_struct *task, void *buf, u32 size, u64 flags)
    Since Linux 5.9.
    """

def bpf_load_hdr_opt(skops: object, searchby_res: _Writable, flags: u64 = 0) -> s64:
    """Load header option.

    In C: long bpf_load_hdr_opt(struct bpf_sock_ops *skops, void *searchby_res, u32 len, u64 flags)
    Since Linux 5.10.
    """

def bpf_store_hdr_opt(skops: object, from_: _Readable, flags: u64 = 0) -> s64:
    """Store header option.

    In C: long bpf_store_hdr_opt(struct bpf_sock_ops *skops, const void *from, u32 len, u64 flags)
    Since Linux 5.10.
    """

def bpf_reserve_hdr_opt(skops: object, len: u32, flags: u64 = 0) -> s64:
    """Reserve len bytes for the bpf header option.

    In C: long bpf_reserve_hdr_opt(struct bpf_sock_ops *skops, u32 len, u64 flags)
    Since Linux 5.10.
    """

def bpf_inode_storage_get(map: Map[Any, Any], inode: Any, value: object = None, flags: u64 = 0) -> Any | None:
    """Get a bpf_local_storage from an inode.

    In C: void *bpf_inode_storage_get(struct bpf_map *map, void *inode, void *value, u64 flags)
    Since Linux 5.10.
    """

def bpf_inode_storage_delete(map: Map[Any, Any], inode: Any) -> s32:
    """Delete a bpf_local_storage from an inode.

    In C: int bpf_inode_storage_delete(struct bpf_map *map, void *inode)
    Since Linux 5.10.
    """

def bpf_d_path(path: Any, buf: _Writable) -> s64:
    """Return full path for given struct path object, which needs to be the kernel BTF path object.

    In C: long bpf_d_path(struct path *path, char *buf, u32 sz)
    Since Linux 5.10.
    """

def bpf_copy_from_user(dst: _Writable, user_ptr: object) -> s64:
    """Read size bytes from user space address user_ptr and store the data in dst.

    In C: long bpf_copy_from_user(void *dst, u32 size, const void *user_ptr)
    Since Linux 5.10. Sleepable programs only.
    """

def bpf_snprintf_btf(str: _Writable, ptr: uapi.btf_ptr, flags: u64 = 0) -> s64:
    """Use BTF to store a string representation of ptr->ptr in str, using ptr->type_id.

    In C: long bpf_snprintf_btf(char *str, u32 str_size, struct btf_ptr *ptr, u32 btf_ptr_size, u64 flags)
    Since Linux 5.10.
    """

def bpf_seq_printf_btf(m: Any, ptr: uapi.btf_ptr, flags: u64 = 0) -> s64:
    """Use BTF to write to seq_write a string representation of ptr->ptr, using ptr->type_id as per bpf_snprintf_btf().

    In C: long bpf_seq_printf_btf(struct seq_file *m, struct btf_ptr *ptr, u32 ptr_size, u64 flags)
    Since Linux 5.10. Needs a GPL-compatible LICENSE.
    """

def bpf_skb_cgroup_classid(skb: object) -> u64:
    """See bpf_get_cgroup_classid() for the main description.

    In C: u64 bpf_skb_cgroup_classid(struct sk_buff *skb)
    Since Linux 5.10.
    """

def bpf_redirect_neigh(ifindex: u32, params: uapi.bpf_redir_neigh | None = None, flags: u64 = 0) -> s32:
    """Redirect the packet to another net device of index ifindex and fill in L2 addresses from neighboring subsystem.

    In C: long bpf_redirect_neigh(u32 ifindex, struct bpf_redir_neigh *params, int plen, u64 flags)
    Since Linux 5.10.
    """

def bpf_per_cpu_ptr(percpu_ptr: object, cpu: u32) -> Any | None:
    """Take a pointer to a percpu ksym, percpu_ptr, and return a pointer to the percpu kernel variable on cpu.

    In C: void *bpf_per_cpu_ptr(const void *percpu_ptr, u32 cpu)
    Since Linux 5.10.
    """

def bpf_this_cpu_ptr(percpu_ptr: object) -> Any:
    """Take a pointer to a percpu ksym, percpu_ptr, and return a pointer to the percpu kernel variable on this cpu.

    In C: void *bpf_this_cpu_ptr(const void *percpu_ptr)
    Since Linux 5.10.
    """

def bpf_redirect_peer(ifindex: u32, flags: u64 = 0) -> s32:
    """Redirect the packet to another net device of index ifindex.

    In C: long bpf_redirect_peer(u32 ifindex, u64 flags)
    Since Linux 5.10.
    """

def bpf_task_storage_get(map: Map[Any, Any], task: Any, value: object = None, flags: u64 = 0) -> Any | None:
    """Get a bpf_local_storage from the task.

    In C: void *bpf_task_storage_get(struct bpf_map *map, struct task_struct *task, void *value, u64 flags)
    Since Linux 5.11.
    """

def bpf_task_storage_delete(map: Map[Any, Any], task: Any) -> s64:
    """Delete a bpf_local_storage from a task.

    In C: long bpf_task_storage_delete(struct bpf_map *map, struct task_struct *task)
    Since Linux 5.11.
    """

def bpf_get_current_task_btf() -> Any:
    """Return a BTF pointer to the "current" task.

    In C: struct task_struct *bpf_get_current_task_btf(void)
    Since Linux 5.11. Needs a GPL-compatible LICENSE.
    """

def bpf_bprm_opts_set(bprm: Any, flags: u64) -> s64:
    """Set or clear certain options on bprm.

    In C: long bpf_bprm_opts_set(struct linux_binprm *bprm, u64 flags)
    Since Linux 5.11.
    """

def bpf_ktime_get_coarse_ns() -> u64:
    """Return a coarse-grained version of the time elapsed since system boot, in nanoseconds.

    In C: u64 bpf_ktime_get_coarse_ns(void)
    Since Linux 5.11.
    """

def bpf_ima_inode_hash(inode: Any, dst: _Writable) -> s64:
    """Returns the stored IMA hash of the inode (if it's available).

    In C: long bpf_ima_inode_hash(struct inode *inode, void *dst, u32 size)
    Since Linux 5.11. Sleepable programs only.
    """

def bpf_sock_from_file(file: Any) -> Any | None:
    """If the given file represents a socket, returns the associated socket.

    In C: struct socket *bpf_sock_from_file(struct file *file)
    Since Linux 5.11.
    """

def bpf_check_mtu(ctx: object, ifindex: u32, mtu_len: Ptr[u32], len_diff: s32, flags: u64 = 0) -> s64:
    """Check packet size against exceeding MTU of net device (based on ifindex).

    In C: long bpf_check_mtu(void *ctx, u32 ifindex, u32 *mtu_len, s32 len_diff, u64 flags)
    Since Linux 5.12. Needs a GPL-compatible LICENSE.
    """

def bpf_for_each_map_elem(
    map: Map[Any, Any], callback_fn: Callable[..., int], callback_ctx: object, flags: u64 = 0
) -> s64:
    """For each element in map, call callback_fn function with map, callback_ctx and other map-specific parameters.

    In C: long bpf_for_each_map_elem(struct bpf_map *map, void *callback_fn, void *callback_ctx, u64 flags)
    Since Linux 5.13.
    """

def bpf_snprintf(str: _Writable, fmt: str) -> s64:
    """Outputs a string into the str buffer of size str_size based on a format string stored in a read-only map pointed
    by fmt.

    In C: long bpf_snprintf(char *str, u32 str_size, const char *fmt, u64 *data, u32 data_len)
    Since Linux 5.13. Needs a GPL-compatible LICENSE.
    """

def bpf_sys_bpf(cmd: u32, attr: _Readable) -> s64:
    """Execute bpf syscall with given arguments.

    In C: long bpf_sys_bpf(u32 cmd, void *attr, u32 attr_size)
    Since Linux 5.14.
    """

def bpf_btf_find_by_name_kind(name: str, kind: u32, flags: u32 = 0) -> s64:
    """Find BTF type with given name and kind in vmlinux BTF or in module's BTFs.

    In C: long bpf_btf_find_by_name_kind(char *name, int name_sz, u32 kind, int flags)
    Since Linux 5.14.
    """

def bpf_sys_close(fd: u32) -> s64:
    """Execute close syscall for given FD.

    In C: long bpf_sys_close(u32 fd)
    Since Linux 5.14.
    """

def bpf_timer_init(timer: kernel_objects.bpf_timer, map: Map[Any, Any], flags: u64 = 0) -> s64:
    """Initialize the timer.

    In C: long bpf_timer_init(struct bpf_timer *timer, struct bpf_map *map, u64 flags)
    Since Linux 5.15. Needs a GPL-compatible LICENSE.
    """

def bpf_timer_set_callback(timer: kernel_objects.bpf_timer, callback_fn: Callable[..., int]) -> s64:
    """Configure the timer to call callback_fn static function.

    In C: long bpf_timer_set_callback(struct bpf_timer *timer, void *callback_fn)
    Since Linux 5.15. Needs a GPL-compatible LICENSE.
    """

def bpf_timer_start(timer: kernel_objects.bpf_timer, nsecs: u64, flags: u64 = 0) -> s64:
    """Set timer expiration N nanoseconds from the current time.

    In C: long bpf_timer_start(struct bpf_timer *timer, u64 nsecs, u64 flags)
    Since Linux 5.15. Needs a GPL-compatible LICENSE.
    """

def bpf_timer_cancel(timer: kernel_objects.bpf_timer) -> s64:
    """Cancel the timer and wait for callback_fn to finish if it was running.

    In C: long bpf_timer_cancel(struct bpf_timer *timer)
    Since Linux 5.15. Needs a GPL-compatible LICENSE.
    """

def bpf_get_func_ip(ctx: object) -> u64:
    """Get address of the traced function (for tracing and kprobe programs).

    In C: u64 bpf_get_func_ip(void *ctx)
    Since Linux 5.15. Needs a GPL-compatible LICENSE.
    """

def bpf_get_attach_cookie(ctx: object) -> u64:
    """Get bpf_cookie value provided(optionally) during the program attachment.

    In C: u64 bpf_get_attach_cookie(void *ctx)
    Since Linux 5.15.
    """

def bpf_task_pt_regs(task: Any) -> Any:
    """Get the struct pt_regs associated with task.

    In C: long bpf_task_pt_regs(struct task_struct *task)
    Since Linux 5.15. Needs a GPL-compatible LICENSE.
    """

def bpf_get_branch_snapshot(entries: _Writable, flags: u64 = 0) -> s64:
    """Get branch trace from hardware engines like Intel LBR.

    In C: long bpf_get_branch_snapshot(void *entries, u32 size, u64 flags)
    Since Linux 5.16. Needs a GPL-compatible LICENSE.
    """

def bpf_trace_vprintk(fmt: str) -> s64:
    """Behaves like bpf_trace_printk() helper, but takes an array of u64 to format and can handle more format args as a
    result.

    In C: long bpf_trace_vprintk(const char *fmt, u32 fmt_size, const void *data, u32 data_len)
    Since Linux 5.16. Needs a GPL-compatible LICENSE.
    """

def bpf_skc_to_unix_sock(sk: object) -> Any | None:
    """Dynamically cast a sk pointer to a unix_sock pointer.

    In C: struct unix_sock *bpf_skc_to_unix_sock(void *sk)
    Since Linux 5.16.
    """

def bpf_kallsyms_lookup_name(name: str, flags: s32, res: Ptr[u64]) -> s64:
    """Get the address of a kernel symbol, returned in res.

    In C: long bpf_kallsyms_lookup_name(const char *name, int name_sz, int flags, u64 *res)
    Since Linux 5.16.
    """

def bpf_find_vma(task: Any, addr: u64, callback_fn: Callable[..., int], callback_ctx: object, flags: u64 = 0) -> s64:
    """Find vma of task that contains addr, call callback_fn function with task, vma, and callback_ctx.

    In C: long bpf_find_vma(struct task_struct *task, u64 addr, void *callback_fn, void *callback_ctx, u64 flags)
    Since Linux 5.17.
    """

def bpf_loop(nr_loops: u32, callback_fn: Callable[..., int], callback_ctx: object, flags: u64 = 0) -> s64:
    """For nr_loops, call callback_fn function with callback_ctx as the context parameter.

    In C: long bpf_loop(u32 nr_loops, void *callback_fn, void *callback_ctx, u64 flags)
    Since Linux 5.17.
    """

def bpf_strncmp(s1: _Readable, s2: str) -> s64:
    """Do strncmp() between s1 and s2.

    In C: long bpf_strncmp(const char *s1, u32 s1_sz, const char *s2)
    Since Linux 5.17.
    """

def bpf_get_func_arg(ctx: object, n: u32, value: Ptr[u64]) -> s64:
    """Get n-th argument register (zero based) of the traced function (for tracing programs) returned in value.

    In C: long bpf_get_func_arg(void *ctx, u32 n, u64 *value)
    Since Linux 5.17.
    """

def bpf_get_func_ret(ctx: object, value: Ptr[u64]) -> s64:
    """Get return value of the traced function (for tracing programs) in value.

    In C: long bpf_get_func_ret(void *ctx, u64 *value)
    Since Linux 5.17.
    """

def bpf_get_func_arg_cnt(ctx: object) -> s64:
    """Get number of registers of the traced function (for tracing programs) where function arguments are stored in
    these registers.

    In C: long bpf_get_func_arg_cnt(void *ctx)
    Since Linux 5.17.
    """

def bpf_get_retval() -> s32:
    """Get the BPF program's return value that will be returned to the upper layers.

    In C: int bpf_get_retval(void)
    Since Linux 5.18.
    """

def bpf_set_retval(retval: s32) -> s32:
    """Set the BPF program's return value that will be returned to the upper layers.

    In C: int bpf_set_retval(int retval)
    Since Linux 5.18.
    """

def bpf_xdp_get_buff_len(xdp_md: object) -> u64:
    """Get the total size of a given xdp buff (linear and paged area).

    In C: u64 bpf_xdp_get_buff_len(struct xdp_buff *xdp_md)
    Since Linux 5.18.
    """

def bpf_xdp_load_bytes(xdp_md: object, offset: u32, buf: _Writable) -> s64:
    """This helper is provided as an easy way to load data from a xdp buffer.

    In C: long bpf_xdp_load_bytes(struct xdp_buff *xdp_md, u32 offset, void *buf, u32 len)
    Since Linux 5.18.
    """

def bpf_xdp_store_bytes(xdp_md: object, offset: u32, buf: _Readable) -> s64:
    """Store len bytes from buffer buf into the frame associated to xdp_md, at offset.

    In C: long bpf_xdp_store_bytes(struct xdp_buff *xdp_md, u32 offset, void *buf, u32 len)
    Since Linux 5.18.
    """

def bpf_copy_from_user_task(dst: _Writable, user_ptr: object, tsk: Any, flags: u64 = 0) -> s64:
    """Read size bytes from user space address user_ptr in tsk's address space, and stores the data in dst.

    In C: long bpf_copy_from_user_task(void *dst, u32 size, const void *user_ptr, struct task_struct *tsk, u64
    flags)
    Since Linux 5.18. Needs a GPL-compatible LICENSE. Sleepable programs only.
    """

def bpf_skb_set_tstamp(skb: object, tstamp: u64, tstamp_type: u32) -> s64:
    """Change the __sk_buff->tstamp_type to tstamp_type and set tstamp to the __sk_buff->tstamp together.

    In C: long bpf_skb_set_tstamp(struct sk_buff *skb, u64 tstamp, u32 tstamp_type)
    Since Linux 5.18.
    """

def bpf_ima_file_hash(file: Any, dst: _Writable) -> s64:
    """Returns a calculated IMA hash of the file.

    In C: long bpf_ima_file_hash(struct file *file, void *dst, u32 size)
    Since Linux 5.18. Sleepable programs only.
    """

def bpf_kptr_xchg(map_value: object, ptr: object) -> Any | None:
    """Exchange kptr at pointer map_value with ptr, and return the old value.

    In C: void *bpf_kptr_xchg(void *map_value, void *ptr)
    Since Linux 5.19.
    """

def bpf_map_lookup_percpu_elem(map: Map[Any, Any], key: object, cpu: u32) -> Any | None:
    """Perform a lookup in *percpu map* for an entry associated to key on cpu.

    In C: void *bpf_map_lookup_percpu_elem(struct bpf_map *map, const void *key, u32 cpu)
    Since Linux 5.19.
    """

def bpf_skc_to_mptcp_sock(sk: object) -> Any | None:
    """Dynamically cast a sk pointer to a mptcp_sock pointer.

    In C: struct mptcp_sock *bpf_skc_to_mptcp_sock(void *sk)
    Since Linux 5.19.
    """

def bpf_dynptr_from_mem(data: _Readable, flags: u64, ptr: kernel_objects.bpf_dynptr) -> s64:
    """Get a dynptr to local memory data.

    In C: long bpf_dynptr_from_mem(void *data, u32 size, u64 flags, struct bpf_dynptr *ptr)
    Since Linux 5.19.
    """

def bpf_ringbuf_reserve_dynptr(ringbuf: Map[Any, Any], size: u32, flags: u64, ptr: kernel_objects.bpf_dynptr) -> s64:
    """Reserve size bytes of payload in a ring buffer ringbuf through the dynptr interface.

    In C: long bpf_ringbuf_reserve_dynptr(void *ringbuf, u32 size, u64 flags, struct bpf_dynptr *ptr)
    Since Linux 5.19.
    """

def bpf_ringbuf_submit_dynptr(ptr: object, flags: u64 = 0) -> None:
    """Submit reserved ring buffer sample, pointed to by data, through the dynptr interface.

    In C: void bpf_ringbuf_submit_dynptr(struct bpf_dynptr *ptr, u64 flags)
    Since Linux 5.19.
    """

def bpf_ringbuf_discard_dynptr(ptr: object, flags: u64 = 0) -> None:
    """Discard reserved ring buffer sample through the dynptr interface.

    In C: void bpf_ringbuf_discard_dynptr(struct bpf_dynptr *ptr, u64 flags)
    Since Linux 5.19.
    """

def bpf_dynptr_read(dst: _Writable, src: kernel_objects.bpf_dynptr, offset: u32, flags: u64 = 0) -> s64:
    """Read len bytes from src into dst, starting from offset into src.

    In C: long bpf_dynptr_read(void *dst, u32 len, struct bpf_dynptr *src, u32 offset, u64 flags)
    Since Linux 5.19.
    """

def bpf_dynptr_write(dst: kernel_objects.bpf_dynptr, offset: u32, src: _Readable, flags: u64 = 0) -> s64:
    """Write len bytes from src into dst, starting from offset into dst.

    In C: long bpf_dynptr_write(struct bpf_dynptr *dst, u32 offset, void *src, u32 len, u64 flags)
    Since Linux 5.19.
    """

def bpf_dynptr_data(ptr: kernel_objects.bpf_dynptr, offset: u32, len: u32) -> Any | None:
    """Get a pointer to the underlying dynptr data.

    In C: void *bpf_dynptr_data(struct bpf_dynptr *ptr, u32 offset, u32 len)
    Since Linux 5.19.
    """

def bpf_tcp_raw_gen_syncookie_ipv4(iph: net.iphdr, th: net.tcphdr, th_len: u32) -> s64:
    """Try to issue a SYN cookie for the packet with corresponding IPv4/TCP headers, iph and th, without depending on a
    listening socket.

    In C: s64 bpf_tcp_raw_gen_syncookie_ipv4(struct iphdr *iph, struct tcphdr *th, u32 th_len)
    Since Linux 6.0. Needs a GPL-compatible LICENSE.
    """

def bpf_tcp_raw_gen_syncookie_ipv6(iph: net.ipv6hdr, th: net.tcphdr, th_len: u32) -> s64:
    """Try to issue a SYN cookie for the packet with corresponding IPv6/TCP headers, iph and th, without depending on a
    listening socket.

    In C: s64 bpf_tcp_raw_gen_syncookie_ipv6(struct ipv6hdr *iph, struct tcphdr *th, u32 th_len)
    Since Linux 6.0. Needs a GPL-compatible LICENSE.
    """

def bpf_tcp_raw_check_syncookie_ipv4(iph: net.iphdr, th: net.tcphdr) -> s64:
    """Check whether iph and th contain a valid SYN cookie ACK without depending on a listening socket.

    In C: long bpf_tcp_raw_check_syncookie_ipv4(struct iphdr *iph, struct tcphdr *th)
    Since Linux 6.0. Needs a GPL-compatible LICENSE.
    """

def bpf_tcp_raw_check_syncookie_ipv6(iph: net.ipv6hdr, th: net.tcphdr) -> s64:
    """Check whether iph and th contain a valid SYN cookie ACK without depending on a listening socket.

    In C: long bpf_tcp_raw_check_syncookie_ipv6(struct ipv6hdr *iph, struct tcphdr *th)
    Since Linux 6.0. Needs a GPL-compatible LICENSE.
    """

def bpf_ktime_get_tai_ns() -> u64:
    """A nonsettable system-wide clock derived from wall-clock time but ignoring leap seconds.

    In C: u64 bpf_ktime_get_tai_ns(void)
    Since Linux 6.1.
    """

def bpf_user_ringbuf_drain(
    map: Map[Any, Any], callback_fn: Callable[..., int], ctx: object = None, flags: u64 = 0
) -> s64:
    """Drain samples from the specified user ring buffer, and invoke the provided callback for each such sample.

    In C: long bpf_user_ringbuf_drain(struct bpf_map *map, void *callback_fn, void *ctx, u64 flags)
    Since Linux 6.1.
    """

def bpf_cgrp_storage_get(map: Map[Any, Any], cgroup: Any, value: object = None, flags: u64 = 0) -> Any | None:
    """Get a value from the storage of a cgroup.

    In C: void *bpf_cgrp_storage_get(struct bpf_map *map, struct cgroup *cgroup, void *value, u64 flags)
    Since Linux 6.2.
    """

def bpf_cgrp_storage_delete(map: Map[Any, Any], cgroup: Any) -> s64:
    """Delete a value from the storage of a cgroup.

    In C: long bpf_cgrp_storage_delete(struct bpf_map *map, struct cgroup *cgroup)
    Since Linux 6.2.
    """

