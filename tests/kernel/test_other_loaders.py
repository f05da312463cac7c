"""Every example's object loads unchanged with bpftool, libbpf and, for XDP, ip."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import veth
from support.libbpf import Libbpf
from support.machine import EXAMPLES, IN_GUESTS, in_private_bpffs, needs_tool

pytestmark = pytest.mark.usefixtures("privileged")

# Not the table with a link: libbpf knows its section from 1.3 on. test_function_tables.py loads the other form.
NAMES = sorted(path.stem for path in EXAMPLES.glob("*.py") if path.stem not in IN_GUESTS | {"tcp_capped"})
XDP_NAMES = [name for name in NAMES if name.startswith("xdp_")]


def test_there_are_examples() -> None:
    assert {"xdp_count", "tc_prefix_filter"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_bpftool(name: str, example: Callable[[str], Path]) -> None:
    bpftool = needs_tool("bpftool")
    shown = in_private_bpffs(
        'mkdir /sys/fs/bpf/all && "$1" prog loadall "$2" /sys/fs/bpf/all\n'
        'for program in /sys/fs/bpf/all/*; do "$1" prog show pinned "$program"; done', bpftool, example(name)
    )
    assert "gpl" in shown
    assert "btf_id" in shown, "the kernel has no BTF of the program: line information was refused"


@pytest.mark.parametrize("name", NAMES)
def test_libbpf(name: str, example: Callable[[str], Path]) -> None:
    with Libbpf().open(example(name)) as loaded:
        assert loaded.programs
        assert all(loaded.verified_instructions(program) > 0 for program in loaded.programs)


@pytest.mark.parametrize("name", XDP_NAMES)
def test_ip(name: str, example: Callable[[str], Path]) -> None:
    needs_tool("ip")
    with veth.VethPair() as pair, pair.near.entered():
        device = pair.near_interface
        shown = in_private_bpffs(
            'ip link set dev "$1" xdp obj "$2" sec xdp\nip link show dev "$1"\n'
            'ip link set dev "$1" xdp off\nip link show dev "$1"', device, example(name)
        )
    before, after = shown.split(f"{device}@")[1:]
    assert "prog/xdp id" in before
    assert "xdp" not in after
