"""`pybpfc explain BPF2012`: the page of a diagnostic in the terminal."""

from __future__ import annotations

import argparse
import re
import sys
from typing import Any

from . import console


def configure(commands: Any) -> None:
    """Add the command to the parser's subcommands."""
    parser = commands.add_parser("explain", help="explain a diagnostic: cause, example, way out",
                                 description="Print the page of a diagnostic: its cause, a failing program, what is "
                                             "reported, and the program as it should be.")
    parser.add_argument("code", metavar="CODE", help="the code between the brackets of a message, such as BPF2012")
    parser.set_defaults(execute=execute)


def execute(arguments: argparse.Namespace) -> int:
    from ..compiler.diagnostics import catalogue

    try:
        text = catalogue.page(arguments.code)
    except catalogue.UnknownCode as error:
        hint = f"; did you mean {' or '.join(error.nearest)}?" if error.nearest else "; codes look like BPF2012"
        raise console.CommandError(f"{error}{hint}", status=2) from None
    console.write(style(text) if console.uses_color(sys.stdout) else text, sys.stdout)
    return 0


def style(markdown: str) -> str:
    """The page with headings, code and the markers inside code set off by colour."""
    from ..compiler.diagnostics.paint import Painter, Style

    painter = Painter(color=True)
    lines: list[str] = []
    in_code = False
    for line in markdown.splitlines():
        if line.startswith("```"):
            in_code = not in_code
        elif in_code:
            code, marker, rest = line.partition("  # error:")
            lines.append("    " + painter.text(Style.CODE, code) + painter.text(Style.ERROR, marker + rest))
        elif line.startswith("#"):
            lines.append(painter.text(Style.STRONG, line.lstrip("# ")))
        else:
            lines.append(re.sub(r"`([^`]+)`", lambda found: painter.text(Style.CODE, found[1]), line))
    return "\n".join(lines) + "\n"
