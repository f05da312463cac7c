"""Which functions of the kernel can be probed, by glob, and what a wrong name may have meant.

Source: available_filter_functions, Documentation/trace/ftrace.rst; /proc/kallsyms.
"""

from __future__ import annotations

import os
import re
from functools import cache

from ..kernel_symbols import KALLSYMS
from .tracepoint import TRACEFS

_TEXT = rb"[tTwW]"


def glob_pattern(pattern: str) -> str:
    """The regular expression of a glob with `*` and `?`, as libbpf has them; no brackets."""
    return "".join({"*": ".*", "?": "."}.get(part, re.escape(part)) for part in pattern)


def is_glob(pattern: str) -> bool:
    return "*" in pattern or "?" in pattern


def functions_like(pattern: str) -> dict[str, list[int]]:
    """The functions that a glob matches, with their addresses: several of one name have one each.

    Without tracefs a function that may not be probed can be among them: the kernel refuses it.

    Raises:
        OSError: the kernel does not list its functions to this process.
    """
    wanted = glob_pattern(pattern).replace(".*", r"[^\s]*").encode()
    with open(KALLSYMS, "rb") as file:
        text = file.read()
    allowed = _traceable(wanted)
    found: dict[str, list[int]] = {}
    lines = re.compile(rb"^([0-9a-f]+) " + _TEXT + rb" (" + wanted + rb")(?=[\t\n])", re.MULTILINE)
    for match in lines.finditer(text):
        name = match[2]
        if allowed is None or name in allowed:
            found.setdefault(name.decode(), []).append(int(match[1], 16))
    return found


def _traceable(wanted: bytes) -> set[bytes] | None:
    """The names that ftrace knows; None where tracefs is not mounted."""
    for root in TRACEFS:
        path = os.path.join(root, "available_filter_functions")
        if os.path.exists(path):
            with open(path, "rb") as file:
                return set(re.findall(rb"^(" + wanted + rb")(?=[\s])", file.read(), re.MULTILINE))
    return None


@cache
def _all_functions() -> tuple[str, ...]:
    try:
        with open(KALLSYMS, "rb") as file:
            found = re.findall(rb"^[0-9a-f]+ " + _TEXT + rb" ([\w.$]+)", file.read(), re.MULTILINE)
    except OSError:
        return ()
    return tuple(sorted({name.decode() for name in found}))


def similar_functions(name: str) -> str:
    """Words for a help: the kernel's functions that are near a wrong name; "" where there are none, or it is one."""
    import difflib

    known = _all_functions()
    if not known or name in known:
        return ""
    # A comparison with all hundred thousand takes seconds: those that share a part of the name are enough.
    parts = [part for part in re.split(r"[^A-Za-z0-9]+", name) if len(part) > 2] or [name]
    candidates = [each for each in known if abs(len(each) - len(name)) < 6 and any(part in each for part in parts)]
    if len(candidates) < 3:
        candidates += [each for each in known if each[:2] == name[:2] and abs(len(each) - len(name)) < 3]
    near = difflib.get_close_matches(name, candidates, n=3, cutoff=0.7)
    return f"did you mean {' or '.join(near)}?" if near else ""
