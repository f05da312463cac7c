"""Random compound statements: every kind the contract has a meaning for, in bodies that provably end."""

from __future__ import annotations

from .draw_expressions import WORDS
from .draw_simple import Simple
from .kinds import INTEGERS, Int, Kind, Pointer, Struct


class Statements(Simple):
    """Draws the body of one function into `lines`."""

    def body(self, statements: int, depth: int) -> None:
        """An indented block; the names that it makes end with it."""
        self.indent += 1
        before, names = len(self.lines), list(self.scope.names)
        self.block(statements, depth)
        if len(self.lines) == before:
            self.emit("pass")
        self.scope.names = names
        self.indent -= 1

    def block(self, statements: int, depth: int) -> None:
        for _ in range(statements):
            if self.cost > 900:
                return
            if not self.statement(depth):
                self.simple()

    def statement(self, depth: int) -> bool:
        draws = [(self.new_scalar, 14), (self.assign, 12), (self.augment, 16), (self.unpack, 6), (self.chain, 3),
                 (self.struct, 8), (self.store_memory, 8), (self.record, 10), (self.map_write, 7),
                 (self.atomic_alone, 2), (self.call_alone, 3), (self.alias, 3)]
        if depth > 0:
            draws += [(lambda: self.branch(depth), 8), (lambda: self.loop(depth), 5),
                      (lambda: self.match(depth), 3), (lambda: self.bounded(depth), 4), (lambda: self.held(depth), 7)]
        if self.program:
            draws += [(self.leave, 1)]
        draw = self.rng.choices([item for item, _ in draws], [weight for _, weight in draws])[0]
        return draw() is not False

    def simple(self) -> None:
        if not self.record():
            self.new_scalar()

    def held(self, depth: int) -> bool:
        """A reference into a map, used where it is not None."""
        name = self.rng.choice([name for name in self.model.maps if name != "results"])
        map_ = self.model.maps[name]
        kind: Kind = map_.value if isinstance(map_.value, Struct) else Pointer(map_.value)
        found = [function for function in self.scope.functions
                 if isinstance(function.result, Struct) and self.may_call(function)]
        variable = self.fresh("entry")
        if found and self.chance(0.4):
            function = self.rng.choice(found)
            assert function.result is not None
            text, kind, hashed = self.call(function, 1), function.result, True
        else:
            key = self.key(name)
            if key is None:
                return False
            text, hashed = f"{name}.lookup({key})", name.startswith("h_")
        if self.chance(0.3):
            self.emit(f"if ({variable} := {text}) is not None:")
        else:
            self.emit(f"{variable} = {text}")
            self.emit(f"if {variable}:" if self.chance(0.3) else f"if {variable} is not None:")
        names, was = list(self.scope.names), self.scope.hash_held
        self.add(variable, kind, atomic=isinstance(kind, Pointer) or self.aligned(kind))  # type: ignore[arg-type]
        self.scope.hash_held = was or hashed
        self.body(self.rng.randrange(1, 4), depth - 1)
        self.scope.names, self.scope.hash_held = names, was
        if self.chance(0.4):
            self.emit("else:")
            self.body(1, depth - 1)
        return True

    # --- control flow

    def branch(self, depth: int) -> bool:
        if self.arms > 14 or (self.loop_depth and self.arms > 9):
            return False
        self.arms += 1
        self.emit(f"if {self.condition(3)}:")
        self.body(self.rng.randrange(1, 4), depth - 1)
        if self.chance(0.25):
            self.arms += 1
            self.emit(f"elif {self.condition(2)}:")
            self.body(self.rng.randrange(1, 3), depth - 1)
        if self.chance(0.5):
            self.emit("else:")
            self.body(self.rng.randrange(1, 3), depth - 1)
        return True

    def bounded(self, depth: int) -> bool:
        """A branch in which a comparison bounds a variable, so that it is an index."""
        found = [name for name in self.scope.names if isinstance(name.kind, Int) and not name.index_below
                 and name.assignable]
        if not found or self.arms > 12:
            return False
        self.arms += 1
        name = self.rng.choice(found)
        assert isinstance(name.kind, Int)
        limit = self.rng.randrange(1, 9)
        low = "0 <= " if name.kind.signed else ""
        name.assignable = False
        more = f" and {self.condition(1)}" if self.chance(0.3) else ""
        self.emit(f"if {low}{name.name} < {limit}{more}:")
        name.index_below = limit
        self.body(self.rng.randrange(1, 4), depth - 1)
        name.assignable, name.index_below = True, 0
        return True

    def match(self, depth: int) -> bool:
        if self.arms > 12:
            return False
        kind = self.rng.choice(WORDS)
        self.emit(f"match {self.dynamic(kind, 2)}:")
        self.indent += 1
        cases = self.rng.randrange(1, 4)
        for _ in range(cases):
            self.arms += 1
            pattern = " | ".join(self.pattern(kind) for _ in range(self.rng.choice((1, 1, 2, 3))))
            guard = f" if {self.condition(1)}" if self.chance(0.3) else ""
            self.emit(f"case {pattern}{guard}:")
            self.body(self.rng.randrange(1, 3), depth - 1)
        if self.chance(0.2):
            self.emit(f"case _ if {self.condition(1)}:")
            self.body(1, depth - 1)
        if self.chance(0.6):
            self.emit("case _:")
            self.body(1, depth - 1)
        self.indent -= 1
        return True

    def pattern(self, kind: Int) -> str:
        if self.chance(0.2):
            return f"Color.{self.rng.choice(('RED', 'GREEN', *(('BLUE',) if kind.holds(200) else ())))}"
        return self.literal(kind).strip("()")

    def leave(self) -> bool:
        """A program's early end, or an assert."""
        if self.scope.weight > 1 and self.chance(0.5):
            return False
        if self.chance(0.3):
            self.emit(f"assert {self.condition(2)}")
            return True
        self.emit(f"if {self.condition(2)}:")
        self.indent += 1
        self.emit(f"return {self.dynamic(INTEGERS['s32'], 1)} & 3")
        self.indent -= 1
        return True

    def loop(self, depth: int) -> bool:
        if self.loop_depth >= 2 or self.scope.weight > 20:
            return False
        choice = self.rng.random()
        outer_names, outer_weight = list(self.scope.names), self.scope.weight
        outer_arms, self.arms = self.arms, max(self.arms, 6)
        name = self.fresh("turn")
        if choice < 0.2:
            turns = self._while(name)
        elif choice < 0.4:
            turns = self._for_values(name)
        else:
            turns = self._for_range(name)
        self.scope.weight = outer_weight * turns
        self.loop_depth += 1
        was, self.in_loop = self.in_loop, True
        self.indent += 1
        if choice < 0.2:
            self.emit(f"{name} += 1")
        before = len(self.lines)
        inner = list(self.scope.names)
        for _ in range(self.rng.randrange(1, 4)):
            if self.chance(0.2):
                self.emit(f"if {self.condition(1)}:")
                self.lines.append("    " * (self.indent + 1) + self.rng.choice(("break", "continue")))
            elif not self.statement(depth - 1):
                self.simple()
        if len(self.lines) == before:
            self.emit("pass")
        self.scope.names = inner
        self.indent -= 1
        self.in_loop = was
        self.loop_depth -= 1
        self.scope.weight = outer_weight
        self.scope.names = outer_names
        self.arms = outer_arms + 2
        if self.chance(0.3):
            self.emit("else:")
            self.body(1, depth - 1)
        return True

    def _while(self, name: str) -> int:
        turns = self.rng.randrange(1, 5)
        kind = self.rng.choice([word for word in WORDS if word.bits >= 32])
        self.emit(f"{name}: {kind.name} = 0")
        more = f" and {self.condition(1)}" if self.chance(0.4) else ""
        self.emit(f"while {name} < {turns}{more}:")
        self.add(name, kind, assignable=False)
        return turns

    def _for_values(self, name: str) -> int:
        kind = self.rng.choice(WORDS)
        items = [self.dynamic(kind, 2)]
        items += [self.literal(kind) if self.chance(0.5) else self.value(self.rng.choice(self.below(kind)), 1)
                  for _ in range(self.rng.randrange(0, 3))]
        self.emit(f"for {name} in ({', '.join(items)},):")
        self.add(name, kind, assignable=self.chance(0.3))
        return len(items)

    def _for_range(self, name: str) -> int:
        choice = self.rng.random()
        below = 0
        kind = INTEGERS["u32"]
        if choice < 0.3:
            turns = self.rng.randrange(1, 6)
            text, below = f"range({turns})", turns
        elif choice < 0.45:
            start, turns, step = self.rng.randrange(0, 200), self.rng.randrange(0, 5), self.rng.choice((1, 2, 3, 7))
            text = f"range({start}, {start + turns * step - self.rng.randrange(step)}, {step})"
        elif choice < 0.6:
            stop, turns, step = self.rng.randrange(-2, 4), self.rng.randrange(0, 5), self.rng.choice((1, 2, 3))
            text = f"range({stop + turns * step}, {stop}, {-step})"
            if stop < 0 or stop + turns * step < 0:
                kind = INTEGERS["s64"]
        elif choice < 0.75:
            text, turns = f"unrolled(range({self.rng.randrange(0, 3)}, {self.rng.randrange(3, 6)}))", 5
        else:
            word = self.rng.choice(WORDS)
            turns = 4
            bound = f"{self.dynamic(word, 1)} {self.rng.choice(('& 3', '% 4', '% 3'))}"
            if not word.signed and self.chance(0.3):
                bound = f"min({self.dynamic(word, 1)}, 4)"
            kind = INTEGERS["u32"] if not word.signed and word.bits <= 32 else word
            text = f"range({bound})" if self.chance(0.6) else f"range({self.rng.randrange(2)}, {bound})"
            below = 5
            if kind == INTEGERS["u32"] and self.chance(0.2):
                below = self.rng.randrange(1, 6)
                text = f"range({bound}, {below})"
        self.emit(f"for {name} in {text}:")
        if below and self.chance(0.7):
            self.add(name, kind, assignable=False, index_below=below)
        else:
            self.add(name, kind, assignable=self.chance(0.3))
        return max(turns, 1)
