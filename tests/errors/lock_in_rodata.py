"""What the kernel changes is no constant."""

from pybpfc import Struct, bpf_spin_lock, rodata, syscall, u64


class Request(Struct):
    number: u64


class Locked(Struct):
    lock: bpf_spin_lock
    number: u64


locked: Locked = rodata(Locked.zero())


@syscall
def prog(request: Request) -> int:
    return 0
