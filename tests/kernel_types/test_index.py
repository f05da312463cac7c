"""The index finds what a full decode finds, quickly, and no cache entry is ever trusted."""

from __future__ import annotations

import os
import random
import struct
import subprocess
import sys
from array import array
from collections.abc import Callable
from pathlib import Path

import pytest

from pybpfc_runtime.btf import cache, types
from pybpfc_runtime.btf.decode import decode_btf
from pybpfc_runtime.btf.encode import encode_btf
from pybpfc_runtime.btf.index import IndexedBtf, _Index
from pybpfc_runtime.btf.kernel import VMLINUX
from pybpfc_runtime.errors import BtfError

Make = Callable[[str], bytes]
C = "struct s { int a; struct s *next; } first; enum e { E_ONE = 1, E_TWO } second; typedef struct s s_t; s_t t;"


@pytest.fixture(scope="module")
def whole() -> types.Btf:
    return decode_btf(Path(VMLINUX).read_bytes())


def same(one: types.BtfType, other: types.BtfType) -> bool:
    return encode_btf(types.Btf([types.Void(), one], b"\0")) == encode_btf(types.Btf([types.Void(), other], b"\0"))


def test_types_are_those_of_a_full_decode(whole: types.Btf) -> None:
    indexed = IndexedBtf.open(VMLINUX, cached=False)
    assert len(indexed) == len(whole)
    for type_id in random.Random(4).sample(range(1, len(whole) + 1), 3000):
        assert indexed.kind_of(type_id) == whole.type(type_id).kind
        assert same(indexed.type(type_id), whole.type(type_id))


def test_names_are_those_of_a_full_decode(whole: types.Btf) -> None:
    indexed = IndexedBtf.open(VMLINUX)
    by_name: dict[str, list[int]] = {}
    for type_id, type_ in enumerate(whole.types):
        by_name.setdefault(type_.name, []).append(type_id)
    for name in random.Random(5).sample(sorted(set(by_name) - {""}), 500):
        assert indexed.ids_named(name) == by_name[name]
    constants: dict[str, list[tuple[int, int]]] = {}
    for type_id, type_ in enumerate(whole.types):
        if isinstance(type_, (types.Enum, types.Enum64)):
            for name, value in type_.values:
                constants.setdefault(name, []).append((type_id, value))
    for name in random.Random(6).sample(sorted(constants), 500):
        assert indexed.enumerators(name) == constants[name]
    for nothing in ("no_such_name", "", "task_struc", "ask_struct", "a\0b"):
        assert not indexed.ids_named(nothing)
        assert not indexed.enumerators(nothing)


def test_flavours_and_near_names() -> None:
    indexed = IndexedBtf.open(VMLINUX)
    assert indexed.find(types.BTF_KIND_STRUCT, "task_struct") in indexed.named("task_struct")
    assert "task_struct" in indexed.names_like("task_strict", (types.BTF_KIND_STRUCT,))
    flavoured = IndexedBtf(encode_btf(types.Btf([types.Void(), types.Struct("s___old", 4, []),
                                                 types.Struct("s", 4, []), types.Struct("s_not", 4, [])], b"\0")))
    assert flavoured.named("s") == [1, 2]


def test_the_other_byte_order(made: Make) -> None:
    swapped = "big" if sys.byteorder == "little" else "little"
    native, foreign = (IndexedBtf(encode_btf(decode_btf(made(C)), order)) for order in (sys.byteorder, swapped))
    assert len(native) == len(foreign) > 5
    assert all(same(native.type(number), foreign.type(number)) for number in range(1, len(native) + 1))
    assert native.ids_named("s") == foreign.ids_named("s") != []
    assert native.enumerators("E_TWO") == foreign.enumerators("E_TWO") != []


def split(base: IndexedBtf, *found: types.BtfType) -> bytes:
    """BTF that continues another, as pahole writes it for a module: ids and string offsets count on."""
    data = bytearray(encode_btf(types.Btf([types.Void(), *found], b"\0")))
    header = struct.unpack_from("=HBBIIIII", data)
    at, end = header[3] + header[4], header[3] + header[4] + header[5]
    shift = len(base.strings) - 1  # the NUL at the front is the base's
    while at < end:
        name, info = struct.unpack_from("=II", data, at)
        if name:
            struct.pack_into("=I", data, at, name + shift)
        at += 12
        if info >> 24 & 31 in (types.BTF_KIND_STRUCT, types.BTF_KIND_ENUM):
            for _ in range(info & 0xFFFF):
                (name,) = struct.unpack_from("=I", data, at)
                struct.pack_into("=I", data, at, name + shift)
                at += 12 if info >> 24 & 31 == types.BTF_KIND_STRUCT else 8
    del data[header[3] + header[6]]
    struct.pack_into("=I", data, 20, header[7] - 1)
    return bytes(data)


def test_types_of_a_module_continue_those_of_vmlinux(made: Make) -> None:
    base = IndexedBtf(made(C))
    struct_id = base.find(types.BTF_KIND_STRUCT, "s") or 0
    module = IndexedBtf(split(base, types.Struct("of_module", 8, [types.Member("inner", struct_id, 0, 0)]),
                              types.Enum("e_module", 4, False, [("E_THREE", 3)])), "module", base)
    assert module.ids_named("of_module") == [len(base) + 1]
    found = module.type(len(base) + 1)
    assert isinstance(found, types.Struct)
    assert (found.name, found.members[0].name) == ("of_module", "inner")
    assert module.type(found.members[0].type) is base.type(struct_id)
    assert module.ids_named("s") == [struct_id]
    assert module.named("s") == []
    assert module.enumerators("E_THREE") == [(len(base) + 2, 3)]
    assert module.enumerators("E_ONE") == base.enumerators("E_ONE")
    with pytest.raises(BtfError, match="ids end at"):
        module.type(len(base) + 3)


# The cache


def entry(home: Path) -> Path:
    (found,) = (home / "pybpfc").iterdir()
    return found


def walks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A list that grows by one each time an index is made anew."""
    seen: list[str] = []
    original = IndexedBtf._walk

    def walk(self: IndexedBtf):  # type: ignore[no-untyped-def]
        seen.append(self.what)
        return original(self)

    monkeypatch.setattr(IndexedBtf, "_walk", walk)
    return seen


def test_the_index_is_made_once(cache_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made_anew = walks(monkeypatch)
    first = IndexedBtf.open(VMLINUX)
    second = IndexedBtf.open(VMLINUX)
    assert made_anew == [VMLINUX]
    assert first.ids_named("task_struct") == second.ids_named("task_struct")
    assert entry(cache_home).stat().st_mode & 0o777 == 0o600


def truncate(path: Path) -> None:
    os.truncate(path, path.stat().st_size - 4)


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def empty(path: Path) -> None:
    path.write_bytes(b"")


def anyone_may_write(path: Path) -> None:
    path.chmod(0o666)


def become_a_link(path: Path) -> None:
    path.rename(path.parent.parent / "elsewhere")
    path.symlink_to(path.parent.parent / "elsewhere")


def become_a_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path, 0o600)


def belong_to_somebody_else(path: Path) -> None:
    if os.geteuid():
        pytest.skip("needs CAP_CHOWN: run as root")
    os.chown(path, 65534, 65534)


def hold_other_types(path: Path) -> None:
    """A right checksum over an index of other types."""
    other = IndexedBtf(encode_btf(types.Btf([types.Void(), types.Struct("x", 4, [])], b"\0")))
    path.unlink()
    cache.write(path.name, bytes(other._by))


@pytest.mark.parametrize("damage", [truncate, flip, empty, anyone_may_write, become_a_link, become_a_pipe,
                                    belong_to_somebody_else, hold_other_types])
def test_a_broken_entry_is_replaced(damage: Callable[[Path], None], cache_home: Path,
                                    monkeypatch: pytest.MonkeyPatch) -> None:
    expected = IndexedBtf.open(VMLINUX).ids_named("task_struct")
    damage(entry(cache_home))
    made_anew = walks(monkeypatch)
    assert IndexedBtf.open(VMLINUX).ids_named("task_struct") == expected
    assert IndexedBtf.open(VMLINUX).ids_named("task_struct") == expected
    assert made_anew == [VMLINUX], "the entry was made anew, once"


@pytest.mark.parametrize("part", ["offsets", "names", "numbers"])
def test_an_entry_that_lies_is_refused(part: str, made: Make, tmp_path: Path, cache_home: Path) -> None:
    """Its checksum is right, its length and its last offset are too, and what it says lies beyond the types."""
    path = tmp_path / "kernel.btf"
    path.write_bytes(made(C))
    right = IndexedBtf.open(path)
    offsets, by_name = array("I", right._by.offsets), array("Q", right._by.by_name)
    for number in range(len(offsets) - 1) if part == "offsets" else ():
        offsets[number] = 0x3FFFFFFF if number else 0
    for number in range(len(by_name)) if part != "offsets" else ():
        by_name[number] |= 0x7FFFFFFF if part == "numbers" else 0x7FFFFFFF << 32
    lie = _Index(offsets, by_name, array("I", right._by.enums))
    cache.write(entry(cache_home).name, bytes(lie))
    found = IndexedBtf.open(path)
    assert bytes(found._by) == bytes(lie), "the entry is in use"
    if part == "names":
        assert found.ids_named("s") == [], "nothing is found, and nothing is wrong"
        return
    with pytest.raises(BtfError, match=r"lies beyond the end|ids end at"):
        _ = found.type(2) if part == "offsets" else found.ids_named("s")


def test_a_changed_file_gets_its_own_entry(made: Make, tmp_path: Path, cache_home: Path) -> None:
    path = tmp_path / "kernel.btf"
    path.write_bytes(made(C))
    assert IndexedBtf.open(path).ids_named("s")
    path.write_bytes(made(C.replace("struct s", "struct r")))
    assert not IndexedBtf.open(path).ids_named("s")
    assert len(list((cache_home / "pybpfc").iterdir())) == 2


@pytest.mark.parametrize("obstacle", ["a file", "nothing may be written", "relative"])
def test_without_a_cache_directory(obstacle: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    monkeypatch.setenv("HOME", str(tmp_path))
    if obstacle == "a file":
        home.write_text("")
    elif obstacle == "relative":
        monkeypatch.setenv("XDG_CACHE_HOME", "relative")
        monkeypatch.chdir(tmp_path)
        assert cache.folder() == str(tmp_path / ".cache" / "pybpfc")
        return
    else:
        (home / "pybpfc").mkdir(parents=True)
        (home / "pybpfc").chmod(0o777)  # anybody could put entries there
    monkeypatch.setenv("XDG_CACHE_HOME", str(home))
    assert cache.folder() is None
    assert IndexedBtf.open(VMLINUX).ids_named("task_struct")
    assert IndexedBtf.open(VMLINUX).ids_named("task_struct")


def test_old_entries_go(cache_home: Path) -> None:
    for number in range(20):
        cache.write(f"entry{number:02}", bytes(8))
        os.utime(cache_home / "pybpfc" / f"entry{number:02}", ns=(number, number))
    assert sorted(path.name for path in (cache_home / "pybpfc").iterdir()) == [f"entry{n:02}" for n in range(4, 20)]
    assert cache.read("entry19") == bytes(8)
    assert cache.read("entry03") is None


COUNTED = """
import pybpfc.kernel_btf, pybpfc.kernel_types
from pybpfc_runtime.btf.index import IndexedBtf

decode, numbers = IndexedBtf.type, []
IndexedBtf.type = lambda self, number: numbers.append(number) or decode(self, number)
from pybpfc.vmlinux import task_struct, sock, file, trace_event_raw_sys_enter, bpf_map_type
for found in (task_struct, sock, file, trace_event_raw_sys_enter):
    assert found.__pybpfc_type__.fields
print(len(set(numbers)), len(pybpfc.kernel_btf.current().btf))
"""


def test_five_types_decode_few(cache_home: Path) -> None:
    """What five types cost in time is in the benchmarks; here, that few of all are looked at, and the cache is used."""
    written = []
    for _ in range(2):
        done = subprocess.run([sys.executable, "-c", COUNTED], capture_output=True, text=True, check=True)
        decoded, there = map(int, done.stdout.split())
        assert decoded < there / 20
        written.append({path.name: path.stat().st_ino for path in cache_home.glob("pybpfc/*")})
    assert written[0] and written[0] == written[1]


@pytest.mark.parametrize(("data", "words"), [
    (b"", "less than the header"),
    (b"\x7fELF" + bytes(60), "objcopy"),
    (b"hello, this is no type information", "magic number"),
    (struct.pack("<HBBIIIII", 0xEB9F, 2, 0, 24, 0, 0, 0, 1) + b"\0", "version 2"),
])
def test_no_btf(data: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(data)
    with pytest.raises(BtfError, match=words):
        IndexedBtf.open(path)


def test_constants_are_kept_apart(made: Make, tmp_path: Path, cache_home: Path) -> None:
    """They are looked for when somebody asks, kept, and found in what was kept; an entry that lies does no harm."""
    path = tmp_path / "kernel.btf"
    path.write_bytes(made("enum colour { RED = 3, GREEN = -7 }; enum big { HUGE = 1ULL << 40 };"
                          "struct s { enum colour c; enum big b; } s;"))
    first = IndexedBtf.open(path)
    assert first.ids_named("s") and len(list((cache_home / "pybpfc").iterdir())) == 1
    assert [value for _, value in first.enumerators("GREEN")] == [-7]
    kept = next(each for each in (cache_home / "pybpfc").iterdir() if each.name.endswith("-constants"))
    assert [value for _, value in IndexedBtf.open(path).enumerators("HUGE")] == [1 << 40]
    assert IndexedBtf.open(path).enumerators("colour") == []
    assert IndexedBtf.open(path).has_own("RED") and not IndexedBtf.open(path).has_own("BLUE")
    assert "GREEN" in IndexedBtf.open(path).names_like("GREAN", [types.BTF_KIND_ENUM])

    right = cache.read(kept.name)
    assert right is not None
    lie = array("Q", right.cast("Q"))
    for number in range(len(lie)):
        lie[number] |= 0x7FFFFFFF
    cache.write(kept.name, lie.tobytes())
    with pytest.raises(BtfError, match="ids end at"):
        IndexedBtf.open(path).enumerators("RED")
    cache.write(kept.name, b"odd")
    assert [value for _, value in IndexedBtf.open(path).enumerators("RED")] == [3]
