"""Every error that the loader raises on purpose: one class per cause, each with a code and a way out.

All derive from `BpfError`. Codes: BPF50xx the object file, BPF51xx the kernel refuses, BPF52xx maps,
BPF53xx attaching, BPF54xx use after close. A code never changes its meaning.
"""

from __future__ import annotations

import errno as errno_module
from typing import ClassVar, TypeVar

from .layout import CodecError

_T = TypeVar("_T")


class BpfError(Exception):
    """The base of the loader's errors.

    Attributes:
        code: "BPF5001" and so on; stable.
        help: what to do next, one or two sentences; "" where the message says it all.
    """

    code: ClassVar[str] = "BPF5000"
    default_help: ClassVar[str] = ""

    def __init__(self, message: str, *, help: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.help = help or self.default_help

    def __str__(self) -> str:
        text = f"[{self.code}] {self.message}"
        return f"{text}\n  help: {self.help}" if self.help else text


class ElfError(BpfError):
    """The file is not a BPF object this loader can read: truncated, corrupt, or for another machine."""

    code = "BPF5001"
    default_help = "build it again with `pybpfc build` or `clang -g -O2 -target bpf -c`"


class BtfError(BpfError):
    """The type information (.BTF, .BTF.ext) is corrupt or lacks what is asked of it."""

    code = "BPF5002"
    default_help = "build the object again with debug information (`-g`)"


class SpecError(BpfError):
    """The object is well-formed ELF but does not follow the conventions of BPF objects."""

    code = "BPF5003"


class UnsupportedFeature(BpfError):
    """The object needs something that this version of the loader does not do."""

    code = "BPF5004"


class UnknownNameError(BpfError, AttributeError, KeyError):
    """No program, map or variable has this name; the message lists those there are."""

    code = "BPF5005"


class CodecContextError(BpfError, CodecError):
    """A Python value does not fit the variable, key or value it is meant for; the message names which."""

    code = "BPF5006"


class RelocationError(BpfError):
    """A CO-RE relocation has no single answer in this kernel's types, or does not fit its instruction."""

    code = "BPF5007"


class KernelSymbolError(BpfError):
    """This kernel lacks a function, variable, hook or configuration value of the name, or has it with another type.

    Attributes:
        symbol: the configuration value, while it is not known yet which line of the program wants it.
    """

    code = "BPF5008"
    symbol = ""


class KernelError(BpfError, OSError):
    """A system call failed.

    Attributes:
        errno: the error number; 524 (ENOTSUPP) is the kernel's own and has no name in `errno`.
        errno_name: "EINVAL" and so on.
        command: what was tried: "BPF_MAP_CREATE".
    """

    code = "BPF5100"

    def __init__(self, command: str, errno: int, doing: str = "", *, help: str = "") -> None:
        name = errno_name(errno)
        message = f"{doing + ': ' if doing else ''}{command} failed with {name} ({error_text(errno)})"
        super().__init__(message, help=help)
        # OSError.__new__ sees one argument here and leaves errno unset: it is filled by hand.
        self.errno = errno
        self.strerror = error_text(errno)
        self.errno_name = name
        self.command = command


class PermissionDenied(KernelError, PermissionError):
    """The kernel refuses for lack of privilege or by policy; `help` says which of the reasons apply."""

    code = "BPF5102"


class NotSupportedByKernel(KernelError):
    """The running kernel lacks the feature."""

    code = "BPF5103"
    default_help = "run a newer kernel, or one built with this feature"


class BtfRefused(KernelError):
    """BPF_BTF_LOAD failed; `log` is the kernel's explanation."""

    code = "BPF5104"

    def __init__(self, errno: int, log: str) -> None:
        lines = [line for line in log.splitlines() if line.strip()]
        last = f": {lines[-1].strip()}" if lines else ""
        super().__init__("BPF_BTF_LOAD", errno, f"the kernel refuses the object's type information{last}",
                         help="build the object again; if it persists, report it with the object")
        self.log = log


class MapError(KernelError):
    """An operation on a map failed."""

    code = "BPF5201"


class MapMismatchError(BpfError):
    """A pinned map differs from the declaration that wants to reuse it."""

    code = "BPF5202"
    default_help = "remove the pinned map, or make the declarations agree"


class MapOperationError(BpfError, TypeError):
    """This type of map has no such operation."""

    code = "BPF5203"


class BufferInUseError(BpfError):
    """A ring or perf buffer has a reader already: two would take each other's records."""

    code = "BPF5204"
    default_help = "read it in one place, or close the first reader; bpf.events(\"a\", \"b\") reads several buffers"


class BufferFullError(BpfError):
    """A user ring buffer has no room for the record."""

    code = "BPF5205"
    default_help = "let the program drain it, send with a timeout, or declare it with more max_entries"


class RecordError(BpfError):
    """A record of a ring or perf buffer does not hold a value of the type it was to be decoded as."""

    code = "BPF5206"
    default_help = "name the type that the program sends, as bpf.events(\"name\", type=...), or bytes"


class AttachError(BpfError):
    """The arguments of an attach call make no sense for this program."""

    code = "BPF5301"


class UnknownOptionError(AttachError, TypeError):
    """attach() or attach_all() was given an option that no program takes; the message lists those there are."""


class AttachRefused(KernelError):
    """The kernel refuses to attach the program."""

    code = "BPF5302"


class UnsupportedAttach(UnsupportedFeature):
    """This version of the loader cannot attach programs of this kind."""

    code = "BPF5303"


class ClosedError(BpfError):
    """The object, map, program or link was closed before this use."""

    code = "BPF5401"
    default_help = "use it inside the `with` block, or before close()"


ENOTSUPP = 524  # include/linux/errno.h: not for user space, and yet bpf(2) returns it


def errno_name(number: int) -> str:
    """The symbol of an error number."""
    if number == ENOTSUPP:
        return "ENOTSUPP"
    if number == errno_module.EOPNOTSUPP:
        return "EOPNOTSUPP"  # the kernel's name; Python knows the number as ENOTSUP
    return errno_module.errorcode.get(number, f"errno {number}")


def error_text(number: int) -> str:
    if number == ENOTSUPP:
        return "operation not supported by the kernel"
    import os

    return os.strerror(number)


def unknown_name(kind: str, name: object, known: object) -> UnknownNameError:
    """The error for a wrong name: lists the right ones and points at the nearest."""
    names = sorted(str(item) for item in known)  # type: ignore[attr-defined]
    if not names:
        return UnknownNameError(f"no {kind} {name!r}: the object has none")
    import difflib

    near = difflib.get_close_matches(str(name), names, n=1)
    return UnknownNameError(f"no {kind} {name!r}; there are: {', '.join(names)}",
                            help=f"did you mean {near[0]!r}?" if near else "")


class Named(dict[str, _T]):
    """A dict by name whose missing names are explained."""

    def __init__(self, what: str) -> None:
        super().__init__()
        self._what = what

    def __missing__(self, name: object) -> _T:
        raise unknown_name(self._what, name, self)
