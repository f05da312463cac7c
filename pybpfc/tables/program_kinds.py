"""The program kinds: a row for each SEC() that libbpf knows, named as a decorator.

Sources: libbpf's section table for sections, program and attach types; ``check_return_code()`` and the
``get_func_proto`` functions of the kernel for legal results and helper sets; UAPI headers for the names of
results. A decorator is its section's name with `/` and `.` as `_` (`iter_`, because `iter` is Python's); a sleepable
section `name.s` is the decorator of `name` with `sleepable=True`, and its row has the name with `_s` behind.
"""

from __future__ import annotations

from ..record import replace
from .rows import Legal, ProgramKind

HEAD_OF_EVENT = 8  # bytes of a tracepoint's event that programs do not see: tp_prog_is_valid_access()

_ANY = Legal(0)
_ZERO = Legal(0, 0, 0)
_DENY_ALLOW = Legal(0, 0, 1, {0: "0 (deny)", 1: "1 (allow)"})
_ALLOW = Legal(1, 1, 1, {1: "1 (allow)"})
_BIND = Legal(0, 0, 3, {0: "0 (deny)", 1: "1 (allow)", 3: "3 (allow, CAP_NET_BIND_SERVICE not needed)"})
_EGRESS = Legal(0, 0, 3, {0: "0 (drop)", 1: "1 (keep)", 2: "2 (drop, congestion)", 3: "3 (keep, congestion)"})
_SK_ACTION = Legal(0, 0, 1, {0: "SK_DROP", 1: "SK_PASS"})
_XDP = Legal(0, 0, 4, {0: "XDP_ABORTED", 1: "XDP_DROP", 2: "XDP_PASS", 3: "XDP_TX", 4: "XDP_REDIRECT"})
_TC = Legal(0, -1, 8, {-1: "TC_ACT_UNSPEC", 0: "TC_ACT_OK", 1: "TC_ACT_RECLASSIFY", 2: "TC_ACT_SHOT",
                       3: "TC_ACT_PIPE", 4: "TC_ACT_STOLEN", 5: "TC_ACT_QUEUED", 6: "TC_ACT_REPEAT",
                       7: "TC_ACT_REDIRECT", 8: "TC_ACT_TRAP"})
_LWT = Legal(0, 0, 128, {0: "BPF_OK", 2: "BPF_DROP", 7: "BPF_REDIRECT", 128: "BPF_LWT_REROUTE"})
_DISSECTOR = Legal(0, 0, 129, {0: "BPF_OK", 2: "BPF_DROP", 129: "BPF_FLOW_DISSECTOR_CONTINUE"})
_NETFILTER = Legal(1, 0, 1, {0: "NF_DROP", 1: "NF_ACCEPT"})
_SOCKET = Legal(0, -1, None, {-1: "-1 (keep all)", 0: "0 (drop)"})
_SESSION = Legal(0, 0, 1, {0: "0 (run at the return too)", 1: "1 (skip the return)"})
_ITER = Legal(0, 0, 1, {0: "0 (next)", 1: "1 (show again)"})
_LSM = Legal(0, -4095, 0, {0: "0 (allow)"})


def _kind(decorator: str, section: str, program_type: str, attach: str = "", *, context: str = "",
          arguments: str = "", legal: Legal = _ANY, helpers: str = "", packet: str = "", sleepable: bool = False,
          since: str = "") -> ProgramKind:
    return ProgramKind(decorator, section, f"BPF_PROG_TYPE_{program_type}", f"BPF_{attach}" if attach else "",
                       context, tuple(arguments.split()), legal, helpers or program_type, packet, sleepable, since)


def _probe(decorator: str, program_type: str, attach: str = "", *, arguments: str = "function", template: str = "{0}",
           since: str, legal: Legal = _ANY) -> ProgramKind:
    name = {"kprobe_multi": "kprobe.multi", "kretprobe_multi": "kretprobe.multi", "kprobe_session": "kprobe.session",
            "uprobe_multi": "uprobe.multi", "uretprobe_multi": "uretprobe.multi",
            "uprobe_session": "uprobe.session"}.get(decorator, decorator)
    return _kind(decorator, f"{name}/{template}", program_type, attach, context="pt_regs", arguments=arguments,
                 legal=legal, helpers=f"{program_type}/{attach}" if attach else program_type, since=since)


def _tracing(decorator: str, program_type: str, attach: str, *, arguments: str = "function", legal: Legal = _ANY,
             since: str) -> ProgramKind:
    return _kind(decorator, f"{decorator.rstrip('_')}/{{0}}", program_type, attach, arguments=arguments, legal=legal,
                 helpers=f"{program_type}/{attach}", since=since)


def _tc(decorator: str, section: str, program_type: str = "SCHED_CLS", attach: str = "", *,
        since: str) -> ProgramKind:
    return _kind(decorator, section, program_type, attach, context="__sk_buff", legal=_TC, packet="frame",
                 since=since)


def _sock_addr(operation: str, attach: str, since: str, legal: Legal = _DENY_ALLOW) -> ProgramKind:
    return _kind(f"cgroup_{operation}", f"cgroup/{operation}", "CGROUP_SOCK_ADDR", attach, context="bpf_sock_addr",
                 legal=legal, helpers=f"CGROUP_SOCK_ADDR/{attach}", since=since)


def _cgroup_sock(operation: str, attach: str, since: str) -> ProgramKind:
    return _kind(f"cgroup_{operation}", f"cgroup/{operation}", "CGROUP_SOCK", attach, context="bpf_sock",
                 legal=_DENY_ALLOW, helpers=f"CGROUP_SOCK/{attach}", since=since)


def _xdp(decorator: str, section: str, attach: str, since: str) -> ProgramKind:
    return _kind(decorator, section, "XDP", attach, context="xdp_md", legal=_XDP, packet="frame",
                 helpers="XDP" if attach == "XDP" else f"XDP/{attach}", since=since)


_USER_PROBE = "path function"
_ROWS = (
    # Network devices.
    _xdp("xdp", "xdp", "XDP", "4.8"),
    _xdp("xdp_frags", "xdp.frags", "XDP", "5.18"),
    _xdp("xdp_devmap", "xdp/devmap", "XDP_DEVMAP", "5.8"),
    _xdp("xdp_devmap_frags", "xdp.frags/devmap", "XDP_DEVMAP", "5.18"),
    _xdp("xdp_cpumap", "xdp/cpumap", "XDP_CPUMAP", "5.9"),
    _xdp("xdp_cpumap_frags", "xdp.frags/cpumap", "XDP_CPUMAP", "5.18"),
    _tc("tc", "tc", since="4.1"),
    _tc("classifier", "classifier", since="4.1"),
    _tc("action", "action", "SCHED_ACT", since="4.1"),
    _tc("tcx_ingress", "tcx/ingress", attach="TCX_INGRESS", since="6.6"),
    _tc("tcx_egress", "tcx/egress", attach="TCX_EGRESS", since="6.6"),
    _tc("netkit_primary", "netkit/primary", attach="NETKIT_PRIMARY", since="6.7"),
    _tc("netkit_peer", "netkit/peer", attach="NETKIT_PEER", since="6.7"),
    _kind("lwt_in", "lwt_in", "LWT_IN", context="__sk_buff", legal=_LWT, packet="network", since="4.10"),
    _kind("lwt_out", "lwt_out", "LWT_OUT", context="__sk_buff", legal=_LWT, packet="network", since="4.10"),
    _kind("lwt_xmit", "lwt_xmit", "LWT_XMIT", context="__sk_buff", legal=_LWT, packet="network", since="4.10"),
    _kind("lwt_seg6local", "lwt_seg6local", "LWT_SEG6LOCAL", context="__sk_buff", legal=_LWT, packet="network",
          since="4.18"),
    _kind("flow_dissector", "flow_dissector", "FLOW_DISSECTOR", "FLOW_DISSECTOR", context="__sk_buff",
          legal=_DISSECTOR, packet="data", since="4.20"),
    _kind("netfilter", "netfilter", "NETFILTER", "NETFILTER", context="bpf_nf_ctx", legal=_NETFILTER, since="6.4"),
    # Sockets.
    _kind("socket", "socket", "SOCKET_FILTER", context="__sk_buff", legal=_SOCKET, since="3.19"),
    _kind("sk_reuseport", "sk_reuseport", "SK_REUSEPORT", "SK_REUSEPORT_SELECT", context="sk_reuseport_md",
          legal=_SK_ACTION, packet="transport", since="4.19"),
    _kind("sk_reuseport_migrate", "sk_reuseport/migrate", "SK_REUSEPORT", "SK_REUSEPORT_SELECT_OR_MIGRATE",
          context="sk_reuseport_md", legal=_SK_ACTION, packet="transport", since="5.14"),
    _kind("sk_lookup", "sk_lookup", "SK_LOOKUP", "SK_LOOKUP", context="bpf_sk_lookup", legal=_SK_ACTION, since="5.9"),
    _kind("sk_msg", "sk_msg", "SK_MSG", "SK_MSG_VERDICT", context="sk_msg_md", legal=_SK_ACTION, packet="payload",
          since="4.17"),
    _kind("sk_skb_stream_parser", "sk_skb/stream_parser", "SK_SKB", "SK_SKB_STREAM_PARSER", context="__sk_buff",
          packet="payload", since="4.14"),
    _kind("sk_skb_stream_verdict", "sk_skb/stream_verdict", "SK_SKB", "SK_SKB_STREAM_VERDICT", context="__sk_buff",
          legal=_SK_ACTION, packet="payload", since="4.14"),
    _kind("sk_skb_verdict", "sk_skb/verdict", "SK_SKB", "SK_SKB_VERDICT", context="__sk_buff", legal=_SK_ACTION,
          packet="payload", since="5.13"),
    _kind("sk_skb", "sk_skb", "SK_SKB", context="__sk_buff", packet="payload", since="4.14"),
    _kind("sockops", "sockops", "SOCK_OPS", "CGROUP_SOCK_OPS", context="bpf_sock_ops", legal=_DENY_ALLOW,
          since="4.13"),
    # Control groups.
    _kind("cgroup_skb_ingress", "cgroup_skb/ingress", "CGROUP_SKB", "CGROUP_INET_INGRESS", context="__sk_buff",
          legal=_DENY_ALLOW, packet="network", since="4.10"),
    _kind("cgroup_skb_egress", "cgroup_skb/egress", "CGROUP_SKB", "CGROUP_INET_EGRESS", context="__sk_buff",
          legal=_EGRESS, packet="network", since="4.10"),
    _kind("cgroup_skb", "cgroup/skb", "CGROUP_SKB", context="__sk_buff", legal=_DENY_ALLOW, packet="network",
          since="4.10"),
    _cgroup_sock("sock_create", "CGROUP_INET_SOCK_CREATE", "4.10"),
    _cgroup_sock("sock_release", "CGROUP_INET_SOCK_RELEASE", "5.9"),
    _cgroup_sock("sock", "CGROUP_INET_SOCK_CREATE", "4.10"),
    _cgroup_sock("post_bind4", "CGROUP_INET4_POST_BIND", "4.17"),
    _cgroup_sock("post_bind6", "CGROUP_INET6_POST_BIND", "4.17"),
    _sock_addr("bind4", "CGROUP_INET4_BIND", "4.17", _BIND),
    _sock_addr("bind6", "CGROUP_INET6_BIND", "4.17", _BIND),
    _sock_addr("connect4", "CGROUP_INET4_CONNECT", "4.17"),
    _sock_addr("connect6", "CGROUP_INET6_CONNECT", "4.17"),
    _sock_addr("connect_unix", "CGROUP_UNIX_CONNECT", "6.7"),
    _sock_addr("sendmsg4", "CGROUP_UDP4_SENDMSG", "4.18"),
    _sock_addr("sendmsg6", "CGROUP_UDP6_SENDMSG", "4.18"),
    _sock_addr("sendmsg_unix", "CGROUP_UNIX_SENDMSG", "6.7"),
    _sock_addr("recvmsg4", "CGROUP_UDP4_RECVMSG", "5.2", _ALLOW),
    _sock_addr("recvmsg6", "CGROUP_UDP6_RECVMSG", "5.2", _ALLOW),
    _sock_addr("recvmsg_unix", "CGROUP_UNIX_RECVMSG", "6.7", _ALLOW),
    _sock_addr("getpeername4", "CGROUP_INET4_GETPEERNAME", "5.8", _ALLOW),
    _sock_addr("getpeername6", "CGROUP_INET6_GETPEERNAME", "5.8", _ALLOW),
    _sock_addr("getpeername_unix", "CGROUP_UNIX_GETPEERNAME", "6.7", _ALLOW),
    _sock_addr("getsockname4", "CGROUP_INET4_GETSOCKNAME", "5.8", _ALLOW),
    _sock_addr("getsockname6", "CGROUP_INET6_GETSOCKNAME", "5.8", _ALLOW),
    _sock_addr("getsockname_unix", "CGROUP_UNIX_GETSOCKNAME", "6.7", _ALLOW),
    _kind("cgroup_sysctl", "cgroup/sysctl", "CGROUP_SYSCTL", "CGROUP_SYSCTL", context="bpf_sysctl",
          legal=_DENY_ALLOW, since="5.2"),
    _kind("cgroup_getsockopt", "cgroup/getsockopt", "CGROUP_SOCKOPT", "CGROUP_GETSOCKOPT", context="bpf_sockopt",
          legal=_DENY_ALLOW, helpers="CGROUP_SOCKOPT/CGROUP_GETSOCKOPT", packet="payload", since="5.3"),
    _kind("cgroup_setsockopt", "cgroup/setsockopt", "CGROUP_SOCKOPT", "CGROUP_SETSOCKOPT", context="bpf_sockopt",
          legal=_DENY_ALLOW, helpers="CGROUP_SOCKOPT/CGROUP_SETSOCKOPT", packet="payload", since="5.3"),
    _kind("cgroup_dev", "cgroup/dev", "CGROUP_DEVICE", "CGROUP_DEVICE", context="bpf_cgroup_dev_ctx",
          legal=_DENY_ALLOW, since="4.15"),
    # Tracing.
    _probe("kprobe", "KPROBE", since="4.1"),
    _probe("kretprobe", "KPROBE", since="4.1"),
    _probe("kprobe_multi", "KPROBE", "TRACE_KPROBE_MULTI", arguments="pattern", since="5.18"),
    _probe("kretprobe_multi", "KPROBE", "TRACE_KPROBE_MULTI", arguments="pattern", since="5.18"),
    _probe("kprobe_session", "KPROBE", "TRACE_KPROBE_SESSION", arguments="pattern", legal=_SESSION, since="6.10"),
    _probe("ksyscall", "KPROBE", arguments="syscall", since="4.1"),
    _probe("kretsyscall", "KPROBE", arguments="syscall", since="4.1"),
    _probe("uprobe", "KPROBE", arguments=_USER_PROBE, template="{0}:{1}", since="4.3"),
    _probe("uretprobe", "KPROBE", arguments=_USER_PROBE, template="{0}:{1}", since="4.3"),
    _probe("uprobe_multi", "KPROBE", "TRACE_UPROBE_MULTI", arguments="path pattern", template="{0}:{1}", since="6.6"),
    _probe("uretprobe_multi", "KPROBE", "TRACE_UPROBE_MULTI", arguments="path pattern", template="{0}:{1}",
           since="6.6"),
    _probe("uprobe_session", "KPROBE", "TRACE_UPROBE_SESSION", arguments="path pattern", template="{0}:{1}",
           legal=_SESSION, since="6.13"),
    replace(_probe("usdt", "KPROBE", arguments="path provider probe", template="{0}:{1}:{2}", since="4.3"),
            library="usdt_arguments"),
    _kind("tracepoint", "tracepoint/{0}/{1}", "TRACEPOINT", arguments="category event", since="4.7"),
    _kind("raw_tracepoint", "raw_tracepoint/{0}", "RAW_TRACEPOINT", context="bpf_raw_tracepoint_args",
          arguments="event", since="4.17"),
    _kind("raw_tracepoint_writable", "raw_tracepoint.w/{0}", "RAW_TRACEPOINT_WRITABLE",
          context="bpf_raw_tracepoint_args", arguments="event", since="5.2"),
    _tracing("tp_btf", "TRACING", "TRACE_RAW_TP", arguments="event", since="5.5"),
    _tracing("fentry", "TRACING", "TRACE_FENTRY", legal=_ZERO, since="5.5"),
    _tracing("fexit", "TRACING", "TRACE_FEXIT", legal=_ZERO, since="5.5"),
    _tracing("fsession", "TRACING", "TRACE_FSESSION", since="7.0"),
    _tracing("fmod_ret", "TRACING", "MODIFY_RETURN", since="5.7"),
    replace(_tracing("iter_", "TRACING", "TRACE_ITER", arguments="target", legal=_ITER, since="5.8"),
            context="bpf_iter__{0}"),
    _tracing("lsm", "LSM", "LSM_MAC", arguments="hook", legal=_LSM, since="5.7"),
    _tracing("lsm_cgroup", "LSM", "LSM_CGROUP", arguments="hook", legal=_DENY_ALLOW, since="6.0"),
    # May call what its target may: no set of its own.
    replace(_kind("freplace", "freplace/{0}", "EXT", arguments="function", since="5.6"), helpers=""),
    _kind("perf_event", "perf_event", "PERF_EVENT", context="bpf_perf_event_data", since="4.9"),
    # The rest.
    _kind("struct_ops", "struct_ops/{0}", "STRUCT_OPS", arguments="member", since="5.6"),
    _kind("syscall", "syscall", "SYSCALL", sleepable=True, since="5.14"),
    _kind("lirc_mode2", "lirc_mode2", "LIRC_MODE2", "LIRC_MODE2", context="Ptr[u32]", since="4.18"),
)

# Other spellings that libbpf knows, for @section: prefix to decorator.
_SYNONYMS = {
    "tc/ingress": "tcx_ingress", "tc/egress": "tcx_egress", "tp": "tracepoint", "raw_tp": "raw_tracepoint",
    "raw_tp.w": "raw_tracepoint_writable",
}

# A section with a sleepable twin `name.s`, and the version that brought it: that decorator takes `sleepable=True`.
_SLEEPABLE = {
    "fentry": "5.10", "fexit": "5.10", "fsession": "7.0", "fmod_ret": "5.10", "lsm": "5.10", "iter_": "5.18",
    "uprobe": "6.0", "uretprobe": "6.0", "usdt": "6.0", "uprobe_multi": "6.6", "uretprobe_multi": "6.6",
    "uprobe_session": "6.13", "struct_ops": "6.3",
}


def _sleepable(row: ProgramKind) -> ProgramKind:
    name, slash, rest = row.section.partition("/")
    return replace(row, decorator=f"{row.decorator.rstrip('_')}_s", section=f"{name}.s{slash}{rest}", sleepable=True,
                   since=_SLEEPABLE[row.decorator])


_ALL = (*_ROWS, *(_sleepable(row) for row in _ROWS if row.decorator in _SLEEPABLE))
_BY_DECORATOR = {row.decorator: row for row in _ALL}
_RESULTS = frozenset(name for row in _ALL for name in row.legal.names.values() if name[0].isalpha())


def by_decorator(name: str) -> ProgramKind:
    """The row of a decorator, "xdp"; KeyError for a name that is none."""
    return _BY_DECORATOR[name]


def of_program(decorator: str, section: str | None) -> ProgramKind | None:
    """The row of a program as it is declared: by its decorator, or by the text of `@section`."""
    return by_section(section) if decorator == "section" and section else by_decorator(decorator)


def by_section(section: str) -> ProgramKind | None:
    """The row that a section name such as "tracepoint/syscalls/sys_enter_openat" belongs to, as libbpf matches it:
    the whole name, or a known name followed by `/`. None where libbpf would not know it either."""
    section = section.lstrip("?")
    by_prefix = {row.section.partition("/{")[0]: row for row in _ALL}
    by_prefix |= {prefix: _BY_DECORATOR[decorator] for prefix, decorator in _SYNONYMS.items()}
    if section in by_prefix:
        return by_prefix[section]
    for prefix, row in by_prefix.items():
        if "{" in row.section and section.startswith(prefix + "/"):
            return row
    return None


def all_kinds() -> tuple[ProgramKind, ...]:
    """Every row."""
    return _ALL


def verdict_of(kind: ProgramKind) -> str:
    """What a program's result is, for messages."""
    return f"verdict of a `@{kind.decorator}` program"


def results_of(kind: ProgramKind) -> str:
    """The results that the kernel knows for a kind, in the words of a message."""
    legal = kind.legal
    low, high = legal.minimum, legal.maximum
    if legal.names:
        named = (name if name.startswith(str(number)) else f"{name} ({number})"
                 for number, name in sorted(legal.names.items()))
        return ", ".join(named) + (", or more" if high is None else "")
    return f"{low if low is not None else '...'} to {high if high is not None else '...'}"


def is_result_of_others(kind: ProgramKind, name: str) -> bool:
    """Whether a constant is the name of a result that other kinds have and this one, which has names too, has not.

    BPF_OK and its like have one meaning for all; so have SK_PASS and SK_DROP where results are only numbers.
    """
    own = kind.legal.names
    if not own or name in own.values() or name not in _RESULTS or name.startswith("BPF_"):
        return False
    return not name.startswith("SK_") or any(word[0].isalpha() for word in own.values())


def section_of(kind: ProgramKind, arguments: tuple[str, ...]) -> str:
    """The section name of a program; without arguments the bare name, which is attached by hand.

    Args:
        kind: the decorator's row.
        arguments: the decorator's positional arguments, as many as the row names or none.
    """
    return kind.section.format(*arguments) if arguments else kind.section.partition("/{")[0]
