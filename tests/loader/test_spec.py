"""What an object declares, read without a system call."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import pybpfc_runtime as rt
from pybpfc_runtime.layout import ArrayType, EnumType, StringType, StructType
from pybpfc_runtime.sections import SECTION_KINDS, match_section
from pybpfc_runtime.uapi import (
    BPF_F_RDONLY_PROG,
    BPF_F_SLEEPABLE,
    BPF_F_XDP_HAS_FRAGS,
    AttachType,
    MapType,
    ProgramType,
)

Open = Callable[[str], rt.ObjectSpec]


def test_programs(opened: Open) -> None:
    spec = opened("kinds")
    assert list(spec.programs) == ["cgroup_egress", "find_socket", "run_me", "tc_egress", "on_sleep", "unknown_section"]
    egress = spec.programs["cgroup_egress"]
    assert (egress.program_type, egress.expected_attach_type) == (
        ProgramType.BPF_PROG_TYPE_CGROUP_SKB, AttachType.BPF_CGROUP_INET_EGRESS)
    assert egress.license == "GPL"
    assert spec.programs["run_me"].flags == BPF_F_SLEEPABLE
    sleeper = spec.programs["on_sleep"]
    assert (sleeper.autoload, sleeper.section, sleeper.attach_to) == (False, "fentry/do_nanosleep", ("do_nanosleep",))
    assert spec.programs["unknown_section"].program_type is None


@pytest.mark.parametrize(("section", "program_type", "attach_type", "extras", "flags"), [
    ("xdp", "XDP", "XDP", (), 0),
    ("xdp.frags", "XDP", "XDP", (), BPF_F_XDP_HAS_FRAGS),
    ("xdp.frags/devmap", "XDP", "XDP_DEVMAP", (), BPF_F_XDP_HAS_FRAGS),
    ("kprobe", "KPROBE", None, (), 0),
    ("kprobe/do_unlinkat", "KPROBE", None, ("do_unlinkat",), 0),
    ("uprobe.s//bin/sh:main", "KPROBE", None, ("/bin/sh:main",), BPF_F_SLEEPABLE),
    ("tp/sched/sched_switch", "TRACEPOINT", None, ("sched", "sched_switch"), 0),
    ("fentry.s/do_exit", "TRACING", "TRACE_FENTRY", ("do_exit",), BPF_F_SLEEPABLE),
    ("lsm_cgroup/socket_bind", "LSM", "LSM_CGROUP", ("socket_bind",), 0),
    ("cgroup/connect_unix", "CGROUP_SOCK_ADDR", "CGROUP_UNIX_CONNECT", (), 0),
    ("tcx/egress", "SCHED_CLS", "TCX_EGRESS", (), 0),
    ("struct_ops.s/init", "STRUCT_OPS", None, ("init",), BPF_F_SLEEPABLE),
])
def test_section_names(section: str, program_type: str, attach_type: str | None, extras: tuple[str, ...],
                       flags: int) -> None:
    matched = match_section(section)
    assert matched is not None
    kind, found = matched
    assert kind.program_type.name == f"BPF_PROG_TYPE_{program_type}"
    assert (kind.attach_type.name if kind.attach_type is not None else None) == (
        f"BPF_{attach_type}" if attach_type else None)
    assert (found, kind.flags) == (extras, flags)


@pytest.mark.parametrize("section", ["xdpx", "xdp/eth0", "kprobex/a", "", "tc/sideways"])
def test_unknown_section_names(section: str) -> None:
    assert match_section(section) is None


def test_section_table_has_no_unreachable_row() -> None:
    for kind in SECTION_KINDS:
        matched = match_section(kind.name)
        assert matched is not None and matched[0] is kind


def test_maps(opened: Open) -> None:
    maps = opened("maps").maps
    routes = maps["routes"]
    assert (routes.type, routes.key_size, routes.value_size, routes.max_entries, routes.map_flags) == (
        MapType.BPF_MAP_TYPE_LPM_TRIE, 8, 4, 64, 1)
    assert isinstance(routes.key_type, StructType)
    assert {field.name: field.type.name for field in routes.key_type.fields} == {"prefixlen": "u32", "addr": "be32"}
    assert isinstance(maps["lru"].key_type, StringType)
    assert isinstance(maps["lru"].value_type, ArrayType)
    assert (maps["untyped"].key_type, maps["untyped"].value_size) == (None, 6)
    assert maps["outer"].inner is not None and maps["outer"].inner.value_size == 4
    assert maps["outer"].initial == {0: "inner_a", 2: "inner_b"}
    assert maps["jumps"].initial == {1: "tail"}


def test_types_from_btf(opened: Open) -> None:
    value = opened("xdp_count").maps["sources"].value_type
    assert isinstance(value, StructType)
    fields = {field.name: field for field in value.fields}
    assert fields["last_id"].type.name == "be16"
    assert isinstance(fields["verdict"].type, EnumType)
    assert fields["label"].type.name == "Str[8]"
    assert fields["mac"].type.name == "Array[u8, 6]"
    assert (fields["low"].bits, fields["high"].bits, fields["high"].bit_offset - fields["low"].bit_offset) == (4, 12, 4)
    decoded = value.decode(value.encode({"packets": 7, "verdict": "DROPPED", "label": "abc", "mac": b"123456",
                                         "low": 9, "high": 3000, "last_id": 0x1234}))
    assert (decoded.packets, decoded.verdict.name, decoded.label, decoded.mac, decoded.low, decoded.high) == (
        7, "DROPPED", "abc", b"123456", 9, 3000)
    assert value.encode(decoded)[16:18] == b"\x12\x34"


def test_global_variables(opened: Open) -> None:
    spec = opened("globals")
    assert (spec.rodata.limit, spec.rodata.label, spec.rodata.enabled) == (10, "hello", True)
    assert spec.rodata.mode.name == "LOUD"
    assert (spec.data.counter, spec.data.pair.second, spec.data.apart, spec.data.hidden_state) == (5, -2, 77, 3)
    assert (spec.bss.zeroed, spec.bss.table) == (0, (0, 0, 0, 0))
    assert spec.maps[".rodata"].map_flags & BPF_F_RDONLY_PROG
    spec.rodata.limit = 1000
    spec.data.pair = {"first": 3, "second": 4}
    assert (spec.rodata.limit, spec.data.pair.second) == (1000, 4)
    assert sorted(spec.bss) == ["table", "zeroed"]


def test_wrong_variables(opened: Open) -> None:
    spec = opened("globals")
    with pytest.raises(rt.UnknownNameError, match="there are: enabled, label, limit, mode") as caught:
        spec.rodata.limti = 1
    assert "'limit'" in caught.value.help
    with pytest.raises(rt.CodecContextError, match=r"limit.*does not fit u32"):
        spec.rodata.limit = -1
    with pytest.raises(rt.CodecContextError, match="limit"):
        spec.rodata.limit = "many"
    assert not hasattr(spec.bss, "limit")


def test_description(opened: Open) -> None:
    summary = rt.describe(opened("xdp_count"))
    assert [(item.name, item.section) for item in summary.programs] == [("count", "xdp"), ("drop_all", "xdp")]
    assert summary.relocations == {"map": 2}
    assert "be32 -> traffic" in str(summary)
    assert rt.describe(opened("core")).core_relocations["field_exists"] == 3


def test_specs_do_not_share_state(opened: Open) -> None:
    first, second = opened("globals"), opened("globals")
    first.rodata.limit = 1
    assert second.rodata.limit == 10
    assert bytes(first) == bytes(second) == first.image
