"""Random statements: every kind the contract has a meaning for, in bodies that provably end."""

from __future__ import annotations

import random

from .declarations import TEXTS, literal_of, size_of
from .draw_expressions import LOGIC, WORDS, Callable_, Expressions, Name, Scope
from .kinds import BOOL, INTEGERS, SCALARS, Array, Be, Bool, Field, Illegal, Int, Kind, Pointer, Struct, Text, common
from .model import Model

STRUCTS = ("Pair", "R0", "R1", "R2", "Nest")
SLOTS = 64  # of Results.v


class Statements(Expressions):
    """Draws the statements of one function into `lines`."""

    def __init__(self, rng: random.Random, model: Model, cpu: str, *, program: bool) -> None:
        super().__init__(rng, model, cpu)
        self.program = program
        self.lines: list[str] = []
        self.indent = 1
        self.count = 0
        self.slot = 0
        self.stack = 0  # bytes of structs made so far, about
        self.loop_depth = 0
        self.in_loop = False  # `break` and `continue` are possible
        self.arms = 0
        self.left_by_return = False

    def emit(self, text: str) -> None:
        self.lines.append("    " * self.indent + text)
        self.cost += self.scope.weight

    def fresh(self, prefix: str = "v") -> str:
        self.count += 1
        return f"{prefix}{self.count}"

    def add(self, name: str, kind: Kind, **options: object) -> Name:
        made = Name(name, kind, **options)  # type: ignore[arg-type]
        self.scope.names.append(made)
        return made

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
                 (self.struct, 8), (self.store_memory, 8), (self.record, 10), (self.map_write, 7), (self.atomic_alone, 2),
                 (self.call_alone, 3), (self.alias, 3)]
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

    # --- locals

    def new_scalar(self) -> bool:
        kind: Kind = self.rng.choice([*WORDS, *WORDS, BOOL, *[SCALARS[f"be{bits}"] for bits in (16, 32, 64)]])
        if sum(not isinstance(name.kind, (Struct, Array, Text, Pointer)) for name in self.scope.names) > 10:
            return self.assign()
        name = self.fresh()
        choice = self.rng.random()
        if isinstance(kind, Int) and choice < 0.15:
            self.emit(f"{name}: {kind.name} = {self.literal(kind)}")
        elif isinstance(kind, Int) and choice < 0.25:
            self.emit(f"{name}: {kind.name} = {self.fitting(kind, 2)}")
        elif choice < 0.35:
            self.emit(f"{name}: {kind.name} = {self.value(kind, 3)}")
        elif choice < 0.42 and isinstance(kind, Int) and kind.bits >= 32:
            # the type of the first value that is no constant
            self.emit(f"{name} = {self.literal(kind)}")
            self.emit(f"{name} = {self.dynamic(kind, 2)}")
            self.add(name, kind)
            return True
        elif choice < 0.46:
            kind = INTEGERS["s64"]
            self.emit(f"{name} = {self.literal(kind)}")  # nothing else is ever assigned
            self.add(name, kind, assignable=False)
            return True
        else:
            self.emit(f"{name} = {self.dynamic(kind, 3) if isinstance(kind, Int) else self.value(kind, 3)}")
        self.add(name, kind)
        return True

    def local(self) -> Name | None:
        names = [name for name in self.scope.names if name.assignable and isinstance(name.kind, (Int, Bool, Be))
                 and not name.index_below]
        return self.rng.choice(names) if names else None

    def stored(self, kind: Kind, width: int = 0) -> str:
        """A value that may be assigned to a place of this kind; a bit field's must provably fit its width."""
        if isinstance(kind, Int) and width and width < kind.bits:
            return self._bits_of(kind, Int(width, kind.signed))
        if isinstance(kind, Int):
            choice = self.rng.random()
            if choice < 0.12:
                return self.literal(kind)
            if choice < 0.27:
                return self.fitting(kind, 2)
            if choice < 0.32:
                return self.boolean(1)
            if choice < 0.4:
                return self.value(self.rng.choice(self.below(kind)), 2)
        return self.value(kind, 3)  # type: ignore[arg-type]

    def _bits_of(self, kind: Int, limits: Int) -> str:
        if self.chance(0.3):
            return self.literal(limits)
        text = self.dynamic(kind, 2)
        choice = self.rng.random()
        if choice < 0.5:
            return f"({text} & {limits.high >> self.rng.choice((0, 0, 1))})"
        if choice < 0.7 and limits.high > 0:
            return f"({text} % {self.rng.choice((limits.high, limits.high // 2 + 1))})"
        if choice < 0.85:
            return f"max(min({text}, {limits.high}), {limits.low})" if kind.signed else f"min({text}, {limits.high})"
        return f"({text} >> {kind.bits - limits.bits})"

    def assign(self) -> bool:
        found = self.local()
        if found is None or self.chance(0.4):
            place = self.place(write=True)
            if place is None or not isinstance(place[1].kind, (Int, Bool, Be)):
                return False
            self.emit(f"{place[0]} = {self.stored(place[1].kind, place[1].width)}")
            return True
        self.emit(f"{found.name} = {self.stored(found.kind)}")
        return True

    def augment(self) -> bool:
        found = self.local()
        if found is not None and self.chance(0.5):
            text, kind = found.name, found.kind
        else:
            place = self.place(write=True)
            if place is None or not isinstance(place[1].kind, (Int, Bool, Be)):
                return False
            text, kind = place[0], place[1].kind
        if not isinstance(kind, Int):
            operator = self.rng.choice(LOGIC)
            self.emit(f"{text} {operator}= {self.value(kind, 2)}")
            return True
        operator = self.rng.choice(("+", "-", "*", "//", "%", "<<", ">>", "&", "|", "^", "+"))
        if operator in ("<<", ">>"):
            width = max(kind.bits, 32) if operator == "<<" else kind.bits
            count = str(self.rng.randrange(width)) if self.chance(0.4) else self.dynamic(self.rng.choice(WORDS), 2)
            self.emit(f"{text} {operator}= {count}")
            return True
        if self.chance(0.3):
            self.emit(f"{text} {operator}= {self.literal(kind, nonzero=operator in ('//', '%'))}")
            return True
        words = []
        for word in WORDS:
            try:
                if common(kind, word).signed == kind.signed:
                    words.append(word)
            except Illegal:
                continue
        self.emit(f"{text} {operator}= {self.dynamic(self.rng.choice(words), 2)}")
        return True

    def unpack(self) -> bool:
        """Tuple assignment: swaps, of scalars and of memory."""
        targets: list[tuple[str, Field]] = []
        arrays = [item.kind for struct in self.model.structs.values() for item in struct.fields
                  if isinstance(item.kind, Array)]
        wanted = self.rng.choice((None, None, None, self.model.structs["Pair"], self.rng.choice(arrays)))
        for _ in range(self.rng.choice((2, 2, 3))):
            found = self.local()
            if found is not None and self.chance(0.6):
                targets.append((found.name, Field("", found.kind)))
                continue
            place = self.place(wanted, write=True)
            if place is None or isinstance(place[1].kind, (Pointer, Text)) or place[0] == place[2].name:
                return False
            targets.append((place[0], place[1]))
        values = []
        for text, field in targets:
            same = [other for other, one in targets if (one.kind, one.width) == (field.kind, field.width)
                    and other != text]
            if same and self.chance(0.7):
                values.append(self.rng.choice(same))
            elif isinstance(field.kind, Array):
                values.append(self.content(field.kind))
            elif isinstance(field.kind, Struct):
                values.append(text)
            else:
                values.append(self.stored(field.kind, field.width))
        if len(targets) == 3 and self.chance(0.4):
            names = [text for text, _ in targets]
            self.emit(f"{names[0]}, ({names[1]}, {names[2]}) = {values[0]}, ({values[1]}, {values[2]})")
            return True
        self.emit(f"{', '.join(text for text, _ in targets)} = {', '.join(values)}")
        return True

    def chain(self) -> bool:
        """`a = b = value`, of one type or of wider ones."""
        kind = self.rng.choice(WORDS)
        targets = []
        for _ in range(2):
            place = self.place(self.rng.choice([word for word in WORDS if kind in self.below(word)]), write=True)
            if place is None or place[1].width or (place[2].index_below and place[0] == place[2].name):
                return False
            targets.append(place[0])
        self.emit(f"{targets[0]} = {targets[1]} = {self.dynamic(kind, 2)}")
        return True

    # --- memory

    def _fields(self, kind: Struct, names: list[str]) -> str:
        parts = []
        for name in names:
            field = kind.field(name)
            parts.append(f"{name}={self.content(field.kind, field.width)}")
        return ", ".join(parts)

    def content(self, kind: Kind, width: int = 0) -> str:
        """What a field is given: a value, a literal, or memory that is copied."""
        if isinstance(kind, Struct):
            found = [name.name for name in self.roots() if name.kind == kind]
            if found and self.chance(0.6):
                return self.rng.choice(found)
            place = self.place(kind)
            if place is not None and self.chance(0.6):
                return place[0]
            return f"{kind.name}.zero()" if self.chance(0.3) else \
                f"{kind.name}({self._fields(kind, [field.name for field in kind.fields])})"
        if isinstance(kind, Array):
            place = self.place(kind)
            if place is not None and self.chance(0.5):
                return place[0]
            return f"({', '.join(self.content(kind.element) for _ in range(kind.count))},)"
        if isinstance(kind, Text):
            place = self.place(kind)
            if place is not None and self.chance(0.4):
                return place[0]
            return repr(self.rng.choice([text for text in TEXTS if len(text) <= kind.count])).replace("'", '"')
        return self.stored(kind, width)

    def struct(self) -> bool:
        """A fresh object: constructed, zeroed, or copied."""
        kind = self.model.structs[self.rng.choice(STRUCTS)]
        if self.stack + size_of(kind) > 150:
            return False
        self.stack += size_of(kind)
        same = [name.name for name in self.roots() if name.kind == kind]
        choice = self.rng.random()
        if same and choice < 0.3:
            text = f"copy({self.rng.choice(same)})"
        elif choice < 0.6:
            names = [field.name for field in kind.fields]
            text = f"{kind.name}.zero({self._fields(kind, self.rng.sample(names, self.rng.randrange(len(names) + 1)))})"
        else:
            text = f"{kind.name}({self._fields(kind, [field.name for field in kind.fields])})"
        name = self.fresh("made")
        self.emit(f"{name} = {text}")
        self.add(name, kind, on_stack=True, atomic=self.aligned(kind))
        return True

    def aligned(self, kind: Struct) -> bool:
        return kind.name in ("Pair", "In", "Results")

    def alias(self) -> bool:
        """A second name for memory, not a copy of it."""
        aggregates = [name for name in self.roots() if isinstance(name.kind, (Struct, Array)) and name.name != "out"]
        if not aggregates:
            return False
        root = self.rng.choice(aggregates)
        if isinstance(root.kind, Struct) and root.kind.name == "In":
            name = self.fresh("ref")
            field = self.rng.choice([field for field in root.kind.fields if isinstance(field.kind, Array)])
            self.emit(f"{name} = {root.name}.{field.name}")
            self.add(name, field.kind, assignable=root.assignable)
            return True
        text, kind = root.name, root.kind
        inner = [field for field in kind.fields if isinstance(field.kind, (Struct, Array))] \
            if isinstance(kind, Struct) else []
        if inner and self.chance(0.6):
            chosen = self.rng.choice(inner)
            text, kind = f"{text}.{chosen.name}", chosen.kind
        name = self.fresh("ref")
        self.emit(f"{name} = {text}")
        # `rodata` stays what it is under another name
        self.add(name, kind, assignable=root.assignable, atomic=False)
        return True

    def store_memory(self) -> bool:
        """A field or an element that is itself a struct, an array or text: copied."""
        kinds = [field.kind for struct in self.model.structs.values() for field in struct.fields
                 if isinstance(field.kind, (Struct, Array, Text))]
        kind = self.rng.choice(kinds)
        place = self.place(kind, write=True)
        if place is None or place[0] == place[2].name or place[0].startswith("out.") or place[0].startswith("i."):
            return False
        self.emit(f"{place[0]} = {self.content(kind)}")
        return True

    # --- results

    def record(self) -> bool:
        """Write a value into the results map."""
        if not self.program:
            return False
        kind: Kind = self.rng.choice([*WORDS, BOOL, SCALARS["be32"]])
        self.result(self.value(kind, 3), kind)
        return True

    def result(self, text: str, kind: Kind) -> None:
        shown = f"to_bits({text})" if isinstance(kind, Be) else text
        slot = self.slot % SLOTS
        self.slot += 1
        self.emit(f"out.v[{slot}] = out.v[{slot}] * 31 + u64({shown})")

    def results(self) -> None:
        """Write every name in scope into the results map."""
        for name in list(self.scope.names):
            if name.name in ("i", "out"):
                continue
            self._result_of(name.name, name.kind)

    def _result_of(self, text: str, kind: Kind) -> None:
        if isinstance(kind, Struct):
            for field in kind.fields:
                self._result_of(f"{text}.{field.name}", field.kind)
        elif isinstance(kind, (Array, Text)):
            for index in {0, kind.count - 1}:
                self._result_of(f"{text}[{index}]", kind.element if isinstance(kind, Array) else INTEGERS["u8"])
        elif not isinstance(kind, Pointer):
            self.result(text, kind)

    # --- maps, atomics, calls

    def map_write(self) -> bool:
        name = self.rng.choice([name for name in self.model.maps if name != "results"])
        map_ = self.model.maps[name]
        hashed = name.startswith("h_")
        if hashed and self.scope.hash_held:
            return False
        key = self.key(name)
        if key is None:
            return False
        self.touches_hash |= hashed
        numeric = isinstance(map_.value, Int) and map_.value.bits >= 32
        choice = self.rng.random()
        if numeric and choice < 0.3:
            assert isinstance(map_.value, Int)
            amount = self.literal(map_.value) if self.chance(0.4) else self.dynamic(map_.value, 2)
            self.emit(f"{name}[{key}] {self.rng.choice(('+=', '-='))} {amount}")
            return True
        content = self.whole(map_.value)
        if choice < 0.6:
            self.emit(f"{name}[{key}] = {content}")
        elif choice < 0.8 or not hashed:
            flags = self.rng.choice(("", "", ", BPF_ANY", ", BPF_NOEXIST", ", BPF_EXIST"))
            self.outcome(f"{name}.update({key}, {content}{flags})")
        elif choice < 0.9:
            self.outcome(f"{name}.delete({key})")
        else:
            self.emit(f"del {name}[{key}]")
        return True

    def whole(self, kind: Kind) -> str:
        """A value for a map."""
        if not isinstance(kind, Struct):
            return self.stored(kind)
        same = [name.name for name in self.roots() if name.kind == kind]
        if same and self.chance(0.7):
            return self.rng.choice(same)
        return f"{kind.name}.zero({self._fields(kind, [kind.fields[0].name])})"

    def outcome(self, call: str) -> None:
        """A call whose result is 0 or a negative errno."""
        if self.program and self.chance(0.6):
            self.result(call, INTEGERS["s64"])
        else:
            self.emit(call)

    def atomic_alone(self) -> bool:
        word = self.rng.choice([word for word in WORDS if word.bits >= 32])
        text = self.atomic(word, 1)
        if text is None:
            return False
        self.emit(text)
        return True

    def call_alone(self) -> bool:
        functions = [function for function in self.scope.functions if self.may_call(function)
                     and not isinstance(function.result, (Struct, Pointer))]
        if not functions:
            return False
        function = self.rng.choice(functions)
        self.emit(self.call(function, 1))
        return True

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
        self.emit(f"return {self.dynamic(INTEGERS['s32'], 1)}")
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
            if stop < 0:
                kind = INTEGERS["s64"]
            elif stop + turns * step < 0:
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


__all__ = ["Callable_", "Scope", "Statements", "literal_of"]
