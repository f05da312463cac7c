"""Kernel functions that take memory of an arena, or give an address: without a scheduler they do nothing."""

from typing import Annotated

from pybpfc import Arena, Array, Struct, cast, core_read, s32, sizeof, syscall, u32, u64
from pybpfc.kfuncs import (
    bpf_arena_alloc_pages,
    bpf_wakeup_sources_get_head,
    scx_bpf_online_cmask,
    scx_bpf_sub_caps,
    scx_bpf_sub_grant,
    scx_bpf_sub_revoke,
)
from pybpfc.vmlinux import list_head

LICENSE = "GPL"


class scx_cmask(Struct):
    base: u32
    nr_cids: u32
    bits: Annotated[Array[u64], 4]


class Answers(Struct):
    caps: s32
    grant: s32
    online: u64
    wakeup: u64


arena = Arena(max_entries=1)


@syscall
def masks(answers: Answers) -> int:
    page = bpf_arena_alloc_pages(arena, None, 1, -1)
    mask = arena.at(page, scx_cmask)
    if mask is None:
        return 1
    mask.nr_cids = 64
    answers.caps = scx_bpf_sub_caps(0, 1, mask)
    answers.grant = scx_bpf_sub_grant(1, 1, mask, None)
    answers.grant += scx_bpf_sub_grant(1, 1, page, arena.at(page + sizeof(scx_cmask), scx_cmask))
    scx_bpf_sub_revoke(1, 1, mask)
    return 0


@syscall
def online(answers: Answers) -> int:
    answers.online = scx_bpf_online_cmask()
    return 0


@syscall
def wakeup(answers: Answers) -> int:
    answers.wakeup = bpf_wakeup_sources_get_head()
    answers.online = u64(core_read(cast(list_head, answers.wakeup).next))
    return 0
