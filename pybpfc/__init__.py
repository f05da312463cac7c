"""BPF programs in typed Python: this module is what a program imports.

Names are found on first use, so that `import pybpfc` costs little and pulls in neither LLVM nor the
compiler. `pybpfc.helpers`, `pybpfc.net` and `pybpfc.kfuncs` hold what their names say; `pybpfc_runtime`
is the loader.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pybpfc_runtime import __version__

if TYPE_CHECKING:
    from pybpfc_runtime.values import (
        Array,
        DeclarationError,
        Ptr,
        Str,
        Struct,
        Union,
        be16,
        be32,
        be64,
        bits,
        s8,
        s16,
        s32,
        s64,
        u8,
        u16,
        u32,
        u64,
    )

    from .api import compile, load
    from .constants import *
    from .contexts import *
    from .declarations import *
    from .externs import *
    from .intrinsics import *
    from .kernel_objects import *
    from .kernel_struct import *
    from .maps import *
    from .scopes import *
    from .usdt_arguments import *

_VALUES = frozenset((
    "Array", "DeclarationError", "Ptr", "Str", "Struct", "Union", "be16", "be32", "be64", "bits",
    "s8", "s16", "s32", "s64", "u8", "u16", "u32", "u64",
))
# Where the other names are looked up, in this order.
_MODULES = ("declarations", "maps", "constants", "contexts", "intrinsics", "kernel_objects", "scopes", "kernel_struct",
            "externs", "usdt_arguments")


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name in _VALUES:
        value = getattr(import_module("pybpfc_runtime.values"), name)
    elif name == "__all__":  # `from pybpfc import *`
        return __dir__()
    elif name in ("compile", "load"):
        value = getattr(import_module("pybpfc.api"), name)
    elif name.startswith("__") and name != "__sk_buff":
        raise AttributeError(f"module 'pybpfc' has no attribute {name!r}")
    else:
        for module in _MODULES:
            found = import_module(f"pybpfc.{module}")
            if name in found.__all__:
                value = getattr(found, name)
                break
        else:
            raise AttributeError(f"module 'pybpfc' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    from importlib import import_module

    names = {"__version__", "compile", "load", *_VALUES}
    for module in _MODULES:
        names.update(import_module(f"pybpfc.{module}").__all__)
    return sorted(names)


if TYPE_CHECKING:
    # For type checkers, which take no computed list: a name that is missing here is none that the package exports.
    __all__ = [
        "Arena", "Array", "ArrayMap", "ArrayOfMaps", "BPF_ADJ_ROOM_ENCAP_L2_MASK", "BPF_ADJ_ROOM_ENCAP_L2_SHIFT",
        "BPF_ADJ_ROOM_MAC", "BPF_ADJ_ROOM_NET", "BPF_ANY", "BPF_CSUM_LEVEL_DEC", "BPF_CSUM_LEVEL_INC",
        "BPF_CSUM_LEVEL_QUERY", "BPF_CSUM_LEVEL_RESET", "BPF_DEVCG_ACC_MKNOD", "BPF_DEVCG_ACC_READ",
        "BPF_DEVCG_ACC_WRITE", "BPF_DEVCG_DEV_BLOCK", "BPF_DEVCG_DEV_CHAR", "BPF_DROP", "BPF_EXIST",
        "BPF_FIB_LKUP_RET_BLACKHOLE", "BPF_FIB_LKUP_RET_FRAG_NEEDED", "BPF_FIB_LKUP_RET_FWD_DISABLED",
        "BPF_FIB_LKUP_RET_NOT_FWDED", "BPF_FIB_LKUP_RET_NO_NEIGH", "BPF_FIB_LKUP_RET_NO_SRC_ADDR",
        "BPF_FIB_LKUP_RET_PROHIBIT", "BPF_FIB_LKUP_RET_SUCCESS", "BPF_FIB_LKUP_RET_UNREACHABLE",
        "BPF_FIB_LKUP_RET_UNSUPP_LWT", "BPF_FIB_LOOKUP_DIRECT", "BPF_FIB_LOOKUP_MARK", "BPF_FIB_LOOKUP_OUTPUT",
        "BPF_FIB_LOOKUP_SKIP_NEIGH", "BPF_FIB_LOOKUP_SRC", "BPF_FIB_LOOKUP_TBID", "BPF_FLOW_DISSECTOR_CONTINUE",
        "BPF_F_ADJ_ROOM_DECAP_L3_IPV4", "BPF_F_ADJ_ROOM_DECAP_L3_IPV6", "BPF_F_ADJ_ROOM_ENCAP_L2_ETH",
        "BPF_F_ADJ_ROOM_ENCAP_L3_IPV4", "BPF_F_ADJ_ROOM_ENCAP_L3_IPV6", "BPF_F_ADJ_ROOM_ENCAP_L4_GRE",
        "BPF_F_ADJ_ROOM_ENCAP_L4_UDP", "BPF_F_ADJ_ROOM_FIXED_GSO", "BPF_F_ADJ_ROOM_NO_CSUM_RESET", "BPF_F_ALLOW_MULTI",
        "BPF_F_ALLOW_OVERRIDE", "BPF_F_ANY_ALIGNMENT", "BPF_F_BPRM_SECUREEXEC", "BPF_F_BROADCAST", "BPF_F_CLONE",
        "BPF_F_CTXLEN_MASK", "BPF_F_CURRENT_CPU", "BPF_F_CURRENT_NETNS", "BPF_F_DONT_FRAGMENT",
        "BPF_F_EXCLUDE_INGRESS", "BPF_F_FAST_STACK_CMP", "BPF_F_GET_BRANCH_RECORDS_SIZE", "BPF_F_INDEX_MASK",
        "BPF_F_INGRESS", "BPF_F_INNER_MAP", "BPF_F_INVALIDATE_HASH", "BPF_F_IPV6", "BPF_F_KPROBE_MULTI_RETURN",
        "BPF_F_LINK", "BPF_F_LOCK", "BPF_F_MARK_ENFORCE", "BPF_F_MARK_MANGLED_0", "BPF_F_MMAPABLE",
        "BPF_F_NO_COMMON_LRU", "BPF_F_NO_PREALLOC", "BPF_F_NO_TUNNEL_KEY", "BPF_F_NO_USER_CONV", "BPF_F_NUMA_NODE",
        "BPF_F_PAD_ZEROS", "BPF_F_PATH_FD", "BPF_F_PRESERVE_ELEMS", "BPF_F_PSEUDO_HDR", "BPF_F_QUERY_EFFECTIVE",
        "BPF_F_RB_OVERWRITE", "BPF_F_RDONLY", "BPF_F_RDONLY_PROG", "BPF_F_RECOMPUTE_CSUM", "BPF_F_REPLACE",
        "BPF_F_REUSE_STACKID", "BPF_F_SEGV_ON_FAULT", "BPF_F_SEQ_NUMBER", "BPF_F_SLEEPABLE", "BPF_F_STACK_BUILD_ID",
        "BPF_F_STRICT_ALIGNMENT", "BPF_F_SYSCTL_BASE_NAME", "BPF_F_TEST_RND_HI32", "BPF_F_TEST_RUN_ON_CPU",
        "BPF_F_TEST_SKB_CHECKSUM_COMPLETE", "BPF_F_TEST_STATE_FREQ", "BPF_F_TEST_XDP_LIVE_FRAMES", "BPF_F_TIMER_ABS",
        "BPF_F_TIMER_CPU_PIN", "BPF_F_TOKEN_FD", "BPF_F_TUNINFO_FLAGS", "BPF_F_TUNINFO_IPV6",
        "BPF_F_UPROBE_MULTI_RETURN", "BPF_F_USER_BUILD_ID", "BPF_F_USER_STACK", "BPF_F_VTYPE_BTF_OBJ_FD",
        "BPF_F_WRONLY", "BPF_F_WRONLY_PROG", "BPF_F_XDP_HAS_FRAGS", "BPF_F_ZERO_CSUM_TX", "BPF_F_ZERO_SEED",
        "BPF_HDR_START_MAC", "BPF_HDR_START_NET", "BPF_LOAD_HDR_OPT_TCP_SYN", "BPF_LOCAL_STORAGE_GET_F_CREATE",
        "BPF_LWT_ENCAP_IP", "BPF_LWT_ENCAP_SEG6", "BPF_LWT_ENCAP_SEG6_INLINE", "BPF_LWT_REROUTE",
        "BPF_MTU_CHK_RET_FRAG_NEEDED", "BPF_MTU_CHK_RET_SEGS_TOOBIG", "BPF_MTU_CHK_RET_SUCCESS", "BPF_MTU_CHK_SEGS",
        "BPF_NOEXIST", "BPF_OK", "BPF_RB_AVAIL_DATA", "BPF_RB_CONS_POS", "BPF_RB_FORCE_WAKEUP", "BPF_RB_NO_WAKEUP",
        "BPF_RB_OVERWRITE_POS", "BPF_RB_PROD_POS", "BPF_RB_RING_SIZE", "BPF_REDIRECT", "BPF_RINGBUF_BUSY_BIT",
        "BPF_RINGBUF_DISCARD_BIT", "BPF_RINGBUF_HDR_SZ", "BPF_SKB_CLOCK_MONOTONIC", "BPF_SKB_CLOCK_REALTIME",
        "BPF_SKB_CLOCK_TAI", "BPF_SKB_TSTAMP_DELIVERY_MONO", "BPF_SKB_TSTAMP_UNSPEC", "BPF_SK_LOOKUP_F_NO_REUSEPORT",
        "BPF_SK_LOOKUP_F_REPLACE", "BPF_SK_STORAGE_GET_F_CREATE", "BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB",
        "BPF_SOCK_OPS_ALL_CB_FLAGS", "BPF_SOCK_OPS_BASE_RTT", "BPF_SOCK_OPS_HDR_OPT_LEN_CB", "BPF_SOCK_OPS_NEEDS_ECN",
        "BPF_SOCK_OPS_PARSE_ALL_HDR_OPT_CB_FLAG", "BPF_SOCK_OPS_PARSE_HDR_OPT_CB",
        "BPF_SOCK_OPS_PARSE_UNKNOWN_HDR_OPT_CB_FLAG", "BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB", "BPF_SOCK_OPS_RETRANS_CB",
        "BPF_SOCK_OPS_RETRANS_CB_FLAG", "BPF_SOCK_OPS_RTO_CB", "BPF_SOCK_OPS_RTO_CB_FLAG", "BPF_SOCK_OPS_RTT_CB",
        "BPF_SOCK_OPS_RTT_CB_FLAG", "BPF_SOCK_OPS_RWND_INIT", "BPF_SOCK_OPS_STATE_CB", "BPF_SOCK_OPS_STATE_CB_FLAG",
        "BPF_SOCK_OPS_TCP_CONNECT_CB", "BPF_SOCK_OPS_TCP_LISTEN_CB", "BPF_SOCK_OPS_TIMEOUT_INIT",
        "BPF_SOCK_OPS_TSTAMP_ACK_CB", "BPF_SOCK_OPS_TSTAMP_SCHED_CB", "BPF_SOCK_OPS_TSTAMP_SENDMSG_CB",
        "BPF_SOCK_OPS_TSTAMP_SND_HW_CB", "BPF_SOCK_OPS_TSTAMP_SND_SW_CB", "BPF_SOCK_OPS_VOID",
        "BPF_SOCK_OPS_WRITE_HDR_OPT_CB", "BPF_SOCK_OPS_WRITE_HDR_OPT_CB_FLAG", "BPF_STACK_BUILD_ID_EMPTY",
        "BPF_STACK_BUILD_ID_IP", "BPF_STACK_BUILD_ID_VALID", "BPF_TCP_BOUND_INACTIVE", "BPF_TCP_CLOSE",
        "BPF_TCP_CLOSE_WAIT", "BPF_TCP_CLOSING", "BPF_TCP_ESTABLISHED", "BPF_TCP_FIN_WAIT1", "BPF_TCP_FIN_WAIT2",
        "BPF_TCP_LAST_ACK", "BPF_TCP_LISTEN", "BPF_TCP_NEW_SYN_RECV", "BPF_TCP_SYN_RECV", "BPF_TCP_SYN_SENT",
        "BPF_TCP_TIME_WAIT", "BPF_WRITE_HDR_TCP_CURRENT_MSS", "BPF_WRITE_HDR_TCP_SYNACK_COOKIE", "BTF_F_COMPACT",
        "BTF_F_NONAME", "BTF_F_PTR_RAW", "BTF_F_ZERO", "BloomFilter", "CLOCK_BOOTTIME", "CLOCK_MONOTONIC",
        "CLOCK_REALTIME", "CLOCK_TAI", "CgroupArray", "CgroupStorage", "CgrpStorage", "CpuMap", "Cursor",
        "DeclarationError", "DevMap", "DevMapHash", "Function", "GlobalVariable", "HashMap", "HashOfMaps",
        "InodeStorage", "IrqFlags", "KERNEL_VERSION", "KernelStruct", "LpmTrie", "LruHashMap", "LruPerCpuHashMap",
        "Map", "NF_ACCEPT", "NF_DROP", "PT_REGS_FP", "PT_REGS_IP", "PT_REGS_PARM1", "PT_REGS_PARM2", "PT_REGS_PARM3",
        "PT_REGS_PARM4", "PT_REGS_PARM5", "PT_REGS_PARM6", "PT_REGS_RC", "PT_REGS_SP", "PerCpuArray",
        "PerCpuCgroupStorage", "PerCpuHashMap", "PerfEventArray", "ProgArray", "Ptr", "Queue", "ReuseportSockArray",
        "RingBuf", "SK_DROP", "SK_PASS", "SkStorage", "SockHash", "SockMap", "Stack", "StackTrace", "Str", "Struct",
        "StructOpsMap", "TCX_DROP", "TCX_NEXT", "TCX_PASS", "TCX_REDIRECT", "TC_ACT_OK", "TC_ACT_PIPE",
        "TC_ACT_QUEUED", "TC_ACT_RECLASSIFY", "TC_ACT_REDIRECT", "TC_ACT_REPEAT", "TC_ACT_SHOT", "TC_ACT_STOLEN",
        "TC_ACT_TRAP", "TC_ACT_UNSPEC", "TaskStorage", "Union", "UserRingBuf", "XDP_ABORTED", "XDP_DROP",
        "XDP_PACKET_HEADROOM", "XDP_PASS", "XDP_REDIRECT", "XDP_TX", "XskMap", "__sk_buff", "__version__", "action",
        "atomic_add", "atomic_and", "atomic_cmpxchg", "atomic_or", "atomic_xchg", "atomic_xor", "be16", "be32", "be64",
        "bits", "bpf_cgroup_dev_ctx", "bpf_dynptr", "bpf_flow_keys", "bpf_for", "bpf_for_each", "bpf_ksym_exists",
        "bpf_list_head", "bpf_list_node", "bpf_local_irq_save", "bpf_netfilter_ctx", "bpf_nf_ctx",
        "bpf_perf_event_data", "bpf_preempt_disable", "bpf_raw_tracepoint_args", "bpf_rb_node", "bpf_rb_root",
        "bpf_rcu_read_lock", "bpf_refcount", "bpf_repeat", "bpf_res_spin_lock", "bpf_sk_lookup", "bpf_sock",
        "bpf_sock_addr", "bpf_sock_ops", "bpf_sockopt", "bpf_spin_lock", "bpf_sysctl", "bpf_task_work", "bpf_tcp_sock",
        "bpf_timer", "bpf_usdt_arg", "bpf_usdt_arg_cnt", "bpf_usdt_cookie", "bpf_wq", "callback", "cast", "cast_user",
        "cgroup_bind4", "cgroup_bind6", "cgroup_connect4", "cgroup_connect6", "cgroup_connect_unix", "cgroup_dev",
        "cgroup_getpeername4", "cgroup_getpeername6", "cgroup_getpeername_unix", "cgroup_getsockname4",
        "cgroup_getsockname6", "cgroup_getsockname_unix", "cgroup_getsockopt", "cgroup_post_bind4",
        "cgroup_post_bind6", "cgroup_recvmsg4", "cgroup_recvmsg6", "cgroup_recvmsg_unix", "cgroup_sendmsg4",
        "cgroup_sendmsg6", "cgroup_sendmsg_unix", "cgroup_setsockopt", "cgroup_skb", "cgroup_skb_egress",
        "cgroup_skb_ingress", "cgroup_sock", "cgroup_sock_create", "cgroup_sock_release", "cgroup_sysctl",
        "classifier", "compile", "copy", "core_read", "core_read_str", "core_read_user", "data", "enum_value",
        "enum_value_exists", "fentry", "fexit", "field_exists", "field_size", "flow_dissector", "fmod_ret", "freplace",
        "from_bits", "fsession", "global_subprog", "inline", "iter_", "kconfig", "kfunc_exists", "kprobe",
        "kprobe_multi", "kprobe_session", "kptr", "kretprobe", "kretprobe_multi", "kretsyscall", "ksym", "ksyscall",
        "libbpf_tristate", "lirc_mode2", "load", "lsm", "lsm_cgroup", "lwt_in", "lwt_out", "lwt_seg6local", "lwt_xmit",
        "netfilter", "netkit_peer", "netkit_primary", "offsetof", "percpu_kptr", "perf_event", "pt_regs", "ptr",
        "raw_tracepoint", "raw_tracepoint_writable", "rodata", "s16", "s32", "s64", "s8", "section", "sizeof",
        "sk_buff_ctx", "sk_lookup", "sk_msg", "sk_msg_md", "sk_reuseport", "sk_reuseport_md", "sk_reuseport_migrate",
        "sk_skb", "sk_skb_stream_parser", "sk_skb_stream_verdict", "sk_skb_verdict", "socket", "sockops", "struct_ops",
        "subprog", "syscall", "tc", "tcx_egress", "tcx_ingress", "to_bits", "tp_btf", "tracepoint", "type_exists",
        "type_id_kernel", "type_id_local", "type_matches", "type_size", "u16", "u32", "u64", "u8", "unrolled",
        "uprobe", "uprobe_multi", "uprobe_session", "uretprobe", "uretprobe_multi", "usdt", "xdp", "xdp_cpumap",
        "xdp_cpumap_frags", "xdp_devmap", "xdp_devmap_frags", "xdp_frags", "xdp_md",
    ]
