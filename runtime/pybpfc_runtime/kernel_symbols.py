"""Where the running kernel has a function, a variable or a type of some name: vmlinux first, then its modules.

Source: BPF_BTF_GET_NEXT_ID and its like in include/uapi/linux/bpf.h; /proc/kallsyms.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, NamedTuple

from . import syscall
from .btf.kernel import kernel_btf, module_btfs
from .descriptor import Descriptor
from .errors import KernelSymbolError
from .uapi import Command

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .btf.index import IndexedBtf

KALLSYMS = "/proc/kallsyms"


class KernelSymbol(NamedTuple):
    """A type of the kernel: the FUNC of a function, the VAR of a variable, ..."""

    btf: IndexedBtf
    type_id: int
    module: str  # "" for vmlinux


def find_symbol(kind: int, name: str) -> KernelSymbol | None:
    """The first type of that kind and name, vmlinux before its modules.

    Args:
        kind: BTF_KIND_*.
        name: `module:name` looks in that module alone.
    """
    wanted, _, plain = name.rpartition(":")
    if wanted in ("", "vmlinux"):
        number = kernel_btf().find(kind, plain)
        if number is not None:
            return KernelSymbol(kernel_btf(), number, "")
    if wanted == "vmlinux":
        return None
    first = len(kernel_btf()) + 1
    for btf in module_btfs():
        module = os.path.basename(btf.what)
        if wanted in ("", module):
            numbers = (each for each in btf.ids_named(plain) if each >= first and btf.kind_of(each) == kind)
            number = next(numbers, None)
            if number is not None:
                return KernelSymbol(btf, number, module)
    return None


def did_you_mean(kind: int, name: str, prefix: str = "") -> str:
    """Words for a help: the kernel's names that are near a wrong one; "" where there are none."""
    import difflib

    known = kernel_btf().names_like(prefix + name, (kind,))
    near = difflib.get_close_matches(prefix + name, known, n=3, cutoff=0.7)
    return f"did you mean {' or '.join(each.removeprefix(prefix) for each in near)}?" if near else ""


class ModuleDescriptors:
    """Descriptors of modules' types, which BPF_PROG_LOAD wants beside a type id; opened when they are asked for."""

    def __init__(self) -> None:
        self._open: dict[str, Descriptor] = {}

    def fd(self, module: str) -> int:
        """The descriptor; 0 for vmlinux, whose types need none.

        Raises:
            KernelSymbolError: the module was removed meanwhile.
        """
        if not module:
            return 0
        if module not in self._open:
            self._open[module] = Descriptor(_module_fd(module), f"types of module {module}")
        return self._open[module].fd

    def close(self) -> None:
        for descriptor in self._open.values():
            descriptor.close()
        self._open.clear()


def _module_fd(module: str) -> int:
    last = 0
    while (number := syscall.next_id(Command.BPF_BTF_GET_NEXT_ID, last)) is not None:
        last = number
        fd = syscall.fd_by_id(Command.BPF_BTF_GET_FD_BY_ID, number)
        info = syscall.btf_info(fd)
        if info.is_kernel and info.name == module:
            return fd
        os.close(fd)
    raise KernelSymbolError(f"the kernel has no types of module {module} any more",
                            help=f"load it again: modprobe {module}")


def kernel_addresses(names: Iterable[str]) -> dict[str, int]:
    """The addresses of kernel symbols, functions or data, static ones too.

    Args:
        names: of interest; those that the kernel does not have are missing in the result.

    Raises:
        KernelSymbolError: several symbols have one of the names, or this process may not see addresses.
    """
    wanted = sorted(names)
    if not wanted:
        return {}
    try:
        with open(KALLSYMS, "rb") as file:
            text = file.read()
    except OSError as error:
        raise KernelSymbolError(f"the address of {wanted[0]} is needed, but {KALLSYMS} cannot be read "
                                f"({error.strerror})") from error
    choices = "|".join(re.escape(name) for name in wanted).encode()
    # Link-time optimisation gives static data a suffix.
    pattern = rb"^([0-9a-f]+) (?:\S (" + choices + rb")|d (" + choices + rb")\.llvm\.\d+)(?=[\t\n])"
    found: dict[str, int] = {}
    for match in re.finditer(pattern, text, re.MULTILINE):
        name, address = (match[2] or match[3]).decode(), int(match[1], 16)
        if not address:
            raise KernelSymbolError(f"the address of {name} is hidden",
                                    help="run it as root with kernel.kptr_restrict below 2")
        if found.setdefault(name, address) != address:
            raise KernelSymbolError(f"the kernel has several symbols {name}, at {found[name]:#x} and {address:#x}",
                                    help="declare it with its type, so that BTF decides")
    return found
