"""What is known about variables at one point of the program: which are None, which are not."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from ..tree import Variable


class Environment:
    """Facts by variable: True where it is known not to be None, False where it is known to be None."""

    __slots__ = ("_facts", "reachable")

    def __init__(self, facts: dict[Variable, bool] | None = None, reachable: bool = True) -> None:
        self._facts = facts if facts is not None else {}
        self.reachable = reachable

    def copy(self) -> Environment:
        return Environment(dict(self._facts), self.reachable)

    def knows(self, variable: Variable) -> bool | None:
        """True: not None. False: None. None: not known."""
        return self._facts.get(variable)

    def learn(self, variable: Variable, not_none: bool | None) -> None:
        if not_none is None:
            self._facts.pop(variable, None)
        else:
            self._facts[variable] = not_none

    def forget(self, variables: Iterable[Variable]) -> None:
        for variable in variables:
            self._facts.pop(variable, None)

    def unreachable(self) -> Environment:
        """Behind a jump, or on the side of a constant condition that is never taken."""
        return Environment(dict(self._facts), False)

    def as_if_reached(self) -> Environment:
        """For checking code that nothing reaches: what was known where the way ended is still known there."""
        return Environment(dict(self._facts), True)


def join(environments: Iterable[Environment]) -> Environment:
    """What holds whichever of several ways was taken; ways that cannot be taken say nothing."""
    ways = list(environments)
    taken = [environment for environment in ways if environment.reachable]
    if not taken:
        return ways[0].unreachable() if ways else Environment({}, False)
    first, *others = taken
    facts = {variable: fact for variable, fact in first._facts.items()
             if all(other._facts.get(variable) is fact for other in others)}
    return Environment(facts)


def assigned_names(nodes: Iterable[ast.AST]) -> set[str]:
    """Names that some statement or walrus below these nodes binds."""
    found: set[str] = set()
    for root in nodes:
        for node in ast.walk(root):
            if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
                found.add(node.id)
            elif isinstance(node, (ast.MatchAs, ast.MatchStar)) and node.name:
                found.add(node.name)
    return found
