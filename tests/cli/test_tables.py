"""Map entries as tables."""

from __future__ import annotations

from enum import IntEnum
from textwrap import dedent

from pybpfc.cli.tables import show, table
from pybpfc_runtime import layout
from pybpfc_runtime.values import Struct, be32, u32, u64, value_type


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
