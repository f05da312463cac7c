"""Enumerations: negative ones, those of 64 bits, flavours, and fields of their types."""
from __future__ import annotations

from enum import IntEnum
from typing import Annotated

from pybpfc import Array, KernelStruct, Ptr, bits as width, bpf_raw_tracepoint_args, cast, core_read, data, enum_value, enum_value_exists, field_size, raw_tracepoint, s64, type_exists, type_matches, type_size, u64
from pybpfc.helpers import bpf_get_current_task

LICENSE = "GPL"
number: u64 = data(0)
signed: s64 = data(0)


class perf_event_state(IntEnum):
    PERF_EVENT_STATE_DEAD = -5
    PERF_EVENT_STATE_OFF = -1
    PERF_EVENT_STATE_ACTIVE = 1


perf_event_sample_format = IntEnum("perf_event_sample_format", {
    "PERF_SAMPLE_IP": 1 << 0, "PERF_SAMPLE_TID": 1 << 1, "__PERF_SAMPLE_CALLCHAIN_EARLY": 1 << 63})


class deep_and_negative(IntEnum):
    DEEP = -1 << 40
    SHALLOW = 2


class only_large(IntEnum):
    LARGE = 0xFFFFFFFF


class pid_type___other(IntEnum):
    PIDTYPE_TGID___other = 77
    PIDTYPE_THAT_NEVER_WAS = 78


class perf_event(KernelStruct):
    state: perf_event_state
    states: Annotated[Array[perf_event_state], 2]
    format: perf_event_sample_format
    where: Ptr[perf_event_state]
    kind: Annotated[perf_event_state, width(4)]


@raw_tracepoint("sys_enter")
def negative(ctx: bpf_raw_tracepoint_args) -> int:
    global number, signed
    number = u64(enum_value_exists(perf_event_state.PERF_EVENT_STATE_OFF))
    signed = s64(enum_value(perf_event_state.PERF_EVENT_STATE_DEAD)) + s64(enum_value(perf_event_state.PERF_EVENT_STATE_ACTIVE))
    return 0


@raw_tracepoint("sys_enter")
def sixty_four_bits(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    number = u64(enum_value_exists(perf_event_sample_format.PERF_SAMPLE_TID)) + enum_value(perf_event_sample_format.__PERF_SAMPLE_CALLCHAIN_EARLY)
    return 0


@raw_tracepoint("sys_enter")
def sixty_four_bits_and_negative(ctx: bpf_raw_tracepoint_args) -> int:
    global number, signed
    number = u64(enum_value_exists(deep_and_negative.DEEP))
    signed = s64(enum_value(deep_and_negative.DEEP)) + s64(enum_value(deep_and_negative.SHALLOW))
    return 0


@raw_tracepoint("sys_enter")
def thirty_two_bits(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    number = u64(enum_value_exists(only_large.LARGE))
    return 0


@raw_tracepoint("sys_enter")
def flavours(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    number = u64(enum_value_exists(pid_type___other.PIDTYPE_THAT_NEVER_WAS)) + enum_value(pid_type___other.PIDTYPE_TGID___other)
    return 0


@raw_tracepoint("sys_enter")
def members(ctx: bpf_raw_tracepoint_args) -> int:
    global number, signed
    event = cast(perf_event, bpf_get_current_task())
    signed = s64(core_read(event.state)) + s64(core_read(event.states[1]))
    number = core_read(event.format) + u64(field_size(event.format))
    return 0


@raw_tracepoint("sys_enter")
def bits(ctx: bpf_raw_tracepoint_args) -> int:
    global signed
    event = cast(perf_event, bpf_get_current_task())
    signed = s64(core_read(event.kind))
    return 0


@raw_tracepoint("sys_enter")
def types(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    number = (u64(type_exists(perf_event_state)) + u64(type_size(perf_event_sample_format))
              + u64(type_matches(perf_event_state)) + u64(type_matches(perf_event)))
    return 0
