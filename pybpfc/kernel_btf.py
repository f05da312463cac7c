"""Where kernel types come from: the running kernel, a file, or the snapshot that ships with the package."""

from __future__ import annotations

import contextlib
import os
import zlib
from typing import TYPE_CHECKING, Any

from pybpfc_runtime.btf import cache
from pybpfc_runtime.btf.index import IndexedBtf, continues
from pybpfc_runtime.btf.kernel import VMLINUX
from pybpfc_runtime.errors import BtfError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .kernel_types import KernelTypes

SNAPSHOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "tables", "vmlinux.btf.gz")
SNAPSHOT_NAME = "snapshot"  # in place of a file


class KernelBtf:
    """The types of one kernel.

    Attributes:
        source: the file they came from, for messages.
        btf: the types as BTF has them, decoded as they are asked for.
        functions: those that BPF programs may call; None until they have been looked for.
    """

    def __init__(self, source: str, btf: IndexedBtf) -> None:
        self.source = source
        self.btf = btf
        self.functions: frozenset[int] | None = None
        self._types: KernelTypes | None = None

    @property
    def types(self) -> KernelTypes:
        """The types as layouts and Python classes."""
        if self._types is None:
            from .kernel_types import KernelTypes

            self._types = KernelTypes(self.btf, self.source)
        return self._types


_chosen: str | None = None
_opened: dict[str | None, KernelBtf] = {}


def use(path: str | os.PathLike[str] | None) -> None:
    """Choose whose types `pybpfc.vmlinux` gives from here on, in this process.

    Args:
        path: a file of raw BTF, such as a copy of another machine's /sys/kernel/btf/vmlinux, or of a module's with
            that beside it; "snapshot" for the one in the package; None for the running kernel's, or the snapshot where
            that has none.
    """
    global _chosen
    _chosen = None if path is None else SNAPSHOT if path == SNAPSHOT_NAME else os.path.abspath(path)


def current() -> KernelBtf:
    """The types chosen by `use`.

    Raises:
        OSError: the file that was chosen cannot be read.
        BtfError: it is no BTF.
    """
    if _chosen == SNAPSHOT:
        return snapshot()
    found = _opened.get(_chosen)
    if found is None:
        found = _opened[_chosen] = _default() if _chosen is None else _of_file(_chosen)
    return found


def sources() -> Iterator[KernelBtf]:
    """The types chosen, and behind them those that serve what they lack: a program is also built for other kernels than
    the one that happens to run. A file that was chosen is the word on its kernel's types."""
    found = current()
    yield found
    if _chosen is None and found.source != SNAPSHOT:
        yield snapshot()


def lookup(name: str) -> Any:
    """What a name stands for in the first of `sources()` that has it, as `KernelTypes.lookup` says it.

    Raises:
        UnknownKernelName: none has it; what it says is about the types chosen.
        DeclarationError: there are several types of this name that differ.
    """
    from .kernel_types import UnknownKernelName

    first: UnknownKernelName | None = None
    for kernel in sources():
        try:
            return kernel.types.lookup(name)
        except UnknownKernelName as error:
            first = first or error
    assert first is not None  # there is at least one source
    raise first


def in_snapshot(name: str) -> Any:
    """What a name stands for in the snapshot where other types were chosen; None where it has it not, or several."""
    from pybpfc_runtime.values import DeclarationError

    from .kernel_types import UnknownKernelName

    if current().source == SNAPSHOT:
        return None
    with contextlib.suppress(UnknownKernelName, DeclarationError):
        return snapshot().types.lookup(name)
    return None


def _of_file(path: str) -> KernelBtf:
    """The types in a file; those of a module stand behind its kernel's, which are in the same folder."""
    if not continues(path):
        return KernelBtf(path, IndexedBtf.open(path))
    beside = [os.path.join(os.path.dirname(path), name) for name in ("vmlinux", "vmlinux.btf")]
    base = next((each for each in beside if os.path.isfile(each)), None)
    if base is None:
        raise BtfError(f"{path} has the types of a module, which continue those of its kernel",
                       help=f"put a copy of that kernel's /sys/kernel/btf/vmlinux beside it, as {beside[0]}")
    return KernelBtf(path, IndexedBtf.open(path, IndexedBtf.open(base)))


def _default() -> KernelBtf:
    try:
        return KernelBtf(VMLINUX, IndexedBtf.open(VMLINUX))
    except (OSError, BtfError):  # no such file, or a newer format than this version knows
        return snapshot()


def module_hint(name: str) -> str:
    """Words for a help where a module that is loaded here has the name that the types in use lack; else ""."""
    from pybpfc_runtime.btf.kernel import module_btfs

    if _chosen is not None or current().source != VMLINUX:
        return ""
    try:
        found = next((btf for btf in module_btfs() if btf.has_own(name)), None)
    except (OSError, BtfError):
        return ""
    return "" if found is None else f"the module {os.path.basename(found.what)} has it: --btf {found.what}"


def snapshot() -> KernelBtf:
    """The types that ship with the package: those of Linux 6.18 on x86_64."""
    found = _opened.get(SNAPSHOT)
    if found is None:
        found = _opened[SNAPSHOT] = _unpacked()
    return found


def _unpacked() -> KernelBtf:
    with open(SNAPSHOT, "rb") as file:
        packed = file.read()
    name = cache.key(SNAPSHOT, packed)
    stored = cache.read(name)
    if stored is not None:
        data = bytes(stored)
    else:
        data = zlib.decompress(packed, wbits=31)  # gzip's format, without importing gzip
        cache.write(name, data)
    return KernelBtf(SNAPSHOT, IndexedBtf(data, SNAPSHOT, cached=True))
