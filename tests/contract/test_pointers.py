"""References and None, pointers, packets, kernel types."""

from __future__ import annotations

import pytest

from .cases import Table, accepted, marks, module, refused, value

HEAD = """
from pybpfc.vmlinux import file, filename, mm_struct, task_struct

x32: u32 = data(5)
y32: u32 = data(9)
yes: bool = data(True)
no: bool = data(False)


class Point(Struct):
    x: u32
    y: u32


class Big(Struct):
    bytes: Annotated[Array[u8], 200]


points = HashMap[u32, Point](max_entries=8)
hits = HashMap[u32, u64](max_entries=8)
counts = ArrayMap[u32](max_entries=4)
keep = HashMap[u32, u64](max_entries=8)
origin: Point = data(Point(x=1, y=2))
total: u64 = data(3)
events = RingBuf[Point](max_entries=4096)


@subprog
def bump(place: Ptr[u64], by: u64) -> u64:
    place.value += by
    return place.value


@inline
def ports(packet: Cursor) -> u32:
    first = packet.pull(be16)
    second = packet.pull(be16)
    if first is None or second is None:
        return 0
    return ntohs(first.value) * 65536 + ntohs(second.value)


@subprog
def rest(skb: __sk_buff, more: u32) -> u64:
    return skb.data_end - skb.data + more
"""

PRESENT = "points[1] = Point(x=3, y=4)\nfound = points.lookup(1)\nabsent = points.lookup(7)\n"


def present(body: str) -> str:
    """A body with a reference that is there and one that is not."""
    return PRESENT + "\n".join(line.removeprefix("        ") for line in body.strip("\n").split("\n"))


TABLE = Table(HEAD, [
    # None
    value("`is None` and `is not None` narrow both branches", present("""
        if found is None:
            answer = -1
        else:
            answer = s64(found.y)
        if absent is not None:
            answer = s64(absent.y)
        """), 4),
    value("early return narrows what follows", present("""
        if found is None or absent is not None:
            return 0
        answer = s64(found.x)
        """), 3),
    value("`and` narrows its right side, and the body", present("""
        if found is not None and found.x == 3 and found.y == 4:
            answer = s64(found.x)
        """), 3),
    value("`or` narrows its right side by the negation", present("""
        if found is None or found.x != 3:
            answer = -1
        else:
            answer = s64(found.y)
        if absent is None or absent.x == 3:
            answer += 10
        """), 14),
    value("`not` narrows", present("""
        if not found:
            return 0
        if not (absent is not None and absent.x == 1):
            answer = s64(found.x)
        if not (found is None or found.x == 9):
            answer += s64(found.y) * 10
        """), 43),
    value("truth of a reference is not None, also where its fields are 0", """
        points[2] = Point(x=0, y=0)
        zeroes = points.lookup(2)
        absent = points.lookup(7)
        answer = (1 if zeroes else 2) + (10 if absent else 20)
        hits[1] = 0
        if count := hits.lookup(1):
            answer += 100
        """, 121),
    value("`bool()` narrows as its argument does", present("""
        if bool(found) and not bool(absent):
            answer = s64(found.x) + s64(bool(absent is None))
        """), 4),
    value("a conditional expression narrows its arm", present("""
        answer = s64(found.x if found is not None else 9) * 10 + s64(absent.x if absent else 7)
        """), 37),
    value("a walrus narrows", present("""
        if (again := points.lookup(1)) is not None and (n := again.x) > 1:
            answer = s64(n)
        if (other := points.lookup(7)) is None:
            answer += 10
        while (third := points.lookup(1)) is not None:
            answer += s64(third.y)
            break
        """), 17),
    value("`match` with `case None` narrows the rest", """
        @syscall
        def prog(given: Given) -> int:
            global answer
            points[1] = Point(x=3, y=4)
            found = points.lookup(1)
            match found:
                case None:
                    return 0
                case _:
                    answer = s64(found.y)
            answer += found.x
            return 0
        """, 7),
    value("assert narrows, `continue` and `break` do", """
        points[1] = Point(x=3, y=4)
        for i in range(4):
            found = points.lookup(i)
            if found is None:
                continue
            answer += s64(found.x)
        again = points.lookup(1)
        assert again is not None
        answer += again.y
        """, 7),
    value("a local may start as None", """
        best: Point | None = None
        points[1] = Point(x=3, y=4)
        points[2] = Point(x=5, y=4)
        for i in range(4):
            found = points.lookup(i)
            if found is not None and (best is None or found.x > best.x):
                best = found
        answer = s64(best.x) if best is not None else -1
        """, 5),
    value("a joined None and reference is `T | None`, tested once", present("""
        chosen = found if yes else None
        if no:
            chosen = None
        answer = s64(chosen.x) if chosen else 9
        """), 3),
    value("a range of constants that takes a round narrows what follows", present("""
        last: Ptr[u32] | None = None
        other: Ptr[u32] | None = None
        third: Point | None = None
        for i in range(3, -1, -1):
            last = counts.lookup(u32(i))
            if last is None:
                return 0
            last.value = u32(i) + 1
            if i == 2:
                continue
            answer += 10
        answer += s64(last.value)
        for i in unrolled(range(2)):
            other = counts.lookup(i)
            if other is None:
                break
        else:
            answer += s64(other.value) * 100
        for key in (7, 1):
            third = points.lookup(key)
            if absent is None and third is None:
                third = found
                if third is None:
                    return 0
            if third is None:
                return 0
        answer += s64(third.y) * 1000
        """), 4231),
    refused("a loop that may take no round, or be left before, narrows nothing", """
        found: Point | None = None
        for i in range(x32):
            found = points.lookup(u32(i))
            if found is None:
                return 0
        answer = s64(found.x)  # error: [BPF2012]
        for i in range(0):
            found = points.lookup(i)
            if found is None:
                return 0
        answer = s64(found.x)  # error: [BPF2012]
        for i in bpf_for(0, 4):
            found = points.lookup(u32(i))
            if found is None:
                return 0
        answer = s64(found.x)  # error: [BPF2012]
        for i in range(4):
            if i == x32:
                break
            found = points.lookup(i)
            if found is None:
                return 0
        answer = s64(found.x)  # error: [BPF2012]
        for i in range(4):
            if i == x32:
                continue
            found = points.lookup(i)
            if found is None:
                return 0
        answer = s64(found.x)  # error: [BPF2012]
        """),
    value("an alias is narrowed for itself", present("""
        other = found
        if other is None:
            return 0
        answer = s64(other.x)
        """), 3),
    refused("an alias's test does not narrow the other name", present("""
        other = found
        if other is None:
            return 0
        answer = s64(found.x)  # error: [BPF2012]
        """)),
    refused("a test proves nothing behind another assignment", present("""
        if found is not None:
            found = points.lookup(2)
            answer = s64(found.x)  # error: [BPF2012]
        """)),
    refused("a test proves nothing in the other branch, nor behind a test of something else", present("""
        if found is None:
            answer = s64(found.x)  # error: [BPF2012]
        if found is not None or absent is not None:
            answer = s64(absent.x)  # error: [BPF2012]
        """)),
    refused("a test before a loop proves nothing where the loop assigns", present("""
        if found is None:
            return 0
        for i in range(3):
            answer += s64(found.x)  # error: [BPF2012]
            found = points.lookup(i)
        """)),
    refused("unchecked uses: a read, a write, `.value`, an argument, a stored copy, the result of a call", """
        answer = s64(points.lookup(1).x)  # error: [BPF2012]
        points.lookup(1).x = 3  # error: [BPF2012]
        hits.lookup(1).value += 1  # error: [BPF2012]
        found = points.lookup(2)
        origin_of = copy(found)  # error: [BPF2012]
        again = points.lookup(2)
        points[3] = again  # error: [BPF2012]
        event = events.reserve()
        events.submit(event)  # error: [BPF2012]
        """),
    refused("`== None` is refused", present("answer = s64(found == None)  # error: [BPF2027]")),
    refused("an integer is never None", "answer = 1 if x32 is None else 2  # error: [BPF2006]"),
    refused("`T | None` of an integer", "limit: u32 | None = None  # error: [BPF2030]"),

    # Ptr and addresses
    value("a scalar in a map is reached by `.value`, also by augmented assignment and ptr()", """
        hits[1] = 40
        count = hits.lookup(1)
        if count is not None:
            count.value += 2
            answer = s64(bump(count, 3))
        answer += s64(bump(ptr(total), 1))
        """, 49),
    value("ptr() of a field, an element and a global", """
        class Sums(Struct):
            one: u64
            many: Annotated[Array[u64], 2]

        @syscall
        def prog(given: Given) -> int:
            global answer
            sums = Sums.zero(one=5)
            answer = s64(bump(ptr(sums.one), 1) * 100 + bump(ptr(sums.many[x32 & 1]), 7) + sums.one)
            return 0
        """, 613),
    value("u64(p) is an address: it is kept, compared and is the same for the same place", """
        counts[2] = 1
        first = counts.lookup(2)
        second = counts.lookup(2)
        third = counts.lookup(1)
        if first is not None and second is not None and third is not None:
            keep[1] = u64(first)
            answer = s64(u64(first) == u64(second)) + s64(u64(first) - u64(third)) * 10
        """, 81),
    refused("a reference is not added to, nor compared with a number", """
        counts[2] = 1
        first = counts.lookup(2)
        assert first is not None
        a = first + 1  # error: [BPF2005]
        if first == 3:  # error: [BPF2006]
            return 0
        """),
    refused("a scalar's reference is no scalar: `.value` is said", """
        hits[1] = 4
        count = hits.lookup(1)
        assert count is not None
        answer = count + 1  # error: [BPF2005]
        """),

    # kinds of memory
    refused("references of different kinds in one variable", """
        @xdp
        def prog(ctx: xdp_md) -> int:
            packet = ctx.cursor()
            either = packet.pull(Point)
            if x32 > 3:
                either = points.lookup(1)  # error: [BPF2018]
            return XDP_PASS
        """),
    refused("trusted and untrusted kernel pointers in one variable", """
        @tp_btf("sys_enter")
        def prog() -> int:
            task = bpf_get_current_task_btf()
            if x32 > 3:
                task = bpf_get_current_task()  # error: [BPF2018]
            return 0
        """),
    refused("trusted and untrusted in a conditional", """
        @tp_btf("sys_enter")
        def prog() -> int:
            task = bpf_get_current_task_btf() if yes else bpf_get_current_task()  # error: [BPF2001]
            return 0
        """),
    value("stack, map values, globals and records may meet", """
        local = Point(x=7, y=8)
        points[1] = Point(x=3, y=4)
        found = points.lookup(1)
        if found is None:
            found = local
        if x32 == 5:
            found = origin
        answer = s64(found.y)
        found = local
        answer = answer * 10 + s64(found.x)
        """, 27),

    # packets
    value("a cursor moves behind what it pulled; integers come as Ptr", """
        @xdp
        def prog(ctx: xdp_md) -> int:
            global answer
            packet = ctx.cursor()
            first = packet.pull(u8)
            eth = packet.pull(ethhdr)
            word = packet.pull(be32)
            if first is None or eth is None or word is None:
                return XDP_DROP
            answer = s64(first.value) + ntohl(word.value)
            eth.h_dest[0] = 9
            return XDP_PASS
        """, 0x0F101112, returns=2),
    value("pull is None beyond the packet, and leaves the cursor", """
        @xdp
        def prog(ctx: xdp_md) -> int:
            global answer
            packet = ctx.cursor()
            big = packet.pull(Big)
            small = packet.pull(u16)
            if big is not None or small is None:
                return XDP_DROP
            answer = s64(small.value)
            return XDP_PASS
        """, 0x0100, returns=2),
    value("skip moves, beyond its limit the next pull is None", """
        @xdp
        def prog(ctx: xdp_md) -> int:
            global answer
            packet = ctx.cursor()
            packet.skip(3)
            packet.skip(x32, limit=8)
            found = packet.pull(u8)
            if found is not None:
                answer = s64(found.value)
            packet.skip(y32, limit=8)
            beyond = packet.pull(u8)
            if beyond is None:
                answer += 100
            return XDP_PASS
        """, 108),
    value("skip beyond the packet", """
        @xdp
        def prog(ctx: xdp_md) -> int:
            global answer
            packet = ctx.cursor()
            packet.skip(60 + x32)
            found = packet.pull(u8)
            answer = 1 if found is None else 2
            return XDP_PASS
        """, 1),
    value("a cursor passed to an @inline function moves for its caller", """
        @xdp
        def prog(ctx: xdp_md) -> int:
            global answer
            packet = ctx.cursor()
            packet.skip(2)
            both = ports(packet)
            rest = packet.pull(u8)
            answer = s64(both) * 1000 + s64(rest.value if rest is not None else 0)
            return XDP_PASS
        """, 0x02030405 * 1000 + 6),
    value("a while over pulls", """
        @xdp
        def prog(ctx: xdp_md) -> int:
            global answer
            packet = ctx.cursor()
            while (word := packet.pull(be64)) is not None:
                answer += s64(be64_to_cpu(word.value) & 0xFF)
            return XDP_PASS
        """, sum(range(7, 64, 8))),
    value("pulls in loops of iterators, and in one with a counter", """
        @xdp
        def prog(ctx: xdp_md) -> int:
            global answer
            packet = ctx.cursor()
            for i in bpf_for(0, 1500):
                byte = packet.pull(u8)
                if byte is None or byte.value == 10:
                    break
                answer += byte.value
            n = 0
            while n < 5:
                after = packet.pull(u8)
                if after is None:
                    return XDP_DROP
                answer += s64(after.value) * 100
                n += 1
            return XDP_PASS
        """, 45 + 100 * (11 + 12 + 13 + 14 + 15), returns=2),
    accepted("small pieces are too many for the verifier: a warning", """
        @xdp
        def prog(ctx: xdp_md) -> int:
            packet = ctx.cursor()
            while (byte := packet.pull(u8)) is not None:  # warning: [BPF3043]
                if byte.value == 255:
                    return XDP_DROP
            return XDP_PASS
        """, loads=False),
    value("a tc cursor begins at the frame, writes go to the packet", """
        @tc
        def prog(skb: __sk_buff) -> int:
            global answer
            packet = skb.cursor()
            eth = packet.pull(ethhdr)
            if eth is None:
                return TC_ACT_SHOT
            eth.h_source[5] = 77
            again = skb.cursor().pull(ethhdr)
            answer = s64(eth.h_dest[1]) * 100 + s64(again.h_source[5] if again is not None else 0)
            return TC_ACT_OK
        """, 177),
    value("lengths of packets are numbers: sums and differences of them, and with others", """
        @tc
        def prog(skb: __sk_buff) -> int:
            global answer
            length = skb.data_end - skb.data - 14
            answer = s64(skb.data_end - skb.data + rest(skb, x32) + length + (skb.data - skb.data_meta))
            return 0
        """, 64 + 64 + 5 + 50),
    value("the raw idiom", """
        @xdp
        def prog(ctx: xdp_md) -> int:
            global answer
            eth = ethhdr.at(ctx.data)
            if ctx.data + sizeof(ethhdr) > ctx.data_end:
                return XDP_DROP
            answer = s64(ntohs(eth.h_proto))
            word = Point.at(ctx.data + 16)
            if ctx.data_end >= ctx.data + 24:
                answer += s64(word.x & 0xFF) * 100_000
            return XDP_PASS
        """, 0x0C0D + 16 * 100_000),
    value("the raw idiom, with the comparison the other way round and a length", """
        @xdp
        def prog(ctx: xdp_md) -> int:
            global answer
            answer = s64(ctx.data_end - ctx.data)
            end = ctx.data_end
            start = ctx.data
            if end < start + 1:
                return XDP_DROP
            first = Point.at(start)
            if not start + sizeof(Point) <= end:
                return XDP_DROP
            answer += s64(first.y & 0xFF) * 1000
            return XDP_PASS
        """, 4064),
    accepted("`.at()` is free: what is not read needs no check", """
        @xdp
        def prog(ctx: xdp_md) -> int:
            eth = ethhdr.at(ctx.data)
            return XDP_PASS
        """),
    refused("a read that no check dominates, at the access", """
        @xdp
        def prog(ctx: xdp_md) -> int:
            eth = ethhdr.at(ctx.data)
            if x32 > 3:
                if ctx.data + sizeof(ethhdr) > ctx.data_end:
                    return XDP_DROP
            return XDP_DROP if eth.h_dest[0] == 1 else XDP_PASS  # error: [BPF3020]
        """),
    refused("a check that is too short for the access", """
        @xdp
        def prog(ctx: xdp_md) -> int:
            eth = ethhdr.at(ctx.data)
            if ctx.data + 13 > ctx.data_end:
                return XDP_DROP
            if eth.h_source[0] == 1:
                return XDP_DROP
            return XDP_DROP if eth.h_proto == 0 else XDP_PASS  # error: [BPF3020]
        """),
    refused("a check in the wrong direction", """
        @xdp
        def prog(ctx: xdp_md) -> int:
            eth = ethhdr.at(ctx.data)
            if ctx.data + sizeof(ethhdr) <= ctx.data_end:
                return XDP_DROP
            return XDP_DROP if eth.h_dest[0] == 1 else XDP_PASS  # error: [BPF3020]
        """),
    refused("a helper that moves the packet invalidates what was read", """
        @xdp
        def prog(ctx: xdp_md) -> int:
            packet = ctx.cursor()
            eth = packet.pull(ethhdr)
            if eth is None:
                return XDP_DROP
            if bpf_xdp_adjust_head(ctx, -14):
                return XDP_DROP
            return XDP_DROP if eth.h_dest[0] == 1 else XDP_PASS  # error: [BPF3021]
        """),
    refused("a subprogram, an inline function and a global subprogram that move it do, too", """
        @subprog
        def moves(ctx: xdp_md) -> bool:
            return bpf_xdp_adjust_head(ctx, -14) == 0

        @subprog
        def calls_what_moves(ctx: xdp_md) -> bool:
            return moves(ctx)

        @xdp
        def prog(ctx: xdp_md) -> int:
            eth = ethhdr.at(ctx.data)
            if ctx.data + sizeof(ethhdr) > ctx.data_end:
                return XDP_DROP
            if calls_what_moves(ctx):
                return XDP_DROP
            return XDP_DROP if eth.h_dest[0] == 1 else XDP_PASS  # error: [BPF3021]
        """),
    value("behind it a new check makes a new reference good, and a cursor goes on", """
        @xdp
        def prog(ctx: xdp_md) -> int:
            global answer
            packet = ctx.cursor()
            packet.skip(4)
            if bpf_xdp_adjust_head(ctx, 4):
                return XDP_DROP
            byte = packet.pull(u8)
            eth = ethhdr.at(ctx.data)
            if ctx.data + sizeof(ethhdr) > ctx.data_end or byte is None:
                return XDP_DROP
            answer = s64(eth.h_dest[0]) * 100 + byte.value
            return XDP_PASS
        """, 408),
    refused("packet pointers are no numbers, and not compared with them", """
        @xdp
        def prog(ctx: xdp_md) -> int:
            a: u32 = ctx.data  # error: [BPF2018]
            if ctx.data > 5:  # error: [BPF2006]
                return XDP_DROP
            b = ctx.data + ctx.data  # error: [BPF2005]
            c = ctx.data * 2  # error: [BPF2005]
            return XDP_PASS
        """),
    refused("pull takes types; a cursor has one name and is no argument of a subprogram", """
        @xdp
        def prog(ctx: xdp_md) -> int:
            packet = ctx.cursor()
            a = packet.pull(4)  # error: [BPF2001]
            other = packet  # error: [BPF2025]
            packet.skip(-1)  # error: [BPF2004]
            return XDP_PASS
        """),
    accepted("cgroup_skb has a cursor at the network header", """
        @cgroup_skb_ingress
        def prog(skb: __sk_buff) -> int:
            packet = skb.cursor()
            ip = packet.pull(iphdr)
            if ip is None:
                return 1
            return 1 if ip.version == 4 else 0
        """),

    # kernel types
    accepted("trusted chains need no tests between hops, an untrusted chain is read by core_read", """
        @tp_btf("sys_enter")
        def prog() -> int:
            global answer
            task = bpf_get_current_task_btf()
            answer = task.real_parent.real_parent.tgid
            mm = task.mm
            if mm is not None:
                answer += s64(mm.total_vm & 0xFFFF)
            other = bpf_get_current_task()
            answer += core_read(other.real_parent.real_parent.tgid)
            return 0
        """),
    refused("a bare read of an untrusted pointer, with core_read as the way out", """
        @kprobe("do_unlinkat")
        def prog(ctx: pt_regs, dfd: s32, name: filename) -> int:
            print(f"{name.iname}")  # error: [BPF2034]
            task = bpf_get_current_task()
            return task.tgid  # error: [BPF2034]
        """),
    accepted("core_read and core_read_str of each hop; text of a `char *`", """
        class Named(Struct):
            name: Annotated[Str, 32]

        @kprobe("do_unlinkat")
        def prog(ctx: pt_regs, dfd: s32, name: filename) -> int:
            named = Named.zero()
            core_read_str(named.name, name.name)
            core_read_str(named.name, bpf_get_current_task().comm)
            print(f"{core_read(name.name):s} {named.name}")
            return 0
        """),
    refused("core_read of a whole kernel struct, sizeof of one", """
        @kprobe("do_unlinkat")
        def prog(ctx: pt_regs) -> int:
            task = bpf_get_current_task()
            whole = core_read(task.se)  # error: [BPF2017]
            size = sizeof(task)  # error: [BPF2017]
            offset = offsetof(task_struct, "tgid")  # error: [BPF2017]
            return s32(sizeof(task_struct))  # error: [BPF2017]
        """),
    accepted("type_size instead, field_exists, field_size, enum values, kfunc_exists", """
        from pybpfc.kfuncs import bpf_task_acquire
        from pybpfc.vmlinux import bpf_map_type

        @tp_btf("sys_enter")
        def prog() -> int:
            global answer
            task = bpf_get_current_task_btf()
            answer = s64(type_size(task_struct)) + s64(field_exists(task.mm)) + s64(field_size(task.tgid))
            answer += s64(type_exists(task_struct)) + s64(enum_value_exists(bpf_map_type.BPF_MAP_TYPE_HASH))
            answer += s64(enum_value(bpf_map_type.BPF_MAP_TYPE_ARRAY)) + s64(kfunc_exists(bpf_task_acquire))
            return 0
        """),
    accepted("cast makes an untrusted pointer of an integer, and keeps the trust of a pointer", """
        class task_struct___mine(KernelStruct):
            tgid: s32

        @tp_btf("sys_enter")
        def prog() -> int:
            global answer
            task = bpf_get_current_task_btf()
            keep[1] = u64(task)
            answer = cast(task_struct___mine, task).tgid
            again = keep.lookup(1)
            if again is not None:
                answer += core_read(cast(task_struct, again.value).tgid)
            return 0
        """),
    refused("an integer that was cast is untrusted", """
        @tp_btf("sys_enter")
        def prog() -> int:
            return cast(task_struct, 5).tgid  # error: [BPF2034]
        """),
    refused("kernel memory is not written", """
        @tp_btf("sys_enter")
        def prog() -> int:
            task = bpf_get_current_task_btf()
            task.tgid = 4  # error: [BPF2025]
            return 0
        """),
    refused("an unknown field of a kernel struct", """
        @tp_btf("sys_enter")
        def prog() -> int:
            return bpf_get_current_task_btf().tgidd  # error: [BPF2011]
        """),
    refused("pointer arguments of system calls and user probes lead to user memory", """
        @ksyscall("openat")
        def prog(dfd: s32, name: Ptr[u8]) -> int:
            return name.value  # error: [BPF2034]

        @uprobe("/bin/ls", "main")
        def in_user_space(point: Point) -> int:
            return s32(point.x & 1)  # error: [BPF2034]
        """),
    accepted("core_read_user reads them", """
        @ksyscall("openat")
        def prog(dfd: s32, name: Ptr[u8]) -> int:
            return core_read_user(name.value)

        @uprobe("/bin/ls", "main")
        def reads_user_space(point: Point) -> int:
            return s32(core_read_user(point.x) & 1) + s32(core_read_user(cast_user(Point, 4096).y) & 1)
        """),
    refused("arguments of what is traced are compared with the kernel's types", """
        @fentry("do_unlinkat")
        def prog(dfd: u64) -> int:  # error: [BPF2040]
            return 0

        @fentry("do_unlinkat")
        def other_struct(dfd: s32, name: task_struct) -> int:  # error: [BPF2040]
            return 0

        @fentry("do_unlinkat")
        def too_many(dfd: s32, name: filename, a: u64) -> int:  # error: [BPF2040]
            return 0
        """),
    accepted("their names are free, trailing ones may be left out, `ret` is the result", """
        @fentry("do_unlinkat")
        def prog(anything: s32) -> int:
            return 0

        @fexit("do_unlinkat")
        def with_result(a: s32, b: filename, ret: s32) -> int:
            return 0

        @fentry("do_unlinkat")
        def without_any() -> int:
            return 0

        @kprobe("do_unlinkat")
        def without_context(dfd: s32) -> int:
            return dfd & 1

        @kretprobe("do_unlinkat")
        def at_return(ret: s64) -> int:
            return s32(ret & 1)
        """, loads=False),
    module("a name that the kernel does not have", """
        from pybpfc import *
        from pybpfc.vmlinux import task_structt  # error: [BPF1003]
        """),
    module("a partial struct by hand, and a flavour", """
        from pybpfc import *
        from pybpfc.helpers import *
        LICENSE = "GPL"
        class task_struct(KernelStruct):
            tgid: s32
        class task_struct___old(KernelStruct):
            state: s64
        @tp_btf("sys_enter")
        def prog() -> int:
            task = bpf_get_current_task()
            if field_exists(cast(task_struct___old, task).state):
                return s32(core_read(cast(task_struct___old, task).state) & 1)
            return core_read(cast(task_struct, task).tgid) & 1
        """),
])

pytestmark = marks("pointers")


@pytest.mark.parametrize("number", TABLE.parameters)
def test_claim(number: int) -> None:
    TABLE.check(number)
