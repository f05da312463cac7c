"""Views of maps of every kind, judged by the kernel behind them."""

from __future__ import annotations

import errno
import os
import socket
import sys
import tempfile
import threading
from collections.abc import Iterator, MutableMapping
from ipaddress import IPv4Address, IPv6Address, ip_network
from pathlib import Path
from typing import Any

import pytest

import pybpfc_runtime as rt
from pybpfc.compiler.pipeline import compile_file
from pybpfc_runtime import features, layout, maps, syscall
from pybpfc_runtime.descriptor import Descriptor
from pybpfc_runtime.maps import mapping
from support import clang
from support.machine import in_private_bpffs

pytestmark = pytest.mark.usefixtures("privileged")

PROGRAM = Path(__file__).parent / "programs" / "views.py"
FRAME = bytes(64)


@pytest.fixture(scope="module")
def image() -> bytes:
    return compile_file(str(PROGRAM)).data


@pytest.fixture
def bpf(image: bytes) -> Iterator[Any]:
    with rt.ObjectSpec.from_bytes(image, "views.o").load() as loaded:
        yield loaded


@pytest.fixture
def nested(tmp_path: Path) -> Iterator[Any]:
    source = Path(__file__).parent / "c" / "nested.bpf.c"
    with rt.ObjectSpec.open(clang.build(source, tmp_path / "nested.o", source.parent)).load() as loaded:
        yield loaded


@pytest.fixture
def made() -> Iterator[Any]:
    """`made(MapType, key, value, entries)`: a map without an object."""
    opened: list[maps.Map] = []

    def make(type_: rt.MapType, key: Any, value: Any, entries: int, flags: int = 0) -> Any:
        fd, error = syscall.map_create(type_, key.size if key else 0, value.size, entries, flags, "made")
        assert not error, errno.errorcode.get(error)
        spec = rt.MapSpec("made", type_, key_size=key.size if key else 0, value_size=value.size, max_entries=entries,
                          map_flags=flags)
        spec.declared_key, spec.declared_value = key, value
        opened.append(maps.view(Descriptor(fd, "map made"), spec))
        return opened[-1]

    yield make
    for one in opened:
        one.close()


def without_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(syscall, "map_batch", lambda *_, **__: (errno.EINVAL, 0))


def counted(bpf: Any, name: str) -> Any:
    return bpf.maps[name].value_type.python_class


# The mapping


@pytest.mark.parametrize("type_", [rt.MapType.BPF_MAP_TYPE_HASH, rt.MapType.BPF_MAP_TYPE_LRU_HASH,
                                   rt.MapType.BPF_MAP_TYPE_PERCPU_HASH])
def test_setdefault_keeps_what_others_store_meanwhile(made: Any, monkeypatch: pytest.MonkeyPatch,
                                                      type_: rt.MapType) -> None:
    table = made(type_, layout.U32, layout.U32, 8)

    def value(number: int) -> Any:
        return [number] * features.possible_cpus() if type_ is rt.MapType.BPF_MAP_TYPE_PERCPU_HASH else number

    assert table.setdefault(1, value(2)) == table.setdefault(1, value(3)) == value(2)
    table[4] = value(5)
    monkeypatch.setattr(type(table), "__contains__", lambda self, key: False)  # it was looked for before it came
    assert table.setdefault(4, value(6)) == value(5)


@pytest.mark.parametrize("batches", [True, False])
def test_the_whole_protocol(made: Any, monkeypatch: pytest.MonkeyPatch, batches: bool) -> None:
    if not batches:
        without_batches(monkeypatch)
    table = made(rt.MapType.BPF_MAP_TYPE_HASH, layout.U32, layout.S64, 1000)
    assert isinstance(table, MutableMapping)
    table.update({1: -1, 2: -2}, )
    table.update([(3, -3)])
    assert dict(table) == dict(table.items()) == {1: -1, 2: -2, 3: -3}
    assert (table.setdefault(4, 9), table.setdefault(1, 9)) == (9, -1)
    assert table.pop(4) == 9 and table.pop(4, None) is None
    with pytest.raises(KeyError):
        table.pop(4)
    assert (1, -1) in table.items() and (1, 0) not in table.items() and -2 in table.values() and 3 in table.keys()  # noqa: SIM118
    assert sorted(table.keys()) == [1, 2, 3] and len(table.items()) == len(table.values()) == 3
    key, value = table.popitem()
    assert value == -key and len(table) == 2
    assert table.keys() - {1} <= {2, 3}
    assert dict(table.drain()) == {number: -number for number in {1, 2, 3} - {key}}
    assert not table and list(table.items()) == [] and list(table.drain()) == []
    assert table == table and table != {} and hash(table) == hash(table)


@pytest.mark.parametrize("batches", [True, False])
@pytest.mark.parametrize(("type_", "flags"), [
    (rt.MapType.BPF_MAP_TYPE_HASH, 0), (rt.MapType.BPF_MAP_TYPE_HASH, 1), (rt.MapType.BPF_MAP_TYPE_LRU_HASH, 0),
    (rt.MapType.BPF_MAP_TYPE_PERCPU_HASH, 0)])
def test_many_entries(made: Any, monkeypatch: pytest.MonkeyPatch, batches: bool, type_: rt.MapType, flags: int) -> None:
    if not batches:
        without_batches(monkeypatch)
    count = 30_000 if batches else 500
    table = made(type_, layout.U64, layout.U32, count * 2, flags)
    cpus = features.possible_cpus()
    per_cpu = type_ is rt.MapType.BPF_MAP_TYPE_PERCPU_HASH
    wanted = {number * 7919: [number] * cpus if per_cpu else number for number in range(count)}
    table.update(wanted)
    assert dict(table.items()) == wanted and set(table) == set(wanted) and len(table) == count
    table.clear()
    assert len(table) == 0


def test_flags(bpf: Any, made: Any) -> None:
    table = made(rt.MapType.BPF_MAP_TYPE_HASH, layout.U32, layout.U32, 8)
    table.store(1, 1, rt.BPF_NOEXIST)
    with pytest.raises(rt.MapError, match="EEXIST"):
        table.store(1, 1, rt.BPF_NOEXIST)
    with pytest.raises(rt.MapError, match="EEXIST"):
        table.store_many({2: 2, 1: 1}, flags=rt.BPF_NOEXIST)
    assert table[2] == 2
    with pytest.raises(KeyError):
        table.store_many({7: 7}, flags=rt.BPF_EXIST)
    with pytest.raises(rt.MapError, match="EINVAL"):
        table.lookup(1, rt.BPF_F_LOCK)
    locked = bpf.maps["locked"]
    locked.store(1, {"value": 5}, rt.BPF_F_LOCK)
    assert locked.lookup(1, rt.BPF_F_LOCK).value == 5
    locked.store_many({1: {"value": 6}, 2: {"value": 7}}, flags=rt.BPF_F_LOCK)
    assert {key: one.value for key, one in locked.items()} == {1: 6, 2: 7}


def test_take_out_in_one_step(made: Any) -> None:
    for type_ in (rt.MapType.BPF_MAP_TYPE_HASH, rt.MapType.BPF_MAP_TYPE_LRU_PERCPU_HASH):
        table = made(type_, layout.U32, layout.U32, 8)
        value: Any = 5 if type_ is rt.MapType.BPF_MAP_TYPE_HASH else [5] * features.possible_cpus()
        table[1] = value
        assert table.lookup_and_delete(1) == value
        with pytest.raises(KeyError):
            table.lookup_and_delete(1)
    array = made(rt.MapType.BPF_MAP_TYPE_ARRAY, layout.U32, layout.U32, 8)
    with pytest.raises(rt.MapOperationError, match="no lookup_and_delete"):
        array.lookup_and_delete(1)
    with pytest.raises(rt.MapOperationError, match="cannot be deleted"):
        array.pop(1)


@pytest.mark.parametrize("batches", [True, False])
def test_iteration_ends_while_others_write(made: Any, monkeypatch: pytest.MonkeyPatch, batches: bool) -> None:
    """Entries that stay are seen exactly once each, whatever comes and goes meanwhile; and the loop ends."""
    if not batches:
        without_batches(monkeypatch)
    table = made(rt.MapType.BPF_MAP_TYPE_HASH, layout.U32, layout.U32, 4096)
    stay = {number: number for number in range(0, 2000, 2)}
    table.update(stay)
    done = threading.Event()

    def churn() -> None:
        number = 1
        while not done.is_set():
            table.store(number, 0)
            table.pop(number - 200, None) if number > 200 else None
            number = (number + 2) % 100_001

    writer = threading.Thread(target=churn)
    writer.start()
    try:
        for _ in range(5):
            seen = [key for key, _ in table.items() if key % 2 == 0]
            if batches:
                assert sorted(seen) == sorted(stay)
            else:  # the walk starts over at every vanished key, and is over after so many steps
                assert len(seen) == len(set(seen)) and set(seen) <= set(stay)
    finally:
        done.set()
        writer.join()
    assert {key for key in table if key % 2 == 0} == set(stay)


# Keys and values


def test_addresses_in_structs(bpf: Any) -> None:
    endpoints = bpf.maps["endpoints"]
    endpoint = endpoints.key_type.python_class
    key = endpoint(address=IPv6Address("2001:db8::1"), source=IPv4Address("192.0.2.1"), port=443)
    endpoints[key] = 7
    [found] = endpoints
    assert (IPv6Address(found.address), IPv4Address(found.source), found.port) == (
        IPv6Address("2001:db8::1"), IPv4Address("192.0.2.1"), 443)
    assert endpoints[found] == 7
    assert endpoints[{"address": IPv6Address("2001:db8::1"), "source": 0xC0000201, "port": 443}] == 7
    with pytest.raises(rt.CodecContextError, match="key of map endpoints"):
        endpoints[{"address": IPv4Address("192.0.2.1"), "source": 0, "port": 0}]


def test_wrong_values(bpf: Any, made: Any) -> None:
    table = made(rt.MapType.BPF_MAP_TYPE_HASH, layout.U32, layout.S16, 8)
    for wrong in (1 << 15, -(1 << 15) - 1, "1", 1.5, None, b"abc", [1]):
        with pytest.raises(rt.CodecContextError, match="value of map made"):
            table[1] = wrong
        with pytest.raises(rt.CodecContextError, match="value of map made"):
            table.update({1: 1, 2: wrong})
        assert not table, "a batch with a wrong value has begun to be written"
    counts = bpf.maps["counts"]
    count = counted(bpf, "counts")
    with pytest.raises(rt.CodecContextError, match="value of map counts"):
        counts[1] = 5
    counts.update({1: count(packets=1, bytes=2, sizes=(3, 4)), 2: {"packets": 5, "bytes": 6, "sizes": (7, 8)}})
    assert counts[2].sizes == (7, 8) and counts[1] == count(packets=1, bytes=2, sizes=(3, 4))
    with pytest.raises(rt.UnknownNameError, match="did you mean 'counts'"):
        bpf.maps["count"]


def test_per_cpu_sums(bpf: Any) -> None:
    percpu = bpf.maps["percpu"]
    cpus = features.possible_cpus()
    count = counted(bpf, "percpu")
    percpu[1] = [count(packets=1, bytes=cpu, sizes=(1, 0)) for cpu in range(cpus)]
    bpf.programs["count"].test_run(FRAME, repeat=10)
    total = percpu[1].sum()
    assert total == count(packets=cpus + 10, bytes=sum(range(cpus)), sizes=(cpus, 30))
    assert [values.sum() for values in percpu.values()] == [total]
    assert maps.PerCpuValues([1, 2, 3]).sum() == 6
    with pytest.raises(TypeError, match="cannot be added"):
        maps.PerCpuValues(["a", "b"]).sum()


# Memory


def test_arrays_in_place(bpf: Any) -> None:
    import numpy

    shared = bpf.maps["shared"]
    count = counted(bpf, "shared")
    with shared.memory() as memory:
        assert len(memory) == 100 and memory.stride == 24
        bpf.programs["count"].test_run(FRAME, repeat=4)
        assert memory[3] == shared[3] == count(packets=4, bytes=256, sizes=(0, 0))
        memory[99] = count(packets=1, bytes=2, sizes=(3, 4))
        assert shared[99].sizes == (3, 4) and memory[-1] == memory[99:][0] == list(memory)[99]
        columns = memory.array()
        columns["packets"] += 1
        assert shared[3].packets == 5 and int(columns["packets"].sum()) == sum(one.packets for one in memory)
        assert numpy.array_equal(columns["sizes"][99], [3, 4])
        with pytest.raises(IndexError):
            memory[100]
        with pytest.raises(rt.CodecContextError):
            memory[0] = 5
    with pytest.raises(rt.ClosedError):
        memory[0]
    with bpf.maps["words"].memory() as words:
        assert words.stride == 8 and list(words) == [0, 0, 0, 0, 8]
    with pytest.raises(rt.MapOperationError, match="BPF_F_MMAPABLE"):
        rt.ArrayMap(bpf.maps["counts"].descriptor, bpf.maps["counts"].spec).memory()


def test_freezing(made: Any) -> None:
    array = made(rt.MapType.BPF_MAP_TYPE_ARRAY, layout.U32, layout.U32, 4, 1 << 10)
    array[1] = 5
    with array.memory(), pytest.raises(rt.MapError, match="EBUSY"):
        array.freeze()
    array.freeze()
    with pytest.raises(rt.MapError, match="frozen"):
        array[1] = 6
    with array.memory() as memory:
        assert memory[1] == 5 and memory.memory.readonly


# Maps without keys, maps of references, storage


def test_bloom_filter(bpf: Any) -> None:
    bloom = bpf.maps["bloom"]
    for number in range(0, 100, 10):
        bloom.add(number)
    assert all(number in bloom for number in range(0, 100, 10))
    assert sum(number in bloom for number in range(1000, 2000)) < 300
    assert "text" not in bloom
    with pytest.raises(rt.CodecContextError):
        bloom.add("text")


def test_maps_of_maps(nested: Any) -> None:
    outer = nested.maps["outer"]
    assert list(outer) == [] and len(outer) == 0 and 2 not in outer and outer.get(2) is None
    with outer.create(2) as inner:
        inner[1] = 10
        nested.programs["count"].test_run(FRAME)
        assert dict(inner.items()) == {1: 10, 7: nested.globals.seen}
        assert list(outer) == [2] and outer[2] == inner.info().id
    with outer.open(2) as again:
        assert again[1] == 10
    with outer.create(3, max_entries=1) as small:
        small[1] = 1
        with pytest.raises(rt.MapError, match="E2BIG"):
            small[2] = 1
    del outer[2]
    with pytest.raises(KeyError):
        outer.open(2)
    with pytest.raises(rt.CodecContextError, match="has no descriptor"):
        outer[1] = "text"
    with pytest.raises(rt.MapError, match="EINVAL"):
        outer[1] = nested.maps["other"]


def test_program_arrays(bpf: Any) -> None:
    steps = bpf.maps["steps"]
    steps[1] = bpf.programs["count"]
    assert list(steps) == [1] and steps[1] == bpf.programs["count"].info().id
    with pytest.raises(rt.MapOperationError, match="for maps of maps"):
        steps.create(1)


def test_storage(bpf: Any) -> None:
    count = counted(bpf, "sockets")
    value = count(packets=1, bytes=2, sizes=(0, 0))
    with socket.socket() as one, socket.socket() as other, tempfile.TemporaryFile() as file:
        process, group = os.pidfd_open(os.getpid()), os.open("/sys/fs/cgroup", os.O_RDONLY)
        try:
            for name, owner in (("sockets", one), ("inodes", file), ("tasks", process), ("groups", group)):
                if name == "groups" and not os.path.exists("/sys/fs/cgroup/cgroup.procs"):
                    continue  # a control group of the first version has no storage
                storage = bpf.maps[name]
                assert owner not in storage and storage.get(owner) is None
                storage[owner] = value
                assert storage[owner] == value and owner in storage
                with pytest.raises(rt.MapError, match="EEXIST"):
                    storage.store(owner, value, rt.BPF_NOEXIST)
                del storage[owner]
                for missing in (lambda s=storage, o=owner: s[o], lambda s=storage, o=owner: s.__delitem__(o)):
                    with pytest.raises(KeyError):
                        missing()
            assert other not in bpf.maps["sockets"]
        finally:
            os.close(process)
            os.close(group)
    with pytest.raises(rt.CodecContextError, match="is no descriptor"):
        bpf.maps["sockets"]["text"]
    with pytest.raises(rt.MapError, match="EBADF"):
        bpf.maps["sockets"][1 << 20]
    with pytest.raises(rt.MapOperationError, match="cannot be walked"):
        list(bpf.maps["sockets"])


def test_sockets_devices_and_stacks(bpf: Any) -> None:
    sockets = bpf.maps["socket_map"]
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        sockets[1] = client
        with pytest.raises(rt.MapOperationError, match="cannot read a BPF_MAP_TYPE_SOCKMAP"):
            list(sockets)
        del sockets[1]
        with pytest.raises(KeyError):
            del sockets[1]
    devices = bpf.maps["devices"]
    devices[2] = socket.if_nametoindex("lo")
    assert dict(devices.items()) == {2: 1} and list(devices) == [2] and len(devices) == 1
    del devices[2]
    assert not devices
    assert dict(bpf.maps["stacks"].items()) == {}


# Names in a bpf file system

PIN = """
import os, sys
import pybpfc_runtime as rt

with rt.ObjectSpec.open(sys.argv[1]).load() as bpf:
    counts, words = bpf.maps["counts"], bpf.maps["words"]
    counts[5] = counts.value_type.python_class(packets=1, bytes=2, sizes=(3, 4))
    counts.pin("/sys/fs/bpf/counts")
    words.pin("/sys/fs/bpf/words")
    bpf.programs["count"].pin("/sys/fs/bpf/program")
    try:
        counts.pin("/sys/fs/bpf/counts")
    except rt.MapError as error:
        assert error.errno_name == "EEXIST"
    else:
        raise SystemExit("pinned twice")
with rt.open_pinned("/sys/fs/bpf/counts") as counts:
    [(key, value)] = counts.items()
    assert (key, value.packets, value.sizes) == (5, 1, (3, 4)), value
    assert (counts.name, counts.max_entries) == ("counts", 64)
    for path in ("/sys/fs/bpf/words", "/sys/fs/bpf/program"):
        try:
            counts.unpin(path)
        except rt.MapError as error:
            assert "is not map counts" in str(error)
        else:
            raise SystemExit("unpinned something else")
    counts.unpin("/sys/fs/bpf/counts")
    assert not os.path.exists("/sys/fs/bpf/counts")
with rt.open_pinned("/sys/fs/bpf/words", value_type=rt.s32, read_only=True) as words:
    assert list(words.values()) == [0] * 5
    try:
        words[0] = 1
    except rt.PermissionDenied:
        pass
    else:
        raise SystemExit("wrote to a read-only map")
for path, name in (("/sys/fs/bpf/program", "EINVAL"), ("/sys/fs/bpf/nothing", "ENOENT")):
    try:
        rt.open_pinned(path)
    except rt.MapError as error:
        assert error.errno_name == name, error
    else:
        raise SystemExit("opened " + path)
"""


def test_pins(image: bytes, tmp_path: Path) -> None:
    (tmp_path / "views.o").write_bytes(image)
    (tmp_path / "pin.py").write_text(PIN)
    in_private_bpffs('"$1" "$2" "$3"', sys.executable, tmp_path / "pin.py", tmp_path / "views.o")


def test_nothing_stays_open(image: bytes) -> None:
    before = len(os.listdir("/proc/self/fd"))
    with rt.ObjectSpec.from_bytes(image, "views.o").load() as bpf, bpf.maps["shared"].memory() as memory:
        assert memory[0].packets == 0
    assert len(os.listdir("/proc/self/fd")) == before


def prefix_key(bits: layout.ValueType) -> layout.StructType:
    """struct bpf_lpm_trie_key with an address of this type behind the length."""
    fields = (layout.Field("prefixlen", layout.U32, 0), layout.Field("address", bits, 4))
    return layout.StructType("Prefix", fields, 4 + bits.size, 4)


def test_networks_are_keys_of_a_trie(made: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    routes = made(rt.MapType.BPF_MAP_TYPE_LPM_TRIE, prefix_key(layout.BE32), layout.U32, 8, flags=1)
    routes[ip_network("10.0.0.0/8")] = 1
    routes.update({ip_network("10.1.0.0/16"): 2, ip_network("192.0.2.7/32"): 3})
    assert routes[ip_network("10.1.2.3/32")] == 2  # the longest prefix that matches
    assert routes[ip_network("10.2.2.3/32")] == 1
    assert ip_network("192.0.2.8/32") not in routes
    del routes[ip_network("10.1.0.0/16")]
    assert routes[ip_network("10.1.2.3/32")] == 1

    assert [routes.setdefault(ip_network("10.2.0.0/16"), 9) for _ in range(2)] == [9, 9]
    assert routes[ip_network("10.2.2.3/32")] == 9 and len(routes) == 3
    monkeypatch.setattr(mapping, "tries_know_noexist", lambda: False)  # a kernel before 6.13
    assert [routes.setdefault(ip_network("10.3.0.0/16"), number) for number in (8, 7)] == [8, 8]
    assert routes.setdefault(b"\x10\0\0\0\x0a\x03\xff\xff", 7) == 8, "the last 16 bits do not count"
    assert routes[ip_network("10.3.2.3/32")] == 8 and len(routes) == 4

    with pytest.raises(rt.CodecContextError, match=r"key of map made: 2001:db8::/32 has 16 bytes of address, 4 are"):
        routes[ip_network("2001:db8::/32")] = 1
    wide = made(rt.MapType.BPF_MAP_TYPE_LPM_TRIE, prefix_key(layout.ArrayType(layout.U8, 16)), layout.U32, 8, flags=1)
    wide[ip_network("2001:db8::/32")] = 4
    assert wide[ip_network("2001:db8::1/128")] == 4
    host = made(rt.MapType.BPF_MAP_TYPE_LPM_TRIE, prefix_key(layout.U32), layout.U32, 8, flags=1)
    with pytest.raises(rt.CodecContextError, match=r"10\.0\.0\.0/8 is in network order, but u32 in the host's"):
        host[ip_network("10.0.0.0/8")] = 1


def test_text_that_is_not_all_text(made: Any) -> None:
    """Programs leave bytes behind the NUL, file names need not be UTF-8: what was read is found, and written back."""
    name = layout.StringType(8)
    names = made(rt.MapType.BPF_MAP_TYPE_HASH, name, name, 8)
    odd = {b"a\0\0\xff\0\0\0\0": "a", b"caf\xe9\0\0\0\0": "caf\ufffd", b"\0behind\0": "", b"plain\0\0\0": "plain"}
    for memory in odd:
        names[memory] = memory
    assert dict(names) == {text: text for text in odd.values()}
    for key in names:
        assert key in names
        names[key] = names[key]
    assert sorted(memory for memory in odd if bytes(name.encode(names[memory])) == memory) == sorted(odd)
    assert all(type(value) is (str if value == "plain" else layout.Text) for value in names.values())
    assert "a" not in names, "a text of one's own is followed by zeros"
    assert layout.StringType(16).encode(next(key for key in names if key == "a")) == b"a".ljust(16, b"\0")
    for key in list(names):
        del names[key]
    assert not names
