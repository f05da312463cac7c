"""What must be proven, kept or left alone, by whatever name and way: rodata, records, indexes, None."""

from __future__ import annotations

import pytest

from .cases import Table, accepted, marks, refused, value

HEAD = """
from pybpfc.vmlinux import task_struct, file
from pybpfc.kfuncs import bpf_task_from_pid, bpf_task_release, bpf_task_acquire
x32: u32 = data(5)
yes: bool = data(True)
class Point(Struct):
    x: u32
    y: u32
class Inner(Struct):
    a: u8
    b: Annotated[Array[Point], 3]
class Outer(Struct):
    inner: Annotated[Array[Inner], 2]
    name: Annotated[Str, 16]
hits = HashMap[u32, u64](max_entries=64)
outers = HashMap[u32, Outer](max_entries=4)
events = RingBuf[Outer](max_entries=4096)
glob: Outer = data(0)
ro: Outer = rodata(0)
tasks = TaskStorage[Outer]()
class Kept(Struct):
    task: kptr[task_struct]
kept = ArrayMap[Kept](max_entries=1)
@subprog
def pick(outer: Outer, i: u32) -> Inner:
    return outer.inner[i & 1]
@inline
def pick_inline(outer: Outer, i: u32) -> Point:
    if i > 3:
        return outer.inner[0].b[i % 3]
    return outer.inner[1].b[0]
"""

TABLE = Table(HEAD, [
    value("an element of rodata is read through an @inline function", "pick_inline(ro, x32).x", 0),
    refused("rodata written through what an inline function gives", "pick_inline(ro, x32).x = 3  # error: [BPF2025]"),
    refused("rodata written through a subprogram's reference", """
        p = pick(ro, 1)
        p.a = 4  # error: [BPF2025]
        """),
    refused("rodata written through a loop over refs", """
        for o in (glob, ro):
            o.inner[0].a = 1  # error: [BPF2025]
        """),
    refused("rodata in a conditional", "(glob if yes else ro).inner[0].a = 1  # error: [BPF2025]"),
    refused("rodata swapped", "ro.inner[0].a, glob.inner[0].a = 1, 2  # error: [BPF2025]"),
    refused("rodata as ptr for a writer", """
        @subprog
        def writes_to(p: Ptr[u32]) -> None:
            p.value = 3  # error: [BPF2025]

        @syscall
        def prog(given: Given) -> int:
            writes_to(ptr(ro.inner[0].b[0].x))
            return 0
        """),
    value("ranges prove indexes of nested arrays", """
        for i in range(2):
            for j in range(3):
                glob.inner[i].b[j].x = i * 10 + j
        answer = s64(glob.inner[1].b[2].x) + pick(glob, 1).b[1].x + pick_inline(glob, x32).x
        """, 12 + 11 + 2),
    value("storage of a task: made, found again", """
        task = bpf_get_current_task_btf()
        value = tasks.get(task, create=True)
        if value is not None:
            value.inner[1].a = 7
        again = tasks.get(task)
        answer = s64(again.inner[1].a if again is not None else 0)
        """, 7),
    value("arrays and text of a record", """
        record = events.reserve()
        if record is None:
            return 1
        record.inner[0] = glob.inner[1]
        record.name = "x"
        answer = s64(record.name[0])
        events.discard(record)
        """, 120),
    refused("a record whose only name is assigned again", """
        record = events.reserve()
        if record:
            other = record
            other.name = "a"
            if x32 > 3:
                record = events.reserve()
                if record is None:
                    return 0  # error: [BPF3070]
            events.submit(record)
        """),
    accepted("a record is submitted under its other name", """
        record = events.reserve()
        if record:
            other = record
            events.submit(other)
        """),
    refused("use of the other name behind the submit", """
        record = events.reserve()
        if record:
            other = record
            events.submit(other)
            record.name = "a"  # error: [BPF3071]
        """),
    refused("a leak where an @inline function says no", """
        @inline
        def fills(outer: Outer, n: u32) -> bool:
            if n > 3:
                return False
            outer.name = "a"
            return True

        @syscall
        def prog(given: Given) -> int:
            record = events.reserve()
            if record is None:
                return 0
            if not fills(record, x32):
                return 0  # error: [BPF3070]
            events.submit(record)
            return 0
        """),
    refused("a leak by a `break`, at the exit behind the loop", """
        @syscall
        def prog(given: Given) -> int:
            for i in range(4):
                record = events.reserve()
                if record is None:
                    break
                if i == x32:
                    break
                events.submit(record)
            return 0  # error: [BPF3070]
        """),
    refused("a task that is not kept after all", """
        slot = kept.lookup(0)
        task = bpf_task_from_pid(1)
        if slot is None or task is None:
            return 1  # error: [BPF3070]
        old = bpf_kptr_xchg(slot.task, task)
        if old is not None:
            bpf_task_release(old)
        """),
    refused("a join of a bound and of too large a constant is no proof", """
        i = x32
        if yes:
            if i > 1:
                return 1
        else:
            i = 3
        answer = s64(glob.inner[i].a)  # error: [BPF3010]
        """),
    value("index proven on both arms", """
        i = x32
        if yes:
            if i > 1:
                i = 1
        else:
            i = 0
        glob.inner[1].a = 9
        answer = s64(glob.inner[i].a)
        """, 9),
    refused("a proof of one variable says nothing of what the other becomes", """
        i = x32
        if (j := i) < 2:
            answer = s64(glob.inner[j].a)
            i += 1
            answer += glob.inner[i].a  # error: [BPF3010]
        """),
    value("min with the length less one is a proof", "s64(glob.inner[min(x32, len(glob.inner) - 1)].a) * 0 + 4", 4),
    refused("a loop's variable that the body assigns", """
        for i in range(2):
            i += 1
            answer += s64(glob.inner[i].a)  # error: [BPF3010]
        """),
    refused("a range downwards that begins at the length", """
        for i in range(2, -1, -1):
            answer += s64(glob.inner[i].a)  # error: [BPF3010]
        """),
    refused("an index that may wrap", """
        i: u8 = 1
        i -= u8(x32 & 1)
        j = i - 1
        answer = s64(glob.inner[j].a)  # error: [BPF3010]
        """),
    refused("a kernel pointer that is None", """
        @tp_btf("sys_enter")
        def prog() -> int:
            task: task_struct | None = None
            return task.tgid  # error: [BPF2012]
        """),
    refused("Str of different sizes are neither stored nor compared", """
        class S4(Struct):
            t: Annotated[Str, 4]

        s4: S4 = data(0)

        @syscall
        def prog(given: Given) -> int:
            s4.t = glob.name  # error: [BPF2001]
            if s4.t == glob.name:  # error: [BPF2006]
                return 1
            return 0
        """),
    refused("a Str is no condition", """
        if glob.name:  # error: [BPF2010]
            return 1
        """),
    refused("keyword-only parameters and **", """
        @subprog
        def kwonly(a: u32, *, b: u32) -> u32:  # error: [BPF1011]
            return a + b

        @subprog
        def kwargs(a: u32, **b: u32) -> u32:  # error: [BPF1011]
            return a

        @syscall
        def prog(given: Given) -> int:
            return s32(kwonly(1, b=2) + kwargs(1))
        """),
    refused("an annotation of a field", """
        glob.inner[0].a: u8 = 4  # error: [BPF1020]
        """),
    refused("`in` in a chain, `is` with a number", """
        if 1 < x32 in (3, 5):  # error: [BPF1020]
            return 1
        if x32 is 5:  # error: [BPF2006]
            return 1
        """),
    refused("`return` without a value", """
        @syscall
        def prog(given: Given) -> int:
            if yes:
                return  # error: [BPF2001]
            return 0
        """),
    refused("text is not added to a Str", "glob.name += 'x'  # error: [BPF2025]"),
])

pytestmark = marks("proofs")


@pytest.mark.parametrize("number", TABLE.parameters)
def test_claim(number: int) -> None:
    TABLE.check(number)
