"""What a helper acquires is released once on every path: records of ring buffers, sockets, locks.

A *site* is a call that acquires. On each path it may be held, released, or neither (not reached, or the
result was None). References in locals and values are followed to the sites they may come from, so a test
for None settles the site, and a use after the release is found.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...record import field, replace, state_record, value_record
from ...tables.kfuncs import LOCKS, RELEASED_BY, UNDER_LOCK, plain
from ...tables.rows import Role
from ..diagnostics import Diagnostic
from ..diagnostics.safety import (
    CallUnderLock,
    CopiesOutOfReach,
    HandsOnNothing,
    Leak,
    NotHeld,
    NotLocked,
    UseAfterRelease,
)
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
from .sections import ENTERED, Addresses, fails, outcomes

_CALLS = (HelperCall, KernelCall, FunctionCall, Convert)  # what may acquire or release something
# Kind of resource to how messages call it and to the way out.
_WORDS = {
    "ringbuf": ("the ring buffer record", "call `submit` or `discard` on every way out"),
    "ringbuf_dynptr": ("the ring buffer record", "submit or discard it, also where reserving it failed"),
    "file_dynptr": ("the dynptr of the file", "call `bpf_dynptr_file_discard`, also where making it failed"),
    "socket": ("the socket", "call `bpf_sk_release` on every way out where it is not None"),
    "bpf_spin_lock": ("the lock", "unlock it before, or hold it with `with bpf_spin_lock(...):`"),
    "object": ("the object", "drop it (`bpf_obj_drop`, `bpf_percpu_obj_drop`), link it into a list or tree, or keep it "
                             "in a map with `bpf_kptr_xchg`, on every way out where it is not None"),
    "kptr": ("the kernel object", "release it, or keep it in a map with `bpf_kptr_xchg`"),
    "rcu_read_lock": ("the RCU read section",
                      "call `bpf_rcu_read_unlock` before, or write `with bpf_rcu_read_lock():`"),
    "preempt_disable": ("the section without preemption",
                        "call `bpf_preempt_enable` before, or write `with bpf_preempt_disable():`"),
    "local_irq_save": ("the section without interrupts",
                       "call `bpf_local_irq_restore` before, or write `with bpf_local_irq_save():`"),
    "bpf_res_spin_lock": ("the lock", "call `bpf_res_spin_unlock` before, where taking it gave 0"),
    "bpf_res_spin_lock_irqsave": ("the lock", "call `bpf_res_spin_unlock_irqrestore` before, where taking it gave 0"),
    **{struct: (f"the `{struct}`", f"call `{release}` on every way out where it is not None")
       for struct, release in RELEASED_BY.items()},
}


@value_record
class _Status:
    """What may have become of a site on the paths so far."""

    held: bool = False
    released: Span | None = None
    lent: bool = False  # it belongs to a list or tree, and may be used until the lock is given back
    untested: bool = False  # taking it may have failed

    def join(self, other: _Status) -> _Status:
        return _Status(self.held or other.held, self.released or other.released, self.lent or other.lent,
                       self.untested or other.untested)


_Sites = frozenset[Instruction]
_NONE: _Sites = frozenset()


@state_record
class _State:
    sites: dict[Instruction, _Status] = field(default_factory=dict)
    origins: dict[Local | Value, _Sites] = field(default_factory=dict)
    nested: dict[str, tuple[_Sites, ...]] = field(default_factory=dict)  # sections that are open, by kind, inner last

    def copy(self) -> _State:
        return _State(dict(self.sites), dict(self.origins), dict(self.nested))

    def drop(self, site: Instruction) -> None:
        """Nothing was acquired at a site."""
        self.sites.pop(site, None)
        for kind, open_ in self.nested.items():
            self.nested[kind] = tuple(left for sites in open_ if (left := sites - {site}))


class Summaries:
    """What calls of the module's own functions do to resources.

    Attributes:
        acquires: for functions that return something acquired, the kind and the helper's name.
        releases: for each function the positions of parameters that it releases.
        not_under_lock: for functions that make a call which the verifier does not take while a lock is held, that call;
            "" where they are verified by themselves.
    """

    def __init__(self, graph: CallGraph) -> None:
        self._calls_in = {name: [item for item in function.instructions() if isinstance(item, _CALLS)]
                          for name, function in graph.functions.items()}
        self.acquires: dict[str, tuple[str, str]] = {}
        self.releases: dict[str, set[int]] = {name: set() for name in graph.functions}
        self.not_under_lock = {name: "" for name, function in graph.functions.items()
                               if function.linkage is Linkage.GLOBAL}
        changed = True
        while changed:
            changed = False
            for function in graph.functions.values():
                changed |= self._summarise(function)
                changed |= self._calls(function)

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

    def refused_under_lock(self, item: Instruction) -> str | None:
        """What a call does that the verifier does not take while a lock is held: itself a call of a helper or kernel
        function, or one of such a call in the function that is called; None for every other instruction."""
        if isinstance(item, HelperCall):
            return item.helper.name if item.helper.name not in ("bpf_spin_unlock", "bpf_tail_call") else None
        if isinstance(item, KernelCall):
            name = plain(item.function.name)
            return None if item.function.locked or name in UNDER_LOCK else name
        return self.not_under_lock.get(item.function) if isinstance(item, FunctionCall) else None

    def _calls(self, function: Function) -> bool:
        if function.name in self.not_under_lock:
            return False
        found = next((name for item in self._calls_in[function.name]
                      if (name := self.refused_under_lock(item)) is not None), None)
        if found is None:
            return False
        self.not_under_lock[function.name] = found
        return True

    def _summarise(self, function: Function) -> bool:
        """Follows parameters and acquired results through a function, order ignored."""
        calls = self._calls_in[function.name]
        if not any(self.acquired(item) is not None or self.released(item) for item in calls):
            return False
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
        for item in calls:
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
    if not _hands_on(function) and not any(
            summaries.acquired(item) or _released_kind(item) in ENTERED for item in function.instructions()):
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
        self.addresses = Addresses(function)

    def entry(self) -> _State:
        return _State()

    def join(self, block: Block, left: _State, right: _State) -> _State:
        result = left.copy()
        for site, status in right.sites.items():
            result.sites[site] = result.sites[site].join(status) if site in result.sites else status
        for holder, sites in right.origins.items():
            result.origins[holder] = result.origins.get(holder, _NONE) | sites
        for kind, open_ in right.nested.items():
            longer, shorter = sorted((open_, left.nested.get(kind, ())), key=len, reverse=True)
            result.nested[kind] = tuple(sites | (shorter[depth] if depth < len(shorter) else _NONE)
                                        for depth, sites in enumerate(longer))
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
                            result.drop(site)  # None was returned: there is nothing to release
            self._outcome(item, holds, state, result)
        return result

    def _outcome(self, item: Compare, holds: bool, state: _State, result: _State) -> None:
        """What a comparison says about locks that may not have been taken."""
        sites = state.origins.get(item.left, _NONE) | state.origins.get(item.right, _NONE)
        possible = outcomes(item, holds) if any(map(fails, sites)) else None
        if possible is None:
            return
        taken, failed = possible
        for site in filter(fails, sites):
            if not taken:
                result.drop(site)
            elif not failed and site in result.sites:
                result.sites[site] = replace(result.sites[site], untested=False)

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
                    self.found.append(HandsOnNothing(terminator.span, self.function.name))
            for site, status in state.sites.items():
                if status.held and (site not in handed_on or not isinstance(site.type, Reference)):
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
            self._under_lock(item, state)
            self._copies(item, state)
            self._release(item, state)
            if isinstance(item, HelperCall) and item.helper.name == "bpf_tail_call":
                for site, status in state.sites.items():
                    if status.held:
                        self._leak(site, item.span, "a tail call does not come back")
            if self.summaries.acquired(item) is not None:
                if state.sites.get(item, _Status()).held:
                    self._leak(item, item.span, "acquired again before the one of the round before is released")
                lent = isinstance(item, KernelCall) and item.function.lends
                state.sites[item] = _Status(held=not lent, lent=lent, untested=fails(item))
                self._enter(item, state)
                origins = frozenset((item,))
        if origins:
            state.origins[item] = origins
        else:
            state.origins.pop(item, None)

    def _use(self, item: Instruction, state: _State) -> bool:
        """Reports operands that are already released; returns whether there were any."""
        for operand in item.operands():
            for site in state.origins.get(operand, _NONE):
                if not isinstance(site.type, Reference):
                    continue  # a number, whether a lock was taken
                released = state.sites.get(site, _Status()).released
                if released is not None:
                    self.found.append(UseAfterRelease(item.span, self._what(site), released))
                    return True
        return False

    def _locked(self, state: _State) -> bool:
        """Whether a lock is held; a subprogram may be called while its caller holds one."""
        return self.function.linkage is Linkage.STATIC or any(
            status.held and not status.untested and (self.summaries.acquired(site) or ("",))[0] in LOCKS
            for site, status in state.sites.items())

    def _under_lock(self, item: Instruction, state: _State) -> None:
        """Reports a call that the verifier does not take while a lock is held."""
        refused = self.summaries.refused_under_lock(item)
        if refused is None:
            return
        lock = next((site for site, status in state.sites.items()
                     if status.held and (self.summaries.acquired(site) or ("",))[0] in LOCKS), None)
        if lock is None:
            return
        name, what, way_out = refused, "called here", "call it before the lock is taken or after it is given back"
        if isinstance(item, FunctionCall):
            name = item.function
            what = f"it calls `{refused}`" if refused else "a global function is verified by itself"
            way_out = way_out if refused else f"make it a `@subprog`, or {way_out}"
        self.found.append(CallUnderLock(item.span, name, what, way_out, lock.span))

    def _copies(self, item: Instruction, state: _State) -> None:
        """Reports a look at the copies that an object has for the CPUs while the program itself owns it."""
        if not isinstance(item, HelperCall) or not item.helper.arguments \
                or item.helper.arguments[0].role is not Role.PER_CPU_SYMBOL:
            return
        made = next((site for site in state.origins.get(item.arguments[0], _NONE)
                     if state.sites.get(site, _Status()).held), None)
        if made is not None:
            self.found.append(CopiesOutOfReach(item.span, item.helper.name, made.span))

    def _enter(self, item: Instruction, state: _State) -> None:
        """A section begins inside of those that are open."""
        acquired = self.summaries.acquired(item)
        open_ = state.nested.get(acquired[0], ()) if acquired is not None else ()
        if acquired is not None and acquired[0] in ENTERED and not any(item in sites for sites in open_):
            state.nested[acquired[0]] = (*open_, frozenset((item,)))

    def _leave_section(self, item: Instruction, kind: str, state: _State) -> _Sites:
        """The sites of the innermost section, which `item` leaves; reports where there is none to leave."""
        row, open_ = ENTERED[kind], state.nested.get(kind, ())
        if not open_:
            self.found.append(NotHeld(item.span, row.leave, "is not held here", f"{_WORDS[kind][0]} is not held", "",
                                      f"call `{row.enter}` before, on every path to here"))
            return _NONE
        last = open_[-1]
        meant = next((sites for sites in reversed(open_) if not any(self._other(item, site) for site in sites)), last)
        state.nested[kind] = tuple(sites for sites in open_ if sites is not meant)
        sites, site = meant, next(iter(last))
        if any(state.sites.get(each, _Status()).untested for each in sites):
            self.found.append(NotHeld(item.span, row.leave, "may not be held here", "taking it may have failed",
                                      f"`{row.enter}` gives 0 or an error", "look at what it gave, and give the lock "
                                      f"back where that is 0: `if {row.enter}(...) != 0: return 1`", site.span))
        elif len(last) == 1 and self._other(item, site):
            self.found.append(NotHeld(item.span, row.leave, "was not taken last", "this was not taken last",
                                      "what was taken last", "give back first what was taken last", site.span))
        return sites

    def _other(self, leave: Instruction, enter: Instruction) -> bool:
        """Whether a call leaves another section than `enter` entered: another lock, other flags."""
        calls = (HelperCall, KernelCall)
        return isinstance(leave, calls) and isinstance(enter, calls) and any(
            self.addresses.differ(left, right) for left, right in zip(leave.arguments, enter.arguments, strict=False))

    def _release(self, item: Instruction, state: _State) -> None:
        sites: set[Instruction] = set()
        for argument in self.summaries.released(item):
            sites |= state.origins.get(argument, _NONE)
        kind = _released_kind(item)
        if kind in ENTERED:
            sites |= self._leave_section(item, kind, state)
        elif kind:
            # A dynptr is known by its kind: no reference leads from it to where it was acquired.
            for site in state.sites:
                acquired = self.summaries.acquired(site)
                if acquired is not None and acquired[0] == kind and not isinstance(
                        site.type, Reference):
                    sites.add(site)
        lends = isinstance(item, KernelCall) and item.function.lends
        for site in sites:
            if site in state.sites:
                state.sites[site] = _Status(lent=True) if lends else _Status(released=item.span)
        if kind in LOCKS:
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
