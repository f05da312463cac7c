"""print() and bpf_printk(): an f-string becomes a format string in .rodata and the values."""

from __future__ import annotations

import ast
import re

from ..diagnostics.types import WrongFormat
from ..source import Span
from ..tree import Expression, IntegerConstant, Print, StringConstant
from ..types import (
    PLAIN,
    S32,
    S64,
    U8,
    U32,
    U64,
    BeType,
    BoolType,
    IntType,
    Reference,
    StringType,
    Type,
    is_scalar,
)
from .conversions import TO_HOST, convert, describe, error_at, is_error, not_none, settle, text_of
from .expressions import value
from .function import FunctionChecker

_SPEC = re.compile(r"([<>]?)(#?)(0?)(\d*)([dxXs]?)$")
# bpf_trace_printk takes three values; bpf_trace_vprintk as many as fit (MAX_BPRINTF_VARARGS in kernel/bpf/helpers.c).
_DIRECT, _MOST = 3, 12


def print_call(c: FunctionChecker, node: ast.Call, name: str, file: Expression | None = None) -> Expression:
    """Check `print(...)`: strings and f-strings are joined with a blank, as Python does.

    `file`: the seq_file that bpf_seq_printf() writes to, already checked.
    """
    span = c.span(node)
    written = ast.unparse(node.func)  # bpf_printk is a macro in C, and another name of the helper here
    if node.keywords:
        c.report(WrongFormat(span, f"`{written}` takes no keyword arguments here",
                             "a line ends where the call ends; write the separator into the f-string"))
        return error_at(span)
    items = node.args
    target: Expression | None = None
    if name == "bpf_snprintf":
        if len(items) != 2:
            c.report(WrongFormat(span, f"`{name}` takes a buffer and one f-string", f"{name}(event.text, f\"...\")"))
            return error_at(span)
        target = _buffer(c, items[0])
        items = items[1:]
        if target is None:
            return error_at(span)
    elif name == "bpf_seq_printf":
        if file is None:
            c.report(WrongFormat(span, f"`{name}` takes a seq_file and one f-string",
                                 f"{name}(ctx.meta.seq, f\"...\\n\")"))
            return error_at(span)
        items, target = items[1:], file
    elif name != "print" and len(items) != 1:
        c.report(WrongFormat(span, f"`{written}` takes one f-string", f"{written}(f\"... {{value}} ...\")"))
        return error_at(span)
    pieces: list[str] = []
    values: list[Expression] = []
    failed = False
    for position, item in enumerate(items):
        if position:
            pieces.append(" ")
        if isinstance(item, ast.JoinedStr):
            for part in item.values:
                if isinstance(part, ast.Constant):
                    pieces.append(str(part.value).replace("%", "%%"))
                else:
                    assert isinstance(part, ast.FormattedValue)
                    failed = not _formatted(c, part, pieces, values) or failed
        else:
            found = value(c, item)
            if isinstance(found, StringConstant):
                pieces.append(found.text.decode("utf-8", "replace").replace("%", "%%"))
            else:
                failed = not _append(c, found, "", pieces, values) or failed
    text = "".join(pieces)
    if failed:
        return error_at(span)
    if len(values) > _MOST:
        c.report(WrongFormat(span, f"{len(values)} values in one line", f"the kernel takes {_MOST}; print two lines"))
        return error_at(span)
    if not all(" " <= character <= "~" or character in "\t\n\v\f\r" for character in text):
        c.report(WrongFormat(span, "a character that the kernel does not print", "it prints ASCII, tabs and line ends"))
        return error_at(span)
    if target is not None:
        helper = c.module.helper(name)
    else:
        helper = c.module.helper("bpf_trace_printk" if len(values) <= _DIRECT else "bpf_trace_vprintk")
    return Print(S64, span, text.encode() + b"\0", tuple(values), helper, target)


def _buffer(c: FunctionChecker, node: ast.expr) -> Expression | None:
    """The Str field that bpf_snprintf fills."""
    found = not_none(c, value(c, node))
    if is_error(found):
        return None
    type_ = found.type
    plain = isinstance(type_, Reference) and type_.space in PLAIN
    if not isinstance(type_, Reference) or not isinstance(type_.target, StringType) or not plain:
        c.report(WrongFormat(found.span, f"`{text_of(found)}` is {describe(found)}, no buffer for text",
                             "pass a Str field of a Struct"))
        return None
    return found


def _formatted(c: FunctionChecker, part: ast.FormattedValue, pieces: list[str], values: list[Expression]) -> bool:
    found = value(c, part.value)
    if is_error(found):
        return False
    spec = ""
    if part.format_spec is not None:
        assert isinstance(part.format_spec, ast.JoinedStr)
        if not all(isinstance(item, ast.Constant) for item in part.format_spec.values):
            c.report(WrongFormat(c.span(part), "a computed format", "write the width as a number"))
            return False
        spec = "".join(str(item.value) for item in part.format_spec.values if isinstance(item, ast.Constant))
    if part.conversion in (ord("s"), ord("a")):
        c.report(WrongFormat(c.span(part), "`!s` and `!a` build strings", "leave the conversion out"))
        return False
    if part.conversion == ord("r") and isinstance(found.type, Reference):
        c.report(WrongFormat(c.span(part), "`=` and `!r` would put quotes around a Str",
                             f"write `{text_of(found)}={{{text_of(found)}}}`"))
        return False
    return _append(c, found, spec, pieces, values)


def _append(c: FunctionChecker, found: Expression, spec: str, pieces: list[str], values: list[Expression]) -> bool:
    """One value: its conversion for the kernel's printf goes to `pieces`."""
    span = found.span
    if is_error(found):
        return False
    if isinstance(found, (StringConstant, IntegerConstant)):  # Python's own formatting, while compiling
        constant = found.text.decode("utf-8", "replace") if isinstance(found, StringConstant) else found.value
        try:
            pieces.append(format(constant, spec).replace("%", "%%"))
        except ValueError as error:
            c.report(WrongFormat(span, f"the format `{spec}`", f"Python says: {error}"))
            return False
        return True
    matched = _SPEC.match(spec)
    if matched is None:
        c.report(WrongFormat(span, f"the format `{spec}`",
                             "`d`, `x`, `X`, `#x`, a width, zeroes, `<` and `>` before it are possible"))
        return False
    side, alternate, zero, width, kind = matched.groups()
    found = settle(c, found)
    if is_error(found):
        return False
    type_ = found.type
    if isinstance(type_, Reference) and isinstance(type_.target, StringType):
        if kind in ("x", "X", "d") or zero or alternate:
            c.report(WrongFormat(span, f"`{spec}` for a Str", "use `:s`, a width as in `:16s`, or nothing"))
            return False
        found = not_none(c, found)
        if is_error(found):
            return False
        pieces.append(_text_format(side, width))
        values.append(found)
        return True
    if isinstance(type_, Reference) and type_.target == U8 and kind == "s":
        found = not_none(c, found)
        if is_error(found):
            return False
        pieces.append(_text_format(side, width))  # a char pointer: the kernel reads the text with care
        values.append(found)
        return True
    if isinstance(type_, BeType):
        c.report(WrongFormat(span, f"`{text_of(found)}` is `{type_}`, in network order",
                             f"print `{TO_HOST[type_.bits]}({text_of(found)})`"))
        return False
    if kind == "s":
        c.report(WrongFormat(span, f"`:s` for {describe(found)}", "an integer is printed with `:d` or `:x`"))
        return False
    if not isinstance(type_, (IntType, BoolType)):
        way = "print integers and Str fields"
        if isinstance(type_, Reference):
            way = f"print `{text_of(found)}.value`" if is_scalar(type_.target) else "print its fields"
        c.report(WrongFormat(span, f"`{text_of(found)}` is {describe(found)}", way))
        return False
    wide, found = _widened(found, type_)
    if kind in ("x", "X"):
        if isinstance(wide, IntType) and wide.signed:
            # printf would show the two's complement, Python shows a minus sign
            c.report(WrongFormat(span, f"`:{kind}` for the signed {type_}",
                                 f"cast it: `{'u64' if wide.bits == 64 else 'u32'}({text_of(found)})`"))
            return False
        conversion = kind
    else:
        conversion = "d" if isinstance(wide, IntType) and wide.signed else "u"
    if alternate:  # the kernel's printf for programs has no `#`
        if kind not in ("x", "X") or (width and not zero):
            c.report(WrongFormat(span, f"the format `{spec}`", "write the prefix into the text: `0x{x:4x}`"))
            return False
        pieces.append(f"0{kind}")
        width = str(max(int(width) - 2, 1)) if width else ""
    length = "ll" if wide.size == 8 else ""
    if side and (zero or alternate):
        c.report(WrongFormat(span, f"the format `{spec}`", "`<` and `>` go with blanks alone"))
        return False
    left = "-" if side == "<" and width else ""
    pieces.append(f"%{left}{zero}{width}{length}{conversion}")
    values.append(found)
    return True


def _text_format(side: str, width: str) -> str:
    """Python puts text to the left, printf to the right."""
    return f"%{'' if side == '>' else '-'}{width}s" if width else "%s"


def _widened(found: Expression, type_: IntType | BoolType) -> tuple[Type, Expression]:
    """The value as a 32- or 64-bit integer, which is what the helper's values are read as."""
    from ..tree import Cast

    if isinstance(type_, BoolType):
        return U32, Cast(U32, found.span, found)
    wide = (S64 if type_.signed else U64) if type_.bits == 64 else (S32 if type_.signed else U32)
    if isinstance(found, IntegerConstant):
        return wide, IntegerConstant(wide, found.span, found.value)
    return wide, convert(found, wide)


def span_of(found: Expression) -> Span:
    return found.span
