"""What the running kernel says of its enums, to a program that declares them by hand and otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest

import pybpfc_runtime as rt
from pybpfc import vmlinux
from pybpfc.compiler.pipeline import compile_file

pytestmark = pytest.mark.usefixtures("privileged")

PROGRAM = """
from __future__ import annotations

from enum import IntEnum

from pybpfc import (
    Struct, data, enum_value, enum_value_exists, s64, syscall, type_exists, type_id_kernel, type_matches, type_size,
    u32,
)
from pybpfc.vmlinux import pid_type

LICENSE = "GPL"


class perf_event_state___mine(IntEnum):
    PERF_EVENT_STATE_OFF___other = -77
    PERF_EVENT_STATE_THAT_NEVER_WAS = 5


class enum_that_never_was(IntEnum):
    LARGE = 1 << 63


class Request(Struct):
    number: u32


class Answer(Struct):
    off: s64
    id: u32
    size: u32
    no_size: u32
    exists: bool
    matches: bool
    nothing: bool


answer: Answer = data(0)


@syscall
def ask(request: Request) -> int:
    answer.off = s64(enum_value(perf_event_state___mine.PERF_EVENT_STATE_OFF___other))
    answer.id = u32(type_id_kernel(pid_type))
    answer.size = type_size(perf_event_state___mine)
    answer.no_size = type_size(enum_that_never_was)
    answer.exists = type_exists(perf_event_state___mine)
    answer.matches = type_matches(pid_type)
    answer.nothing = (
        enum_value_exists(perf_event_state___mine.PERF_EVENT_STATE_THAT_NEVER_WAS)
        or enum_value_exists(enum_that_never_was.LARGE) or type_exists(enum_that_never_was)
    )
    if type_exists(enum_that_never_was):
        answer.off = s64(enum_value(enum_that_never_was.LARGE))
    return 0
"""


def test_enums(tmp_path: Path) -> None:
    program = tmp_path / "enums.py"
    program.write_text(PROGRAM)
    with rt.ObjectSpec.from_bytes(compile_file(str(program)).data, "enums").load() as bpf:
        assert bpf.programs["ask"].test_run(ctx=bytes(4)).return_value == 0
        answer = bpf.globals.answer
    assert answer.off == vmlinux.PERF_EVENT_STATE_OFF == -1
    assert answer.id > 0 and (answer.size, answer.no_size) == (4, 0)
    assert (answer.exists, answer.matches, answer.nothing) == (True, True, False)
