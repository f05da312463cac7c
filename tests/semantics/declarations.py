"""What the programs of one module share: struct types, maps and globals, some fixed, some drawn."""

from __future__ import annotations

import random

from .kinds import INTEGERS, SCALARS, Array, Be, Bool, Int, Kind, Struct, Text
from .model import Model

HEADER = '''\
from enum import IntEnum
from typing import Annotated

from pybpfc import (
    BPF_ANY, BPF_EXIST, BPF_NOEXIST, Array, ArrayMap, HashMap, PerCpuArray, Ptr, Str, Struct, atomic_add, atomic_and,
    atomic_cmpxchg, atomic_or, atomic_xchg, atomic_xor, be16, be32, be64, bits, copy, data, from_bits, inline, rodata,
    s8, s16, s32, s64, subprog, to_bits, u8, u16, u32, u64, unrolled, xdp, xdp_md)
from pybpfc.net import be64_to_cpu, cpu_to_be64, htonl, htons, ntohl, ntohs

LICENSE = "GPL"


class Color(IntEnum):
    RED = 1
    GREEN = 2
    BLUE = 200


class Results(Struct):
    v: Annotated[Array[u64], 64]


class In(Struct):
{inputs}

class Pair(Struct):
    x: s32
    y: u32
'''

_IN_ORDER = ("u64", "s64", "be64", "u32", "s32", "be32", "u16", "s16", "be16", "u8", "s8", "bool")
_INPUTS = "".join(f"    {letter}_{name}: {name}\n" for name in _IN_ORDER for letter in "abc")
_INPUTS += ("    arr_u8: Annotated[Array[u8], 8]\n    arr_s16: Annotated[Array[s16], 4]\n"
            "    arr_u64: Annotated[Array[u64], 5]\n    text: Annotated[Str, 8]\n")

TEXTS = ("", "a", "ab", "abc", "abcd", "abcdefg", "b", "ba")


def corner(rng: random.Random, kind: Int, *, positive: bool = False) -> int:
    """A value at which things go wrong: 0, 1, -1, the ends, powers of two and their neighbours."""
    low = 0 if positive else kind.low
    choice = rng.random()
    if choice < 0.35:
        found = rng.choice((0, 1, 2, 3, 5, 7, kind.high, kind.high - 1, kind.low, kind.low + 1, -1, -2, -3))
    elif choice < 0.75:
        found = (1 << rng.randrange(kind.bits)) + rng.choice((-1, 0, 1))
        found = -found if kind.signed and rng.random() < 0.4 else found
    elif choice < 0.9:
        found = rng.randrange(0, 20)
    else:
        found = rng.getrandbits(kind.bits)
        found = kind.wrap(found)
    return found if low <= found <= kind.high else rng.choice((kind.high, kind.high >> 1))


def scalar_value(rng: random.Random, kind: Kind) -> int:
    """A random value of a scalar, in the model's form."""
    if isinstance(kind, Int):
        return corner(rng, kind)
    if isinstance(kind, Be):
        return corner(rng, Int(kind.bits, False))
    return rng.randrange(2)


def literal_of(rng: random.Random, kind: Kind) -> str:
    """The Python text of an initial value."""
    if isinstance(kind, Struct):
        fields = []
        for field in kind.fields:
            inner: Kind = field.kind
            if field.width and isinstance(inner, Int):
                inner = Int(field.width, inner.signed)
            fields.append(f"{field.name}={literal_of(rng, inner)}")
        return f"{kind.name}({', '.join(fields)})"
    if isinstance(kind, Array):
        return f"({', '.join(literal_of(rng, kind.element) for _ in range(kind.count))},)"
    if isinstance(kind, Text):
        return repr(rng.choice(TEXTS)[: kind.count])
    if isinstance(kind, Be):
        return "0"
    if isinstance(kind, Bool):
        return str(bool(rng.randrange(2)))
    return str(scalar_value(rng, kind))


def size_of(kind: Kind) -> int:
    """About the bytes of a kind: padding is guessed."""
    if isinstance(kind, Struct):
        return (sum(size_of(field.kind) for field in kind.fields) + 7) // 8 * 8 + 4
    if isinstance(kind, Array):
        return size_of(kind.element) * kind.count
    if isinstance(kind, Text):
        return kind.count
    return kind.bits // 8 if isinstance(kind, (Int, Be)) else 1


def _random_struct(rng: random.Random, name: str, earlier: list[str]) -> str:
    header = f"class {name}(Struct, packed=True):" if rng.random() < 0.25 else f"class {name}(Struct):"
    lines = [header]
    size = 0
    for index in range(rng.randrange(2, 7)):
        field = f"f{index}"
        choice = rng.random()
        if choice < 0.4:
            scalar = rng.choice(list(SCALARS))
            size += size_of(SCALARS[scalar])
            lines.append(f"    {field}: {scalar}")
        elif choice < 0.75:
            base = rng.choice(list(INTEGERS))
            lines.append(f"    {field}: Annotated[{base}, bits({rng.randrange(1, INTEGERS[base].bits + 1)})]")
            size += INTEGERS[base].bits // 8
        elif choice < 0.85:
            element, count = rng.choice(("u8", "s8", "u16", "s32", "u64")), rng.choice((2, 3, 4, 5))
            size += INTEGERS[element].bits // 8 * count
            lines.append(f"    {field}: Annotated[Array[{element}], {count}]")
        elif choice < 0.92 or not earlier:
            size += 8
            lines.append(f"    {field}: Annotated[Str, {rng.choice((4, 7, 8))}]")
        else:
            size += 8
            lines.append(f"    {field}: Pair")
        if size > 32:
            break
    return "\n".join(lines)


def declare(rng: random.Random) -> str:
    """The text of a module's declarations."""
    parts = [HEADER.format(inputs=_INPUTS)]
    for index in range(3):
        parts.append("\n" + _random_struct(rng, f"R{index}", ["Pair"]) + "\n")
    parts.append('''
class Nest(Struct):
    head: u8
    pair: Pair
    rec: R0
    pairs: Annotated[Array[Pair], 3]


results = ArrayMap[Results](max_entries=1)
h_u32 = HashMap[u32, u32](max_entries=256)
h_s64 = HashMap[u16, s64](max_entries=256)
h_u8 = HashMap[s64, u8](max_entries=256)
h_rec = HashMap[u32, R0](max_entries=256)
h_key = HashMap[Pair, u64](max_entries=256)
h_keyed = HashMap[R1, s32](max_entries=256)
a_u64 = ArrayMap[u64](max_entries=4)
a_s32 = ArrayMap[s32](max_entries=5)
a_rec = ArrayMap[R1](max_entries=3)
c_u64 = PerCpuArray[u64](max_entries=3)
''')
    model = Model("".join(parts))
    for prefix, storage in (("g", "data"), ("r", "rodata")):
        for name, kind in SCALARS.items():
            parts.append(f"{prefix}_{name}: {name} = {storage}({literal_of(rng, kind)})\n")
        for name in ("R0", "R2"):
            parts.append(f"{prefix}_{name}: {name} = {storage}({literal_of(rng, model.structs[name])})\n")
        parts.append(f"{prefix}_arr: Annotated[Array[u16], 6] = {storage}("
                     f"{literal_of(rng, Array(INTEGERS['u16'], 6))})\n")
    return "".join(parts)
