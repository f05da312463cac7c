"""`pybpfc run prog.py`: compile, load, attach, show events as they come and what the maps hold at the end."""

from __future__ import annotations

import argparse
import contextlib
import math
import sys
from typing import TYPE_CHECKING, Any

from . import console

if TYPE_CHECKING:
    from pybpfc_runtime import Object, ObjectSpec, ProgramSpec

    from .output import Output
    from .streaming import Signals

ON_AN_INTERFACE = ("xdp", "tc", "netkit")
WITHOUT_A_PLACE = ("", "socket", "reuseport")  # a socket or another program uses them, the system as a whole does not
# A decorator does not say how often a program samples: as profilers do that must not be in step with timers.
SAMPLES_A_SECOND = 99

Options = dict[str, dict[str, Any]]  # by program; those for all under ""


def configure(commands: Any) -> None:
    """Add the command to the parser's subcommands."""
    parser = commands.add_parser(
        "run", help="compile, load and attach a program, show its events and its maps",
        description="Compile a program, load it, attach everything in it, show what it sends and prints until Ctrl-C "
                    "or the end of the duration, print the maps and detach.")
    parser.add_argument("program", metavar="prog.py", help="the program")
    parser.add_argument("--interface", metavar="IF", help="the network interface for XDP and tc programs")
    parser.add_argument("--cgroup", metavar="PATH", help="the folder of the control group for cgroup programs")
    parser.add_argument("--attach", metavar="[PROGRAM.]OPTION=VALUE", action="append", default=[], type=_option,
                        help="another option of attach(), for one program or for all that take it, such as "
                             "on_open.pid=1234; may be repeated")
    parser.add_argument("--duration", metavar="S", type=_seconds,
                        help="seconds after which to end; until Ctrl-C where left out")
    parser.add_argument("--json", action="store_true", help="one JSON object a line instead of tables")
    parser.set_defaults(execute=execute, parser=parser)


def execute(arguments: argparse.Namespace) -> int:
    from pybpfc_runtime import BpfError, ObjectSpec

    from ..compiler.diagnostics import CompileError
    from ..compiler.diagnostics.loader import from_error
    from ..compiler.pipeline import Options as CompileOptions
    from ..compiler.pipeline import compile_file

    try:
        compiled = compile_file(arguments.program, CompileOptions())
    except CompileError as failure:
        console.show(failure.diagnostics)
        return 1
    console.show(compiled.diagnostics)
    try:
        spec = ObjectSpec.from_bytes(compiled.data, arguments.program)
        options = _options(arguments, spec)
        if (program := _needs_interface(spec, options)) is not None:
            arguments.parser.error(f"`{program.name}` is an {program.section} program: name the network interface that "
                                   "it is to run on with --interface")
        _run(spec, options, arguments.duration, arguments.json)
    except BpfError as error:
        console.show([from_error(error, arguments.program)])
        return 1
    return 0


def _run(spec: ObjectSpec, options: Options, duration: float | None, as_json: bool) -> None:
    """Load and attach, show, print the maps. Whatever happens, everything is detached at the end."""
    from pybpfc_runtime.events import BUFFERS

    from .output import JsonLines, Lines
    from .streaming import Ended, Signals, Stream

    several = sum(described.type in BUFFERS for described in spec.maps.values()) > 1
    output: Output = JsonLines() if as_json else Lines(several)
    with contextlib.suppress(Ended), Signals() as signals, spec.load() as loaded, \
            contextlib.closing(Stream(loaded, spec, output)) as stream, contextlib.ExitStack() as attached:
        _attach(loaded, options, output, attached)
        try:
            print("running until Ctrl-C" if duration is None else f"running for {duration:g} s", file=sys.stderr,
                  flush=True)
            stream.run(duration, signals)
        finally:
            attached.close()
            _finish(stream, output, loaded, spec, signals)


def _finish(stream: Any, output: Output, loaded: Object, spec: ObjectSpec, signals: Signals) -> None:
    """What came last, and the maps: a signal does not cut it short."""
    signals.deferred = True
    stream.drain()
    output.finish(loaded, spec)


def _attach(loaded: Object, options: Options, output: Output, attached: contextlib.ExitStack) -> None:
    from pybpfc_runtime import IteratorLink
    from pybpfc_runtime.attach import option_names

    for name, program in loaded.programs.items():
        section, kind = program.spec.section, _attachment(program.spec)
        if kind in WITHOUT_A_PLACE:
            print(f"loaded {name} ({section}), which other code must call or attach", file=sys.stderr)
            continue
        known = option_names(kind)
        chosen = {option: value for option, value in options[""].items() if option in known} | options.get(name, {})
        if kind == "perf_event" and not chosen.keys() & {"event", "frequency", "period"}:
            chosen["frequency"] = SAMPLES_A_SECOND
        link = attached.enter_context(program.attach(**chosen))
        where = f" to {chosen['interface']}" if "interface" in chosen else ""
        where += f", {chosen['frequency']} times a second" if "frequency" in chosen else ""
        print(f"attached {name} ({section}){where}", file=sys.stderr)
        if isinstance(link, IteratorLink):
            for line in link:
                output.iterated(name, line)


def _options(arguments: argparse.Namespace, spec: ObjectSpec) -> Options:
    from pybpfc_runtime.attach import option_names

    options: Options = {"": {}}
    for option in ("interface", "cgroup"):
        if (value := getattr(arguments, option)) is not None:
            options[""][option] = value
    for program, option, value in arguments.attach:
        if program and program not in spec.programs:
            arguments.parser.error(f"--attach {program}.{option}: there is no program `{program}`; there are "
                                   f"{', '.join(spec.programs)}")
        takers = [one for one in ([program] if program else spec.programs)
                  if option in option_names(_attachment(spec.programs[one]))]
        if not takers:
            known = sorted({name for one in ([program] if program else spec.programs)
                            for name in option_names(_attachment(spec.programs[one]))})
            arguments.parser.error(f"--attach {option}: no such option; there are {', '.join(known) or 'none'}")
        options.setdefault(program, {})[option] = value
    return options


def _attachment(program: ProgramSpec) -> str:
    return program.kind.attach if program.kind is not None else ""


def _needs_interface(spec: ObjectSpec, options: Options) -> ProgramSpec | None:
    return next((program for program in spec.programs.values() if _attachment(program) in ON_AN_INTERFACE
                 and "interface" not in options[""] and "interface" not in options.get(program.name, {})), None)


def _option(text: str) -> tuple[str, str, Any]:
    name, equals, value = text.partition("=")
    program, dot, option = name.rpartition(".")
    if not equals or not option or (dot and not program):
        raise ValueError(text)
    return program, option, int(value) if value.lstrip("-").isdigit() else value


def _seconds(text: str) -> float:
    value = float(text)
    if not (math.isfinite(value) and value >= 0):
        raise ValueError(text)
    return value


# What argparse calls them in its messages.
_seconds.__name__ = "number of seconds"
_option.__name__ = "attach option"
