"""2xxx: types, constants and operations."""

from __future__ import annotations

from typing import ClassVar

from ...record import record
from ..source import Span
from ..types import Type
from .diagnostic import Diagnostic


@record
class Revealed(Diagnostic):
    code: ClassVar[str] = "BPF2000"
    severity: ClassVar[str] = "note"
    title: ClassVar[str] = "the type is `{type}`"
    label: ClassVar[str] = "revealed here"
    type: Type


@record
class TypeMismatch(Diagnostic):
    code: ClassVar[str] = "BPF2001"
    title: ClassVar[str] = "expected `{expected}`, found {found}"
    label: ClassVar[str] = "this is {found}"
    help: ClassVar[str] = "{way_out}"
    expected: str
    found: str
    way_out: str


@record
class ByteOrder(Diagnostic):
    code: ClassVar[str] = "BPF2002"
    title: ClassVar[str] = "`{found}` and `{other}` differ in byte order"
    label: ClassVar[str] = "network and host order meet here"
    note: ClassVar[str] = "be16, be32 and be64 are network order; a host integer is little-endian on this target"
    help: ClassVar[str] = "convert one side: `{conversion}`; pybpfc.net has ntohs, ntohl, htons and htonl"
    found: str
    other: str
    conversion: str


@record
class LiteralDoesNotFit(Diagnostic):
    code: ClassVar[str] = "BPF2003"
    title: ClassVar[str] = "{value} does not fit `{type}`"
    label: ClassVar[str] = "`{type}` holds {minimum} to {maximum}"
    help: ClassVar[str] = "cast the other side to a wider type, or write `{type}({value})` to wrap the constant"
    value: int
    type: Type
    minimum: int
    maximum: int


@record
class NegativeLiteral(Diagnostic):
    code: ClassVar[str] = "BPF2004"
    title: ClassVar[str] = "{value} is negative, `{type}` is unsigned"
    label: ClassVar[str] = "it would wrap"
    help: ClassVar[str] = ("write `{type}({value})` where the wrapped value is meant; what may be negative needs a "
                           "signed type: `name: s64 = {value}`")
    value: int
    type: Type


@record
class CannotOperate(Diagnostic):
    code: ClassVar[str] = "BPF2005"
    title: ClassVar[str] = "`{operator}` does not work on {left}{second}"
    label: ClassVar[str] = "computed here"
    help: ClassVar[str] = "{way_out}"
    operator: str
    left: str
    right: str
    way_out: str

    @property
    def message(self) -> str:
        second = f" and {self.right}" if self.right else ""
        return f"`{self.operator}` does not work on {self.left}{second}"


@record
class CannotCompare(Diagnostic):
    code: ClassVar[str] = "BPF2006"
    title: ClassVar[str] = "`{operator}` cannot compare {left} with {right}"
    label: ClassVar[str] = "compared here"
    help: ClassVar[str] = "{way_out}"
    operator: str
    left: str
    right: str
    way_out: str


@record
class FloatDivision(Diagnostic):
    code: ClassVar[str] = "BPF2007"
    title: ClassVar[str] = "`/` makes a float, and BPF has none"
    label: ClassVar[str] = "divided here"
    help: ClassVar[str] = "`//` divides integers and rounds down, as in Python"


@record
class ConstantDivision(Diagnostic):
    code: ClassVar[str] = "BPF2008"
    title: ClassVar[str] = "division by zero"
    label: ClassVar[str] = "this is 0"
    help: ClassVar[str] = "at run time `x // 0` is 0 and `x % 0` is x; as a constant it is a mistake"


@record
class ShiftTooLarge(Diagnostic):
    code: ClassVar[str] = "BPF2009"
    title: ClassVar[str] = "a shift of `{type}` by {count}"
    label: ClassVar[str] = "must be below {bits}"
    help: ClassVar[str] = "{way_out}"
    count: int
    type: str
    bits: int
    way_out: str


@record
class NotABool(Diagnostic):
    code: ClassVar[str] = "BPF2010"
    title: ClassVar[str] = "`{text}` is {found}, not a bool"
    label: ClassVar[str] = "used as a truth value here"
    note: ClassVar[str] = "`and`, `or` and `not` take any condition in a test; their result as a value is a bool only"
    help: ClassVar[str] = "{way_out}"
    text: str
    found: str
    way_out: str


@record
class UnknownField(Diagnostic):
    code: ClassVar[str] = "BPF2011"
    title: ClassVar[str] = "`{struct}` has no field `{name}`"
    label: ClassVar[str] = "unknown field"
    help: ClassVar[str] = "{way_out}"
    struct: str
    name: str
    known: str
    way_out: str


@record
class MayBeNone(Diagnostic):
    code: ClassVar[str] = "BPF2012"
    title: ClassVar[str] = "`{name}` {how} here"
    label: ClassVar[str] = "`{type}` {reason}"
    related: ClassVar[dict[str, str]] = {"origin": "{origin_text}"}
    note: ClassVar[str] = "the verifier refuses to follow a pointer that may be null"
    help: ClassVar[str] = "{way_out}"
    name: str
    how: str
    type: Type
    origin: Span | None
    origin_text: str
    reason: str
    way_out: str


@record
class WrongArguments(Diagnostic):
    code: ClassVar[str] = "BPF2013"
    title: ClassVar[str] = "`{name}` {problem}"
    label: ClassVar[str] = "called here"
    help: ClassVar[str] = "{signature}"
    name: str
    problem: str
    signature: str


@record
class WrongFields(Diagnostic):
    code: ClassVar[str] = "BPF2014"
    title: ClassVar[str] = "`{struct}(...)` {problem}"
    label: ClassVar[str] = "constructed here"
    help: ClassVar[str] = "{way_out}"
    struct: str
    problem: str
    way_out: str


@record
class MapRead(Diagnostic):
    code: ClassVar[str] = "BPF2015"
    title: ClassVar[str] = "`{map}[{key}]` cannot be read: the key could be absent"
    label: ClassVar[str] = "read here"
    help: ClassVar[str] = "`{map}.lookup({key})` gives the value or None; `{map}.get({key}, default)` a scalar"
    map: str
    key: str


@record
class MapOperation(Diagnostic):
    code: ClassVar[str] = "BPF2016"
    title: ClassVar[str] = "`{operation}` does not work on `{map}`, which is a map of class {kind}"
    label: ClassVar[str] = "used here"
    help: ClassVar[str] = "{way_out}"
    operation: str
    map: str
    kind: str
    way_out: str


@record
class NotAReference(Diagnostic):
    code: ClassVar[str] = "BPF2017"
    title: ClassVar[str] = "`{text}` is {found}"
    label: ClassVar[str] = "used here"
    help: ClassVar[str] = "{way_out}"
    text: str
    found: str
    way_out: str


@record
class OneType(Diagnostic):
    code: ClassVar[str] = "BPF2018"
    title: ClassVar[str] = "`{name}` is `{declared}`, it cannot become `{given}`"
    label: ClassVar[str] = "this is `{given}`"
    related: ClassVar[dict[str, str]] = {"first": "`{name}` got its type here"}
    note: ClassVar[str] = "a name keeps one type throughout the function"
    help: ClassVar[str] = "{way_out}"
    name: str
    declared: str
    given: str
    first: Span | None
    way_out: str


@record
class IndexOutOfRange(Diagnostic):
    code: ClassVar[str] = "BPF2019"
    title: ClassVar[str] = "index {index} is outside of an array of {count}"
    label: ClassVar[str] = "must be below {count}"
    help: ClassVar[str] = "{way_out}"
    index: int
    count: int
    way_out: str


@record
class MissingReturn(Diagnostic):
    code: ClassVar[str] = "BPF2022"
    title: ClassVar[str] = "`{name}` can end without a `return`"
    label: ClassVar[str] = "it must return `{type}` on every path"
    help: ClassVar[str] = "end it with `return ...`"
    name: str
    type: str


@record
class IllegalReturn(Diagnostic):
    code: ClassVar[str] = "BPF2023"
    title: ClassVar[str] = "{value} is no {what}"
    label: ClassVar[str] = "the kernel knows {legal}"
    help: ClassVar[str] = "{way_out}"
    value: str
    what: str
    legal: str
    way_out: str = "return one of these"


@record
class NotIterable(Diagnostic):
    code: ClassVar[str] = "BPF2024"
    title: ClassVar[str] = "`for` cannot loop over `{text}`"
    label: ClassVar[str] = "looped over here"
    help: ClassVar[str] = "{way_out}"
    text: str
    way_out: str


@record
class CannotAssign(Diagnostic):
    code: ClassVar[str] = "BPF2025"
    title: ClassVar[str] = "`{text}` cannot be assigned: {why}"
    label: ClassVar[str] = "assigned here"
    help: ClassVar[str] = "{way_out}"
    text: str
    why: str
    way_out: str


@record
class WrongUnpacking(Diagnostic):
    code: ClassVar[str] = "BPF2026"
    title: ClassVar[str] = "{targets} names for {values} values"
    label: ClassVar[str] = "unpacked here"
    help: ClassVar[str] = "{way_out}"
    targets: int
    values: int
    way_out: str

    @property
    def message(self) -> str:
        return f"{self.targets} names for {self.values} value{'' if self.values == 1 else 's'}"


@record
class NullComparison(Diagnostic):
    code: ClassVar[str] = "BPF2027"
    title: ClassVar[str] = "`{operator}` does not compare with None"
    label: ClassVar[str] = "compared here"
    help: ClassVar[str] = "write `{identity}`"
    operator: str
    identity: str


@record
class WrongFormat(Diagnostic):
    code: ClassVar[str] = "BPF2028"
    title: ClassVar[str] = "{problem}"
    label: ClassVar[str] = "formatted here"
    help: ClassVar[str] = "{way_out}"
    problem: str
    way_out: str


@record
class WrongPattern(Diagnostic):
    code: ClassVar[str] = "BPF2029"
    title: ClassVar[str] = "{problem}"
    label: ClassVar[str] = "this pattern"
    help: ClassVar[str] = "{way_out}"
    problem: str
    way_out: str


@record
class BadAnnotation(Diagnostic):
    code: ClassVar[str] = "BPF2030"
    title: ClassVar[str] = "{problem}"
    label: ClassVar[str] = "annotated here"
    help: ClassVar[str] = "{way_out}"
    problem: str
    way_out: str


@record
class TwoSpaces(Diagnostic):
    code: ClassVar[str] = "BPF2031"
    title: ClassVar[str] = "`{name}` is called with `{parameter}` in {here} and in {there}"
    label: ClassVar[str] = "here it points to {here}"
    related: ClassVar[dict[str, str]] = {"first": "here it points to {there}"}
    note: ClassVar[str] = "a subprogram is compiled once, and memory of different kinds is read in different ways"
    help: ClassVar[str] = "make it `@inline`, or write one subprogram for each"
    name: str
    parameter: str
    here: str
    there: str
    first: Span | None


@record
class Unused(Diagnostic):
    code: ClassVar[str] = "BPF2032"
    severity: ClassVar[str] = "warning"
    title: ClassVar[str] = "this expression does nothing"
    label: ClassVar[str] = "its value is not used"
    help: ClassVar[str] = "assign it, test it, or remove it"


@record
class Unreachable(Diagnostic):
    code: ClassVar[str] = "BPF2033"
    severity: ClassVar[str] = "warning"
    title: ClassVar[str] = "this code is never reached"
    label: ClassVar[str] = "nothing leads here"
    help: ClassVar[str] = "remove it, or correct the condition or `return` before it"


@record
class UntrustedRead(Diagnostic):
    code: ClassVar[str] = "BPF2034"
    title: ClassVar[str] = "`{text}` points to {space}, which a plain load may not follow"
    label: ClassVar[str] = "{reason}"
    note: ClassVar[str] = "{rule}"
    help: ClassVar[str] = "read it by a probe: `{way_out}`"
    text: str
    space: str
    way_out: str
    reason: str = "not known to be valid"
    rule: str = "only pointers that the verifier trusts are followed by plain loads"


@record
class WrongParameter(Diagnostic):
    code: ClassVar[str] = "BPF2040"
    title: ClassVar[str] = "`{name}` does not fit what the kernel passes"
    label: ClassVar[str] = "{problem}"
    note: ClassVar[str] = "in the kernel: {prototype}"
    help: ClassVar[str] = "{way_out}"
    name: str
    problem: str
    prototype: str
    way_out: str


@record
class Decided(Diagnostic):
    code: ClassVar[str] = "BPF2041"
    severity: ClassVar[str] = "warning"
    title: ClassVar[str] = "this comparison is {when} true"
    label: ClassVar[str] = "`{text}` is a `{type}`, {low} to {high}"
    help: ClassVar[str] = "remove the test, or give the value a type that can hold what it asks for"
    text: str
    when: str
    type: str
    low: int
    high: int


@record
class RepeatedCase(Diagnostic):
    code: ClassVar[str] = "BPF2042"
    severity: ClassVar[str] = "warning"
    title: ClassVar[str] = "this pattern never matches: an earlier case has it"
    label: ClassVar[str] = "{value} again"
    related: ClassVar[dict[str, str]] = {"first": "matched here"}
    help: ClassVar[str] = "remove it, or correct the value"
    value: int
    first: Span | None = None
