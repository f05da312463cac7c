"""Scoped forms: `with bpf_rcu_read_lock():` and its like; the kernel leaves the section on every way out.

Source: kernel/bpf/helpers.c, where they are kernel functions (kfuncs).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType

    from .kernel_objects import IrqFlags

__all__ = ["bpf_local_irq_save", "bpf_preempt_disable", "bpf_rcu_read_lock"]


class _Scope:
    """A section that a call enters; as a context manager it is left again."""

    __pybpfc_enter__ = ""
    __pybpfc_leave__ = ""

    def __init__(self) -> None:
        raise TypeError(f"{type(self).__name__}() has a meaning only inside a BPF program")

    def __enter__(self) -> None: ...

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None: ...


class bpf_rcu_read_lock(_Scope):
    """`with bpf_rcu_read_lock():` keeps objects that RCU protects alive (Linux 6.2)."""

    __pybpfc_enter__ = "bpf_rcu_read_lock"
    __pybpfc_leave__ = "bpf_rcu_read_unlock"


class bpf_preempt_disable(_Scope):
    """`with bpf_preempt_disable():` keeps the program on its CPU without a break (Linux 6.10)."""

    __pybpfc_enter__ = "bpf_preempt_disable"
    __pybpfc_leave__ = "bpf_preempt_enable"


class bpf_local_irq_save(_Scope):
    """`with bpf_local_irq_save():` keeps interrupts off on this CPU (Linux 6.14).

    A bare `bpf_local_irq_save(flags)` fills `flags = IrqFlags()` and needs bpf_local_irq_restore(flags).
    """

    __pybpfc_enter__ = "bpf_local_irq_save"
    __pybpfc_leave__ = "bpf_local_irq_restore"

    if TYPE_CHECKING:

        def __init__(self, flags: IrqFlags | None = None) -> None: ...
