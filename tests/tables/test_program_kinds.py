"""The program kinds against libbpf's section table and the verifier's ranges of return values."""

from __future__ import annotations

import ctypes
import ctypes.util

import pytest

from pybpfc import declarations
from pybpfc.tables import availability
from pybpfc.tables.generate import kernel
from pybpfc.tables.generate.targets import ATTACH_TYPES, PROGRAM_TYPES, TARGETS
from pybpfc.tables.program_kinds import all_kinds, by_decorator, by_section, section_of
from pybpfc.tables.rows import ProgramKind

# Sections that libbpf of 2023 (1.1) does not know yet, or under this name.
NEWER = {"sk_skb_verdict",
         "tcx_ingress", "tcx_egress", "netkit_primary", "netkit_peer", "netfilter", "uprobe_multi", "uretprobe_multi",
         "uprobe_session", "kprobe_session", "cgroup_connect_unix", "cgroup_sendmsg_unix", "cgroup_recvmsg_unix",
         "cgroup_getpeername_unix", "cgroup_getsockname_unix", "fsession", "uprobe_multi_s", "uretprobe_multi_s",
         "uprobe_session_s", "fsession_s", "struct_ops_s", "usdt_s"}


@pytest.fixture(scope="module")
def libbpf() -> ctypes.CDLL:
    name = ctypes.util.find_library("bpf")
    if name is None:
        pytest.skip("libbpf is not installed")
    library = ctypes.CDLL(name)
    library.libbpf_set_print(None)
    return library


@pytest.mark.parametrize("row", all_kinds(), ids=lambda row: row.decorator)
def test_libbpf_agrees(row: ProgramKind, libbpf: ctypes.CDLL) -> None:
    program_type, attach_type = ctypes.c_int(-1), ctypes.c_int(-1)
    section = section_of(row, tuple("a" for _ in row.arguments))
    unknown = libbpf.libbpf_prog_type_by_name(section.encode(), ctypes.byref(program_type), ctypes.byref(attach_type))
    if unknown:
        assert row.decorator in NEWER
        return
    assert PROGRAM_TYPES[program_type.value] == row.program_type.removeprefix("BPF_PROG_TYPE_")
    expected = row.attach_type.removeprefix("BPF_")
    assert ATTACH_TYPES[attach_type.value] == (expected or "CGROUP_INET_INGRESS")


@pytest.mark.parametrize("row", all_kinds(), ids=lambda row: row.decorator)
def test_sections_lead_back(row: ProgramKind) -> None:
    assert by_section(section_of(row, tuple("a" for _ in row.arguments))) is row
    assert by_section(section_of(row, ())) is row


def test_sections_as_users_know_them() -> None:
    assert section_of(by_decorator("tracepoint"), ("syscalls", "sys_enter_openat")) == \
        "tracepoint/syscalls/sys_enter_openat"
    assert section_of(by_decorator("usdt"), ("/bin/x", "libc", "setjmp")) == "usdt//bin/x:libc:setjmp"
    assert section_of(by_decorator("fentry_s"), ("do_exit",)) == "fentry.s/do_exit"
    assert by_section("tp/sched/sched_switch") is by_decorator("tracepoint")
    assert by_section("?xdp") is by_decorator("xdp")
    assert by_section("xdpnonsense") is None


@pytest.mark.parametrize("row", all_kinds(), ids=lambda row: row.decorator)
def test_rows_are_consistent(row: ProgramKind) -> None:
    legal = row.legal
    assert legal.minimum is None or legal.minimum <= legal.neutral
    assert legal.maximum is None or legal.neutral <= legal.maximum
    for value in legal.names:
        assert (legal.minimum is None or legal.minimum <= value) and (legal.maximum is None or value <= legal.maximum)
    assert row.decorator == "freplace" or row.helpers in availability.all_keys()
    assert row.decorator == "freplace" or availability.callable_by(row.helpers)


# Program types whose result the verifier bounds (check_return_code in kernel/bpf/verifier.c).
BOUNDED = ("CGROUP_SOCK/", "CGROUP_SOCK_ADDR/", "SOCK_OPS", "CGROUP_DEVICE", "CGROUP_SYSCTL", "CGROUP_SOCKOPT/",
           "SK_LOOKUP", "NETFILTER", "TRACING/TRACE_ITER", "KPROBE/TRACE_KPROBE_SESSION", "KPROBE/TRACE_UPROBE_SESSION")


@pytest.mark.parametrize("name", [target.name for target in TARGETS if target.name.startswith(BOUNDED)])
def test_legal_results_are_the_verifiers(name: str, probed_kernel: None) -> None:
    target = next(target for target in TARGETS if target.name == name)
    rows = [kind for kind in all_kinds() if kind.helpers == name and not kind.sleepable]
    assert rows
    for row in rows:
        assert row.legal.minimum is not None and row.legal.maximum is not None
        for value, accepted in ((row.legal.minimum, True), (row.legal.maximum, True),
                                (row.legal.minimum - 1, False), (row.legal.maximum + 1, False)):
            assert (kernel.load(target, kernel.move(0, value) + kernel.EXIT).error == 0) == accepted


def test_every_row_has_a_decorator() -> None:
    exported = set(declarations.__all__)
    missing = {kind.decorator for kind in all_kinds() if not kind.decorator.endswith("_s")} - exported
    assert missing == set()
