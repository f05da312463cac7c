"""Programs that call kernel functions, one each, written from the functions' own prototypes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from pybpfc import kernel_calls, kernel_functions
from pybpfc.tables import kfuncs
from pybpfc.tables.rows import LEFT_OUT, Argument, ResultKind, Role
from pybpfc_runtime.btf import types

# What a program of a kind takes: its decorator, and its context by the struct that a prototype names.
_BY_CONTEXT = {"xdp_md": "xdp", "__sk_buff": "tc", "bpf_nf_ctx": "netfilter(2, 0)", "bpf_sock_addr": "cgroup_connect4",
               "bpf_sock_ops": "sockops"}
_CONTEXT_NAMES = {"__sk_buff": "sk_buff_ctx", "bpf_nf_ctx": "bpf_netfilter_ctx"}
_SCALARS = ("u8", "u16", "u32", "u64", "s8", "s16", "s32", "s64", "bool", "be16")
_CALLS, _OBJECTS = 6, 5  # in one program
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
from pybpfc.helpers import bpf_dynptr_from_mem, bpf_get_current_task_btf
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
{arena}which: u32 = data(0)
"""


class Program(NamedTuple):
    """A program that calls one function.

    Attributes:
        function: its name.
        kind: the decorator, `fentry` for a program that loads nowhere.
        context: the first parameter, if any.
        structs: of the kernel; of those that loads nowhere, one parameter each.
        functions: that it imports.
        lines: its body.
        arena: it takes memory of one.
    """

    function: str
    kind: str
    context: str
    structs: frozenset[str]
    functions: frozenset[str]
    lines: tuple[str, ...]
    arena: bool


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
    return _Writer(name, found, decorator).program()


def module(programs: Iterable[Program]) -> str:
    """A module of programs; of those that load nowhere several are one, which takes the objects of all."""
    programs = list(programs)
    structs = sorted(frozenset[str]().union(*(each.structs for each in programs)) | {"task_struct"})
    functions = sorted(frozenset[str]().union(*(each.functions for each in programs)))
    fields = "\n".join(f"    as_{scalar}: {scalar}" for scalar in _SCALARS)
    arena = "pages = Arena(max_entries=1)\n" if any(each.arena for each in programs) else ""
    head = _HEAD.format(functions=", ".join(functions), structs=", ".join(structs), fields=fields, arena=arena)
    single = [each for each in programs if not each.kind.startswith("fentry")]
    return head + "".join(_definition(each, each.context, each.lines) for each in single) + "".join(
        _packed(each for each in programs if each.kind == kind) for kind in ("fentry", "fentry.s"))


def _packed(programs: Iterable[Program]) -> str:
    text, waiting = "", list(programs)
    while waiting:
        taken: list[Program] = []
        for each in waiting:
            objects = each.structs.union(*(one.structs for one in taken))
            if len(taken) < _CALLS and len(objects) <= _OBJECTS:
                taken.append(each)
        waiting = [each for each in waiting if each not in taken]
        structs = sorted(frozenset[str]().union(*(each.structs for each in taken)))
        lines = [f"{'    ' if inner else ''}{line}" for number, each in enumerate(taken)
                 for inner, line in ((False, f"if which == {number}:"), *((True, line) for line in each.lines))]
        text += _definition(taken[0], ", ".join(f"the_{struct}: {struct}" for struct in structs), lines)
    return text


def _definition(program: Program, parameters: str, lines: Iterable[str]) -> str:
    target = f'("pybpfc:{program.function}"{", sleepable=True" if program.kind == "fentry.s" else ""})'
    kind = f"fentry{target}" if program.kind.startswith("fentry") else program.kind
    body = "\n".join(f"    {line}" for line in ["box = Box.zero()", *lines, "return 0"])
    return f"\n\n@{kind}\ndef on_{program.function}({parameters}) -> int:\n{body}\n"


class _Writer:
    def __init__(self, name: str, found: kernel_calls.Callable, decorator: str) -> None:
        self.name = name
        self.found = found
        self.decorator = decorator
        self.structs: set[str] = set()
        self.functions = {name}
        self.parameters: list[str] = []  # structs of objects that the program is called with
        self.values: list[str] = []  # what may return before anything is acquired
        self.before: list[str] = []
        self.after: list[str] = []
        self.context = ""

    def program(self) -> Program:
        arguments = [self._argument(position, argument) for position, argument in enumerate(self.found.row.arguments)
                     if argument.role not in LEFT_OUT]
        if self.name in kfuncs.SECTION_OF:
            raise NotWritten("a section, of which other tests have both ends")
        if self.found.function.releases and self.decorator:
            raise NotWritten("what it gives back is acquired by another, whose program calls both")
        call, result = f"{self.name}({', '.join(arguments)})", self.found.row.result
        if result.kind is ResultKind.VOID:
            lines = [call]
        elif result.kind is ResultKind.SCALAR:
            lines = [f"if {call}:", "    box.as_u8 = 1"]
        else:
            lines = [f"got_{self.name} = {call}", f"if got_{self.name} is not None:", "    box.as_u8 = 1",
                     *self._released()]
        loop = next((each.type for each in self.found.row.arguments if each.role is Role.ITERATOR), "")
        if loop:
            lines = [f'for item in bpf_for_each("{loop}", 0, 0):', *(f"    {line}" for line in lines)]
        kind, context = self._head()
        return Program(self.name, kind, context, frozenset(self.structs), frozenset(self.functions),
                       (*self.values, *self.before, *lines, *self.after), self.found.function.arena)

    def _head(self) -> tuple[str, str]:
        if self.context:
            if self.parameters:
                raise NotWritten("its context is another than that of programs which get such objects")
            return _BY_CONTEXT[self.context], f"ctx: {_CONTEXT_NAMES.get(self.context, self.context)}"
        if self.decorator and self.parameters:
            raise NotWritten(f"no program gets a {self.parameters[0]} by itself")
        if self.decorator:
            return self.decorator, "request: Request" if self.decorator == "syscall" else ""
        return "fentry.s" if "SLEEPABLE" in self.found.function.flags else "fentry", ""

    def _argument(self, position: int, argument: Argument) -> str:
        role = argument.role
        if role in (Role.TRUSTED, Role.RECORD):
            return self._object(position, argument)
        if role is Role.CONTEXT:
            return self._context(position)
        if role is Role.STRUCT and argument.type in _LOCALS:
            return self._local(position, argument.type)
        fixed = {Role.SCALAR: "0", Role.FLAGS: "0", Role.CONSTANT: "8", Role.STRING: '"user.pybpfc"',
                 Role.MAP: "numbers",
                 Role.IN_BUFFER: "box.buffer", Role.OUT_BUFFER: "box.buffer", Role.ANY_ADDRESS: "0",
                 Role.OUT_SCALAR: f"box.as_{argument.type}", Role.KERNEL_TYPE: "task_struct", Role.ARENA: "4096"}
        if role not in fixed:
            raise NotWritten("objects of the program's own, of which other tests are")
        return fixed[role]

    def _object(self, position: int, argument: Argument) -> str:
        struct = argument.type
        if self.decorator and struct in _SOURCES:
            made, release = _SOURCES[struct]
            local = f"object{position}"
            self.before.append(f"{local} = {made}")
            if release:
                self.before += [f"if {local} is None:", "    return 0"]
                self.functions |= {made.partition("(")[0], release}
                self.after.append(f"{release}({local})")
            if len(self.after) > 1:
                raise NotWritten("several objects that are acquired")
            return local
        if argument.nullable and self.decorator:
            return "None"
        self.structs.add(struct)
        self.parameters.append(struct)
        return f"the_{struct}"

    def _local(self, position: int, type_: str) -> str:
        """A local of the program; one that the function reads is over the value of a map."""
        local = f"local{position}_{self.name}"
        self.before.append(f"{local} = {type_}()")
        name = self._signature().prototype.parameters[position][0]
        if self.decorator and type_ == "bpf_dynptr" and not name.endswith("__uninit"):
            self.values += [f"value{position} = numbers.lookup(0)", f"if value{position} is None:", "    return 0"]
            self.before.append(f"bpf_dynptr_from_mem(value{position}, 0, {local})")
        return local

    def _signature(self) -> kernel_functions.Signature:
        signature = self.found.function.prototype
        assert isinstance(signature, kernel_functions.Signature)
        return signature

    def _context(self, position: int) -> str:
        signature = self._signature()
        btf = signature.kernel.btf
        _, pointer = btf.resolve(signature.prototype.parameters[position][1])
        assert isinstance(pointer, types.Ptr)
        _, target = btf.resolve(pointer.type)
        struct = target.name if isinstance(target, (types.Struct, types.Fwd)) else ""
        if struct not in _BY_CONTEXT:
            raise NotWritten("the contexts of several kinds")
        self.context = struct
        return "ctx"

    def _released(self) -> list[str]:
        """What gives the result back; where that gives another, what gives back that."""
        lines: list[str] = []
        function, held = self.found.function, f"got_{self.name}"
        while function.acquires and self.found.row.result.kind is not ResultKind.SCALAR:
            release = kfuncs.RELEASED_BY[function.acquires]
            self.functions.add(release)
            found = kernel_calls.by_name(release)
            if found is None or not found.function.acquires:
                return [*lines, f"    {release}({held})"]
            lines += [f"    then_{held} = {release}({held})", f"    if then_{held} is None:", "        return 0"]
            function, held = found.function, f"then_{held}"
        return lines
