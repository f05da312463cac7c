"""The map types: a row for each class of `pybpfc.maps`.

Numbers are those of ``enum bpf_map_type`` in UAPI ``linux/bpf.h``; which operations a type has is documented
in Documentation/bpf/map_*.rst and decided by its ``map_ops``. Versions: the release that merged the type, and the one
from which on check_map_prog_compatibility() in kernel/bpf/verifier.c takes it in sleepable programs; all others it
refuses there. tests/vm asks each kernel.
"""

from __future__ import annotations

from .rows import MapKind, Role

BPF_F_NO_PREALLOC = 1 << 0
BPF_LOCAL_STORAGE_GET_F_CREATE = 1
BPF_F_MMAPABLE = 1 << 10

_ACCESS = frozenset({"lookup", "update", "delete"})
_INDEXED = frozenset({"lookup", "update"})
_HASH_OPERATORS = frozenset({"setitem", "delitem", "contains", "get", "augment"})
_ARRAY_OPERATORS = _HASH_OPERATORS - {"delitem"}

# The helper behind each method; those that depend on the program type or the map are told apart there.
METHOD_HELPERS = {
    "lookup": "bpf_map_lookup_elem",
    "update": "bpf_map_update_elem",
    "delete": "bpf_map_delete_elem",
    "push": "bpf_map_push_elem",
    "pop": "bpf_map_pop_elem",
    "peek": "bpf_map_peek_elem",
    "reserve": "bpf_ringbuf_reserve",
    "submit": "bpf_ringbuf_submit",
    "discard": "bpf_ringbuf_discard",
    "query": "bpf_ringbuf_query",
    "drain": "bpf_user_ringbuf_drain",
    "tail_call": "bpf_tail_call",
    "get_stackid": "bpf_get_stackid",
    "lookup_percpu": "bpf_map_lookup_percpu_elem",
    "select": "bpf_sk_select_reuseport",
    "skb_under_cgroup": "bpf_skb_under_cgroup",
    "current_task_under_cgroup": "bpf_current_task_under_cgroup",
}

# (class, method) to helper where the class decides.
CLASS_METHOD_HELPERS = {
    ("RingBuf", "output"): "bpf_ringbuf_output",
    ("PerfEventArray", "output"): "bpf_perf_event_output",
    ("PerfEventArray", "read"): "bpf_perf_event_read",
    ("DevMap", "redirect"): "bpf_redirect_map",
    ("DevMapHash", "redirect"): "bpf_redirect_map",
    ("CpuMap", "redirect"): "bpf_redirect_map",
    ("XskMap", "redirect"): "bpf_redirect_map",
    ("SockMap", "update"): "bpf_sock_map_update",
    ("SockHash", "update"): "bpf_sock_hash_update",
    ("SkStorage", "get"): "bpf_sk_storage_get",
    ("SkStorage", "delete"): "bpf_sk_storage_delete",
    ("InodeStorage", "get"): "bpf_inode_storage_get",
    ("InodeStorage", "delete"): "bpf_inode_storage_delete",
    ("TaskStorage", "get"): "bpf_task_storage_get",
    ("TaskStorage", "delete"): "bpf_task_storage_delete",
    ("CgrpStorage", "get"): "bpf_cgrp_storage_get",
    ("CgrpStorage", "delete"): "bpf_cgrp_storage_delete",
    ("CgroupStorage", "get"): "bpf_get_local_storage",
    ("PerCpuCgroupStorage", "get"): "bpf_get_local_storage",
}

# (class, method, program type) to helper where the program decides: SockMap.redirect().
PROGRAM_METHOD_HELPERS = {
    ("SockMap", "redirect", "BPF_PROG_TYPE_SK_SKB"): "bpf_sk_redirect_map",
    ("SockMap", "redirect", "BPF_PROG_TYPE_SK_MSG"): "bpf_msg_redirect_map",
    ("SockHash", "redirect", "BPF_PROG_TYPE_SK_SKB"): "bpf_sk_redirect_hash",
    ("SockHash", "redirect", "BPF_PROG_TYPE_SK_MSG"): "bpf_msg_redirect_hash",
}


ARENA = 33  # BPF_MAP_TYPE_ARENA

# What keeps a value with an object of the kernel: `get(owner, create=)`.
STORAGES = ("SkStorage", "InodeStorage", "TaskStorage", "CgrpStorage")

# A method's parameters in the order of the source, each with the index of the helper's argument that it becomes. A
# trailing one may be left out where the helper's row says so or `METHOD_DEFAULTS` has a value.
METHOD_PARAMETERS: dict[tuple[str, str], tuple[tuple[str, int], ...]] = {
    ("RingBuf", "reserve"): (),
    ("RingBuf", "submit"): (("record", 0), ("flags", 1)),
    ("RingBuf", "discard"): (("record", 0), ("flags", 1)),
    ("RingBuf", "output"): (("value", 1), ("flags", 3)),
    ("RingBuf", "query"): (("flags", 1),),
    ("PerfEventArray", "output"): (("ctx", 0), ("value", 3), ("flags", 2)),
    ("PerfEventArray", "read"): (("flags", 1),),
    ("ProgArray", "tail_call"): (("ctx", 0), ("index", 2)),
    ("Queue", "push"): (("value", 1), ("flags", 2)),
    ("Stack", "push"): (("value", 1), ("flags", 2)),
    ("BloomFilter", "push"): (("value", 1), ("flags", 2)),
    ("BloomFilter", "peek"): (("value", 1),),
    ("StackTrace", "get_stackid"): (("ctx", 0), ("flags", 2)),
    ("DevMap", "redirect"): (("key", 1), ("flags", 2)),
    ("DevMapHash", "redirect"): (("key", 1), ("flags", 2)),
    ("CpuMap", "redirect"): (("key", 1), ("flags", 2)),
    ("XskMap", "redirect"): (("key", 1), ("flags", 2)),
    ("UserRingBuf", "drain"): (("callback", 1), ("context", 2), ("flags", 3)),
    ("CgroupArray", "skb_under_cgroup"): (("skb", 0), ("index", 2)),
    ("CgroupArray", "current_task_under_cgroup"): (("index", 1),),
    ("ReuseportSockArray", "select"): (("ctx", 0), ("key", 2), ("flags", 3)),
    **dict.fromkeys((("PerCpuHashMap", "lookup_percpu"), ("LruPerCpuHashMap", "lookup_percpu"),
                     ("PerCpuArray", "lookup_percpu")), (("key", 1), ("cpu", 2))),
    **dict.fromkeys((("SockMap", "update"), ("SockHash", "update"), ("SockMap", "redirect"), ("SockHash", "redirect")),
                    (("ctx", 0), ("key", 2), ("flags", 3))),
    **dict.fromkeys((("CgroupStorage", "get"), ("PerCpuCgroupStorage", "get")), ()),
    **dict.fromkeys(((name, "get") for name in STORAGES), (("owner", 1), ("create", 2))),
    **dict.fromkeys(((name, "delete") for name in STORAGES), (("owner", 1),)),
}
# Where one helper serves several map types, what an argument is to this one.
METHOD_ROLES = {
    ("BloomFilter", "peek"): {1: Role.MAP_VALUE},
    ("RingBuf", "output"): {1: Role.MAP_VALUE},
    ("PerfEventArray", "output"): {3: Role.MAP_VALUE},
}
METHOD_DEFAULTS = {("PerfEventArray", "output", "flags"): 0xFFFF_FFFF, ("PerfEventArray", "read", "flags"): 0xFFFF_FFFF}


# Where a lookup gives no value but an object of the kernel's: its struct, and the resource that it is given back as
# (is_acquire_function() in kernel/bpf/verifier.c).
LOOKED_UP = dict.fromkeys(("SockMap", "SockHash"), ("bpf_sock", "socket"))

# Which maps may have a kernel's object in their values: map_check_btf() in kernel/bpf/syscall.c.
_LOCKED = ("HashMap", "ArrayMap", "CgroupStorage", *STORAGES)
_DEFERRING = ("HashMap", "LruHashMap", "ArrayMap")
_KEEPING = ("HashMap", "PerCpuHashMap", "LruHashMap", "LruPerCpuHashMap", "ArrayMap", "PerCpuArray", *STORAGES)
HEADS = ("bpf_list_head", "bpf_rb_root")  # what holds objects of the program; a lock must be beside it
HOLDERS: dict[str, tuple[str, ...]] = {
    "bpf_spin_lock": _LOCKED, "bpf_res_spin_lock": _LOCKED,
    "bpf_timer": _DEFERRING, "bpf_wq": _DEFERRING, "bpf_task_work": _DEFERRING,
    "bpf_list_head": _DEFERRING, "bpf_rb_root": _DEFERRING,
    "kptr": _KEEPING, "percpu_kptr": _KEEPING, "bpf_refcount": _KEEPING,
    "bpf_dynptr": (), "IrqFlags": (),
}

# Programs of these types may not name a map that has such an object in its values: check_map_prog_compatibility() and
# is_tracing_prog_type() in kernel/bpf/verifier.c. The version is the first that lets them; empty: no released kernel.
TRACING = frozenset({"BPF_PROG_TYPE_KPROBE", "BPF_PROG_TYPE_TRACEPOINT", "BPF_PROG_TYPE_PERF_EVENT",
                     "BPF_PROG_TYPE_RAW_TRACEPOINT", "BPF_PROG_TYPE_RAW_TRACEPOINT_WRITABLE"})
_LOCKS = dict.fromkeys(("bpf_spin_lock", "bpf_res_spin_lock"), "")
_IN_TRACING = {**_LOCKS, **dict.fromkeys(HEADS, ""), "bpf_timer": "7.0", "bpf_wq": "7.0"}
HELD_BACK = {"BPF_PROG_TYPE_SOCKET_FILTER": _LOCKS, **dict.fromkeys(sorted(TRACING), _IN_TRACING)}


def _hash(class_name: str, kernel_name: str, number: int, since: str, *, per_cpu: bool = False) -> MapKind:
    methods = _ACCESS | {"lookup_percpu"} if per_cpu else _ACCESS
    return MapKind(class_name, kernel_name, number, per_cpu=per_cpu, methods=methods, operators=_HASH_OPERATORS,
                   since=since, sleepable="5.12" if per_cpu else "5.10")


def _array(class_name: str, kernel_name: str, number: int, since: str, *, per_cpu: bool = False) -> MapKind:
    methods = _INDEXED | {"lookup_percpu"} if per_cpu else _INDEXED
    return MapKind(class_name, kernel_name, number, key_is_index=True, per_cpu=per_cpu, methods=methods,
                   operators=_ARRAY_OPERATORS, since=since, parameters=("value",), key="u32",
                   sleepable="5.12" if per_cpu else "5.10")


def _storage(class_name: str, kernel_name: str, number: int, since: str, sleepable: str) -> MapKind:
    return MapKind(class_name, kernel_name, number, flags=BPF_F_NO_PREALLOC, methods=frozenset({"get", "delete"}),
                   since=since, parameters=("value",), key="s32", entries="none", sleepable=sleepable)


def _indexed(class_name: str, kernel_name: str, number: int, methods: frozenset[str], since: str, *,
             parameters: tuple[str, ...] = (), value: str = "u32", entries: str = "required",
             sleepable: str = "") -> MapKind:
    return MapKind(class_name, kernel_name, number, key_is_index=True, methods=methods, since=since,
                   parameters=parameters, key="u32", value=value, entries=entries, sleepable=sleepable)


_ROWS = (
    _hash("HashMap", "BPF_MAP_TYPE_HASH", 1, "3.19"),
    _array("ArrayMap", "BPF_MAP_TYPE_ARRAY", 2, "3.19"),
    _indexed("ProgArray", "BPF_MAP_TYPE_PROG_ARRAY", 3, frozenset({"tail_call"}), "4.2", parameters=("context",),
             sleepable="7.0"),
    _indexed("PerfEventArray", "BPF_MAP_TYPE_PERF_EVENT_ARRAY", 4, frozenset({"output", "read"}), "4.3",
             parameters=("record",), entries="optional"),
    _hash("PerCpuHashMap", "BPF_MAP_TYPE_PERCPU_HASH", 5, "4.6", per_cpu=True),
    _array("PerCpuArray", "BPF_MAP_TYPE_PERCPU_ARRAY", 6, "4.6", per_cpu=True),
    MapKind("StackTrace", "BPF_MAP_TYPE_STACK_TRACE", 7, methods=frozenset({"get_stackid"}), since="4.6",
            parameters=(), key="u32", value="stack"),
    _indexed("CgroupArray", "BPF_MAP_TYPE_CGROUP_ARRAY", 8,
             frozenset({"skb_under_cgroup", "current_task_under_cgroup"}), "4.8"),
    _hash("LruHashMap", "BPF_MAP_TYPE_LRU_HASH", 9, "4.10"),
    _hash("LruPerCpuHashMap", "BPF_MAP_TYPE_LRU_PERCPU_HASH", 10, "4.10", per_cpu=True),
    MapKind("LpmTrie", "BPF_MAP_TYPE_LPM_TRIE", 11, flags=BPF_F_NO_PREALLOC, methods=_ACCESS, since="4.11",
            sleepable="7.2"),
    _indexed("ArrayOfMaps", "BPF_MAP_TYPE_ARRAY_OF_MAPS", 12, frozenset({"lookup"}), "4.12", parameters=("map",),
             sleepable="5.12"),
    MapKind("HashOfMaps", "BPF_MAP_TYPE_HASH_OF_MAPS", 13, methods=frozenset({"lookup"}), since="4.12",
            parameters=("key", "map"), value="u32", sleepable="5.12"),
    _indexed("DevMap", "BPF_MAP_TYPE_DEVMAP", 14, frozenset({"redirect", "lookup"}), "4.14", parameters=("value",)),
    _indexed("SockMap", "BPF_MAP_TYPE_SOCKMAP", 15, frozenset({"lookup", "update", "delete", "redirect"}), "4.14"),
    _indexed("CpuMap", "BPF_MAP_TYPE_CPUMAP", 16, frozenset({"redirect", "lookup"}), "4.15", parameters=("value",)),
    _indexed("XskMap", "BPF_MAP_TYPE_XSKMAP", 17, frozenset({"redirect", "lookup"}), "4.18"),
    MapKind("SockHash", "BPF_MAP_TYPE_SOCKHASH", 18,
            methods=frozenset({"lookup", "update", "delete", "redirect"}), since="4.18", parameters=("key",),
            value="u32"),
    MapKind("CgroupStorage", "BPF_MAP_TYPE_CGROUP_STORAGE", 19, methods=frozenset({"get"}), since="4.19",
            parameters=("value",), key="bpf_cgroup_storage_key", entries="none"),
    _indexed("ReuseportSockArray", "BPF_MAP_TYPE_REUSEPORT_SOCKARRAY", 20, frozenset({"select"}), "4.19"),
    MapKind("PerCpuCgroupStorage", "BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE", 21, per_cpu=True,
            methods=frozenset({"get"}), since="4.20", parameters=("value",), key="bpf_cgroup_storage_key",
            entries="none"),
    MapKind("Queue", "BPF_MAP_TYPE_QUEUE", 22, has_key=False, methods=frozenset({"push", "pop", "peek"}),
            since="4.20", parameters=("value",), sleepable="6.9"),
    MapKind("Stack", "BPF_MAP_TYPE_STACK", 23, has_key=False, methods=frozenset({"push", "pop", "peek"}),
            since="4.20", parameters=("value",), sleepable="6.9"),
    _storage("SkStorage", "BPF_MAP_TYPE_SK_STORAGE", 24, "5.2", "5.17"),
    MapKind("DevMapHash", "BPF_MAP_TYPE_DEVMAP_HASH", 25, methods=frozenset({"redirect", "lookup"}), since="5.4",
            parameters=("value",), key="u32", value="u32"),
    MapKind("StructOpsMap", "BPF_MAP_TYPE_STRUCT_OPS", 26, since="5.6", parameters=("value",), key="u32",
            entries="one"),
    MapKind("RingBuf", "BPF_MAP_TYPE_RINGBUF", 27, has_key=False, has_value=False,
            methods=frozenset({"reserve", "submit", "discard", "output", "query"}), since="5.8",
            parameters=("record",), sleepable="5.12"),
    _storage("InodeStorage", "BPF_MAP_TYPE_INODE_STORAGE", 28, "5.10", "5.17"),
    _storage("TaskStorage", "BPF_MAP_TYPE_TASK_STORAGE", 29, "5.11", "5.17"),
    MapKind("BloomFilter", "BPF_MAP_TYPE_BLOOM_FILTER", 30, has_key=False, methods=frozenset({"push", "peek"}),
            since="5.16", parameters=("value",)),
    MapKind("UserRingBuf", "BPF_MAP_TYPE_USER_RINGBUF", 31, has_key=False, has_value=False,
            methods=frozenset({"drain"}), since="6.1", parameters=("record",), sleepable="6.1"),
    _storage("CgrpStorage", "BPF_MAP_TYPE_CGRP_STORAGE", 32, "6.2", "6.2"),
    MapKind("Arena", "BPF_MAP_TYPE_ARENA", ARENA, has_key=False, has_value=False, flags=BPF_F_MMAPABLE,
            methods=frozenset({"at"}), since="6.9", parameters=(), sleepable="6.9"),
)

_BY_CLASS = {row.class_name: row for row in _ROWS}
_BY_NUMBER = {row.number: row for row in _ROWS}


def by_class(class_name: str) -> MapKind:
    """The row of a map class; KeyError for a name that is none."""
    return _BY_CLASS[class_name]


def by_number(number: int) -> MapKind:
    """The row of a map type, by the kernel's number; KeyError for one that is none."""
    return _BY_NUMBER[number]


def all_kinds() -> tuple[MapKind, ...]:
    """Every row, in the order of the kernel's numbers."""
    return _ROWS


def helper_of(class_name: str, method: str, program_type: str = "") -> str | None:
    """The helper that a method calls; None where the compiler emits something else.

    Args:
        class_name: the map class.
        method: the method's name.
        program_type: "BPF_PROG_TYPE_SK_MSG": decides for `SockMap.redirect` and `SockHash.redirect`.
    """
    return (PROGRAM_METHOD_HELPERS.get((class_name, method, program_type))
            or CLASS_METHOD_HELPERS.get((class_name, method)) or METHOD_HELPERS.get(method))
