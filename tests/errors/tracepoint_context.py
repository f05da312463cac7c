from pybpfc import tracepoint, u32


@tracepoint("sched", "sched_switch")
def switched(event: u32) -> int:
    return 0


@tracepoint("syscalls", "sys_enter_openat")
def opened() -> int:
    return 0
