"""Calls of Python functions, by CPython's own probes."""
from typing import Annotated

from pybpfc import (
    HashMap,
    Ptr,
    Str,
    Struct,
    bpf_usdt_arg,
    bpf_usdt_arg_cnt,
    bpf_usdt_cookie,
    core_read_user,
    data,
    pt_regs,
    ptr,
    s32,
    subprog,
    u8,
    u64,
    usdt,
)
from pybpfc.helpers import bpf_probe_read_user, bpf_probe_read_user_str

LICENSE = "GPL"
collected: u64 = data(0)


class Function(Struct):
    name: Annotated[Str, 32]
    line: s32
    first: u64


calls = HashMap[Function, u64](max_entries=4096)


@subprog
def add(place: Ptr[u64], number: u64) -> None:
    place.value += number


@usdt("/usr/bin/python3", "python", "function__entry")
def on_call(filename: Ptr[u8], name: Ptr[u8], line: s32) -> int:
    function = Function.zero(line=line)
    bpf_probe_read_user_str(function.name, name)
    bpf_probe_read_user(ptr(function.first), filename)
    calls[function] += 1
    return core_read_user(name.value)


@usdt("/usr/bin/python3", "python", "gc__done")
def on_collected(ctx: pt_regs, objects: u64) -> int:
    if bpf_usdt_arg_cnt(ctx) > 0 and bpf_usdt_cookie(ctx) == 0:
        add(ptr(collected), u64(bpf_usdt_arg(ctx, 0)))
    return 0
