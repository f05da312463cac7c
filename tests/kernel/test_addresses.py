"""Arithmetic on addresses: the verifier takes it, and the numbers are those of the address as it is stored."""

from __future__ import annotations

from pathlib import Path

import pytest

import pybpfc_runtime as rt
from pybpfc.compiler.pipeline import Options, compile_file

pytestmark = pytest.mark.usefixtures("privileged")

PROGRAM = """
from pybpfc import (
    ArrayMap, Struct, bpf_raw_tracepoint_args, data, global_subprog, raw_tracepoint, subprog, u16, u32, u64,
)
from pybpfc.helpers import bpf_get_current_task_btf

LICENSE = "GPL"
raw: u64 = data(0)
found: u64 = data(0)
by: u64 = data(12345)


class Value(Struct):
    number: u64


values = ArrayMap[Value](max_entries=4)


@subprog
def mixed(a: u64, b: u64) -> u64:
    return a ^ by if b == 0 else b


@subprog
def passed_on(a: u64) -> u64:
    return mixed(a, 0)


@subprog
def kept(a: u64) -> u64:
    return by if a == 0 else 5


@global_subprog
def alone(a: u64) -> u64:
    return a >> 4


@raw_tracepoint("sys_enter")
def prog(ctx: bpf_raw_tracepoint_args) -> int:
    global raw, found
    task = bpf_get_current_task_btf()
    value = values.lookup(0)
    if value is None:
        return 0
    address = u64({source})
    raw = address
    {body}
    return 0
"""

SIGNED = 1 << 64
ADDRESSES = ("task", "value", "task.mm", "ctx")


@pytest.mark.parametrize("source", ADDRESSES)
@pytest.mark.parametrize(("body", "expected"), [
    ("found = address & 0xFFF", lambda raw: raw & 0xFFF),
    ("found = address >> 6", lambda raw: raw >> 6),
    ("found = address * 3", lambda raw: raw * 3 % SIGNED),
    ("found = address ^ (address << 1)", lambda raw: raw ^ raw << 1 & SIGNED - 1),
    ("found = address + by", lambda raw: (raw + 12345) % SIGNED),
    ("found = by - address", lambda raw: (12345 - raw) % SIGNED),
    ("found = (address + 24) // 16 + address % 7", lambda raw: (raw + 24) // 16 + raw % 7),
    ("found = u64(u32(address))", lambda raw: raw & 0xFFFF_FFFF),
    ("found = ~address", lambda raw: raw ^ SIGNED - 1),
    ("other = address\n    if by == 1: other = by\n    found = other | 1", lambda raw: raw | 1),
    ("found = mixed(address, 0) + mixed(1, 2)", lambda raw: (raw ^ 12345) + 2),
    ("found = passed_on(address)", lambda raw: raw ^ 12345),
    ("found = alone(address)", lambda raw: raw >> 4),
])
def test_numbers(source: str, body: str, expected: object, tmp_path: Path) -> None:
    assert callable(expected)
    program = tmp_path / "numbers.py"
    program.write_text(PROGRAM.format(source=source, body=body))
    with rt.ObjectSpec.from_bytes(compile_file(str(program)).data, "numbers").load() as bpf:
        bpf.programs["prog"].test_run()
        raw = bpf.globals.raw
        assert raw != 0 or source in ("task.mm", "ctx")  # of kernel threads, of a run without one
        assert bpf.globals.found == expected(raw)


@pytest.mark.parametrize("body", [
    "found = u64(address == by)", "found = address - u64(value)", "value.number = address + 8",
    "found = kept(address)", "found = address + (by & 0xFF)", "found = u64(u16(by)) + address",
    "found = u64(values.lookup(u32(1)) is None)",
])
def test_what_needs_no_number_costs_nothing(body: str, tmp_path: Path) -> None:
    program = tmp_path / "kept.py"
    program.write_text(PROGRAM.format(source="value", body=body))
    made = compile_file(str(program), Options())
    with rt.ObjectSpec.from_bytes(made.data, "kept").load() as bpf:
        code = bpf.programs["prog"].spec.function.instructions
        assert all(code[at] != 0x87 for at in range(0, len(code), 8)), "no negation"
