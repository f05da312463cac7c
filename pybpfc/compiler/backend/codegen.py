"""LLVM text to object bytes, by a worker process that outlives the single request.

The worker is started at the first request, or ahead of it by `start_early` so that its loading of LLVM (some
60 ms) overlaps with the front end. It ends when its standard input does: with this process at the latest.
"""

from __future__ import annotations

import atexit
import importlib.util
import os
import re
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

from ...record import value_record
from ..errors import InternalError
from .worker import read_message, write_message

CPUS = ("v1", "v2", "v3", "v4")

_PLACED = re.compile(r"^error: (?P<file>[^\n]*?):(?P<line>\d+):(?P<column>\d+): in function (?P<function>\S+) "
                     r"[^\n]*?\): (?P<message>.*)", re.MULTILINE | re.DOTALL)
# llvm/lib/Target/BPF/BPFISelLowering.cpp, fail(): a node of the selection graph, then the message.
_NODE = re.compile(r"^t\d+: .* (?=too many arguments|pass by value not supported)")
# LLVM then goes on without any debug info, and the object has no BTF.
_BAD_DEBUG_INFO = "invalid debug info"


class CodegenUnavailable(Exception):
    """The code generator cannot run here: the environment is at fault, not the program."""


class CodegenFailure(Exception):
    """LLVM refuses the program: what only code generation sees, such as a stack of more than 512 bytes.

    Args:
        message: LLVM's words, without the place.
        file, line, column: the place that LLVM names, by the name in the object; None and 0 where it names none.
        function: the function that LLVM names, or "".
    """

    def __init__(self, message: str, file: str | None = None, line: int = 0, column: int = 0,
                 function: str = "") -> None:
        super().__init__(f"{file}:{line}:{column}: {message}" if file else message)
        self.message = message
        self.file = file
        self.line = line
        self.column = column
        self.function = function


@value_record
class CodegenResult:
    object: bytes
    optimised: str | None  # the LLVM text behind the optimiser, where it was asked for
    seconds: dict[str, float]  # per step: parse, optimise, emit; child: all of them with the fork
    words: str  # what LLVM wrote to standard error although it succeeded


def run_codegen(llvm_text: str, cpu: str, optimised: bool = False) -> CodegenResult:
    """Optimise a module and generate its object file.

    Args:
        llvm_text: LLVM assembly.
        cpu: the BPF instruction set, "v1" to "v4".
        optimised: whether the optimised LLVM text is wanted too.

    Raises:
        CodegenFailure: LLVM refuses the program.
        CodegenUnavailable: the worker cannot be started, or has no llvmlite.
        InternalError: LLVM refuses the text itself, or drops its debug info: a bug in pybpfc.
    """
    if cpu not in CPUS:
        raise ValueError(f"{cpu!r} is no BPF instruction set; there are {', '.join(CPUS)}")
    header, blobs = _worker.ask({"cpu": cpu, "optimised": optimised}, llvm_text.encode())
    words = header["words"]
    if header["status"] == "unavailable":
        raise CodegenUnavailable(f"{words}; `pip install llvmlite` installs it for {sys.executable}")
    if header["status"] != "done":
        raise _failure(words, header["exit"])
    if _BAD_DEBUG_INFO in words:
        raise InternalError(f"LLVM drops the debug info: {words.strip()}")
    data, text = blobs
    return CodegenResult(data, text.decode() if optimised else None, header["seconds"], words)


def start_early() -> None:
    """Start the worker without waiting for it. Without effect where it runs, harmless where it cannot start."""
    with suppress(OSError, CodegenUnavailable):
        _worker.start()


def stop() -> None:
    """End the worker; the next request starts another."""
    _worker.stop()


def _failure(words: str, status: int) -> Exception:
    """The exception for a child that gave no object, from what it wrote and its exit status."""
    placed = _PLACED.search(words)
    if placed:
        file = None if placed["file"] == "<unknown>" else placed["file"]
        return CodegenFailure(_first_error(placed["message"]), file, int(placed["line"]), int(placed["column"]),
                              placed["function"])
    if "IR parsing error" in words or status == 70:
        return InternalError(f"LLVM does not accept the module: {words.strip()}")
    ended = f"signal {-status}" if status < 0 else f"exit status {status}"
    return CodegenFailure(f"LLVM gave up ({ended}): {words.strip() or 'without a word'}")


def _first_error(message: str) -> str:
    """The first of LLVM's errors alone, without the instruction selector's node in front of it."""
    first = re.split(r"\n(?:error|warning): |\nLLVM ERROR|\nPLEASE submit", message, maxsplit=1)[0]
    return _NODE.sub("", first).strip()


class _Worker:
    """The process and the pipes to it; one request at a time."""

    def __init__(self) -> None:
        self._forget()
        atexit.register(self._at_exit)
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._after_fork)

    def _forget(self) -> None:
        self._lock = threading.Lock()
        self._pid = 0
        self._requests = -1
        self._replies: BinaryIO | None = None

    def _after_fork(self) -> None:
        """In a forked child: the worker is the parent's. Its pipes must not stay open here, or it never ends."""
        self._close_pipes()
        self._forget()

    def start(self) -> None:
        with self._lock:
            self._start()

    def stop(self) -> None:
        with self._lock:
            self._stop()

    def _at_exit(self) -> None:
        # Ctrl-C has nothing to interrupt here: the worker ends with its pipes, waited for or not.
        with suppress(KeyboardInterrupt):
            self.stop()

    def ask(self, header: dict[str, Any], text: bytes) -> tuple[dict[str, Any], list[bytes]]:
        """Send one request and wait for the reply. A worker that has died is started again, once."""
        with self._lock:
            reply = self._exchange(header, text) or self._exchange(header, text)
        if reply is None:
            raise CodegenUnavailable(f"the code generator ({sys.executable} {_program()}) ended twice without an "
                                     "answer; it may have run out of memory")
        return reply

    def _exchange(self, header: dict[str, Any], text: bytes) -> tuple[dict[str, Any], list[bytes]] | None:
        self._start()
        assert self._replies is not None
        try:
            write_message(self._requests, header, [text])
            reply = read_message(self._replies)
        except BrokenPipeError:
            reply = None
        except BaseException:  # interrupted half-way: the next request would get this one's reply
            self._stop()
            raise
        if reply is None:
            self._stop()
        return reply

    def _start(self) -> None:
        if self._pid:
            return
        request_end, requests = os.pipe()
        replies, reply_end = os.pipe()
        arguments = [sys.executable, "-I", "-S", _program(), *_llvmlite_folders()]
        try:
            # posix_spawn and not a fork of this process; a group of its own, so that Ctrl-C reaches only us.
            self._pid = _spawn(arguments, request_end, reply_end)
        except OSError as error:
            os.close(requests)
            os.close(replies)
            raise CodegenUnavailable(f"cannot start the code generator with {sys.executable or 'an unknown Python'}: "
                                 f"{error}") from error
        finally:
            os.close(request_end)
            os.close(reply_end)
        self._requests, self._replies = requests, os.fdopen(replies, "rb")

    def _stop(self) -> None:
        pid, self._pid = self._pid, 0
        self._close_pipes()
        if pid:
            with suppress(ChildProcessError):  # this process ignores SIGCHLD or waits for any child
                os.waitpid(pid, 0)

    def _close_pipes(self) -> None:
        if self._replies is not None:
            os.close(self._requests)
            self._replies.close()
        self._requests, self._replies = -1, None


def _spawn(arguments: list[str], standard_input: int, standard_output: int) -> int:
    actions = [(os.POSIX_SPAWN_DUP2, standard_input, 0), (os.POSIX_SPAWN_DUP2, standard_output, 1)]
    return os.posix_spawn(arguments[0], arguments, dict(os.environ), file_actions=actions, setpgroup=0)


def _program() -> str:
    return str(Path(__file__).with_name("worker.py"))


def _llvmlite_folders() -> list[str]:
    """Where the worker finds llvmlite: it runs without site-packages, which start faster and cannot interfere."""
    found = importlib.util.find_spec("llvmlite")
    if found is None or found.submodule_search_locations is None:
        return [folder for folder in sys.path if folder]
    return [str(Path(folder).parent) for folder in found.submodule_search_locations]


_worker = _Worker()
