"""The generated half of the helper table: numbers, C prototypes and one sentence each."""

from __future__ import annotations

import textwrap

from .header import prototypes


def render() -> str:
    """The text of ``helpers_generated.py``."""
    lines = [
        '"""The helpers of UAPI ``linux/bpf.h``: number, C prototype, parameters, first sentence of its description.',
        "",
        "Written by ``generate/helper_prototypes.py`` from the header's text.",
        '"""',
        "",
        "PROTOTYPES: dict[str, tuple[int, str, str, str]] = {",
    ]
    for prototype in prototypes().values():
        lines.append(f'    "{prototype.name}": (')
        lines.append(f"        {prototype.number},")
        for value in (prototype.declaration, " ".join(prototype.parameters), prototype.summary):
            pieces = textwrap.wrap(value, 104, drop_whitespace=False) or [""]
            quoted = [_quote(piece) for piece in pieces]
            lines += [f"        {piece}" for piece in quoted[:-1]] + [f"        {quoted[-1]},"]
        lines.append("    ),")
    return "\n".join([*lines, "}", ""])


def _quote(value: str) -> str:
    return "'" + value + "'" if '"' in value and "'" not in value else '"' + value.replace('"', '\\"') + '"'
