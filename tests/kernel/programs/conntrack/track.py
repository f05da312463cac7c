"""The tracker: every packet at tc moves its connection on; what fits no connection is dropped."""
from __future__ import annotations

from enum import IntEnum

from pybpfc import (
    BPF_NOEXIST, TC_ACT_OK, TC_ACT_SHOT, HashMap, PerCpuArray, __sk_buff, bpf_spin_lock, data, s32, subprog, tc, u32, u64,
)
from pybpfc.helpers import bpf_ktime_get_ns
from pybpfc.net import IPPROTO_UDP

from . import machine
from .machine import next_state
from .parse import parse
from .types import Dir, Endpoints, Entry, Parsed, Side, State, TcpFlag

LICENSE = "GPL"


class Count(IntEnum):
    UNPARSED = 0
    NEW = 1
    INVALID = 2
    OUT_OF_WINDOW = 3
    TRACKED = 4
    FULL = 5


entries = HashMap[Endpoints, Entry](max_entries=8192)
counts = PerCpuArray[u64](max_entries=len(Count))
clock: u64 = data(0)


@subprog
def in_window(side: Side, other: Side, seq: u32) -> bool:
    if not side.saw_syn or not other.saw_syn:
        return True
    room = max(other.window << other.scale, 1)
    return s32(seq - (side.end + room)) <= 0 and s32(seq - (side.end - 66000)) >= 0


@subprog
def account(side: Side, parsed: Parsed, size: u32) -> None:
    side.packets += 1
    side.bytes += size
    side.window = parsed.window
    end = parsed.seq + parsed.length
    if side.packets == 1 or s32(end - side.end) > 0:
        side.end = end
    if parsed.flags & TcpFlag.SYN:
        side.saw_syn = True
    if parsed.flags & TcpFlag.FIN:
        side.closed = True


@tc
def track(skb: __sk_buff) -> int:
    parsed = Parsed.zero()
    packet = skb.cursor()
    if not parse(packet, parsed):
        counts[Count.UNPARSED] += 1
        return TC_ACT_OK
    now = clock if clock else bpf_ktime_get_ns()
    entry = entries.lookup(parsed.tuple)
    if entry is None:
        udp = parsed.tuple.protocol == IPPROTO_UDP
        first = u32(State.ESTABLISHED) if udp else next_state(State.NONE, parsed.flags, Dir.ORIGINAL, 0)
        if first == State.NONE:
            counts[Count.INVALID] += 1
            return TC_ACT_SHOT
        fresh = Entry.zero(state=State.NONE, swapped=parsed.swapped)
        if entries.update(parsed.tuple, fresh, BPF_NOEXIST) != 0:
            counts[Count.FULL] += 1
            return TC_ACT_SHOT
        counts[Count.NEW] += 1
        entry = entries.lookup(parsed.tuple)
        if entry is None:
            return TC_ACT_SHOT
    verdict = TC_ACT_OK
    with bpf_spin_lock(entry.lock):
        direction = Dir.ORIGINAL if entry.swapped == parsed.swapped else Dir.REPLY
        side = entry.sides[direction]
        other = entry.sides[1 - direction]
        if parsed.tuple.protocol == IPPROTO_UDP:
            entry.state = State.ESTABLISHED
        elif not in_window(side, other, parsed.seq):
            verdict = TC_ACT_SHOT
        account(side, parsed, skb.len)
    if verdict == TC_ACT_SHOT:
        counts[Count.OUT_OF_WINDOW] += 1
        return verdict
    closed = u32(entry.sides[0].closed) | u32(entry.sides[1].closed) << 1
    entry.state = next_state(entry.state, parsed.flags, direction, closed)
    entry.expires = machine.expiry(now, entry.state)
    counts[Count.TRACKED] += 1
    return verdict
