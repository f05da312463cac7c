"""Programs of the size that people write, each against a model in Python of what it is meant to do."""

from __future__ import annotations

import os
import random
import signal
import socket
import struct
from collections import Counter
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest

import pybpfc_runtime as rt
from pybpfc.compiler.pipeline import compile_file
from pybpfc_runtime.testing import packet

pytestmark = pytest.mark.usefixtures("privileged")

PROGRAMS = Path(__file__).parent / "programs"
XDP_DROP, XDP_PASS, XDP_TX = 1, 2, 3
TC_ACT_OK, TC_ACT_SHOT = 0, 2


@pytest.fixture
def load() -> Iterator[Any]:
    """`load("large/dns_filter.py", name=value)`: a program loaded with these `rodata`; closed when the test ends."""
    opened: list[Any] = []

    def compile_and_load(name: str, **rodata: int) -> Any:
        spec = rt.ObjectSpec.from_bytes(compile_file(str(PROGRAMS / name)).data, name)
        opened.append(spec.load(rodata=rodata))
        return opened[-1]

    yield compile_and_load
    for item in opened:
        item.close()


# --- connections


FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
NONE, SYN_SENT, SYN_RECV, ESTABLISHED, FIN_WAIT, CLOSE_WAIT, LAST_ACK, TIME_WAIT, CLOSED = range(9)
FIELDS = ("packets", "bytes", "end", "window", "saw_syn", "closed")
TIMEOUTS = (0, 20, 20, 3600, 120, 60, 30, 10, 5)


def next_state(state: int, flags: int, direction: int, closed: int) -> int:
    if flags & RST:
        return CLOSED
    if state == NONE:
        return SYN_SENT if flags & (SYN | ACK) == SYN else NONE
    if state == SYN_SENT and direction == 1 and flags & SYN:
        return SYN_RECV if flags & ACK else SYN_SENT
    if state == SYN_RECV and direction == 0 and flags & ACK:
        return FIN_WAIT if flags & FIN else ESTABLISHED
    if state == ESTABLISHED and flags & FIN:
        return FIN_WAIT
    if state == FIN_WAIT:
        if flags & FIN and closed == 3:
            return LAST_ACK
        return CLOSE_WAIT if flags & ACK else state
    if state == CLOSE_WAIT and flags & FIN and closed == 3:
        return LAST_ACK
    if state == LAST_ACK and flags & ACK:
        return TIME_WAIT
    return SYN_SENT if state in (TIME_WAIT, CLOSED) and flags & SYN else state


def signed(number: int) -> int:
    number &= 0xFFFFFFFF
    return number - (1 << 32) if number >> 31 else number


class Connection:
    """What the tracker should know of two endpoints."""

    def __init__(self, swapped: bool) -> None:
        self.swapped = swapped
        self.state, self.expires = NONE, 0
        self.sides = [dict.fromkeys(FIELDS, 0) for _ in range(2)]

    def segment(self, swapped: bool, size: int, seq: int, window: int, flags: int, payload: int, now: int) -> bool:
        """Whether a TCP segment is let through."""
        direction = int(self.swapped != swapped)
        side, other = self.sides[direction], self.sides[1 - direction]
        fits = True
        if side["saw_syn"] and other["saw_syn"]:
            fits = signed(seq - side["end"] - max(other["window"], 1)) <= 0 and signed(seq - side["end"] + 66000) >= 0
        end = (seq + payload + (flags >> 1 & 1) + (flags & 1)) & 0xFFFFFFFF
        self.count(side, size, window, end)
        side["saw_syn"] |= flags >> 1 & 1
        side["closed"] |= flags & 1
        if fits:
            closed = self.sides[0]["closed"] | self.sides[1]["closed"] << 1
            self.move(next_state(self.state, flags, direction, closed), now)
        return fits

    def datagram(self, swapped: bool, size: int, now: int) -> None:
        self.count(self.sides[int(self.swapped != swapped)], size, 0, 0)
        self.move(next_state(ESTABLISHED, 0, 0, 0), now)

    def move(self, state: int, now: int) -> None:
        self.state, self.expires = state, now + TIMEOUTS[state] * 10**9

    @staticmethod
    def count(side: dict[str, int], size: int, window: int, end: int) -> None:
        side["packets"] += 1
        side["bytes"] += size
        side["window"] = window
        if side["packets"] == 1 or signed(end - side["end"]) > 0:
            side["end"] = end


def frame(source: str, destination: str, protocol: int, ports: tuple[int, int], seq: int, window: int, flags: int,
          payload: bytes) -> bytes:
    first, second = ip_address(source), ip_address(destination)
    if protocol == socket.IPPROTO_TCP:
        body = struct.pack("!HHIIBBHHH", *ports, seq, 0, 5 << 4, flags, window, 0, 0) + payload
    else:
        body = struct.pack("!HHHH", *ports, 8 + len(payload), 0) + payload
    if first.version == 4:
        header = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(body), 0, 0, 64, protocol, 0)
    else:
        header = struct.pack("!IHBB", 6 << 28, len(body), protocol, 64)
    kind = 0x0800 if first.version == 4 else 0x86DD
    return b"\x02" * 12 + struct.pack("!H", kind) + header + first.packed + second.packed + body


def test_connections_are_tracked(load: Any) -> None:
    """A package of several modules: every state, window, counter and verdict of some thousand packets."""
    bpf = load("conntrack/track.py")
    chance = random.Random(20)
    connections: dict[tuple[Any, ...], Connection] = {}
    counts = [0] * 6
    now = 10**12
    for _ in range(3000):
        now += 10**8
        bpf.globals.clock = now
        hosts = ["2001:db8::1", "2001:db8::2"] if chance.random() < 0.3 else ["10.0.0.1", "10.0.0.2"]
        chance.shuffle(hosts)
        protocol = chance.choice((6, 6, 6, 17))
        ports = chance.choice(((1000, 80), (80, 1000), (1001, 80), (80, 80)))
        flags = chance.choice((SYN, SYN | ACK, ACK, ACK | PSH, FIN | ACK, FIN | ACK, RST, chance.randrange(32)))
        seq = chance.choice((0xFFFFFFF0, chance.randrange(1 << 32), *(chance.randrange(3000) for _ in range(8))))
        window, payload = chance.randrange(1 << 16), bytes(chance.randrange(50))
        sent = frame(hosts[0], hosts[1], protocol, ports, seq, window, flags, payload)

        swapped = (int(ip_address(hosts[0])), ports[0]) > (int(ip_address(hosts[1])), ports[1])
        ends = tuple(sorted(zip(hosts, ports, strict=True), key=lambda end: (int(ip_address(end[0])), end[1])))
        known, expected = connections.get((protocol, *ends)), TC_ACT_OK
        if known is None and protocol == 6 and next_state(NONE, flags, 0, 0) == NONE:
            expected = TC_ACT_SHOT
            counts[2] += 1
        else:
            if known is None:
                known = connections[(protocol, *ends)] = Connection(swapped)
                counts[1] += 1
            if protocol == 17:
                known.datagram(swapped, len(sent), now)
            elif not known.segment(swapped, len(sent), seq, window, flags, len(payload), now):
                expected = TC_ACT_SHOT
            counts[3 if expected == TC_ACT_SHOT else 4] += 1
        assert bpf.programs["track"].test_run(sent).return_value == expected
    assert [sum(each) for _, each in sorted(bpf.maps["counts"].items())] == counts
    assert min(counts[1:5]) > 10
    found = {}
    for key, entry in bpf.maps["entries"].items():
        size = 4 if key.family == socket.AF_INET else 16
        ends = tuple((str(ip_address(b"".join(struct.pack("!I", word) for word in peer.words)[:size])), int(port))
                     for peer, port in ((key.low, key.low_port), (key.high, key.high_port)))
        sides = [{name: int(getattr(side, name)) for name in FIELDS} for side in entry.sides]
        found[(key.protocol, *ends)] = (entry.state, entry.expires, entry.swapped, sides)
    assert found == {key: (each.state, each.expires, each.swapped, each.sides) for key, each in connections.items()}


# --- names


def fnv(text: bytes) -> int:
    number = 0xCBF29CE484222325
    for byte in reversed(text):
        number = (number ^ byte) * 0x100000001B3 % (1 << 64)
    return number


BLOCKED = {b"evil.example": 3, b"ads.net": 5}


class Names:
    """What the filter should make of queries."""

    def __init__(self) -> None:
        self.malformed = 0
        self.types: Counter[int] = Counter()
        self.names: list[str] = []

    def judge(self, sent: bytes) -> tuple[int, bytes]:
        query = sent[42:]
        if len(query) < 12:
            return self.drop(sent)
        if query[2] & 0xF8:
            return XDP_PASS, sent
        if query[4:6] != b"\0\x01":
            return XDP_TX, self.answer(sent, 1)
        name, left, at = bytearray(), 0, 12
        while True:
            if at >= len(query):
                return self.drop(sent)
            byte, at = query[at], at + 1
            if len(name) >= 127:
                self.malformed += 1
                return XDP_PASS, sent
            if left:
                name += bytes((byte,)).lower()
                left -= 1
            elif byte == 0:
                break
            elif byte & 0xC0:
                return self.drop(sent)
            else:
                left = byte
                name += b"." if name else b""
        if len(query) - at < 4:
            return self.drop(sent)
        self.types[int.from_bytes(query[at:at + 2], "big")] += 1
        self.names.append(name.decode())
        for domain, code in BLOCKED.items():
            if name == domain or name.endswith(b"." + domain):
                return XDP_TX, self.answer(sent, code)
        return XDP_PASS, sent

    def drop(self, sent: bytes) -> tuple[int, bytes]:
        self.malformed += 1
        return XDP_DROP, sent

    @staticmethod
    def answer(sent: bytes, code: int) -> bytes:
        flags = bytes((sent[44] | 0x80, sent[45] & 0x70 | 0x80 | code))
        addresses = sent[30:34] + sent[26:30] + sent[36:38] + sent[34:36]
        return sent[6:12] + sent[:6] + sent[12:26] + addresses + sent[38:40] + b"\0\0" + sent[42:44] + flags + sent[46:]


def test_names_of_queries_are_parsed(load: Any) -> None:
    """Labels walked byte by byte, names as keys and in events, suffixes looked up, answers made in place."""
    bpf = load("large/dns_filter.py")
    chance = random.Random(3)
    model = Names()
    for domain, code in BLOCKED.items():
        bpf.maps["blocked"][fnv(domain)] = code
    words = [b"WWW", b"a", b"evil", b"example", b"ads", b"net", b"Mail-server", b"x" * 63, b"org"]
    for _ in range(500):
        labels = [chance.choice(words) for _ in range(chance.randrange(6))]
        if chance.random() < 0.3:
            labels[2:] = chance.choice(([b"eViL", b"exAMPLE"], [b"ads", b"NET"]))
        flags, questions = chance.choice((0x0100,) * 6 + (0x8180, 0x1000)), chance.choice((1,) * 8 + (0, 2))
        query = struct.pack("!6H", 7, flags, questions, 0, 0, 0)
        query += b"".join(bytes((len(each),)) + each for each in labels)
        query += b"\0" + struct.pack("!HH", chance.choice((1, 28, 15)), 1)
        if chance.random() < 0.1:
            query = query[:chance.randrange(len(query))]
        sent = packet("10.0.0.1", "10.0.0.2", "udp", destination_port=53, payload=query)
        expected = model.judge(sent)
        result = bpf.programs["dns_filter"].test_run(sent)
        assert (result.return_value, result.data) == expected, labels
    assert bpf.globals.malformed == model.malformed > 10
    assert {key: sum(each) for key, each in bpf.maps["by_type"].items()} == dict(model.types)
    assert dict(bpf.maps["top"].items()) == dict(Counter(model.names))
    assert [event.name for event in bpf.events("queries", timeout=0)] == model.names


# --- system calls


def test_system_calls_are_audited(load: Any, tmp_path: Path) -> None:
    """State in the storage of tasks, decoders reached by tail calls, records larger than a stack frame."""
    bpf = load("syscall_auditor.py", root_pid=os.getpid())
    if os.uname().machine != "x86_64":
        pytest.skip("the program has the system calls' numbers of x86-64")
    for number, kind in {42: 3, 59: 4, 62: 0, 82: 2, 87: 1, 257: 1}.items():
        bpf.maps["kinds"][number] = kind
    missing, first, second = (str(tmp_path / name) for name in ("missing", "first", "second"))
    with bpf.programs["on_enter"].attach(), bpf.programs["on_exit"].attach():
        with pytest.raises(FileNotFoundError):
            os.close(os.open(missing, os.O_RDONLY))
        os.close(os.open(first, os.O_CREAT | os.O_WRONLY))
        os.rename(first, second)
        os.unlink(second)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
            one.connect(("127.0.0.9", 5353))
        os.kill(os.getpid(), 0)
        child = os.fork()
        if child == 0:
            os.execv("/bin/sh", ["/bin/sh", "-c", "kill -9 $$", "more", "arguments"])
        assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    records = list(bpf.events("records", timeout=0))
    mine = [each for each in records if each.pid == os.getpid()]
    theirs = [each for each in records if each.pid == child]
    paths = {(each.nr, each.details.paths.first): each for each in mine if each.kind in (1, 2)}
    assert paths[257, missing].result == -2
    assert paths[257, first].result >= 0
    assert paths[82, first].details.paths.second == second
    assert paths[87, second].result == 0
    connected = next(each for each in mine if each.nr == 42)
    endpoint = connected.details.endpoint
    assert (endpoint.family, endpoint.port, bytes(endpoint.address)) == (2, 5353, bytes((127, 0, 0, 9)) + bytes(12))
    assert next(each for each in mine if each.nr == 62).args[:2] == (os.getpid(), 0)
    started = next(each for each in theirs if each.nr == 59)
    assert started.ppid == os.getpid()
    assert list(started.details.argv.args) == ["/bin/sh", "-c", "kill -9 $$", "more"]
    assert [each.nth for each in mine] == list(range(1, len(mine) + 1))
    assert bpf.globals.lost == 0
