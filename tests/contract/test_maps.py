"""Maps: declarations, methods, operators, atomics, buffers."""

from __future__ import annotations

import pytest

from pybpfc.compiler.pipeline import Options

from .cases import Table, accepted, marks, module, refused, value

HEAD = """
x32: u32 = data(5)
s: s32 = data(-5)
network: be32 = data(htonl(0x0A000001))
calls: u32 = data(0)


class Point(Struct):
    x: u32
    y: u32


class Prefix(Struct):
    prefixlen: u32
    addr: be32


class Wide(Struct):
    a: u8
    b: u64


class Small(Struct):
    n16: u16
    n32: u32
    n64: u64
    net: be32


hits = HashMap[u32, u64](max_entries=4)
small = HashMap[u32, u32](max_entries=4)
bytes_of = HashMap[u32, u8](max_entries=4)
flags_of = HashMap[u32, bool](max_entries=4)
structs = HashMap[u32, Point](max_entries=4)
by_address = HashMap[be32, u64](max_entries=4)
by_struct = HashMap[Wide, u64](max_entries=4)
recent = LruHashMap[u32, u64](max_entries=16)
per_cpu = PerCpuHashMap[u32, u64](max_entries=4)
slots = ArrayMap[u64](max_entries=4)
slots32 = ArrayMap[u32](max_entries=4)
places = ArrayMap[Point](max_entries=4)
totals = PerCpuArray[u64](max_entries=4)
smalls = ArrayMap[Small](max_entries=1)
signed = HashMap[u32, s64](max_entries=4)
rules = LpmTrie[Prefix, u32](max_entries=16)
waiting = Queue[u32](max_entries=2)
piled = Stack[Point](max_entries=4)
bloom = BloomFilter[u32](max_entries=64)
events = RingBuf[Point](max_entries=4096)
numbers_ring = RingBuf[u64](max_entries=4096)
perf = PerfEventArray[Point]()
traces = StackTrace(max_entries=64, depth=20)
devices = DevMap(max_entries=4)
team = HashMap[u32, u64](max_entries=8)
teams = ArrayOfMaps[HashMap[u32, u64]](max_entries=2, inner=HashMap[u32, u64](max_entries=8), values={1: team})


@subprog
def counted(n: u32) -> u32:
    global calls
    calls = calls * 10 + n
    return n


@subprog
def stored(key: u32, n: u64) -> u64:
    hits[key] = n
    return 99


@subprog
def dropped(key: u32) -> u64:
    del hits[key]
    return 77
"""

TABLE = Table(HEAD, [
    # methods
    value("lookup, update, delete, and their results", """
        answer = s64(hits.update(1, 10)) + s64(hits.update(1, 11, BPF_NOEXIST) == -17) * 10
        answer += s64(hits.update(2, 5, BPF_EXIST) == -2) * 100 + s64(hits.delete(2) == -2) * 1000
        found = hits.lookup(1)
        answer += s64(found.value if found is not None else 0) * 10_000
        answer += s64(hits.delete(1)) + s64(hits.lookup(1) is None) * 10**6
        """, 1_101_110),
    value("keyword arguments of the methods", """
        hits.update(value=3, key=1, flags=BPF_ANY)
        found = hits.lookup(key=1)
        answer = s64(found.value) if found is not None else 0
        hits.delete(key=1)
        """, 3),
    value("keys and values that are written out, constants, fields, calls", """
        structs.update(x32, Point(x=x32, y=counted(3)))
        entry = structs.lookup(5)
        if entry is not None:
            hits.update(entry.x, entry.y)
        answer = s64(hits.get(5, 0))
        del hits[5]
        del structs[5]
        """, 3),
    value("the padding of a key on the stack does not matter", """
        by_struct[Wide(a=1, b=2)] = 4
        key = Wide.zero(b=2)
        key.a = 1
        answer = s64(by_struct.get(key, 0)) + s64(Wide(a=u8(x32 - 4), b=2) in by_struct)
        """, 5),
    value("a be key takes a be value", """
        by_address[network] = 7
        answer = s64(by_address.get(htonl(0x0A000001), 0)) + s64(htonl(1) in by_address)
        """, 7),
    value("the longest prefix wins", """
        @xdp
        def prog(ctx: xdp_md) -> int:
            global answer
            rules.update(Prefix(prefixlen=8, addr=htonl(0x0A000000)), 8)
            rules.update(Prefix(prefixlen=24, addr=htonl(0x0A000000)), 24)
            rule = rules.lookup(Prefix(prefixlen=32, addr=network))
            other = rules.lookup(Prefix(prefixlen=32, addr=htonl(0x0A010001)))
            if rule is not None and other is not None:
                answer = s64(rule.value * 100 + other.value)
            return XDP_PASS
        """, 2408),

    # operators
    value("`m[k] = v`, `in`, `not in`, `get`, `del`", """
        hits[1] = 5
        hits[1] = 6
        answer = s64(1 in hits) + s64(2 not in hits) * 10 + s64(hits.get(1, 9)) * 100 + s64(hits.get(2, 9)) * 1000
        del hits[1]
        del hits[1]
        answer += s64(1 in hits) * 10_000
        """, 9611),
    value("`get` looks the key up when its default is evaluated", """
        hits.delete(7)
        absent = hits.get(7, stored(7, 5))
        present = hits.get(7, dropped(7))
        answer = s64(absent * 100 + present)
        """, 577),
    value("a walrus in `get`'s default does not change the key", """
        hits[5] = 50
        k = x32
        answer = s64(hits.get(k, u64(k := 6))) + k
        """, 56),
    value("`m[k] += n` on an absent key stores n, on a present one adds; `-=` stores the negative", """
        hits[1] += 5
        hits[1] += x32
        hits[2] -= 1
        small[1] -= 2
        small[1] -= x32
        answer = s64(hits.get(1, 0)) + s64(hits.get(2, 0)) * 100 + s64(small.get(1, 0) == 2**32 - 7) * 1000
        del hits[1], hits[2], small[1]
        """, 10 - 100 + 1000),
    value("`+=` of signed values", """
        signed[1] += -5
        signed[1] += s
        signed[1] -= -2
        answer = signed.get(1, 0)
        """, -8),
    value("`+=` with a result that is cut to 32 bits of the map", """
        small[2] += 0xFFFF_FFFF
        small[2] += 3
        answer = s64(small.get(2, 9))
        del small[2]
        """, 2),
    value("`+=` on per-CPU maps and on arrays", """
        totals[1] += 4
        totals[1] -= 1
        per_cpu[7] += 2
        per_cpu[7] += 2
        slots[2] += 9
        slots32[3] -= 1
        answer = s64(totals.get(1, 0)) + s64(per_cpu.get(7, 0)) * 10 + s64(slots.get(2, 0)) * 100
        answer += s64(slots32.get(3, 0) == 0xFFFF_FFFF) * 1000
        """, 1943),
    value("`+=` of a map's item evaluates the key once, before the amount", """
        global calls
        calls = 0
        hits[counted(1)] += counted(2)
        hits[counted(3)] = counted(4)
        answer = s64(calls)
        del hits[1], hits[3]
        """, 1243),
    value("an array's key out of range does nothing", """
        slots[9] = 4
        slots[9] += 4
        answer = s64(9 in slots) + s64(slots.get(9, 77)) + s64(3 in slots) * 100
        """, 177),
    value("a full map takes no more: the operator says nothing, update does", """
        for i in range(4):
            small[i + 10] = i
        small[20] = 1
        small[21] += 1
        answer = s64(20 in small) + s64(21 in small) * 2 + s64(small.update(22, 1) == -7) * 4
        for i in range(4):
            del small[i + 10]
        """, 4),
    value("a struct value is stored as a copy", """
        point = Point(x=1, y=2)
        structs[1] = point
        point.x = 9
        entry = structs.lookup(1)
        answer = s64(entry.x if entry is not None else 0)
        del structs[1]
        """, 1),
    value("get of bool and narrow values", """
        bytes_of[1] = 200
        flags_of[1] = x32 > 3
        answer = s64(bytes_of.get(1, 0)) + s64(flags_of.get(1, False)) * 1000 + s64(flags_of.get(2, True)) * 10_000
        """, 11_200),
    refused("reading an item", """
        answer = s64(hits[1])  # error: [BPF2015]
        if hits[1] > 4:  # error: [BPF2015]
            return 1
        structs[1].x = 4  # error: [BPF2015]
        hits[2] = hits[1]  # error: [BPF2015]
        """),
    refused("other augmented operators, `+=` of structs and of narrow values", """
        hits[1] *= 2  # error: [BPF2016]
        hits[1] |= 2  # error: [BPF2016]
        structs[1] += 1  # error: [BPF2016]
        bytes_of[1] += 1  # error: [BPF2016]
        """),
    refused("`del` of an array's slot", "del slots[1]  # error: [BPF2016]"),
    refused("operators of maps that have only methods", """
        rules[Prefix(prefixlen=8, addr=network)] = 1  # error: [BPF2016]
        if Prefix(prefixlen=8, addr=network) in rules:  # error: [BPF2016]
            return 1
        del rules[Prefix(prefixlen=8, addr=network)]  # error: [BPF2016]
        waiting[1] = 1  # error: [BPF2016]
        if 1 in bloom:  # error: [BPF2016]
            return 1
        """),
    refused("get of a struct value, get without a default", """
        answer = s64(structs.get(1, Point(x=1, y=2)).x)  # error: [BPF2016]
        answer = s64(hits.get(1))  # error: [BPF2013]
        """),
    refused("a key or a value of another type, width, order or sign", """
        a = hits.lookup(network)  # error: [BPF2002]
        b = by_address.lookup(5)  # error: [BPF2002]
        c = hits.lookup(Point(x=1, y=2))  # error: [BPF2001]
        d = by_struct.lookup(Point(x=1, y=2))  # error: [BPF2001]
        structs[1] = 5  # error: [BPF2001]
        hits[-1] = 5  # error: [BPF2004]
        bytes_of[1] = 256  # error: [BPF2003]
        """),
    refused("a key or a value that may not fit", """
        hits[s] = 1  # error: [BPF2021]
        bytes_of[1] = x32  # error: [BPF2020]
        """),
    refused("a map is no value, has no length, is not looped over", """
        a = hits  # error: [BPF1024]
        b = len(hits)  # error: [BPF2017]
        for c in hits:  # error: [BPF2024]
            pass
        for d in hits.items():  # error: [BPF1022]
            pass
        """),
    refused("methods of other kinds", """
        hits.push(1)  # error: [BPF2016]
        waiting.lookup(1)  # error: [BPF2016]
        events.lookup(1)  # error: [BPF2016]
        hits.clear()  # error: [BPF2016]
        """),

    # queues, stacks, filters, buffers, maps in maps
    value("push, peek, pop; a full queue refuses", """
        answer = s64(waiting.push(3)) + s64(waiting.push(4)) + s64(waiting.push(5) == -7)
        first = waiting.peek()
        second = waiting.pop()
        third = waiting.pop()
        fourth = waiting.pop()
        if first is not None and second is not None and third is not None and fourth is None:
            answer += s64(first.value * 1000 + second.value * 100 + third.value * 10)
        """, 3341),
    value("a stack gives the last first, structs by value", """
        piled.push(Point(x=1, y=2))
        piled.push(Point(x=3, y=4))
        top = piled.pop()
        if top is not None:
            answer = s64(top.x * 10 + top.y)
        """, 34),
    value("a bloom filter", """
        @xdp
        def prog(ctx: xdp_md) -> int:
            global answer
            bloom.push(77)
            answer = s64(bloom.peek(77) == 0) + s64(bloom.peek(78) == -2) * 10
            return XDP_PASS
        """, 11),
    value("an inner map has the methods and operators of its class", """
        inner = teams.lookup(1)
        if inner is not None:
            inner[3] += 4
            inner[3] += 5
            answer = s64(inner.get(3, 0)) + s64(team.get(3, 0)) * 100
        if teams.lookup(0) is None:
            answer += 1000
        """, 1909),
    accepted("a record of a struct, of a scalar; output of a copy", """
        record = events.reserve()
        if record is not None:
            record.x = 1
            record.y = 2
            events.submit(record)
        number = numbers_ring.reserve()
        if number is not None:
            number.value = 7
            numbers_ring.discard(number)
        events.output(Point(x=1, y=2))
        """),
    refused("a record of another buffer's type, an output of another type", """
        events.output(4)  # error: [BPF2001]
        record = events.reserve()
        if record is not None:
            numbers_ring.submit(record)  # error: [BPF2001]
        """),

    # atomics
    value("each atomic gives the old value", """
        entry = smalls.lookup(0)
        if entry is None:
            return 1
        entry.n64 = 0b1100
        a = atomic_add(entry.n64, 3)
        b = atomic_or(entry.n64, 0b10000)
        c = atomic_and(entry.n64, 0b11)
        d = atomic_xor(entry.n64, 0b101)
        e = atomic_xchg(entry.n64, 99)
        f = atomic_cmpxchg(entry.n64, 98, 1)
        g = atomic_cmpxchg(entry.n64, 99, 2)
        answer = s64(a == 12) + s64(b == 15) * 10 + s64(c == 31) * 100 + s64(d == 3) * 1000 + s64(e == 6) * 10_000
        answer += s64(f == 99) * 10**5 + s64(g == 99) * 10**6 + s64(entry.n64) * 10**7
        """, 21_111_111),
    value("atomics of 32 bits wrap there, a negative amount of a signed place subtracts", """
        entry = smalls.lookup(0)
        if entry is None:
            return 1
        entry.n32 = 0xFFFF_FFFF
        before = atomic_add(entry.n32, 2)
        signed[9] = 5
        place = signed.lookup(9)
        if place is not None:
            answer = s64(atomic_add(place.value, -7)) * 1000 + place.value * 10 + s64(entry.n32)
        answer += s64(before == 0xFFFF_FFFF) * 10**6
        """, 10**6 + 5000 - 20 + 1),
    refused("an atomic of a local, of a narrow field, of network order, of a struct", """
        local = x32
        entry = smalls.lookup(0)
        assert entry is not None
        atomic_add(local, 1)  # error: [BPF2001]
        atomic_add(entry.n16, 1)  # error: [BPF2001]
        atomic_add(entry.net, htonl(1))  # error: [BPF2001]
        """),
    module("results of atomics need cpu v3, an add without a result does not", """
        from pybpfc import *
        total: u64 = data(0)
        @xdp
        def prog(ctx: xdp_md) -> int:
            atomic_add(total, 1)
            return XDP_PASS
        """, returns=2, options=Options(cpu="v1")),

    # declarations
    module("a map is named after the first name that it is bound to, or by name=", """
        from pybpfc import *
        first = HashMap[u32, u64](max_entries=4)
        second = first
        third = HashMap[u32, u64](max_entries=4, name="given")
        answer: s64 = data(0)
        LICENSE = "GPL"
        @xdp
        def prog(ctx: xdp_md) -> int:
            global answer
            second[1] = 3
            third[1] = 4
            answer = s64(first.get(1, 0) * 10 + third.get(1, 0))
            return XDP_PASS
        """, 34),
    module("an alias of a map class, types given by names, options by constants", """
        from pybpfc import *
        Key = u32
        Table = HashMap[Key, u64]
        SIZE = 4
        table = Table(max_entries=SIZE * 2, map_flags=BPF_F_NO_PREALLOC)
        answer: s64 = data(0)
        @xdp
        def prog(ctx: xdp_md) -> int:
            global answer
            table[1] = table.max_entries
            answer = s64(table.get(1, 0))
            return XDP_PASS
        """, 8),
    module("types that are missing", """
        from pybpfc import *
        table = HashMap(max_entries=4)  # error: [BPF1004]
        """),
    module("one type too few", """
        from pybpfc import *
        table = HashMap[u32](max_entries=4)  # error: [BPF1004]
        """),
    module("an option that the class does not have", """
        from pybpfc import *
        table = HashMap[u32, u64](max_entries=4, depth=3)  # error: [BPF1004]
        """),
    module("a size that is missing", """
        from pybpfc import *
        table = HashMap[u32, u64]()  # error: [BPF1004]
        """),
    module("a ring buffer of a size that the kernel refuses", """
        from pybpfc import *
        ring = RingBuf[u32](max_entries=5000)  # error: [BPF1004]
        """),
    module("`int` as a key", """
        from pybpfc import *
        table = HashMap[int, u64](max_entries=4)  # error: [BPF1004]
        """),
    module("a trie whose key does not begin with prefixlen", """
        from pybpfc import *
        table = LpmTrie[u32, u64](max_entries=4)  # error: [BPF1004]
        """),
    module("maps with a name of their own may stand in containers and classes", """
        from pybpfc import *
        tables = {"a": ArrayMap[u64](max_entries=1, name="first"), "b": ArrayMap[u64](max_entries=1, name="second")}
        class State:
            hits = HashMap[u32, u64](max_entries=4, name="hits")
        @xdp
        def prog(ctx: xdp_md) -> int:
            tables["b"][0] += 5
            State.hits[2] += 1
            return XDP_PASS
        """),
    module("a map in a container that has no name", """
        from pybpfc import *
        tables = (ArrayMap[u64](max_entries=1), ArrayMap[u64](max_entries=1, name="second"))
        @xdp
        def prog(ctx: xdp_md) -> int:
            tables[1][0] += 5
            tables[0][0] += 5  # error: [BPF1010]
            return XDP_PASS
        """),
    module("two maps of one name", """
        from pybpfc import *
        a = HashMap[u32, u64](max_entries=4, name="same")
        b = HashMap[u32, u64](max_entries=4, name="same")  # error: [BPF1006]
        @xdp
        def prog(ctx: xdp_md) -> int:
            return XDP_PASS
        """),
    refused("a map made in a body", "table = HashMap[u32, u64](max_entries=4)  # error: [BPF1024]"),
])

pytestmark = marks("maps")


@pytest.mark.parametrize("number", TABLE.parameters)
def test_claim(number: int) -> None:
    TABLE.check(number)
