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


_modules: dict[tuple[str, int, int], IndexedBtf] = {}  # by name, inode and size


def module_btfs() -> tuple[IndexedBtf, ...]:
    """The types that each module adds that is loaded now, in the order of the modules' names.

    Modules come and go while this process runs; those of one are read again when it was loaded anew.
    """
    folder = os.path.dirname(VMLINUX)
    base = kernel_btf()
    found: dict[tuple[str, int, int], IndexedBtf] = {}
    for name in sorted(os.listdir(folder)):
        if name == os.path.basename(VMLINUX):
            continue
        path = os.path.join(folder, name)
        try:
            about = os.stat(path)
            key = name, about.st_ino, about.st_size
            found[key] = _modules.get(key) or IndexedBtf.open(path, base)
        except FileNotFoundError:
            continue  # the module was removed meanwhile
    _modules.clear()
    _modules.update(found)
    return tuple(found.values())
