"""Which program type may call which helper, and which helpers need a GPL-compatible license.

`helpers_availability` holds what a kernel answered when each helper was tried in each program type. Three
things could not be asked there and are added here, each from the kernel's source:

* fentry, fexit, fmod_ret and LSM programs: a locked-down host refuses to load any. They share the base set
  of tracing programs (`tracing_prog_func_proto()` in kernel/trace/bpf_trace.c), with what a trampoline adds,
  and LSM's own (`bpf_lsm_func_proto()` in kernel/bpf/bpf_lsm.c).
* bpf_probe_write_user, which lockdown hides, and bpf_override_return, which needs CONFIG_BPF_KPROBE_OVERRIDE.
* infrared programs, which need CONFIG_BPF_LIRC_MODE2 (drivers/media/rc/bpf-lirc.c).

An older kernel has fewer: a row's `since` says from when on a helper exists.
"""

from __future__ import annotations

from functools import lru_cache

from . import helpers_availability as probed

KERNEL = probed.KERNEL

GPL_ONLY = frozenset((*probed.GPL_ONLY.split(), "bpf_probe_write_user", "bpf_override_return", "bpf_rc_repeat",
                      "bpf_rc_keydown", "bpf_rc_pointer_rel"))
MAY_SLEEP = frozenset((*probed.MAY_SLEEP.split(), "bpf_ima_inode_hash", "bpf_ima_file_hash"))

_TRAMPOLINE = "bpf_get_func_arg bpf_get_func_ret bpf_get_func_arg_cnt bpf_get_attach_cookie"
_LSM = ("bpf_inode_storage_get bpf_inode_storage_delete bpf_bprm_opts_set bpf_ima_inode_hash bpf_ima_file_hash "
        "bpf_get_attach_cookie bpf_get_func_arg bpf_get_func_arg_cnt")

# Key to the key whose set it shares, and what it may call besides.
_DERIVED = {
    "TRACING/TRACE_FENTRY": ("TRACING/TRACE_RAW_TP", _TRAMPOLINE),
    "TRACING/TRACE_FEXIT": ("TRACING/TRACE_RAW_TP", _TRAMPOLINE),
    "TRACING/TRACE_FSESSION": ("TRACING/TRACE_RAW_TP", _TRAMPOLINE),
    "TRACING/MODIFY_RETURN": ("TRACING/TRACE_RAW_TP", _TRAMPOLINE),
    "LSM/LSM_MAC": ("TRACING/TRACE_RAW_TP", _LSM),
    "LSM/LSM_CGROUP": ("TRACING/TRACE_RAW_TP",
                       f"{_LSM} bpf_get_retval bpf_set_retval bpf_get_local_storage bpf_setsockopt bpf_getsockopt"),
}

# What iterators over some objects may call besides: get_func_proto of their bpf_iter_reg (net/ipv4/tcp_ipv4.c,
# net/unix/af_unix.c).
_ITERATORS = {target: frozenset(("bpf_setsockopt", "bpf_getsockopt")) for target in ("tcp", "unix")}
_ITERATOR = "TRACING/TRACE_ITER"

_TRACING = ("KPROBE", "TRACEPOINT", "PERF_EVENT", "RAW_TRACEPOINT", "RAW_TRACEPOINT_WRITABLE", "TRACING", "LSM",
            "SYSCALL")

_LIRC_MODE2 = ("bpf_rc_repeat bpf_rc_keydown bpf_rc_pointer_rel bpf_map_lookup_elem bpf_map_update_elem "
               "bpf_map_delete_elem bpf_map_push_elem bpf_map_pop_elem bpf_map_peek_elem bpf_ktime_get_ns "
               "bpf_ktime_get_boot_ns bpf_ktime_get_coarse_ns bpf_tail_call bpf_get_prandom_u32 bpf_trace_printk")


@lru_cache(maxsize=64)
def callable_by(key: str) -> frozenset[str]:
    """The names of the helpers that a program kind may call.

    Args:
        key: `ProgramKind.helpers`: a program type, with its attach type where the set depends on it
            ("XDP", "CGROUP_SOCK_ADDR/CGROUP_INET4_BIND"); of an iterator also with what it walks over behind it.

    Raises:
        KeyError: there is no such set; freplace has none (its key is empty): it may call what its target may.
    """
    program_type = key.partition("/")[0]
    if key.startswith(f"{_ITERATOR}/"):
        return callable_by(_ITERATOR) | _ITERATORS.get(key.removeprefix(f"{_ITERATOR}/"), frozenset())
    if program_type == "LIRC_MODE2":
        return frozenset(_LIRC_MODE2.split())
    if key in _DERIVED:
        origin, besides = _DERIVED[key]
        return callable_by(origin) | frozenset(besides.split())
    found = probed.BESIDES[key]
    if found.startswith("="):
        found = probed.BESIDES[found[1:]]
    names = {*probed.BASE.split(), *found.split()}
    if program_type in _TRACING:
        names.add("bpf_probe_write_user")
    if program_type == "KPROBE":
        names.add("bpf_override_return")
    return frozenset(names)


def callers_of(name: str) -> tuple[str, ...]:
    """The keys of the sets that hold a helper, for the message that refuses it elsewhere."""
    return tuple(key for key in all_keys() if name in callable_by(key))


def iterators_with(name: str) -> tuple[str, ...]:
    """What iterators walk over that may call a helper, where not all of them may."""
    return tuple(target for target, names in _ITERATORS.items() if name in names)


def all_keys() -> tuple[str, ...]:
    """Every key of `callable_by`."""
    return (*probed.BESIDES, *_DERIVED, "LIRC_MODE2")
