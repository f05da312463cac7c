"""Which program type may call which helper, asked from the running kernel."""

from __future__ import annotations

from . import kernel, writer
from .header import Prototype, prototypes
from .targets import TARGETS, Target

_REFUSED = ("unknown func", "invalid func", "program of this type cannot use helper")
_GPL = "cannot call GPL-restricted function"
_MAY_SLEEP = "helper call might sleep"


def available(target: Target, helper: Prototype) -> bool:
    """Whether programs of a target may call a helper; the rest of its verdict does not matter."""
    log = kernel.load(target, kernel.call(helper.number) + kernel.EXIT).log
    return not any(words in log for words in _REFUSED)


def loadable(target: Target) -> bool:
    """Whether this kernel loads any program of a target."""
    return kernel.load(target, kernel.move(0, target.returns) + kernel.EXIT).error == 0


def needs_gpl(target: Target, helper: Prototype) -> bool:
    return _GPL in kernel.load(target, kernel.call(helper.number) + kernel.EXIT, license="").log


def may_sleep(target: Target, helper: Prototype) -> bool:
    return _MAY_SLEEP in kernel.load(target, kernel.call(helper.number) + kernel.EXIT).log


def render() -> str:
    """The text of ``helpers_availability.py``."""
    targets = [target for target in TARGETS if loadable(target)]
    helpers = prototypes().values()
    sets = {target.name: {helper.name for helper in helpers if available(target, helper)} for target in targets}
    gpl: set[str] = set()
    sleeping: set[str] = set()
    for helper in helpers:
        callers = [target for target in targets if helper.name in sets[target.name] and target.name != "STRUCT_OPS"]
        if any(needs_gpl(target, helper) for target in callers[:1]):
            gpl.add(helper.name)
        if any(may_sleep(target, helper) for target in callers):
            sleeping.add(helper.name)
    base = set.intersection(*sets.values())
    order = list(prototypes())
    lines = [
        '"""Which program type may call which helper: probed on a kernel by ``generate/availability.py``."""',
        "",
        f'KERNEL = "{kernel.version()}"',
        "",
        "# Callable by every program type that was probed.",
        f'BASE = """\n{writer.words(sorted(base, key=order.index))}\n"""',
        "",
        "# Refused in a program whose license is not GPL-compatible.",
        f'GPL_ONLY = """\n{writer.words(sorted(gpl, key=order.index))}\n"""',
        "",
        "# Callable in sleepable programs alone.",
        f'MAY_SLEEP = """\n{writer.words(sorted(sleeping, key=order.index))}\n"""',
        "",
        "# Program type, or program type and expected attach type, to what it may call besides BASE.",
        "# A value that starts with = is the same set as that of the named key.",
        "BESIDES = {",
    ]
    seen: dict[frozenset[str], str] = {}
    for name, helpers_of in sets.items():
        besides = frozenset(helpers_of - base)
        if besides in seen:
            lines.append(f'    "{name}": "={seen[besides]}",')
            continue
        seen[besides] = name
        lines.append(f'    "{name}": """\n{writer.words(sorted(besides, key=order.index), 8)}\n    """,')
    return "\n".join([*lines, "}", ""])
