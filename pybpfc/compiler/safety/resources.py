"""What a helper acquires is released once on every path: records of ring buffers, sockets, locks.

A *site* is a call that acquires. On each path it may be held, released, or neither (not reached, or the
result was None). References in locals and values are followed to the sites they may come from, so a test
for None settles the site, and a use after the release is found.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...record import field, state_record, value_record
from ...tables.kfuncs import RELEASED_BY, plain
from ...tables.rows import Role
from ..diagnostics import Diagnostic
from ..diagnostics.safety import Leak, NotHeld, NotLocked, UseAfterRelease
from ..ir.module import (
    Block,
    Branch,
    Compare,
    Constant,
    Convert,
    ElementAddress,
    FieldAddress,
    Function,
    FunctionCall,
    HelperCall,
    Instruction,
    KernelCall,
    Linkage,
    Local,
    LocalRead,
    LocalWrite,
    PointerAdd,
    Predicate,
    Return,
    Value,
)
from ..source import Span
from ..types import Reference, Space
from .calls import CallGraph
from .dataflow import Analysis, implied, solve
from .ranges import Ranges

# Kind of resource to how messages call it and to the way out.
_WORDS = {
    "ringbuf": ("the ring buffer record", "call `submit` or `discard` on every way out"),
    "ringbuf_dynptr": ("the ring buffer record", "submit or discard it, also where reserving it failed"),
    "socket": ("the socket", "call `bpf_sk_release` on every way out where it is not None"),
    "bpf_spin_lock": ("the lock", "unlock it before, or hold it with `with bpf_spin_lock(...):`"),
    "object": ("the object", "drop it (`bpf_obj_drop`, `bpf_percpu_obj_drop`), link it into a list or tree, or keep it "
                             "in a map with `bpf_kptr_xchg`, on every way out where it is not None"),
    "kptr": ("the kernel object", "release it, or keep it in a map with `bpf_kptr_xchg`"),
    "rcu_read_lock": ("the RCU read section",
                      "call `bpf_rcu_read_unlock` before, or write `with bpf_rcu_read_lock():`"),
    "preempt_disable": ("the section without preemption",
                        "call `bpf_preempt_enable` before, or write `with bpf_preempt_disable():`"),
    **{struct: (f"the `{struct}`", f"call `{release}` on every way out where it is not None")
       for struct, release in RELEASED_BY.items()},
}


# What protects lists and trees: without it nothing on them may be looked at.
_LOCKS = ("bpf_spin_lock", "bpf_res_spin_lock")


@value_record
class _Status:
    """What may have become of a site on the paths so far."""

    held: bool = False
    released: Span | None = None
    lent: bool = False  # it belongs to a list or tree, and may be used until the lock is given back

    def join(self, other: _Status) -> _Status:
        return _Status(self.held or other.held, self.released or other.released, self.lent or other.lent)


_Sites = frozenset[Instruction]
_NONE: _Sites = frozenset()


@state_record
class _State:
    sites: dict[Instruction, _Status] = field(default_factory=dict)
    origins: dict[Local | Value, _Sites] = field(default_factory=dict)

    def copy(self) -> _State:
        return _State(dict(self.sites), dict(self.origins))


class Summaries:
    """What calls of the module's own functions do to resources.

    Attributes:
        acquires: for functions that return something acquired, the kind and the helper's name.
        releases: for each function the positions of parameters that it releases.
    """

    def __init__(self, graph: CallGraph) -> None:
        self.acquires: dict[str, tuple[str, str]] = {}
        self.releases: dict[str, set[int]] = {name: set() for name in graph.functions}
        changed = True
        while changed:
            changed = False
            for function in graph.functions.values():
                changed |= self._summarise(function)

    def acquired(self, item: Instruction) -> tuple[str, str] | None:
        """The kind of resource that an instruction acquires, and the name of the call."""
        if isinstance(item, HelperCall) and item.helper.acquires:
            own = isinstance(item.type, Reference) and item.type.space in (Space.OBJECT, Space.PER_CPU)
            return "object" if own else item.helper.acquires, item.helper.name
        if isinstance(item, KernelCall) and item.function.acquires:
            return item.function.acquires, plain(item.function.name)
        if isinstance(item, FunctionCall) and item.function in self.acquires:
            return self.acquires[item.function][0], item.function
        if isinstance(item, Convert) and item.acquires:
            return item.acquires, "the kernel"
        return None

    def released(self, item: Instruction) -> list[Value]:
        """The arguments of a call that it gives up."""
        if isinstance(item, HelperCall) and item.helper.releases:
            return [argument for argument, row in zip(item.arguments, item.helper.arguments, strict=False)
                    if row.role is Role.RECORD]
        if isinstance(item, KernelCall) and item.function.releases and item.arguments:
            return [item.arguments[item.function.released]]
        if isinstance(item, FunctionCall):
            return [item.arguments[position] for position in sorted(self.releases[item.function])]
        return []

    def _summarise(self, function: Function) -> bool:
        """Follows parameters and acquired results through a function, order ignored."""
        origins: dict[Local | Value, set[int | Instruction]] = {}
        for position, parameter in enumerate(function.parameters):
            if isinstance(parameter.type, Reference):
                origins[parameter.local] = {position}
        growing = True
        while growing:
            growing = False
            for item in function.instructions():
                target: Local | Value = item
                found: set[int | Instruction] = set()
                if isinstance(item, LocalWrite):
                    target, found = item.local, origins.get(item.value, set())
                elif isinstance(item, LocalRead):
                    found = origins.get(item.local, set())
                elif isinstance(item, Convert) and not item.acquires:
                    found = origins.get(item.value, set())
                elif isinstance(item.type, Reference) and self.acquired(item) is not None:
                    found = {item}
                known = origins.setdefault(target, set())
                growing = growing or not found <= known
                known |= found
        before = set(self.releases[function.name]), self.acquires.get(function.name)
        for item in function.instructions():
            for argument in self.released(item):
                self.releases[function.name] |= {o for o in origins.get(argument, ()) if isinstance(o, int)}
        for block in function.blocks:
            if function.linkage is Linkage.STATIC and isinstance(block.terminator, Return):
                for operand in block.terminator.operands():
                    for origin in origins.get(operand, ()):
                        acquired = None if isinstance(origin, int) else self.acquired(origin)
                        if acquired is not None:
                            self.acquires.setdefault(function.name, acquired)
        return before != (self.releases[function.name], self.acquires.get(function.name))


def check_resources(function: Function, ranges: Ranges, summaries: Summaries) -> Iterator[Diagnostic]:
    """Leaks at the exits of a function, and uses of what is already released."""
    if not _hands_on(function) and not any(summaries.acquired(item) for item in function.instructions()):
        return
    analysis = _Resources(function, ranges, summaries)
    for block, state in solve(ranges.graph, analysis).items():
        analysis.found = []
        after = analysis.transfer(block, state)
        analysis.leave(block, after)
        yield from analysis.found


def _hands_on(function: Function) -> bool:
    """Whether the kernel takes over the reference to what a program returns."""
    return function.linkage is Linkage.PROGRAM and isinstance(function.result, Reference)


def _released_kind(item: Instruction) -> str:
    if isinstance(item, HelperCall):
        return item.helper.releases
    return item.function.releases if isinstance(item, KernelCall) else ""


class _Resources(Analysis[_State]):
    def __init__(self, function: Function, ranges: Ranges, summaries: Summaries) -> None:
        self.function = function
        self.ranges = ranges
        self.summaries = summaries
        self.found: list[Diagnostic] = []

    def entry(self) -> _State:
        return _State()

    def join(self, block: Block, left: _State, right: _State) -> _State:
        result = left.copy()
        for site, status in right.sites.items():
            result.sites[site] = result.sites[site].join(status) if site in result.sites else status
        for holder, sites in right.origins.items():
            result.origins[holder] = result.origins.get(holder, _NONE) | sites
        return result

    def edge(self, block: Block, index: int, state: _State) -> _State | None:
        if not self.ranges.live(block, index):
            return None
        terminator = block.terminator
        if not isinstance(terminator, Branch) or terminator.then is terminator.otherwise:
            return state
        result = state.copy()
        for item, holds in implied(terminator.condition, index == 0, lambda value: value):
            if holds == (item.predicate is Predicate.EQ) and item.predicate in (Predicate.EQ, Predicate.NE):
                for side, other in ((item.left, item.right), (item.right, item.left)):
                    if isinstance(other, Constant) and isinstance(side.type, Reference):
                        for site in state.origins.get(side, _NONE):
                            result.sites.pop(site, None)  # None was returned: there is nothing to release
        return result

    def transfer(self, block: Block, state: _State) -> _State:
        after = state.copy()
        for item in block.instructions:
            self._step(item, after)
        return after

    def leave(self, block: Block, state: _State) -> None:
        """Reports what is still held where a block returns."""
        terminator = block.terminator
        if isinstance(terminator, Return):
            handed_on: _Sites = _NONE
            if self.function.linkage in (Linkage.STATIC, Linkage.PROGRAM) and terminator.value is not None:
                handed_on = state.origins.get(terminator.value, _NONE)
                if _hands_on(self.function) and not handed_on and not isinstance(terminator.value, Constant):
                    self.found.append(NotHeld(terminator.span, self.function.name))
            for site, status in state.sites.items():
                if status.held and site not in handed_on:
                    self._leak(site, terminator.span, "this exit leaves it unreleased")

    def _step(self, item: Instruction, state: _State) -> None:
        origins = _NONE
        if isinstance(item, LocalWrite):
            state.origins[item.local] = state.origins.get(item.value, _NONE)
            return
        if isinstance(item, LocalRead):
            origins = state.origins.get(item.local, _NONE)
        elif isinstance(item, Convert) and not item.acquires:
            origins = state.origins.get(item.value, _NONE)
        elif not isinstance(item, Compare):
            used = self._use(item, state)
            if isinstance(item, (FieldAddress, ElementAddress, PointerAdd)) and not used:
                origins = state.origins.get(item.base, _NONE)
            if isinstance(item, KernelCall) and item.function.locked and not self._locked(state):
                self.found.append(NotLocked(item.span, plain(item.function.name)))
            self._release(item, state)
            if isinstance(item, HelperCall) and item.helper.name == "bpf_tail_call":
                for site, status in state.sites.items():
                    if status.held:
                        self._leak(site, item.span, "a tail call does not come back")
            if self.summaries.acquired(item) is not None:
                if state.sites.get(item, _Status()).held:
                    self._leak(item, item.span, "acquired again before the one of the round before is released")
                lent = isinstance(item, KernelCall) and item.function.lends
                state.sites[item] = _Status(held=not lent, lent=lent)
                origins = frozenset((item,))
        if origins:
            state.origins[item] = origins
        else:
            state.origins.pop(item, None)

    def _use(self, item: Instruction, state: _State) -> bool:
        """Reports operands that are already released; returns whether there were any."""
        for operand in item.operands():
            for site in state.origins.get(operand, _NONE):
                released = state.sites.get(site, _Status()).released
                if released is not None:
                    self.found.append(UseAfterRelease(item.span, self._what(site), released))
                    return True
        return False

    def _locked(self, state: _State) -> bool:
        """Whether a lock may be held; a subprogram may be called while its caller holds one, and who takes a lock that
        can fail is left to the verifier."""
        if self.function.linkage is Linkage.STATIC or any(
                isinstance(item, KernelCall) and item.function.name.startswith("bpf_res_spin_lock")
                for item in self.function.instructions()):
            return True
        return any(status.held and (self.summaries.acquired(site) or ("",))[0] in _LOCKS
                   for site, status in state.sites.items())

    def _release(self, item: Instruction, state: _State) -> None:
        sites: set[Instruction] = set()
        for argument in self.summaries.released(item):
            sites |= state.origins.get(argument, _NONE)
        kind = _released_kind(item)
        if kind:
            # A lock or a dynptr is known by its kind: no reference leads from it to where it was acquired.
            for site in state.sites:
                acquired = self.summaries.acquired(site)
                if acquired is not None and acquired[0] == kind and not isinstance(
                        site.type, Reference):
                    sites.add(site)
        lends = isinstance(item, KernelCall) and item.function.lends
        for site in sites:
            if site in state.sites:
                state.sites[site] = _Status(lent=True) if lends else _Status(released=item.span)
        if kind in _LOCKS:
            for site, status in state.sites.items():
                if status.lent and not status.held:
                    state.sites[site] = _Status(released=item.span)

    def _what(self, site: Instruction) -> str:
        acquired = self.summaries.acquired(site)
        assert acquired is not None  # only such instructions are sites
        return _WORDS.get(acquired[0], (f"what `{acquired[1]}` acquired", ""))[0]

    def _leak(self, site: Instruction, span: Span, exit_: str) -> None:
        acquired = self.summaries.acquired(site)
        assert acquired is not None
        kind, helper = acquired
        way_out = _WORDS.get(kind, ("", "release it on every way out"))[1]
        self.found.append(Leak(span, self._what(site), exit_, helper, way_out,
                               site.span if site.span != span else None))
