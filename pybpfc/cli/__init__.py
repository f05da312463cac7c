"""The command line: `pybpfc build`, `check`, `run`, `explain`, `gen`.

Exit status: 0 done, 1 the program has errors, 2 wrong usage; 130 after Ctrl-C.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

INTERRUPTED = 128 + 2  # what a shell reports for a process that SIGINT ended


def command() -> int:
    """The process's whole life: `main`, and nothing that a late Ctrl-C could interrupt after it."""
    status = main()
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # what is left to do is to end
    return status


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status.

    Arguments:
        argv: the arguments after the program's name; those of the process where left out.
    """
    try:
        return _guarded(argv)
    except KeyboardInterrupt:
        return INTERRUPTED


def _guarded(argv: Sequence[str] | None) -> int:
    from . import console  # here, as all that takes time: Ctrl-C may come early

    console.open_closed_streams()
    program = None
    try:
        try:
            arguments = _parser().parse_args(argv)
            program = getattr(arguments, "program", None)
            status: int = arguments.execute(arguments)
        except SystemExit as exit_:  # argparse has printed what was wrong, or the help that was asked for
            status = int(exit_.code or 0)
        console.flush()
        return status
    except console.CommandError as error:
        if isinstance(error, console.OutputError):
            console.discard_output()
        console.complain(str(error))
        return error.status
    except BrokenPipeError:
        console.discard_output()
        return 1
    except Exception as error:
        from . import bug

        sys.stderr.write(bug.report(error, program))
        return 1


def _parser() -> argparse.ArgumentParser:
    import argparse

    from pybpfc_runtime import __version__

    from . import build, check, explain, gen, run

    parser = argparse.ArgumentParser(
        prog="pybpfc", description="Compile typed Python functions to BPF objects, check them, run them.",
        epilog="Each command explains itself: pybpfc build --help")
    parser.add_argument("--version", action="version", version=f"pybpfc {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for command in (build, check, run, explain, gen):
        command.configure(commands)
    return parser
