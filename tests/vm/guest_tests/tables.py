"""Tables of functions that kernels have for more than TCP: a scheduler of tasks."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pybpfc_runtime as rt

from ..guest_test import Need, guest_test

SCHED_EXT = Need("6.18", "CONFIG_SCHED_CLASS_EXT", r"no struct_ops sched_ext_ops")
_STATE = Path("/sys/kernel/sched_ext/state")
_UNREGISTERED, _SYSRQ = 64, 67  # enum scx_exit_kind: taken out by its owner, by the machine's
_SCHED_EXT = 7  # the policy, include/uapi/linux/sched.h


@guest_test("scx_fifo", reaches="fires", needs=[SCHED_EXT])
def schedules_tasks(path: Path) -> None:
    with rt.ObjectSpec.open(str(path)).load() as bpf:
        with bpf.attach_all() as links:
            assert [link.where for link in links] == ["struct_ops sched_ext_ops"], links
            assert _STATE.read_text().strip() == "enabled"
            assert Path("/sys/kernel/sched_ext/root/ops").read_text().strip() == "pybpfc_fifo"
            children = [_worker() for _ in range(4)]
            for child in children:
                assert os.waitpid(child, 0)[1] == 0
            assert bpf.globals.left.kind == 0
        seen = [sum(values) for values in bpf.map("counts").values()]
        assert all(seen if len(os.sched_getaffinity(0)) > 1 else seen[1:]), seen  # one processor needs no choice
        assert bpf.globals.left.kind == _UNREGISTERED, bpf.globals.left
        assert _STATE.read_text().strip() == "disabled"
        time.sleep(0.05)
        assert [sum(values) for values in bpf.map("counts").values()] == seen, "it still schedules"


@guest_test("scx_weighted", reaches="fires", needs=[SCHED_EXT])
def fills_most_members(path: Path) -> None:
    with rt.ObjectSpec.open(str(path)).load() as bpf, bpf.attach_all():
        seen = bpf.globals
        assert Path("/sys/kernel/sched_ext/root/ops").read_text().strip() == "pybpfc_weighted"
        assert seen.groups >= 1 and seen.forked == 0, (seen.groups, seen.forked)
        child = _worker(policy=_SCHED_EXT)  # the flag SCX_OPS_SWITCH_PARTIAL leaves the others alone
        assert os.waitpid(child, 0)[1] == 0
        assert seen.forked >= 1 and seen.enabled == 1, (seen.forked, seen.enabled)
        assert seen.ran > 1 and seen.yielded == 1 and seen.now > 0, (seen.ran, seen.yielded, seen.now)
        assert seen.masks >= 1 and seen.idle_changes > 0, (seen.masks, seen.idle_changes)
        assert seen.end_kind == 0
        Path("/proc/sysrq-trigger").write_text("S")  # back to the kernel's own scheduler
        end = time.monotonic() + 5
        while seen.end_kind == 0 and time.monotonic() < end:
            time.sleep(0.02)
        assert seen.end_kind == _SYSRQ, seen.end_kind
        assert seen.exited > seen.forked, (seen.exited, seen.forked)  # the table had every task of the guest


def _worker(policy: int | None = None) -> int:
    """A process that computes and sleeps in turn for a moment.

    Args:
        policy: that it chooses first, by sched_setscheduler(2).
    """
    child = os.fork()
    if child:
        return child
    if policy is not None:
        os.sched_setscheduler(0, policy, os.sched_param(0))
        os.sched_setaffinity(0, os.sched_getaffinity(0))
        os.sched_yield()
    end = time.monotonic() + 0.3
    while time.monotonic() < end:
        sum(range(2000))
        time.sleep(0.001)
    os._exit(0)
