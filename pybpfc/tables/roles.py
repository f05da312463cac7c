"""The words in which helper rows are written: an argument or a result in one short expression.

A row names its arguments in the kernel's order; their names come from the C prototype. So
``[CTX, u32, OUT, SIZE(2), FLAGS]`` reads: the context, a u32, a buffer that is filled, the size of
argument 2, flags that may be left out.
"""

from __future__ import annotations

from .rows import Argument, Invalidates, Result, ResultKind, Role

CTX = Argument("", Role.CONTEXT)
MAP = Argument("", Role.MAP)
KEY = Argument("", Role.MAP_KEY)
VALUE = Argument("", Role.MAP_VALUE)
VALUE_OR_NONE = Argument("", Role.MAP_VALUE, nullable=True, optional=True)
IN = Argument("", Role.IN_BUFFER)
IN_OR_NONE = Argument("", Role.IN_BUFFER, nullable=True)
OUT = Argument("", Role.OUT_BUFFER)
STRING = Argument("", Role.STRING)
FORMAT = Argument("", Role.FORMAT)
KERNEL_ADDRESS = Argument("", Role.UNSAFE_ADDRESS)
PER_CPU = Argument("", Role.PER_CPU_SYMBOL)
USER_ADDRESS = Argument("", Role.USER_ADDRESS)
CALLBACK = Argument("", Role.CALLBACK)
CALLBACK_CONTEXT = Argument("", Role.CALLBACK_CONTEXT, nullable=True)
OPT_CALLBACK_CONTEXT = Argument("", Role.CALLBACK_CONTEXT, nullable=True, optional=True)
FLAGS = Argument("", Role.FLAGS, "u64", optional=True)
FLAGS32 = Argument("", Role.FLAGS, "u32", optional=True)

u16 = Argument("", Role.SCALAR, "u16")
u32 = Argument("", Role.SCALAR, "u32")
u64 = Argument("", Role.SCALAR, "u64")
s32 = Argument("", Role.SCALAR, "s32")
s64 = Argument("", Role.SCALAR, "s64")
be16 = Argument("", Role.SCALAR, "be16")
WIRE = Argument("", Role.WIRE, "u64")

VOID = Result(ResultKind.VOID)
U32 = Result(ResultKind.SCALAR, "u32")
U64 = Result(ResultKind.SCALAR, "u64")
S32 = Result(ResultKind.SCALAR, "s32")
S64 = Result(ResultKind.SCALAR, "s64")
MAP_VALUE = Result(ResultKind.MAP_VALUE)
OPT_MAP_VALUE = Result(ResultKind.MAP_VALUE, nullable=True)
MEMORY = Result(ResultKind.MEMORY)
OPT_MEMORY = Result(ResultKind.MEMORY, nullable=True)

PACKET = Invalidates.PACKET


def SIZE(of: int) -> Argument:
    """The size of argument `of`; of a map: the size of its values; of a text: its bytes with the NUL."""
    return Argument("", Role.SIZE_OF, "u32", of=of)


def CONSTANT(type_: str) -> Argument:
    return Argument("", Role.CONSTANT, type_)


def STRUCT(type_: str, *, nullable: bool = False) -> Argument:
    """A reference to a UAPI struct."""
    return Argument("", Role.STRUCT, type_, nullable=nullable, optional=nullable)


def SOCKET(*, nullable: bool = False) -> Argument:
    """A `bpf_sock`, or a trusted pointer to a socket of the kernel's (ARG_PTR_TO_BTF_ID_SOCK_COMMON)."""
    return Argument("", Role.STRUCT, "bpf_sock", nullable=nullable, optional=nullable, kernel="sock_common")


def OUT_STRUCT(type_: str) -> Argument:
    return Argument("", Role.OUT_STRUCT, type_)


def OUT_SCALAR(type_: str) -> Argument:
    return Argument("", Role.OUT_SCALAR, type_)


def TRUSTED(type_: str) -> Argument:
    return Argument("", Role.TRUSTED, type_)


def CTX_OR(type_: str) -> Argument:
    """The context; in program types whose context is no packet or socket, a trusted pointer to `type_`."""
    return Argument("", Role.CONTEXT, kernel=type_)


def RECORD(type_: str = "", *, nullable: bool = False) -> Argument:
    return Argument("", Role.RECORD, type_, nullable=nullable)


def IS_TRUSTED(type_: str) -> Result:
    return Result(ResultKind.TRUSTED, type_)


def OPT_TRUSTED(type_: str) -> Result:
    return Result(ResultKind.TRUSTED, type_, nullable=True)


def UNTRUSTED(type_: str) -> Result:
    return Result(ResultKind.UNTRUSTED, type_)


def OPT_STRUCT(type_: str) -> Result:
    return Result(ResultKind.STRUCT, type_, nullable=True)
