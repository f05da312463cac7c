"""The parameters of BTF typed programs compared with the kernel's own prototype of what they are attached to.

A program of kind fentry, fexit, fmod_ret, fsession, tp_btf or lsm gets an array of 64-bit slots: the arguments, and for
those that run behind the function its result. Nothing in the object says how wide the values are, so a wrong width or
sign reads a wrong value silently: that is found here.
"""

from __future__ import annotations

import ast
import difflib
import os
from typing import TYPE_CHECKING

from pybpfc_runtime import layout
from pybpfc_runtime.btf import types as btf_types

from ... import kernel_btf, kernel_functions
from ...record import record, replace
from ...tables.rows import ProgramKind
from ..diagnostics.declarations import BadParameter
from ..diagnostics.target import UnknownTarget
from ..diagnostics.types import WrongParameter
from ..frontend.collect import FunctionDeclaration
from ..source import Span
from ..types import BoolType, IntType, Reference, Space, StructType, Type, VoidType, from_layout

if TYPE_CHECKING:
    from .module import ModuleChecker

# decorator: (what is attached to, its name in BTF, whether there is a result behind the arguments)
_TARGETS = {
    "fentry": ("function", "", False), "fexit": ("function", "", True), "fmod_ret": ("function", "", True),
    "fsession": ("function", "", True), "tp_btf": ("tracepoint", "btf_trace_", False),
    "lsm": ("security hook", "bpf_lsm_", True), "lsm_cgroup": ("security hook", "bpf_lsm_", True),
}


@record
class Target:
    """What a program is attached to.

    Attributes:
        arguments: (name, type, first slot); the type of something larger than a register is a struct's.
        result: None where it returns nothing.
        result_slot: behind the arguments; -1 where the program does not see a result.
        shown: the prototype in C.
    """

    arguments: tuple[tuple[str, layout.AnyType, int], ...]
    result: layout.AnyType | None
    result_slot: int
    shown: str


def target_name(declaration: FunctionDeclaration) -> str:
    """What the decorator names, or the section; "" where it is chosen when the program is attached."""
    declared = declaration.declared
    if declared.arguments:
        return declared.arguments[0]
    return (declared.section or "").partition("/")[2]


def find(checker: ModuleChecker, declaration: FunctionDeclaration, kind: ProgramKind) -> Target | None:
    """The prototype of what a program is attached to; None where the kernel's types do not tell."""
    base = kind.decorator.removesuffix("_s")
    if base == "struct_ops":
        return _member(checker, declaration)
    name = target_name(declaration)
    if not name or base not in _TARGETS:
        return None
    module, _, name = name.rpartition(":")
    if module and module != os.path.basename(kernel_btf.current().source).removesuffix(".btf"):
        return None  # the types at hand are not this module's
    what, prefix, has_result = _TARGETS[base]
    found = kernel_functions.tracepoint(name) if base == "tp_btf" else kernel_functions.prototype(prefix + name)
    if found is None:
        kernel = kernel_btf.current()
        kinds = (btf_types.BTF_KIND_TYPEDEF if base == "tp_btf" else btf_types.BTF_KIND_FUNC,)
        known = [one.removeprefix(prefix) for one in kernel.btf.names_like(prefix + name, kinds)
                 if one.startswith(prefix)]
        near = difflib.get_close_matches(name, known, 3)
        way_out = f"did you mean {' or '.join(f'`{one}`' for one in near)}?" if near else (
            "it may be inlined or belong to a module; `--btf FILE` takes the types of another kernel")
        checker.report(UnknownTarget(declaration.span, what, name, kernel.source, way_out))
        return None
    return _target(name, found, has_result)


def _target(name: str, found: kernel_functions.Prototype, has_result: bool) -> Target:
    arguments = []
    slot = 0
    for parameter, type_ in found.parameters:
        arguments.append((parameter, type_, slot))
        slot += max(1, (type_.size + 7) // 8)
    shown = kernel_functions.shown_prototype(name, found)
    return Target(tuple(arguments), found.result, slot if has_result else -1, shown)


def _member(checker: ModuleChecker, declaration: FunctionDeclaration) -> Target | None:
    """The member of the table that a struct_ops program is in."""
    member = checker.members.get(id(declaration.declared))
    if member is None:
        return None
    named = target_name(declaration)
    if named and named != member.name:
        checker.report(BadParameter(declaration.span, f"`{declaration.name}` is declared as `{named}`, and stands in "
                                    f"`{member.table.name}` as `{member.name}`", "declared here",
                                    f"write `@struct_ops` or `@struct_ops(\"{member.name}\")`"))
    return _target(member.name, member.prototype, False)


def slot_of(checker: ModuleChecker, declaration: FunctionDeclaration, target: Target, position: int,
            argument: ast.arg, type_: Type) -> int | None:
    """The slot that a parameter is read from; None where it does not fit, which was reported."""
    span = Span.of(declaration.source, argument)
    if argument.arg == "ret" and target.result_slot >= 0:
        problem = "the function returns nothing" if target.result is None else _mismatch(type_, target.result)
        if problem:
            checker.report(WrongParameter(span, "ret", problem, target.shown, _way_out(target.result)))
            return None
        return target.result_slot
    if position >= len(target.arguments) and argument.arg == "ret":
        checker.report(WrongParameter(span, "ret", f"the result is not known when `@{declaration.declared.kind}` "
                                      "programs run", target.shown, _way_out(None)))
        return None
    if position >= len(target.arguments):
        count = len(target.arguments)
        checker.report(WrongParameter(span, argument.arg, f"it is argument {position + 1}, and there "
                                      f"{'is' if count == 1 else 'are'} {count or 'none'}", target.shown,
                                      "remove it; the result is a parameter called `ret`"))
        return None
    name, wanted, slot = target.arguments[position]
    problem = _mismatch(type_, wanted)
    if not problem and isinstance(type_, Reference) and name.endswith("__nullable") and not type_.nullable:
        checker.report(WrongParameter(span, argument.arg, "the kernel may pass NULL here", target.shown,
                                      f"declare it as `{type_} | None`"))
        return None
    if not problem and hands_over(name) and not isinstance(type_, Reference):
        problem = "the kernel hands over a reference, which the program must give back or pass on"
        way_out = _way_out(wanted).partition(", or as")[0]
        checker.report(WrongParameter(span, argument.arg, problem, target.shown, way_out))
        return None
    if problem:
        checker.report(WrongParameter(span, argument.arg, problem, target.shown, _way_out(wanted)))
        return None
    return slot


def tagged(target: Target, slot: int, type_: Reference) -> Reference:
    """A pointer of what is traced, where the tags of the kernel's types say that it leads elsewhere than to an object
    of the kernel's."""
    wanted = target.result if slot == target.result_slot else next(
        (type_ for _, type_, place in target.arguments if place == slot), None)
    tag = wanted.tag if isinstance(wanted, layout.PointerType) else ""
    space = {"user": Space.USER, "percpu": Space.KERNEL_PER_CPU}.get(tag)
    return type_ if space is None else replace(type_, space=space)


def hands_over(parameter: str) -> bool:
    """Whether the kernel gives up its reference to an argument: the program has to release it."""
    return parameter.endswith("__ref")


def takes_all_references(checker: ModuleChecker, declaration: FunctionDeclaration, target: Target, count: int) -> bool:
    """Whether none of the parameters that are left out, those behind the first `count`, brings a reference."""
    for name, _, _ in target.arguments[count:]:
        if hands_over(name):
            checker.report(BadParameter(
                declaration.span, f"`{declaration.name}` leaves out `{name.removesuffix('__ref')}`",
                "the kernel hands over a reference, which the program must give back or pass on",
                f"declare all parameters up to it, of {target.shown}"))
            return False
    return True


def _mismatch(declared: Type, wanted: layout.AnyType) -> str:
    """Why a parameter cannot have the declared type; "" where it can."""
    if isinstance(wanted, layout.PointerType):
        if isinstance(declared, IntType):
            return "" if declared.bits == 64 else f"a pointer does not fit `{declared}`"
        target = wanted.target
        if not isinstance(declared, Reference):
            return f"the kernel passes a pointer, not a `{declared}`"
        if target is None:
            return f"the kernel passes a pointer without a type, not one to `{declared.target}`" if isinstance(
                declared.target, StructType) else ""
        theirs = from_layout(target)
        if isinstance(declared.target, StructType):
            same = isinstance(theirs, StructType) and _plain(theirs.name) == _plain(declared.target.name)
            return "" if same else f"the kernel passes a pointer to `{theirs}`, not to `{declared.target}`"
        return "" if not isinstance(theirs, StructType) else f"the kernel passes a pointer to `{theirs}`"
    theirs = from_layout(wanted)
    if isinstance(theirs, StructType):
        return f"the kernel passes the struct `{theirs}` by value, which a parameter cannot take"
    if isinstance(declared, Reference):
        return f"the kernel passes a `{theirs}`, no pointer"
    if isinstance(theirs, BoolType) or isinstance(declared, BoolType):
        same = declared == theirs or (isinstance(declared, IntType) and declared.bits == 8) \
            or (isinstance(theirs, IntType) and theirs.bits == 8)
        return "" if same else f"the kernel passes a `{theirs}`, not a `{declared}`"
    if declared == theirs or (theirs == IntType(8, False) and declared == IntType(8, True)):  # `char` has either sign
        return ""
    return f"the kernel passes a `{theirs}`, not a `{declared}`"


def _plain(name: str) -> str:
    return name.partition("___")[0]


def _way_out(wanted: layout.AnyType | None) -> str:
    if wanted is None:
        return "leave `ret` out"
    if isinstance(wanted, layout.PointerType):
        target = wanted.target
        named = from_layout(target) if target is not None else VoidType()
        return f"declare it as `{named}`, or as `u64` for its address" if isinstance(named, StructType) else \
            "declare it as `u64`, its address"
    theirs = from_layout(wanted)
    if isinstance(theirs, StructType):
        return "read its parts from the arguments' slots in a `@kprobe`, or leave this and what follows out"
    return f"declare it as `{theirs}`"
