"""A timer in a map's value and records of a user ring buffer: callbacks with arguments of their own."""

from pybpfc import (
    XDP_PASS,
    ArrayMap,
    HashMap,
    Ptr,
    Struct,
    UserRingBuf,
    bpf_dynptr,
    bpf_timer,
    callback,
    data,
    u32,
    u64,
    xdp,
    xdp_md,
)
from pybpfc.helpers import (
    bpf_dynptr_read,
    bpf_timer_init,
    bpf_timer_set_callback,
    bpf_timer_start,
    bpf_user_ringbuf_drain,
)

LICENSE = "GPL"


class Alarm(Struct):
    rounds: u64
    timer: bpf_timer


class Command(Struct):
    number: u64


class Sum(Struct):
    total: u64


alarms = HashMap[u32, Alarm](max_entries=4)
fired = ArrayMap[u64](max_entries=8)
commands = UserRingBuf[Command](max_entries=4096)
last: u64 = data(0)


@callback
def ring(map: HashMap[u32, Alarm], key: Ptr[u32], alarm: Alarm) -> int:
    fired[key.value] += 1
    alarm.rounds += 1
    if alarm.rounds < 3:
        bpf_timer_start(alarm.timer, 1000, 0)
    return 0


@xdp
def start(ctx: xdp_md) -> int:
    alarms.update(5, Alarm.zero())
    alarm = alarms.lookup(5)
    if alarm is None:
        return XDP_PASS
    bpf_timer_init(alarm.timer, alarms, 1)
    bpf_timer_set_callback(alarm.timer, ring)
    bpf_timer_start(alarm.timer, 1000, 0)
    return XDP_PASS


@callback
def add(record: bpf_dynptr, context: Sum) -> int:
    command = Command.zero()
    if bpf_dynptr_read(command, record, 0) == 0:
        context.total += command.number
    return 0


@xdp
def drain(ctx: xdp_md) -> int:
    global last
    found = Sum(total=0)
    bpf_user_ringbuf_drain(commands, add, found)
    last = found.total
    return XDP_PASS
