"""The arguments of USDT probes, in the language itself: a program that asks for them gets these functions compiled in.

The loader, ours or libbpf, finds in a binary's notes where each argument is, a constant, a register or memory beside
one, and writes that to a map of specifications; its number is the attach cookie. Where the kernel has no cookies
(before 5.15) another map has the number by the address of the probe.

Source: usdt.bpf.h of libbpf, whose maps and functions these are. Arguments at a register plus an index are a later
addition of ours to the same layout: libbpf before 1.7 does not attach to them.
"""

from __future__ import annotations

from typing import Annotated, Final

from pybpfc_runtime.values import Array, Struct, bits, s16, s32, s64, u8, u16, u32, u64

from .contexts import pt_regs
from .declarations import inline, subprog
from .externs import kconfig
from .helpers import bpf_get_attach_cookie, bpf_probe_read_kernel, bpf_probe_read_user
from .intrinsics import PT_REGS_IP, ptr
from .maps import ArrayMap, HashMap

__all__ = ["bpf_usdt_arg", "bpf_usdt_arg_cnt", "bpf_usdt_cookie"]

_ESRCH: Final = 3

MOST_ARGUMENTS: Final = 12  # BPF_USDT_MAX_ARG_CNT
_CONST: Final = 0  # enum __bpf_usdt_arg_type
_REG: Final = 1
_SIB: Final = 3


class __bpf_usdt_arg_spec(Struct):
    val_off: u64
    arg_type: u8
    idx_reg_off: Annotated[u16, bits(12)]
    scale_bitshift: Annotated[u16, bits(4)]
    reg_off: s16
    arg_signed: bool
    arg_bitshift: u8


class __bpf_usdt_spec(Struct):
    args: Annotated[Array[__bpf_usdt_arg_spec], MOST_ARGUMENTS]
    usdt_cookie: u64
    arg_cnt: s16


class _Word(Struct):
    value: u64


__bpf_usdt_specs = ArrayMap[__bpf_usdt_spec](max_entries=256)
__bpf_usdt_ip_to_spec_id = HashMap[s64, u32](max_entries=1024)

LINUX_HAS_BPF_COOKIE: bool = kconfig("LINUX_HAS_BPF_COOKIE", bool)


@inline
def _specification(ctx: pt_regs) -> __bpf_usdt_spec | None:
    if LINUX_HAS_BPF_COOKIE:
        return __bpf_usdt_specs.lookup(u32(bpf_get_attach_cookie(ctx)))
    number = __bpf_usdt_ip_to_spec_id.lookup(s64(PT_REGS_IP(ctx)))
    return None if number is None else __bpf_usdt_specs.lookup(number.value)


@subprog
def bpf_usdt_arg_cnt(ctx: pt_regs) -> s32:
    """How many arguments the probe has at the place that was hit; negative if the program is not at a USDT."""
    specification = _specification(ctx)
    return -_ESRCH if specification is None else specification.arg_cnt


@subprog
def bpf_usdt_cookie(ctx: pt_regs) -> u64:
    """The number that `attach(cookie=...)` gave; bpf_get_attach_cookie() has a number of the loader's instead."""
    specification = _specification(ctx)
    return 0 if specification is None else specification.usdt_cookie


@subprog
def bpf_usdt_arg(ctx: pt_regs, arg_num: u64) -> s64:
    """An argument of the probe, extended from its own size and sign; positions count from 0.

    It is 0 where the place that was hit has no such argument, or memory that cannot be read, as BPF_USDT() of libbpf
    has it. `bpf_usdt_arg_cnt(ctx)` says how many there are.
    """
    specification = _specification(ctx)
    if specification is None or arg_num >= MOST_ARGUMENTS or s64(arg_num) >= specification.arg_cnt:
        return 0
    argument = specification.args[arg_num]
    word = _Word(value=argument.val_off)
    if argument.arg_type != _CONST:
        if argument.arg_type > _SIB or bpf_probe_read_kernel(ptr(word.value), u64(ctx) + u64(argument.reg_off)):
            return 0
        if argument.arg_type != _REG:
            address = word.value + argument.val_off
            if argument.arg_type == _SIB:
                if bpf_probe_read_kernel(ptr(word.value), u64(ctx) + argument.idx_reg_off):
                    return 0
                address += word.value << argument.scale_bitshift
            if bpf_probe_read_user(ptr(word.value), address):
                return 0
    value = word.value << argument.arg_bitshift  # what is narrower than a word goes up, and comes down with its sign
    return s64(value) >> argument.arg_bitshift if argument.arg_signed else s64(value >> argument.arg_bitshift)
