"""`pybpfc run prog.py`: compile, load, attach, show events as they come and what the maps hold at the end."""

from __future__ import annotations

import argparse
import contextlib
import math
import sys
from typing import TYPE_CHECKING, Any

from . import console, places
from .places import Options

if TYPE_CHECKING:
    from pybpfc_runtime import IteratorLink, Object, ObjectSpec

    from .output import Output


def configure(commands: Any) -> None:
    """Add the command to the parser's subcommands."""
    parser = commands.add_parser(
        "run", help="compile, load and attach a program, show its events and its maps",
        description="Compile a program, load it, attach everything in it, show what it sends and prints until Ctrl-C "
                    "or the end of the duration, print the maps and detach.")
    parser.add_argument("program", metavar="prog.py", help="the program")
    parser.add_argument("--interface", metavar="IF",
                        help="the network interface for XDP and tc programs, and for socket filters")
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
        if (missing := places.complete(spec, options)):
            arguments.parser.error(missing)
        _run(spec, options, arguments)
    except BpfError as error:
        console.show([from_error(error, arguments.program)])
        return 1
    return 0


def _run(spec: ObjectSpec, options: Options, arguments: argparse.Namespace) -> None:
    """Load and attach, show, print the maps. Whatever happens, everything is detached at the end."""
    from pybpfc_runtime import AttachError
    from pybpfc_runtime.events import BUFFERS

    from .output import JsonLines, Lines
    from .streaming import Ended, Signals, Stream

    several = sum(described.type in BUFFERS for described in spec.maps.values()) > 1
    output: Output = JsonLines() if arguments.json else Lines(several)
    duration, interface = arguments.duration, arguments.interface
    if not places.has_place(spec, options, interface):
        sections = ", ".join(f"{name} ({program.section})" for name, program in spec.programs.items())
        raise AttachError(f"nothing in {arguments.program} has a place of its own to be attached to: {sections}",
                          help="load it with pybpfc.load() where the code is that calls, runs or attaches it: "
                               "test_run(), attach(socket=...); --interface lets socket filters see an interface")
    if not places.goes_on(spec, options, interface):
        duration = duration or 0.0
    with contextlib.suppress(Ended), contextlib.ExitStack() as opened, Signals() as signals:
        places.open_targets(spec, options, opened)
        with spec.load() as loaded, contextlib.closing(Stream(loaded, spec, output)) as stream, \
                contextlib.ExitStack() as attached:
            with signals.defer():  # between an attachment and the note that it is to be undone there is no signal
                iterators = list(places.attach(loaded, options, interface, attached))
            last = [each for each in iterators if "map" in places.chosen_for(loaded.programs[each[0]].spec, options)]
            try:
                _iterate([each for each in iterators if each not in last], output)
                print("running until Ctrl-C" if duration is None else f"running for {duration:g} s", file=sys.stderr,
                      flush=True)
                stream.run(duration, signals)
            finally:
                signals.deferred = True
                _iterate(last, output)
                attached.close()
                _finish(stream, output, loaded, spec)


def _finish(stream: Any, output: Output, loaded: Object, spec: ObjectSpec) -> None:
    """What came last, and the maps: a signal does not cut it short."""
    stream.drain()
    output.finish(loaded, spec)


def _iterate(iterators: list[tuple[str, IteratorLink]], output: Output) -> None:
    """Run each once. Those over the elements of a map run at the end: what they show is what the others put there."""
    for name, link in iterators:
        for line in link:
            output.iterated(name, line)
    console.flush()


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
                  if option in option_names(places.kind_of(spec.programs[one]))]
        if not takers:
            known = sorted({name for one in ([program] if program else spec.programs)
                            for name in option_names(places.kind_of(spec.programs[one]))})
            arguments.parser.error(f"--attach {option}: no such option; there are {', '.join(known) or 'none'}")
        options.setdefault(program, {})[option] = value
    return options


def _option(text: str) -> tuple[str, str, str]:
    name, equals, value = text.partition("=")
    program, dot, option = name.rpartition(".")
    if not equals or not option or (dot and not program):
        raise ValueError(text)
    return program, option, value


def _seconds(text: str) -> float:
    value = float(text)
    if not (math.isfinite(value) and value >= 0):
        raise ValueError(text)
    return value


# What argparse calls them in its messages.
_seconds.__name__ = "number of seconds"
_option.__name__ = "attach option"
