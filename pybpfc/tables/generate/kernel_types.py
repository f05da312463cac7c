"""``python -m pybpfc.tables.generate.kernel_types``: renew the snapshot of kernel types and the stubs made of it.

Arguments: a file of raw BTF, by default the running kernel's; and files of kernels of the same version that were built
with other options, for what the first lacks. Writes ``pybpfc/tables/vmlinux.btf.gz``, ``pybpfc/vmlinux.pyi`` and
``pybpfc/kfuncs.pyi``. `spec/kernel-types.md` says when to do this.
"""

from __future__ import annotations

import gzip
import sys
from pathlib import Path

from pybpfc_runtime.btf.decode import decode_btf
from pybpfc_runtime.btf.encode import encode_btf
from pybpfc_runtime.btf.index import IndexedBtf
from pybpfc_runtime.btf.kernel import VMLINUX

from ... import kernel_btf
from ...kernel_stubs import COMMON, stubs
from . import kfuncs, writer
from .merge import merged

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
    first, *others = sys.argv[1:] or [VMLINUX]
    data = Path(first).read_bytes()
    for other in others:
        data = encode_btf(merged(decode_btf(data), decode_btf(Path(other).read_bytes())))
    Path(kernel_btf.SNAPSHOT).write_bytes(pack(data))
    writer.replace(STUBS, render())
    writer.replace(writer.PACKAGE / "kfuncs.pyi", kfuncs.render())


if __name__ == "__main__":
    main()
