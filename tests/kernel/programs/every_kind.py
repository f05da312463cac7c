"""The smallest program of every kind: each is named after its decorator."""
from pybpfc import (
    Ptr, StructOpsMap, __sk_buff, action, bpf_cgroup_dev_ctx, bpf_nf_ctx, bpf_perf_event_data, bpf_raw_tracepoint_args, bpf_sk_lookup,
    bpf_sock, bpf_sock_addr, bpf_sock_ops, bpf_sockopt, bpf_sysctl, cgroup_bind4, cgroup_bind6, cgroup_connect4,
    cgroup_connect6, cgroup_connect_unix, cgroup_dev, cgroup_getpeername4, cgroup_getpeername6,
    cgroup_getpeername_unix, cgroup_getsockname4, cgroup_getsockname6, cgroup_getsockname_unix, cgroup_getsockopt,
    cgroup_post_bind4, cgroup_post_bind6, cgroup_recvmsg4, cgroup_recvmsg6, cgroup_recvmsg_unix, cgroup_sendmsg4,
    cgroup_sendmsg6, cgroup_sendmsg_unix, cgroup_setsockopt, cgroup_skb, cgroup_skb_egress, cgroup_skb_ingress,
    cgroup_sock, cgroup_sock_create, cgroup_sock_release, cgroup_sysctl, classifier, fentry, fexit, flow_dissector,
    fmod_ret, freplace, fsession, iter_, kprobe, kprobe_multi, kprobe_session, kretprobe, kretprobe_multi,
    kretsyscall, ksyscall, lirc_mode2, lsm, lsm_cgroup, lwt_in, lwt_out, lwt_seg6local, lwt_xmit, netfilter, netkit_peer,
    netkit_primary, perf_event, pt_regs, raw_tracepoint, raw_tracepoint_writable, sk_lookup, sk_msg, sk_msg_md,
    sk_reuseport, sk_reuseport_md, sk_reuseport_migrate, sk_skb, sk_skb_stream_parser, sk_skb_stream_verdict,
    sk_skb_verdict, socket, sockops, Struct, struct_ops, syscall, tc, tcx_egress, tcx_ingress, tp_btf, tracepoint,
    u32, uprobe, uprobe_multi, uprobe_session, uretprobe, uretprobe_multi, usdt, xdp, xdp_cpumap, xdp_cpumap_frags,
    xdp_devmap, xdp_devmap_frags, xdp_frags, xdp_md,
)
from pybpfc.helpers import bpf_rc_keydown
from pybpfc.vmlinux import bpf_iter__task, sock, tcp_congestion_ops, trace_event_raw_sched_process_template

LICENSE = "GPL"


class Request(Struct):
    number: u32


@xdp
def on_xdp(ctx: xdp_md) -> int:
    return 0


@xdp_frags
def on_xdp_frags(ctx: xdp_md) -> int:
    return 0


@xdp_devmap
def on_xdp_devmap(ctx: xdp_md) -> int:
    return 0


@xdp_devmap_frags
def on_xdp_devmap_frags(ctx: xdp_md) -> int:
    return 0


@xdp_cpumap
def on_xdp_cpumap(ctx: xdp_md) -> int:
    return 0


@xdp_cpumap_frags
def on_xdp_cpumap_frags(ctx: xdp_md) -> int:
    return 0


@tc
def on_tc(ctx: __sk_buff) -> int:
    return 0


@classifier
def on_classifier(ctx: __sk_buff) -> int:
    return 0


@action
def on_action(ctx: __sk_buff) -> int:
    return 0


@tcx_ingress
def on_tcx_ingress(ctx: __sk_buff) -> int:
    return 0


@tcx_egress
def on_tcx_egress(ctx: __sk_buff) -> int:
    return 0


@netkit_primary
def on_netkit_primary(ctx: __sk_buff) -> int:
    return 0


@netkit_peer
def on_netkit_peer(ctx: __sk_buff) -> int:
    return 0


@lwt_in
def on_lwt_in(ctx: __sk_buff) -> int:
    return 0


@lwt_out
def on_lwt_out(ctx: __sk_buff) -> int:
    return 0


@lwt_xmit
def on_lwt_xmit(ctx: __sk_buff) -> int:
    return 0


@lwt_seg6local
def on_lwt_seg6local(ctx: __sk_buff) -> int:
    return 0


@flow_dissector
def on_flow_dissector(ctx: __sk_buff) -> int:
    return 0


@netfilter
def on_netfilter(ctx: bpf_nf_ctx) -> int:
    return 1


@socket
def on_socket(ctx: __sk_buff) -> int:
    return 0


@sk_reuseport
def on_sk_reuseport(ctx: sk_reuseport_md) -> int:
    return 0


@sk_reuseport_migrate
def on_sk_reuseport_migrate(ctx: sk_reuseport_md) -> int:
    return 0


@sk_lookup
def on_sk_lookup(ctx: bpf_sk_lookup) -> int:
    return 0


@sk_msg
def on_sk_msg(ctx: sk_msg_md) -> int:
    return 0


@sk_skb_stream_parser
def on_sk_skb_stream_parser(ctx: __sk_buff) -> int:
    return 0


@sk_skb_stream_verdict
def on_sk_skb_stream_verdict(ctx: __sk_buff) -> int:
    return 0


@sk_skb_verdict
def on_sk_skb_verdict(ctx: __sk_buff) -> int:
    return 0


@sk_skb
def on_sk_skb(ctx: __sk_buff) -> int:
    return 0


@sockops
def on_sockops(ctx: bpf_sock_ops) -> int:
    return 0


@cgroup_skb_ingress
def on_cgroup_skb_ingress(ctx: __sk_buff) -> int:
    return 0


@cgroup_skb_egress
def on_cgroup_skb_egress(ctx: __sk_buff) -> int:
    return 0


@cgroup_skb
def on_cgroup_skb(ctx: __sk_buff) -> int:
    return 0


@cgroup_sock_create
def on_cgroup_sock_create(ctx: bpf_sock) -> int:
    return 0


@cgroup_sock_release
def on_cgroup_sock_release(ctx: bpf_sock) -> int:
    return 0


@cgroup_sock
def on_cgroup_sock(ctx: bpf_sock) -> int:
    return 0


@cgroup_post_bind4
def on_cgroup_post_bind4(ctx: bpf_sock) -> int:
    return 0


@cgroup_post_bind6
def on_cgroup_post_bind6(ctx: bpf_sock) -> int:
    return 0


@cgroup_bind4
def on_cgroup_bind4(ctx: bpf_sock_addr) -> int:
    return 0


@cgroup_bind6
def on_cgroup_bind6(ctx: bpf_sock_addr) -> int:
    return 0


@cgroup_connect4
def on_cgroup_connect4(ctx: bpf_sock_addr) -> int:
    return 0


@cgroup_connect6
def on_cgroup_connect6(ctx: bpf_sock_addr) -> int:
    return 0


@cgroup_connect_unix
def on_cgroup_connect_unix(ctx: bpf_sock_addr) -> int:
    return 0


@cgroup_sendmsg4
def on_cgroup_sendmsg4(ctx: bpf_sock_addr) -> int:
    return 0


@cgroup_sendmsg6
def on_cgroup_sendmsg6(ctx: bpf_sock_addr) -> int:
    return 0


@cgroup_sendmsg_unix
def on_cgroup_sendmsg_unix(ctx: bpf_sock_addr) -> int:
    return 0


@cgroup_recvmsg4
def on_cgroup_recvmsg4(ctx: bpf_sock_addr) -> int:
    return 1


@cgroup_recvmsg6
def on_cgroup_recvmsg6(ctx: bpf_sock_addr) -> int:
    return 1


@cgroup_recvmsg_unix
def on_cgroup_recvmsg_unix(ctx: bpf_sock_addr) -> int:
    return 1


@cgroup_getpeername4
def on_cgroup_getpeername4(ctx: bpf_sock_addr) -> int:
    return 1


@cgroup_getpeername6
def on_cgroup_getpeername6(ctx: bpf_sock_addr) -> int:
    return 1


@cgroup_getpeername_unix
def on_cgroup_getpeername_unix(ctx: bpf_sock_addr) -> int:
    return 1


@cgroup_getsockname4
def on_cgroup_getsockname4(ctx: bpf_sock_addr) -> int:
    return 1


@cgroup_getsockname6
def on_cgroup_getsockname6(ctx: bpf_sock_addr) -> int:
    return 1


@cgroup_getsockname_unix
def on_cgroup_getsockname_unix(ctx: bpf_sock_addr) -> int:
    return 1


@cgroup_sysctl
def on_cgroup_sysctl(ctx: bpf_sysctl) -> int:
    return 0


@cgroup_getsockopt
def on_cgroup_getsockopt(ctx: bpf_sockopt) -> int:
    return 0


@cgroup_setsockopt
def on_cgroup_setsockopt(ctx: bpf_sockopt) -> int:
    return 0


@cgroup_dev
def on_cgroup_dev(ctx: bpf_cgroup_dev_ctx) -> int:
    return 0


@kprobe("do_nanosleep")
def on_kprobe(ctx: pt_regs) -> int:
    return 0


@kretprobe("do_nanosleep")
def on_kretprobe(ctx: pt_regs) -> int:
    return 0


@kprobe_multi("vfs_read*")
def on_kprobe_multi(ctx: pt_regs) -> int:
    return 0


@kretprobe_multi("vfs_read*")
def on_kretprobe_multi(ctx: pt_regs) -> int:
    return 0


@kprobe_session("vfs_read*")
def on_kprobe_session(ctx: pt_regs) -> int:
    return 0


@ksyscall("getpgid")
def on_ksyscall(ctx: pt_regs) -> int:
    return 0


@kretsyscall("getpgid")
def on_kretsyscall(ctx: pt_regs) -> int:
    return 0


@uprobe("libc.so.6", "labs")
def on_uprobe(ctx: pt_regs) -> int:
    return 0


@uretprobe("libc.so.6", "labs")
def on_uretprobe(ctx: pt_regs) -> int:
    return 0


@uprobe_multi("libc.so.6", "*labs")
def on_uprobe_multi(ctx: pt_regs) -> int:
    return 0


@uretprobe_multi("libc.so.6", "*labs")
def on_uretprobe_multi(ctx: pt_regs) -> int:
    return 0


@uprobe_session("libc.so.6", "labs")
def on_uprobe_session(ctx: pt_regs) -> int:
    return 0


@usdt("libc.so.6", "libc", "setjmp")
def on_usdt(ctx: pt_regs) -> int:
    return 0


@tracepoint("sched", "sched_process_exit")
def on_tracepoint(ctx: trace_event_raw_sched_process_template) -> int:
    return 0


@raw_tracepoint("sys_enter")
def on_raw_tracepoint(ctx: bpf_raw_tracepoint_args) -> int:
    return 0


@raw_tracepoint_writable("nbd_send_request")
def on_raw_tracepoint_writable(ctx: bpf_raw_tracepoint_args) -> int:
    return 0


@tp_btf("sys_enter")
def on_tp_btf() -> int:
    return 0


@fentry("do_nanosleep")
def on_fentry() -> int:
    return 0


@fexit("do_nanosleep")
def on_fexit() -> int:
    return 0


@fsession("do_nanosleep")
def on_fsession() -> int:
    return 0


@fmod_ret("security_file_open")
def on_fmod_ret() -> int:
    return 0


@iter_("task")
def on_iter(ctx: bpf_iter__task) -> int:
    return 0


@lsm("file_open")
def on_lsm() -> int:
    return 0


@lsm_cgroup("socket_bind")
def on_lsm_cgroup() -> int:
    return 0


@freplace("verdict")
def on_freplace(ctx: xdp_md) -> int:
    return 0


@perf_event
def on_perf_event(ctx: bpf_perf_event_data) -> int:
    return 0


@struct_ops("init")
def on_struct_ops(sk: sock) -> None:
    pass


@syscall
def on_syscall(ctx: Request) -> int:
    return 0


@uprobe("libc.so.6", "labs", sleepable=True)
def on_uprobe_s(ctx: pt_regs) -> int:
    return 0


@uretprobe("libc.so.6", "labs", sleepable=True)
def on_uretprobe_s(ctx: pt_regs) -> int:
    return 0


@uprobe_multi("libc.so.6", "*labs", sleepable=True)
def on_uprobe_multi_s(ctx: pt_regs) -> int:
    return 0


@uretprobe_multi("libc.so.6", "*labs", sleepable=True)
def on_uretprobe_multi_s(ctx: pt_regs) -> int:
    return 0


@uprobe_session("libc.so.6", "labs", sleepable=True)
def on_uprobe_session_s(ctx: pt_regs) -> int:
    return 0


@usdt("libc.so.6", "libc", "setjmp", sleepable=True)
def on_usdt_s(ctx: pt_regs) -> int:
    return 0


@fentry("__x64_sys_getpgid", sleepable=True)
def on_fentry_s() -> int:
    return 0


@fexit("__x64_sys_getpgid", sleepable=True)
def on_fexit_s() -> int:
    return 0


@fsession("__x64_sys_getpgid", sleepable=True)
def on_fsession_s() -> int:
    return 0


@fmod_ret("security_file_open", sleepable=True)
def on_fmod_ret_s() -> int:
    return 0


@iter_("task", sleepable=True)
def on_iter_s(ctx: bpf_iter__task) -> int:
    return 0


@lsm("bprm_committed_creds", sleepable=True)
def on_lsm_s() -> int:
    return 0


@lirc_mode2
def on_lirc_mode2(sample: Ptr[u32]) -> int:
    if sample.value >> 24 == 1 and sample.value & 0xFFFFFF > 2000:  # LIRC_MODE2_PULSE, microseconds
        bpf_rc_keydown(sample, 64, sample.value & 0xFF, 0)
    return 0


@struct_ops("release", sleepable=True)
def on_struct_ops_s() -> None:
    pass


table = StructOpsMap[tcp_congestion_ops](values={"init": on_struct_ops, "release": on_struct_ops_s, "name": "every"})
