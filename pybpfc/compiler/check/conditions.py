"""Conditions: what is tested, and what each outcome says about None."""

from __future__ import annotations

import ast

from ...maps import Map
from ...record import state_record
from ..diagnostics.declarations import UnsupportedSyntax
from ..diagnostics.types import ByteOrder, Decided, NotABool, NullComparison, TypeMismatch
from ..source import Span
from ..tree import (
    AtomicOperation,
    CallFunction,
    CallHelper,
    CallKernel,
    Comparison,
    ComparisonChain,
    Expression,
    InlineCall,
    IntegerConstant,
    Logical,
    MapAugment,
    MemoryComparison,
    Negation,
    NoneConstant,
    NoneTest,
    Print,
    Read,
    StringConstant,
    TextComparison,
    Variable,
    VariablePlace,
    Walrus,
    walk,
)
from ..types import (
    BOOL,
    ArrayType,
    BeType,
    BoolType,
    CursorType,
    ErrorType,
    IntType,
    LiteralType,
    Reference,
    Space,
    StringType,
    VoidType,
    is_aggregate,
    is_scalar,
)
from . import kernel
from .conversions import (
    TO_HOST,
    TO_NETWORK,
    adopt,
    coerce,
    common_type,
    describe,
    error_at,
    is_error,
    is_literal,
    not_none,
    settle,
    text_of,
)
from .environment import Environment, join
from .expressions import check, compare_refused, to_value, value
from .function import FunctionChecker, Static

_SYMBOLS: dict[type[ast.cmpop], str] = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
    ast.Is: "is", ast.IsNot: "is not", ast.In: "in", ast.NotIn: "not in",
}


@state_record
class Condition:
    """A tested expression of type bool, and what is known after each outcome."""

    test: Expression
    when_true: Environment
    when_false: Environment


def condition(c: FunctionChecker, node: ast.expr, *, as_value: bool = False, chosen: str = "") -> Condition:
    """Check a condition, starting from `c.env`.

    `as_value`: its result is used as a bool, so the operands of `and` and `or` must be bools.
    `chosen`: another way to write the operation that this is an operand of, if what Python gives is one of the two.
    """
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        inner = condition(c, node.operand)
        test = inner.test if is_error(inner.test) else Negation(BOOL, c.span(node), inner.test)
        return Condition(test, inner.when_false, inner.when_true)
    if isinstance(node, ast.BoolOp):
        return _logical(c, node, as_value, chosen)
    if isinstance(node, ast.Compare):
        return _comparison(c, node)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "bool" \
            and len(node.args) == 1 and not node.keywords and not isinstance(node.args[0], ast.Starred):
        called = check(c, node.func)
        if isinstance(called, Static) and called.value is bool:
            return condition(c, node.args[0])  # what it proves is what its argument proves
    found = value(c, node)
    if as_value and not isinstance(found.type, (BoolType, ErrorType)):
        c.report(NotABool(found.span, text_of(found), describe(found), chosen + _bool_way_out(found)))
        narrowed = truth(c, found) if isinstance(found.type, Reference) else Condition(found, c.env, c.env)
        return Condition(error_at(found.span), narrowed.when_true.copy(), narrowed.when_false.copy())
    return truth(c, found)


def _bool_way_out(found: Expression) -> str:
    if isinstance(found.type, Reference):
        return f"`{text_of(found)} is not None` is a bool"
    return f"`{text_of(found)} != 0` is a bool"


def truth(c: FunctionChecker, found: Expression) -> Condition:
    """The truth of a value: an integer is true where it is not 0, a reference where it is not None."""
    yes, no = c.env.copy(), c.env.copy()
    type_ = found.type
    if isinstance(type_, (BoolType, ErrorType)):
        if isinstance(found, IntegerConstant) and isinstance(type_, BoolType):
            return _constant(c, found, bool(found.value))
        return Condition(found, yes, no)
    if isinstance(found, IntegerConstant) and isinstance(type_, LiteralType):
        return _constant(c, found, bool(found.value))
    if isinstance(type_, (IntType, BeType)):
        return Condition(Comparison(BOOL, found.span, "!=", found, IntegerConstant(type_, found.span, 0)), yes, no)
    if isinstance(type_, Reference) and isinstance(type_.target, StringType):
        shown = text_of(found)
        way_out = f'write `{shown} != ""`' if not type_.nullable else f"`{shown} is not None` asks whether it is there"
        c.report(NotABool(found.span, shown, describe(found), f"Python would ask whether the text is empty: {way_out}"))
        return Condition(error_at(found.span), yes, no)
    if isinstance(type_, Reference):
        return _none_test(c, found, is_none=False)
    c.report(NotABool(found.span, text_of(found), describe(found), "a condition is a bool, an integer or a reference"))
    return Condition(error_at(found.span), yes, no)


def _constant(c: FunctionChecker, found: Expression, true: bool) -> Condition:
    dead = c.env.unreachable()
    test = IntegerConstant(BOOL, found.span, int(true))
    return Condition(test, c.env.copy() if true else dead, dead if true else c.env.copy())


def _variable_of(expression: Expression) -> Variable | None:
    if isinstance(expression, Walrus):
        return expression.variable
    if isinstance(expression, Read) and isinstance(expression.place, VariablePlace):
        return expression.place.variable
    return None


def _none_test(c: FunctionChecker, found: Expression, *, is_none: bool) -> Condition:
    none, some = c.env.copy(), c.env.copy()
    if isinstance(found, NoneConstant):
        test: Expression = IntegerConstant(BOOL, found.span, int(is_none))
    else:
        test = NoneTest(BOOL, found.span, found, is_none)
    variable = _variable_of(found)
    if variable is not None and isinstance(variable.type, Reference) and variable.type.nullable:
        known = c.env.knows(variable)
        none.learn(variable, False)
        some.learn(variable, True)
        if known is False:
            some.reachable = False
        elif known is True:
            none.reachable = False
    return Condition(test, none, some) if is_none else Condition(test, some, none)


def _logical(c: FunctionChecker, node: ast.BoolOp, as_value: bool, chosen: str) -> Condition:
    conjunction = isinstance(node.op, ast.And)
    tests: list[Expression] = []
    leaving: list[Environment] = []
    chosen = chosen or ("" if conjunction else _default(node))
    for operand in node.values:
        # one operand that is no bool says it all
        part = condition(c, operand, as_value=as_value and not any(map(is_error, tests)), chosen=chosen)
        tests.append(part.test)
        leaving.append(part.when_false if conjunction else part.when_true)
        c.env = (part.when_true if conjunction else part.when_false).copy()
    test: Expression = Logical(BOOL, c.span(node), "and" if conjunction else "or", tuple(tests))
    if any(is_error(part) for part in tests):
        test = error_at(c.span(node))
    early = join(leaving)
    return Condition(test, c.env, early) if conjunction else Condition(test, early, c.env)


def _default(node: ast.BoolOp) -> str:
    """`x or default`, where `x` may be evaluated twice, and `test and a or b`, as conditionals."""
    first, shown = node.values[0], ast.unparse(node.values[0])
    if len(node.values) != 2:
        return ""
    otherwise = ast.unparse(node.values[1])
    if isinstance(first, ast.BoolOp) and isinstance(first.op, ast.And) and len(first.values) == 2:
        test, then = map(ast.unparse, first.values)
        return f"a choice is `{then} if {test} else {otherwise}`; "
    if isinstance(first, (ast.Name, ast.Attribute)):
        return f"a default is `{shown} if {shown} else {otherwise}`; "
    return ""


def _comparison(c: FunctionChecker, node: ast.Compare) -> Condition:
    if len(node.ops) == 1:
        return _single(c, node)
    return _chain(c, node)


def _single(c: FunctionChecker, node: ast.Compare) -> Condition:
    operator, right_node = node.ops[0], node.comparators[0]
    span = c.span(node)
    symbol = _SYMBOLS[type(operator)]
    if isinstance(operator, (ast.In, ast.NotIn)):
        test = _membership(c, node, right_node)
        if isinstance(operator, ast.NotIn) and not is_error(test):
            test = Negation(BOOL, span, test)
        return Condition(test, c.env.copy(), c.env.copy())
    left = value(c, node.left)
    right = value(c, right_node)
    if is_error(left) or is_error(right):
        return Condition(error_at(span), c.env.copy(), c.env.copy())
    if isinstance(operator, (ast.Is, ast.IsNot)):
        if isinstance(left, NoneConstant):
            left, right = right, left
        if not isinstance(right, NoneConstant):
            return Condition(compare_refused(c, span, symbol, left, right, "`is` compares with None only; use `==`"),
                             c.env.copy(), c.env.copy())
        if not isinstance(left.type, Reference):
            return Condition(compare_refused(c, span, symbol, left, right,
                                             "only references can be None; an integer is compared with a number"),
                             c.env.copy(), c.env.copy())
        return _none_test(c, left, is_none=isinstance(operator, ast.Is))
    test = compare(c, span, symbol, left, right)
    if isinstance(test, IntegerConstant) and isinstance(test.type, BoolType):
        return _constant(c, test, bool(test.value))
    return Condition(test, c.env.copy(), c.env.copy())


def compare(c: FunctionChecker, node_span: object, symbol: str, left: Expression, right: Expression) -> Expression:
    """One comparison of two values."""
    from ..source import Span

    assert isinstance(node_span, Span)
    span = node_span
    if is_error(left) or is_error(right):
        return error_at(span)
    if isinstance(left, NoneConstant) or isinstance(right, NoneConstant):
        text = text_of(left if isinstance(right, NoneConstant) else right)
        c.report(NullComparison(span, symbol, f"{text} is None" if symbol == "==" else f"{text} is not None"))
        return error_at(span)
    a, b = left.type, right.type
    for side in (left, right):
        if isinstance(side.type, VoidType) and not isinstance(side, StringConstant):
            c.report(TypeMismatch(side.span, "a value", describe(side), "make the call a statement of its own"))
            return error_at(span)
    if isinstance(a, Reference) or isinstance(b, Reference) or isinstance(right, StringConstant) \
            or isinstance(left, StringConstant):
        return _compare_memory(c, span, symbol, left, right)
    if isinstance(left, IntegerConstant) and isinstance(right, IntegerConstant) and is_literal(left) \
            and is_literal(right):
        outcome = {"==": left.value == right.value, "!=": left.value != right.value, "<": left.value < right.value,
                   "<=": left.value <= right.value, ">": left.value > right.value,
                   ">=": left.value >= right.value}[symbol]
        return IntegerConstant(BOOL, span, int(outcome))
    if isinstance(a, BeType) or isinstance(b, BeType):
        return _compare_network(c, span, symbol, left, right)
    if isinstance(a, BoolType) and isinstance(b, BoolType):
        if symbol in ("==", "!="):
            return Comparison(BOOL, span, symbol, left, right)
        return compare_refused(c, span, symbol, left, right, "bools are equal or not; combine them with `and`, `or`")
    if isinstance(a, BoolType) or isinstance(b, BoolType):
        return compare_refused(c, span, symbol, left, right, "a bool is tested by itself: `if x:` or `if not x:`")
    if isinstance(a, CursorType) or isinstance(b, CursorType):
        return compare_refused(c, span, symbol, left, right, "cursors are not compared")
    if is_literal(left):
        left = adopt(c, left, b)
    elif is_literal(right):
        right = adopt(c, right, a)
    elif isinstance(a, IntType) and isinstance(b, IntType):
        type_ = common_type(a, b)
        left, right = coerce(c, left, type_), coerce(c, right, type_)
    else:
        return compare_refused(c, span, symbol, left, right, "both sides must have one type")
    if is_error(left) or is_error(right):
        return error_at(span)
    _warn_if_decided(c, span, symbol, left, right)
    return Comparison(BOOL, span, symbol, left, right)


def _warn_if_decided(c: FunctionChecker, span: Span, symbol: str, left: Expression, right: Expression) -> None:
    """A comparison that every value of a type answers alike, such as `u32 < 0`."""
    if isinstance(left, IntegerConstant):
        symbol = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}.get(symbol, symbol)
        left, right = right, left
    type_ = left.type
    if isinstance(left, IntegerConstant) or not isinstance(right, IntegerConstant) or not isinstance(type_, IntType):
        return
    low, high = type_.minimum, type_.maximum
    always = {"<": low >= right.value, "<=": high <= right.value, ">": high <= right.value,
              ">=": low >= right.value}.get(symbol, False)
    if always:
        c.report(Decided(span, text_of(left), "never" if symbol in ("<", ">") else "always", str(type_), low, high))


def _compare_network(c: FunctionChecker, span: object, symbol: str, left: Expression, right: Expression) -> Expression:
    from ..source import Span

    assert isinstance(span, Span)
    network, other = (left, right) if isinstance(left.type, BeType) else (right, left)
    assert isinstance(network.type, BeType)
    if isinstance(other, IntegerConstant) and is_literal(other) and (other.value != 0 or symbol not in ("==", "!=")):
        bits = network.type.bits
        if symbol in ("==", "!="):
            hint = f"{TO_HOST[bits]}({text_of(network)}) {symbol} {text_of(other)}"
        else:
            hint = f"{TO_HOST[bits]}({text_of(network)}) {symbol} ..."
        c.report(ByteOrder(span, str(network.type), "an integer constant", hint))
        return error_at(span)
    if isinstance(other.type, IntType):
        c.report(ByteOrder(span, str(network.type), str(other.type),
                           f"{TO_HOST[network.type.bits]}({text_of(network)})` or "
                           f"`{TO_NETWORK[network.type.bits]}({text_of(other)})"))
        return error_at(span)
    if symbol not in ("==", "!="):
        return compare_refused(c, span, symbol, left, right,
                               f"the order of network bytes is not that of numbers: `{TO_HOST[network.type.bits]}(x)`")
    left, right = coerce(c, left, network.type), coerce(c, right, network.type)
    if is_error(left) or is_error(right):
        return error_at(span)
    return Comparison(BOOL, span, symbol, left, right)


def _compare_memory(c: FunctionChecker, span: object, symbol: str, left: Expression, right: Expression) -> Expression:
    from ..source import Span

    assert isinstance(span, Span)
    if isinstance(left, StringConstant):
        left, right = right, left
    a, b = left.type, right.type
    packet = (Space.PACKET, Space.PACKET_END)
    if isinstance(a, Reference) and isinstance(b, Reference) and a.space in packet and b.space in packet \
            and not (is_aggregate(a.target) and is_aggregate(b.target)):
        return Comparison(BOOL, span, symbol, not_none(c, left), not_none(c, right))
    if isinstance(right, StringConstant) and isinstance(a, Reference) and isinstance(a.target, StringType):
        if symbol not in ("==", "!="):
            return compare_refused(c, span, symbol, left, right, "a Str is equal to a constant or not")
        left = kernel.plainly_read(c, not_none(c, left))
        if is_error(left):
            return left
        if len(right.text) > a.target.count:
            return compare_refused(c, span, symbol, left, right, f"the constant has {len(right.text)} bytes, "
                                   f"the field {a.target.count}: they never match")
        text = right.text + b"\0" if len(right.text) < a.target.count else right.text
        return TextComparison(BOOL, span, left, text, symbol == "==")
    if isinstance(right, StringConstant) and isinstance(a, Reference) and isinstance(a.target, ArrayType) \
            and isinstance(a.target.element, IntType) and a.target.element.bits == 8:
        if symbol not in ("==", "!="):
            return compare_refused(c, span, symbol, left, right, "an array is equal to a constant or not")
        left = kernel.plainly_read(c, not_none(c, left))
        if is_error(left):
            return left
        if len(right.text) != a.target.count:
            return compare_refused(c, span, symbol, left, right, f"the constant has {len(right.text)} bytes, "
                                   f"the array {a.target.count}: they never match")
        return TextComparison(BOOL, span, left, right.text, symbol == "==")
    for side in (left, right):
        if isinstance(side.type, Reference) and is_scalar(side.type.target):
            return compare_refused(c, span, symbol, left, right, f"read the scalar: `{text_of(side)}.value`")
    if isinstance(a, Reference) and isinstance(b, Reference) and a.target == b.target and is_aggregate(a.target):
        if symbol not in ("==", "!="):
            return compare_refused(c, span, symbol, left, right, "structs and arrays are equal or not")
        addresses = f" {symbol} ".join(f"u64({kernel.source_of(side)})" for side in (left, right))
        if not kernel.of_known_layout(c, left, f"compare the addresses: `{addresses}`", span):
            return error_at(span)
        left, right = (kernel.plainly_read(c, not_none(c, side)) for side in (left, right))
        if is_error(left) or is_error(right):
            return error_at(span)
        return MemoryComparison(BOOL, span, left, right, symbol == "==")
    way_out = "both sides must have one type"
    if isinstance(right, StringConstant) and isinstance(a, IntType):
        way_out = "a character is compared by its number, as in `== 0x2f`"
    if isinstance(left, StringConstant) and isinstance(right, StringConstant):
        way_out = f"both are constants: compare them in the module, where Python runs, `SAME = {span.text}`"
    return compare_refused(c, span, symbol, left, right, way_out)


def _membership(c: FunctionChecker, node: ast.Compare, container: ast.expr) -> Expression:
    """`x in (a, b)` and `key in map`."""
    from .maps import key_argument, operand, operation_refused, reference

    span = c.span(node)
    if isinstance(container, ast.Tuple):
        elements: list[Expression] = [value(c, item) for item in container.elts]
    elif isinstance(container, ast.Call) and isinstance(container.func, ast.Name) and container.func.id == "range":
        c.report(UnsupportedSyntax(span, "`in range(...)`", "a range is a loop's", "compare: `low <= x < high`"))
        return error_at(span)
    elif isinstance(container, (ast.List, ast.Set)):
        c.report(UnsupportedSyntax(c.span(container), "a list or set display", "there is no memory to allocate",
                                   "write a tuple: `x in (a, b)`"))
        return error_at(span)
    else:
        found = operand(c, check(c, container))
        if isinstance(found, Static) and isinstance(found.value, Map):
            if "contains" not in found.value.kind.operators:
                way_out = "call `lookup` and test the result" if "lookup" in found.value.kind.methods else \
                    f"it has {', '.join(sorted(found.value.kind.methods)) or 'no methods'}"
                return operation_refused(c, span, found, "in", way_out)
            declaration = c.module.map_declaration(found, c)
            key = key_argument(c, declaration, node.left)
            if declaration is None or key is None:
                return error_at(span)
            call = CallHelper(Reference(declaration.value or BOOL, Space.MAP_VALUE, True), span,
                              c.module.helper("bpf_map_lookup_elem"),
                              (reference(found, declaration), key))
            return NoneTest(BOOL, span, call, False)
        if isinstance(found, Static) and isinstance(found.value, (tuple, frozenset, set, range, list, dict)) \
                and len(found.value) <= 64:
            elements = [to_value(c, Static(item, found.span, repr(item))) for item in found.value]
        else:
            subject = value(c, node.left)
            if (isinstance(found, Expression) and is_error(found)) or is_error(subject):
                return error_at(span)
            container_value = found if isinstance(found, Expression) else to_value(c, found)
            if is_error(container_value):
                return container_value
            return compare_refused(c, span, "in", subject, container_value, "`in` works on maps and on literal tuples")
    subject = value(c, node.left)
    if is_error(subject) or any(map(is_error, elements)):
        return error_at(span)
    subject = settle(c, subject)
    if not elements:
        return IntegerConstant(BOOL, span, 0)
    from ..tree import Sequenced

    held = c.hidden("in", subject.type, span)
    again = Read(subject.type, subject.span, VariablePlace(subject.type, subject.span, held))
    bindings = [(held, subject)]
    if any(map(has_effects, elements)):  # Python makes the whole tuple before it looks into it
        elements = [_hold(c, item, bindings, True) for item in elements]
    tests = tuple(compare(c, span, "==", again, item) for item in elements)
    if any(map(is_error, tests)):
        return error_at(span)
    test = tests[0] if len(tests) == 1 else Logical(BOOL, span, "or", tests)
    return Sequenced(BOOL, span, tuple(bindings), test)


def has_effects(expression: Expression) -> bool:
    """Whether something else can tell that an expression was evaluated."""
    return any(isinstance(part, (Walrus, CallFunction, CallHelper, CallKernel, InlineCall, AtomicOperation, MapAugment,
                             Print))
               for part in walk(expression))


def _chain(c: FunctionChecker, node: ast.Compare) -> Condition:
    """`a < b < c`: the middle is evaluated once, the rest only while the comparisons hold."""
    span = c.span(node)
    for operator in node.ops:
        if isinstance(operator, (ast.Is, ast.IsNot, ast.In, ast.NotIn)):
            c.report(UnsupportedSyntax(span, f"`{_SYMBOLS[type(operator)]}` in a chain of comparisons",
                                       "it is hard to read", "write two comparisons with `and`"))
            return Condition(error_at(span), c.env.copy(), c.env.copy())
    operands = [value(c, item) for item in (node.left, *node.comparators)]
    if any(map(is_error, operands)):
        return Condition(error_at(span), c.env.copy(), c.env.copy())
    rebinds = any(isinstance(part, Walrus) for operand in operands for part in walk(operand))
    links: list[tuple[tuple[Variable, Expression], ...]] = []
    tests: list[Expression] = []
    left = operands[0]
    for position, (operator, right) in enumerate(zip(node.ops, operands[1:], strict=True)):
        symbol = _SYMBOLS[type(operator)]
        bindings: list[tuple[Variable, Expression]] = []
        if position == 0:
            left = _hold(c, left, bindings, rebinds)
        right = _hold(c, right, bindings, rebinds)
        links.append(tuple(bindings))
        tests.append(compare(c, span, symbol, left, right))
        left = right
    if any(map(is_error, tests)):
        return Condition(error_at(span), c.env.copy(), c.env.copy())
    return Condition(ComparisonChain(BOOL, span, tuple(links), tuple(tests)), c.env.copy(), c.env.copy())


def _hold(c: FunctionChecker, operand: Expression, bindings: list[tuple[Variable, Expression]],
          rebinds: bool) -> Expression:
    """The operand once more; `rebinds`: an operand assigns to a variable (`a < (a := b)`), so variables count too."""
    if isinstance(operand, (IntegerConstant, StringConstant)):
        return operand
    if isinstance(operand, Read) and isinstance(operand.place, VariablePlace) and not rebinds:
        return operand
    held = c.hidden("operand", operand.type, operand.span)
    bindings.append((held, operand))
    return Read(operand.type, operand.span, VariablePlace(operand.type, operand.span, held))
