"""Map entries as tables."""

from __future__ import annotations

from enum import IntEnum
from textwrap import dedent
from typing import Annotated

import pytest

from pybpfc.cli.histogram import histogram
from pybpfc.cli.output import Lines
from pybpfc.cli.tables import plain, show, table
from pybpfc_runtime import layout
from pybpfc_runtime.maps.percpu import PerCpuValues
from pybpfc_runtime.values import Str, Struct, be32, u32, u64, value_type


class Traffic(Struct):
    packets: u64
    bytes: u64


class Prefix(Struct):
    prefixlen: u32
    addr: be32


class Verdict(IntEnum):
    ALLOW = 0
    DENY = 1


def test_struct_values() -> None:
    entries = [(0x0A000001, Traffic(packets=3, bytes=180)), (0x0A00000B, Traffic(packets=12, bytes=9))]
    assert table("traffic", entries, layout.BE32, value_type(Traffic)) == dedent("""\
        traffic
          key        packets  bytes
          10.0.0.1         3    180
          10.0.0.11       12      9
        """)


def test_struct_keys_and_scalar_values() -> None:
    entries = [(Prefix(prefixlen=8, addr=0x0A000000), 1)]
    assert table("rules", entries, value_type(Prefix), layout.U32) == dedent("""\
        rules
          prefixlen  addr      value
                  8  10.0.0.0      1
        """)


def test_the_same_field_in_key_and_value() -> None:
    prefix = Prefix(prefixlen=8, addr=0x0A000000)
    assert table("pairs", [(prefix, prefix)], value_type(Prefix), value_type(Prefix)).split("\n")[1].split() == [
        "prefixlen", "addr", "value.prefixlen", "value.addr"]


def test_a_row_for_each_cpu_that_counted() -> None:
    assert table("hits", [(0, [0, 5, 0, 7]), (1, [0, 0, 0, 0])], layout.U32, layout.U64) == dedent("""\
        hits
          key  cpu  value
            0    1      5
            0    3      7
        """)


def test_empty() -> None:
    assert table("hits", []) == "hits: empty\n"


def test_cells() -> None:
    assert show(Verdict.DENY) == "DENY"
    assert show(b"\x02\x00\xff") == "02:00:ff"
    assert show((1, 2)) == "[1, 2]"
    assert show(Prefix(prefixlen=8, addr=1), value_type(Prefix)) == "{prefixlen=8, addr=0.0.0.1}"
    assert show(-1, layout.S32) == "-1"
    assert show("bash") == "bash"


class Named(Struct):
    pid: u32
    comm: Annotated[Str, 16]


def test_json_of_structs_for_each_cpu() -> None:
    values = PerCpuValues([Traffic(packets=0, bytes=0), Traffic(packets=3, bytes=180)])
    assert plain(values, value_type(Traffic)) == [{"packets": 0, "bytes": 0}, {"packets": 3, "bytes": 180}]
    assert plain(PerCpuValues([1, 2]), layout.U64) == [1, 2]
    assert plain(PerCpuValues([1, 2]), layout.BE32) == ["0.0.0.1", "0.0.0.2"]


def test_text_is_shown_and_not_obeyed() -> None:
    assert show("a\nb\t\x1b[31m\x9b1m\u202e") == r"a\nb\t\x1b[31m\x9b1m\u202e"
    assert show("h\u00e9 \u6f22") == "h\u00e9 \u6f22"
    named = Named(pid=1, comm="a\n\x1b[2J")
    row = table("seen", [(1, named)], layout.U32, value_type(Named)).splitlines()[2]
    assert row.split() == ["1", "1", r"a\n\x1b[2J"]
    assert plain(named, value_type(Named)) == {"pid": 1, "comm": "a\n\x1b[2J"}  # JSON has its own escapes


def test_lines_and_events_are_shown_and_not_obeyed(capsys: pytest.CaptureFixture[str]) -> None:
    lines = Lines(several_buffers=False)
    lines.event("seen", Named(pid=1, comm="a\r\x1b[2J"), value_type(Named))
    lines.printed("   sh\x1b-12      [000] d..31   1.5: bpf_trace_printk: x\ty\x1b]0;t\x07")
    lines.printed("the rest\x1b[1m")
    lines.iterated("walk", "1\tsh\x1b[1m")
    assert capsys.readouterr().out.splitlines() == [
        "pid  comm", r"  1  a\r\x1b[2J", r"sh\x1b-12: x" + "\t" + r"y\x1b]0;t\x07", r"the rest\x1b[1m",
        "1\t" + r"sh\x1b[1m"]


def test_a_bar_for_what_is_more_than_nothing() -> None:
    bars = histogram("deltas_hist", [(0, -1), (1, 4), (2, [-3, 1])])
    assert [line.count("*") for line in bars.splitlines()[1:]] == [0, 40, 0]
    assert [line.count("*") for line in histogram("deltas_hist", [(0, -1)]).splitlines()] == [0, 0]
