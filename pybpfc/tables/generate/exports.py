"""``python -m pybpfc.tables.generate.exports``: spell out in ``pybpfc/__init__.py`` what the package exports.

At run time the names are collected from its modules; type checkers take nothing but a list.
"""

from __future__ import annotations

import re
import textwrap

import pybpfc

from . import writer

_PATH = writer.PACKAGE / "__init__.py"
_LIST = re.compile(r"(?<=    __all__ = \[\n).*?(?=    \]\n)", re.S)


def render() -> str:
    """The text of ``pybpfc/__init__.py`` with the list as it should be."""
    names = ", ".join(f'"{name}"' for name in dir(pybpfc))
    lines = textwrap.fill(names, 119, initial_indent=" " * 8, subsequent_indent=" " * 8, break_long_words=False)
    return _LIST.sub(f"{lines},\n", _PATH.read_text(), count=1)


def main() -> None:
    writer.replace(_PATH, render())


if __name__ == "__main__":
    main()
