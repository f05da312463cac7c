"""The helper table against the header, against the kernel, and against what is generated from it."""

from __future__ import annotations

import ast
import importlib
import re
from pathlib import Path

import pytest

import pybpfc
from pybpfc import helpers as language
from pybpfc.tables import availability
from pybpfc.tables.generate import availability as probe
from pybpfc.tables.generate import stubs
from pybpfc.tables.generate.header import prototypes
from pybpfc.tables.generate.targets import TARGETS, Target
from pybpfc.tables.helpers import all_helpers, by_name
from pybpfc.tables.helpers_generated import PROTOTYPES
from pybpfc.tables.rows import Helper, Invalidates, ResultKind, Role

PACKAGE = Path(pybpfc.__file__).parent


def test_every_helper_has_a_row() -> None:
    assert [row.number for row in all_helpers()] == list(range(1, 212))
    assert {row.name for row in all_helpers()} == set(PROTOTYPES)


def test_numbers_are_those_of_the_header(header: str) -> None:
    listed = re.findall(r"FN\((\w+)\)", header[header.index("#define __BPF_FUNC_MAPPER") :])
    for number, name in enumerate(listed):
        if name not in ("unspec", "x"):
            assert by_name(f"bpf_{name}").number == number


def test_prototypes_are_those_of_the_header(header: str) -> None:
    for name, prototype in prototypes().items():
        assert PROTOTYPES[name][:2] == (prototype.number, prototype.declaration)


@pytest.mark.parametrize("row", all_helpers(), ids=lambda row: row.name)
def test_sizes_follow_what_they_measure(row: Helper) -> None:
    measured = {Role.IN_BUFFER, Role.OUT_BUFFER, Role.STRUCT, Role.OUT_STRUCT, Role.FORMAT, Role.STRING, Role.MAP}
    for index, argument in enumerate(row.arguments):
        assert (argument.role is Role.SIZE_OF) == (argument.of >= 0)
        if argument.role is Role.SIZE_OF:
            assert argument.of < index
            assert row.arguments[argument.of].role in measured
        if argument.role in (Role.SCALAR, Role.CONSTANT, Role.FLAGS, Role.OUT_SCALAR, Role.STRUCT, Role.TRUSTED):
            assert argument.type


def test_no_free_size_arguments() -> None:
    """A size that the kernel couples with a buffer is filled in by the compiler, in every helper."""
    free = {(row.name, argument.name) for row in all_helpers() for argument in row.arguments
            if argument.role is Role.SCALAR and re.search(r"size|_sz$|_len$|^len$|plen", argument.name)}
    assert free == {
        ("bpf_l3_csum_replace", "size"),  # of the replaced field, or 0
        ("bpf_skb_change_tail", "len"), ("bpf_skb_change_head", "len"), ("bpf_skb_pull_data", "len"),
        ("bpf_msg_push_data", "len"), ("bpf_msg_pop_data", "len"), ("bpf_reserve_hdr_opt", "len"),
        ("bpf_tcp_gen_syncookie", "th_len"), ("bpf_tcp_raw_gen_syncookie_ipv4", "th_len"),
        ("bpf_tcp_raw_gen_syncookie_ipv6", "th_len"),  # with the options
        ("bpf_ringbuf_reserve_dynptr", "size"),
    }


def test_resources_are_released_as_they_are_acquired() -> None:
    acquired = {row.acquires for row in all_helpers()} - {""}
    released = {row.releases for row in all_helpers()} - {""}
    assert acquired == released == {"ringbuf", "ringbuf_dynptr", "socket", "bpf_spin_lock", "kptr"}


def test_what_moves_the_packet() -> None:
    moving = {row.name for row in all_helpers() if row.invalidates is Invalidates.PACKET}
    assert {"bpf_xdp_adjust_head", "bpf_skb_pull_data", "bpf_skb_store_bytes", "bpf_tail_call"} <= moving
    assert not moving & {"bpf_redirect", "bpf_skb_load_bytes", "bpf_xdp_load_bytes", "bpf_fib_lookup"}


def test_spot_rows() -> None:
    reserve = by_name("bpf_ringbuf_reserve")
    assert (reserve.number, reserve.acquires, reserve.result.nullable, reserve.since) == (131, "ringbuf", True, "5.8")
    task = by_name("bpf_get_current_task_btf")
    assert (task.result.kind, task.result.type, task.gpl_only) == (ResultKind.TRUSTED, "task_struct", True)
    assert [argument.role for argument in by_name("bpf_get_current_comm").arguments] == [Role.OUT_BUFFER, Role.SIZE_OF]


@pytest.mark.parametrize(("name", "gpl"), [
    ("bpf_trace_printk", True), ("bpf_probe_read_kernel", True), ("bpf_probe_read_user_str", True),
    ("bpf_perf_event_output", True), ("bpf_get_current_task", True), ("bpf_fib_lookup", True),
    ("bpf_map_lookup_elem", False), ("bpf_ktime_get_ns", False), ("bpf_ringbuf_reserve", False),
    ("bpf_get_current_comm", False), ("bpf_redirect", False), ("bpf_xdp_adjust_head", False)])
def test_license(name: str, gpl: bool) -> None:
    assert by_name(name).gpl_only is gpl


@pytest.mark.parametrize(("key", "may", "may_not"), [
    ("XDP", "bpf_xdp_adjust_head bpf_redirect_map bpf_fib_lookup", "bpf_skb_load_bytes bpf_get_stackid"),
    ("SCHED_CLS", "bpf_skb_store_bytes bpf_redirect bpf_skb_vlan_push", "bpf_xdp_adjust_head bpf_get_stackid"),
    ("KPROBE", "bpf_get_stackid bpf_get_func_ip bpf_override_return", "bpf_skb_load_bytes bpf_redirect"),
    ("SOCKET_FILTER", "bpf_skb_load_bytes", "bpf_skb_store_bytes bpf_redirect"),
    ("TRACING/TRACE_FENTRY", "bpf_get_func_arg bpf_d_path bpf_skb_output", "bpf_seq_printf bpf_redirect"),
    ("TRACING/TRACE_ITER", "bpf_seq_printf bpf_seq_write", "bpf_redirect"),
    ("LSM/LSM_MAC", "bpf_inode_storage_get bpf_bprm_opts_set", "bpf_redirect"),
    ("CGROUP_SOCK_ADDR/CGROUP_INET4_CONNECT", "bpf_bind bpf_setsockopt", "bpf_redirect"),
    ("CGROUP_SOCK_ADDR/CGROUP_INET4_BIND", "bpf_setsockopt", "bpf_bind"),
    ("LIRC_MODE2", "bpf_rc_keydown", "bpf_ringbuf_reserve")])
def test_callable_by(key: str, may: str, may_not: str) -> None:
    allowed = availability.callable_by(key)
    assert set(may.split()) <= allowed
    assert not set(may_not.split()) & allowed


# Hidden by lockdown or left out of a kernel's configuration.
CONFIGURED = {"bpf_probe_write_user", "bpf_override_return"}


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_the_kernel_agrees(target: Target, probed_kernel: None) -> None:
    """Also where the table was derived: a host that loads fentry and LSM programs decides about them."""
    if not probe.loadable(target):
        assert target.name.startswith(("TRACING/", "LSM/", "LIRC_MODE2"))
        return
    found = {helper.name for helper in prototypes().values() if probe.available(target, helper)}
    table = availability.callable_by(target.name)
    assert found - table == set()
    assert table - found <= CONFIGURED


def test_the_kernel_agrees_about_licenses(probed_kernel: None) -> None:
    targets = [target for target in TARGETS if probe.loadable(target) and target.name != "STRUCT_OPS"]
    asked = 0
    for helper in prototypes().values():
        target = next((target for target in targets if probe.available(target, helper)), None)
        if target is not None:
            assert probe.needs_gpl(target, helper) == by_name(helper.name).gpl_only
            asked += 1
    assert asked > 190


def test_the_kernel_agrees_on_a_few(verifier: None) -> None:
    """On any kernel: what it has, it allows where the table says so."""
    samples = {"XDP": ("bpf_xdp_adjust_head", "bpf_skb_load_bytes"), "SCHED_CLS": ("bpf_redirect", "bpf_get_stackid")}
    for target in TARGETS:
        for name in samples.get(target.name, ()):
            assert probe.available(target, prototypes()[name]) == (name in availability.callable_by(target.name))


def test_stub_is_up_to_date() -> None:
    assert (PACKAGE / "helpers.pyi").read_text() == stubs.helpers()


def test_stub_leaves_sizes_out() -> None:
    functions = {node.name: node for node in ast.parse((PACKAGE / "helpers.pyi").read_text()).body
                 if isinstance(node, ast.FunctionDef)}
    assert set(functions) == {row.name for row in all_helpers()} - {"bpf_spin_lock"} | {"bpf_printk"}
    assert [argument.arg for argument in functions["bpf_get_current_comm"].args.args] == ["buf"]
    assert [argument.arg for argument in functions["bpf_skb_load_bytes"].args.args] == ["skb", "offset", "to"]
    assert functions["bpf_loop"].args.defaults


def test_language_objects() -> None:
    assert getattr(language.bpf_ktime_get_ns, "__pybpfc_helper__", "") == "bpf_ktime_get_ns"
    assert language.bpf_ktime_get_ns is language.bpf_ktime_get_ns
    with pytest.raises(TypeError, match="only a BPF program can call it"):
        language.bpf_ktime_get_ns()
    with pytest.raises(AttributeError, match="no such helper"):
        importlib.import_module("pybpfc.helpers").bpf_no_such_thing  # noqa: B018
