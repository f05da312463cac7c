"""User statically defined tracepoints (USDT): uprobes at the places that a binary's notes name.

The program finds its arguments through two maps that libbpf's usdt.bpf.h declares: `__bpf_usdt_specs` says where each
argument is, by a number that is the attach cookie, or that `__bpf_usdt_ip_to_spec_id` has by address where the kernel
has no cookies (before 5.15).

Source: usdt.bpf.h of libbpf.
"""

from __future__ import annotations

import os
import struct
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from .. import features, syscall
from ..errors import AttachError, MapError
from ..uapi import Command
from .binary import NotThere, opened
from .find_binary import find_binary
from .links import GroupLink, Link
from .uprobe import probe_place
from .uprobe_multi import attach_places
from .usdt_notes import CONST, Argument, Probe, arguments, probes

if TYPE_CHECKING:
    from ..descriptor import Descriptor
    from ..maps import Map
    from ..program import Program

SPECS, NUMBERS = "__bpf_usdt_specs", "__bpf_usdt_ip_to_spec_id"
_MOST_ARGUMENTS = 12
_PROBE = struct.Struct("=Qh6x")  # cookie and number of arguments, behind them
# struct __bpf_usdt_arg_spec by the size of the map's values. The bit fields that libbpf 1.7 added for arguments at a
# register plus an index moved what follows them.
_ARGUMENTS = {_MOST_ARGUMENTS * each.size + _PROBE.size: each for each in (
    struct.Struct("=qBxHhBB"), struct.Struct("=qBxH2xhBB6x"))}

# The numbers that are in use, by the map whose slots they are.
_used: WeakKeyDictionary[Descriptor, set[int]] = WeakKeyDictionary()


def attach(program: Program, path: str | os.PathLike[str] | None = None, provider: str | None = None,
           name: str | None = None, *, pid: int | None = None, cookie: int = 0) -> Link:
    """Attach a usdt program to every place of a probe.

    Args:
        path: of the binary or library; a name without a slash is looked up. By default what the section says:
            `usdt/path:provider:name`.
        provider, name: of the probe.
        pid: of the one process in which it counts, 0 for this one; None for all, future ones too.
        cookie: what bpf_usdt_cookie() gives.

    Raises:
        AttachError: no such file or probe, or none was named; an argument that programs cannot read; the object has
            no room for another place.
        AttachRefused: the kernel refuses a place, or there is no such process.
    """
    if path is None and program.spec.attach_to:
        declared, _, said_name = program.spec.attach_to[0].rpartition(":")
        path, _, said_provider = declared.rpartition(":")
        provider, name = provider or said_provider, name or said_name
    if not path or not provider or not name:
        raise AttachError(f"program {program.name}: which probe of which binary?",
                          help='SEC("usdt/path:provider:name"), or attach(path=..., provider=..., name=...)')
    file = find_binary(os.fspath(path), program.name)
    where = f"usdt {file}:{provider}:{name}" + ("" if pid is None else f", process {pid}")
    found, machine, fixed = _find(program, file, provider, name)
    numbers: list[int] = []
    if not any(reference.kind == "map" and reference.name == SPECS for reference in program.linked.references):
        return _probes(program, file, found, where, pid, [cookie] * len(found) if cookie else [])
    specs = program.maps[SPECS]
    records = _records(program, file, found, machine, cookie, _argument_layout(program, specs))
    taken = _used.setdefault(specs.descriptor, set())
    addresses: list[int] = []
    try:
        made: dict[bytes, int] = {}  # places whose arguments are alike share a slot
        for record in records:
            if record not in made:
                made[record] = _take(program, specs, taken, record)
                numbers.append(made[record])
        each = [made[record] for record in records]
        if features.has_bpf_cookie():
            link = _probes(program, file, found, where, pid, each)
        else:
            addresses = [probe.address + _moved(program, file, probe, pid, fixed) for probe in found]
            _by_address(program, addresses, each)
            link = _probes(program, file, found, where, pid, [])
    except BaseException:
        taken.difference_update(numbers)
        raise
    link.on_end = lambda: taken.difference_update(numbers)
    return link


def _find(program: Program, file: str, provider: str, name: str) -> tuple[list[Probe], int, bool]:
    """The places of a probe, the processor, and whether the file runs at the addresses it is linked to."""
    with opened(file, program.name, f"probe {provider}:{name}") as binary:
        every = probes(binary)
        machine, fixed = binary.machine, binary.is_executable
    found = [probe for probe in every if (probe.provider, probe.name) == (provider, name)]
    if not found:
        import difflib

        known = sorted({f"{probe.provider}:{probe.name}" for probe in every})
        near = difflib.get_close_matches(f"{provider}:{name}", known, n=3)
        raise AttachError(f"program {program.name}: {file} has no probe {provider}:{name}",
                          help=f"did you mean {' or '.join(near)}?" if near else
                          f"it has {', '.join(known[:10])}" if known else "it has no USDT probes at all")
    return found, machine, fixed


def _argument_layout(program: Program, specs: Map) -> struct.Struct:
    if specs.value_size not in _ARGUMENTS:
        raise AttachError(f"program {program.name}: the values of {SPECS} have {specs.value_size} bytes, not "
                          f"{' or '.join(map(str, _ARGUMENTS))}",
                          help="build the object with <bpf/usdt.bpf.h> of a libbpf that this loader knows, 1.0 to 1.7")
    return _ARGUMENTS[specs.value_size]


def _records(program: Program, file: str, found: list[Probe], machine: int, cookie: int,
             layout: struct.Struct) -> list[bytes]:
    """`struct __bpf_usdt_spec` of each place."""
    made = []
    for probe in found:
        try:
            there = arguments(probe.arguments, machine)
        except NotThere as error:
            raise AttachError(f"program {program.name}: probe {probe.provider}:{probe.name} in {file}: {error}",
                              help=error.help) from error
        if len(there) > _MOST_ARGUMENTS:
            raise AttachError(f"program {program.name}: probe {probe.provider}:{probe.name} has {len(there)} arguments",
                              help=f"a program can read {_MOST_ARGUMENTS}")
        packed = b"".join(_packed(each, layout) for each in there).ljust(_MOST_ARGUMENTS * layout.size, b"\0")
        made.append(packed + _PROBE.pack(cookie, len(there)))
    return made


def _packed(argument: Argument, layout: struct.Struct) -> bytes:
    index = argument.index_register | argument.scale << 12  # idx_reg_off:12, scale_bitshift:4
    value = argument.value - (1 << 64) if argument.kind == CONST and argument.value >> 63 > 0 else argument.value
    return layout.pack(value, argument.kind, index, argument.register, argument.signed, 64 - 8 * argument.size)


def _take(program: Program, specs: Map, taken: set[int], record: bytes) -> int:
    """Write a record to a free slot; its number."""
    number = next((each for each in range(specs.max_entries) if each not in taken), None)
    if number is None:
        raise AttachError(f"program {program.name}: all {specs.max_entries} slots of {SPECS} are in use",
                          help=f"spec.maps[{SPECS!r}].max_entries = ... before the object is loaded")
    _write(specs, struct.pack("=i", number), record.ljust(specs.value_size, b"\0"))
    taken.add(number)
    return number


def _write(map_: Map, key: bytes, value: bytes) -> None:
    error = syscall.map_element(Command.BPF_MAP_UPDATE_ELEM, map_.fd, syscall.buffer(key), syscall.buffer(value))
    if error:
        raise syscall.failure(Command.BPF_MAP_UPDATE_ELEM, error, f"map {map_.name}", MapError)


def _by_address(program: Program, addresses: list[int], numbers: list[int]) -> None:
    table = program.maps.get(NUMBERS)
    if table is None:
        raise AttachError(f"program {program.name}: its object has no map {NUMBERS}", help="include <bpf/usdt.bpf.h>")
    for address, number in zip(addresses, numbers, strict=True):
        _write(table, struct.pack("=q", address), struct.pack("=I", number))


def _moved(program: Program, file: str, probe: Probe, pid: int | None, fixed: bool) -> int:
    """How far a process has moved a file from the addresses to which it is linked."""
    if fixed:
        return 0
    if pid is None:
        raise AttachError(f"program {program.name}: {file} is position-independent, and this kernel has no attach "
                          "cookies (5.15): the probe's address is only known in a process",
                          help="attach(pid=...) of a process that has the file mapped")
    with open(f"/proc/{pid or 'self'}/maps", encoding="utf-8", errors="replace") as maps:
        for line in maps:
            fields = line.split(maxsplit=5)
            if len(fields) == 6 and fields[5].rstrip("\n") == file and "x" in fields[1]:
                start, end = (int(part, 16) for part in fields[0].split("-"))
                place = probe.offset - int(fields[2], 16)
                if 0 <= place < end - start:
                    return start + place - probe.address
    raise AttachError(f"program {program.name}: process {pid or os.getpid()} has not mapped {file}",
                      help="attach it once the process runs, or has loaded the library")


def _probes(program: Program, file: str, found: list[Probe], where: str, pid: int | None, cookies: list[int]) -> Link:
    if features.has_uprobe_multi():
        counters = [probe.semaphore for probe in found]
        return attach_places(program, file, [probe.offset for probe in found], where, pid=pid, cookies=cookies,
                             reference_counters=counters if any(counters) else [])
    group = GroupLink(program, where, [])
    try:
        for index, probe in enumerate(found):
            group.links.append(probe_place(program, file, probe.offset, where, pid=pid,
                                           cookie=cookies[index] if cookies else 0, reference_counter=probe.semaphore))
    except BaseException:
        group.detach()
        raise
    group.method = group.links[0].method
    return group
