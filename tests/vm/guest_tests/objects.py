"""Objects of the program's own: the kernels differ in what they call these functions and in what they check."""

from __future__ import annotations

import ctypes
import errno
import os
import struct
from collections.abc import Callable
from pathlib import Path

import pybpfc_runtime as rt

from ..guest_test import Need, guest_test


def _runner(bpf: rt.Object, form: str) -> Callable[..., int]:
    def run(program: str, number: int = 0) -> int:
        return ctypes.c_int32(bpf.programs[program].test_run(ctx=struct.pack(form, number)).return_value).value

    return run


@guest_test("own_objects", reaches="runs", needs=[Need("6.4", "bpf_refcount_acquire()", r"bpf_\w+_impl")])
def lists_trees_and_fields(path: Path) -> None:
    with rt.ObjectSpec.open(str(path)).load() as bpf:
        run = _runner(bpf, "Q")
        assert run("alone", 30) == 42
        assert [run("push", number) for number in (1, 2, 3, 4)] == [0] * 4
        assert [run("pop", back) for back in (0, 1, 0, 1, 0)] == [31, 41, 11, 21, -2]
        assert [run("plan", deadline) for deadline in (7, 5, 9)] == [0] * 3
        assert run("next_deadline") == 5
        assert [run("finish") for _ in range(4)] == [5, 7, 9, -2]
        assert [run("oldest") for _ in range(4)] == [7, 5, 9, -2]
        assert [run("keep", number) for number in (7, 5, 9)] == [0, 7, 5]


@guest_test("per_cpu_objects", reaches="runs", needs=[Need("6.7", "bpf_percpu_obj_new()", r"bpf_\w+_impl")])
def copies_for_each_cpu(path: Path) -> None:
    cpu = min(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cpu})
    with rt.ObjectSpec.open(str(path)).load() as bpf:
        run = _runner(bpf, "I")
        assert [run("count"), run("begin"), run("count"), run("count")] == [-2, 0, 1, 2]
        assert (run("look", cpu), run("look", 1 << 20)) == (2000 + cpu, -3)
        assert (run("begin"), run("look", cpu)) == (1, 0)


@guest_test("object_values", reaches="runs", needs=[Need("6.2", "bpf_obj_new()", r"bpf_\w+_impl")])
def values_in_objects(path: Path) -> None:
    with rt.ObjectSpec.open(str(path)).load() as bpf:
        request = struct.pack("QIBBHHHHH2x", 1, 2, 3, 4, 5, 6, 7, 8, 9)
        assert bpf.programs["values"].test_run(ctx=request).return_value == 1030


@guest_test("own_globals", reaches="runs", needs=[
    Need("6.11", "kernel objects in structs inside of values", r"bpf_\w+_impl|EINVAL")])
def lists_in_variables(path: Path) -> None:
    with rt.ObjectSpec.open(str(path)).load() as bpf:
        run = _runner(bpf, "Q")
        assert [run("push", number) for number in (7, 8)] == [0, 0]
        assert [run("work") for _ in range(3)] == [7, 8, -1]


@guest_test("arenas", reaches="runs", needs=[Need("6.9", "BPF_MAP_TYPE_ARENA", r"arena|bpf_arena_\w+_pages|EINVAL")])
def pointers_into_an_arena(path: Path) -> None:
    with rt.ObjectSpec.open(str(path)).load() as bpf:
        def run(program: str, key: int = 0) -> tuple[int, int]:
            done = bpf.programs[program].test_run(ctx=struct.pack("IIQ", key, 0, 0))
            return done.return_value, struct.unpack("IIQ", done.ctx)[2]

        assert [run("count", key) for key in (3, 11, 3, 19, 4)] == [(0, 3), (0, 4), (0, 6), (0, 5), (0, 6)]
        assert run("sum_up") == (0, 10)
        start = bpf.globals.table - bpf.arenas["arena"].address
        assert struct.unpack_from("Q", bpf.arenas["arena"][start:start + 8]) == (4,)
        assert (run("give_back"), run("sum_up")) == ((0, 0), (0, 0))


@guest_test("res_locks", reaches="runs", needs=[
    Need("6.15", "bpf_res_spin_lock()", r"bpf_(\w+_impl|res_spin\w+|local_irq\w+)")])
def locks_that_may_fail(path: Path) -> None:
    with rt.ObjectSpec.open(str(path)).load() as bpf:
        run = _runner(bpf, "Q")
        assert [run("push", number) for number in (7, 8)] == [0, 0]
        assert [run("pop") for _ in range(3)] == [7, 8, -2]
        assert [run("two"), run("deadlock"), run("two"), run("quiet", 40)] == [0, -errno.EDEADLK, 0, 43]


@guest_test("list_nodes", reaches="runs", needs=[Need("7", "bpf_list_add()", r"bpf_(list|obj)_\w+")])
def nodes_in_the_middle(path: Path) -> None:
    with rt.ObjectSpec.open(str(path)).load() as bpf:
        run = _runner(bpf, "Q")
        assert [run("ask"), run("insert", 1), run("ask")] == [1, 0, 2 + 4 + 8], [run("ask") for _ in range(3)]
        assert [run("push", 3), run("insert", 2), run("push", 4)] == [0] * 3
        assert run("ask") == 2 + 8
        assert [run("remove"), run("pop"), run("remove"), run("pop")] == [4, 1, 3, 2]
        assert [run("ask"), run("remove"), run("pop")] == [1, -2, -2]


@guest_test("arena_arguments", reaches="runs", needs=[Need("7", "scx_bpf_sub_caps()", r"scx_bpf_\w+|arena")])
def memory_of_arenas_passed(path: Path) -> None:
    answers = struct.Struct("<iiQQ")
    with rt.ObjectSpec.open(str(path)).load() as bpf:
        made = {name: bpf.programs[name].test_run(ctx=bytes(answers.size)) for name in ("masks", "online", "wakeup")}
        assert not any(one.return_value for one in made.values()), made
        got = {name: answers.unpack(one.ctx) for name, one in made.items()}
        nobody = -errno.ENODEV  # no scheduler runs, whose these would be
        assert got["masks"][:2] == (nobody, 2 * nobody) and got["online"][2] == 0, got
        assert all(address >> 56 == 0xFF for address in got["wakeup"][2:]), "addresses in the kernel"
