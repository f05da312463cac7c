"""Count execve(2) by process: the program of count_calls.py as PythonBPF has it. It writes its object beside itself."""
from ctypes import c_int32, c_int64, c_uint64, c_void_p

from pythonbpf import bpf, bpfglobal, compile, map, section
from pythonbpf.helper import pid
from pythonbpf.maps import HashMap


@bpf
@map
def calls() -> HashMap:
    return HashMap(key=c_int32, value=c_uint64, max_entries=1024)


@bpf
@section("tracepoint/syscalls/sys_enter_execve")
def count(ctx: c_void_p) -> c_int64:
    process = pid()
    seen = calls.lookup(process)
    if seen:
        more = seen + 1
        calls.update(process, more)
    else:
        calls.update(process, 1)
    return 0


@bpf
@bpfglobal
def LICENSE() -> str:
    return "GPL"


compile()
