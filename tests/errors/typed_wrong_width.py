"""The result of an `int` function is no s64: the upper half of the slot is not part of it."""

from pybpfc import fexit, s64
from pybpfc.vmlinux import filename

LICENSE = "GPL"


@fexit("do_unlinkat")
def prog(dfd: s64, name: filename, ret: s64) -> int:
    return 0


@fexit("do_unlinkat")
def only_result(ret: s64) -> int:
    return 0
