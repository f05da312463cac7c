"""Keys and values that were read are equal to what is the same for the kernel, and to nothing else."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Iterator
from ipaddress import IPv4Address
from typing import Annotated, Any

import pytest

import pybpfc_runtime as rt
from pybpfc_runtime import layout, maps, syscall
from pybpfc_runtime.descriptor import Descriptor
from pybpfc_runtime.layout import ArrayType, StringType, text
from pybpfc_runtime.values import Array, Str, Struct, be32, bits, u8, u32


class Key(Struct):
    ip: be32
    mac: Annotated[Array[u8], 4]
    name: Annotated[Str, 4]
    low: Annotated[u8, bits(4)]


class Inner(Struct):
    name: Annotated[Str, 4]


class Outer(Struct):
    inner: Inner
    number: u32


@pytest.fixture
def table() -> Iterator[Any]:
    opened: list[maps.Map] = []

    def make(key: Any) -> Any:
        fd, error = syscall.map_create(rt.MapType.BPF_MAP_TYPE_HASH, key.size, 4, 8, 0, "made")
        assert not error
        spec = rt.MapSpec("made", rt.MapType.BPF_MAP_TYPE_HASH, key_size=key.size, value_size=4, max_entries=8)
        spec.declared_key, spec.declared_value = key, layout.U32
        opened.append(maps.view(Descriptor(fd, "map made"), spec))
        return opened[-1]

    yield make
    for one in opened:
        one.close()


@pytest.mark.usefixtures("privileged")
def test_a_key_is_equal_to_itself_as_it_is_read(table: Any) -> None:
    m = table(Key.__pybpfc_type__)
    given: Any = {"ip": IPv4Address("10.0.0.1"), "mac": (1, 2, 3, 4), "name": b"ab", "low": True}
    key = Key(**given)
    m[key] = 7
    [read] = m
    assert read == key and key == read and hash(read) == hash(key)
    assert (read != key) is False
    assert key in dict(m) and dict(m)[key] == 7
    for name, other in {"ip": 1, "mac": b"1234", "name": "b", "low": 3}.items():
        assert Key(**given | {name: other}) != key


def test_structs_whose_text_reads_alike() -> None:
    one, other, plain = (Inner.__pybpfc_type__.decode(data) for data in (b"a\0bc", b"a\0cd", b"a\0\0\0"))
    assert one.name == other.name == plain.name == "a"
    assert len({one, other, plain}) == 3 and one != other and one != plain
    assert copy.deepcopy(one) == one
    assert Outer(inner=one, number=1) != Outer(inner=other, number=1)
    assert Outer(inner=one, number=1) == Outer(inner=copy.copy(one), number=1)
    assert plain == Inner(name="a") and hash(plain) == hash(Inner(name="a"))


def test_what_cannot_be_encoded_is_compared_as_it_is() -> None:
    wrong: Any = {"name": "much too long"}
    assert Inner(**wrong) == Inner(**wrong) and Inner(**wrong) != Inner(name="a")
    assert Inner(name="a") != "a" and Inner(name="a") != Outer(inner=Inner(name="a"), number=0)


@pytest.mark.usefixtures("privileged")
@pytest.mark.parametrize("type_", [StringType(4), ArrayType(StringType(2), 2)])
def test_text_keys_that_read_alike_stay_apart(table: Any, type_: Any) -> None:
    m = table(type_)
    stored = {b"b\0\0\0": 1, b"a\0\0b": 2, b"a\0\0c": 3, b"\xff\0\0\0": 4, b"\xfe\0\0\0": 5}
    for data, number in stored.items():
        m[data] = number
    for read in (dict(m), dict(m.items()), {key: m[key] for key in m}, dict.fromkeys(m.keys())):
        assert len(read) == 5
        assert {type_.encode(key) for key in read} == set(stored)
    kept = dict(m)
    assert all(kept[key] == m[key] == stored[type_.encode(key)] for key in m)
    for copied in (copy.deepcopy(kept), pickle.loads(pickle.dumps(kept))):
        assert copied == kept
    if isinstance(type_, StringType):
        assert kept["b"] == m["b"] == 1 and kept["a"] in (2, 3) and "a" not in m
        assert sum(key == "a" for key in m) == 2 and sum(key != "a" for key in m) == 3
        assert {layout.Text.of(b"a\0\0b"), "a", *m} == {"a", "b", *m}


def test_other_text_is_what_it_reads_as() -> None:
    found = text(b"bash\0old")
    assert found == "bash" == text(b"bash\0new") == found
    assert (found != "bash") is False
    assert hash(found) == hash("bash") and {"bash": 1}[found] == 1
