"""Integers: widths, constants, the types of variables, ranges, division, shifts, network order."""

from __future__ import annotations

import pytest

from .cases import Table, accepted, marks, refused, value

HEAD = """
import enum
from pybpfc.vmlinux import iphdr as kernel_iphdr
import pybpfc.net as net

a8: u8 = data(200)
b8: u8 = data(255)
a16: u16 = data(60_000)
a32: u32 = data(4_000_000_000)
b32: u32 = data(7)
a64: u64 = data(18_000_000_000_000_000_000)
b64: u64 = data(5)
zero: u32 = data(0)
zero64: u64 = data(0)
c8: s8 = data(-128)
d8: s8 = data(-1)
c16: s16 = data(-30_000)
c32: s32 = data(-7)
d32: s32 = data(3)
least32: s32 = data(-2**31)
c64: s64 = data(-7)
d64: s64 = data(3)
least64: s64 = data(-2**63)
yes: bool = data(True)
no: bool = data(False)
port: be16 = data(htons(0x1234))
address: be32 = data(htonl(0x0A000001))
wide: be64 = data(cpu_to_be64(0x0102030405060708))
one: u32 = data(1)
BIG: Final = 2 ** 40
NEGATIVE = -3


class Color(enum.IntEnum):
    RED = 1
    DARK = -1


class Flags(enum.IntFlag):
    SYN = 2
    ACK = 16


class Fields(Struct):
    small: u8
    signed: s8
    medium: u16
    low: Annotated[u8, bits(3)]
    high: Annotated[s8, bits(5)]
    net: be32


fields = ArrayMap[Fields](max_entries=1)
counts = HashMap[u32, u64](max_entries=8)
table: Annotated[Array[u32], 8] = data((10, 11, 12, 13, 14, 15, 16, 17))
"""

TABLE = Table(HEAD, [
    # common types and promotion
    value("a sum of two u8 is computed in 32 bits", "a8 + b8", 455),
    value("a difference of two u8 below zero wraps at 32 bits, unsigned", "a8 - b8", 2**32 - 55),
    value("a product of two u16 is computed in 32 bits", "a16 * a16", 3_600_000_000),
    value("a u8 shifted left is computed in 32 bits", "a8 << 4", 3200),
    value("a sum of s8 is computed in s32", "c8 + c8", -256),
    value("a difference of s16 is computed in s32", "c16 - 30_000 - 30_000", -90_000),
    value("& of u8 and u16 keeps 16 bits", "(a8 | a16) & b8", (200 | 60_000) & 255),
    value("~ keeps the operand's width", "~a8", 55),
    value("~ of u16, then + computes in 32 bits", "~a16 + ~a16", 2 * (65535 - 60_000)),
    value("^ of two u8 keeps 8 bits", "a8 ^ b8", 200 ^ 255),
    value(">> of a u8 keeps 8 bits", "(a8 + 0) >> 3", 25),
    value("a u32 sum wraps at 32 bits", "a32 + a32", (2 * 4_000_000_000) % 2**32),
    value("a u64 product wraps at 64 bits", "a64 * 3", (18_000_000_000_000_000_000 * 3) % 2**64),
    value("an s32 sum wraps at 32 bits, to a negative number", "least32 - 1", 2**31 - 1),
    value("an s64 difference wraps", "least64 - 1", 2**63 - 1),
    value("the wider of two unsigned types decides", "a32 + a64", (4_000_000_000 + 18_000_000_000_000_000_000) % 2**64),
    value("a wider signed type holds a narrower unsigned one", "a32 + c64", 4_000_000_000 - 7),
    value("a nested sum keeps the promoted width", "(a8 + b8) * (a8 + b8)", 455 * 455),
    value("two swapped 16-bit fields are added without wrapping", "ntohs(port) + ntohs(port) * 15", 0x12340),
    value("unary minus of a u8 wraps in 32 bits", "-a8", 2**32 - 200),
    value("unary minus of an s8 is s32", "-c8", 128),
    value("unary plus changes nothing", "+c8", -128),
    value("abs of the smallest s8 is computed in s32", "abs(c8)", 128),
    value("abs of the smallest s64 wraps to itself", "abs(least64)", -2**63),
    refused("an s8 beside a u8: the common type is unsigned, and a negative operand is refused",
                                   "answer = s64(c8 - a8)  # error: [BPF2021]"),
    accepted("the types of arithmetic without a cast", """
        reveal_type(a8 + a8)  # revealed: u32
        reveal_type(a8 | a16)  # revealed: u16
        reveal_type(a8 << a64)  # revealed: u32
        reveal_type(a16 >> a64)  # revealed: u16
        reveal_type(c8 // c8)  # revealed: s8
        reveal_type(c8 % d32)  # revealed: s32
        reveal_type(c16 << 2)  # revealed: s32
        reveal_type(a32 * a8)  # revealed: u32
        reveal_type(~c16)  # revealed: s16
        """),
    value("s8 and u32 mix where the signed value is provably not negative", """
        small = s8(given.number & 0x7F)
        answer = s64(b32 + small)
        """, 7),
    refused("signed and unsigned of one width do not mix", "answer = s64(a32 * c32)  # error: [BPF2021]"),
    refused("signed and unsigned do not compare", "answer = s64(a64 > c64)  # error: [BPF2021]"),
    refused("signed and unsigned do not divide", "answer = s64(a32 // c32)  # error: [BPF2021]"),
    refused("a comparison of a u64 with a negative s32 is refused, where C would answer wrongly",
            "answer = s64(c32 < a64)  # error: [BPF2021]"),
    value("a comparison with a wider signed type is that of the numbers", "(c64 < b32) + (c64 < a8) * 2", 3),
    value("a shift's count may have the other sign", "s32(a8 << d32) + (c32 >> one)", 1600 - 4),

    # places
    value("a signed place takes an unsigned number that fits it, also where it is negative", """
        a, b = c64, c32
        a += b64 & 15
        b -= b32 & 7
        answer = a * 100 + b
        """, -2 * 100 - 14),
    refused("a signed place takes no unsigned number that may not fit, said once", """
        a = c64
        a += a64  # error: [BPF2021]
        answer = a
        """),
    value("augmented assignment converts back to the type of its place", """
        small: u8 = 250
        small += a8
        answer = s64(small)
        """, (250 + 200) % 256),
    value("augmented assignment to a narrow signed place wraps to a negative number", """
        small: s8 = 100
        small += 100
        answer = s64(small)
        """, -56),
    value("augmented assignment with a wider right side converts back", """
        medium: u16 = 1
        medium *= a32
        medium += 1
        answer = s64(medium)
        """, (4_000_000_000 + 1) % 2**16),
    value("augmented shifts, floor division and remainder of a place", """
        small: s8 = -7
        small //= 2
        half = small
        small %= 3
        small <<= 7
        answer = s64(half) * 1000 + small
        """, -4 * 1000),
    refused("augmented assignment does not mix signs either", """
        small: u8 = 1
        small += c32  # error: [BPF2021]
        """),
    refused("a wider value is not stored narrower", "small: u8 = a16  # error: [BPF2020]"),
    refused("a promoted sum does not go back by itself", "small: u8 = a8 + b8  # error: [BPF2020]"),
    refused("a signed value that may be negative is not stored unsigned", "big: u64 = c64  # error: [BPF2021]"),
    refused("an unsigned value that may be too large is not stored signed", "whole: s32 = a32  # error: [BPF2021]"),
    value("casts truncate, extend by the source's sign and take bools",
          "s64(u8(a16)) + s64(s8(b8)) * 1000 + s64(yes) * 10_000 + s64(u8(c32)) * 100_000 + s64(u16(c8)) * 10**9",
          (60_000 % 256) - 1000 + 10_000 + 249 * 100_000 + (65536 - 128) * 10**9),
    value("a cast of a signed value to u64 extends the sign", "u64(c8) >> 8", (2**64 - 128) >> 8),
    value("a cast of an unsigned value to s64 does not", "s64(b8)", 255),
    value("nested casts are made from the inside", "s64(u32(s8(u8(b8))))", 2**32 - 1),
    value("a cast of a sum cuts the sum, not its operands", "u8(a8 + b8)", 455 % 256),

    # constants
    value("constants fold without a width", "u64(2**70 >> 60)", 1024),
    value("a constant's intermediate results need not fit any type", "a32 + (2**100 - 2**100 + 1)", 4_000_000_001),
    value("a constant's floor division is Python's", "s64(NEGATIVE // 2) * 100 + NEGATIVE % 5", -2 * 100 + 2),
    value("a module's constant takes the other side's type", "a64 - BIG", 18_000_000_000_000_000_000 - 2**40),
    value("an enum member is a constant", "b32 + Color.RED * 10", 17),
    value("a member of an IntFlag, and an expression of members", "a8 | Flags.SYN | Flags.ACK", 200 | 18),
    value("the complement of a constant is that at the other side's width",
          "a64 & ~0xFF", 18_000_000_000_000_000_000 & ~0xFF),
    value("the complement of a constant beside a u8", "a8 & ~8", 192),
    value("the complement of an enum's constant", "b32 & ~Color.RED", 6),
    value("a complement on the left", "~7 & b32 | 1", 1),
    value("a complement beside a signed value", "c32 & ~1", -8),
    value("a complement in augmented assignment", """
        small: u8 = 0xFF
        small &= ~3
        answer = s64(small)
        """, 0xFC),
    value("a complement is compared at the other side's width", "a32 != ~0", 1),
    value("a complement that is stored", """
        mask: u16 = ~0
        answer = s64(mask)
        """, 0xFFFF),
    value("a complement that is passed", """
        @inline
        def through(mask: u16) -> u32:
            return mask

        @syscall
        def prog(given: Given) -> int:
            global answer
            answer = s64(through(~1))
            return 0
        """, 0xFFFE),
    refused("a constant must fit beside a narrow operand", "answer = s64(a8 & 0x1FF)  # error: [BPF2003]"),
    accepted("a constant beside a promoted operand need fit the result's type only", "answer = s64(a8 + 1000)"),
    refused("a constant compared must fit the other side", "answer = s64(a16 == 65_536)  # error: [BPF2003]"),
    refused("a negative constant beside an unsigned value", "answer = s64(a32 + -1)  # error: [BPF2004]"),
    refused("a negative module constant beside an unsigned value", "answer = s64(a32 > NEGATIVE)  # error: [BPF2004]"),
    refused("a negative enum member beside an unsigned value", "answer = s64(a32 == Color.DARK)  # error: [BPF2004]"),
    refused("a negative constant stored into an unsigned variable", "big: u64 = -1  # error: [BPF2004]"),
    refused("a negative constant as a map's key", """
        @syscall
        def prog(given: Given) -> int:
            return 0 if counts.lookup(-1) is None else 1  # error: [BPF2004]
        """),
    value("u32(-1) is the way out", "u32(-1)", 2**32 - 1),
    refused("a negative constant on the left of a comparison", "answer = s64(-1 < a32)  # error: [BPF2004]"),
    refused("a constant in a chained comparison must fit, too", "answer = s64(1 <= a8 < 300)  # error: [BPF2003]"),
    refused("a tuple's constant behind `in` must fit", "answer = s64(a8 in (1, 256))  # error: [BPF2003]"),
    refused("a case's constant must fit", """
        match a8:
            case 256:  # error: [BPF2003]
                answer = 1
        """),
    refused("a constant of a conditional must fit the other arm",
            "answer = s64(a8 if yes else 256)  # error: [BPF2003]"),
    refused("a constant in min must fit", "answer = s64(min(a8, 256))  # error: [BPF2003]"),
    value("a literal beside an s64 may be any 64-bit number", "c64 + 0x7FFF_FFFF_FFFF_FFFF", 2**63 - 8),
    value("hexadecimal, octal, binary, underscores", "b64 + 0x10 + 0o10 + 0b10 + 1_000", 5 + 16 + 8 + 2 + 1000),

    value("a dict of the module may stand behind in, by its keys", """
        PORTS = {80: "http", 443: "https"}
        @subprog
        def known(asked: u32) -> bool:
            return asked in PORTS
        @xdp
        def prog(ctx: xdp_md) -> int:
            global answer
            queue = ctx.rx_queue_index
            answer = s64(known(queue + 443)) * 10 + known(queue + 81)
            return XDP_PASS
        """, 10),
    refused("a loop over constants goes over numbers", """
        for item in (1, "a"):  # error: [BPF2001]
            answer += item
        """),
    refused("a shift by a negative constant", "answer = 1 << -1  # error: [BPF2009]"),

    # types of variables
    accepted("a variable has the type of the first value that is no constant", """
        total = 0
        if yes:
            total = a16
        reveal_type(total)  # revealed: u16
        count = 5
        reveal_type(count)  # revealed: s64
        flag = a8 > 3
        reveal_type(flag)  # revealed: bool
        """),
    accepted("the first value may stand behind the constant in a loop", """
        last = 0
        for i in range(4):
            last = a32
        reveal_type(last)  # revealed: u32
        """),
    accepted("a chained assignment gives all targets the type of the value", """
        first = second = a16
        reveal_type(first)  # revealed: u16
        reveal_type(second)  # revealed: u16
        """),
    accepted("tuple assignment, walrus and nested tuples give types", """
        first, (second, third) = a8, (c16, 7)
        reveal_type(first)  # revealed: u8
        reveal_type(second)  # revealed: s16
        reveal_type(third)  # revealed: s64
        if (fourth := a32) > 3:
            reveal_type(fourth)  # revealed: u32
        """),
    refused("a name keeps one type", """
        count: u8 = 1
        count = a32  # error: [BPF2020]
        """),
    refused("a variable of constants is s64, and mixes as one", """
        count = -1
        answer = s64(a64 + count)  # error: [BPF2021]
        """),
    value("a variable of constants that are not negative mixes with unsigned values", """
        count = 4
        answer = s64(a32 + count)
        """, 4_000_000_004),
    accepted("range variables", """
        for i in range(4):
            reveal_type(i)  # revealed: u32
        for j in range(b8):
            reveal_type(j)  # revealed: u32
        for k in range(a16 & 63, 64):
            reveal_type(k)  # revealed: u32
        for m in range(zero64 & 7):
            reveal_type(m)  # revealed: u64
        for n in range(d32 & 7):
            reveal_type(n)  # revealed: s32
        for o in range(-4, 4):
            reveal_type(o)  # revealed: s64
        for p in range(d64 & 7):
            reveal_type(p)  # revealed: s64
        for q in range(c8 & 3, 6):
            reveal_type(q)  # revealed: s8
        """),
    refused("a range with bounds of both signs", """
        for i in range(c32, zero & 7):  # error: [BPF2021]
            answer = 1
        """),
    accepted("the difference of packet pointers is u64", """
        @xdp
        def prog(ctx: xdp_md) -> int:
            reveal_type(ctx.data_end - ctx.data)  # revealed: u64
            return XDP_PASS
        """),
    accepted("a value whose range fits is stored, returned and passed narrower", """
        @subprog
        def takes(small: u8) -> u8:
            return small

        @inline
        def narrow() -> u8:
            return a32 % 200

        @syscall
        def prog(given: Given) -> int:
            small: u8 = a32 & 0xFF
            other: s8 = a64 >> 58
            third: u16 = min(a64, 65_535)
            fourth: u8 = max(min(c64, 255), 0)
            return takes(a64 % 256) + narrow() + small + other + third + fourth
        """),

    # ranges
    value("masks of masks, remainders and shifts are followed", """
        place = (a32 >> 2) & 15
        if place < 8:
            answer = s64(table[place])
        """, 10),
    value("a remainder is an index", "table[a64 % 8]", 10),
    value("min and max are an index", "table[min(a32, 7)] * 100 + table[max(zero & 3, 2)]", 1712),
    value("joined assignments are an index", """
        place = 2
        if yes:
            place = 5
        answer = s64(table[place])
        """, 15),
    value("a dominating comparison, kept by early return", """
        @syscall
        def prog(given: Given) -> int:
            global answer
            place = b32
            if place >= 8:
                return 1
            answer = s64(table[place])
            return 0
        """, 17),
    value("a chained comparison of a signed local proves both ends", """
        place = d32
        if 0 <= place < 8:
            answer = s64(table[place])
        """, 13),
    value("the negation of a comparison in the else branch", """
        place = b32
        if place > 7:
            pass
        else:
            answer = s64(table[place])
        """, 17),
    value("a comparison joined by `and`, and the other way round by `or`", """
        place = d32
        if place >= 0 and place <= 7:
            answer += s64(table[place])
        if place < 0 or place > 7:
            return 1
        answer += s64(table[place])
        """, 26),
    value("a failed assertion leaves, so that the condition holds behind it", """
        place = d32
        assert 0 <= place < 8
        answer = s64(table[place])
        """, 13),
    value("a match's literal bounds its subject", """
        place = b32
        match place:
            case 1 | 2 | 7:
                answer = s64(table[7])
        """, 17),
    value("range variables, of a range that begins above 0, with a step, downwards", """
        for i in range(1, 8, 3):
            answer += s64(table[i])
        for j in range(7, -1, -3):
            answer = answer * 100 + s64(table[j])
        """, ((11 + 14 + 17) * 100 + 17) * 10000 + 1411),
    refused("an index beyond the end in the last round", """
        for i in range(9):
            answer += s64(table[i])  # error: [BPF3010]
        """),
    refused("an index computed from a range goes past the end", """
        for i in range(8):
            answer += s64(table[i + 1])  # error: [BPF3010]
        """),
    refused("an index that is not known to be in range", "answer = s64(table[b32])  # error: [BPF3010]"),
    refused("a comparison proves nothing after the loop's assignment", """
        place = b32
        if place < 8:
            for i in range(4):
                answer += s64(table[place])  # error: [BPF3010]
                place += 1
        """),
    refused("a signed value below an end may be negative", """
        place = c32
        if place < 8:
            answer = s64(table[place])  # error: [BPF3010]
        """),
    refused("a mask that is too wide", "answer = s64(table[a8 & 15])  # error: [BPF3010]"),
    refused("a comparison with something that is not constant", """
        place = b32
        if place < zero:
            answer = s64(table[place])  # error: [BPF3010]
        """),
    value("a bit field's width bounds an index", """
        entry = fields.lookup(0)
        if entry is not None:
            entry.low = 5
            answer = s64(table[entry.low])
        """, 15),
    value("the width of a field's type bounds what is stored", """
        entry = fields.lookup(0)
        if entry is not None:
            entry.medium = entry.small
            entry.medium = 300
            answer = s64(entry.medium)
        """, 300),

    # division, remainder, shifts
    value("signed division rounds down", "(c32 // 2) * 1000 + c32 % 2 * 100 + (c32 // d32) * 10 + c32 % d32",
          -4 * 1000 + 100 - 30 + 2),
    value("a remainder has the divisor's sign", "d32 % c32", -4),
    value("64-bit floor division by a constant and by a variable", "(c64 // 2) * 1000 + c64 // d64 * 10 + c64 % d64",
          -4000 - 30 + 2),
    value("s8 and s16 divide at their own width", "(c8 // 3) * 1000 + c16 % s16(c8)", -43 * 1000 + -30_000 % -128),
    value("division by a negative constant", "(d64 // -2) * 100 + d64 % -2", -2 * 100 - 1),
    value("the smallest s32 by -1 wraps to itself", "least32 // s32(d8)", -2**31),
    value("the smallest s64 by -1 wraps to itself", "least64 // s64(d8)", -2**63),
    value("the smallest s8 by -1 wraps to itself", "c8 // d8", -128),
    value("the smallest by the constant -1", "least64 // -1", -2**63),
    value("the remainder of the smallest by -1 is 0", "least64 % s64(d8) + least32 % s32(d8) + c8 % d8", 0),
    value("a quotient by 0 is 0, also signed and narrow",
          "a32 // zero + u32(a64 // zero64) + u32(c32 // s32(zero)) + u32(a8 // u8(zero))", 0),
    value("a remainder by 0 is the dividend", "a64 % zero64", 18_000_000_000_000_000_000),
    value("a signed remainder by 0 is the dividend", "c32 % s32(zero) + c64 % s64(zero) + c8 % s8(zero)", -142),
    value("augmented division by 0", """
        whole = a32
        whole //= zero
        left = a32
        left %= zero
        answer = s64(whole) + left
        """, 4_000_000_000),
    refused("a constant division by 0", "answer = a64 // 0  # error: [BPF2008]"),
    refused("a constant remainder by 0, in constants", "answer = 5 % (2 - 2)  # error: [BPF2008]"),
    refused("a constant division by 0 in an augmented assignment", "answer //= 0  # error: [BPF2008]"),
    refused("division by a module's constant that is 0", """
        NOTHING = 0

        @syscall
        def prog(given: Given) -> int:
            return s32(b32 % NOTHING)  # error: [BPF2008]
        """),
    refused("/ is refused", "answer = c64 / 2  # error: [BPF2007]"),
    refused("/= is refused", "answer /= 2  # error: [BPF2007]"),
    refused("/ of constants is refused", "answer = 4 / 2  # error: [BPF2007]"),
    refused("floats are refused", "answer = s64(a32 * 0.5)  # error: [BPF1024]"),
    value(">> of a negative value keeps its sign", "(c32 >> 1) * 1000 + (c8 >> 3) * 10 + (c64 >> 63)", -4000 - 160 - 1),
    value(">> of an unsigned value does not", "a32 >> 31", 1),
    value("a run-time shift count is taken modulo the width", "(one << (b32 + 32)) * 1000 + (a32 >> (zero + 33))",
          128 * 1000 + (4_000_000_000 >> 1)),
    value("a 64-bit shift count is taken modulo 64",
          "(b64 << (zero + 65)) + (a64 >> (zero64 + 127)) + u64(c64 >> (zero + 64))",
          (10 + 1 + 2**64 - 7) % 2**64),
    value("a u8 is shifted left in 32 bits, right in 8", "(a8 << (zero + 33)) * 1000 + (a8 >> (zero + 9))",
          400 * 1000 + 100),
    value("a negative shift count at run time is taken modulo the width", "one << s32(d8)", 2**31),
    value("a wide shift count is taken modulo the width", "one << (a64 - a64 + 2**32 + 3)", 8),
    refused("a constant shift by the width", "answer = s64(a32 << 32)  # error: [BPF2009]"),
    refused("a constant shift of a u8 to the right by its width", "answer = s64(a8 >> 8)  # error: [BPF2009]"),
    refused("a constant shift by 64", "answer = c64 >> 64  # error: [BPF2009]"),
    refused("a constant negative shift", "answer = c64 << -1  # error: [BPF2009]"),
    refused("augmented shift by the width of a narrow place", """
        small: u8 = 1
        small >>= 8  # error: [BPF2009]
        """),
    value("augmented shift to the left by more than a narrow place has", """
        small: u8 = 1
        small <<= 9
        answer = s64(small) + 1
        """, 1),
    value("constant powers, and the power of constants with the sign of Python",
          "c64 + 2 ** 10 + -2 ** 2", -7 + 1024 - 4),
    refused("the power of a variable", "answer = s64(b32 ** 2)  # error: [BPF2005]"),
    refused("a negative power of a constant is a float", "answer = 2 ** -1  # error: [BPF2005]"),

    # network order
    refused("a be16 is compared with an int", "answer = s64(port == 80)  # error: [BPF2002]"),
    refused("a be16 is compared with a host integer", "answer = s64(port != a16)  # error: [BPF2002]"),
    refused("a be32 is added", "answer = s64(to_bits(address + address))  # error: [BPF2005]"),
    refused("a be32 is shifted", "answer = s64(to_bits(address >> 8))  # error: [BPF2005]"),
    refused("a be64 is negated", "answer = s64(to_bits(-wide))  # error: [BPF2005]"),
    refused("a be32 is cast", "answer = s64(address)  # error: [BPF2002]"),
    refused("a be32 is stored as a host integer", "whole: u32 = address  # error: [BPF2002]"),
    refused("a host integer is stored as be32", "fields_of: be32 = a32  # error: [BPF2002]"),
    refused("a host integer is cast to be32", "answer = s64(to_bits(be32(a32)))  # error: [BPF2002]"),
    refused("be16 and be32 are compared", "answer = s64(port == address)  # error: [BPF2001]"),
    refused("be values have no order", "answer = s64(address > address)  # error: [BPF2006]"),
    refused("a be value is an index", "answer = s64(table[port])  # error: [BPF2002]"),
    refused("a be value is a key of host order", """
        @syscall
        def prog(given: Given) -> int:
            return 0 if address in counts else 1  # error: [BPF2002]
        """),
    refused("a be value bounds a range", """
        for i in range(port):  # error: [BPF2002]
            answer = 1
        """),
    refused("a be value is printed", "print(f'{address}')  # error: [BPF2028]"),
    refused("min of be values", "answer = s64(to_bits(min(address, address)))  # error: [BPF2002]  # error: [BPF2002]"),
    refused("a be value is returned as int", """
        @syscall
        def prog(given: Given) -> int:
            return port  # error: [BPF2002]
        """),
    refused("a be value in augmented assignment with a host integer", """
        address_of: be32 = address
        address_of |= 1  # error: [BPF2002]
        """),
    refused("a kernel typedef of network order is a be type", """
        @xdp
        def prog(ctx: xdp_md) -> int:
            ip = ctx.cursor().pull(iphdr)
            if ip is None:
                return XDP_PASS
            return XDP_DROP if ip.check == 1 or ip.saddr == 5 else XDP_PASS  # error: [BPF2002]  # error: [BPF2002]
        """),
    refused("the context's protocol is network order", """
        @tc
        def prog(skb: __sk_buff) -> int:
            return TC_ACT_SHOT if skb.protocol == ETH_P_IP else TC_ACT_OK  # error: [BPF2002]
        """),
    accepted("context fields that hold network order", """
        @cgroup_connect4
        def prog(ctx: bpf_sock_addr) -> int:
            reveal_type(ctx.user_ip4)  # revealed: be32
            reveal_type(ctx.user_port)  # revealed: be16
            return 1


        @sockops
        def other(ctx: bpf_sock_ops) -> int:
            reveal_type(ctx.remote_ip4)  # revealed: be32
            reveal_type(ctx.remote_port)  # revealed: be32
            reveal_type(ctx.local_port)  # revealed: u32
            return 1
        """),
    value("swaps at run time and of constants agree", "ntohs(port) + ntohl(address) * (htons(0x1234) == port)",
          0x1234 + 0x0A000001),
    value("be64 is swapped", "be64_to_cpu(wide)", 0x0102030405060708),
    value("from_bits and to_bits swap nothing", "to_bits(from_bits(be32, a32))", 4_000_000_000),
    value("to_bits shows the bytes as they are", "to_bits(port)", 0x3412),
    value("& | ^ ~ of two be values, and the truth of one",
          "ntohl((address & htonl(0xFF000000)) | (address ^ address)) + ntohl(~address) * 0 + (1 if port else 0)",
          0x0A000001),
    value("0 has no byte order", "(address != 0) + (port == 0) * 2", 1),
    value("be values in one variable, compared by `in` and by match", """
        either = port if yes else htons(1)
        answer = s64(either in (htons(1), htons(0x1234)))
        match either:
            case 0:
                answer = 9
        """, 1),
], cpus=("v1", "v2", "v3", "v4"))

pytestmark = marks("integers")


@pytest.mark.parametrize("number", TABLE.parameters)
def test_claim(number: int) -> None:
    TABLE.check(number)
