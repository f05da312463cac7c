"""Timers, work queues and task works are set up for the map whose value they are in.

The kernel ends what is pending in a map with the map, so the verifier wants a call that sets one up to name the map
that the value is from (ARG_CONST_MAP_PTR in check_func_arg(), KF_ARG_PTR_TO_MAP in check_kfunc_args(), verifier.c).
Here references are followed, path by path, from the lookup to that call, through subprograms too; a call is reported
where every path disagrees with it. Of paths that differ the verifier may know which one it is on.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...record import value_record
from ...tables.kfuncs import plain
from ...tables.map_kinds import HOLDERS
from ...tables.rows import ResultKind
from ..diagnostics import Diagnostic
from ..diagnostics.safety import OtherMap
from ..ir.graph import Graph
from ..ir.module import (
    Block,
    Constant,
    Convert,
    ElementAddress,
    FieldAddress,
    Function,
    FunctionCall,
    HelperCall,
    Instruction,
    KernelCall,
    Local,
    LocalRead,
    LocalWrite,
    MapAddress,
    PointerAdd,
    Return,
    Value,
)
from ..source import Span
from ..types import OpaqueType, Reference
from .calls import CallGraph
from .dataflow import Analysis, solve

# Where a reference may lead: values of maps, by name, or what the function was handed as a parameter.
_Origins = frozenset[str | Local]
_State = dict[Value | Local, _Origins]  # without what is not known


@value_record
class _Setup:
    """A call that sets up an object of the kernel in a value of a map."""

    function: str
    object: str
    map: str
    span: Span  # of the map in the call


def check_value_maps(graph: CallGraph) -> Iterator[Diagnostic]:
    """Calls that name a map other than the one that the value is in."""
    functions = graph.functions.values()
    if any(_setup(item) for function in functions for item in function.instructions()):
        yield from _Calls(graph).judge()


def _setup(item: Instruction) -> tuple[Value, _Setup] | None:
    """The object that a call sets up, and how."""
    if not isinstance(item, (HelperCall, KernelCall)):
        return None
    name = item.helper.name if isinstance(item, HelperCall) else plain(item.function.name)
    map_ = next((value for value in item.arguments if isinstance(value, MapAddress)), None)
    for value in item.arguments if map_ is not None else ():
        target = value.type.target if isinstance(value.type, Reference) else None
        if map_ is not None and isinstance(target, OpaqueType) and HOLDERS.get(target.name):
            return value, _Setup(name, target.name, map_.map.name, map_.span)
    return None


class _Calls:
    """What calls of the module's own functions set up, and where the references that they return lead.

    Attributes:
        wanted: of a function and the number of a parameter, what is set up in the value that it leads to.
        returned: of a function.
    """

    def __init__(self, graph: CallGraph) -> None:
        self.functions = graph.functions
        self.graphs = {name: Graph(function) for name, function in graph.functions.items()}
        self.wanted: dict[tuple[str, int], frozenset[_Setup]] = {}
        self.returned: dict[str, _Origins | None] = {}

    def judge(self) -> list[Diagnostic]:
        while True:
            before = dict(self.wanted), dict(self.returned)
            found = [item for function in self.functions.values() for item in self._look(function)]
            if before == (self.wanted, self.returned):
                return found

    def _look(self, function: Function) -> Iterator[Diagnostic]:
        parameters = {parameter.local: position for position, parameter in enumerate(function.parameters)}
        flow = _Flow(function, self)
        returned: list[_Origins | None] = []
        for block, before in solve(self.graphs[function.name], flow).items():
            state = dict(before)
            for item in block.instructions:
                for value, setup, call in self._setups(item):
                    origins = state.get(value, frozenset())
                    maps = sorted(origin for origin in origins if isinstance(origin, str))
                    if maps and len(maps) == len(origins) and setup.map not in maps:
                        yield OtherMap(setup.span, setup.function, setup.object, setup.map, "` or `".join(maps), call)
                    for origin in origins if len(origins) == 1 else ():
                        if isinstance(origin, Local):
                            key = function.name, parameters[origin]
                            self.wanted[key] = self.wanted.get(key, frozenset()) | {setup}
                flow.step(item, state)
            end = block.terminator
            if isinstance(end, Return) and end.value is not None:
                returned.append(flow.origins(end.value, state))
        self.returned[function.name] = _union(returned)

    def _setups(self, item: Instruction) -> Iterator[tuple[Value, _Setup, Span | None]]:
        """What a call sets up: where, how, and the call if it is one of the module's own functions."""
        if (own := _setup(item)) is not None:
            yield *own, None
        if isinstance(item, FunctionCall):
            for position, value in enumerate(item.arguments):
                for setup in sorted(self.wanted.get((item.function, position), ()), key=lambda each: each.map):
                    yield value, setup, item.span


class _Flow(Analysis[_State]):
    """Where the references of one function lead."""

    def __init__(self, function: Function, calls: _Calls) -> None:
        self.function = function
        self.calls = calls

    def entry(self) -> _State:
        return {parameter.local: frozenset((parameter.local,)) for parameter in self.function.parameters}

    def transfer(self, block: Block, state: _State) -> _State:
        after = dict(state)
        for item in block.instructions:
            self.step(item, after)
        return after

    def join(self, block: Block, left: _State, right: _State) -> _State:
        return {key: left[key] | right[key] for key in left.keys() & right.keys()}

    def step(self, item: Instruction, state: _State) -> None:
        target: Value | Local = item.local if isinstance(item, LocalWrite) else item
        origins = self._of(item, state)
        if origins is None:
            state.pop(target, None)
        else:
            state[target] = origins

    def origins(self, value: Value, state: _State) -> _Origins | None:
        if isinstance(value, Constant):
            return frozenset()  # None leads nowhere
        return state.get(value)

    def _of(self, item: Instruction, state: _State) -> _Origins | None:
        match item:
            case LocalWrite() | Convert():
                return self.origins(item.value, state)
            case LocalRead():
                return state.get(item.local)
            case FieldAddress() | ElementAddress() | PointerAdd():
                return self.origins(item.base, state)
            case HelperCall() if item.helper.result.kind is ResultKind.MAP_VALUE:
                map_ = item.arguments[0]
                return frozenset((map_.map.name,)) if isinstance(map_, MapAddress) else None
            case FunctionCall():
                returned = self.calls.returned.get(item.function)
                parameters = self.calls.functions[item.function].parameters
                passed = {parameter.local: self.origins(value, state)
                          for parameter, value in zip(parameters, item.arguments, strict=True)}
                return None if returned is None else _union(
                    [passed[origin] if isinstance(origin, Local) else frozenset((origin,)) for origin in returned])
        return None


def _union(all_: list[_Origins | None]) -> _Origins | None:
    known = [origins for origins in all_ if origins is not None]
    return frozenset().union(*known) if len(known) == len(all_) else None
