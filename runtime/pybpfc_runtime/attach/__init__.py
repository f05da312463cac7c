"""Attaching programs: one module per kind, found by the row of the SEC() table.

A module has `attach(program, **options) -> Link`; the keywords of that function are the options of the kind.
"""

from __future__ import annotations

import importlib
import inspect
from typing import TYPE_CHECKING, Any

from ..errors import AttachError, UnsupportedAttach
from .iterator import IteratorLink
from .links import Link

if TYPE_CHECKING:
    from ..program import Program

# The kind in a row of the SEC() table: the module.
KINDS = {
    "xdp": "xdp",
    "tc": "tc",
    "tracepoint": "tracepoint",
    "raw_tracepoint": "raw_tracepoint",
    "kprobe": "kprobe",
    "ksyscall": "kprobe",
    "uprobe": "uprobe",
    "tracing": "tracing",
    "freplace": "freplace",
    "lsm": "lsm",
    "lsm_cgroup": "cgroup",
    "iter": "iterator",
    "perf_event": "perf_event",
    "cgroup": "cgroup",
    "socket": "socket",
    "reuseport": "socket",
}


def option_names(kind: str) -> frozenset[str]:
    """The options that programs of this kind take; none for a kind that is not implemented."""
    module = KINDS.get(kind)
    if module is None:
        return frozenset()
    function = importlib.import_module(f".{module}", __name__).attach
    return frozenset(list(inspect.signature(function).parameters)[1:])


def attach(program: Program, options: dict[str, Any]) -> Link:
    """Attach a program as its section says.

    Raises:
        UnsupportedAttach: no module for this kind.
        AttachError: an option that this kind does not have.
    """
    kind = program.spec.kind.attach if program.spec.kind is not None else ""
    if kind not in KINDS:
        if not kind:
            raise AttachError(f"program {program.name} (SEC({program.spec.section!r})) is not attached anywhere",
                              help="run it with test_run()")
        raise UnsupportedAttach(f"program {program.name}: this loader cannot attach programs of kind {kind} "
                                f"(SEC({program.spec.section!r})) yet",
                                help=f"it attaches {', '.join(KINDS)}; hand program.fd to another tool for the rest")
    known = option_names(kind)
    for name in options:
        if name not in known:
            raise AttachError(f"program {program.name}: {kind} programs have no option {name!r}",
                              help=f"they have {', '.join(sorted(known)) or 'none'}")
    made: Link = importlib.import_module(f".{KINDS[kind]}", __name__).attach(program, **options)
    return made


__all__ = ["KINDS", "IteratorLink", "Link", "attach", "option_names"]
