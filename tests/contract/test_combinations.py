"""Rules of the language in each other's company: loops with packets, maps with references, kinds of memory."""

from __future__ import annotations

import pytest

from .cases import Table, accepted, marks, value

HEAD = """
x32: u32 = data(5)
class Point(Struct):
    x: u32
    y: u32
class Opt(Struct):
    kind: u8
    length: u8
hits = HashMap[u32, u64](max_entries=64)
points = HashMap[u32, Point](max_entries=64)
per = PerCpuArray[Point](max_entries=4)
events = RingBuf[Point](max_entries=4096)
class Locked(Struct):
    lock: bpf_spin_lock
    n: u64
locked = ArrayMap[Locked](max_entries=4)
macs = HashMap[Annotated[Array[u8], 6], u64](max_entries=16)
@inline
def option(packet: Cursor) -> u32:
    opt = packet.pull(Opt)
    if opt is None:
        return 0
    return opt.length
@subprog
def first(ctx: xdp_md) -> ethhdr | None:
    return ctx.cursor().pull(ethhdr)
@global_subprog
def gl(ctx: xdp_md, n: u32) -> u32:
    eth = ctx.cursor().pull(ethhdr)
    return n if eth is None else eth.h_dest[1] + n
@callback
def each(i: u32, point: Point) -> int:
    assert i < 5
    hits[i] += 1
    point.x += i
    found = points.lookup(i)
    if found is None:
        return 0
    point.y += found.x
    return 1
"""

TABLE = Table(HEAD, [
    value("pulls by an @inline function in a loop of an iterator", """
        @xdp
        def prog(ctx: xdp_md) -> int:
            global answer
            packet = ctx.cursor()
            total = 0
            for i in bpf_for(0, 5):
                total += option(packet)
            answer = s64(total)
            return 2
        """, 1+3+5+7+9),
    value("options with padding: pulls and skips in a loop of an iterator", """
        @xdp
        def prog(ctx: xdp_md) -> int:
            global answer
            packet = ctx.cursor()
            total: u64 = 0
            for i in bpf_for(0, 40):
                opt = packet.pull(Opt)
                if opt is None or opt.kind == 20:
                    break
                packet.skip(opt.length & 3, limit=3)
                total += opt.kind
            answer = s64(total)
            return 2
        """, 498),
    value("keys out of the packet, a header from a subprogram, a global subprogram with the context", """
        @xdp
        def prog(ctx: xdp_md) -> int:
            global answer
            eth = first(ctx)
            if eth is not None:
                answer = s64(eth.h_source[0]) + gl(ctx, 10)
                macs[eth.h_dest] += 1
                macs[eth.h_source] += 2
                answer += s64(macs.get(eth.h_dest, 0)) * 100
            return 2
        """, 6 + 11 + 100),
    value("a callback that asserts, counts in a map, and stops", """
        @xdp
        def prog(ctx: xdp_md) -> int:
            global answer
            point = Point(x=0, y=0)
            points[3] = Point(x=7, y=0)
            bpf_loop(10, each, point)
            answer = s64(point.x * 10 + point.y)
            return 2
        """, 67),
    accepted("locks and records in a loop of an iterator", """
        @xdp
        def prog(ctx: xdp_md) -> int:
            global answer
            for i in bpf_for(0, 4):
                value = locked.lookup(u32(i))
                if value is None:
                    continue
                with bpf_spin_lock(value.lock):
                    value.n += 1
                    if value.n > 100:
                        break
                record = events.reserve()
                if record is None:
                    break
                record.x = u32(i)
                record.y = 0
                if i == 2:
                    events.discard(record)
                    continue
                events.submit(record)
            return 2
        """),
    value("structs with locks: made and copied on the stack, stored as a map's value, which keeps its lock", """
        @xdp
        def prog(ctx: xdp_md) -> int:
            global answer
            made = Locked.zero(n=4)
            same = copy(made)
            same.n += 1
            locked[2] = same
            found = locked.lookup(2)
            if found is None or same == made:
                return 1
            with bpf_spin_lock(found.lock):
                locked_n = found.n
            answer = s64(locked_n)
            return 2
        """, 5),
    value("loops of iterators in each other, and else", """
        @xdp
        def prog(ctx: xdp_md) -> int:
            global answer
            for i in bpf_for(0, 4):
                for j in bpf_for(0, i):
                    hits[u32(i * 10 + j)] += 1
            else:
                answer = s64(hits.get(31, 0)) + s64(hits.get(21, 0))
            return 2
        """, 2),
    value("an array of the packet by constants, in a loop, by a variable, and swapped", """
        @xdp
        def prog(ctx: xdp_md) -> int:
            global answer
            eth = ctx.cursor().pull(ethhdr)
            if eth is None:
                return 1
            for i in range(6):
                answer = answer * 10 + eth.h_dest[i]
            k = x32 & 3
            answer = answer * 10 + eth.h_source[k]
            eth.h_dest, eth.h_source = eth.h_source, eth.h_dest
            answer = answer * 10 + eth.h_dest[0]
            return 2
        """, 12345 * 100 + 70 + 6),
    value("structs of the packet are copied, compared, stored as a map's value", """
        @xdp
        def prog(ctx: xdp_md) -> int:
            global answer
            packet = ctx.cursor()
            eth = packet.pull(ethhdr)
            point = packet.pull(Point)
            if eth is None or point is None:
                return 1
            local = copy(point)
            answer = s64(local == point) + s64(point == Point(x=0x11100F0E, y=0x15141312)) * 2
            point.x = 1
            answer += s64(local != point) * 4
            points[9] = point
            again = points.lookup(9)
            answer += s64(again.x if again is not None else 9) * 10
            return 2
        """, 17),
    value("a pull in a case, None in another", """
        @xdp
        def prog(ctx: xdp_md) -> int:
            global answer
            packet = ctx.cursor()
            eth = packet.pull(ethhdr)
            if eth is None:
                return 1
            match ntohs(eth.h_proto):
                case 0x0C0D:
                    body = packet.pull(Point)
                case _:
                    body = None
            if body is not None:
                answer = s64(body.x & 0xFF)
            return 2
        """, 14),
    value("pulls in unrolled and native loops", """
        @xdp
        def prog(ctx: xdp_md) -> int:
            global answer
            packet = ctx.cursor()
            for i in unrolled(range(3)):
                byte = packet.pull(u8)
                if byte is not None:
                    answer = answer * 10 + byte.value
            for j in range(3):
                byte = packet.pull(u8)
                if byte is None:
                    break
                answer = answer * 10 + byte.value
            return 2
        """, 12345),
    value("pulls in a `while` with a counter", """
        @xdp
        def prog(ctx: xdp_md) -> int:
            global answer
            packet = ctx.cursor()
            n = 0
            total = 0
            while n < 64:
                byte = packet.pull(u8)
                if byte is None:
                    break
                total += byte.value
                n += 1
            answer = s64(total)
            return 2
        """, sum(range(64))),
    value("pulls in bpf_repeat until the packet ends", """
        @xdp
        def prog(ctx: xdp_md) -> int:
            global answer
            packet = ctx.cursor()
            for i in bpf_repeat(1000):
                word = packet.pull(be16)
                if word is None:
                    break
                answer += ntohs(word.value)
            return 2
        """, sum((2*i)*256 + 2*i+1 for i in range(32))),
    accepted("a helper moves the packet in a loop", """
        @xdp
        def prog(ctx: xdp_md) -> int:
            global answer
            packet = ctx.cursor()
            for i in bpf_for(0, 10):
                if i == 3:
                    bpf_xdp_adjust_head(ctx, 2)
                byte = packet.pull(u8)
                if byte is not None:
                    answer = answer * 100 + byte.value
            return 2
        """),
    value("a header from before the loop", """
        @xdp
        def prog(ctx: xdp_md) -> int:
            global answer
            packet = ctx.cursor()
            eth = packet.pull(ethhdr)
            for i in bpf_for(0, 10):
                byte = packet.pull(u8)
                if byte is None or eth is None:
                    return 1
                answer += byte.value + eth.h_dest[0]
            return 2
        """, sum(range(14, 24))),
    accepted("a reference that a loop assigns at its end", """
        @xdp
        def prog(ctx: xdp_md) -> int:
            global answer
            found = points.lookup(3)
            for i in bpf_for(0, 10):
                if found is not None:
                    found.x += 1
                found = points.lookup(u32(i))
            return 2
        """),
    accepted("the best of what a loop finds", """
        @xdp
        def prog(ctx: xdp_md) -> int:
            global answer
            best: Point | None = None
            for i in bpf_for(0, 10):
                found = points.lookup(u32(i))
                if found is not None and (best is None or found.x > best.x):
                    best = found
            if best is not None:
                answer = s64(best.x)
            return 2
        """),
    value("references into per-CPU maps", """
        @tc
        def prog(ctx: __sk_buff) -> int:
            global answer
            slot = per.lookup(x32 & 3)
            if slot is None:
                return 1
            slot.x = 4
            for i in range(4):
                other = per.lookup(i)
                if other:
                    answer += other.x
            return 2
        """, 4),
    value("sums on the stack and in variables", """
        @xdp
        def prog(ctx: xdp_md) -> int:
            global answer
            total: u64 = 0
            sums = Point.zero()
            for i in bpf_for(0, 100):
                total += u64(i)
                sums.x += u32(i)
            answer = s64(total) + sums.x
            return 2
        """, 9900),
])

pytestmark = marks("combinations")


@pytest.mark.parametrize("number", TABLE.parameters)
def test_claim(number: int) -> None:
    TABLE.check(number)
