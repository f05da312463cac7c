"""Compile a module, load it, run its programs, and compare with what the contract says."""

from __future__ import annotations

import ast
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pybpfc_runtime as rt
from pybpfc.compiler.diagnostics import CompileError
from pybpfc.compiler.pipeline import Options, compile_file
from pybpfc_runtime.errors import BpfError

from . import memory
from .generate import Module, Program, packet_bytes, packet_memory
from .kinds import Illegal
from .model import Endless, Lost, Model


@dataclass(frozen=True)
class Failure:
    """What went wrong with one program."""

    kind: str  # "refused", "internal", "rejected", "mismatch", "lost", "illegal"
    program: Program
    detail: str


def compiled(source: str, cpu: str) -> Any:
    """The object of a module's source; the file is imported under a name of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "drawn.py"
        path.write_text(source)
        return compile_file(str(path), Options(cpu=cpu))


def judge(module: Module) -> list[Failure]:
    """Every failure of a module's programs. A program that needs too much stack is left out.

    Where the module does not compile or load as a whole, its programs are judged one by one.
    """
    try:
        return _judge(module)
    except Illegal as error:
        if len(module.programs) > 1:
            raise
        return [Failure("illegal", module.programs[0], str(error))]
    except Exception as error:  # of any kind: the compiler and the loader must not end in one of their own
        if len(module.programs) > 1:
            return [failure for program in module.programs for failure in judge(only(module, program))]
        kind = _kind(error)
        return [Failure(kind, module.programs[0], f"{type(error).__name__}: {error}")] if kind else []


def only(module: Module, program: Program) -> Module:
    return replace(module, programs=(program,))


def _kind(error: Exception) -> str:
    if isinstance(error, CompileError):
        return "" if "stack" in str(error) else "refused"
    return "rejected" if isinstance(error, BpfError) else "internal"


def _judge(module: Module) -> list[Failure]:
    found: list[Failure] = []
    model = Model(module.source)
    made = compiled(module.source, module.cpu)
    spec = rt.ObjectSpec.from_bytes(made.data)
    for name, value in module.initials.items():
        variable = model.variables[name]
        variable.initial = value
        if variable.constant and name in spec.rodata:
            current = spec.rodata[name]
            spec.rodata[name] = _like(current, memory.to_runtime(value, variable.kind, _classes(current)))
    with spec.load() as loaded:
        runner = _Runner(module, model, loaded)
        for program in module.programs:
            failure = runner.judge(program)
            if failure is not None:
                found.append(failure)
    return found


class _Runner:
    def __init__(self, module: Module, model: Model, loaded: Any) -> None:
        self.module = module
        self.model = model
        self.loaded = loaded
        self.input = model.structs["In"]
        model.reset()

    def judge(self, program: Program) -> Failure | None:
        used = _names(program.text) | {"results"}
        for number, packet in enumerate(program.packets):
            self.model.reset()
            try:
                expected = self.model.run(program.name, packet_memory(self.input, packet))
            except Lost as lost:
                return Failure("lost", program, f"run {number}: the program was accepted, and loses {lost}")
            except (Illegal, Endless) as error:
                return Failure("illegal", program, f"{type(error).__name__}: {error}")
            self._reset(used)
            result = self.loaded.programs[program.name].test_run(data=packet_bytes(self.input, packet)).return_value
            wrong = self._differences(used, expected, result)
            if wrong:
                return Failure("mismatch", program, f"run {number}:\n" + "\n".join(wrong))
        return None

    def _reset(self, used: set[str]) -> None:
        for name, map_ in self.model.maps.items():
            if name not in used:
                continue
            view = self.loaded.maps[name]
            if map_.class_name == "HashMap":
                for key in list(view):
                    del view[key]
                continue
            for index in range(map_.max_entries):
                if map_.class_name == "PerCpuArray":
                    view[index] = [0] * len(view[index])
                else:
                    view[index] = _zero(view[index])
        for name, variable in self.model.variables.items():
            if not variable.constant and name in used and name in self.loaded.globals:
                current = self.loaded.globals[name]
                self.loaded.globals[name] = _like(current, memory.to_runtime(
                    variable.initial, variable.kind, _classes(current)))

    def _differences(self, used: set[str], expected: int, result: int) -> list[str]:
        wrong = []
        if expected != result:
            wrong.append(f"  result: the contract says {expected:#x}, the kernel {result:#x}")
        for name, map_ in self.model.maps.items():
            if name not in used:
                continue
            view = self.loaded.maps[name]
            kernel = {}
            for key, value in view.items():
                if map_.class_name == "PerCpuArray":
                    value = sum(value) & 0xFFFF_FFFF_FFFF_FFFF
                kernel[_hashable(memory.from_runtime(key, map_.key))] = memory.from_runtime(value, map_.value)
            model = {_hashable(self._key(map_, key)): memory.plain(value) for key, value in map_.entries.items()}
            wrong += _compare(name, model, kernel)
        for name, variable in self.model.variables.items():
            if name in used and not variable.constant and name in self.loaded.globals:
                kernel_value = memory.from_runtime(self.loaded.globals[name], variable.kind)
                wrong += _compare("global", {name: memory.plain(variable.memory)}, {name: kernel_value})
        return wrong

    def _key(self, map_: Any, key: Any) -> Any:
        if not isinstance(key, tuple):
            return key
        held = memory.zeroed(map_.key)
        for cell, value in zip(memory.cells(held), key, strict=True):
            cell.store(value)
        return memory.plain(held)


def _compare(name: str, model: dict[Any, Any], kernel: dict[Any, Any]) -> list[str]:
    wrong = []
    for key in sorted({*model, *kernel}, key=repr):
        a, b = model.get(key, "absent"), kernel.get(key, "absent")
        if a == b:
            continue
        if name == "results":
            wrong += [f"  out.v[{slot}]: the contract says {x:#x}, the kernel {y:#x}"
                      for slot, (x, y) in enumerate(zip(a["v"], b["v"], strict=True)) if x != y]
        else:
            wrong.append(f"  {name} {key}: the contract says {a}, the kernel {b}")
    return wrong


def _hashable(value: Any) -> Any:
    return repr(value) if isinstance(value, (dict, list)) else value


def _names(text: str) -> set[str]:
    return {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}


def _zero(value: Any) -> Any:
    """A decoded value with every number 0."""
    if isinstance(value, int):
        return 0
    if isinstance(value, str):
        return ""
    if isinstance(value, bytes):
        return bytes(len(value))
    if isinstance(value, tuple):
        return tuple(_zero(item) for item in value)
    return type(value).zero()


def _classes(value: Any) -> dict[str, Any]:
    """The struct classes of a decoded value, by name."""
    found: dict[str, Any] = {}
    if not isinstance(value, (int, str, bytes, tuple)):
        found[type(value).__name__] = type(value)
        for field in type(value).__pybpfc_type__.fields:
            found.update(_classes(getattr(value, field.attribute)))
    elif isinstance(value, tuple):
        for item in value:
            found.update(_classes(item))
    return found


def _like(current: Any, value: Any) -> Any:
    return bytes(value) if isinstance(current, bytes) and isinstance(value, tuple) else value
