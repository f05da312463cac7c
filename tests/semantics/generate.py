"""A random program from a seed and an index; a module of several of them."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

from . import memory
from .declarations import TEXTS, declare, scalar_value
from .draw_expressions import WORDS, Callable_
from .draw_statements import Statements
from .kinds import BOOL, INTEGERS, Array, Be, Int, Kind, Struct, Text
from .model import Model

PROGRAMS_IN_A_MODULE = 25
RUNS = 6
CPUS = ("v3", "v3", "v3", "v4", "v4", "v2", "v2", "v1")


@dataclass(frozen=True)
class Program:
    """One program with its functions, without the declarations that it shares."""

    name: str
    text: str
    packets: tuple[dict[str, object], ...]  # what `In` holds, for each run


@dataclass(frozen=True)
class Module:
    """Programs that are compiled and loaded together."""

    seed: int
    number: int
    cpu: str
    declarations: str
    programs: tuple[Program, ...]
    initials: dict[str, Any] = field(default_factory=dict)  # of globals that user space sets, `rodata` before load

    @property
    def source(self) -> str:
        return self.declarations + "".join(program.text for program in self.programs)


def module(seed: int, number: int, count: int = PROGRAMS_IN_A_MODULE) -> Module:
    """The module that holds the programs `number * PROGRAMS_IN_A_MODULE` and on.

    Args:
        seed: of the run.
        number: of the module.
        count: how many programs it is to hold, at most PROGRAMS_IN_A_MODULE.
    """
    declarations = declare(random.Random(f"{seed} declarations {number}"))
    cpu = CPUS[number % len(CPUS)]
    model = Model(declarations)
    first = number * PROGRAMS_IN_A_MODULE
    programs = tuple(program(seed, first + offset, model, cpu) for offset in range(count))
    rng = random.Random(f"{seed} globals {number}")
    initials = {name: _value(rng, variable.kind) for name, variable in model.variables.items()}
    return Module(seed, number, cpu, declarations, programs, initials)


def program(seed: int, index: int, model: Model, cpu: str) -> Program:
    """Program `index` of a seed."""
    rng = random.Random(f"{seed} program {index}")
    name = f"p{index}"
    functions: list[Callable_] = []
    parts = []
    for position in range(rng.choice((0, 1, 1, 2, 3))):
        text, function = _function(rng, f"f{index}_{position}", model, cpu, functions)
        parts.append(text)
        functions.append(function)
    drawn = Statements(rng, model, cpu, program=True)
    drawn.scope.functions = functions
    drawn.add("i", model.structs["In"], assignable=rng.random() < 0.2, atomic=False)
    drawn.add("out", model.structs["Results"], assignable=False)
    drawn.block(rng.randrange(2, 11), 2)
    drawn.results()
    drawn.emit(f"return {drawn.dynamic(INTEGERS['s32'], 2)} & 3")  # what the kernel takes from an XDP program
    head = ["@xdp", f"def {name}(ctx: xdp_md) -> int:"]
    if drawn.assigned_globals:
        head.append(f"    global {', '.join(sorted(drawn.assigned_globals))}")
    head += ["    packet = ctx.cursor()", "    i = packet.pull(In)", "    if i is None:", "        return XDP_PASS",
             "    out = results.lookup(0)", "    if out is None:", "        return XDP_PASS"]
    head = [line.replace("XDP_PASS", "2") for line in head]
    parts.append("\n\n\n" + "\n".join((*head, *drawn.lines)))
    packets = tuple(_packet(rng, model.structs["In"]) for _ in range(RUNS))
    return Program(name, "".join(parts) + "\n", packets)


def _function(rng: random.Random, name: str, model: Model, cpu: str,
              earlier: list[Callable_]) -> tuple[str, Callable_]:
    """A `@subprog` or `@inline` function of up to five parameters."""
    inline = rng.random() < 0.4
    drawn = Statements(rng, model, cpu, program=False)
    drawn.scope.functions = list(earlier)
    parameters: list[Kind] = []
    choices: list[Kind] = [*WORDS, *WORDS, *WORDS, BOOL, BOOL, Be(32), model.structs["Pair"], model.structs["R0"]]
    for position in range(rng.randrange(6)):
        kind = rng.choice(choices)
        parameters.append(kind)
        drawn.add(f"a{position}", kind, atomic=False)
    result: Kind | None = rng.choice([*WORDS, *WORDS, *WORDS, BOOL, BOOL, None, model.structs["R0"],
                                      model.structs["R1"]])
    drawn.block(rng.randrange(0, 4), 2)
    if isinstance(result, Struct):
        map_ = "h_rec" if result.name == "R0" else "a_rec"
        drawn.emit(f"return {map_}.lookup({drawn.key(map_)})")
    elif result is not None:
        if rng.random() < 0.3:
            drawn.emit(f"if {drawn.condition(1)}:")
            drawn.indent += 1
            drawn.emit(f"return {drawn.stored(result)}")
            drawn.indent -= 1
        drawn.emit(f"return {drawn.stored(result)}")
    elif not drawn.lines:
        drawn.emit("pass")
    shown = "None" if result is None else f"{result.name} | None" if isinstance(result, Struct) else result.name
    arguments = ", ".join(f"a{position}: {kind.name}" for position, kind in enumerate(parameters))
    lines = [f"@{'inline' if inline else 'subprog'}", f"def {name}({arguments}) -> {shown}:"]
    if drawn.assigned_globals:
        lines.append(f"    global {', '.join(sorted(drawn.assigned_globals))}")
    text = "\n\n\n" + "\n".join((*lines, *drawn.lines))
    return text, Callable_(name, parameters, result, inline, drawn.cost + 4, drawn.touches_hash)


def _packet(rng: random.Random, kind: Struct) -> dict[str, object]:
    """What the program's input holds in one run."""
    return {item.name: _value(rng, item.kind, packet=True) for item in kind.fields}


def _value(rng: random.Random, kind: Kind, *, packet: bool = False) -> object:
    if isinstance(kind, Array):
        return [_value(rng, kind.element, packet=packet) for _ in range(kind.count)]
    if isinstance(kind, Struct):
        return {item.name: _value(rng, Int(item.width, item.kind.signed))
                if item.width and isinstance(item.kind, Int) else _value(rng, item.kind) for item in kind.fields}
    if isinstance(kind, Text):
        return rng.choice(TEXTS)[: kind.count].encode()
    if kind == BOOL and packet:
        return rng.choice((0, 1, 1, 2, 0x80))  # any byte but 0 is true
    return scalar_value(rng, kind)


def packet_bytes(kind: Struct, values: dict[str, object]) -> bytes:
    """`In` as the bytes of a packet, laid out as in C."""
    made = b""
    for item in kind.fields:
        scalar = item.kind.element if isinstance(item.kind, Array) else item.kind
        align = scalar.bits // 8 if isinstance(scalar, (Int, Be)) else 1
        made += bytes(-len(made) % align) + _bytes(item.kind, values[item.name])
    return made + bytes(16)  # `pull` wants the padding behind the last field, too


def _bytes(kind: Kind, value: object) -> bytes:
    if isinstance(kind, Array):
        assert isinstance(value, list)
        return b"".join(_bytes(kind.element, item) for item in value)
    if isinstance(kind, Text):
        assert isinstance(value, bytes)
        return value.ljust(kind.count, b"\0")
    assert isinstance(value, int)
    if isinstance(kind, Int):
        return value.to_bytes(kind.bits // 8, "little", signed=kind.signed)
    return value.to_bytes(kind.bits // 8 if isinstance(kind, Be) else 1, "little")


def packet_memory(kind: Struct, values: dict[str, object]) -> memory.Record:
    made = memory.Record(kind)
    memory.load(made, values)
    return made
