"""Whole structs in objects of the program's own: stored, copied, compared, and put into a map."""

from typing import Annotated

from pybpfc import Array, HashMap, Str, Struct, copy, s32, syscall, u8, u16, u32, u64
from pybpfc.kfuncs import bpf_obj_drop, bpf_obj_new

LICENSE = "GPL"


class Mixed(Struct):
    a: u64
    b: u32
    c: u8
    d: u8
    e: u16
    f: Annotated[Array[u16], 4]


class Request(Struct):
    mixed: Mixed


class Thing(Struct):
    mixed: Mixed
    other: Mixed
    name: Annotated[Str, 8]


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
