"""Types of a kernel that never was: a program's own structs, laid out otherwise."""

from __future__ import annotations

from random import Random

from pybpfc_runtime.btf import types
from pybpfc_runtime.btf.core import essential
from pybpfc_runtime.btf.types import Btf, BtfType, Member

_UNSIGNED = (1, 2, 4, 8)  # bytes


def made(local: Btf, choice: Random) -> Btf:
    """Members in another order and at other places, some wider or narrower, some gone, bit fields moved, flavours
    joined into the struct that they are flavours of, enumerators with other values.
    """
    return _Maker(local, choice).run()


class _Maker:
    def __init__(self, local: Btf, choice: Random) -> None:
        self.local = local
        self.choice = choice
        self.types: list[BtfType] = list(local.types)
        self.laid: set[int] = set()
        self.integers = {}
        for size in _UNSIGNED:
            self.integers[size] = len(self.types)
            self.types.append(types.Int(f"u{size * 8}", size, 0, 0, size * 8))

    def run(self) -> Btf:
        self.join_flavours()
        for number, type_ in enumerate(self.types):
            if isinstance(type_, (types.Struct, types.Union_)):
                self.lay_out(number)
        return Btf(self.types, b"\0")

    def join_flavours(self) -> None:
        """What `s` and `s___old` declare is in `s`: a kernel has one of each."""
        first: dict[tuple[int, str], BtfType] = {}
        for number, type_ in enumerate(self.types):
            stem = essential(type_.name)
            known = first.get((type_.kind, stem)) if stem else None
            name = stem if known is None else f"joined_{number}"
            if isinstance(type_, (types.Struct, types.Union_)):
                self.types[number] = copy = type(type_)(name, type_.size, list(type_.members), True)
                if isinstance(known, (types.Struct, types.Union_)):
                    have = {member.name for member in known.members}
                    known.members += [member for member in type_.members if member.name not in have]
            elif isinstance(type_, types.Enum):
                values = [(text, self.choice.randrange(1000)) for text, _ in type_.values]
                self.types[number] = copy = types.Enum(name, type_.size, type_.signed, values)
                if isinstance(known, types.Enum):
                    have = {essential(text) for text, _ in known.values}
                    known.values += [value for value in values if essential(value[0]) not in have]
            elif isinstance(type_, types.Typedef):
                self.types[number] = copy = types.Typedef(name, type_.type)
            else:
                continue
            first.setdefault((type_.kind, stem), copy)

    def lay_out(self, number: int) -> None:
        """Give a struct its places; those that it holds first, for their sizes."""
        struct = self.types[number]
        if not isinstance(struct, (types.Struct, types.Union_)) or number in self.laid:
            return
        self.laid.add(number)
        members = [member for member in struct.members if not member.name or self.choice.random() > 0.05]
        flexible = [member for member in members if self.is_flexible(member)]
        members = [member for member in members if not self.is_flexible(member)]
        self.choice.shuffle(members)
        at, end = 0, 8  # in bytes
        struct.members = []
        for member in members + flexible:
            member = self.varied(member)
            size = self.size(member.type)
            start = 0 if isinstance(struct, types.Union_) else at + self.choice.randrange(4) * 8
            within = self.choice.randrange(size * 8 - member.bits + 1) if member.bits else 0
            struct.members.append(Member(member.name, member.type, start * 8 + within, member.bits))
            at = (start + size + 7) // 8 * 8
            end = max(end, at)
        struct.size = end

    def is_flexible(self, member: Member) -> bool:
        type_ = self.local.resolve(member.type)[1]
        return isinstance(type_, types.Array) and not type_.count

    def varied(self, member: Member) -> Member:
        type_ = self.local.resolve(member.type)[1]
        if not isinstance(type_, types.Int) or self.choice.random() > 0.3:
            return member
        if member.bits:
            return Member(member.name, member.type, 0, self.choice.randrange(1, type_.size * 8 + 1))
        if type_.encoding & types.INT_SIGNED:
            return member
        return Member(member.name, self.integers[self.choice.choice(_UNSIGNED)], 0, 0)

    def size(self, type_id: int) -> int:
        held, type_ = Btf(self.types, b"\0").resolve(type_id)
        if isinstance(type_, types.Array):
            return type_.count * self.size(type_.element)
        self.lay_out(held)
        return Btf(self.types, b"\0").size_of(type_id)
