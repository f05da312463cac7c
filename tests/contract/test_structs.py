"""Structs, unions, arrays, strings and globals: layout, construction, references and copies, comparison."""

from __future__ import annotations

import pytest

from .cases import Table, accepted, marks, module, refused, value

HEAD = """
import enum
x8: u8 = data(7)
x32: u32 = data(5)
y32: u32 = data(9)
yes: bool = data(True)
no: bool = data(False)
network: be32 = data(htonl(0x0A000001))


class Point(Struct):
    x: u8
    y: u32


class Pair(Struct):
    first: Point
    second: Point
    numbers: Annotated[Array[u16], 3]
    others: Annotated[Array[u16], 3]


class Named(Struct):
    name: Annotated[Str, 8]
    other: Annotated[Str, 8]
    mac: Annotated[Array[u8], 6]


class Bits(Struct):
    low: Annotated[u8, bits(3)]
    high: Annotated[u8, bits(5)]
    signed: Annotated[s32, bits(4)]
    wide: Annotated[u64, bits(33)]


class Packed(Struct, packed=True):
    a: u8
    b: u32
    c: u16


class Wide(Struct, align=16):
    a: u8


class Either(Union):
    whole: u32
    halves: Annotated[Array[u16], 2]
    point: Point


class Kind(enum.IntEnum):
    A = 1
    B = 2


class Typed(Struct):
    kind: Kind
    flag: bool
    where: be32
    inner: Either


class Reserved(Struct):
    class_: u32
    in_: u16
    __state: u16


points = ArrayMap[Point](max_entries=4)
pairs = ArrayMap[Pair](max_entries=2)
nameds = ArrayMap[Named](max_entries=1)
bit_fields = ArrayMap[Bits](max_entries=1)
by_point = HashMap[Point, u64](max_entries=8)
by_name = HashMap[Annotated[Str, 8], u64](max_entries=8)
by_array = HashMap[Annotated[Array[u16], 3], u64](max_entries=8)
origin: Point = data(Point(x=1, y=2))
pair: Pair = data(Pair(first=Point(x=1, y=2), second=Point(x=3, y=4), numbers=(1, 2, 3), others=(4, 5, 6)))
text: Annotated[Str, 8] = data("bash")
other_text: Annotated[Str, 8] = rodata("bash")
full_text: Annotated[Str, 4] = data(b"abcd")
numbers: Annotated[Array[u32], 4] = data((1, 2, 3, 4))
settings: Pair = rodata(Pair(first=Point(x=5, y=6), second=Point(x=7, y=8), numbers=(9, 8, 7), others=(6, 5, 4)))
flags_of: Bits = data(0)
typed: Typed = data(0)
either: Either = data(Either(whole=0x20001))
reserved: Reserved = data(0)


@subprog
def read_point(point: Point) -> u32:
    return point.x + point.y


@subprog
def move_point(point: Point) -> None:
    point.y += 100


@inline
def chosen(first: bool) -> Point:
    return pair.first if first else pair.second


@inline
def made(x: u8) -> Point:
    return Point(x=x, y=50)
"""

TABLE = Table(HEAD, [
    # layout
    value("C layout: fields in order, aligned", "sizeof(Point) * 100 + offsetof(Point, 'y')", 804),
    value("packed=True leaves no padding",
          "sizeof(Packed) * 100 + offsetof(Packed, 'b') * 10 + offsetof(Packed, 'c')", 715),
    value("align=n is the alignment and rounds the size up", "sizeof(Wide)", 16),
    value("nested structs and arrays", "sizeof(Pair) * 1000 + offsetof(Pair, 'numbers') * 10", 28_160),
    value("a union is as large as its largest member", "sizeof(Either) * 10 + offsetof(Either, 'point')", 80),
    value("bit fields share their type's memory as in C", "sizeof(Bits)", 8),
    value("offsetof goes into nested structs", "offsetof(Pair, 'second.y') * 100 + offsetof(pair, 'first.y')", 1204),
    value("sizeof and offsetof of values", "sizeof(origin) + sizeof(pair.numbers) + sizeof(x32)", 8 + 6 + 4),
    value("len of an array field, of a Str, of a global array",
          "len(pair.numbers) * 100 + len(text) * 10 + len(numbers)",
          3 * 100 + 80 + 4),
    value("padding of an object on the stack is zero", """
        @syscall
        def prog(given: Given) -> int:
            global answer
            by_point[Point(x=1, y=77)] = 5
            again = Point.zero(y=77)
            again.x = 1
            answer = s64(by_point.get(again, 0))
            return 0
        """, 5),
    value("fields that Python reserves mean the kernel's name, for the compiler and in the object", """
        reserved.class_ = 3
        reserved.in_ = 4
        answer = s64(reserved.class_ + reserved.in_)
        """, 7),
    value("a field that Python mangles in its class has the kernel's name wherever it is used", """
        own = Reserved(class_=1, in_=2, __state=40)
        own.__state += 2
        reserved.__state = own.__state
        answer = s64(reserved.__state + Reserved.zero(__state=100).__state + offsetof(Reserved, "__state") * 1000)
        """, 6142),

    # construction
    value("keywords in any order, evaluated by name", "Point(y=x32, x=x8).y * 10 + Point(y=x32, x=x8).x", 57),
    value(".zero names some fields", "Point.zero(y=3).y * 10 + Point.zero(y=3).x", 30),
    value(".zero of a kernel header", "iphdr.zero(ttl=64).ttl + iphdr.zero(ttl=64).protocol", 64),
    value("a constructor inside a constructor",
          "Pair(first=Point(x=1, y=2), second=Point(x=3, y=4), numbers=(1, 2, 3), "
          "others=(x8, u16(x32), 9)).second.y * 100 + Pair.zero(first=made(9)).first.x", 409),
    value("bytes and tuples of an array field's length",
          "Named.zero(mac=b'\\x01\\x02\\x03\\x04\\x05\\x06').mac[5] * 10 + "
          "Named.zero(mac=(1, 2, 3, 4, x8, 9)).mac[4]", 67),
    value("a constructor's field narrows like an assignment", "Point.zero(x=x32 & 15).x", 5),
    value("a constructor makes a fresh object in each round of a loop", """
        for i in range(3):
            point = Point.zero(x=1)
            answer += s64(point.y)
            point.y = i + 10
        """, 0),
    value("an array of structs by a tuple of constructors, a global of it", """
        class Row(Struct):
            cells: Annotated[Array[Point], 2]

        row: Row = data(Row(cells=(Point(x=1, y=2), Point(x=3, y=4))))

        @syscall
        def prog(given: Given) -> int:
            global answer
            row.cells = (row.cells[1], Point(x=8, y=9))
            answer = s64(row.cells[0].y * 100 + row.cells[1].y)
            return 0
        """, 409),
    value("a union's member, and the others in the same memory",
          "Either(whole=0x30007).halves[0] * 10 + either.halves[1]", 72),
    refused("a missing field is named", "point = Point(x=1)  # error: [BPF2014]"),
    refused("an unknown field", "point = Point(x=1, y=2, z=3)  # error: [BPF2014]"),
    refused("a positional argument", "point = Point(1, 2)  # error: [BPF2014]"),
    refused("an array field takes a literal of its length", "named = Named.zero(mac=b'abc')  # error: [BPF2001]"),
    refused("a tuple of another length", "pair.numbers = (1, 2)  # error: [BPF2001]"),
    refused("a Str takes no literal that is longer", "named = Named.zero(name='123456789')  # error: [BPF2001]"),
    refused("a field's value must fit", "point = Point.zero(x=256)  # error: [BPF2003]"),
    refused("a field's value in another byte order", "answer = s64(Typed.zero(where=5).flag)  # error: [BPF2002]"),
    refused("an earlier object in the same place may be in use", """
        before = Point.zero()
        for i in range(4):
            now = Point(x=1, y=i)  # error: [BPF3050]
            answer += s64(before.y)
            before = now
        """),
    value("copy() keeps it apart", """
        before = Point.zero()
        for i in range(4):
            now = Point(x=1, y=i)
            answer = answer * 10 + s64(before.y)
            before = copy(now)
        """, 12),
    value("a constructor in an @inline function called twice makes two objects", """
        one = made(1)
        two = made(2)
        one.y = 7
        answer = s64(one.x * 1000 + one.y * 100 + two.x * 10 + two.y)
        """, 1000 + 700 + 20 + 50),

    # references and copies
    value("a name is another name of the object", """
        same = pair.first
        same.y = 42
        answer = s64(pair.first.y)
        """, 42),
    value("storing into memory copies", """
        pair.first = pair.second
        pair.second.y = 99
        answer = s64(pair.first.y)
        """, 4),
    value("storing into a map's value copies", """
        place = points.lookup(1)
        if place is not None:
            local = Point(x=3, y=30)
            points.update(1, local)
            local.y = 31
            answer = s64(place.y)
        """, 30),
    value("an argument is a reference: a subprogram writes the caller's object", """
        local = Point(x=1, y=2)
        move_point(local)
        move_point(origin)
        answer = s64(local.y * 1000 + read_point(origin) % 1000)
        """, 102_000 + 103),
    value("a conditional chooses a reference, no copy", """
        either_one = pair.first if no else pair.second
        either_one.x = 44
        answer = s64(pair.second.x)
        """, 44),
    value("what an @inline function returns is a reference", """
        chosen(False).y = 1234
        answer = s64(pair.second.y)
        """, 1234),
    value("copy() is apart from what it was made of", """
        own = copy(settings)
        own.first.x = 200
        own.numbers[0] = 300
        answer = s64(settings.first.x) * 1000 + settings.numbers[0]
        """, 5009),
    value("a tuple assignment swaps structs, and arrays", """
        local = copy(settings)
        local.first, local.second = local.second, local.first
        local.numbers, local.others = local.others, local.numbers
        answer = s64(local.first.x * 1000 + local.second.x * 100 + local.numbers[0] * 10 + local.others[0])
        """, 7569),
    value("a tuple assignment rotates three elements, by computed index", """
        k = x32 & 1
        numbers[k], numbers[k + 1], numbers[3] = numbers[3], numbers[k], numbers[k + 1]
        answer = s64(numbers[0] * 1000 + numbers[1] * 100 + numbers[2] * 10 + numbers[3])
        """, 1423),
    value("an index on the left is evaluated after the right side, from left to right, as in Python", """
        i: u32 = 0
        local = copy(settings)
        i, local.numbers[i & 1] = 1, 77
        answer = s64(local.numbers[0] * 1000 + local.numbers[1])
        """, 9077),
    value("a chained assignment of a struct copies to each place and aliases the name", """
        local = copy(settings)
        name = local.first = local.second
        name.y = 55
        answer = s64(local.second.y * 100 + local.first.y)
        """, 5508),
    value("a walrus of a reference is an alias", """
        local = copy(settings)
        if (inner := local.first).x == 5:
            inner.x = 6
        answer = s64(local.first.x)
        """, 6),
    value("augmented assignment of a field of an element of a nested array", """
        class Cell(Struct):
            n: Annotated[Array[u8], 2]

        class Grid(Struct):
            rows: Annotated[Array[Cell], 3]

        grid: Grid = data(0)

        @syscall
        def prog(given: Given) -> int:
            global answer
            for i in range(3):
                for j in range(2):
                    grid.rows[i].n[j] += u8(i * 10 + j)
            answer = s64(grid.rows[2].n[1])
            return 0
        """, 21),

    # bit fields
    value("a bit field holds its width, with the sign of its type", """
        flags_of.low = 7
        flags_of.high = 9
        flags_of.signed = -8
        flags_of.wide = 0x1_0000_0001
        answer = s64(flags_of.wide) + flags_of.signed * 1000 + flags_of.low * 100 + flags_of.high
        """, 0x1_0000_0001 - 8000 + 709),
    value("a bit field computes in its declared type",
          "(Bits.zero(low=7).low << 4) + Bits.zero(high=31).high * 31", 112 + 961),
    value("augmented assignment wraps at the field's width", """
        flags_of.low = 6
        flags_of.low += 3
        flags_of.signed = 7
        flags_of.signed += 1
        answer = s64(flags_of.low) * 100 + flags_of.signed
        """, 100 - 8),
    value("a write leaves the neighbours alone", """
        local = Bits.zero(low=5, high=21, signed=-3)
        local.high = 1
        local.signed ^= 1
        answer = s64(local.low * 100 + local.high * 10) + local.signed
        """, 500 + 10 - 4),
    refused("a bit field's value must fit its width", "flags_of.low = 8  # error: [BPF2020]"),
    refused("a value that may not fit a bit field", "flags_of.low = x8  # error: [BPF2020]"),
    accepted("a bit field has its declared type", """
        reveal_type(flags_of.low)  # revealed: u8
        reveal_type(flags_of.signed)  # revealed: s32
        reveal_type(flags_of.low + flags_of.high)  # revealed: u32
        """),

    # comparison
    value("structs compare field by field", """
        local = Point(x=3, y=4)
        answer = s64(local == settings.first) + s64(local != settings.first) * 2 + s64(local == Point(x=3, y=4)) * 4
        """, 6),
    value("two objects with the same contents are equal, and one with itself", """
        one, two = Point(x=1, y=1), Point(x=1, y=1)
        answer = s64(one == two) + s64(one == one) * 2 + s64(one != two) * 4
        """, 3),
    value("arrays compare element by element, and with bytes", """
        named = Named.zero(mac=b"\\x01\\x02\\x03\\x04\\x05\\x06")
        answer = s64(named.mac == b"\\x01\\x02\\x03\\x04\\x05\\x06") + s64(settings.numbers == settings.others) * 2
        """, 1),
    value("a struct with nested structs and arrays compares", """
        local = copy(settings)
        answer = s64(local == settings)
        local.numbers[2] += 1
        answer += s64(local == settings) * 2 + s64(local != settings) * 4
        """, 5),
    refused("structs of two classes are not compared", "answer = s64(origin == pair)  # error: [BPF2006]"),
    refused("structs have no order", "answer = s64(origin < origin)  # error: [BPF2006]"),
    refused("arrays of other lengths are not compared", "answer = s64(numbers == pair.numbers)  # error: [BPF2006]"),

    # Str
    value("a Str equals a literal up to its NUL", "(text == 'bash') + (text == 'bas') * 2 + (text == 'bash2') * 4 + "
          "(text != 'bash') * 8", 1),
    value("a Str that is full", "(full_text == 'abcd') + (full_text == 'abc') * 2", 1),
    value("startswith", "text.startswith('ba') + text.startswith('bash') * 2 + text.startswith('bashx') * 4 + "
          "text.startswith('') * 8 + (not text.startswith('x')) * 16", 1 + 2 + 8 + 16),
    value("a literal stored fills the rest with NULs", """
        local = Named.zero(name="12345678")
        local.name = "ab"
        answer = s64(local.name[2]) + local.name[7] + local.name[1] * 1000
        """, 98_000),
    value("Str of one size compare and copy", """
        local = Named.zero(other="bash")
        local.name = text
        answer = s64(local.name == local.other) + s64(local.name == other_text) * 2
        """, 3),
    value("a Str is a key", """
        by_name[text] = 4
        local = Named.zero(name="bash")
        answer = s64(by_name.get(local.name, 0))
        """, 4),
    value("an array is a key", """
        by_array[settings.numbers] = 6
        local = copy(settings)
        answer = s64(by_array.get(local.numbers, 0)) + s64(local.others in by_array) * 100
        """, 6),
    value("text behind the NUL does not count in a comparison with a literal", """
        local = Named.zero(name="ab")
        local.name[3] = 120
        answer = s64(local.name == "ab")
        """, 1),
    refused("a literal longer than the Str", "answer = s64(text == '123456789')  # error: [BPF2006]"),
    refused("a Str has no order", "answer = s64(text < 'b')  # error: [BPF2006]"),
    refused("strings are not added", "answer = s64(text + 'x' == 'y')  # error: [BPF2005]"),
    refused("the rest of Python's string methods", "answer = s64(text.endswith('x'))  # error: [BPF2017]"),

    # arrays
    refused("a constant index past the end", "answer = s64(numbers[4])  # error: [BPF2019]"),
    refused("a negative constant index", "answer = s64(numbers[-1])  # error: [BPF2019]"),
    refused("a negative computed index", """
        for i in range(4):
            answer += s64(numbers[i - 1])  # error: [BPF3010]
        """),
    refused("an index in a field of a map's value", "answer = s64(settings.numbers[x32 & 3])  # error: [BPF3010]"),
    refused("a slice", "part = numbers[0:2]  # error: [BPF1020]"),
    value("a char of a Str, by a computed index", "text[x32 & 3]", ord("a")),

    # globals
    value("data and rodata of structs and arrays", "settings.first.y * 100 + settings.others[2]", 604),
    value("a global scalar needs `global` to be rebound, and is read without", """
        counter_here: u32 = data(3)

        @syscall
        def prog(given: Given) -> int:
            global counter_here, answer
            counter_here += 4
            counter_here = counter_here * 2
            answer = s64(counter_here)
            return 0
        """, 14),
    value("an atomic, a field and an element do not rebind", """
        counted: u64 = data(1)

        @syscall
        def prog(given: Given) -> int:
            global answer
            atomic_add(counted, 5)
            origin.x = 3
            numbers[0] = 6
            answer = s64(counted) * 100 + origin.x * 10 + numbers[0]
            return 0
        """, 636),
    refused("a scalar global rebound without `global`", """
        lost: u32 = data(0)

        @syscall
        def prog(given: Given) -> int:
            lost = 4  # error: [BPF1026]
            return 0
        """),
    refused("a scalar global augmented without `global`", """
        lost_too: u32 = data(0)

        @syscall
        def prog(given: Given) -> int:
            lost_too += 4  # error: [BPF1026]
            return 0
        """),
    refused("a global in a tuple of targets, a loop and a walrus, without `global`", """
        left: u32 = data(0)

        @syscall
        def prog(given: Given) -> int:
            left, other = 4, 5  # error: [BPF1026]
            return 0

        @syscall
        def looping_over_a_global(given: Given) -> int:
            for left in range(4):  # error: [BPF1026]
                pass
            return 0

        @syscall
        def binding_a_global(given: Given) -> int:
            if (left := x32) > 4:  # error: [BPF1026]
                return 1
            return 0
        """),
    refused("rodata is not assigned, nor its fields, nor its elements", """
        limit_of: u32 = rodata(3)

        @syscall
        def prog(given: Given) -> int:
            global limit_of
            limit_of = 4  # error: [BPF2025]
            return 0

        @syscall
        def changing_rodata(given: Given) -> int:
            settings.first.x = 1  # error: [BPF2025]
            settings.numbers[1] = 1  # error: [BPF2025]
            atomic_add(limit_of, 1)  # error: [BPF2025]
            return 0
        """),
    value("a struct global is not rebound by `=` to a name without `global`: that is a local", """
        local = origin
        local.x = 9
        answer = s64(origin.x)
        """, 9),

    # declarations that are refused
    module("a float field", """
        from pybpfc import *
        class Bad(Struct):
            x: float  # error: [BPF1004]
        """),
    module("a default of a field", """
        from pybpfc import *
        class Bad(Struct):
            x: u32 = 4  # error: [BPF1004]
        """),
    module("a bit field wider than its type", """
        from typing import Annotated
        from pybpfc import *
        class Bad(Struct):
            x: Annotated[u8, bits(9)]  # error: [BPF1004]
        """),
    module("bits of network order", """
        from typing import Annotated
        from pybpfc import *
        class Bad(Struct):
            x: Annotated[be16, bits(4)]  # error: [BPF1004]
        """),
    module("an array without a length", """
        from pybpfc import *
        class Bad(Struct):
            x: Array[u32]  # error: [BPF1004]
        """),
    module("an alignment that is no power of two", """
        from pybpfc import *
        class Bad(Struct, align=3):  # error: [BPF1004]
            x: u32
        """),
    module("sizeof and offsetof of a kernel struct, where Python evaluates them", """
        from pybpfc import *
        from pybpfc.vmlinux import task_struct
        SIZE = sizeof(task_struct)  # error: [BPF1004]
        """),
    module("a struct in itself", """
        from pybpfc import *
        class Bad(Struct):
            x: u32
            inner: "Bad"  # error: [BPF1004]
        @xdp
        def prog(ctx: xdp_md) -> int:
            return XDP_PASS
        """),
    module("a global without an annotation, whose value is too large, or of another type", """
        from pybpfc import *
        class Point(Struct):
            x: u32
        class Other(Struct):
            y: u64
        loose = data(0)  # error: [BPF1008]
        small: u8 = data(300)  # error: [BPF1004]
        negative: u32 = rodata(-1)  # error: [BPF1004]
        place: Point = data(Other(y=1))  # error: [BPF1004]
        @xdp
        def prog(ctx: xdp_md) -> int:
            return XDP_PASS
        """),
    module("a global inside a function is none", """
        from pybpfc import *
        def make():
            counter: u32 = data(0)  # error: [BPF1008]
            @xdp
            def prog(ctx: xdp_md) -> int:
                return s32(counter & 1)
            return prog
        prog = make()
        """),
])

pytestmark = marks("structs")


@pytest.mark.parametrize("number", TABLE.parameters)
def test_claim(number: int) -> None:
    TABLE.check(number)
