"""An array in an object is indexed with constants."""

from typing import Annotated

from pybpfc import Array, Struct, syscall, u32, u64
from pybpfc.kfuncs import bpf_obj_drop, bpf_obj_new

LICENSE = "GPL"


class Request(Struct):
    number: u64


class Job(Struct):
    steps: Annotated[Array[u32], 4]


@syscall
def prog(request: Request) -> int:
    job = bpf_obj_new(Job)
    if job is None:
        return 1
    job.steps[3] = 1
    job.steps[request.number & 3] = 1
    bpf_obj_drop(job)
    return 0
