"""The process in which LLVM runs, and the messages to and from it. `codegen` starts it.

LLVM ends its process on some mistakes (`exit`, `abort`), and a second module with CO-RE crashes its pass
manager. So this process only loads LLVM, and forks a child for each module. It is a program of its own and
not a fork of the compiler's process, which may have threads, a notebook or pytest inside.

Requests come on standard input, replies go to what was standard output, as messages: a length in four
bytes, a JSON header whose "blobs" are the lengths of the byte strings that follow it. It ends with its input.

    python -I -S worker.py FOLDER...     the folders in which llvmlite is looked for
"""

from __future__ import annotations

import itertools
import json
import os
import signal
import struct
import sys
import time
from collections.abc import Sequence
from typing import Any, BinaryIO

_LENGTH = struct.Struct("<I")


def read_message(stream: BinaryIO) -> tuple[dict[str, Any], list[bytes]] | None:
    """The next message: header and byte strings; None where the stream ends before the message does."""
    prefix = stream.read(_LENGTH.size)
    if len(prefix) < _LENGTH.size:
        return None
    size = _LENGTH.unpack(prefix)[0]
    raw = stream.read(size)
    if len(raw) < size:
        return None
    header = json.loads(raw)
    blobs = [stream.read(size) for size in header["blobs"]]
    return (header, blobs) if [len(blob) for blob in blobs] == header["blobs"] else None


def write_message(descriptor: int, header: dict[str, Any], blobs: Sequence[bytes] = ()) -> None:
    """Write a message without a buffer: a process forked meanwhile must not inherit half of it."""
    raw = json.dumps({**header, "blobs": [len(blob) for blob in blobs]}).encode()
    left = memoryview(b"".join((_LENGTH.pack(len(raw)), raw, *blobs)))
    while left:
        left = left[os.write(descriptor, left) :]


# What CO-RE fills in is a constant to LLVM. Behind a test for a field it must stay there: where the kernel lacks the
# field, the loader puts an instruction that no program may run. These passes fetch it ahead of a loop around the test.
_FOR_RELOCATIONS = ("-disable-machine-licm", "-disable-postra-machine-licm")

# A loop of constant rounds with several ways out: LLVM tests ahead of the loop which way out will be taken,
# and the loop, if empty then, is a jump to itself, which the verifier refuses.
_FOR_ALL = ("-indvars-predicate-loops=false",)

# What a loop ends with is often computed without the loop: a sum of 0 to n - 1 as n * (n - 1) // 2, which for an n of
# 64 bits multiplies 128 bits. BPF has no such multiplication, only a call of a library that is not there: such a module
# is compiled once more with its loops as they are.
_LIBRARY_CALL = "A call to built-in function '"
_FOR_WIDE_SUMS = ("-replexitval=never",)


class Compiler:
    """LLVM with the BPF target, initialised once and used in forked children."""

    def __init__(self) -> None:
        import llvmlite.binding as llvm

        llvm.initialize_all_targets()
        llvm.initialize_all_asmprinters()
        self._llvm = llvm

    def compile(self, text: str, cpu: str, optimised_wanted: bool,
                options: Sequence[str] = ()) -> tuple[bytes, bytes, dict[str, float]]:
        """Parse, verify, optimise and emit: the object, the optimised LLVM text (or nothing), the seconds of each step.

        Raises:
            RuntimeError: the text is not valid LLVM IR.
        """
        llvm = self._llvm
        for option in (*_FOR_ALL, *options):
            llvm.set_option("", option)
        if "@llvm.preserve." in text or "@llvm.bpf.preserve." in text:
            for option in _FOR_RELOCATIONS:
                llvm.set_option("", option)
        clock = [time.perf_counter()]
        machine = llvm.Target.from_triple("bpfel").create_target_machine(cpu=cpu, features="", opt=2, reloc="pic",
                                                                         codemodel="default")
        module = llvm.parse_assembly(text)
        clock.append(time.perf_counter())
        module.verify()
        tuning = llvm.create_pipeline_tuning_options(speed_level=2)
        tuning.slp_vectorization = tuning.loop_vectorization = tuning.loop_interleaving = False
        builder = llvm.create_pass_builder(machine, tuning)
        builder.getModulePassManager().run(module, builder)
        clock.append(time.perf_counter())
        optimised = str(module).encode() if optimised_wanted else b""
        data = machine.emit_object(module)
        clock.append(time.perf_counter())
        steps = (after - before for before, after in itertools.pairwise(clock))
        seconds = dict(zip(("parse", "optimise", "emit"), steps, strict=True))
        return data, optimised, seconds


def serve(requests: BinaryIO, replies: int) -> None:
    """Answer requests until their stream ends."""
    try:
        compiler = Compiler()
    except (ImportError, OSError, RuntimeError) as error:
        failure = f"LLVM cannot be loaded: {error}"
        while read_message(requests) is not None:
            write_message(replies, {"status": "unavailable", "words": failure})
        return
    while (request := read_message(requests)) is not None:
        header, (text,) = request
        before = time.perf_counter()
        asked = text.decode(), header["cpu"], header["optimised"]
        status, words, answer = _in_child(compiler, *asked)
        if answer is None and _LIBRARY_CALL in words:
            status, words, answer = _in_child(compiler, *asked, _FOR_WIDE_SUMS)
        if answer is not None and status == 0:
            result, (data, optimised) = answer
            seconds = {**result["seconds"], "child": time.perf_counter() - before}
            write_message(replies, {"status": "done", "words": words, "seconds": seconds}, [data, optimised])
        else:
            write_message(replies, {"status": "failed", "exit": status, "words": words})


def _in_child(compiler: Compiler, text: str, cpu: str, optimised: bool, options: Sequence[str] = (),
              ) -> tuple[int, str, tuple[dict[str, Any], list[bytes]] | None]:
    """Compile in a forked child: its exit code, what it wrote to standard error, its answer if it came to one."""
    reading, writing = os.pipe()
    words = _temporary_file()
    child = os.fork()
    if child == 0:
        status = 70  # EX_SOFTWARE of sysexits.h
        try:
            os.close(reading)
            os.dup2(words, 2)
            data, text_after, seconds = compiler.compile(text, cpu, optimised, options)
            write_message(writing, {"seconds": seconds}, [data, text_after])
            status = 0
        except BaseException as error:  # whatever it is, it must not run the parent's code behind the fork
            os.write(2, str(error).encode())
        finally:
            os._exit(status)
    os.close(writing)
    with os.fdopen(reading, "rb") as stream:
        answer = read_message(stream)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    size = os.lseek(words, 0, os.SEEK_END)
    said = os.pread(words, size, 0).decode(errors="replace")
    os.close(words)
    return status, said, answer


def _temporary_file() -> int:
    """A file without a name: a child that writes much to a pipe that nobody reads would hang."""
    if hasattr(os, "memfd_create"):
        return os.memfd_create("llvm-words")
    import tempfile

    descriptor, path = tempfile.mkstemp()
    os.unlink(path)
    return descriptor


def main() -> None:
    sys.path.extend(sys.argv[1:])
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # where the compiler's process ignores it, so would this one
    requests, replies = os.fdopen(os.dup(0), "rb"), os.dup(1)
    os.dup2(2, 1)  # nothing that a library prints may get between the messages
    try:
        serve(requests, replies)
    except (BrokenPipeError, KeyboardInterrupt):
        os._exit(1)  # the compiler's process has gone
    os._exit(0)  # at once: there is nothing to tear down


if __name__ == "__main__":
    main()
