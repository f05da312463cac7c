"""Make a failing program small: leave out statements, then parts of expressions, while it fails in the same way."""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from .generate import Module, Program
from .judge import Failure, judge, only

_ROUNDS = 12
_BLOCKS = ("body", "orelse", "cases")


def minimise(module: Module, failure: Failure, attempts: int = 400) -> Failure:
    """The failure of the smallest program that was found.

    Args:
        module: where the program was in.
        failure: of one of its programs.
        attempts: how many smaller programs are tried, at most.
    """
    best = failure
    left = attempts

    def text_now() -> str:
        return best.program.text

    def fails(text: str) -> Failure | None:
        nonlocal left
        left -= 1
        if left < 0:
            return None
        program = Program(failure.program.name, text, failure.program.packets)
        try:
            found = judge(only(module, program))
        except Exception:
            return None  # a candidate that is no program at all, such as one without a name that it uses
        return next((item for item in found if _same(item, failure)), None)

    for _ in range(_ROUNDS):
        before = best
        for text in _smaller(text_now):
            smaller = fails(text)
            if smaller is not None:
                best = smaller
        if best is before or left < 0:
            break
    return replace(best, program=replace(best.program, packets=failure.program.packets))


def _same(one: Failure, other: Failure) -> bool:
    return one.kind == other.kind and _signature(one) == _signature(other)


def _signature(failure: Failure) -> object:
    if failure.kind == "refused":
        return frozenset(re.findall(r"BPF\d+", failure.detail.splitlines()[0]))
    if failure.kind in ("rejected", "internal"):
        return re.sub(r"p\d+|R?\d+|0x[0-9a-f]+", "", failure.detail.splitlines()[0])
    return failure.kind


def _smaller(text: Callable[[], str]) -> Iterator[str]:
    """Candidates, each from the best text so far: one edit at a time."""
    for edits in (_statement_edits, _expression_edits):
        position = 0
        while True:
            tree = ast.parse(text())
            found = list(edits(tree))
            if position >= len(found):
                break
            size = len(text())
            found[position]()
            ast.fix_missing_locations(tree)
            try:
                candidate = ast.unparse(tree)
                ast.parse(candidate)
            except (SyntaxError, ValueError, AttributeError):
                position += 1
                continue
            yield "\n\n\n" + candidate + "\n"
            if len(text()) == size:  # it was not taken
                position += 1


def _statement_edits(tree: ast.AST) -> Iterator[Callable[[], None]]:
    for node in ast.walk(tree):
        for name in _BLOCKS:
            block = getattr(node, name, None)
            if not isinstance(block, list):
                continue
            for index, item in enumerate(block):
                if isinstance(item, ast.FunctionDef) and item.decorator_list[0].id == "xdp":  # type: ignore[attr-defined]
                    continue
                yield _remove(block, index, name == "body" and not isinstance(node, ast.Module))
                inner = getattr(item, "body", None)
                if isinstance(item, (ast.If, ast.For, ast.While)) and isinstance(inner, list):
                    yield _lift(block, index, inner)
                    if item.orelse:
                        yield _lift(block, index, item.orelse)


def _remove(block: list[ast.stmt], index: int, keep: bool) -> Callable[[], None]:
    def edit() -> None:
        del block[index]
        if keep and not block:
            block.append(ast.Pass())

    return edit


def _lift(block: list[ast.stmt], index: int, inner: list[ast.stmt]) -> Callable[[], None]:
    def edit() -> None:
        block[index : index + 1] = inner

    return edit


def _expression_edits(tree: ast.AST) -> Iterator[Callable[[], None]]:
    """Each expression by each of its operands."""
    for node in ast.walk(tree):
        for name, value in ast.iter_fields(node):
            if isinstance(value, ast.expr) and not isinstance(node, (ast.FunctionDef, ast.AnnAssign, ast.arg)):
                for part in _parts(value):
                    yield _set(node, name, part)
            elif isinstance(value, list) and name not in ("targets", "decorator_list"):
                for index, item in enumerate(value):
                    if isinstance(item, ast.expr):
                        for part in _parts(item):
                            yield _set_item(value, index, part)
                if name in ("values", "comparators") and len(value) > (2 if name == "values" else 1):
                    for index in range(len(value)):
                        yield _drop(node, value, index)


def _parts(value: ast.expr) -> Iterator[ast.expr]:
    if isinstance(value, (ast.Name, ast.Constant)):
        return
    for child in ast.iter_child_nodes(value):
        if isinstance(child, ast.expr) and not (isinstance(value, ast.Call) and child is value.func):
            yield copy.deepcopy(child)
    if isinstance(value, (ast.BinOp, ast.Call, ast.IfExp, ast.Compare)):
        yield ast.Constant(1)


def _set(node: ast.AST, name: str, part: ast.expr) -> Callable[[], None]:
    return lambda: setattr(node, name, part)


def _set_item(block: list[ast.expr], index: int, part: ast.expr) -> Callable[[], None]:
    def edit() -> None:
        block[index] = part

    return edit


def _drop(node: ast.AST, block: list[ast.expr], index: int) -> Callable[[], None]:
    def edit() -> None:
        del block[index]
        if isinstance(node, ast.Compare):
            del node.ops[index]

    return edit
