"""Random simple statements: assignments of every kind, objects, maps, atomics, results."""

from __future__ import annotations

import random

from .declarations import TEXTS, size_of
from .draw_expressions import LOGIC, WORDS, Expressions, Name
from .kinds import BOOL, INTEGERS, SCALARS, Array, Be, Bool, Field, Illegal, Int, Kind, Pointer, Struct, Text, common
from .model import Model

STRUCTS = ("Pair", "R0", "R1", "R2", "Nest")
SLOTS = 64  # of Results.v


class Simple(Expressions):
    """Draws statements without a body into `lines`."""

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

    def add(self, name: str, kind: Kind, *, assignable: bool = True, on_stack: bool = False, atomic: bool = True,
            index_below: int = 0) -> None:
        self.scope.names.append(Name(name, kind, assignable, on_stack, atomic, index_below))

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
        return self.value(kind, 3)

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
        if self.chance(0.25):
            self.rng.shuffle(parts)  # evaluated as they stand, not as the fields lie
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
            self.add(name, field.kind, assignable=root.assignable, atomic=False)  # the kernel allows none on packets
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
            flags = self.rng.choice(([], [], ["BPF_ANY"], ["BPF_NOEXIST"], ["BPF_EXIST"]))
            written = self.arguments(["key", "value", "flags"][:2 + len(flags)], [key, content, *flags])
            self.outcome(f"{name}.update({written})")
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
