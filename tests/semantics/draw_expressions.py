"""Random expressions of a wanted type. Everything is in parentheses: the tree is drawn, not Python's precedence."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from .declarations import TEXTS, corner
from .kinds import (
    BOOL,
    INTEGERS,
    SCALARS,
    Array,
    Be,
    Bool,
    Field,
    Illegal,
    Int,
    Kind,
    Pointer,
    Struct,
    Text,
    common,
    promoted,
)
from .model import Model

WORDS = list(INTEGERS.values())
LOGIC = ("&", "|", "^")
ORDER = ("==", "!=", "<", "<=", ">", ">=")


@dataclass
class Name:
    """A name in scope."""

    name: str
    kind: Kind
    assignable: bool = True
    on_stack: bool = False  # a reference to an object that this function made
    atomic: bool = True  # its fields are aligned
    index_below: int = 0  # a loop variable that is always below this


@dataclass
class Callable_:
    name: str
    parameters: list[Kind]
    result: Kind | None
    inline: bool
    cost: int
    touches_hash: bool


@dataclass
class Scope:
    """What an expression may use."""

    names: list[Name] = field(default_factory=list)
    functions: list[Callable_] = field(default_factory=list)
    hash_held: bool = False  # a reference into a hash map is in use: no entry may be replaced
    calls: bool = True
    weight: int = 1  # how often the code runs, at most


class Expressions:
    """Draws expressions; `scope` changes as statements are drawn."""

    def __init__(self, rng: random.Random, model: Model, cpu: str) -> None:
        self.rng = rng
        self.model = model
        self.fetching = cpu in ("v3", "v4")  # atomics that return the old value
        self.scope = Scope()
        self.assigned_globals: set[str] = set()
        self.touches_hash = False
        self.cost = 0
        self.no_constant = False

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    # --- leaves

    def roots(self) -> list[Name]:
        """Names of aggregates and globals, with the locals."""
        found = list(self.scope.names)
        for variable in self.model.variables.values():
            found.append(Name(variable.name, variable.kind, not variable.constant,
                              atomic=not variable.name.endswith(("R0", "R2"))))
        return found

    def place(self, kind: Kind | None = None, *, write: bool = False,
              atomic: bool = False) -> tuple[str, Field, Name] | None:
        """A random place: its text, its field (for the width), the name it starts at.

        Args:
            kind: what it holds; any scalar by default.
            write: it will be assigned.
            atomic: it must be aligned memory.
        """
        roots = self.roots()
        for _ in range(12):
            root = self.rng.choice(roots)
            if atomic and (not root.atomic or not root.assignable or root.name == "i"):
                continue
            if write and not root.assignable:
                continue
            text, found = root.name, Field(root.name, root.kind)
            while isinstance(found.kind, (Struct, Array, Pointer, Text)):
                if isinstance(found.kind, Struct):
                    if kind is not None and not isinstance(kind, (Int, Bool, Be)) and found.kind == kind:
                        break
                    found = self.rng.choice(found.kind.fields)
                    text = f"{text}.{found.name}"
                elif isinstance(found.kind, Pointer):
                    text, found = f"{text}.value", Field("value", found.kind.target)
                else:
                    if kind == found.kind:
                        break
                    element = found.kind.element if isinstance(found.kind, Array) else INTEGERS["u8"]
                    text, found = f"{text}[{self.index(found.kind.count)}]", Field("", element)
            if kind is not None and found.kind != kind:
                continue
            if atomic and (found.width or (text == root.name and root.name not in self.model.variables)):
                continue
            if write and text == root.name and root.name in self.model.variables:
                self.assigned_globals.add(root.name)
            return text, found, root
        return None

    def index(self, count: int) -> str:
        """An index that is provably in range."""
        below = [name.name for name in self.scope.names if 0 < name.index_below <= count]
        choice = self.rng.random()
        if below and choice < 0.5:
            return self.rng.choice(below)
        if choice < 0.65:
            return str(self.rng.randrange(count))
        was, self.no_constant = self.no_constant, True
        word = self.rng.choice(WORDS)
        text = self.variable(word) or "i.a_u8"
        self.no_constant = was
        if count & count - 1 == 0 and self.chance(0.6):
            return f"{text} & {count - 1}"
        if not word.signed and self.chance(0.4):
            return f"min({text}, {count - 1})"
        return f"{text} % {count}"

    def variable(self, kind: Kind) -> str | None:
        """A name or a place of exactly this kind."""
        names = [name.name for name in self.scope.names if name.kind == kind]
        if names and self.chance(0.6):
            return self.rng.choice(names)
        if self.scope.names and self.scope.names[0].name == "i" and isinstance(kind, (Int, Be, Bool)) \
                and self.chance(0.5):
            return f"i.{self.rng.choice('abc')}_{kind.name}"
        found = self.place(kind)
        if found is not None:
            return found[0]
        return self.rng.choice(names) if names else f"{self.rng.choice('gr')}_{kind.name}"

    def literal(self, kind: Int, *, nonzero: bool = False) -> str:
        """A bare constant that fits."""
        value = corner(self.rng, kind)
        if nonzero and value == 0:
            value = self.rng.choice((1, 3, kind.high))
        if kind == INTEGERS["u8"] and self.chance(0.1):
            return f"Color.{self.rng.choice(('RED', 'GREEN', 'BLUE'))}"
        return f"({value})" if value < 0 else str(value)

    def leaf(self, kind: Kind) -> str:
        if isinstance(kind, Int) and not self.no_constant and self.chance(0.15):
            return f"{kind.name}({corner(self.rng, self.rng.choice(WORDS))})"
        if isinstance(kind, Bool) and not self.no_constant and self.chance(0.05):
            return self.rng.choice(("True", "False"))
        return self.variable(kind) or f"g_{kind.name}"

    # --- integers

    def value(self, kind: Kind, depth: int) -> str:
        """An expression of exactly this scalar kind."""
        if isinstance(kind, Bool):
            return self.boolean(depth)
        if isinstance(kind, Be):
            return self.network(kind, depth)
        assert isinstance(kind, Int)
        if depth <= 0 or self.chance(0.1):
            return self.leaf(kind)
        draw = self.rng.choices((self._binary, self._shift, self._unary, self._cast, self._extremum, self._ternary,
                                 self._walrus, self._call, self._get, self._atomic, self._bits),
                                (30, 10, 8, 14, 6, 7, 3, 6, 3, 2, 3))[0]
        found = draw(kind, depth - 1)
        return found if found is not None else self._binary(kind, depth - 1) or self.leaf(kind)

    def below(self, kind: Int) -> list[Int]:
        """The types whose common type with `kind` is `kind`."""
        found = []
        for word in WORDS:
            try:
                if common(word, kind) == kind:
                    found.append(word)
            except Illegal:
                continue
        return found

    def _binary(self, kind: Int, depth: int) -> str | None:
        operators = ["&", "|", "^", "//", "%"] + (["+", "-", "*"] * 2 if kind.bits >= 32 else [])
        operator = self.rng.choice(operators)
        base = kind
        if operator in "+-*" and kind.bits == 32:
            base = Int(self.rng.choice((8, 16, 32, 32)), kind.signed)
        left: str
        if self.chance(0.2):
            fits = promoted(operator, base)
            constant = self.literal(fits, nonzero=operator in ("//", "%"))
            if operator in LOGIC and not kind.signed and self.chance(0.3):
                constant = f"~{self.rng.choice((0, 1, 2, 15, base.high))}"
            if operator not in ("//", "%") and self.chance(0.4):
                return f"({constant} {operator} {self.dynamic(base, depth)})"
            if operator in ("//", "%") and self.chance(0.3):
                return f"({self.literal(fits)} {operator} {self.dynamic(base, depth)})"
            return f"({self.value(base, depth)} {operator} {constant})"
        other = self.rng.choice(self.below(base))
        kinds = [base, other]
        self.rng.shuffle(kinds)
        left = self.value(kinds[0], depth)
        right = self.dynamic(kinds[1], depth) if operator in ("//", "%") else self.value(kinds[1], depth)
        return f"({left} {operator} {right})"

    def dynamic(self, kind: Kind, depth: int) -> str:
        """An expression that is not a single constant: those are judged when they are compiled."""
        was, self.no_constant = self.no_constant, True
        text = self.value(kind, depth)
        self.no_constant = was
        return text

    def _shift(self, kind: Int, depth: int) -> str | None:
        operator = self.rng.choice(("<<", ">>")) if kind.bits >= 32 else ">>"
        left = kind
        if operator == "<<" and kind.bits == 32:
            left = Int(self.rng.choice((8, 16, 32)), kind.signed)
        if self.chance(0.15):
            count = Int(self.rng.choice((8, 16, 32)), kind.signed) if operator == "<<" and kind.bits == 32 else kind
            return f"({self.literal(kind)} {operator} {self.dynamic(count, depth)})"
        text = self.value(left, depth)
        if self.chance(0.4):
            return f"({text} {operator} {self.rng.choice((0, 1, kind.bits - 1, self.rng.randrange(kind.bits)))})"
        return f"({text} {operator} {self.dynamic(self.rng.choice(WORDS), depth)})"

    def _unary(self, kind: Int, depth: int) -> str | None:
        if kind.bits >= 32 and self.chance(0.5):
            source = Int(self.rng.choice((8, 16, 32)), kind.signed) if kind.bits == 32 else kind
            return f"(-{self.dynamic(source, depth)})"
        return f"(~{self.dynamic(kind, depth)})"

    def _cast(self, kind: Int, depth: int) -> str | None:
        if self.chance(0.15):
            return f"{kind.name}({self.boolean(depth)})"
        return f"{kind.name}({self.dynamic(self.rng.choice(WORDS), depth)})"

    def _extremum(self, kind: Int, depth: int) -> str | None:
        if kind.signed and kind.bits >= 32 and self.chance(0.4):
            source = Int(self.rng.choice((8, 16, 32)), True) if kind.bits == 32 else kind
            return f"abs({self.dynamic(source, depth)})"
        if not kind.signed and self.chance(0.1):
            return f"abs({self.dynamic(kind, depth)})"
        operands = [self.dynamic(kind, depth)]
        for _ in range(self.rng.choice((1, 1, 2))):
            words = [word for word in self.below(kind) if word.signed == kind.signed]
            operands.append(self.literal(kind) if self.chance(0.3) else self.value(self.rng.choice(words), depth - 1))
        self.rng.shuffle(operands)
        return f"{self.rng.choice(('min', 'max'))}({', '.join(operands)})"

    def _ternary(self, kind: Int, depth: int) -> str | None:
        test = self.condition(depth)
        arms = [self.dynamic(kind, depth), self.literal(kind) if self.chance(0.3) else
                self.dynamic(self.rng.choice(self.below(kind)), depth)]
        self.rng.shuffle(arms)
        return f"({arms[0]} if {test} else {arms[1]})"

    def _walrus(self, kind: Int, depth: int) -> str | None:
        names = [name.name for name in self.scope.names
                 if name.kind == kind and name.assignable and not name.index_below]
        if not names:
            return None
        return f"({self.rng.choice(names)} := {self.dynamic(kind, depth)})"

    def _call(self, kind: Kind, depth: int) -> str | None:
        found = [function for function in self.scope.functions if function.result == kind and self.may_call(function)]
        return self.call(self.rng.choice(found), depth) if found else None

    def may_call(self, function: Callable_) -> bool:
        if not self.scope.calls or (function.touches_hash and self.scope.hash_held):
            return False
        if self.cost + function.cost * self.scope.weight > 1200:
            return False
        stacked = {name.kind.name for name in self.scope.names if name.on_stack}
        return all(not isinstance(kind, Struct) or kind.name in stacked for kind in function.parameters)

    def call(self, function: Callable_, depth: int) -> str:
        self.cost += function.cost * self.scope.weight
        self.touches_hash |= function.touches_hash
        arguments = []
        for kind in function.parameters:
            if isinstance(kind, Struct):
                arguments.append(self.rng.choice([name.name for name in self.scope.names
                                                  if name.on_stack and name.kind == kind]))
            elif isinstance(kind, Int) and self.chance(0.2):
                arguments.append(self.literal(kind))
            elif isinstance(kind, Int) and self.chance(0.3):
                arguments.append(self.fitting(kind, min(depth, 1)))
            else:
                arguments.append(self.value(kind, min(depth, 1)))
        return f"{function.name}({self.arguments([f'a{number}' for number in range(len(arguments))], arguments)})"

    def arguments(self, names: list[str], values: list[str]) -> str:
        """The arguments of a call: by position, or from some position on by name and in any order."""
        first = self.rng.randrange(len(values) + 1) if self.chance(0.25) else len(values)
        named = [f"{name}={value}" for name, value in zip(names[first:], values[first:], strict=True)]
        self.rng.shuffle(named)
        return ", ".join(values[:first] + named)

    def _get(self, kind: Kind, depth: int) -> str | None:
        maps = [map_ for map_ in self.model.maps.values() if map_.value == kind]
        if not maps:
            return None
        map_ = self.rng.choice(maps)
        key = self.key(map_.name)
        if key is None:
            return None
        default = self.literal(kind) if isinstance(kind, Int) and self.chance(0.5) else self.value(kind, min(depth, 1))
        return f"{map_.name}.get({self.arguments(['key', 'default'], [key, default])})"

    def key(self, name: str) -> str | None:
        """A key of few different values, so that lookups find something."""
        map_ = self.model.maps[name]
        if isinstance(map_.key, Int):
            word = self.rng.choice([word for word in self.below(map_.key) if not word.signed])
            if self.chance(0.25):
                return str(self.rng.randrange(6))
            text = f"({self.dynamic(word, 1)} & {self.rng.choice((3, 7))})"
            return text if self.chance(0.5) or map_.key.signed else f"{map_.key.name}{text}"
        found = [item.name for item in self.scope.names if item.kind == map_.key]
        if found:
            return self.rng.choice(found)
        assert isinstance(map_.key, Struct)
        scalar = [item for item in map_.key.fields if isinstance(item.kind, Int) and not item.kind.signed]
        if not scalar:
            return f"{map_.key.name}.zero()"
        chosen = self.rng.choice(scalar)
        return f"{map_.key.name}.zero({chosen.name}={self.rng.randrange(2)})"

    def _atomic(self, kind: Int, depth: int) -> str | None:
        return self.atomic(kind, depth) if self.fetching else None

    def atomic(self, kind: Int, depth: int) -> str | None:
        """An atomic operation on memory that is aligned and of 32 or 64 bits."""
        if kind.bits < 32:
            return None
        found = self.place(kind, atomic=True)
        if found is None:
            return None
        operand = self.literal(kind) if self.chance(0.3) else self.dynamic(kind, depth)
        name = self.rng.choice(("add", "or", "and", "xor", "xchg", "cmpxchg")) if self.fetching else "add"
        if name == "cmpxchg":
            operand = f"{self.literal(kind) if self.chance(0.5) else self.leaf(kind)}, {operand}"
        return f"atomic_{name}({found[0]}, {operand})"

    def _bits(self, kind: Int, depth: int) -> str | None:
        if kind.signed or kind.bits == 8:
            return None
        swap = {16: "ntohs", 32: "ntohl", 64: "be64_to_cpu"}[kind.bits]
        return f"{self.rng.choice((swap, 'to_bits'))}({self.network(Be(kind.bits), depth)})"

    def network(self, kind: Be, depth: int) -> str:
        if depth <= 0 or self.chance(0.3):
            return self.leaf(kind)
        host = Int(kind.bits, False)
        match self.rng.randrange(5):
            case 0:
                swap = {16: "htons", 32: "htonl", 64: "cpu_to_be64"}[kind.bits]
                return f"{swap}({self._host(host, depth)})"
            case 1:
                return f"from_bits({kind.name}, {self._host(host, depth)})"
            case 2:
                return f"({self.network(kind, depth - 1)} {self.rng.choice(LOGIC)} {self.network(kind, depth - 1)})"
            case 3:
                return f"(~{self.network(kind, depth - 1)})"
        return f"({self.network(kind, depth - 1)} if {self.condition(depth - 1)} else {self.network(kind, depth - 1)})"

    def _host(self, kind: Int, depth: int) -> str:
        if self.chance(0.3) and not self.no_constant:
            return self.literal(kind)
        return self.value(kind, depth - 1)

    def fitting(self, kind: Int, depth: int) -> str:
        """An expression of another type whose range provably fits `kind`: no cast is needed."""
        word = self.rng.choice([word for word in WORDS if word != kind])
        text = self.dynamic(word, depth)
        if word in self.below(kind) and self.chance(0.5):
            return text
        limit = min(kind.high, word.high)
        choice = self.rng.randrange(4)
        if choice == 0 and not word.signed:
            return f"min({text}, {self.rng.choice((limit, limit // 3 + 1))})"
        if choice == 1:
            return f"({text} % {self.rng.choice((limit, limit // 2 + 1, 7))})"
        if choice == 2 and word.bits > kind.bits and not word.signed:
            return f"({text} >> {word.bits - kind.bits + kind.signed})"
        return f"({text} & {self.rng.choice((limit, limit >> 1, 1))})"

    # --- conditions

    def boolean(self, depth: int) -> str:
        """A value of type bool."""
        if depth <= 0 or self.chance(0.15):
            return self.leaf(BOOL)
        choice = self.rng.random()
        if choice < 0.5:
            return f"({self.comparison(depth - 1)})"
        if choice < 0.65:
            return f"(not {self.condition(depth - 1)})"
        if choice < 0.8:
            operator = self.rng.choice(("and", "or"))
            return f"({self.boolean(depth - 1)} {operator} {self.boolean(depth - 1)})"
        if choice < 0.87:
            return f"({self.boolean(depth - 1)} {self.rng.choice(LOGIC)} {self.boolean(depth - 1)})"
        if choice < 0.93:
            return f"bool({self.condition(depth - 1)})"
        if choice < 0.97:
            items = ", ".join(self.condition(depth - 1) for _ in range(self.rng.randrange(2, 4)))
            return f"{self.rng.choice(('any', 'all'))}(({items}))"
        return self._call(BOOL, depth - 1) or self.leaf(BOOL)

    def condition(self, depth: int) -> str:
        """Something that may stand behind `if`: integers count too."""
        choice = self.rng.random()
        if choice < 0.45 or depth <= 0:
            return f"({self.comparison(depth - 1)})"
        if choice < 0.65:
            operator = self.rng.choice(("and", "or"))
            return f"({self.condition(depth - 1)} {operator} {self.condition(depth - 1)})"
        if choice < 0.8:
            return self.value(self.rng.choice(WORDS), depth - 1)
        if choice < 0.88:
            return f"(not {self.condition(depth - 1)})"
        return self.boolean(depth - 1)

    def comparison(self, depth: int) -> str:
        choice = self.rng.random()
        if choice < 0.12:
            found = self._compare_memory()
            if found is not None:
                return found
        elif choice < 0.2:
            return self._membership(depth)
        elif choice < 0.26:
            kind = SCALARS[self.rng.choice(("be16", "be32", "be64"))]
            assert isinstance(kind, Be)
            return f"{self.network(kind, depth)} {self.rng.choice(('==', '!='))} {self.network(kind, depth)}"
        elif choice < 0.3:
            return f"{self.boolean(depth)} {self.rng.choice(('==', '!='))} {self.boolean(depth)}"
        kind = self.rng.choice(WORDS)
        operands = [self.dynamic(kind, depth)]
        for _ in range(self.rng.choice((1, 1, 1, 2, 3))):
            operands.append(self.dynamic(self.rng.choice(self.below(kind)), depth))
        if len(operands) == 2 and self.chance(0.35):
            operands[1] = self.literal(kind)
        if len(operands) == 3 and self.chance(0.5):
            operands[0] = self.literal(kind)
            operands[2] = self.literal(kind)
            operands[1] = self.dynamic(kind, depth)
        elif len(operands) > 2:
            operands = [self.dynamic(kind, depth) for _ in operands]
        text = operands[0]
        for operand in operands[1:]:
            text += f" {self.rng.choice(ORDER)} {operand}"
        return text

    def _compare_memory(self) -> str | None:
        aggregates = [name for name in self.roots() if isinstance(name.kind, Struct) and name.kind.name != "In"]
        choice = self.rng.random()
        if choice < 0.45:
            texts = [name for name in self.roots() if isinstance(name.kind, Struct)
                     and any(isinstance(item.kind, Text) for item in name.kind.fields)]
            if not texts:
                return None
            root = self.rng.choice(texts)
            assert isinstance(root.kind, Struct)
            item = self.rng.choice([item for item in root.kind.fields if isinstance(item.kind, Text)])
            assert isinstance(item.kind, Text)
            word = self.rng.choice([text for text in TEXTS if len(text) <= item.kind.count])
            if self.chance(0.3):
                return f'{root.name}.{item.name}.startswith("{word}")'
            return f'{root.name}.{item.name} {self.rng.choice(("==", "!="))} "{word}"'
        if not aggregates:
            return None
        left = self.rng.choice(aggregates)
        others = [name for name in aggregates if name.kind == left.kind]
        return f"{left.name} {self.rng.choice(('==', '!='))} {self.rng.choice(others).name}"

    def _membership(self, depth: int) -> str:
        operator = self.rng.choice(("in", "not in"))
        if self.chance(0.4):
            name = self.rng.choice(list(self.model.maps))
            key = self.key(name)
            if key is not None and name.startswith("h_"):
                return f"{key} {operator} {name}"
        kind = self.rng.choice(WORDS)
        items = [self.literal(kind) if self.chance(0.6) else self.value(kind, depth - 1)
                 for _ in range(self.rng.randrange(1, 5))]
        return f"{self.dynamic(kind, depth)} {operator} ({', '.join(items)},)"
