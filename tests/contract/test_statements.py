"""Statements and expressions: assignment, branches, loops, match, assert, conditions, order of evaluation, refusals."""

from __future__ import annotations

import pytest

from .cases import Table, accepted, marks, module, refused, value

HEAD = """
import enum
import pybpfc.net as net
x32: u32 = data(5)
y32: u32 = data(9)
zero: u32 = data(0)
s: s32 = data(-5)
big: u64 = data(2**40)
yes: bool = data(True)
no: bool = data(False)
calls: u32 = data(0)
hits = HashMap[u32, u64](max_entries=64)
counts = PerCpuArray[u64](max_entries=4)
numbers: Annotated[Array[u32], 8] = data((1, 2, 3, 4, 5, 6, 7, 8))
text: Annotated[Str, 8] = data("bash")
PORTS = (5, 80, 443)
LIMITS = {"fast": 5, "slow": 50}
NOTHING = ()


class Color(enum.IntEnum):
    RED = 5
    BLUE = 9


class Plain(enum.Enum):
    ONE = 1


class Nested:
    class Inner:
        VALUE = 5
        OTHER = 9


class Point(Struct):
    x: u32
    y: u32


point: Point = data(Point(x=1, y=2))


@subprog
def called(n: u32) -> u32:
    global calls
    calls = calls * 10 + n
    return n


@inline
def called_inline(n: u32) -> u32:
    global calls
    calls = calls * 10 + n
    return n


@subprog
def digits(a: u32, b: u32, c: u32) -> u32:
    return a * 100 + b * 10 + c


@inline
def digits_inline(a: u32, b: u32, c: u32) -> u32:
    return a * 100 + b * 10 + c


@subprog
def moved(place: Point) -> u64:
    place.x += 1
    return 7
"""


def fresh(body: str) -> str:
    """A body that begins with no calls counted, and whose answer may be the calls."""
    lines = (line.removeprefix("        ") for line in body.strip("\n").split("\n"))
    return "\n".join(("global calls", "calls = 0", *lines))


TABLE = Table(HEAD, [
    # assignment
    value("chained assignment goes from left to right, its value is evaluated once", fresh("""
        a = numbers[0] = called(3)
        """) + "\nanswer = s64(calls * 100 + a * 10 + numbers[0])", 333),
    value("nested tuples", """
        a, (b, (c, d)) = 1, (2, (3, x32))
        answer = s64(a * 1000 + b * 100 + c * 10 + d)
        """, 1235),
    value("a tuple in brackets, and one target", """
        [a, b] = x32, y32
        (c,) = (7,)
        answer = s64(a * 100 + b * 10 + c)
        """, 597),
    value("a tuple assignment reads its right side first", """
        a, b = x32, y32
        a, b = b, a
        a, b = a + b, a - b
        answer = s64(a * 100 + b)
        """, 1404),
    value("a walrus in a condition, in an argument, in a comparison", """
        if (a := x32) > 3 and (b := a + 1) == 6:
            answer = s64(a * 10 + b) + called(c := 4) * 0 + s64(c) * 100
        """, 456),
    value("augmented assignment evaluates its place once", fresh("""
        numbers[called(2) & 7] += 10
        answer = s64(calls * 100 + numbers[2])
        """), 213),
    value("augmented assignment reads its place before the right side", """
        a = x32
        a += (a := 7)
        answer = s64(a)
        """, 12),
    value("every augmented operator", """
        a = x32
        a += 10
        a -= 1
        a *= 7
        a //= 3
        a %= 20
        a <<= 3
        a >>= 1
        a |= 64
        a &= 0xFE
        a ^= 3
        answer = s64(a)
        """, ((((((5 + 10 - 1) * 7 // 3) % 20) << 3) >> 1 | 64) & 0xFE) ^ 3),
    refused("tuples of different lengths", "a, b = 1, 2, 3  # error: [BPF2026]"),
    refused("a starred target", "a, *b = 1, 2  # error: [BPF1020]"),
    refused("a tuple as a value", "pair = (1, 2)  # error: [BPF1020]"),
    refused("`del` of a variable", """
        a = 1
        del a  # error: [BPF1020]
        """),
    value("`del` of several entries of maps", """
        hits[1] = 1
        hits[2] = 1
        hits[3] = 1
        del hits[1], hits[3]
        answer = s64(1 in hits) + s64(2 in hits) * 2 + s64(3 in hits) * 4
        """, 2),

    # branches and conditions
    value("elif and else", """
        if x32 > 5:
            answer = 1
        elif x32 == 5:
            answer = 2
        else:
            answer = 3
        """, 2),
    value("`and` and `or` stop early, from left to right", fresh("""
        if called(1) == 2 and called(2) == 2 or called(3) == 3 or called(4):
            answer = s64(calls)
        """), 13),
    value("`not` binds weaker than a comparison", "s64(not x32 == 5) + s64(not zero) * 10", 10),
    value("`not` of `and` and `or`", "s64(not (x32 and zero)) + s64(not (x32 or zero)) * 10", 1),
    value("a 64-bit number with no low bits is true", "1 if big else 2", 1),
    value("a comparison chain evaluates the middle once and stops early", fresh("""
        if called(1) < called(2) < called(2) < called(4):
            answer = 9
        answer += s64(calls)
        """), 122),
    value("a chain of equalities and inequalities", "s64(5 == x32 != y32 >= x32 < 6) + s64(x32 < y32 > x32) * 10", 11),
    value("`and`, `or` and `not` of bools are values",
          "s64(yes and not no) + s64(no or no) * 2 + s64(yes ^ no) * 4", 5),
    refused("`or` of integers is no value", "a = x32 or 4  # error: [BPF2010]"),
    refused("`and` of an integer and a bool is no value", "a = yes and x32  # error: [BPF2010]"),
    value("`and` of integers is a condition in if, while, ternary, assert, and bool()", """
        count = 3
        while count and x32:
            count -= 1
        assert x32 and y32 or zero
        answer = (10 if x32 and y32 else 20) + s64(bool(x32)) + count
        """, 11),
    value("a ternary evaluates one arm", fresh("""
        a = called(1) if yes else called(2)
        answer = s64(calls * 10 + a)
        """), 11),
    value("nested ternaries associate to the right", "1 if no else 2 if no else 3 if yes else 4", 3),
    value("`in` and `not in` a tuple, of constants and variables",
          "s64(x32 in (1, y32, 5)) + s64(x32 not in (5, 6)) * 2 + "
          "s64(x32 in PORTS) * 4 + s64(x32 in NOTHING) * 8", 5),
    value("`in` evaluates the tuple before it compares, as Python builds it", fresh("""
        if x32 in (called(5), called(6)):
            answer = s64(calls)
        """), 56),
    value("min, max, abs, of several and mixed with constants",
          "min(x32, y32, 7) * 100 + max(x32, 2, y32) * 10 + u32(abs(s))", 595),
    value("any and all of literal tuples", "s64(any((zero, x32 > 100, y32))) + s64(all((x32, y32, zero))) * 2 + "
          "s64(all((yes, x32))) * 4 + s64(any((no, zero))) * 8", 5),
    value("any and all of empty tuples", "s64(any(())) + s64(all(())) * 2", 2),
    value("len of constants", "len(PORTS) * 10 + len('bash') + len(b'ab')", 36),
    value("len of literal tuples of constants", "(x32 + 2 ** len((1, 'a', (PORTS[0], None)))) * 10 + len(())", 130),
    refused("len of a tuple with a call in it", "a = len((called(1), 2))  # error: [BPF2013]"),
    refused("len of a tuple with a variable in it", "a = len((1, (2, x32)))  # error: [BPF2013]"),
    refused("len of a list display", "a = len([1, 2])  # error: [BPF1020]"),
    value("len of text is the number of its characters, as Python counts them", "len('äö')", 2),
    value("a dotted constant of nested classes, a dict's and a tuple's",
          "Nested.Inner.VALUE + LIMITS['slow'] * 10 + PORTS[1]", 585),
    refused("a plain Enum's member is no integer", "a = Plain.ONE  # error: [BPF1024]"),
    refused("a missing key of a module's dict", "a = LIMITS['none']  # error: [BPF1022]"),
    refused("a module's tuple by a run-time index", "a = PORTS[x32 & 1]  # error: [BPF1024]"),
    value("a conditional of constants is no constant", "(1 if yes else 2) + x32", 6),

    # match
    value("literals, alternatives, dotted constants, enum members, guards, the rest", """
        for i in range(12):
            match i:
                case 0:
                    answer += 1
                case 1 | 2:
                    answer += 10
                case Nested.Inner.VALUE:
                    answer += 100
                case Color.BLUE if x32 == 5:
                    answer += 1000
                case Color.BLUE:
                    answer += 10**6
                case net.IPPROTO_TCP | 7:
                    answer += 10_000
                case _ if i == 11:
                    answer += 100_000
                case _:
                    answer += 10**9
        """, 1 + 20 + 100 + 1000 + 20_000 + 100_000 + 10**9 * 4),
    value("the subject is evaluated once, cases are tried in order", fresh("""
        match called(5):
            case 4:
                answer = 1
            case 5 if called(1) == 2:
                answer = 2
            case 5 if called(2) == 2:
                answer = s64(calls)
            case _:
                answer = 4
        """), 512),
    value("a match of a negative literal, of a bool, of text", """
        match s:
            case -5:
                answer = 1
        match yes:
            case True:
                answer += 10
            case False:
                answer += 20
        match text:
            case "init":
                answer += 100
            case "bash" | "zsh":
                answer += 200
        """, 211),
    value("`case _` binds nothing, a match without a fitting case does nothing", """
        match x32:
            case 1:
                answer = 1
        match x32:
            case _:
                pass
        """, 0),
    refused("a bare name that is a constant", """
        LIMIT = 5

        @syscall
        def prog(given: Given) -> int:
            match x32:
                case LIMIT:  # error: [BPF2029]
                    return 1
            return 0
        """),
    refused("a bare name that is none", """
        match x32:
            case found:  # error: [BPF2029]
                answer = 1
        """),
    refused("sequence, class, mapping and capture patterns", """
        match x32:
            case [1, 2]:  # error: [BPF2029]
                answer = 1
            case Point(x=1):  # error: [BPF2029]
                answer = 1
            case {"a": 1}:  # error: [BPF2029]
                answer = 1
            case 1 as one:  # error: [BPF2029]
                answer = 1
        """),

    # assert
    value("a failed assert leaves with the neutral result, 0", """
        @syscall
        def prog(given: Given) -> int:
            global answer
            answer = 5
            assert x32 > 100, "never"
            answer = 6
            return 7
        """, 5, returns=0),
    value("a failed assert in XDP gives XDP_ABORTED", """
        @xdp
        def prog(ctx: xdp_md) -> int:
            assert ctx.rx_queue_index > 100
            return XDP_PASS
        """, 0, returns=0),
    value("a failed assert in a tc program gives TC_ACT_OK, 0", """
        @tc
        def prog(skb: __sk_buff) -> int:
            assert skb.len > 10_000
            return TC_ACT_SHOT
        """, 0, returns=0),
    value("a failed assert in a subprogram returns 0, False or None from it alone", """
        @subprog
        def asserts(n: u32) -> u32:
            assert n > 100
            return n

        @subprog
        def asserts_bool(n: u32) -> bool:
            assert n > 100
            return True

        @inline
        def asserts_inline(n: u32) -> u32:
            assert n > 100
            return n

        @syscall
        def prog(given: Given) -> int:
            global answer
            answer = s64(asserts(5)) + s64(asserts_bool(5)) * 10 + s64(asserts_inline(5)) * 100 + 4000 + asserts(200)
            return 0
        """, 4200),
    refused("a message that is computed", "assert x32 > 3, f'{x32}'  # error: [BPF1020]"),

    # loops
    value("range with one, two and three arguments", """
        for i in range(3):
            answer = answer * 10 + i
        for j in range(5, 7):
            answer = answer * 10 + j
        for k in range(9, 3, -3):
            answer = answer * 10 + k
        """, 125_696),
    value("sums over a range whose bound has 64 bits, which LLVM would multiply in 128 bits", """
        n = big >> 37
        if n < 10:
            squares: u64 = 0
            for i in range(n):
                answer += s64(i)
                squares += i * i
            k: u64 = 0
            while k < n:
                squares += k * 3 + 1
                k += 1
            answer = answer * 1000 + s64(squares)
        """, 28_000 + 140 + 92),
    value("else runs where no break did", """
        for i in range(4):
            if i == 9:
                break
        else:
            answer += 1
        for j in range(4):
            if j == 2:
                break
        else:
            answer += 10
        for k in range(zero & 3):
            answer += 1000
        else:
            answer += 100
        """, 101),
    value("continue and break leave the innermost loop", """
        for i in range(4):
            for j in range(4):
                if j == 1:
                    continue
                if j == 3:
                    break
                answer += s64(i * 10 + j)
            if i == 2:
                continue
            answer += 1000
        """, sum(i * 10 + j for i in range(4) for j in (0, 2)) + 3000),
    value("break in an else branch of an inner loop is the outer's", """
        for i in range(5):
            for j in range(2):
                pass
            else:
                if i == 3:
                    break
            answer += 1
        """, 3),
    value("bounds are evaluated once", """
        n = x32 & 7
        for i in range(n):
            n = 100
            answer += 1
        """, 5),
    value("assigning to the variable does not change how often the loop runs, and lasts for the round", """
        for i in range(4):
            i += 10
            answer += s64(i)
        """, 46),
    value("the variable keeps its last value behind the loop", """
        for i in range(6):
            if i == x32 - 1:
                break
        answer = s64(i)
        for i in range(3):
            pass
        answer = answer * 10 + s64(i)
        """, 42),
    value("unrolled, with break, continue and else", """
        for i in unrolled(range(8)):
            if i == 2:
                continue
            if i == x32:
                break
            answer = answer * 10 + i
        else:
            answer = 0
        """, 134),
    value("a literal tuple, one of the module", """
        for port in PORTS:
            answer += port
        for value_of in (x32, y32, 1):
            answer = answer * 10 + s64(value_of)
        """, (528 * 1000) + 591),
    value("bpf_for and bpf_repeat, with break, continue, else and return behind them", """
        for i in bpf_for(2, s32(x32)):
            if i == 3:
                continue
            answer = answer * 10 + i
        else:
            answer = answer * 10 + 9
        count = 0
        for _ in bpf_repeat(100):
            count += 1
            if count == 7:
                break
        answer = answer * 10 + count
        """, 2497),
    value("while with a counter, else, break", """
        n = x32 & 7
        while n > 0:
            answer = answer * 10 + n
            n -= 1
        else:
            answer = answer * 10 + 8
        while True:
            n += 1
            if n > 10:
                break
        answer = answer * 100 + n
        """, 54_321_811),
    value("a while's condition may bind, and is evaluated before each round", """
        left: u32 = 4
        while (left := left - 1) > 0:
            answer = answer * 10 + left
        answer = answer * 10 + left
        """, 3210),
    refused("`while True` without a way out, `while 1` with a break of another loop only", """
        @syscall
        def prog(given: Given) -> int:
            global answer
            while True:  # error: [BPF3040]
                answer += 1

        @syscall
        def never_left(given: Given) -> int:
            while 1:  # error: [BPF3040]
                for i in range(4):
                    break
        """),
    refused("a range that nothing bounds", """
        for i in range(x32):  # error: [BPF3042]
            answer += 1
        """),
    refused("a step that is no constant", """
        for i in range(0, 8, x32):  # error: [BPF2024]
            answer += 1
        """),
    refused("a step of 0", """
        for i in range(0, 8, 0):  # error: [BPF2024]
            answer += 1
        """),
    refused("unrolled with a run-time bound", """
        for i in unrolled(range(x32)):  # error: [BPF2024]
            answer += 1
        """),
    refused("a loop over an array, a map, a Str, a number", """
        for a in numbers:  # error: [BPF2024]
            pass
        for b in hits:  # error: [BPF2024]
            pass
        for c in text:  # error: [BPF2024]
            pass
        for d in 5:  # error: [BPF2024]
            pass
        for e in enumerate(PORTS):  # error: [BPF2024]
            pass
        for f in zip(PORTS, PORTS):  # error: [BPF2024]
            pass
        """),
    refused("a loop's variable is unassigned where the loop may take no round", """
        for i in range(x32 & 3):
            pass
        answer = s64(i)  # error: [BPF3001]
        """),
    refused("a variable assigned in one branch only", """
        if yes:
            a = 1
        answer = a  # error: [BPF3001]
        """),
    refused("a variable bound behind `and`", """
        if yes and (a := x32) > 3:
            pass
        answer = s64(a)  # error: [BPF3001]
        """),

    # evaluation order
    value("operands, arguments and keywords are evaluated from left to right", fresh("""
        a = called(1) + called(2) * called(3)
        p = Point(y=called(4), x=called(5))
        answer = s64(calls) * 100 + a
        """), 1_234_507),
    value("an argument sees a walrus before it, not behind it", """
        a = x32
        answer = s64(a + (a := 7) + a)
        """, 19),
    value("a subscript's index is evaluated before the right side of its augmented assignment", fresh("""
        numbers[called(1) & 7] += called(2)
        answer = s64(calls)
        """), 12),
    value("a plain assignment evaluates its right side first", fresh("""
        numbers[called(1) & 7] = called(2)
        answer = s64(calls)
        """), 21),
    value("keywords are evaluated as they are written, in calls of functions, methods and helpers", fresh("""
        answer = s64(digits(c=called(1), a=called(2), b=called(3)) * 1000 + digits_inline(4, c=called(4), b=called(5)))
        hits.update(value=called(6), key=called(7))
        bpf_map_update_elem(hits, flags=called(2) - 2, value=called(8), key=called(9))
        answer = answer * 10**9 + s64(calls)
        """), (231_000 + 454) * 10**9 + 123_456_728 * 10 + 9),
    value("a keyword's walrus is seen by those written behind it", """
        answer = s64(digits(c=(k := x32), a=k + 1, b=(k := 7)) * 10 + k)
        """, 6757),
    value("a number is read when its turn comes, not at the call that takes its address", """
        point.x, point.y = 3, 4
        bpf_map_update_elem(hits, point.x, moved(point), 0)
        answer = s64(hits.get(3, 0) * 100 + point.x)
        point.x, point.y = 1, 2
        """, 704),
    value("an inlined function's argument is evaluated once", fresh("""
        answer = s64(called_inline(called_inline(3)) + calls)
        """), 36),

    # printing
    accepted("f-strings with constants, formats, `=`; several arguments", """
        n = bpf_printk(f"{x32} {x32=} {x32:x} {x32:#06x} {s:5d} {PORTS[0]} {Color.RED} {3 * 4}")
        print("a", x32, f"{y32}", 7, text)
        print()
        print("100%", x32)
        """),
    value("bpf_snprintf fills a Str with what Python would format", """
        class Line(Struct):
            line: Annotated[Str, 32]

        line_of: Line = data(0)

        @syscall
        def prog(given: Given) -> int:
            global answer
            bpf_snprintf(line_of.line, f"{x32:03d}|{s}|{text}|{big:x}|{Color.RED:d}|100%")
            answer = s64(line_of.line == "005|-5|bash|10000000000|5|100%")
            return 0
        """, 1),
    refused("an f-string elsewhere", "a = f'{x32}'  # error: [BPF1020]"),
    refused("a float format", "print(f'{x32:.2f}')  # error: [BPF2028]"),

    # refused constructs
    refused("try, raise, with of anything, import, class, def, lambda, comprehension, displays", """
        try:  # error: [BPF1020]
            answer = 1
        except ValueError:
            pass
        raise ValueError  # error: [BPF1020]
        """),
    refused("import, from import, class, def, async def", """
        import os  # error: [BPF1020]
        from os import path  # error: [BPF1020]
        class Local:  # error: [BPF1020]
            pass
        def local() -> int:  # error: [BPF1020]
            return 1
        async def waits() -> int:  # error: [BPF1020]
            return 1
        """),
    refused("lambda, comprehensions, displays, generators", """
        a = lambda: 1  # error: [BPF1020]
        b = [i for i in range(3)]  # error: [BPF1020]
        c = {i for i in range(3)}  # error: [BPF1020]
        d = {i: i for i in range(3)}  # error: [BPF1020]
        e = any(i for i in range(3))  # error: [BPF2013]
        f = [1, 2]  # error: [BPF1020]
        g = {1: 2}  # error: [BPF1020]
        h = {1, 2}  # error: [BPF1020]
        """),
    refused("yield and await", """
        @syscall
        def prog(given: Given) -> int:
            yield 1  # error: [BPF1020]
            return 0
        """),
    refused("nonlocal, with of a value, starred arguments, unpacking of keywords", """
        with x32:  # error: [BPF1020]
            pass
        called(*PORTS)  # error: [BPF2013]
        called(**LIMITS)  # error: [BPF2013]
        """),
    refused("calls of undecorated functions, of builtins that BPF has not", """
        def plain(n: u32) -> u32:
            return n

        @syscall
        def prog(given: Given) -> int:
            a = plain(x32)  # error: [BPF1023]
            b = int(x32)  # error: [BPF2013]
            c = sum((1, 2))  # error: [BPF2017]
            d = sorted(PORTS)  # error: [BPF2017]
            e = str(x32)  # error: [BPF2017]
            f = isinstance(x32, int)  # error: [BPF2017]
            return 0
        """),
    refused("floats, complex numbers, matrices", """
        a = 1.5  # error: [BPF1024]
        b = 2j  # error: [BPF1024]
        c = x32 @ y32  # error: [BPF2005]
        """),
    refused("an unknown name, an unknown attribute of a module and a class", """
        a = nothing  # error: [BPF1021]
        b = net.NOTHING  # error: [BPF1022]
        c = Color.GREEN  # error: [BPF1022]
        """),
    accepted("a comparison that stands alone is a warning", "x32 == 5  # warning: [BPF2032]"),
    accepted("what nothing reaches is a warning", """
        @syscall
        def prog(given: Given) -> int:
            return 0
            x = 1  # warning: [BPF2033]
        """),
    refused("what nothing reaches is checked", """
        @syscall
        def prog(given: Given) -> int:
            return 0
            x = nothing  # warning: [BPF2033]  # error: [BPF1021]
        """),
    module("async programs", """
        from pybpfc import *
        @xdp  # error: [BPF1004]
        async def prog(ctx: xdp_md) -> int:
            return XDP_PASS
        """),
    module("*args of a function", """
        from pybpfc import *
        @subprog
        def f(*args: u32) -> u32:  # error: [BPF1011]
            return 1
        @xdp
        def prog(ctx: xdp_md) -> int:
            return XDP_PASS if f(1) else 2
        """),
])

pytestmark = marks("statements")


@pytest.mark.parametrize("number", TABLE.parameters)
def test_claim(number: int) -> None:
    TABLE.check(number)
