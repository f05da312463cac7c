"""From which kernel on an object can load, by the tables of the compiler: what a test in guests then holds true."""

from __future__ import annotations

import io
import struct

from elftools.elf.elffile import ELFFile

from pybpfc.tables import helpers, kfuncs, map_kinds, program_kinds
from pybpfc_runtime import ObjectSpec

from .guest_test import Need, version
from .kernels import SERIES
from .objects import MIN_KERNEL

_SHF_EXECINSTR = 4
_CALL, _LOAD_64 = 0x85, 0x18  # BPF_JMP | BPF_CALL, BPF_LD | BPF_IMM | BPF_DW, include/uapi/linux/bpf.h
_ATOMIC = (0xC3, 0xDB)  # BPF_STX | BPF_ATOMIC, of four and eight bytes
_ADD, _PSEUDO_FUNC = 0, 4
_HOLDERS = {"bpf_list_head": "bpf_list_push_front", "bpf_rb_root": "bpf_rbtree_add"}  # and what came with it
_OLDEST = min(map(version, SERIES))
_ANY_REFUSAL = r"\S"  # these needs are computed: what an older kernel says about them is its own affair


def of_object(name: str, data: bytes) -> tuple[Need, ...]:
    """What an object needs that not every kernel of the tests has: of all such facts the one that came last."""
    since: dict[str, str] = {}
    if name in MIN_KERNEL:
        since["--min-kernel"] = "{}.{}".format(*MIN_KERNEL[name])
    spec = ObjectSpec.from_bytes(data)
    numbers, callbacks, atomics = _instructions(data)
    since.update({f"{row.name}()": row.since for row in helpers.all_helpers() if row.number in numbers})
    if "LINUX_HAS_BPF_COOKIE" in spec.externs:
        since.pop("bpf_get_attach_cookie()", None)  # asked for where the kernel has it
    if callbacks:
        since["callback functions"] = "5.13"
    if atomics:
        since["atomic operations other than BPF_ADD"] = "5.12"
    for extern in spec.externs.values():
        if extern.kind == "function" and not extern.weak:
            built_in = kfuncs.built_in(extern.name)
            since[f"{extern.name}()"] = built_in.since if built_in is not None else kfuncs.since(extern.name)
    named = {getattr(type_, "name", "") for type_ in spec.btf.types} if spec.btf is not None else set()
    since.update({f"a {held} in a map": kfuncs.since(function) for held, function in _HOLDERS.items() if held in named})
    if any(described.struct_ops is not None and described.struct_ops.by_link for described in spec.maps.values()):
        since["BPF_F_LINK"] = "6.4"
    types = {int(described.type) for described in spec.maps.values()}
    since.update({row.kernel_name: row.since for row in map_kinds.all_kinds() if row.number in types})
    for program in spec.programs.values():
        row = program_kinds.by_section(program.section)
        if row is not None:
            since[f'SEC("{row.section.partition("/")[0]}")'] = row.since
    later = [Need(when, what, _ANY_REFUSAL) for what, when in since.items() if when and version(when) > _OLDEST]
    return tuple(sorted(later, key=lambda need: (version(need.since), need.what))[-1:])


def _instructions(data: bytes) -> tuple[set[int], bool, bool]:
    """The numbers of the helpers that are called, whether functions have their address taken, whether there are
    atomic operations that not all kernels know."""
    numbers: set[int] = set()
    callbacks = atomics = False
    for section in ELFFile(io.BytesIO(data)).iter_sections():
        if section["sh_flags"] & _SHF_EXECINSTR:
            for code, registers, _, immediate in struct.iter_unpack("<BBhi", section.data()):
                if code == _CALL and registers >> 4 == 0:
                    numbers.add(immediate)
                callbacks |= code == _LOAD_64 and registers >> 4 == _PSEUDO_FUNC
                atomics |= code in _ATOMIC and immediate != _ADD
    return numbers, callbacks, atomics
