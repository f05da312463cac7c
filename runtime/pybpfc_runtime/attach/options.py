"""The options of `attach()`: which a kind has, and what each takes. Checked before any system call.

The keywords of a module's `attach` are its options and their annotations the types, so this table cannot go stale;
ranges are those of the fields of `union bpf_attr` and of perf_event_open(2) that the numbers go into.
"""

from __future__ import annotations

import importlib
import inspect
import os
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from ..errors import AttachError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_S32, _U32, _S64, _U64 = (1 << 31) - 1, (1 << 32) - 1, (1 << 63) - 1, (1 << 64) - 1
_RANGES = {
    "cookie": (0, _U64), "cookies": (0, _U64), "expected_revision": (0, _U64), "flags": (0, _U32),
    "pid": (0, _S32), "tid": (1, _S32), "cpu": (0, _S32), "type": (0, _U32), "config": (0, _U64),
    "frequency": (1, _U64), "period": (1, _U64), "event": (0, _S32), "offset": (0, _S64), "offsets": (0, _S64),
    "reference_counter": (0, _S64), "reference_counters": (0, _S64),
    "socket": (0, _S32), "cgroup": (0, _S32), "netns": (0, _S32),  # descriptors
}


@cache
def types_of(module: str) -> dict[str, tuple[str, ...]]:
    """The options of the kinds that a module attaches, each with the types that it takes, as they are written there:
    ("str", "int", "None")."""
    parameters = list(inspect.signature(importlib.import_module(f".{module}", __package__).attach).parameters.values())
    return {each.name: tuple(str(each.annotation).split(" | ")) for each in parameters[1:]}


def check(program: str, types: Mapping[str, tuple[str, ...]], options: Mapping[str, Any]) -> None:
    """Refuse options that are of another type than theirs, or out of range.

    Args:
        program: its name, for the message.
        types: what `types_of` gave; it has them all.

    Raises:
        AttachError: the first that is wrong.
    """
    for name, value in options.items():
        if not any(_TESTS[type_](value) for type_ in types[name]):
            wanted = " or ".join(_WORDS[type_] for type_ in types[name] if type_ != "None")
            raise AttachError(f"program {program}: {name} takes {wanted}, not {value!r}")
        for text in (value, *(value if isinstance(value, (list, tuple)) else ())):
            if isinstance(text, (str, os.PathLike)) and "\0" in os.fspath(text):
                raise AttachError(f"program {program}: {name} has a NUL inside: {text!r}")
        _check_range(program, name, value)


def _check_range(program: str, name: str, value: Any) -> None:
    numbers = value if isinstance(value, (list, tuple)) else [value]
    low, high = _RANGES.get(name, (0, 0))
    for number in numbers:
        if name in _RANGES and isinstance(number, int) and not low <= number <= high:
            raise AttachError(f"program {program}: {name} is {low} to {high}, not {number}")


def _is_int(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_link(value: Any) -> bool:
    from .links import Link

    return isinstance(value, Link)


def _is_program(value: Any) -> bool:
    from ..program import OpenProgram, Program

    return isinstance(value, (OpenProgram, Program))


def _is_map(value: Any) -> bool:
    from ..maps import Map

    return isinstance(value, Map)


def _is_attach_type(value: Any) -> bool:
    from ..uapi import AttachType

    return isinstance(value, AttachType)


def _sequence_of(test: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, Sequence) and not isinstance(value, (str, bytes)) and all(map(test, value))


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


# By the types as the modules of this package write them; a test looks that none is missing.
_TESTS: dict[str, Callable[[Any], bool]] = {
    "None": lambda value: value is None,
    "bool": lambda value: isinstance(value, bool),
    "int": _is_int,
    "str": _is_text,
    "os.PathLike[str]": lambda value: isinstance(value, os.PathLike),
    "sockets.socket": lambda value: hasattr(value, "fileno"),
    "Sequence[int]": _sequence_of(_is_int),
    "Sequence[str]": _sequence_of(_is_text),
    "AttachType": _is_attach_type,
    "Link": _is_link,
    "Map": _is_map,
    "Program": _is_program,
    "OpenProgram": _is_program,
}
_WORDS = {
    "bool": "True or False", "int": "a number", "str": "text", "os.PathLike[str]": "a path",
    "sockets.socket": "a socket",
    "Sequence[int]": "a list of numbers", "Sequence[str]": "a list of names", "AttachType": "an AttachType",
    "Link": "a link", "Map": "a map of a loaded object", "Program": "a loaded program",
    "OpenProgram": "an open one",
}
