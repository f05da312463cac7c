"""The call graph: which function calls which, directly or by handing its address to a helper."""

from __future__ import annotations

from collections.abc import Iterator

from ...record import value_record
from ..diagnostics import Diagnostic
from ..diagnostics.safety import Recursion
from ..ir.module import Function, FunctionAddress, FunctionCall, Linkage, Module
from ..source import Span


@value_record
class CallSite:
    callee: str
    span: Span


class CallGraph:
    """Calls of a module.

    Attributes:
        functions: by name.
        sites: for each function its calls in the order of the IR.
    """

    def __init__(self, module: Module) -> None:
        self.functions = {function.name: function for function in module.functions}
        self.sites: dict[str, list[CallSite]] = {
            function.name: [CallSite(item.function, item.span) for item in function.instructions()
                            if isinstance(item, (FunctionCall, FunctionAddress))]
            for function in module.functions}

    def programs(self) -> list[Function]:
        return [function for function in self.functions.values() if function.linkage is Linkage.PROGRAM]

    def first_calls_of(self, name: str) -> list[Span]:
        """Where each function that calls this one does so first."""
        return list({caller: site.span for caller, sites in self.sites.items() for site in reversed(sites)
                     if site.callee == name}.values())

    def reached_from(self, name: str) -> list[str]:
        """The function and all that it calls, directly or not, each once, callers first."""
        found = [name]
        for caller in found:
            found += [site.callee for site in self.sites[caller] if site.callee not in found]
        return list(dict.fromkeys(found))

    def cycles(self) -> list[tuple[list[str], CallSite]]:
        """Each way back of a call to a function that is still running: the chain and the call that closes it."""
        found: list[tuple[list[str], CallSite]] = []
        finished: set[str] = set()

        def visit(name: str, path: list[str]) -> None:
            for site in self.sites[name]:
                if site.callee in path:
                    found.append(([*path[path.index(site.callee):], site.callee], site))
                elif site.callee not in finished:
                    visit(site.callee, [*path, site.callee])
            finished.add(name)

        for name in self.functions:
            if name not in finished:
                visit(name, [name])
        return found


def check_recursion(graph: CallGraph) -> Iterator[Diagnostic]:
    """Calls that lead back to a function that is still running: BPF has no recursion."""
    for chain, site in graph.cycles():
        yield Recursion(site.span, chain[0], " -> ".join(chain))
