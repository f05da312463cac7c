"""The state machine."""
from __future__ import annotations

from pybpfc import global_subprog, rodata, subprog, u32, u64

from .types import NSEC, Dir, Policy, State, TcpFlag

policy: Policy = rodata(Policy(timeouts=(0, 20, 20, 3600, 120, 60, 30, 10, 5), loose=False))


@global_subprog
def next_state(state: u32, flags: u32, direction: u32, closed: u32) -> u32:
    """What a segment makes of a connection. `closed`: bit n, whether side n has sent a FIN."""
    if flags & TcpFlag.RST:
        return State.CLOSED
    match state:
        case State.NONE:
            if flags & (TcpFlag.SYN | TcpFlag.ACK) == TcpFlag.SYN:
                return State.SYN_SENT
            return State.ESTABLISHED if policy.loose and flags & TcpFlag.ACK else State.NONE
        case State.SYN_SENT if direction == Dir.REPLY and flags & TcpFlag.SYN:
            return State.SYN_RECV if flags & TcpFlag.ACK else State.SYN_SENT
        case State.SYN_RECV if direction == Dir.ORIGINAL and flags & TcpFlag.ACK:
            return State.FIN_WAIT if flags & TcpFlag.FIN else State.ESTABLISHED
        case State.ESTABLISHED if flags & TcpFlag.FIN:
            return State.FIN_WAIT
        case State.FIN_WAIT:
            if flags & TcpFlag.FIN and closed == 3:
                return State.LAST_ACK
            return State.CLOSE_WAIT if flags & TcpFlag.ACK else state
        case State.CLOSE_WAIT if flags & TcpFlag.FIN and closed == 3:
            return State.LAST_ACK
        case State.LAST_ACK if flags & TcpFlag.ACK:
            return State.TIME_WAIT
        case State.TIME_WAIT | State.CLOSED if flags & TcpFlag.SYN:
            return State.SYN_SENT
    return state


@subprog
def expiry(now: u64, state: u32) -> u64:
    if state >= len(State):
        return now
    return now + u64(policy.timeouts[state]) * NSEC
