"""What the tracker's parts share."""
from __future__ import annotations

from enum import IntEnum, IntFlag, auto
from typing import Annotated, Final, TypeAlias

from pybpfc import Array, Struct, Union, be16, be32, bits, bpf_spin_lock, u8, u16, u32, u64

Seconds: TypeAlias = u32
NSEC: Final = 1_000_000_000


class State(IntEnum):
    NONE = 0
    SYN_SENT = auto()
    SYN_RECV = auto()
    ESTABLISHED = auto()
    FIN_WAIT = auto()
    CLOSE_WAIT = auto()
    LAST_ACK = auto()
    TIME_WAIT = auto()
    CLOSED = auto()


class TcpFlag(IntFlag):
    FIN = 1
    SYN = 2
    RST = 4
    PSH = 8
    ACK = 16


class Dir(IntEnum):
    ORIGINAL = 0
    REPLY = 1


class Endpoints(Struct):
    class Peer(Union):
        v4: be32
        words: Annotated[Array[be32], 4]

    low: Peer
    high: Peer
    low_port: be16
    high_port: be16
    family: u8
    protocol: u8
    zone: u16


class Side(Struct):
    packets: u64
    bytes: u64
    end: u32          # highest sequence number seen, plus its length
    window: u32
    scale: u8
    closed: bool
    saw_syn: bool


class Entry(Struct):
    lock: bpf_spin_lock
    state: u32
    expires: u64
    mark: u32
    swapped: u8       # whether the one who opened is the higher endpoint
    sides: Annotated[Array[Side], 2]


class Parsed(Struct):
    tuple: Endpoints
    seq: u32
    length: u32
    window: u16
    flags: Annotated[u8, bits(5)]
    swapped: Annotated[u8, bits(1)]
    spare: Annotated[u8, bits(2)]


class Policy(Struct):
    timeouts: Annotated[Array[Seconds], len(State)]
    loose: bool
