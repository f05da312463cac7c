"""The program kinds that are probed: one per set of helpers or of context fields.

The numbers are those of ``enum bpf_prog_type`` and ``enum bpf_attach_type`` in UAPI ``linux/bpf.h``.
"""

from __future__ import annotations

from dataclasses import dataclass

BPF_F_SLEEPABLE = 1 << 4

PROGRAM_TYPES = (
    "UNSPEC", "SOCKET_FILTER", "KPROBE", "SCHED_CLS", "SCHED_ACT", "TRACEPOINT", "XDP", "PERF_EVENT", "CGROUP_SKB",
    "CGROUP_SOCK", "LWT_IN", "LWT_OUT", "LWT_XMIT", "SOCK_OPS", "SK_SKB", "CGROUP_DEVICE", "SK_MSG",
    "RAW_TRACEPOINT", "CGROUP_SOCK_ADDR", "LWT_SEG6LOCAL", "LIRC_MODE2", "SK_REUSEPORT", "FLOW_DISSECTOR",
    "CGROUP_SYSCTL", "RAW_TRACEPOINT_WRITABLE", "CGROUP_SOCKOPT", "TRACING", "STRUCT_OPS", "EXT", "LSM", "SK_LOOKUP",
    "SYSCALL", "NETFILTER",
)

ATTACH_TYPES = (
    "CGROUP_INET_INGRESS", "CGROUP_INET_EGRESS", "CGROUP_INET_SOCK_CREATE", "CGROUP_SOCK_OPS",
    "SK_SKB_STREAM_PARSER", "SK_SKB_STREAM_VERDICT", "CGROUP_DEVICE", "SK_MSG_VERDICT", "CGROUP_INET4_BIND",
    "CGROUP_INET6_BIND", "CGROUP_INET4_CONNECT", "CGROUP_INET6_CONNECT", "CGROUP_INET4_POST_BIND",
    "CGROUP_INET6_POST_BIND", "CGROUP_UDP4_SENDMSG", "CGROUP_UDP6_SENDMSG", "LIRC_MODE2", "FLOW_DISSECTOR",
    "CGROUP_SYSCTL", "CGROUP_UDP4_RECVMSG", "CGROUP_UDP6_RECVMSG", "CGROUP_GETSOCKOPT", "CGROUP_SETSOCKOPT",
    "TRACE_RAW_TP", "TRACE_FENTRY", "TRACE_FEXIT", "MODIFY_RETURN", "LSM_MAC", "TRACE_ITER",
    "CGROUP_INET4_GETPEERNAME", "CGROUP_INET6_GETPEERNAME", "CGROUP_INET4_GETSOCKNAME", "CGROUP_INET6_GETSOCKNAME",
    "XDP_DEVMAP", "CGROUP_INET_SOCK_RELEASE", "XDP_CPUMAP", "SK_LOOKUP", "XDP", "SK_SKB_VERDICT",
    "SK_REUSEPORT_SELECT", "SK_REUSEPORT_SELECT_OR_MIGRATE", "PERF_EVENT", "TRACE_KPROBE_MULTI", "LSM_CGROUP",
    "STRUCT_OPS", "NETFILTER", "TCX_INGRESS", "TCX_EGRESS", "TRACE_UPROBE_MULTI", "CGROUP_UNIX_CONNECT",
    "CGROUP_UNIX_SENDMSG", "CGROUP_UNIX_RECVMSG", "CGROUP_UNIX_GETPEERNAME", "CGROUP_UNIX_GETSOCKNAME",
    "NETKIT_PRIMARY", "NETKIT_PEER", "TRACE_KPROBE_SESSION", "TRACE_UPROBE_SESSION",
)


@dataclass(frozen=True)
class Target:
    """A way to load a program: program type, expected attach type, flags and the BTF object it attaches to."""

    name: str  # the key of the table: "XDP", "CGROUP_SOCK_ADDR/CGROUP_INET4_BIND"
    context: str = ""  # the Context row
    returns: int = 0  # a return value that the verifier accepts
    attach: str = ""  # an attach type that is loaded with but does not make a set of its own
    sleepable: bool = False
    attach_to: tuple[str, str] | None = None  # BTF kind and name

    @property
    def program_type(self) -> int:
        return PROGRAM_TYPES.index(self.name.partition("/")[0])

    @property
    def attach_type(self) -> int:
        attach = self.attach or self.name.partition("/")[2]
        return ATTACH_TYPES.index(attach) if attach else 0

    @property
    def flags(self) -> int:
        return BPF_F_SLEEPABLE if self.sleepable else 0


def _per_attach_type(program_type: str, context: str, returns: int, attach_types: str) -> tuple[Target, ...]:
    return tuple(Target(f"{program_type}/{attach}", context, returns) for attach in attach_types.split())


TARGETS: tuple[Target, ...] = (
    Target("SOCKET_FILTER", "__sk_buff"),
    Target("KPROBE", "pt_regs"),
    *_per_attach_type("KPROBE", "pt_regs", 0,
                      "TRACE_KPROBE_MULTI TRACE_KPROBE_SESSION TRACE_UPROBE_MULTI TRACE_UPROBE_SESSION"),
    Target("SCHED_CLS", "__sk_buff"),
    Target("SCHED_ACT", "__sk_buff"),
    Target("TRACEPOINT"),
    Target("XDP", "xdp_md", attach="XDP"),
    *_per_attach_type("XDP", "xdp_md", 0, "XDP_DEVMAP XDP_CPUMAP"),
    Target("PERF_EVENT", "bpf_perf_event_data"),
    Target("CGROUP_SKB", "__sk_buff"),
    *_per_attach_type("CGROUP_SOCK", "bpf_sock", 1, "CGROUP_INET_SOCK_CREATE CGROUP_INET_SOCK_RELEASE "
                      "CGROUP_INET4_POST_BIND CGROUP_INET6_POST_BIND"),
    Target("LWT_IN", "__sk_buff"),
    Target("LWT_OUT", "__sk_buff"),
    Target("LWT_XMIT", "__sk_buff"),
    Target("LWT_SEG6LOCAL", "__sk_buff"),
    Target("SOCK_OPS", "bpf_sock_ops", 1, attach="CGROUP_SOCK_OPS"),
    Target("SK_SKB", "__sk_buff"),
    Target("CGROUP_DEVICE", "bpf_cgroup_dev_ctx", attach="CGROUP_DEVICE"),
    Target("SK_MSG", "sk_msg_md", 1, attach="SK_MSG_VERDICT"),
    Target("RAW_TRACEPOINT", "bpf_raw_tracepoint_args"),
    Target("RAW_TRACEPOINT_WRITABLE", "bpf_raw_tracepoint_args"),
    *_per_attach_type("CGROUP_SOCK_ADDR", "bpf_sock_addr", 1,
                      "CGROUP_INET4_BIND CGROUP_INET6_BIND CGROUP_INET4_CONNECT CGROUP_INET6_CONNECT "
                      "CGROUP_UDP4_SENDMSG CGROUP_UDP6_SENDMSG CGROUP_UDP4_RECVMSG CGROUP_UDP6_RECVMSG "
                      "CGROUP_INET4_GETPEERNAME CGROUP_INET6_GETPEERNAME "
                      "CGROUP_INET4_GETSOCKNAME CGROUP_INET6_GETSOCKNAME "
                      "CGROUP_UNIX_CONNECT CGROUP_UNIX_SENDMSG CGROUP_UNIX_RECVMSG "
                      "CGROUP_UNIX_GETPEERNAME CGROUP_UNIX_GETSOCKNAME"),
    Target("LIRC_MODE2", attach="LIRC_MODE2"),
    Target("SK_REUSEPORT", "sk_reuseport_md", attach="SK_REUSEPORT_SELECT"),
    Target("FLOW_DISSECTOR", "__sk_buff", attach="FLOW_DISSECTOR"),
    Target("CGROUP_SYSCTL", "bpf_sysctl", 1, attach="CGROUP_SYSCTL"),
    *_per_attach_type("CGROUP_SOCKOPT", "bpf_sockopt", 1, "CGROUP_GETSOCKOPT CGROUP_SETSOCKOPT"),
    Target("TRACING/TRACE_RAW_TP", attach_to=("TYPEDEF", "btf_trace_sched_switch")),
    Target("TRACING/TRACE_ITER", attach_to=("FUNC", "bpf_iter_task")),
    Target("TRACING/TRACE_FENTRY", attach_to=("FUNC", "do_unlinkat")),
    Target("TRACING/TRACE_FEXIT", attach_to=("FUNC", "do_unlinkat")),
    Target("TRACING/MODIFY_RETURN", attach_to=("FUNC", "bpf_modify_return_test")),
    Target("LSM/LSM_MAC", attach_to=("FUNC", "bpf_lsm_file_open")),
    Target("LSM/LSM_CGROUP", attach_to=("FUNC", "bpf_lsm_socket_bind"), returns=1),
    Target("STRUCT_OPS", attach_to=("STRUCT", "tcp_congestion_ops"), attach="CGROUP_INET_INGRESS"),
    Target("SK_LOOKUP", "bpf_sk_lookup", 1, attach="SK_LOOKUP"),
    Target("SYSCALL", sleepable=True),
    Target("NETFILTER", "bpf_nf_ctx", 1, attach="NETFILTER"),
)
