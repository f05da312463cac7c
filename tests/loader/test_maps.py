"""Maps as Python mappings: what goes in comes out, and misuse is named."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from ipaddress import IPv4Address
from typing import Any

import pytest

import pybpfc_runtime as rt
from pybpfc_runtime import features, layout, maps, syscall

pytestmark = pytest.mark.usefixtures("privileged")


@pytest.fixture
def bpf(opened: Callable[[str], rt.ObjectSpec]) -> Iterator[Any]:
    with opened("maps").load() as loaded:
        yield loaded


def without_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a kernel before 5.6."""
    monkeypatch.setattr(syscall, "map_batch", lambda *_, **__: (errno.EINVAL, 0))


def test_hash(bpf: Any) -> None:
    table = bpf.maps["hash"]
    table[5] = 1 << 40
    table[6] = 2
    assert (table[5], 6 in table, 7 in table, len(table)) == (1 << 40, True, False, 2)
    assert dict(table.items()) == {5: 1 << 40, 6: 2}
    assert sorted(table) == [5, 6] and sorted(table.values()) == [2, 1 << 40]
    assert table.get(7) is None and table.pop(6) == 2 and 6 not in table
    del table[5]
    assert not list(table)
    for missing in (lambda: table[5], lambda: table.__delitem__(5), lambda: table.store(5, 1, rt.BPF_EXIST)):
        with pytest.raises(KeyError, match="5"):
            missing()
    table.store(9, 1, rt.BPF_NOEXIST)
    with pytest.raises(rt.MapError, match="EEXIST"):
        table.store(9, 1, rt.BPF_NOEXIST)


@pytest.mark.parametrize("batches", [True, False])
def test_many_elements(batches: bool, bpf: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    if not batches:
        without_batches(monkeypatch)
    table = bpf.maps["hash"]
    wanted = {number * 7919: number for number in range(4000 if batches else 300)}
    table.update(wanted)
    assert dict(table.items()) == wanted
    assert sorted(table) == sorted(wanted)
    table.clear()
    assert len(table) == 0


def test_a_full_map_says_so(bpf: Any) -> None:
    table = bpf.maps["untyped"]
    for number in range(4):
        table[number.to_bytes(4, "little")] = b"abcdef"
    with pytest.raises(rt.MapError, match="E2BIG") as caught:
        table[99] = b"abcdef"
    assert "max_entries=4" in caught.value.help
    assert table[b"\x02\0\0\0"] == b"abcdef"


def test_an_array_is_never_full(bpf: Any) -> None:
    array, jumps = bpf.maps["array"], bpf.maps["jumps"]

    def update() -> None:
        array.update({array.max_entries + 5: 1})

    def assign() -> None:
        jumps[jumps.max_entries + 5] = bpf.programs["tail"]

    for table, beyond in ((array, update), (jumps, assign)):
        with pytest.raises(rt.MapError, match="E2BIG") as caught:
            beyond()
        assert caught.value.help == (f"an index of this map is 0 to {table.max_entries - 1}: it was declared with "
                                     f"max_entries={table.max_entries}")


@pytest.mark.parametrize("batches", [True, False])
def test_iteration_while_elements_are_deleted(batches: bool, bpf: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every key is seen once although each is deleted while it is looked at, and half of the others too."""
    if not batches:
        without_batches(monkeypatch)
    table = bpf.maps["hash"]
    table.update({number: number for number in range(200)})
    seen = []
    for key, value in table.items():
        assert key == value
        seen.append(key)
        del table[key]
    assert sorted(seen) == list(range(200))
    table.update({number: number for number in range(200)})
    seen = []
    for key in table:
        seen.append(key)
        table.pop(key ^ 1, None)
    assert len(seen) == len(set(seen)) >= 100


def test_array(bpf: Any) -> None:
    array = bpf.maps["array"]
    array[3] = -7
    assert (array[3], len(array), list(array)) == (-7, 8, list(range(8)))
    assert dict(array.items())[3] == -7
    assert 8 not in array
    with pytest.raises(KeyError):
        array[8]
    with pytest.raises(KeyError):
        array[8] = 1
    with pytest.raises(rt.MapOperationError, match="cannot be deleted"):
        del array[3]
    with pytest.raises(rt.MapOperationError):
        array.clear()


def test_per_cpu(bpf: Any) -> None:
    count = features.possible_cpus()
    slots = bpf.maps["percpu"]
    assert slots[1] == [0] * count
    bpf.programs["walk"].test_run(bytes(64))
    assert sum(slots[1]) == 64
    slots[0] = [10 + cpu for cpu in range(count)]
    assert slots[0] == [10 + cpu for cpu in range(count)]
    assert dict(slots.items())[0] == slots[0]
    with pytest.raises(rt.CodecContextError, match=f"list of {count} values"):
        slots[0] = 5
    table = bpf.maps["lru_percpu"]
    table[513] = list(range(count))
    assert list(table.items()) == [(513, list(range(count)))]


def test_text_and_bytes(bpf: Any) -> None:
    table = bpf.maps["lru"]
    table["eth0"] = bytes(range(16))
    assert table["eth0"] == bytes(range(16))
    assert list(table) == ["eth0"]
    with pytest.raises(rt.CodecContextError, match=r"key of map lru.*8"):
        table["an interface with a long name"] = bytes(16)
    with pytest.raises(rt.CodecContextError, match="value of map lru"):
        table["eth0"] = bytes(15)


def test_longest_prefix(bpf: Any) -> None:
    routes = bpf.maps["routes"]
    prefix = routes.key_type.python_class
    routes[prefix(prefixlen=8, addr=IPv4Address("10.0.0.0"))] = 1
    routes[{"prefixlen": 24, "addr": IPv4Address("10.1.2.0")}] = 2
    assert routes[prefix(prefixlen=32, addr=IPv4Address("10.1.2.3"))] == 2
    assert routes[prefix(prefixlen=32, addr=IPv4Address("10.9.9.9"))] == 1
    assert prefix(prefixlen=32, addr=IPv4Address("11.0.0.1")) not in routes
    assert {(key.prefixlen, str(IPv4Address(key.addr))): value for key, value in routes.items()} == {
        (8, "10.0.0.0"): 1, (24, "10.1.2.0"): 2}


def test_addresses(opened: Callable[[str], rt.ObjectSpec], bpf: Any) -> None:
    with opened("xdp_count").load() as counting:
        sources = counting.maps["sources"]
        zero = sources.value_type.python_class.zero(packets=3, verdict=2)
        sources[IPv4Address("192.0.2.7")] = zero
        assert [IPv4Address(key) for key in sources] == [IPv4Address("192.0.2.7")]
        assert sources[0xC0000207].verdict.name == "DROPPED"
    with pytest.raises(rt.CodecContextError, match="be32"):
        bpf.maps["hash"][IPv4Address("192.0.2.7")] = 1


def test_wrong_keys(bpf: Any) -> None:
    table = bpf.maps["hash"]
    for wrong in (-1, 1 << 32, "text", 1.5, None, b"abc"):
        with pytest.raises(rt.CodecContextError, match="key of map hash"):
            table[wrong]
        assert wrong not in table


def test_queue(bpf: Any) -> None:
    queue = bpf.maps["queue"]
    queue.push(1)
    queue.push(2)
    with pytest.raises(rt.MapError, match="E2BIG"):
        queue.push(3)
    assert (queue.peek(), queue.pop(), queue.pop(), queue.pop()) == (1, 1, 2, None)


def test_declared_types_take_precedence(bpf: Any) -> None:
    class Declared:
        name = "hash"
        key_type = layout.BE32
        value_type = layout.S64

    view = bpf.map(Declared())
    view[1] = -1
    assert bpf.map("hash")[1 << 24] == (1 << 64) - 1
    assert dict(view.items()) == {1: -1}
    bpf.close()
    with pytest.raises(rt.ClosedError, match="map hash is closed"):
        view[1]
    with pytest.raises(rt.ClosedError):
        len(bpf.maps["hash"])


def test_plain_handles(bpf: Any) -> None:
    ring = bpf.maps["ring"]
    assert type(ring) is maps.EventBuffer
    assert ring.fileno() == ring.fd
    assert "BPF_MAP_TYPE_RINGBUF" in repr(ring)
