"""The flags of kernel functions (KF_ACQUIRE, ...) as a kernel's image has them.

`.BTF_ids` has the sets that BTF_KFUNCS_START() begins: `struct btf_id_set8`, of which each pair is the number of a
function in BTF and its flags (include/linux/btf_ids.h). Nothing says where a set begins: it is known by its contents.
"""

from __future__ import annotations

import struct

from pybpfc_runtime.btf import types
from pybpfc_runtime.btf.index import IndexedBtf

from .kernel_image import decompressed, section, types_of
from .kernels import Kernel

_KFUNCS = 1  # BTF_SET8_KFUNCS
_MOST = 1024  # of functions in a set

# include/linux/btf.h
FLAGS = {0: "ACQUIRE", 1: "RELEASE", 2: "RET_NULL", 4: "TRUSTED_ARGS", 5: "SLEEPABLE", 6: "DESTRUCTIVE", 7: "RCU",
         11: "RCU_PROTECTED"}


def flags_of(kernel: Kernel) -> dict[str, frozenset[str]]:
    """The flags of each function that the kernel marks as one for programs, by name; those that change nothing for a
    caller are left out."""
    btf = IndexedBtf.open(str(types_of(kernel)))
    names = {tag.type: btf.type(tag.type).name for number in btf.ids_named("bpf_kfunc")
             if isinstance(tag := btf.type(number), types.DeclTag)}
    ids = section(decompressed(kernel.vmlinuz.read_bytes()), ".BTF_ids")
    words = struct.unpack(f"<{len(ids) // 4}I", ids)
    found: dict[str, frozenset[str]] = {}
    for at in range(len(words) - 3):
        count, kind = words[at : at + 2]
        pairs = words[at + 2 : at + 2 + 2 * count] if 0 < count < _MOST and kind == _KFUNCS else ()
        members = [(number, bits) for number, bits in zip(pairs[::2], pairs[1::2], strict=False) if number]
        if members and all(number in names for number, _ in members):
            found.update((names[number], frozenset(flag for bit, flag in FLAGS.items() if bits >> bit & 1))
                         for number, bits in members)
    assert set(found) == set(names.values()), "functions without flags"
    return found
