"""Whole structs in objects of the program's own: stored, copied, compared, and put into a map."""

from typing import Annotated

from pybpfc import Array, HashMap, Ptr, Str, Struct, Union, bits, bpf_list_node, copy, s32, syscall, u8, u16, u32, u64
from pybpfc.kfuncs import bpf_obj_drop, bpf_obj_new

LICENSE = "GPL"


class Mixed(Struct):
    a: u64
    b: u32
    c: u8
    d: u8
    e: u16
    f: Annotated[Array[u16], 4]


class Point(Struct):
    low: Annotated[u16, bits(3)]
    high: Annotated[u16, bits(10)]
    y: u16


class Holes(Struct):
    a: u8
    b: u64
    point: Point
    points: Annotated[Array[Point], 3]
    name: Annotated[Str, 100]


class Request(Struct):
    mixed: Mixed


class Thing(Struct):
    mixed: Mixed
    other: Mixed
    name: Annotated[Str, 8]


class Odd(Struct):
    b: u8
    a: Annotated[u32, bits(3)]
    c: Annotated[u32, bits(13)]
    d: u8
    e: Annotated[u64, bits(33)]
    f: Annotated[u64, bits(2)]


class Kept(Struct):
    number: u32
    holes: Holes
    odd: Odd


class Either(Union):
    number: u64
    halves: Annotated[Array[u32], 2]


class Old(Struct):
    link: bpf_list_node
    pairs: Annotated[Array[Mixed], 2]
    address: Ptr[u64]
    either: Either
    grid: Annotated[Array[Annotated[Array[u16], 2]], 3]
    flag: bool
    name: Annotated[Str, 700]


with_holes = HashMap[u32, Kept](max_entries=4)
stored = HashMap[Mixed, Mixed](max_entries=1)


@syscall
def values(request: Request) -> int:
    thing = bpf_obj_new(Thing)
    if thing is None:
        return -1
    thing.mixed = request.mixed
    thing.other = thing.mixed
    same = thing.other == request.mixed
    thing.other.c = 9
    stored[thing.other] = thing.mixed
    taken = copy(thing.other)
    thing.name = "thing"
    right = same and thing.other != thing.mixed and thing.name == "thing"
    bpf_obj_drop(thing)
    return s32(taken.a + taken.b + taken.c + taken.d + taken.e + taken.f[3] + (1000 if right else 0))


@syscall
def holes(request: Request) -> int:
    kept = bpf_obj_new(Kept)
    if kept is None:
        return -1
    kept.number = 7
    kept.holes = Holes(a=1, b=2, point=Point(low=5, high=1000, y=3),
                       points=(Point(low=1, high=2, y=3), Point(low=4, high=5, y=6), Point(low=7, high=8, y=9)),
                       name="a name")
    with_holes[1] = kept
    taken = copy(kept.holes)
    taken.a += 10
    taken.point.high -= 1
    kept.holes = taken
    with_holes[2] = kept
    kept.odd = Odd(b=200, a=5, c=8000, d=9, e=0x1_2345_6789, f=2)
    kept.odd.a += 1
    kept.odd.c -= 1
    odd = copy(kept.odd)
    right = kept.odd.c == 7999 and kept.odd == odd and odd == Odd(b=200, a=6, c=7999, d=9, e=0x1_2345_6789, f=2)
    same = right and kept.holes == taken
    bpf_obj_drop(kept)
    return 1 if same else 0


@syscall
def fresh(request: Request) -> int:
    """Whether the fields of a new object are 0 however often one is made, filled and dropped."""
    old = bpf_obj_new(Old)
    if old is None:
        return -1
    found = 0
    if old.pairs[0] != Mixed.zero() or old.pairs[1] != Mixed.zero() or old.flag:
        found |= 1
    if old.address != 0 or old.either.number != 0:
        found |= 2
    if old.grid[0][0] != 0 or old.grid[2][1] != 0 or old.name != "":
        found |= 4
    old.flag = True
    old.pairs[1] = Mixed(a=1, b=2, c=3, d=4, e=5, f=(6, 7, 8, 9))
    old.address = 9
    old.either.halves[1] = 10
    old.grid[2][1] = 11
    old.name = "the name of one that was there before"
    bpf_obj_drop(old)
    kept = bpf_obj_new(Kept)
    if kept is None:
        return -2
    if kept.number != 0 or kept.holes != Holes.zero() or kept.odd != Odd.zero():
        found |= 8
    kept.number = 12
    kept.holes.points[1].high = 13
    kept.odd = Odd(b=1, a=2, c=3, d=4, e=5, f=1)
    bpf_obj_drop(kept)
    return found
