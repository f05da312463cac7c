"""Every helper function of the kernel under its kernel name: ``from pybpfc.helpers import bpf_ktime_get_ns``.

Signatures for type checkers and editors stand in ``helpers.pyi``, generated from the helper table. They leave
out the sizes of buffers, which the compiler fills in, and default trailing flags to 0. Names are made on
first use; outside a BPF program a helper can be passed around but not called.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, NoReturn

# What opens and closes a lock or a section is here too where the kernel has it elsewhere: the same objects.
_ELSEWHERE = {
    "bpf_spin_lock": "kernel_objects",  # the type of a lock and the helper that takes one are one object
    "bpf_rcu_read_lock": "scopes", "bpf_rcu_read_unlock": "kfuncs",
    "bpf_preempt_disable": "scopes", "bpf_preempt_enable": "kfuncs",
}


class Helper:
    """A helper function. `__pybpfc_helper__` is its name in the helper table."""

    def __init__(self, name: str, row: str, text: str) -> None:
        self.__name__ = name
        self.__pybpfc_helper__ = row
        self.__doc__ = text

    def __call__(self, *arguments: Any, **keywords: Any) -> NoReturn:
        raise TypeError(f"{self.__name__}() is a helper of the kernel: only a BPF program can call it")

    def __repr__(self) -> str:
        return f"<BPF helper {self.__name__}>"


def __getattr__(name: str) -> Any:
    from .tables.helpers_generated import PROTOTYPES

    if name == "__all__":
        return ["bpf_printk", *PROTOTYPES]
    if name in _ELSEWHERE:
        found = globals()[name] = getattr(import_module(f".{_ELSEWHERE[name]}", __package__), name)
        return found
    row = "bpf_trace_printk" if name == "bpf_printk" else name
    if row not in PROTOTYPES:
        raise AttributeError(f"module 'pybpfc.helpers' has no attribute {name!r}: the kernel has no such helper; "
                             "newer functions are in pybpfc.kfuncs")
    _number, declaration, _parameters, summary = PROTOTYPES[row]
    made = globals()[name] = Helper(name, row, f"{declaration}\n\n{summary}")
    return made


def __dir__() -> list[str]:
    from .tables.helpers_generated import PROTOTYPES

    return ["bpf_printk", *PROTOTYPES]
