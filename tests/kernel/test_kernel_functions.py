"""Kernel functions, kernel variables and configuration values: what the kernel makes of the programs that use them."""

from __future__ import annotations

import ctypes
import gzip
import os
import resource
import struct
from pathlib import Path

import pytest

import pybpfc_runtime as rt
from pybpfc.compiler.diagnostics import CompileError
from pybpfc.compiler.pipeline import Options, compile_file
from pybpfc_runtime.btf import types
from pybpfc_runtime.btf.decode import decode_btf
from pybpfc_runtime.elf import ElfFile
from support.libbpf import Libbpf
from support.machine import needs_libbpf

pytestmark = pytest.mark.usefixtures("privileged")

PROGRAMS = Path(__file__).parent / "programs"


def test_kernel_functions() -> None:
    text = ctypes.create_string_buffer(b"hello")
    spec = rt.ObjectSpec.from_bytes(compile_file(str(PROGRAMS / "kernel_functions.py")).data, "kernel_functions")
    with spec.load() as bpf:
        request = struct.pack("ixxxxQ", os.getpid(), ctypes.addressof(text))
        assert bpf.programs["ask"].test_run(ctx=request).return_value == 0
        answer = bpf.globals.answer
        assert (answer.tgid, answer.parent, answer.weight, answer.second) == (os.getpid(), os.getppid(), 2, 1)
        assert (answer.length, answer.text) == (len("hello") + 1, "hello")
        nobody = struct.pack("ixxxxQ", 0x7FFFFFFF, 0)
        assert bpf.programs["ask"].test_run(ctx=nobody).return_value == 1


def test_libbpf_finds_kernel_functions(tmp_path: Path) -> None:
    needs_libbpf()
    target = tmp_path / "program.o"
    target.write_bytes(compile_file(str(PROGRAMS / "kernel_functions.py")).data)
    Libbpf().open(target).close()


def test_read_only(tmp_path: Path) -> None:
    """Plain loads through an address that nothing vouches for: numbers, pointers, bit fields, elements, and nothing."""
    program = tmp_path / "read_only.py"
    program.write_text("""
from pybpfc import Struct, core_read, inline, s32, syscall, u32, u64
from pybpfc.helpers import bpf_get_current_task
from pybpfc.kfuncs import bpf_rdonly_cast
from pybpfc.vmlinux import task_struct

LICENSE = "GPL"

class Answer(Struct):
    tgid: s32
    parent: s32
    letter: u32
    in_execve: u32
    limit: u64
    probed: u64
    pages: u64
    nothing: u64

@inline
def parent_of(task: task_struct) -> s32:
    return task.real_parent.tgid

@syscall
def ask(answer: Answer) -> int:
    task = bpf_rdonly_cast(bpf_get_current_task(), task_struct)
    answer.tgid = task.tgid
    answer.parent = parent_of(task)
    answer.letter = task.comm[1]
    answer.in_execve = u32(task.in_execve)
    answer.limit = task.signal.rlim[7].rlim_cur
    answer.probed = core_read(task.signal.rlim[answer.letter & 7 | 7].rlim_cur)
    answer.pages = task.mm.total_vm
    answer.nothing = u64(bpf_rdonly_cast(answer.nothing, task_struct).tgid)
    return 0
""")
    with rt.ObjectSpec.from_bytes(compile_file(str(program)).data, "read_only").load() as bpf:
        form = struct.Struct("<iiIIQQQQ")
        got = bpf.programs["ask"].test_run(ctx=form.pack(*[0] * 7, 8))
    tgid, parent, letter, in_execve, limit, probed, pages, nothing = form.unpack(got.ctx)
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    assert (tgid, parent, in_execve, limit, probed, nothing) == (os.getpid(), os.getppid(), 0, files, files, 0)
    assert letter == Path("/proc/thread-self/comm").read_bytes()[1]
    assert pages == pytest.approx(int(Path("/proc/self/statm").read_text().split()[0]), rel=0.2)


def test_missing_function(tmp_path: Path) -> None:
    """Two functions that no kernel will have, made by giving another name to one in the object: the one that is asked
    for is skipped, the other refused with a message that names it."""
    program = tmp_path / "missing.py"
    program.write_text("""
from pybpfc import Struct, kfunc_exists, s32, syscall
from pybpfc.kfuncs import bpf_task_from_pid, bpf_task_from_vpid, bpf_task_release

LICENSE = "GPL"

class Request(Struct):
    pid: s32

@syscall
def ask(request: Request) -> int:
    if kfunc_exists(bpf_task_from_vpid):
        task = bpf_task_from_vpid(request.pid)
        if task is None:
            return 1
        bpf_task_release(task)
        return 2
    return 3
""")
    data = compile_file(str(program)).data
    request = struct.pack("i", os.getpid())
    with rt.ObjectSpec.from_bytes(data, "there").load() as bpf:
        assert bpf.programs["ask"].test_run(ctx=request).return_value == 2
    renamed = data.replace(b"bpf_task_from_vpid\0", b"bpf_task_from_none\0")
    with rt.ObjectSpec.from_bytes(renamed, "missing").load() as bpf:
        assert bpf.programs["ask"].test_run(ctx=request).return_value == 3
    needs_libbpf()
    target = tmp_path / "missing.o"
    target.write_bytes(renamed)
    loaded = Libbpf().open(target)
    loaded.close()

    strong = compile_file(str(PROGRAMS / "kernel_functions.py")).data
    renamed = strong.replace(b"bpf_task_from_pid\0", b"bpf_task_from_non\0")
    with pytest.raises(rt.BpfError, match="bpf_task_from_non"):
        rt.ObjectSpec.from_bytes(renamed, "strong").load()


@pytest.mark.parametrize(("body", "answers"), [
    ("return 100 if kfunc_exists(bpf_task_from_vpid) or kfunc_exists(bpf_task_from_pid) else 300", (100, 100, 300)),
    ("if kfunc_exists(bpf_task_from_vpid) and kfunc_exists(bpf_task_from_pid): return 1\n    return 2", (1, 2, 2)),
    ("if not kfunc_exists(bpf_task_from_vpid) and not kfunc_exists(bpf_task_from_pid): return 1\n    return 2",
     (2, 2, 1)),
    ("a = kfunc_exists(bpf_task_from_vpid)\n    b = kfunc_exists(bpf_task_from_pid)\n    return s32(a) * 2 + s32(b)",
     (3, 1, 0)),
    ("held = seen.lookup(u32(request.pid & 1))\n"
     "    if kfunc_exists(bpf_task_from_vpid) or held is None: return 1\n    return 2", (1, 2, 2)),
])
def test_several_functions_asked_for(body: str, answers: tuple[int, ...], tmp_path: Path) -> None:
    """With both functions there, without the first, without either."""
    program = tmp_path / "asked.py"
    program.write_text(f"""
from pybpfc import ArrayMap, Struct, kfunc_exists, s32, syscall, u32
from pybpfc.kfuncs import bpf_task_from_pid, bpf_task_from_vpid

LICENSE = "GPL"
seen = ArrayMap[u32](max_entries=2)

class Request(Struct):
    pid: s32

@syscall
def ask(request: Request) -> int:
    {body}
""")
    data = compile_file(str(program)).data
    for names, answer in zip(((), ("vpid",), ("vpid", "pid")), answers, strict=True):
        renamed = data
        for name in names:
            old = f"bpf_task_from_{name}".encode()
            renamed = renamed.replace(old + b"\0", old[:-1] + b"x\0")
        with rt.ObjectSpec.from_bytes(renamed, "asked").load() as bpf:
            assert bpf.programs["ask"].test_run(ctx=struct.pack("i", 0)).return_value == answer


def configuration() -> dict[str, str]:
    """The running kernel's, as the file has it."""
    path = Path("/proc/config.gz")
    text = gzip.decompress(path.read_bytes()).decode() if path.exists() else Path(
        f"/boot/config-{os.uname().release}").read_text()
    return dict(line.split("=", 1) for line in text.splitlines() if line.startswith("CONFIG_"))


def test_kernel_symbols() -> None:
    spec = rt.ObjectSpec.from_bytes(compile_file(str(PROGRAMS / "kernel_symbols.py")).data, "kernel_symbols")
    with spec.load() as bpf:
        assert bpf.programs["ask"].test_run(data=bytes(64)).return_value == 2
        answer = bpf.globals.answer
    config = configuration()
    major, minor = (int(part) for part in os.uname().release.split(".")[:2])
    assert (answer.version >> 8, answer.modern) == ((major << 8) + minor, True)
    assert (answer.hz, answer.has_bpf, answer.net) == (int(config["CONFIG_HZ"]), True, 1)
    assert (chr(answer.letter), answer.nothing) == ("y", 0)
    assert answer.compiler == config["CONFIG_CC_VERSION_TEXT"].strip('"')[:63]
    symbols = {name: int(address, 16) for address, _, name in (
        line.split()[:3] for line in Path("/proc/kallsyms").read_text().splitlines())}
    assert (answer.schedule, answer.no_symbol, answer.no_variable) == (symbols["schedule"], 0, 0)
    assert answer.exists == 1 + 4 * ("jiffies" in symbols) + 8 * ("init_task" in symbols)
    if "init_task" in symbols:
        assert (answer.init_pid, chr(answer.init_letter)) == (1, "s")
    else:
        assert (answer.init_pid, answer.init_letter) == (1, 0)  # what a probe cannot read is 0


def test_libbpf_gives_the_same_values(tmp_path: Path) -> None:
    needs_libbpf()
    data = compile_file(str(PROGRAMS / "kernel_symbols.py")).data
    with rt.ObjectSpec.from_bytes(data, "kernel_symbols").load() as bpf:
        bpf.programs["ask"].test_run(data=bytes(64))
        ours = bytes(bpf.maps[".bss"][0])
    target = tmp_path / "program.o"
    target.write_bytes(data)
    loaded = Libbpf().open(target)
    try:
        assert loaded.test_run("ask", bytes(64)).result == 2
        (theirs,) = loaded.entries("program.bss").values()
    finally:
        loaded.close()
    assert len(theirs) == len(ours) and theirs[:-8] == ours[:-8]  # jiffies pass


def test_kernel_iterators() -> None:
    spec = rt.ObjectSpec.from_bytes(compile_file(str(PROGRAMS / "kernel_iterators.py")).data, "kernel_iterators")
    with spec.load() as bpf:
        request = struct.pack("i", os.getpid())
        assert bpf.programs["ask"].test_run(ctx=request).return_value == 0
        answer = bpf.globals.answer
        processes = len([name for name in os.listdir("/proc") if name.isdecimal()])
        areas = [line for line in Path("/proc/self/maps").read_text().splitlines() if "vsyscall" not in line]
        assert 0 < answer.found <= answer.processes and abs(answer.processes - processes) < 60
        assert abs(answer.areas - len(areas)) < 5 and answer.bytes % 4096 == 0
        assert answer.groups >= 1 and answer.caches > 20
        assert (answer.bits, answer.highest) == (4, 65)
        assert bpf.programs["leave_early"].test_run(ctx=request).return_value == 5
        assert (bpf.globals.answer.first, bpf.globals.answer.bits) == (5, 99)


def test_argument_tags() -> None:
    """Tags by which the verifier knows of a global function's arguments more than that they are memory or NULL."""
    compiled = compile_file(str(PROGRAMS / "argument_tags.py"), Options(min_kernel=(6, 9)))
    btf = decode_btf(ElfFile(compiled.data).by_name[".BTF"].data)
    tags = {(btf.type(tag.type).name, tag.component, tag.name) for tag in btf.types if isinstance(tag, types.DeclTag)}
    assert tags == {("verdict", 1, "arg:nonnull"), ("tgid", 0, "arg:trusted"), ("tgid", 0, "arg:nullable"),
                    ("parent", 0, "arg:trusted"), ("descriptor", 0, "arg:ctx")}
    with rt.ObjectSpec.from_bytes(compiled.data, "argument_tags").load(rodata={"only": os.getpid()}) as bpf:
        assert bpf.programs["prog"].test_run(data=bytes(64)).return_value == 1
        with bpf.programs["on_call"].attach():
            os.getppid()
        assert (bpf.globals.seen.tgid, bpf.globals.seen.parent, bpf.globals.seen.nobody) == (
            os.getpid(), os.getppid(), -1)
    with pytest.raises(CompileError, match="could be None"):
        compile_file(str(PROGRAMS / "argument_tags.py"))


def test_a_function_that_is_verified_alone_takes_trusted_objects(tmp_path: Path) -> None:
    program = tmp_path / "untrusted.py"
    program.write_text("""
from pybpfc import bpf_raw_tracepoint_args, global_subprog, raw_tracepoint, s32
from pybpfc.helpers import bpf_get_current_task
from pybpfc.vmlinux import task_struct

LICENSE = "GPL"


@global_subprog
def number(task: task_struct) -> s32:
    return task.pid


@raw_tracepoint("sys_enter")
def prog(ctx: bpf_raw_tracepoint_args) -> int:
    return number(bpf_get_current_task())
""")
    with pytest.raises(CompileError, match="this call passes untrusted kernel memory"):
        compile_file(str(program), Options(min_kernel=(6, 9)))


def test_kernel_pointers() -> None:
    """A task is put into a map value, taken out by the next run, and released."""
    spec = rt.ObjectSpec.from_bytes(compile_file(str(PROGRAMS / "kernel_pointers.py")).data, "kernel_pointers")
    with spec.load() as bpf:
        def run(program: str, pid: int) -> int:
            return int(bpf.programs[program].test_run(ctx=struct.pack("i", pid)).return_value)

        own, parent = os.getpid(), os.getppid()
        assert [run("look", own), run("hold", own)] == [0, 0]
        assert [run("forget", own), run("keep", own), run("look", 0), run("hold", 0)] == [0, 0, own, parent]
        assert run("keep", parent) == own
        assert [run("forget", own), run("forget", own)] == [parent, 0]
        assert bpf.map("kept")[0].stores == 2
        run("keep", own)  # the map releases what it keeps when it goes
