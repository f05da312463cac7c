"""Kernel functions (kfuncs) that the language itself calls.

Prototypes: kernel/bpf/bpf_iter.c and kernel/bpf/helpers.c. Others are typed from the kernel's BTF.
"""

from __future__ import annotations

from .rows import KernelFunction

_ITERATOR = "&bpf_iter_num:8:8"

_ROWS = (
    KernelFunction("bpf_iter_num_new", (_ITERATOR, "s32", "s32"), "s32", since="6.4"),
    KernelFunction("bpf_iter_num_next", (_ITERATOR,), "&s32?", since="6.4"),
    KernelFunction("bpf_iter_num_destroy", (_ITERATOR,), since="6.4"),
    KernelFunction("bpf_rcu_read_lock", (), since="6.2"),
    KernelFunction("bpf_rcu_read_unlock", (), since="6.2"),
    KernelFunction("bpf_preempt_disable", (), since="6.10"),
    KernelFunction("bpf_preempt_enable", (), since="6.10"),
)
_BY_NAME = {row.name: row for row in _ROWS}


def by_name(name: str) -> KernelFunction:
    """The row of a kernel function; KeyError for a name that has none."""
    return _BY_NAME[name]
