"""Functions: subprograms, inline functions, callbacks, references, factories, modules, sections, tail calls."""

from __future__ import annotations

import pytest

from pybpfc.compiler.pipeline import Options

from .cases import Table, accepted, marks, module, refused, value

HEAD = """
from pybpfc import helpers
from pybpfc.kfuncs import bpf_task_acquire, bpf_task_from_pid, bpf_task_release
from pybpfc.vmlinux import task_struct

x32: u32 = data(5)
y32: u32 = data(9)
x64: u64 = data(2**40)
s: s32 = data(-5)
yes: bool = data(True)
no: bool = data(False)


class Point(Struct):
    x: u32
    y: u32


class Locked(Struct):
    lock: bpf_spin_lock
    count: u64


class Event(Struct):
    number: u32


points = ArrayMap[Point](max_entries=4)
hits = HashMap[u32, u64](max_entries=64)
structs = HashMap[u32, Point](max_entries=64)
locked = ArrayMap[Locked](max_entries=1)
events = RingBuf[Event](max_entries=4096)
origin: Point = data(Point(x=1, y=2))
total: u64 = data(0)


@subprog
def add(a: u32, b: u32) -> u32:
    return a + b


@subprog
def five(a: u8, b: u16, c: u32, d: u64, e: s32) -> u64:
    return a * 10_000 + b * 1000 + c * 100 + d * 10 + u64(e)


@subprog
def find(key: u32) -> Point | None:
    return points.lookup(key)


@subprog
def nothing(n: u32) -> None:
    global total
    if n == 0:
        return
    total += n


@global_subprog
def area(point: Point | None) -> u32:
    if point is None:
        return 0
    point.y += 1
    return point.x * point.y


@global_subprog
def narrow(n: u8, negative: s16) -> s32:
    return n + negative


@inline
def field(point: Point) -> u32:
    return point.x * 10 + point.y


@inline
def widest(a: u64, b: u64) -> u64:
    return a if a > b else b
"""

TABLE = Table(HEAD, [
    # calls
    value("arguments by position, by name, and of every width", "five(1, 2, c=3, e=5, d=4)", 12_345),
    value("arguments are converted as in an assignment",
          "five(x32 & 7, x32 & 63, x32, x32, s + 10)", 50_000 + 5000 + 500 + 50 + 5),
    value("parameters may be reassigned, the caller's variable is not", """
        @subprog
        def reassigns(n: u32) -> u32:
            n += 1
            n *= 2
            return n

        @inline
        def reassigns_inline(n: u32) -> u32:
            n += 1
            n *= 2
            return n

        @syscall
        def prog(given: Given) -> int:
            global answer
            n = x32
            a = reassigns(n)
            b = reassigns_inline(n)
            answer = s64(n * 10_000 + a * 100 + b)
            return 0
        """, 51_212),
    value("a result is cut to the declared width at the return", """
        @subprog
        def low(n: u32) -> u8:
            return u8(n)

        @global_subprog
        def low_global(n: u32) -> s8:
            return s8(n)

        @syscall
        def prog(given: Given) -> int:
            global answer
            answer = s64(low(0x1FF)) * 1000 + low_global(0x1FF)
            return 0
        """, 255_000 - 1),
    value("a global subprogram returns any scalar: a bool, a number of network order", """
        @global_subprog
        def is_large(n: u32) -> bool:
            return n > 3

        @global_subprog
        def network(n: u32) -> be32:
            return htonl(n)

        @syscall
        def prog(given: Given) -> int:
            global answer
            answer = s64(ntohl(network(0x01020304)))
            if is_large(u32(answer)) and not is_large(2):
                answer += s64(is_large(9))
            return 0
        """, 0x01020305),
    value("narrow parameters of a global subprogram keep their width and sign", "narrow(255, -300)", -45),
    value("`-> int` is s32", """
        @subprog
        def gives_int() -> int:
            return -3

        @syscall
        def prog(given: Given) -> int:
            global answer
            reveal_type(gives_int())  # revealed: s32
            answer = s64(gives_int())
            return 0
        """, -3),
    value("a bool, an enum, a be value as parameter and result", """
        import enum

        class Side(enum.IntEnum):
            LEFT = 1
            RIGHT = -1

        @subprog
        def flips(flag: bool, side: Side, net: be16) -> be16:
            return htons(7) if flag and side == Side.RIGHT else net

        @syscall
        def prog(given: Given) -> int:
            global answer
            answer = s64(ntohs(flips(yes, Side.RIGHT, htons(9)))) * 10 + ntohs(flips(no, Side.LEFT, htons(9)))
            return 0
        """, 79),
    value("a function without a result, left early", """
        global total
        total = 0
        nothing(0)
        nothing(n=7)
        answer = s64(total)
        """, 7),
    value("calls of calls, through subprograms and inline functions", """
        @subprog
        def outer(n: u32) -> u32:
            return add(add(n, 1), widest_of(n))

        @inline
        def widest_of(n: u32) -> u32:
            return add(n, 100)

        @syscall
        def prog(given: Given) -> int:
            global answer
            answer = s64(outer(x32))
            return 0
        """, 6 + 105),
    value("an inline function has locals of its own", """
        @inline
        def has_locals(n: u32) -> u32:
            local = n + 1
            for i in range(3):
                local += i
            return local

        @syscall
        def prog(given: Given) -> int:
            global answer
            local = 1000
            i = 7
            a = has_locals(x32) + has_locals(y32)
            answer = s64(local + i + a)
            return 0
        """, 1007 + 9 + 13),
    value("an inline function returns from a loop, and from branches", """
        @inline
        def first_above(limit: u32) -> u32:
            for i in range(10):
                if i * i > limit:
                    return i
            return 99

        @syscall
        def prog(given: Given) -> int:
            global answer
            for i in range(2):
                answer = answer * 100 + first_above(x32 + i * 1000)
            return 0
        """, 399),
    value("an inline function takes each call's own type and kind of memory", """
        @syscall
        def prog(given: Given) -> int:
            global answer
            local = Point(x=3, y=4)
            entry = points.lookup(1)
            if entry is None:
                return 1
            entry.x = 5
            entry.y = 6
            answer = s64(field(local) * 10_000 + field(entry) * 100 + field(origin))
            return 0
        """, 340_000 + 5600 + 12),
    refused("too many arguments, too few, an unknown name, one twice", """
        a = add(1)  # error: [BPF2013]
        b = add(1, 2, 3)  # error: [BPF2013]
        c = add(1, c=2)  # error: [BPF2013]
        d = add(1, 2, a=2)  # error: [BPF2013]
        """),
    refused("an argument that does not fit, of the other sign, in the other byte order, of another type", """
        a = add(-1, 2)  # error: [BPF2004]
        d = add(htonl(1), 2)  # error: [BPF2002]
        e = add(origin, 2)  # error: [BPF2001]
        f = field(x32)  # error: [BPF2001]
        g = field(None)  # error: [BPF2001]
        """),
    refused("a wide or negative argument", """
        b = add(x64, 2)  # error: [BPF2020]
        c = add(s, 2)  # error: [BPF2021]
        """),
    refused("a result that does not fit", """
        @subprog
        def too_wide(n: u64) -> u32:
            return n  # error: [BPF2020]

        @subprog
        def too_signed(n: s32) -> u32:
            return n  # error: [BPF2021]

        @syscall
        def prog(given: Given) -> int:
            return s32(too_wide(1) + too_signed(2))
        """),
    refused("the result of nothing", "a = nothing(1)  # error: [BPF2001]"),
    refused("a missing return, at the `def`", """
        @subprog
        def misses(n: u32) -> u32:  # error: [BPF2022]
            if n > 3:
                return 1

        @syscall
        def prog(given: Given) -> int:  # error: [BPF2022]
            if misses(1):
                return 1
        """),
    refused("six parameters", """
        @subprog
        def six(a: u8, b: u8, c: u8, d: u8, e: u8, f: u8) -> u8:  # error: [BPF1011]
            return a

        @syscall
        def prog(given: Given) -> int:
            return six(1, 2, 3, 4, 5, 6)
        """),
    accepted("an inline function takes more than five", """
        @inline
        def seven(a: u8, b: u8, c: u8, d: u8, e: u8, f: u8, g: u8) -> u32:
            return a + b + c + d + e + f + g

        @syscall
        def prog(given: Given) -> int:
            return s32(seven(1, 2, 3, 4, 5, 6, 7))
        """),
    refused("defaults, `int` parameters, parameters without a type", """
        @subprog
        def defaults(a: u32 = 3) -> u32:  # error: [BPF1011]
            return a

        @inline
        def unsized(a: int) -> u32:  # error: [BPF2030]
            return 1

        @subprog
        def untyped(a) -> u32:  # error: [BPF1011]
            return 1

        @syscall
        def prog(given: Given) -> int:
            return s32(defaults(1) + unsized(2) + untyped(3))
        """),
    refused("recursion, direct and through others", """
        @subprog
        def down(n: u32) -> u32:
            return 0 if n == 0 else down(n - 1)  # error: [BPF1027]

        @subprog
        def ping(n: u32) -> u32:
            return pong(n)

        @inline
        def pong(n: u32) -> u32:
            return ping(n)  # error: [BPF1027]

        @syscall
        def prog(given: Given) -> int:
            return s32(down(3) + ping(3))
        """),

    # references
    value("a static subprogram returns a reference, or None", """
        found = find(2)
        if found is not None:
            found.x = 77
        again = points.lookup(2)
        answer = s64(again.x if again is not None else 0) + s64(find(9) is None) * 1000
        """, 1077),
    value("a global subprogram takes `T | None`, and writes what it gets", """
        local = Point(x=3, y=4)
        answer = s64(area(local)) * 100 + local.y * 10 + area(None)
        """, 1550),
    refused("a subprogram returns no new struct", """
        @subprog
        def fresh() -> Point:
            return Point(x=1, y=2)  # error: [BPF2017]

        @syscall
        def prog(given: Given) -> int:
            return s32(fresh().x)
        """),
    value("an inline function does", """
        @inline
        def fresh_inline(n: u32) -> Point:
            point = Point(x=n, y=2)
            point.y += n
            return point

        @syscall
        def prog(given: Given) -> int:
            global answer
            answer = s64(fresh_inline(3).y * 10 + fresh_inline(4).x)
            return 0
        """, 54),
    refused("a global subprogram returns a reference, or takes one that is not None", """
        @global_subprog
        def reference() -> Point | None:  # error: [BPF1011]
            return points.lookup(1)

        @global_subprog
        def never_none(point: Point) -> u32:  # error: [BPF1011]
            return point.x

        @syscall
        def prog(given: Given) -> int:
            return s32(never_none(origin)) if reference() is None else 1
        """),
    module("from Linux 6.8 on a global subprogram takes one that is not None", """
        from pybpfc import *
        class Point(Struct):
            x: u32
            y: u32
        answer: s64 = data(0)
        @global_subprog
        def area(point: Point) -> u32:
            return point.x * point.y
        @xdp
        def prog(ctx: xdp_md) -> int:
            global answer
            answer = area(Point(x=6, y=7))
            return XDP_PASS
        """, 42, options=Options(min_kernel=(6, 8))),
    refused("a subprogram called with two kinds of memory", """
        @subprog
        def reads(point: Point) -> u32:
            return point.x

        @xdp
        def prog(ctx: xdp_md) -> int:
            packet = ctx.cursor()
            header = packet.pull(Point)
            if header is None:
                return XDP_PASS
            return s32((reads(header) + reads(origin)) & 1)  # error: [BPF2031]
        """),
    refused("None where a reference is wanted", """
        a = field(points.lookup(1))  # error: [BPF2012]
        b = area(points.lookup(1))
        """),
    refused("functions are no values", """
        a = add  # error: [BPF1024]
        b = prog_of_nothing  # error: [BPF1021]
        """),
    refused("programs are not called", """
        @syscall
        def other_program(given: Given) -> int:
            return 0

        @syscall
        def prog(given: Given) -> int:
            return other_program(given)  # error: [BPF1025]
        """),

    # callbacks
    value("bpf_loop counts from 0, stops at 1, and gives the number of rounds", """
        class Sum(Struct):
            total: u64
            stop: u32

        @callback
        def adds(index: u32, sum: Sum) -> int:
            sum.total += index
            return 1 if index == sum.stop else 0

        @callback
        def adds_wide(index: u64, sum: Sum) -> int:
            sum.total += index
            return 0

        @syscall
        def prog(given: Given) -> int:
            global answer
            sum = Sum(total=0, stop=4)
            rounds = bpf_loop(100, adds, sum)
            bpf_loop(3, adds_wide, sum, 0)
            answer = s64(sum.total * 100) + rounds
            return 0
        """, (10 + 3) * 100 + 5),
    value("bpf_for_each_map_elem, scalars as Ptr, may write and stop", """
        class Seen(Struct):
            keys: u64
            values: u64

        @callback
        def each(map: u64, key: Ptr[u32], number: Ptr[u64], seen: Seen) -> int:
            seen.keys += key.value
            seen.values += number.value
            number.value = 0
            return 0

        own_hits = HashMap[u32, u64](max_entries=8)

        @syscall
        def prog(given: Given) -> int:
            global answer
            own_hits[1] = 10
            own_hits[2] = 20
            seen = Seen.zero()
            bpf_for_each_map_elem(own_hits, each, seen)
            answer = s64(seen.keys * 1000 + seen.values + own_hits.get(1, 5))
            return 0
        """, 3030),
    refused("a callback that does not fit, at the call", """
        @callback
        def wrong_index(index: u16, point: Point) -> int:
            return 0

        @callback
        def one_parameter(index: u32) -> int:
            return 0

        @callback
        def wrong_context(index: u32, event: Event) -> int:
            return 0

        @syscall
        def prog(given: Given) -> int:
            point = Point(x=1, y=2)
            bpf_loop(4, wrong_index, point)  # error: [BPF2013]
            bpf_loop(4, one_parameter, point)  # error: [BPF2013]
            bpf_loop(4, wrong_context, point)  # error: [BPF2013]
            bpf_loop(4, add, point)  # error: [BPF2017]
            return 0
        """),

    # resources
    refused("a record that leaks, at the exit that leaks", """
        @syscall
        def prog(given: Given) -> int:
            event = events.reserve()
            if event is None:
                return 0
            if x32 > 3:
                return 1  # error: [BPF3070]
            events.submit(event)
            return 0
        """),
    refused("a record that leaks by an assert", """
        @syscall
        def prog(given: Given) -> int:
            event = events.reserve()
            assert event is not None
            assert x32 > 3  # error: [BPF3070]
            events.submit(event)
            return 0
        """),
    refused("a record used behind the submit, submitted twice", """
        @syscall
        def prog(given: Given) -> int:
            event = events.reserve()
            if event is None:
                return 0
            event.number = 1
            events.submit(event)
            event.number = 2  # error: [BPF3071]
            return 0

        @syscall
        def submits_twice(given: Given) -> int:
            event = events.reserve()
            if event is None:
                return 0
            events.submit(event)
            events.discard(event)  # error: [BPF3071]
            return 0
        """),
    accepted("a record handed to a subprogram that submits it, or returned by one that reserves it", """
        @subprog
        def sends(event: Event) -> None:
            event.number = 4
            events.submit(event)

        @inline
        def reserves() -> Event | None:
            return events.reserve()

        @syscall
        def prog(given: Given) -> int:
            event = reserves()
            if event is None:
                return 0
            if x32 > 3:
                events.discard(event)
                return 1
            sends(event)
            return 0
        """),
    refused("a task that is acquired and kept", """
        @tp_btf("sys_enter")
        def prog() -> int:
            task = bpf_task_from_pid(1)
            if task is None:
                return 0
            if task.tgid == 1:
                return 0  # error: [BPF3070]
            bpf_task_release(task)
            return 0
        """),
    refused("a task used behind its release", """
        @tp_btf("sys_enter")
        def prog() -> int:
            task = bpf_task_from_pid(1)
            if task is None:
                return 0
            bpf_task_release(task)
            return task.tgid  # error: [BPF3071]
        """),
    refused("a task that is not tested", """
        @tp_btf("sys_enter")
        def prog() -> int:
            task = bpf_task_from_pid(1)
            bpf_task_release(task)  # error: [BPF2012]
            return 0
        """),
    value("a spin lock is released on every exit: return, break, continue", """
        @tc
        def prog(skb: __sk_buff) -> int:
            global answer
            for i in range(5):
                value = locked.lookup(0)
                if value is None:
                    return TC_ACT_SHOT
                with bpf_spin_lock(value.lock):
                    value.count += 1
                    if i == 1:
                        continue
                    if i == 3:
                        break
                    value.count += 10
            value = locked.lookup(0)
            if value is None:
                return TC_ACT_SHOT
            with bpf_spin_lock(value.lock):
                answer = s64(value.count)
                if answer == 24:
                    return TC_ACT_SHOT
            return TC_ACT_OK
        """, 24, returns=2),
    accepted("the bare helpers of a spin lock, in both modules; RCU and preemption sections", """
        @tc
        def prog(skb: __sk_buff) -> int:
            value = locked.lookup(0)
            if value is None:
                return TC_ACT_OK
            bpf_spin_lock(value.lock)
            value.count += 1
            bpf_spin_unlock(value.lock)
            with bpf_rcu_read_lock():
                if skb.len > 100:
                    return TC_ACT_OK
            with bpf_preempt_disable():
                pass
            return TC_ACT_OK
        """),
    accepted("the bare calls of sections, from the module of helpers; each is followed", """
        @tc
        def prog(skb: __sk_buff) -> int:
            helpers.bpf_rcu_read_lock()
            helpers.bpf_preempt_disable()
            helpers.bpf_preempt_enable()
            helpers.bpf_rcu_read_unlock()
            return TC_ACT_OK
        """),
    refused("a section that is left open", """
        @tc
        def prog(skb: __sk_buff) -> int:
            helpers.bpf_rcu_read_lock()
            if skb.len > 100:
                return TC_ACT_OK  # error: [BPF3070]
            helpers.bpf_rcu_read_unlock()
            return TC_ACT_OK
        """),
    refused("a lock that is kept at an exit", """
        @tc
        def prog(skb: __sk_buff) -> int:
            value = locked.lookup(0)
            if value is None:
                return TC_ACT_OK
            bpf_spin_lock(value.lock)
            if skb.len > 100:
                return TC_ACT_OK  # error: [BPF3070]
            bpf_spin_unlock(value.lock)
            return TC_ACT_OK
        """),

    # factories, modules, closures
    module("a factory's parameters are constants of each program", """
        from pybpfc import *
        LICENSE = "GPL"
        answer: s64 = data(0)
        def make(port: int, name: str, scale: int = 2):
            inner = port * scale
            @subprog(name=f"sub_{name}")
            def sub(n: u32) -> u32:
                return n + inner
            @xdp(name=name)
            def program(ctx: xdp_md) -> int:
                global answer
                answer = s64(sub(port)) * 1000 + inner
                return XDP_PASS
            return program
        first = make(7, "prog")
        second = make(9, "other", scale=3)
        """, (7 + 14) * 1000 + 14),
    module("a closure in a closure, and annotations of the frame that defines", """
        from typing import Annotated
        from pybpfc import *
        LICENSE = "GPL"
        answer: s64 = data(0)
        def outer(size: int):
            class Local(Struct):
                values: Annotated[Array[u32], size]
            def inner(start: int):
                @xdp(name="prog")
                def program(ctx: xdp_md) -> int:
                    global answer
                    local: Local = Local.zero()
                    for i in range(size):
                        local.values[i] = start + i
                    answer = s64(local.values[size - 1])
                    return XDP_PASS
                return program
            return inner(100)
        prog = outer(5)
        """, 104),
    module("annotations as text, of the defining frame", """
        from __future__ import annotations
        from pybpfc import *
        LICENSE = "GPL"
        answer: s64 = data(0)
        def outer():
            class Local(Struct):
                x: u32
            @subprog
            def reads(local: Local) -> u32:
                return local.x
            @xdp(name="prog")
            def program(ctx: xdp_md) -> int:
                global answer
                answer = s64(reads(Local(x=8)))
                return XDP_PASS
            return program
        made = outer()
        """, 8),
    module("a factory called twice without name=", """
        from pybpfc import *
        def make(limit: int):
            @xdp
            def program(ctx: xdp_md) -> int:  # error: [BPF1006]
                return XDP_PASS if ctx.rx_queue_index > limit else XDP_DROP
            return program
        a = make(1)
        b = make(2)
        """),
    module("two programs under one name", """
        from pybpfc import *
        @xdp
        def prog(ctx: xdp_md) -> int:
            return XDP_PASS
        @xdp
        def prog(ctx: xdp_md) -> int:  # error: [BPF1006]
            return XDP_DROP
        """),
    module("maps, globals, structs, subprograms, constants and aliases of other modules of a package", """
        import parts.shared as sh
        from parts import shared
        from parts.shared import Point as P, bump as raise_it, hits as counters, seen
        from pybpfc import *
        LICENSE = "GPL"
        answer: s64 = data(0)
        @xdp
        def prog(ctx: xdp_md) -> int:
            global answer
            raise_it(P(x=3, y=4))
            sh.hits[9] += shared.STEP
            sh.seen.x = 2
            answer = s64(counters.get(3, 0) * 1000 + counters.get(9, 0) * 100) + seen.x * 10 + shared.Limit.LOW
            return XDP_PASS
        """, 4 * 1000 + 500 + 20 + 6, parts__shared="""
        import enum
        from pybpfc import *
        from .deeper import STEP
        class Limit(enum.IntEnum):
            LOW = 6
        class Point(Struct):
            x: u32
            y: u32
        hits = HashMap[u32, u64](max_entries=8)
        seen: Point = data(0)
        @subprog
        def bump(point: Point) -> None:
            hits[point.x] += point.y
        """, parts__deeper="STEP = 5\n"),
    module("a global scalar of another module is read there, and written by its own functions", """
        import state
        from pybpfc import *
        LICENSE = "GPL"
        answer: s64 = data(0)
        @xdp
        def prog(ctx: xdp_md) -> int:
            global answer
            state.advance(4)
            state.advance(5)
            answer = s64(state.total) + state.limit
            return XDP_PASS
        """, 109, state="""
        from pybpfc import *
        total: u64 = data(0)
        limit: u32 = rodata(100)
        @subprog
        def advance(n: u32) -> None:
            global total
            total += n
        """),
    module("an error in another module is shown there", """
        import broken
        from pybpfc import *
        @xdp
        def prog(ctx: xdp_md) -> int:
            return s32(broken.reads(1) & 1)
        # what follows is said of the other file


        # of its line  # error: [BPF2012]
        """, broken="""
        from pybpfc import *
        hits = HashMap[u32, u64](max_entries=8)


        @subprog
        def reads(n: u32) -> u64:


            return hits.lookup(n).value
        """),
    module("an alias of a decorator, of a type, of a helper, of a module", """
        import pybpfc
        import pybpfc.helpers as h
        from pybpfc import u32 as uint, xdp as program, xdp_md as context, HashMap as Table, XDP_PASS, data, s64
        from pybpfc.helpers import bpf_ktime_get_ns as now
        answer: s64 = data(0)
        Number = uint
        table = Table[Number, pybpfc.u64](max_entries=4)
        LICENSE = "GPL"
        @program
        def prog(ctx: context) -> int:
            global answer
            table[1] = now() & 0 | 7
            answer = s64(table.get(1, 0)) + pybpfc.u8(0x101) + (h.bpf_get_smp_processor_id() & 0)
            return pybpfc.XDP_PASS
        """, 8),
    module("a decorator that is called with its function and a name, also by functools.partial", """
        import functools
        from pybpfc import *
        answer: s64 = data(0)
        class Given(Struct):
            number: u64
        @functools.partial(syscall, name="prog")
        def with_a_partial(given: Given) -> int:
            global answer
            answer = 5
            return 0
        def plain(given: Given) -> int:
            return 0
        second = syscall(plain, name="second_of_two")
        third = syscall(plain, name="third_of_three")
        """, 5),
    module("what is called before it is bound resolves as in Python, when the module is done", """
        from pybpfc import *
        LICENSE = "GPL"
        answer: s64 = data(0)
        @xdp
        def prog(ctx: xdp_md) -> int:
            global answer
            answer = s64(later(2)) + LATER
            return XDP_PASS
        @subprog
        def later(n: u32) -> u32:
            return n * 10
        LATER = 1
        LATER = LATER + 2
        """, 23),
    value("a local of the body hides a name of the module, a builtin and a constant", """
        HIDDEN = 5

        @syscall
        def prog(given: Given) -> int:
            global answer
            HIDDEN = x32 + 1
            len = 3
            min = y32
            answer = s64(HIDDEN * 100 + len * 10 + min)
            return 0
        """, 639),

    # tail calls
    module("a tail call goes on in the other program, and does not come back", """
        from pybpfc import *
        LICENSE = "GPL"
        answer: s64 = data(0)
        @xdp
        def target(ctx: xdp_md) -> int:
            global answer
            answer += 100
            return XDP_DROP
        table = ProgArray[xdp_md](max_entries=4, values={2: target})
        @xdp
        def prog(ctx: xdp_md) -> int:
            global answer
            answer = 1
            table.tail_call(ctx, 1)
            answer += 10
            table.tail_call(ctx, 7)
            answer += 20
            table.tail_call(ctx, 2)
            answer += 1000
            return XDP_PASS
        """, 131, returns=1),
    refused("a tail call has no result, and takes this program's context", """
        table_of = ProgArray[xdp_md](max_entries=4)
        others_of = ProgArray[__sk_buff](max_entries=4)

        @xdp
        def prog(ctx: xdp_md) -> int:
            a = table_of.tail_call(ctx, 1)  # error: [BPF2001]
            others_of.tail_call(ctx, 1)  # error: [BPF2001]
            return XDP_PASS
        """),
])

pytestmark = marks("functions")


@pytest.mark.parametrize("number", TABLE.parameters)
def test_claim(number: int) -> None:
    TABLE.check(number)
