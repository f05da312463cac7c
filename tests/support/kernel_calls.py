"""Programs that call kernel functions, one each, written from the functions' own prototypes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from pybpfc import kernel_calls, kernel_functions
from pybpfc.tables import kfuncs
from pybpfc.tables.rows import Argument, ResultKind, Role
from pybpfc_runtime.btf import types

# What a program of a kind takes: its decorator, and its context by the struct that a prototype names.
_BY_CONTEXT = {"xdp_md": "xdp", "__sk_buff": "tc", "bpf_nf_ctx": "netfilter(2, 0)", "bpf_sock_addr": "cgroup_connect4",
               "bpf_sock_ops": "sockops"}
_CONTEXT_NAMES = {"__sk_buff": "sk_buff_ctx", "bpf_nf_ctx": "bpf_netfilter_ctx"}
_SCALARS = ("u8", "u16", "u32", "u64", "s8", "s16", "s32", "s64", "bool", "be16")
_LOCALS = ("bpf_dynptr", "IrqFlags")

# Objects that a program gets by itself: the call that gives one, and the call that gives it back.
_SOURCES = {
    "task_struct": ("bpf_get_current_task_btf()", ""),
    "cgroup": ("bpf_cgroup_from_id(1)", "bpf_cgroup_release"),
    "bpf_cpumask": ("bpf_cpumask_create()", "bpf_cpumask_release"),
    "cpumask": ("bpf_cpumask_create()", "bpf_cpumask_release"),
}

_HEAD = """
from typing import Annotated

from pybpfc import *
from pybpfc.helpers import bpf_get_current_task_btf
from pybpfc.kfuncs import {functions}
from pybpfc.vmlinux import {structs}

LICENSE = "GPL"


class Request(Struct):
    number: u64


class Box(Struct):
    buffer: Annotated[Array[u8], 16]
    text: Annotated[Str, 16]
{fields}


numbers = ArrayMap[u64](max_entries=1)
"""


class Program(NamedTuple):
    """A program that calls one function.

    Attributes:
        function: its name.
        text: of the program, without imports.
        structs: of the kernel that it names.
        functions: that it imports.
    """

    function: str
    text: str
    structs: frozenset[str]
    functions: frozenset[str]


class NotWritten(Exception):
    """No program can be written that calls a function; the text says why."""


def program(name: str, decorator: str = "") -> Program:
    """A program that calls a function.

    Args:
        decorator: of a program that gets its objects by itself; without one they are the arguments of a traced
            function that no kernel has, so that the program compiles and does not load.

    Raises:
        NotWritten: none can be.
    """
    found = kernel_calls.by_name(name)
    if found is None:
        raise NotWritten("no kernel function")
    if name.startswith("bpf_iter_"):
        raise NotWritten("a loop calls it")
    if found.problem:
        raise NotWritten(found.problem)
    writer = _Writer(name, found, decorator)
    return Program(name, writer.text(), frozenset(writer.structs), frozenset(writer.functions))


def module(programs: Iterable[Program]) -> str:
    """A module of programs."""
    programs = list(programs)
    structs = sorted(frozenset[str]().union(*(each.structs for each in programs)) | {"task_struct"})
    functions = sorted(frozenset[str]().union(*(each.functions for each in programs)))
    fields = "\n".join(f"    as_{scalar}: {scalar}" for scalar in _SCALARS)
    return _HEAD.format(functions=", ".join(functions), structs=", ".join(structs), fields=fields) + "".join(
        each.text for each in programs)


class _Writer:
    def __init__(self, name: str, found: kernel_calls.Callable, decorator: str) -> None:
        self.name = name
        self.found = found
        self.decorator = decorator
        self.structs: set[str] = set()
        self.functions = {name}
        self.parameters: list[str] = []
        self.before: list[str] = []
        self.after: list[str] = []
        self.context = ""

    def text(self) -> str:
        arguments = [self._argument(position, argument) for position, argument in enumerate(self.found.row.arguments)
                     if argument.role not in (Role.SIZE_OF, Role.UNUSED)]
        call = f"{self.name}({', '.join(arguments)})"
        result = self.found.row.result
        if result.kind is ResultKind.VOID:
            lines = [call]
        elif result.kind is ResultKind.SCALAR:
            lines = [f"result = {call}", "if result != 0:", "    box.as_u8 = 1"]
        else:
            lines = [f"result = {call}", "if result is not None:", "    box.as_u8 = 1", *self._released(result.type)]
        section = kfuncs.SECTION_OF.get(self.name)
        if section is not None:
            raise NotWritten("a section, of which other tests have both ends")
        if self.found.function.releases and self.decorator:
            raise NotWritten("what it gives back is acquired by another, whose program calls both")
        kind, parameters = self._head()
        body = "\n".join(f"    {line}" for line in ["box = Box.zero()", *self.before, *lines, *self.after, "return 0"])
        return f"\n\n{kind}\ndef on_{self.name}({parameters}) -> int:\n{body}\n"

    def _head(self) -> tuple[str, str]:
        if self.context:
            if self.parameters:
                raise NotWritten("its context is another than that of programs which get such objects")
            return f"@{_BY_CONTEXT[self.context]}", f"ctx: {_CONTEXT_NAMES.get(self.context, self.context)}"
        if self.decorator:
            if self.parameters:
                raise NotWritten(f"no program gets a {self.parameters[0].partition(': ')[2]} by itself")
            request = "request: Request" if self.decorator == "syscall" else ""
            return f"@{self.decorator}", request
        sleeps = ", sleepable=True" if "SLEEPABLE" in self.found.function.flags else ""
        return f'@fentry("pybpfc_{self.name}"{sleeps})', ", ".join(self.parameters)

    def _argument(self, position: int, argument: Argument) -> str:
        role = argument.role
        if role in (Role.TRUSTED, Role.RECORD):
            return self._object(position, argument)
        if role is Role.CONTEXT:
            return self._context(position)
        if role is Role.STRUCT and argument.type in _LOCALS:
            self.before.append(f"local{position} = {argument.type}()")
            return f"local{position}"
        fixed = {Role.SCALAR: "0", Role.FLAGS: "0", Role.CONSTANT: "8", Role.STRING: '"user.pybpfc"', Role.MAP: "numbers",
                 Role.IN_BUFFER: "box.buffer", Role.OUT_BUFFER: "box.buffer", Role.ANY_ADDRESS: "0",
                 Role.OUT_SCALAR: f"box.as_{argument.type}"}
        if role not in fixed:
            raise NotWritten("objects of the program's own, of which other tests are")
        return fixed[role]

    def _object(self, position: int, argument: Argument) -> str:
        struct = argument.type
        if self.decorator and struct in _SOURCES:
            made, release = _SOURCES[struct]
            local = f"object{position}"
            self.before += [f"{local} = {made}", f"if {local} is None:", "    return 0"] if release else [f"{local} = {made}"]
            if release:
                self.functions |= {made.partition("(")[0], release}
                self.after.append(f"{release}({local})")
            if len(self.after) > 1:
                raise NotWritten("several objects that are acquired")
            return local
        if argument.nullable and self.decorator:
            return "None"
        self.structs.add(struct)
        self.parameters.append(f"object{position}: {struct}")
        return f"object{position}"

    def _context(self, position: int) -> str:
        signature = self.found.function.prototype
        assert isinstance(signature, kernel_functions.Signature)
        btf = signature.kernel.btf
        _, pointer = btf.resolve(signature.prototype.parameters[position][1])
        assert isinstance(pointer, types.Ptr)
        _, target = btf.resolve(pointer.type)
        struct = target.name if isinstance(target, (types.Struct, types.Fwd)) else ""
        if struct not in _BY_CONTEXT:
            raise NotWritten("the contexts of several kinds")
        self.context = struct
        return "ctx"

    def _released(self, struct: str) -> list[str]:
        if not self.found.function.acquires:
            return []
        release = kfuncs.RELEASED_BY[self.found.function.acquires]
        if not re.match(rf"struct {struct} |void ", kernel_calls.describe(release) or "void "):
            raise NotWritten(f"{release} takes another type")
        self.functions.add(release)
        return [f"    {release}(result)"]
