"""``python -m pybpfc.tables.generate``: write every generated table anew. Needs root, bpftool and the header."""

from __future__ import annotations

import importlib

from . import availability, constants, contexts, helper_prototypes, writer


def main() -> None:
    for path, text in (
        (writer.TABLES / "helpers_generated.py", helper_prototypes.render),
        (writer.TABLES / "helpers_availability.py", availability.render),
        (writer.TABLES / "contexts_generated.py", contexts.render),
        (writer.PACKAGE / "constants.py", constants.render),
    ):
        writer.replace(path, text())
    # The stubs are made from the tables just written.
    stubs = importlib.import_module("pybpfc.tables.generate.stubs")
    writer.replace(writer.PACKAGE / "helpers.pyi", stubs.helpers())
    writer.replace(writer.PACKAGE / "contexts.py", stubs.contexts())


if __name__ == "__main__":
    main()
