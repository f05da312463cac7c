"""Kernel functions (kfuncs) under their kernel names: ``from pybpfc.kfuncs import bpf_task_acquire``.

Names are looked up when they are imported, as those of `pybpfc.vmlinux`: in the types of `--btf FILE`, else of the
running kernel, else of the snapshot that ships with the package, which also has the functions that an older kernel
lacks, or has under a former name. Arguments and results are typed from there; what the kernel fills in itself (sizes
of buffers, arguments whose names end in `__ign`) is left out. Signatures for editors stand in ``kfuncs.pyi``.

A program that calls a function which its kernel does not have is refused when it is loaded. Where there is another
way, ask first: `if kfunc_exists(bpf_task_acquire): ...`.
"""

from __future__ import annotations

from typing import Any, NoReturn


class KernelFunctionName:
    """A kernel function. `__pybpfc_kfunc__` is its name in the kernel."""

    def __init__(self, name: str, text: str) -> None:
        self.__name__ = name
        self.__pybpfc_kfunc__ = name
        self.__doc__ = text

    def __call__(self, *arguments: Any, **keywords: Any) -> NoReturn:
        raise TypeError(f"{self.__name__}() is a function of the kernel: only a BPF program can call it")

    def __repr__(self) -> str:
        return f"<kernel function {self.__name__}>"


def __getattr__(name: str) -> Any:
    if name.startswith("__") and name.endswith("__"):
        raise AttributeError(f"module 'pybpfc.kfuncs' has no attribute {name!r}")
    from . import kernel_objects, scopes

    if name in scopes.__all__:  # the function and the scope are one object
        return getattr(scopes, name)
    if name == "bpf_res_spin_lock":  # and so are the type of a lock and what takes one
        return kernel_objects.bpf_res_spin_lock
    from . import kernel_calls
    from .vmlinux import is_import

    found = kernel_calls.describe(name)
    if found is None:
        message = kernel_calls.unknown(name)
        # Python replaces the text of an AttributeError in `from ... import`, but not that of an ImportError.
        raise (ImportError if is_import(1) else AttributeError)(message, name=name)
    made = globals()[name] = KernelFunctionName(name, found)
    return made
