"""Reads UAPI ``linux/bpf.h`` and its neighbours as text: helper prototypes and prose, numbers, constants."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

INCLUDE = Path("/usr/include/linux")

# Helpers that the running kernel has and the header at hand does not know yet: the C prototypes of
# kernel/bpf/bpf_cgrp_storage.c. The helper list is closed since Linux 6.2 (new functions are kfuncs).
_NEWER = {
    "bpf_cgrp_storage_get": (210, "void *bpf_cgrp_storage_get(struct bpf_map *map, struct cgroup *cgroup, "
                                  "void *value, u64 flags)", "Get a value from the storage of a cgroup."),
    "bpf_cgrp_storage_delete": (211, "long bpf_cgrp_storage_delete(struct bpf_map *map, struct cgroup *cgroup)",
                                "Delete a value from the storage of a cgroup."),
}


@dataclass(frozen=True)
class Prototype:
    """A helper as the header documents it."""

    name: str
    number: int
    declaration: str  # long bpf_map_delete_elem(struct bpf_map *map, const void *key)
    parameters: tuple[str, ...]  # map, key; "..." for a variadic one
    summary: str  # the first sentence of the description


@lru_cache(maxsize=8)
def text(name: str) -> str:
    """The text of a UAPI header, "bpf.h"."""
    return (INCLUDE / name).read_text()


@lru_cache(maxsize=1)
def prototypes() -> dict[str, Prototype]:
    """Every helper, by name, in the order of the numbers."""
    header = text("bpf.h")
    mapper = header[header.index("#define __BPF_FUNC_MAPPER") : header.index("#define __BPF_ENUM_FN")]
    numbers = {f"bpf_{name}": number for number, name in enumerate(re.findall(r"FN\((\w+)\)", mapper))}
    start = header.index("Start of BPF helper function descriptions")
    comments = [line[2:].lstrip(" ") if not line.startswith(" * \t") else line[3:]
                for line in header[start : header.index("#define __BPF_FUNC_MAPPER")].splitlines()]
    found: dict[str, Prototype] = {}
    for index, line in enumerate(comments):
        match = re.fullmatch(r"(?:const )?(?:struct )?\w+ \**(bpf_\w+)\((.*)\)", line)
        if match and match[1] not in found:
            found[match[1]] = Prototype(match[1], numbers[match[1]], line, _parameters(match[2]),
                                        _summary(comments[index + 1 : index + 40]))
    for name, (number, declaration, summary) in _NEWER.items():
        if name not in found:
            arguments = declaration.partition("(")[2][:-1]
            found[name] = Prototype(name, number, declaration, _parameters(arguments), summary)
    return dict(sorted(found.items(), key=lambda item: item[1].number))


def _parameters(arguments: str) -> tuple[str, ...]:
    if arguments == "void":
        return ()
    return tuple(argument.split()[-1].lstrip("*") for argument in arguments.split(", "))


def _summary(lines: list[str]) -> str:
    """The first sentence below "Description", or below "Return" where there is no description."""
    words: list[str] = []
    for heading in ("Description", "Return"):
        if words:
            break
        if heading not in (stripped := [line.strip() for line in lines]):
            continue
        for line in stripped[stripped.index(heading) + 1 :]:
            if not line or line in ("Description", "Return"):
                break
            words.append(line)
    prose = re.sub(r"\\(.)", r"\1", " ".join(words)).replace("**", "").replace("``", "`")
    prose = re.sub(r"\*(\w+)(\W?)\*", r"\1\2", prose).replace(" ->", "->")
    prose = re.sub(r"(\w) \( ?(\w*) ?\)", r"\1(\2)", prose)
    sentence = re.split(r"(?<!e\.g)(?<!i\.e)(?<=[a-z)0-9_`A-Z])[.:](?=\s|$)", prose)[0]
    return sentence.strip() + "."


def constants(header: str, wanted: str) -> dict[str, int]:
    """The integer macros and enumerators of a header whose whole name matches a pattern.

    Args:
        header: "bpf.h", "pkt_cls.h".
        wanted: a regular expression.
    """
    source = re.sub(r"/\*.*?\*/", " ", text(header), flags=re.S)
    known: dict[str, int] = {}
    for body in re.findall(r"enum(?: \w+)? \{(.*?)\}", source, re.S):
        value = -1
        for item in (piece.strip() for piece in body.split(",")):
            name, _, expression = (part.strip() for part in item.partition("="))
            if not re.fullmatch(r"\w+", name):
                continue
            evaluated = _evaluate(expression, known) if expression else value + 1
            if evaluated is not None:
                value = known[name] = evaluated
    for name, expression in re.findall(r"^#\s*define\s+(\w+)[ \t]+(.+?)\s*$", source, re.M):
        evaluated = _evaluate(expression, known)
        if evaluated is not None:
            known[name] = evaluated
    return {name: value for name, value in known.items() if re.fullmatch(wanted, name)}


def _evaluate(expression: str, known: dict[str, int]) -> int | None:
    """An integer constant expression; None for anything else (a macro with code, a string)."""
    plain = re.sub(r"\b(0[xX][0-9a-fA-F]+|\d+)[uUlL]+\b", r"\1", expression)
    plain = re.sub(r"\(__u32\)|\(__u64\)", "", plain)
    names = set(re.findall(r"[A-Za-z_]\w*", re.sub(r"0[xX][0-9a-fA-F]+", "", plain)))
    if not re.fullmatch(r"[\w\s()|&~<>+*-]+", plain) or not names <= set(known):
        return None
    try:
        value = eval(plain, {"__builtins__": {}}, known)
    except SyntaxError:
        return None
    return int(value)
