"""The running kernel's types: those of vmlinux, and those of its modules."""

from __future__ import annotations

import os
from functools import cache

from ..errors import UnsupportedFeature
from .index import IndexedBtf

VMLINUX = "/sys/kernel/btf/vmlinux"


@cache
def kernel_btf() -> IndexedBtf:
    """The running kernel's own types.

    Raises:
        UnsupportedFeature: the kernel does not show them.
        BtfError: they are of a newer format than this version knows.
    """
    try:
        return IndexedBtf.open(VMLINUX)
    except OSError as error:
        raise UnsupportedFeature(f"CO-RE relocations need the kernel's types, but {VMLINUX} cannot be read "
                                 f"({error.strerror})",
                                 help="the kernel must be built with CONFIG_DEBUG_INFO_BTF") from error


@cache
def module_btfs() -> tuple[IndexedBtf, ...]:
    """The types that each loaded module adds, by the module's name."""
    folder = os.path.dirname(VMLINUX)
    base = kernel_btf()
    found = []
    for name in sorted(os.listdir(folder)):
        if name != os.path.basename(VMLINUX):
            try:
                found.append(IndexedBtf.open(os.path.join(folder, name), base))
            except FileNotFoundError:
                continue  # the module was removed meanwhile
    return tuple(found)
