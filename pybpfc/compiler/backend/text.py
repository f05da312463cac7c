"""The few spelling rules of LLVM assembly: names, strings, register types.

Source: https://llvm.org/docs/LangRef.html, sections Identifiers and Constants.
"""

from __future__ import annotations

import re
from functools import cache

from .. import types
from ..errors import InternalError

_PLAIN_NAME = re.compile(r"[A-Za-z_$.][A-Za-z0-9_$.]*\Z")
_TO_ESCAPE = re.compile(r'[^ !#-\[\]-~]')
_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9_]+")


def quoted(text: str | bytes) -> str:
    """A string literal, as metadata and `section` take it; a `c"..."` array constant takes the same escapes."""
    if isinstance(text, str):  # whole source files come here: LLVM reads any byte but these as itself
        return '"' + text.replace("\\", "\\5C").replace('"', "\\22").replace("\n", "\\0A") + '"'
    return f'"{_TO_ESCAPE.sub(_escape, text.decode("latin-1"))}"'


def _escape(found: re.Match[str]) -> str:
    return f"\\{ord(found[0]):02X}"


def symbol(name: str) -> str:
    """A global's name with its sigil: `@count`."""
    return f"@{name}" if _PLAIN_NAME.match(name) else f"@{quoted(name)}"


def readable(name: str) -> str:
    """What is left of a source name for use inside a label or a local's name."""
    return _NOT_IN_A_NAME.sub("_", name)


@cache
def register_type(type_: types.Type) -> str:
    """The LLVM type of a value of this type in a register."""
    if isinstance(type_, (types.IntType, types.BeType)):
        return f"i{type_.bits}"
    if isinstance(type_, types.BoolType):
        return "i1"
    if isinstance(type_, types.Reference):
        # 1: __arena of the kernel's bpf_arena_common.h
        return "ptr addrspace(1)" if type_.space is types.Space.ARENA else "ptr"
    if isinstance(type_, types.VoidType):
        return "void"
    raise InternalError(f"a value of type {type_} cannot be kept in a register")


@cache
def extension(type_: types.Type) -> str:
    """How BPF's calling convention widens an argument or result narrower than 32 bits: clang's rule for the target."""
    if isinstance(type_, types.IntType) and type_.bits < 32:
        return "signext " if type_.signed else "zeroext "
    if isinstance(type_, types.BoolType) or (isinstance(type_, types.BeType) and type_.bits < 32):
        return "zeroext "
    return ""


def constant(type_: types.Type, value: int) -> str:
    """A constant operand; for a reference 0 is null and anything else an address."""
    if isinstance(type_, types.BoolType):
        return "true" if value else "false"
    if isinstance(type_, types.Reference):
        return f"inttoptr (i64 {value} to {register_type(type_)})" if value else "null"
    if isinstance(type_, (types.IntType, types.BeType)):
        value &= (1 << type_.bits) - 1
        return str(value - (1 << type_.bits) if value >> type_.bits - 1 else value)
    raise InternalError(f"a constant of type {type_}")
