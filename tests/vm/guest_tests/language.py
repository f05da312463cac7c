"""More of the language: callbacks, iterators, maps of many kinds, text, kernel types."""

from __future__ import annotations

import os
from pathlib import Path

import pybpfc_runtime as rt

from ..guest_test import Need, guest_test, version

XDP_PASS = 2


@guest_test("callbacks", reaches="runs", needs=[
    # before 5.13 there are no callbacks at all: the kernel counts one function less than the object describes
    Need("5.13", "callback functions", "number of funcs in func_info doesn't match number of subprogs"),
    Need("5.17", "bpf_loop()", r"bpf_loop|invalid func unknown#181")])
def callbacks(path: Path) -> None:
    with rt.ObjectSpec.open(str(path)).load() as bpf:
        assert bpf.programs["a"].test_run(data=bytes(64)).return_value == XDP_PASS
        assert dict(bpf.map("out").items()) == {0: sum(range(100)), 1: 100, 2: 5 + 6, 3: 2 * (1 + 2)}


@guest_test("iterators_and_scopes", reaches="runs",
            needs=[Need("6.4", "bpf_iter_num_new()", r"bpf_iter_num_new|bpf_rcu_read_lock")])
def iterators_and_scopes(path: Path) -> None:
    with rt.ObjectSpec.open(str(path)).load() as bpf:
        assert bpf.programs["a"].test_run(data=bytes(64)).return_value == XDP_PASS
        assert list(bpf.map("out").values()) == [0 + 1 + 3 + 4 + 5, 5, 5, 9]


@guest_test("map_methods", reaches="runs",
            needs=[Need("5.16", "BPF_MAP_TYPE_BLOOM_FILTER", r"BLOOM_FILTER|bloom")])
def map_methods(path: Path) -> None:
    with rt.ObjectSpec.open(str(path)).load() as bpf:
        assert bpf.programs["a"].test_run(data=bytes(64)).return_value == XDP_PASS
        assert dict(bpf.map("hits").items()) == {2: 1, 7: 1, 99: 1}


@guest_test("text", reaches="runs", needs=[Need("5.13", "bpf_snprintf()", r"bpf_snprintf|invalid func unknown#165")])
def text(path: Path) -> None:
    with rt.ObjectSpec.open(str(path)).load() as bpf:
        assert bpf.programs["write"].test_run(data=bytes(64)).return_value == XDP_PASS
        first, second, third = (bpf.map("lines")[index] for index in range(3))
    assert first.text == second.text == "-7 10000000000 0000 100%"
    assert first.length == len(first.text) + 1, "the kernel counts the NUL"
    assert (first.same, second.same, second.prefix) == (1, 1, 1)
    assert (third.text, third.same, third.prefix) == ("fixed", 1, 1)


def _pages() -> int:
    return int(Path("/proc/self/statm").read_text().split()[0])


@guest_test("kernel_types", reaches="fires")
def kernel_types_by_core(path: Path) -> None:
    """Relocated probe reads and CO-RE facts, from a tracepoint."""
    spec = rt.ObjectSpec.open(str(path))
    spec.rodata.only = os.getpid()
    spec.programs["bt"].autoload = False
    with spec.load() as bpf:
        with bpf.programs["on"].attach():
            os.close(os.open("/dev/null", os.O_RDONLY))
        out = dict(bpf.map("out").items())
        comm = bpf.map("comms")[0].text
    assert (out[0], out[1]) == (os.getpid(), os.getppid())
    assert abs(out[2] - _pages()) < 500, (out[2], _pages())
    # real_parent is there on all; task_struct.state became __state in 5.14; comm has 16 bytes
    assert (out[3], out[4], out[5]) == (1, int(version(os.uname().release) < (5, 14)), 16)
    # mm_struct is there, no_such is not; the size is the kernel's own; PIDTYPE_TGID is 1
    assert (out[6], out[7], out[9], out[10]) == (1, 0, 1, 1) and 2000 < out[8] < 40_000, out
    assert out[11] == 0, "a bit field"
    assert out[12] == 257, "openat, arch/x86/entry/syscalls/syscall_64.tbl"
    assert comm == Path("/proc/self/comm").read_text().strip()


@guest_test("kernel_types", reaches="fires",
            needs=[Need("5.11", "bpf_get_current_task_btf()", r"bpf_get_current_task_btf|invalid func unknown#158")])
def kernel_types_by_trust(path: Path) -> None:
    """Relocated plain loads through trusted pointers, from a raw tracepoint."""
    spec = rt.ObjectSpec.open(str(path))
    spec.rodata.only = os.getpid()
    with spec.load() as bpf:
        with bpf.programs["bt"].attach():
            os.getppid()
        out = dict(bpf.map("out").items())
    assert (out[20], out[21]) == (os.getpid(), os.getppid())
    assert abs(out[22] - _pages()) < 500, (out[22], _pages())
    assert (out[23], out[24]) == (0, 0), "bit fields"
    assert out[25] == ord(Path("/proc/self/comm").read_text()[0])


@guest_test("symbols", reaches="runs", needs=[
    Need("6.1", "per-CPU variables in BTF", "have no variable runqueues")])
def kernel_symbols(path: Path) -> None:
    """Configuration, version, variables, and a function that kernels before 6.2 lack."""
    with rt.ObjectSpec.open(str(path)).load() as bpf:
        bpf.programs["ask"].test_run(data=bytes(64))
        answer = bpf.globals.answer
        major, minor = (int(part) for part in os.uname().release.split(".")[:2])
        assert answer.version >> 8 == (major << 8) + minor
        assert answer.modern == answer.has_rcu_section == ((major, minor) >= (6, 2))
        assert answer.hz in (0, 100, 250, 300, 1000)
        assert answer.jiffies_apart < 10_000
        assert (answer.init_pid, chr(answer.init_letter)) == (1, "s")  # swapper, number 0
        assert answer.first_cpu == 0 and 0 <= answer.this_cpu < (os.cpu_count() or 1) and answer.no_cpu == 1


@guest_test("kernel_symbols", reaches="runs")
def configuration_values_or_their_error(path: Path) -> None:
    """Debian's package of Linux 7 has no file with the configuration: the error names it."""
    file = Path(f"/boot/config-{os.uname().release}")
    spec = rt.ObjectSpec.open(str(path))
    if not file.exists():
        try:
            spec.load().close()
        except rt.KernelSymbolError as error:
            if str(file) in str(error) and "CONFIG_" in str(error):
                return
            raise
        raise AssertionError("loaded without the values")
    config = dict(line.split("=", 1) for line in file.read_text().splitlines() if line.startswith("CONFIG_"))
    with spec.load() as bpf:
        assert bpf.programs["ask"].test_run(data=bytes(64)).return_value == XDP_PASS
        answer = bpf.globals.answer
    assert (answer.hz, answer.has_bpf, chr(answer.letter)) == (int(config["CONFIG_HZ"]), True, "y")
    assert answer.compiler == config["CONFIG_CC_VERSION_TEXT"].strip('"')[:63]
