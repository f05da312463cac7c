"""`T | None` in memory points to a Struct of the program, or is `Ptr[u64] | None`."""

from pybpfc import Ptr, Struct, u32, u64
from pybpfc.vmlinux import task_struct


class Fine(Struct):
    hits: Ptr[u64] | None
    next: "Fine | None"


class Number(Struct):
    value: u32 | None


class Task(Struct):
    task: task_struct | None


class Both(Struct):
    either: Fine | Number
