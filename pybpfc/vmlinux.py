"""Kernel types and enumeration constants under their kernel names: `from pybpfc.vmlinux import task_struct`.

Names are looked up in the kernel's BTF when they are imported: structs and unions become classes to annotate
with, typedefs what they stand for, enums IntEnum classes, their constants members. Where the layout of a struct
differs on the kernel that the program is loaded into, every access is relocated (CO-RE).

The types are those of `--btf FILE`, else the running kernel's. What that lacks, or all where it shows none, is of a
snapshot of Linux 6.18.
"""

from __future__ import annotations

import sys
from typing import Any

from . import kernel_btf


def __getattr__(name: str) -> Any:
    if name.startswith("__") and name.endswith("__"):
        raise AttributeError(f"module 'pybpfc.vmlinux' has no attribute {name!r}")
    from .kernel_types import UnknownKernelName

    try:
        return kernel_btf.lookup(name)
    except UnknownKernelName as error:
        # Python replaces the text of an AttributeError in `from ... import`, but not that of an ImportError.
        raise (ImportError if is_import(1) else AttributeError)(str(error), name=name) from None


def is_import(depth: int) -> bool:
    """Whether the frame that many levels above the caller executes `from ... import name`."""
    import dis

    frame = sys._getframe(depth + 1)
    return frame.f_code.co_code[frame.f_lasti] == dis.opmap["IMPORT_FROM"]
