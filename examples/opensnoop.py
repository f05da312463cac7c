"""Report every openat(2) to user space: time, process and file name, through a ring buffer."""
from typing import Annotated, Final

from pybpfc import RingBuf, Str, Struct, data, rodata, s32, tracepoint, u32, u64
from pybpfc.helpers import (
    bpf_get_current_comm,
    bpf_get_current_pid_tgid,
    bpf_ktime_get_ns,
    bpf_probe_read_user_str,
)
from pybpfc.vmlinux import trace_event_raw_sys_enter

LICENSE = "GPL"
TASK_COMM_LEN: Final = 16


class OpenEvent(Struct):
    time_ns: u64
    pid: u32
    flags: s32
    comm: Annotated[Str, TASK_COMM_LEN]
    filename: Annotated[Str, 256]


events = RingBuf[OpenEvent](max_entries=256 * 1024)
only_pid: u32 = rodata(0)
dropped: u64 = data(0)


@tracepoint("syscalls", "sys_enter_openat")
def on_openat(ctx: trace_event_raw_sys_enter) -> int:
    global dropped
    pid = u32(bpf_get_current_pid_tgid() >> 32)
    if only_pid and pid != only_pid:
        return 0
    event = events.reserve()
    if event is None:
        dropped += 1
        return 0
    event.time_ns = bpf_ktime_get_ns()
    event.pid = pid
    event.flags = s32(ctx.args[2])
    bpf_get_current_comm(event.comm)
    bpf_probe_read_user_str(event.filename, ctx.args[1])
    events.submit(event)
    print(f"open by {pid}, {dropped=}")
    return 0


if __name__ == "__main__":
    import sys

    import pybpfc

    if len(sys.argv) > 2:
        sys.exit(f"usage: {sys.argv[0]} [PID]   (without one: every process)")
    with pybpfc.load(rodata={"only_pid": int(sys.argv[1]) if len(sys.argv) == 2 else 0}) as bpf, bpf.attach_all():
        try:
            for record in bpf.events(events):
                print(f"{record.pid:>8} {record.comm:<16} {record.flags:#8o} {record.filename}")
        except KeyboardInterrupt:
            print(f"{bpf.globals.dropped} records were dropped")
