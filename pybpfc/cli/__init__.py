"""The command line: `pybpfc build`, `check`, `run`, `explain`, `gen`.

Exit status: 0 done, 1 the program has errors, 2 wrong usage; 130 after Ctrl-C.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from . import build, check, console, explain, gen, run

COMMANDS = (build, check, run, explain, gen)
INTERRUPTED = 128 + 2  # what a shell reports for a process that SIGINT ended


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status.

    Arguments:
        argv: the arguments after the program's name; those of the process where left out.
    """
    program = None
    try:
        arguments = _parser().parse_args(argv)
        program = getattr(arguments, "program", None)
        status: int = arguments.execute(arguments)
        sys.stdout.flush()
        return status
    except SystemExit as exit_:  # argparse has printed what was wrong, or the help that was asked for
        return int(exit_.code or 0)
    except console.CommandError as error:
        console.complain(str(error))
        return error.status
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        console.discard_output()
        return 1
    except Exception as error:
        from . import bug

        sys.stderr.write(bug.report(error, program))
        return 1


def _parser() -> argparse.ArgumentParser:
    from pybpfc_runtime import __version__

    parser = argparse.ArgumentParser(
        prog="pybpfc", description="Compile typed Python functions to BPF objects, check them, run them.",
        epilog="Each command explains itself: pybpfc build --help")
    parser.add_argument("--version", action="version", version=f"pybpfc {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for command in COMMANDS:
        command.configure(commands)
    return parser
