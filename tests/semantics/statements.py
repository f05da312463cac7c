"""The model's statements: a function body as closures; `break`, `continue` and `return` are Python exceptions."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from . import memory
from .calls import content_of, key_of
from .expressions import OPERATORS, Code, Compiler, Run, constant, conversion, converted, put, settled
from .kinds import LITERAL, S64, U32, Aggregate, Illegal, Int, Kind, Literal, common
from .memory import Cell
from .model import Frame, Function, Map, Model

Step = Callable[[Frame], None]


class _Break(Exception):
    pass


class _Continue(Exception):
    pass


class _Return(Exception):
    def __init__(self, value: Any) -> None:
        self.value = value


def compile_function(model: Model, function: Function) -> Callable[[Frame], int | None]:
    """Find the types of the variables, then compile with them.

    A variable has the type of the first value assigned to it that is no constant, or else s64; and what is s64 may
    decide what others are, so the passes go on until none is found any more.
    """
    names = {item.id for item in ast.walk(function.node)
             if isinstance(item, ast.Name) and not isinstance(item.ctx, ast.Load)}
    names -= {name for item in ast.walk(function.node) if isinstance(item, ast.Global) for name in item.names}
    names |= {argument.arg for argument in function.node.args.args}
    known = {parameter.name: parameter.kind for parameter in function.parameters}
    while True:
        kinds = dict(known)
        first = _Body(model, kinds, names, function, inferring=True)
        first.block(function.node.body)
        plain = names - set(kinds) - first.unclear
        if not plain:
            break
        known.update(dict.fromkeys(plain, S64))
    body = _Body(model, kinds, names, function, inferring=False).block(function.node.body)

    def run(frame: Frame) -> int | None:
        try:
            body(frame)
        except _Return as returned:
            found: int | None = returned.value
            return found
        return None

    return run


def _names(node: ast.AST, context: type[ast.expr_context]) -> set[str]:
    return {item.id for item in ast.walk(node) if isinstance(item, ast.Name) and isinstance(item.ctx, context)}


class _Body(Compiler):
    def __init__(self, model: Model, kinds: dict[str, Kind], names: set[str], function: Function, *,
                 inferring: bool) -> None:
        super().__init__(model, kinds, names)
        self.function = function
        self.inferring = inferring
        self.unclear: set[str] = set()  # variables whose values made no sense with what was known so far

    def block(self, nodes: list[ast.stmt]) -> Step:
        steps = [self.statement(node) for node in nodes]

        def run(frame: Frame) -> None:
            for step in steps:
                step(frame)

        return run

    def statement(self, node: ast.stmt) -> Step:
        handler = getattr(self, f"do_{type(node).__name__.lower()}", None)
        if handler is None:
            raise Illegal(f"the model does not know `{ast.unparse(node)}`")
        try:
            step: Step = handler(node)
        except Illegal:
            if not self.inferring:
                raise
            self.unclear |= _names(node, ast.Store)
            return _nothing
        if isinstance(node, ast.Assign) and _names(node, ast.Load) & self.unclear - set(self.kinds):
            self.unclear |= _names(node, ast.Store)  # what is made of it is not clear either

        def run(frame: Frame) -> None:
            frame.step()
            step(frame)

        return run

    # --- assignment

    def do_assign(self, node: ast.Assign) -> Step:
        target = node.targets[0]
        if len(node.targets) == 1 and isinstance(target, ast.Tuple):
            return self._unpack(target, node.value)
        if len(node.targets) == 1:
            return self._assign_one(target, node.value)
        value = self.value(node.value)
        stores = [self.store(item, value) for item in node.targets]

        def run(frame: Frame) -> None:
            found = value.run(frame)
            for store in stores:
                store(frame, found)

        return run

    def _assign_one(self, target: ast.expr, node: ast.expr) -> Step:
        if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name) \
                and target.value.id in self.model.maps:
            return self._set_item(self.model.maps[target.value.id], target, node)
        if isinstance(target, ast.Name):
            value = self.value(node)
            store = self.store(target, value)
            return lambda frame: store(frame, value.run(frame))
        kind, place = self.place(target)
        run_value = self.value_as(node, kind)

        def run(frame: Frame) -> None:
            found = run_value(frame)  # Python evaluates the value before the target
            put(place(frame), found)

        return run

    def _set_item(self, map_: Map, target: ast.Subscript, node: ast.expr) -> Step:
        content, key = content_of(self, map_, node), key_of(self, map_, target.slice)

        def run(frame: Frame) -> None:
            what = content(frame)
            map_.update(key(frame), memory.copied(what, map_.value), 0)

        return run

    def store(self, target: ast.expr, value: Code) -> Callable[[Frame, Any], None]:
        """A closure that writes a computed value to a target."""
        if isinstance(target, ast.Name) and target.id in self.locals:
            name = target.id
            self.learn(name, value)
            check = _check(value, self.kinds.get(name, LITERAL))

            def to_local(frame: Frame, found: Any) -> None:
                frame.locals[name] = check(found)

            return to_local
        kind, place = self.place(target)
        check = _check(value, kind)

        def to_memory(frame: Frame, found: Any) -> None:
            put(place(frame), check(found))

        return to_memory

    def _unpack(self, target: ast.Tuple, source: ast.expr) -> Step:
        pairs: list[tuple[Run, Callable[[Frame, Any], None]]] = []

        def collect(targets: list[ast.expr], values: list[ast.expr]) -> None:
            for one, item in zip(targets, values, strict=True):
                if isinstance(one, ast.Tuple):
                    assert isinstance(item, ast.Tuple)
                    collect(one.elts, item.elts)
                    continue
                if isinstance(item, ast.Tuple):
                    kind, _ = self.place(one)
                    value = Code(kind, self.value_as(item, kind))
                else:
                    value = self.value(item)
                # stored into memory, an aggregate is copied, and the copy is what was read before the first store
                copies = isinstance(value.kind, Aggregate) and not isinstance(one, ast.Name)
                run = _copying(value) if copies else value.run
                pairs.append((run, self.store(one, value)))

        assert isinstance(source, ast.Tuple)
        collect(target.elts, source.elts)

        def run_all(frame: Frame) -> None:
            found = [run(frame) for run, _ in pairs]
            for (_, store), value in zip(pairs, found, strict=True):
                store(frame, value)

        return run_all

    def do_annassign(self, node: ast.AnnAssign) -> Step:
        assert isinstance(node.target, ast.Name)
        self.kinds[node.target.id] = self.model.kind(node.annotation)
        return _nothing if node.value is None else self._assign_one(node.target, node.value)

    def do_augassign(self, node: ast.AugAssign) -> Step:
        operator, target = OPERATORS[type(node.op)], node.target
        if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name) \
                and target.value.id in self.model.maps:
            return self._augment_item(self.model.maps[target.value.id], operator, target, node.value)
        if isinstance(target, ast.Name) and target.id in self.locals:
            name = target.id
            combined = self.arithmetic(operator, self.value(target), self.value(node.value))
            self.learn(name, combined)
            back = _back_to(combined, self.kinds.get(name, LITERAL))

            def to_local(frame: Frame) -> None:
                frame.locals[name] = back.run(frame)

            return to_local
        kind, place = self.place(target)
        assert not isinstance(kind, Aggregate)
        operand = self.value(node.value)
        now = Code(kind, lambda frame: frame.locals["<current>"])
        held = Code(operand.kind, lambda frame: frame.locals["<operand>"], operand.constant, operand.complement)
        back = _back_to(self.arithmetic(operator, now, held), kind)

        def run(frame: Frame) -> None:
            cell = place(frame)  # the place is found once, and read before the operand is computed
            assert isinstance(cell, Cell)
            current = cell.value
            found = operand.run(frame)
            frame.locals["<current>"], frame.locals["<operand>"] = current, found
            cell.store(back.run(frame))

        return run

    def _augment_item(self, map_: Map, operator: str, target: ast.Subscript, node: ast.expr) -> Step:
        key, kind = key_of(self, map_, target.slice), map_.value
        amount = converted(self.value(node), kind).run
        assert isinstance(kind, Int) and operator in "+-"
        number = kind

        def run(frame: Frame) -> None:
            where, change = key(frame), amount(frame)
            if operator == "-":
                change = -change
            cell = map_.lookup(where)
            if cell is None:
                cell = Cell(kind)
                cell.store(number.wrap(change))
                map_.update(where, cell, 1)
            else:
                assert isinstance(cell, Cell)
                cell.store(number.wrap(cell.value + change))

        return run

    def do_delete(self, node: ast.Delete) -> Step:
        target = node.targets[0]
        assert isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name)
        map_ = self.model.maps[target.value.id]
        key = key_of(self, map_, target.slice)

        def run(frame: Frame) -> None:
            map_.delete(key(frame))

        return run

    # --- control flow

    def do_if(self, node: ast.If) -> Step:
        test, then, otherwise = self.condition(node.test), self.block(node.body), self.block(node.orelse)
        return lambda frame: then(frame) if test(frame) else otherwise(frame)

    def do_while(self, node: ast.While) -> Step:
        test, body, otherwise = self.condition(node.test), self.block(node.body), self.block(node.orelse)

        def run(frame: Frame) -> None:
            while test(frame):
                try:
                    body(frame)
                except _Break:
                    return
                except _Continue:
                    continue
            otherwise(frame)

        return run

    def do_for(self, node: ast.For) -> Step:
        assert isinstance(node.target, ast.Name)
        name = node.target.id
        kind, values = self._items(node.iter)
        self.learn(name, Code(kind, constant(0).run))
        check = _check(Code(kind, constant(0).run), self.kinds.get(name, LITERAL))
        body, otherwise = self.block(node.body), self.block(node.orelse)

        def run(frame: Frame) -> None:
            for item in values(frame):
                frame.locals[name] = check(item)
                try:
                    body(frame)
                except _Break:
                    return
                except _Continue:
                    continue
            otherwise(frame)

        return run

    def _items(self, node: ast.expr) -> tuple[Kind, Run]:
        """The loop variable's kind, and the values: all computed before the first turn."""
        if isinstance(node, ast.Tuple):
            found = [self.value(item) for item in node.elts]
            kind: Kind = next((item.kind for item in found if not isinstance(item.kind, Literal)), LITERAL)
            if isinstance(kind, Literal):
                kind = U32 if all(0 <= item.constant <= U32.high for item in found) else S64
            runs = [converted(item, kind).run for item in found]
            return kind, lambda frame: [run(frame) for run in runs]
        match node:
            case ast.Call(func=ast.Name(id="unrolled"), args=[inner]):
                return self._items(inner)
            case ast.Call(func=ast.Name(id="range"), args=arguments):
                bounds = [self.value(item) for item in arguments]
                step = bounds.pop().constant if len(bounds) == 3 else 1
                kind = _range_kind(bounds)
                runs = [converted(item, kind).run for item in bounds]
                if len(runs) == 1:
                    runs.insert(0, constant(0).run)
                first, last = runs
                return kind, lambda frame: range(first(frame), last(frame), step)
        raise Illegal(f"the model does not know `for ... in {ast.unparse(node)}`")

    def do_match(self, node: ast.Match) -> Step:
        subject = settled(self.value(node.subject))
        arms = [(self._pattern(case.pattern, subject.kind),
                 None if case.guard is None else self.condition(case.guard), self.block(case.body))
                for case in node.cases]

        def run(frame: Frame) -> None:
            found = subject.run(frame)
            for matches, guard, body in arms:
                if matches(found) and (guard is None or guard(frame)):
                    body(frame)
                    return

        return run

    def _pattern(self, pattern: ast.pattern, kind: Kind) -> Callable[[int], bool]:
        match pattern:
            case ast.MatchAs(pattern=None, name=None):
                return lambda found: True
            case ast.MatchOr(patterns=patterns):
                tests = [self._pattern(item, kind) for item in patterns]
                return lambda found: any(test(found) for test in tests)
            case ast.MatchValue(value=node):
                wanted = converted(self.value(node), kind).constant
                return lambda found: found == wanted
        raise Illegal(f"the model does not know `case {ast.unparse(pattern)}`")

    def do_break(self, node: ast.Break) -> Step:
        def run(frame: Frame) -> None:
            raise _Break

        return run

    def do_continue(self, node: ast.Continue) -> Step:
        def run(frame: Frame) -> None:
            raise _Continue

        return run

    def do_return(self, node: ast.Return) -> Step:
        if node.value is None:
            value = constant(0).run
        elif self.function.result is None:
            raise Illegal("a value is returned from a function without a result")
        else:
            value = converted(self.value(node.value), self.function.result).run

        def run(frame: Frame) -> None:
            raise _Return(value(frame))

        return run

    def do_assert(self, node: ast.Assert) -> Step:
        test = self.condition(node.test)
        if self.function.decorator != "xdp":
            raise Illegal("the model knows assert in programs only")

        def run(frame: Frame) -> None:
            if not test(frame):
                raise _Return(0)  # XDP_ABORTED

        return run

    def do_expr(self, node: ast.Expr) -> Step:
        if isinstance(node.value, ast.Constant):
            return _nothing
        run = self.value(node.value).run

        def step(frame: Frame) -> None:
            run(frame)

        return step

    def do_pass(self, node: ast.Pass) -> Step:
        return _nothing

    def do_global(self, node: ast.Global) -> Step:
        return _nothing


def _nothing(frame: Frame) -> None:
    return None


def _check(value: Code, kind: Kind) -> Callable[[Any], Any]:
    """What `converted` does, for a value that is computed already."""
    if isinstance(value.kind, Literal):
        fixed = converted(value, kind).constant
        return lambda found: found if isinstance(kind, Literal) else fixed
    return conversion(value.kind, kind)


def _copying(value: Code) -> Run:
    return lambda frame: memory.copied(value.run(frame), value.kind)


def _back_to(combined: Code, kind: Kind) -> Code:
    """Augmented assignment converts back to the place's type, wrapping."""
    if isinstance(kind, Int) and isinstance(combined.kind, Int):
        if combined.kind.signed != kind.signed:
            return converted(combined, kind)
        run = combined.run
        return Code(kind, lambda frame: kind.wrap(run(frame)))
    return converted(combined, kind)


def _range_kind(bounds: list[Code]) -> Int:
    """u32 where all bounds are non-negative constants or unsigned up to 32 bits, else their common type."""
    kinds: list[Int] = []
    small = True
    for bound in bounds:
        if isinstance(bound.kind, Literal):
            small = small and 0 <= bound.constant <= U32.high
        else:
            assert isinstance(bound.kind, Int)
            kinds.append(bound.kind)
            small = small and not bound.kind.signed and bound.kind.bits <= 32
    if small:
        return U32
    result: Int | None = None
    for kind in kinds:
        result = kind if result is None else common(result, kind)
    if result is None:
        return S64
    fits = all(result.holds(bound.constant) for bound in bounds if isinstance(bound.kind, Literal))
    return result if fits else S64
