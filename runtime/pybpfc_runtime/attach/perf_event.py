"""Programs that run at each sample of a perf event: a profiler's.

Source: perf_event_open(2); include/uapi/linux/perf_event.h.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import AttachError
from ..features import cpu_numbers
from ..syscall import PERF_ATTR_FREQ, PerfEvent
from .links import GroupLink, Link, duplicated
from .perf import attach_to_event, open_event

if TYPE_CHECKING:
    from ..program import Program

PERF_TYPE_HARDWARE, PERF_TYPE_SOFTWARE = 0, 1
PERF_COUNT_SW_CPU_CLOCK = 0

_ONLINE = "/sys/devices/system/cpu/online"


def attach(program: Program, event: int | None = None, *, type: int = PERF_TYPE_SOFTWARE,
           config: int = PERF_COUNT_SW_CPU_CLOCK, frequency: int | None = None, period: int | None = None,
           pid: int | None = None, cpu: int | None = None, cookie: int = 0) -> Link:
    """Attach a program to a perf event.

    Args:
        event: a descriptor that the caller has opened, and keeps; the other options are then not used.
        type, config: which event is sampled, as in `struct perf_event_attr`; by default the CPU's clock.
        frequency: samples a second, or
        period: events between two samples (nanoseconds for clocks).
        pid: of the one process that is sampled, 0 for this one; None for all.
        cpu: the one CPU; None for all: without `pid` that is an event for each that is online.
        cookie: what bpf_get_attach_cookie() gives (5.15).

    Raises:
        AttachError: neither an event nor a frequency nor a period.
        AttachRefused: the kernel refuses the event, or the program at it.
    """
    if event is not None:
        return attach_to_event(program, duplicated(program, "event", event), f"perf event {event}", cookie)
    if (frequency is None) == (period is None):
        raise AttachError(f"program {program.name}: how often should it run?",
                          help="attach(frequency=SAMPLES_A_SECOND), attach(period=EVENTS), or attach(event=DESCRIPTOR)")
    attributes = PerfEvent(type, config, frequency or period or 0, flags=PERF_ATTR_FREQ if frequency else 0)
    where = (f"perf event {type}/{config}, " + (f"{frequency} a second" if frequency else f"every {period}")
             + ("" if pid is None else f", process {pid}") + ("" if cpu is None else f", CPU {cpu}"))
    if cpu is not None or pid is not None:
        return attach_to_event(program, open_event(program, attributes, where, pid=pid, cpu=cpu), where, cookie)
    with open(_ONLINE, encoding="ascii") as file:
        online = cpu_numbers(file.read())
    group = GroupLink(program, where, [])
    try:
        for each in online:
            fd = open_event(program, attributes, where, cpu=each)
            group.links.append(attach_to_event(program, fd, f"{where}, CPU {each}", cookie))
    except BaseException:
        group.detach()
        raise
    return group
