"""Attaching programs: one module per kind, found by the row of the SEC() table.

A module has `attach(program, **options) -> Link`; the keywords of that function are the options of the kind.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from ..errors import AttachError, UnknownOptionError, UnsupportedAttach
from ..importing import refuse_while_importing
from .iterator import IteratorLink
from .links import Link, Links
from .options import check, types_of
from .order import Attached, query

if TYPE_CHECKING:
    from collections.abc import Collection

    from ..program import Program

# The kind in a row of the SEC() table: the module, and the option without which a program has no place.
KINDS: dict[str, tuple[str, str]] = {
    "xdp": ("xdp", "interface"),
    "tc": ("tc", "interface"),
    "tc_action": ("action", "interface"),
    "netkit": ("netkit", "interface"),
    "tracepoint": ("tracepoint", "name"),
    "raw_tracepoint": ("raw_tracepoint", "name"),
    "kprobe": ("kprobe", "function"),
    "ksyscall": ("kprobe", "function"),
    "kprobe_multi": ("kprobe_multi", "pattern"),
    "uprobe": ("uprobe", "path"),
    "uprobe_multi": ("uprobe_multi", "path"),
    "usdt": ("usdt", "path"),
    "tracing": ("tracing", ""),
    "freplace": ("freplace", ""),
    "lsm": ("lsm", ""),
    "lsm_cgroup": ("cgroup", "cgroup"),
    "iter": ("iterator", ""),
    "perf_event": ("perf_event", "frequency"),
    "cgroup": ("cgroup", "cgroup"),
    "netns": ("netns", ""),
    "netfilter": ("netfilter", "hook"),
    "sockmap": ("sockmap", "map"),
    "socket": ("socket", "socket"),
    "reuseport": ("socket", "socket"),
    "lwt": ("lwt", "route"),
    "lirc": ("lirc", "device"),
}
# The kinds that others hold.
_ELSEWHERE = {
    "struct_ops": "its map is registered: bpf.maps[NAME].attach(), or attach_all()",
}
# What attach_all() leaves alone where nobody says where: one object may hold programs for several places.
_ON_REQUEST = frozenset({"tc_action", "perf_event", "netfilter", "sockmap", "socket", "reuseport", "lwt", "lirc"})


def attachable(program: Program, options: Collection[str]) -> bool:
    """Whether attach_all() attaches a program: not one without a place of its own, or whose section names no target.

    Args:
        options: the names of those that were given.
    """
    kind = program.spec.kind
    if kind is None or kind.attach not in KINDS or not program.spec.autoattach:
        return False
    needed = KINDS[kind.attach][1]
    if kind.attach in _ON_REQUEST:
        return needed in options
    return not kind.extras or bool(program.spec.attach_to) or needed in options


def option_names(kind: str) -> frozenset[str]:
    """The options that programs of this kind take; none for a kind that is not implemented."""
    return frozenset(option_types(kind))


def option_types(kind: str) -> dict[str, tuple[str, ...]]:
    """The options of programs of this kind, each with the types that it takes: see `options.types_of`."""
    return types_of(KINDS[kind][0]) if kind in KINDS else {}


def refuse_unknown(options: Collection[str], known: Collection[str], message: str) -> None:
    """Refuse options that nobody takes.

    Args:
        known: those there are.
        message: what the option's name completes.

    Raises:
        UnknownOptionError: the first such option.
    """
    for name in options:
        if name not in known:
            import difflib

            near = difflib.get_close_matches(name, known, n=3)
            meant = f"did you mean {' or '.join(near)}? " if near else ""
            raise UnknownOptionError(f"{message} {name!r}",
                                     help=f"{meant}they have {', '.join(sorted(known)) or 'none'}")


def attach(program: Program, options: dict[str, Any]) -> Link:
    """Attach a program as its section says.

    Raises:
        UnsupportedAttach: no module for this kind.
        AttachError: an option that this kind does not have, or that is of another type or out of range.
    """
    refuse_while_importing("attach()")
    kind = program.spec.kind.attach if program.spec.kind is not None else ""
    if kind not in KINDS:
        if not kind:
            raise AttachError(f"program {program.name} (SEC({program.spec.section!r})) is not attached anywhere",
                              help="run it with test_run()")
        raise UnsupportedAttach(
            f"program {program.name}: this loader cannot attach SEC({program.spec.section!r}) by itself",
            help=_ELSEWHERE.get(kind, "hand program.fd to another tool"))
    known = option_types(kind)
    refuse_unknown(options, known, f"program {program.name}: {kind} programs have no option")
    check(program.name, known, options)
    _ = program.fd  # raises where the object is closed
    made: Link = importlib.import_module(f".{KINDS[kind][0]}", __name__).attach(program, **options)
    return made


__all__ = ["KINDS", "Attached", "IteratorLink", "Link", "Links", "attach", "attachable", "option_names",
           "option_types", "query", "refuse_unknown"]
