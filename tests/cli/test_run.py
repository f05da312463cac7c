"""`pybpfc run` with real packets, on a veth pair in a network namespace of the test's own."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

# A line of trace_pipe is read once: its readers run one after the other.
pytestmark = pytest.mark.xdist_group("trace_pipe")

PROGRAM = '''\
"""Count packets by EtherType."""
from pybpfc import XDP_PASS, HashMap, Struct, be32, data, u64, xdp, xdp_md
from pybpfc.net import ETH_P_IP, ethhdr, iphdr, ntohs


class Traffic(Struct):
    packets: u64
    bytes: u64


traffic = HashMap[be32, Traffic](max_entries=16)
seen: u64 = data(0)


@xdp
def count(ctx: xdp_md) -> int:
    global seen
    packet = ctx.cursor()
    eth = packet.pull(ethhdr)
    if eth is None or ntohs(eth.h_proto) != ETH_P_IP:
        return XDP_PASS
    ip = packet.pull(iphdr)
    if ip is None:
        return XDP_PASS
    seen += 1
    found = traffic.lookup(ip.saddr)
    if found is None:
        traffic.update(ip.saddr, Traffic(packets=1, bytes=ntohs(ip.tot_len)))
    else:
        found.packets += 1
        found.bytes += ntohs(ip.tot_len)
    return XDP_PASS
'''
EVENTS = '''\
"""Report IPv4 packets."""
from pybpfc import XDP_PASS, ArrayMap, RingBuf, Struct, be32, data, u16, u32, u64, xdp, xdp_md
from pybpfc.net import ETH_P_IP, ethhdr, iphdr, ntohs

LICENSE = "GPL"


class Packet(Struct):
    number: u32
    length: u16
    source: be32


packets = RingBuf[Packet](max_entries=4096)
lengths_hist = ArrayMap[u64](max_entries=16)
seen: u32 = data(0)


@xdp
def report(ctx: xdp_md) -> int:
    global seen
    packet = ctx.cursor()
    eth = packet.pull(ethhdr)
    if eth is None or ntohs(eth.h_proto) != ETH_P_IP:
        return XDP_PASS
    ip = packet.pull(iphdr)
    if ip is None:
        return XDP_PASS
    seen += 1
    lengths_hist[6 + (seen & 1)] += 1
    print(f"packet {seen}")
    record = packets.reserve()
    if record is None:
        return XDP_PASS
    record.number = seen
    record.length = ntohs(ip.tot_len)
    record.source = ip.saddr
    packets.submit(record)
    return XDP_PASS
'''
COUNTING = '''\
from pybpfc import bpf_raw_tracepoint_args, data, raw_tracepoint, u64

LICENSE = "GPL"
seen: u64 = data(0)


@raw_tracepoint("sys_enter")
def see(ctx: bpf_raw_tracepoint_args) -> int:
    global seen
    seen += 1
    return 0
'''
NAMESPACE = f"pybpfc-run-{os.getpid()}"
INSIDE = ["ip", "netns", "exec", NAMESPACE]
SEND = ("import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(('10.77.0.1', 0));"
        "[s.sendto(b'x' * 72, ('10.77.0.2', 9)) for _ in range(5)]")


def ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True, timeout=20)


@pytest.fixture
def veth(privileged: None) -> Iterator[str]:
    """The receiving end's name; the sending end has 10.77.0.1 and a neighbour 10.77.0.2 behind the pair."""
    ip("netns", "add", NAMESPACE)
    try:
        ip("-n", NAMESPACE, "link", "add", "near", "type", "veth", "peer", "name", "far")
        for end in ("near", "far"):
            ip("-n", NAMESPACE, "link", "set", end, "up")
        ip("-n", NAMESPACE, "address", "add", "10.77.0.1/24", "dev", "near")
        ip("-n", NAMESPACE, "neighbour", "add", "10.77.0.2", "lladdr", "02:00:00:00:00:02", "dev", "near")
        yield "far"
    finally:
        ip("netns", "delete", NAMESPACE)


@pytest.fixture
def program(tmp_path: Path) -> Path:
    path = tmp_path / "prog.py"
    path.write_text(PROGRAM)
    return path


@contextlib.contextmanager
def running(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """`pybpfc run` in the namespace, once it says that it runs; ended for certain afterwards.

    Only one process of the machine can read what programs print: where another one does, it starts again.
    """
    deadline = time.monotonic() + 60
    while True:
        process = subprocess.Popen([*INSIDE, sys.executable, "-m", "pybpfc", "run", *arguments], text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        try:
            assert process.stderr is not None
            said = []
            for line in process.stderr:
                said.append(line)
                if line.startswith("running"):
                    break
            if any("cannot be shown" in line for line in said):
                assert time.monotonic() < deadline, said
                time.sleep(0.5)
                continue
            yield process
            return
        finally:
            process.kill()
            process.communicate()


def attached_xdp() -> bool:
    shown = subprocess.run(["ip", "-n", NAMESPACE, "link", "show", "dev", "far"], check=True, capture_output=True,
                           text=True, timeout=20)
    return "xdp" in shown.stdout


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_run_until_a_signal(veth: str, program: Path, number: signal.Signals) -> None:
    with running(str(program), "--interface", veth) as process:
        assert attached_xdp()
        subprocess.run([*INSIDE, sys.executable, "-c", SEND], check=True, timeout=20)
        process.send_signal(number)
        out, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (0, "")
    lines = [line.split() for line in out.splitlines()]
    assert lines[:3] == [["traffic"], ["key", "packets", "bytes"], ["10.77.0.1", "5", "500"]]
    assert ["seen", "5"] in lines
    assert not attached_xdp()


def test_signals_that_come_in_pairs(tmp_path: Path) -> None:
    """timeout(1) signals its child and then its group; whoever waits presses Ctrl-C again."""
    path = tmp_path / "counting.py"
    path.write_text(COUNTING)
    for _ in range(5):
        process = subprocess.Popen([sys.executable, "-m", "pybpfc", "run", str(path)], text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert process.stderr is not None
        assert any(line.startswith("running") for line in process.stderr)
        while process.poll() is None:
            process.send_signal(signal.SIGINT)
            time.sleep(0.002)
        out, err = process.communicate(timeout=20)
        assert (process.returncode, err) == (0, "")
        assert "globals" in out


@pytest.mark.parametrize(("redirection", "words"), [
    (">/dev/full", "cannot write to standard output: No space left on device"), (">&-", "standard output is closed")])
@pytest.mark.parametrize("option", ["", "--json"])
def test_output_that_takes_nothing(tmp_path: Path, redirection: str, words: str, option: str) -> None:
    path = tmp_path / "counting.py"
    path.write_text(COUNTING)
    command = f"exec {sys.executable} -m pybpfc run {path} --duration 0.05 {option} {redirection}"
    done = subprocess.run(["sh", "-c", command], text=True, capture_output=True, check=False, timeout=30)
    assert done.returncode == 1
    assert done.stderr.splitlines()[2:] == [f"pybpfc: error: {words}"]


def test_run_without_standard_error(tmp_path: Path) -> None:
    path = tmp_path / "counting.py"
    path.write_text(COUNTING)
    command = f"exec {sys.executable} -m pybpfc run {path} --duration 0.05 2>&-"
    done = subprocess.run(["sh", "-c", command], text=True, capture_output=True, check=False, timeout=30)
    assert done.returncode == 0
    assert done.stdout.splitlines()[0] == "globals"


def test_run_for_a_duration(veth: str, program: Path) -> None:
    start = time.monotonic()
    with running(str(program), "--interface", veth, "--duration", "0.2") as process:
        out, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (0, "")
    assert "traffic: empty" in out
    assert time.monotonic() - start > 0.2


@pytest.fixture
def events(tmp_path: Path) -> Path:
    path = tmp_path / "events.py"
    path.write_text(EVENTS)
    return path


def lines_of(process: subprocess.Popen[str], count: int) -> list[str]:
    """The next `count` lines of standard output that are of this program, while the command runs.

    Every program of the machine prints into the same pipe.
    """
    assert process.stdout is not None
    descriptor = process.stdout.fileno()
    deadline = time.monotonic() + 30
    read = b""
    while True:
        lines = [line for line in read.decode().splitlines(keepends=True) if not _of_others(line)]
        if len(lines) >= count and read.endswith(b"\n"):
            return lines
        ready, _, _ = select.select([descriptor], [], [], max(0.0, deadline - time.monotonic()))
        assert ready, f"only {lines}"
        read += os.read(descriptor, 1 << 16)


def _of_others(line: str) -> bool:
    return ("bpf_trace_printk" in line or '"type": "print"' in line) and "packet " not in line


def test_events_and_printed_lines_as_they_come(veth: str, events: Path) -> None:
    with running(str(events), "--interface", veth) as process:
        subprocess.run([*INSIDE, sys.executable, "-c", SEND], check=True, timeout=20)
        live = lines_of(process, 11)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (0, "")
    table = [line.split() for line in live if "packet" not in line]
    assert table == [["number", "length", "source"], *([str(number), "100", "10.77.0.1"] for number in range(1, 6))]
    assert [line.partition(": ")[2] for line in live if "packet" in line] == [
        f"packet {number}\n" for number in range(1, 6)]
    shown = [line.split() for line in out.splitlines()]
    assert shown[:2] == [["lengths_hist"], ["64", "->", "127", "2", "|" + "*" * 27, "|"]]
    assert shown[2] == ["128", "->", "255", "3", "|" + "*" * 40 + "|"]
    assert ["seen", "5"] in shown
    assert not attached_xdp()


def test_json_lines(veth: str, events: Path) -> None:
    with running(str(events), "--attach", f"report.interface={veth}", "--json") as process:
        subprocess.run([*INSIDE, sys.executable, "-c", SEND], check=True, timeout=20)
        live = lines_of(process, 10)
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (0, "")
    objects = [json.loads(line) for line in [*live, *out.splitlines()] if not _of_others(line)]
    assert [one["record"] for one in objects if one["type"] == "event"] == [
        {"number": number, "length": 100, "source": "10.77.0.1"} for number in range(1, 6)]
    assert [one["text"] for one in objects if one["type"] == "print"] == [f"packet {number}" for number in range(1, 6)]
    assert objects[-3:] == [{"type": "map", "map": "lengths_hist", "key": 6, "value": 2},
                            {"type": "map", "map": "lengths_hist", "key": 7, "value": 3},
                            {"type": "global", "name": "seen", "value": 5}]


def test_a_killed_run_leaves_nothing_attached(veth: str, events: Path) -> None:
    with running(str(events), "--interface", veth) as process:
        assert attached_xdp()
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=20)
    end = time.monotonic() + 10
    while attached_xdp():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.mark.parametrize(("option", "words"), [
    ("other.interface=lo", "there is no program `other`; there are report"),
    ("mod=generic", "no such option; there are"),
    ("generic", "invalid attach option value: 'generic'"),
])
def test_wrong_attach_options(veth: str, events: Path, option: str, words: str) -> None:
    done = failing(str(events), "--interface", veth, "--attach", option)
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr


def failing(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*INSIDE, sys.executable, "-m", "pybpfc", "run", *arguments], text=True, capture_output=True,
                          check=False, timeout=30)


def test_a_sampling_program_has_a_frequency(tmp_path: Path) -> None:
    program = tmp_path / "sampling.py"
    program.write_text('''
from pybpfc import HashMap, bpf_perf_event_data, perf_event, u32, u64
from pybpfc.helpers import bpf_get_current_pid_tgid

LICENSE = "GPL"
samples = HashMap[u32, u64](max_entries=16)


@perf_event
def sample(ctx: bpf_perf_event_data) -> int:
    samples[u32(bpf_get_current_pid_tgid() >> 32)] += 1
    return 0
''')
    busy = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        done = subprocess.run([sys.executable, "-m", "pybpfc", "run", str(program), "--attach", f"pid={busy.pid}",
                               "--duration", "1", "--json"], text=True, capture_output=True, check=True, timeout=30)
    finally:
        busy.kill()
        busy.wait()
    assert "attached sample (perf_event), 99 times a second" in done.stderr
    entries = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(entry["map"], entry["key"]) for entry in entries] == [("samples", busy.pid)]
    assert 1 <= entries[0]["value"] <= 120


def test_an_interface_that_is_not_there(veth: str, program: Path) -> None:
    done = failing(str(program), "--interface", "fra")
    assert (done.returncode, done.stdout) == (1, "")
    assert "error[BPF5301]: " in done.stderr and "'fra'" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_interface_is_needed(veth: str, program: Path) -> None:
    done = failing(str(program))
    assert (done.returncode, done.stdout) == (2, "")
    assert "`count` (xdp): say where it is to run: --interface IF" in done.stderr


def test_an_occupied_interface(veth: str, program: Path) -> None:
    with running(str(program), "--interface", veth):
        done = failing(str(program), "--interface", veth)
    assert (done.returncode, done.stdout) == (1, "")
    assert "error[BPF5302]: " in done.stderr
