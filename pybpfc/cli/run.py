"""`pybpfc run prog.py`: compile, load, attach, wait, and show what the maps hold at the end."""

from __future__ import annotations

import argparse
import contextlib
import math
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from types import FrameType
from typing import TYPE_CHECKING, Any

from . import console

if TYPE_CHECKING:
    from pybpfc_runtime.load import Object
    from pybpfc_runtime.spec import ObjectSpec, ProgramSpec

ON_AN_INTERFACE = ("xdp", "tc", "netkit")
WITHOUT_A_PLACE = ("", "socket", "reuseport")  # a socket or another program uses them, the system as a whole does not
ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class _Ended(BaseException):
    """A signal asks to end: not an error, so nothing that handles errors may stop it."""


def configure(commands: Any) -> None:
    """Add the command to the parser's subcommands."""
    parser = commands.add_parser("run", help="compile, load and attach a program, show its maps at the end",
                                 description="Compile a program, load it, attach everything in it, wait for Ctrl-C or "
                                             "the end of the duration, print the maps and detach.")
    parser.add_argument("program", metavar="prog.py", help="the program")
    parser.add_argument("--interface", metavar="IF", help="the network interface for XDP and tc programs")
    parser.add_argument("--duration", metavar="S", type=_seconds,
                        help="seconds after which to end; until Ctrl-C where left out")
    parser.set_defaults(execute=execute, parser=parser)


def execute(arguments: argparse.Namespace) -> int:
    from pybpfc_runtime.errors import BpfError
    from pybpfc_runtime.spec import ObjectSpec

    from ..compiler.diagnostics import CompileError
    from ..compiler.diagnostics.loader import from_error
    from ..compiler.pipeline import Options, compile_file

    try:
        compiled = compile_file(arguments.program, Options())
    except CompileError as failure:
        console.show(failure.diagnostics)
        return 1
    console.show(compiled.diagnostics)
    try:
        spec = ObjectSpec.from_bytes(compiled.data, arguments.program)
        if arguments.interface is None and (program := _needs_interface(spec)) is not None:
            arguments.parser.error(f"`{program.name}` is an {program.section} program: name the network interface that "
                                   "it is to run on with --interface")
        _run(spec, arguments.interface, arguments.duration)
    except BpfError as error:
        console.show([from_error(error, arguments.program)])
        return 1
    return 0


def _run(spec: ObjectSpec, interface: str | None, duration: float | None) -> None:
    """Load and attach, wait, print. Whatever happens, everything is detached at the end."""
    with contextlib.suppress(_Ended), _signals_end(), spec.load() as loaded, contextlib.ExitStack() as attached:
        for name, program in loaded.programs.items():
            section, kind = spec.programs[name].section, _attachment(spec.programs[name])
            if kind in WITHOUT_A_PLACE:
                print(f"loaded {name} ({section}), which other code must call or attach", file=sys.stderr)
                continue
            on_interface = kind in ON_AN_INTERFACE
            attached.enter_context(program.attach(interface=interface) if on_interface else program.attach())
            print(f"attached {name} ({section}){f' to {interface}' if on_interface else ''}", file=sys.stderr)
        try:
            print("running until Ctrl-C" if duration is None else f"running for {duration:g} s", file=sys.stderr)
            _wait(duration)
        finally:
            console.write(contents(loaded, spec), sys.stdout)
            sys.stdout.flush()


def contents(loaded: Object, spec: ObjectSpec) -> str:
    """The maps' entries and the global variables as tables.

    Elements of arrays that are still zero are left out; maps without entries to read, such as ring buffers, are
    not shown.
    """
    from pybpfc_runtime.uapi import MapType

    from .tables import is_zero, table

    parts: list[str] = []
    arrays = (MapType.BPF_MAP_TYPE_ARRAY, MapType.BPF_MAP_TYPE_PERCPU_ARRAY)
    for name, view in loaded.maps.items():
        described = spec.maps[name]
        if described.contents is not None or not isinstance(view, Mapping):
            continue
        entries = [(key, value) for key, value in view.items()
                   if described.type not in arrays or not is_zero(value)]
        parts.append(table(name, entries, described.key_type, described.value_type))
    variables = [(name, loaded.globals[name]) for name, variable in spec.variables.items()
                 if not variable.section.startswith(".rodata")]
    if variables:
        parts.append(table("globals", variables))
    return "\n".join(parts)


def _attachment(program: ProgramSpec) -> str:
    return program.kind.attach if program.kind is not None else ""


def _needs_interface(spec: ObjectSpec) -> ProgramSpec | None:
    return next((program for program in spec.programs.values() if _attachment(program) in ON_AN_INTERFACE), None)


def _wait(duration: float | None) -> None:
    """Sleep for the duration in seconds, or until a signal ends it."""
    if duration is not None:
        time.sleep(duration)
        return
    while True:
        signal.pause()


@contextlib.contextmanager
def _signals_end() -> Iterator[None]:
    """Within the block the first ending signal raises and others are ignored: links must be undone in any case."""

    def end(number: int, frame: FrameType | None) -> None:
        for one in ENDING_SIGNALS:
            signal.signal(one, signal.SIG_IGN)
        raise _Ended

    before = {number: signal.signal(number, end) for number in ENDING_SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _seconds(text: str) -> float:
    value = float(text)
    if not (math.isfinite(value) and value >= 0):
        raise ValueError(text)
    return value


_seconds.__name__ = "number of seconds"  # what argparse calls it in its message
