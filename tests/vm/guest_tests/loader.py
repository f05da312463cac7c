"""What the loader does differently from kernel to kernel, and that each kernel refuses what is broken."""

from __future__ import annotations

import errno
import os
import resource
from pathlib import Path

import pybpfc_runtime as rt

from ..guest_test import guest_test, version


@guest_test("xdp_count", reaches="loads")
def locked_memory_limit(path: Path) -> None:
    """Below 5.11 maps count against RLIMIT_MEMLOCK, which the loader lifts; later kernels keep their limit."""
    small = 64 * 1024
    resource.setrlimit(resource.RLIMIT_MEMLOCK, (small, small))
    rt.ObjectSpec.open(str(path)).load().close()
    lifted = resource.getrlimit(resource.RLIMIT_MEMLOCK)[0] != small
    assert lifted == (version(os.uname().release) < (5, 11))


@guest_test("map_methods", reaches="loads")
def missing_map_type(path: Path) -> None:
    """A kernel without bloom filters: the error says which command failed, how, and for which map."""
    if version(os.uname().release) >= (5, 16):
        rt.ObjectSpec.open(str(path)).load().close()
        return
    error = _refused(path)
    assert isinstance(error, rt.KernelError) and "BLOOM_FILTER" in str(error), error
    assert (error.command, error.errno) == ("BPF_MAP_CREATE", errno.EINVAL)


def _refused(path: Path) -> rt.BpfError:
    try:
        rt.ObjectSpec.open(str(path)).load().close()
    except rt.BpfError as error:
        return error
    raise AssertionError("it was loaded")


@guest_test("xdp_count.relocation_off_by_one", reaches="refuses")
def refuses_a_moved_relocation(path: Path) -> None:
    assert isinstance(_refused(path), rt.SpecError)


@guest_test("xdp_count.wrong_map_definition", reaches="refuses")
def refuses_a_wrong_map(path: Path) -> None:
    error = _refused(path)
    assert isinstance(error, rt.VerifierError) and "invalid access to map value" in str(error), error


@guest_test("callbacks.function_information_missing", reaches="refuses")
def refuses_missing_function_information(path: Path) -> None:
    error = _refused(path)
    assert isinstance(error, rt.VerifierError), error
