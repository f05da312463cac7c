"""Objects loaded and attached by the commands that administrators have: ip, tc, bpftool; the data read by bpftool."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from support.machine import EXAMPLES, check, in_private_bpffs, needs_tool
from veth import VethPair

from .embedders import HEADERS, PAYLOAD, SENT

pytestmark = [pytest.mark.usefixtures("privileged"), pytest.mark.xdist_group("interop")]

ObjectFile = Callable[[str], Path]
PORT = 9


@pytest.fixture
def pair() -> Iterator[VethPair]:
    with VethPair(list(SENT)) as made:
        yield made


def bpftool(*arguments: str) -> Any:
    return json.loads(check(needs_tool("bpftool"), "-j", *arguments))


def maps_of(program: int) -> dict[str, int]:
    """Names and ids of a loaded program's maps."""
    numbers = bpftool("prog", "show", "id", str(program))["map_ids"]
    shown = [bpftool("map", "show", "id", str(number)) for number in numbers]
    return {entry["name"]: entry["id"] for entry in shown}


def dump(program: int, name: str) -> list[tuple[Any, Any]]:
    """Keys and values of a map, formatted by the types in the object."""
    entries = bpftool("map", "dump", "id", str(maps_of(program)[name]))
    return [(entry["formatted"]["key"], entry["formatted"].get("value", entry["formatted"].get("values")))
            for entry in entries]


def send(pair: VethPair) -> None:
    """The datagrams of SENT, all of them through the program when this returns."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind((pair.near_address, PORT))
        receiver.settimeout(30)
        for source, count in SENT.items():
            pair.send_udp(source, count, PAYLOAD, port=PORT)
        for _ in range(sum(SENT.values())):
            receiver.recv(200)


@pytest.mark.parametrize(("name", "chosen"), [("xdp_count", ["sec", "xdp"]), ("watch", ["sec", "xdp"])])
def test_ip(name: str, chosen: list[str], object_file: ObjectFile, pair: VethPair) -> None:
    with pair.near.entered():
        device = pair.near_interface
        in_private_bpffs('device=$1; shift; ip link set dev "$device" xdp obj "$@"', device, object_file(name), *chosen)
        (shown,) = json.loads(pair.near.ip("-j", "link", "show", "dev", device))
        program = shown["xdp"]["prog"]["id"]
        send(pair)
        counted = {int(key): value for key, value in dump(program, "traffic")}
        assert counted == {
            int.from_bytes(socket.inet_aton(source), "little"): {"packets": count,
                                                                 "bytes": count * (len(PAYLOAD) + HEADERS)}
            for source, count in SENT.items()}
        pair.near.ip("link", "set", "dev", device, "xdp", "off")
        assert "xdp" not in pair.near.ip("link", "show", "dev", device)


def test_tc(object_file: ObjectFile, pair: VethPair) -> None:
    needs_tool("tc")
    with pair.near.entered():
        device = pair.near_interface
        check("tc", "qdisc", "add", "dev", device, "clsact")
        in_private_bpffs('tc filter add dev "$1" ingress bpf direct-action obj "$2" sec tc', device,
                         object_file("tc_prefix_filter"))
        shown = json.loads(check("tc", "-j", "filter", "show", "dev", device, "ingress"))
        program = next(entry["options"]["prog"]["id"] for entry in shown if "options" in entry)
        send(pair)

        def verdicts() -> list[int]:
            return [sum(cpu["value"] for cpu in cpus) for _, cpus in dump(program, "verdicts")]

        allowed, denied = verdicts()
        assert (allowed, denied) == (sum(SENT.values()), 0)
        prefix = ["24", "0", "0", "0", "192", "0", "2", "0"]  # struct Prefix: prefixlen, addr
        bpftool("map", "update", "id", str(maps_of(program)["rules"]), "key", *prefix, "value", "1", "0", "0", "0")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
            receiver.bind((pair.near_address, PORT))
            pair.send_udp("192.0.2.2", 4, PAYLOAD, port=PORT)
            receiver.settimeout(0.3)
            with pytest.raises(TimeoutError):
                receiver.recv(200)
        assert verdicts() == [allowed, 4]


def test_bpftool_shows_python_lines(object_file: ObjectFile) -> None:
    """The translated program, as the kernel keeps it, with the lines of the Python source that it was given."""
    shown = in_private_bpffs('bpftool prog load "$1" /sys/fs/bpf/program\n'
                             'bpftool prog dump xlated pinned /sys/fs/bpf/program linum', object_file("xdp_count"))
    source = [line.strip() for line in (EXAMPLES / "xdp_count.py").read_text().splitlines()]
    assert "int count_by_source(struct xdp_md * ctx):" in shown
    lines = re.findall(r"^; (.*) \[file:xdp_count\.py line_num:(\d+) line_col:\d+\]$", shown, re.MULTILINE)
    assert all(text == source[int(number) - 1] for text, number in lines), lines
    assert {"seen.packets += 1", "if seen is None:", "return XDP_PASS"} <= {text for text, _ in lines}


def test_bpftool_loads_all(object_file: ObjectFile) -> None:
    """Every program and map pinned; attached too by a bpftool that knows `autoattach` (7.2)."""
    shown = in_private_bpffs(
        'attach=\ncase $(bpftool prog help 2>&1) in *autoattach*) attach=autoattach;; esac\n'
        'bpftool prog loadall "$1" /sys/fs/bpf/programs pinmaps /sys/fs/bpf/maps $attach\n'
        'ls /sys/fs/bpf/programs /sys/fs/bpf/maps\n'
        'bpftool map dump pinned /sys/fs/bpf/maps/traffic\n'
        'bpftool map update pinned /sys/fs/bpf/maps/traffic key 1 2 3 4 value 7 0 0 0 0 0 0 0 9 0 0 0 0 0 0 0\n'
        'bpftool map dump pinned /sys/fs/bpf/maps/traffic', object_file("watch"))
    assert {"on_packet", "on_open", "traffic", "opened"} <= set(shown.split())
    assert '"packets": 7' in shown and '"bytes": 9' in shown
