"""What an ELF section's name says about the programs in it: the SEC() table.

A pattern that ends in `+` matches the name alone or with extras behind a slash, any other only itself; the
first match wins. Source: libbpf's `section_defs`, and the program types of include/uapi/linux/bpf.h.
"""

from __future__ import annotations

from typing import NamedTuple

from .uapi import BPF_F_SLEEPABLE, BPF_F_XDP_HAS_FRAGS, AttachType, ProgramType


class SectionKind(NamedTuple):
    """One row."""

    pattern: str
    program_type: ProgramType
    attach_type: AttachType | None = None  # None: loaded with 0
    attach: str = ""  # the kind of attachment, a key of `attach.KINDS` where it is implemented; "" has none
    sleepable: bool = False
    needs_btf_id: bool = False  # attach_btf_id: the program is checked against a kernel function or type
    extras: int = 0  # how many parts the text behind the first slash has
    load_flags: int = 0  # of BPF_PROG_LOAD, besides BPF_F_SLEEPABLE

    @property
    def name(self) -> str:
        return self.pattern.rstrip("+")

    @property
    def flags(self) -> int:
        """The prog_flags of BPF_PROG_LOAD."""
        return self.load_flags | (BPF_F_SLEEPABLE if self.sleepable else 0)


def _row(pattern: str, program_type: str, attach_type: str = "", attach: str = "", *, btf_id: bool = False,
         sleepable: bool = False, extras: int | None = None, flags: int = 0) -> SectionKind:
    if extras is None:
        extras = 1 if pattern.endswith("+") else 0
    return SectionKind(pattern, ProgramType[f"BPF_PROG_TYPE_{program_type}"],
                       AttachType[f"BPF_{attach_type}"] if attach_type else None, attach, sleepable, btf_id, extras,
                       flags)


def _twin(pattern: str, program_type: str, attach_type: str = "", attach: str = "", *, btf_id: bool = False,
          extras: int | None = None) -> list[SectionKind]:
    """A row and its sleepable twin `name.s`."""
    return [_row(pattern, program_type, attach_type, attach, btf_id=btf_id, extras=extras),
            _row(pattern.rstrip("+") + ".s+", program_type, attach_type, attach, btf_id=btf_id, extras=extras,
                 sleepable=True)]


def _cgroup(pattern: str, program_type: str, attach_type: str) -> SectionKind:
    return _row(pattern, program_type, attach_type, "cgroup")


SECTION_KINDS: tuple[SectionKind, ...] = (
    _row("socket", "SOCKET_FILTER", attach="socket"),
    _row("sk_reuseport/migrate", "SK_REUSEPORT", "SK_REUSEPORT_SELECT_OR_MIGRATE", "reuseport"),
    _row("sk_reuseport", "SK_REUSEPORT", "SK_REUSEPORT_SELECT", "reuseport"),
    _row("kprobe+", "KPROBE", attach="kprobe"),
    _row("kretprobe+", "KPROBE", attach="kprobe"),
    *_twin("uprobe+", "KPROBE", attach="uprobe"),
    *_twin("uretprobe+", "KPROBE", attach="uprobe"),
    _row("kprobe.multi+", "KPROBE", "TRACE_KPROBE_MULTI", "kprobe_multi"),
    _row("kretprobe.multi+", "KPROBE", "TRACE_KPROBE_MULTI", "kprobe_multi"),
    _row("kprobe.session+", "KPROBE", "TRACE_KPROBE_SESSION", "kprobe_multi"),
    *_twin("uprobe.multi+", "KPROBE", "TRACE_UPROBE_MULTI", "uprobe_multi"),
    *_twin("uretprobe.multi+", "KPROBE", "TRACE_UPROBE_MULTI", "uprobe_multi"),
    *_twin("uprobe.session+", "KPROBE", "TRACE_UPROBE_SESSION", "uprobe_multi"),
    _row("ksyscall+", "KPROBE", attach="ksyscall"),
    _row("kretsyscall+", "KPROBE", attach="ksyscall"),
    *_twin("usdt+", "KPROBE", attach="usdt"),
    _row("tc/ingress", "SCHED_CLS", "TCX_INGRESS", "tc"),
    _row("tc/egress", "SCHED_CLS", "TCX_EGRESS", "tc"),
    _row("tcx/ingress", "SCHED_CLS", "TCX_INGRESS", "tc"),
    _row("tcx/egress", "SCHED_CLS", "TCX_EGRESS", "tc"),
    _row("tc", "SCHED_CLS", attach="tc"),
    _row("classifier", "SCHED_CLS", attach="tc"),
    _row("action", "SCHED_ACT", attach="tc_action"),
    _row("netkit/primary", "SCHED_CLS", "NETKIT_PRIMARY", "netkit"),
    _row("netkit/peer", "SCHED_CLS", "NETKIT_PEER", "netkit"),
    *_twin("tracepoint+", "TRACEPOINT", attach="tracepoint", extras=2),
    *_twin("tp+", "TRACEPOINT", attach="tracepoint", extras=2),
    *_twin("raw_tracepoint+", "RAW_TRACEPOINT", attach="raw_tracepoint"),
    *_twin("raw_tp+", "RAW_TRACEPOINT", attach="raw_tracepoint"),
    _row("raw_tracepoint.w+", "RAW_TRACEPOINT_WRITABLE", attach="raw_tracepoint"),
    _row("raw_tp.w+", "RAW_TRACEPOINT_WRITABLE", attach="raw_tracepoint"),
    *_twin("tp_btf+", "TRACING", "TRACE_RAW_TP", "tracing", btf_id=True),
    *_twin("fentry+", "TRACING", "TRACE_FENTRY", "tracing", btf_id=True),
    *_twin("fmod_ret+", "TRACING", "MODIFY_RETURN", "tracing", btf_id=True),
    *_twin("fexit+", "TRACING", "TRACE_FEXIT", "tracing", btf_id=True),
    *_twin("fsession+", "TRACING", "TRACE_FSESSION", "tracing", btf_id=True),
    _row("freplace+", "EXT", attach="freplace", btf_id=True),
    *_twin("lsm+", "LSM", "LSM_MAC", "lsm", btf_id=True),
    _row("lsm_cgroup+", "LSM", "LSM_CGROUP", "lsm_cgroup", btf_id=True),
    *_twin("iter+", "TRACING", "TRACE_ITER", "iter", btf_id=True),
    _row("syscall", "SYSCALL", sleepable=True),
    _row("xdp.frags/devmap", "XDP", "XDP_DEVMAP", flags=BPF_F_XDP_HAS_FRAGS),
    _row("xdp/devmap", "XDP", "XDP_DEVMAP"),
    _row("xdp.frags/cpumap", "XDP", "XDP_CPUMAP", flags=BPF_F_XDP_HAS_FRAGS),
    _row("xdp/cpumap", "XDP", "XDP_CPUMAP"),
    _row("xdp.frags", "XDP", "XDP", "xdp", flags=BPF_F_XDP_HAS_FRAGS),
    _row("xdp", "XDP", "XDP", "xdp"),
    _row("perf_event", "PERF_EVENT", attach="perf_event"),
    _row("lwt_in", "LWT_IN", attach="lwt"),
    _row("lwt_out", "LWT_OUT", attach="lwt"),
    _row("lwt_xmit", "LWT_XMIT", attach="lwt"),
    _row("lwt_seg6local", "LWT_SEG6LOCAL", attach="lwt"),
    _cgroup("sockops", "SOCK_OPS", "CGROUP_SOCK_OPS"),
    _row("sk_skb/stream_parser", "SK_SKB", "SK_SKB_STREAM_PARSER", "sockmap"),
    _row("sk_skb/stream_verdict", "SK_SKB", "SK_SKB_STREAM_VERDICT", "sockmap"),
    _row("sk_skb/verdict", "SK_SKB", "SK_SKB_VERDICT", "sockmap"),
    _row("sk_skb", "SK_SKB", attach="sockmap"),
    _row("sk_msg", "SK_MSG", "SK_MSG_VERDICT", "sockmap"),
    _row("lirc_mode2", "LIRC_MODE2", "LIRC_MODE2", "lirc"),
    _row("flow_dissector", "FLOW_DISSECTOR", "FLOW_DISSECTOR", "netns"),
    _cgroup("cgroup_skb/ingress", "CGROUP_SKB", "CGROUP_INET_INGRESS"),
    _cgroup("cgroup_skb/egress", "CGROUP_SKB", "CGROUP_INET_EGRESS"),
    _row("cgroup/skb", "CGROUP_SKB", attach="cgroup"),
    _cgroup("cgroup/sock_create", "CGROUP_SOCK", "CGROUP_INET_SOCK_CREATE"),
    _cgroup("cgroup/sock_release", "CGROUP_SOCK", "CGROUP_INET_SOCK_RELEASE"),
    _cgroup("cgroup/sock", "CGROUP_SOCK", "CGROUP_INET_SOCK_CREATE"),
    _cgroup("cgroup/post_bind4", "CGROUP_SOCK", "CGROUP_INET4_POST_BIND"),
    _cgroup("cgroup/post_bind6", "CGROUP_SOCK", "CGROUP_INET6_POST_BIND"),
    _cgroup("cgroup/bind4", "CGROUP_SOCK_ADDR", "CGROUP_INET4_BIND"),
    _cgroup("cgroup/bind6", "CGROUP_SOCK_ADDR", "CGROUP_INET6_BIND"),
    _cgroup("cgroup/connect4", "CGROUP_SOCK_ADDR", "CGROUP_INET4_CONNECT"),
    _cgroup("cgroup/connect6", "CGROUP_SOCK_ADDR", "CGROUP_INET6_CONNECT"),
    _cgroup("cgroup/connect_unix", "CGROUP_SOCK_ADDR", "CGROUP_UNIX_CONNECT"),
    _cgroup("cgroup/sendmsg4", "CGROUP_SOCK_ADDR", "CGROUP_UDP4_SENDMSG"),
    _cgroup("cgroup/sendmsg6", "CGROUP_SOCK_ADDR", "CGROUP_UDP6_SENDMSG"),
    _cgroup("cgroup/sendmsg_unix", "CGROUP_SOCK_ADDR", "CGROUP_UNIX_SENDMSG"),
    _cgroup("cgroup/recvmsg4", "CGROUP_SOCK_ADDR", "CGROUP_UDP4_RECVMSG"),
    _cgroup("cgroup/recvmsg6", "CGROUP_SOCK_ADDR", "CGROUP_UDP6_RECVMSG"),
    _cgroup("cgroup/recvmsg_unix", "CGROUP_SOCK_ADDR", "CGROUP_UNIX_RECVMSG"),
    _cgroup("cgroup/getpeername4", "CGROUP_SOCK_ADDR", "CGROUP_INET4_GETPEERNAME"),
    _cgroup("cgroup/getpeername6", "CGROUP_SOCK_ADDR", "CGROUP_INET6_GETPEERNAME"),
    _cgroup("cgroup/getpeername_unix", "CGROUP_SOCK_ADDR", "CGROUP_UNIX_GETPEERNAME"),
    _cgroup("cgroup/getsockname4", "CGROUP_SOCK_ADDR", "CGROUP_INET4_GETSOCKNAME"),
    _cgroup("cgroup/getsockname6", "CGROUP_SOCK_ADDR", "CGROUP_INET6_GETSOCKNAME"),
    _cgroup("cgroup/getsockname_unix", "CGROUP_SOCK_ADDR", "CGROUP_UNIX_GETSOCKNAME"),
    _cgroup("cgroup/sysctl", "CGROUP_SYSCTL", "CGROUP_SYSCTL"),
    _cgroup("cgroup/getsockopt", "CGROUP_SOCKOPT", "CGROUP_GETSOCKOPT"),
    _cgroup("cgroup/setsockopt", "CGROUP_SOCKOPT", "CGROUP_SETSOCKOPT"),
    _cgroup("cgroup/dev", "CGROUP_DEVICE", "CGROUP_DEVICE"),
    *_twin("struct_ops+", "STRUCT_OPS", attach="struct_ops"),
    _row("sk_lookup", "SK_LOOKUP", "SK_LOOKUP", "netns"),
    _row("netfilter", "NETFILTER", "NETFILTER", "netfilter"),
)


_ROWS = {kind.name: number for number, kind in enumerate(SECTION_KINDS)}


def match_section(name: str) -> tuple[SectionKind, tuple[str, ...]] | None:
    """The row for a section name and the extras behind its slash.

    Args:
        name: without the leading `?`.

    Returns:
        None where no row matches. `("syscalls", "sys_enter_openat")` are the extras of
        `tracepoint/syscalls/sys_enter_openat`; a path with slashes stays whole.
    """
    best = _ROWS.get(name, len(SECTION_KINDS))
    slash = name.find("/")
    while slash >= 0:
        row = _ROWS.get(name[:slash], len(SECTION_KINDS))
        if row < best and SECTION_KINDS[row].extras:
            best = row
        slash = name.find("/", slash + 1)
    if best == len(SECTION_KINDS):
        return None
    kind = SECTION_KINDS[best]
    rest = name[len(kind.name) + 1 :]
    return kind, tuple(rest.split("/", kind.extras - 1)) if rest else ()
