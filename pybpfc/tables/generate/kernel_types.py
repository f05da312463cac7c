"""``python -m pybpfc.tables.generate.kernel_types``: renew the snapshot of kernel types and the stubs made of it.

Arguments: a file of raw BTF; by default the running kernel's. Writes ``pybpfc/tables/vmlinux.btf.gz`` and
``pybpfc/vmlinux.pyi`` and ``pybpfc/kfuncs.pyi``. `spec/kernel-types.md` says when to do this.
"""

from __future__ import annotations

import gzip
import sys
from pathlib import Path

from pybpfc_runtime.btf.index import IndexedBtf
from pybpfc_runtime.btf.kernel import VMLINUX

from ... import kernel_btf
from ...kernel_stubs import COMMON, stubs
from . import kfuncs, writer

STUBS = writer.PACKAGE / "vmlinux.pyi"
COMMAND = "pybpfc gen vmlinux"


def pack(data: bytes) -> bytes:
    """BTF as the package holds it; the same input gives the same bytes."""
    IndexedBtf(data, "the new snapshot")  # raises BtfError for what is no BTF
    return gzip.compress(data, 9, mtime=0)


def render() -> str:
    """The text of ``pybpfc/vmlinux.pyi``, made of the snapshot."""
    return stubs(kernel_btf.snapshot().types, COMMON, command=COMMAND)


def main() -> None:
    source = Path(sys.argv[1] if len(sys.argv) > 1 else VMLINUX)
    Path(kernel_btf.SNAPSHOT).write_bytes(pack(source.read_bytes()))
    writer.replace(STUBS, render())
    writer.replace(writer.PACKAGE / "kfuncs.pyi", kfuncs.render())


if __name__ == "__main__":
    main()
