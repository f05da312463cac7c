"""Source text to syntax trees, with an index by which a function object finds its `def`."""

from __future__ import annotations

import ast
import linecache
import os
import re
from types import CodeType

from ...record import record
from ..diagnostics import CompileError
from ..diagnostics.declarations import SyntaxProblem
from ..source import SourceFile, Span


@record
class ParsedModule:
    """A source file with its tree; functions by name and first line (that of the first decorator), and for each line
    the innermost statement on it that can declare something."""

    source: SourceFile
    tree: ast.Module
    functions: dict[tuple[str, int], ast.FunctionDef]
    statements: dict[int, ast.stmt]


class Sources:
    """The source files of one compilation, each read and parsed once.

    Attributes:
        modules: the files of the program's own modules by name, which `sys.modules` need not know any more.
    """

    def __init__(self, root: str) -> None:
        self.modules: dict[str, str] = {}
        self._root = root  # paths are shown relative to this folder
        self._parsed: dict[str, ParsedModule] = {}

    def add(self, path: str, text: str) -> ParsedModule:
        """Parse a file that was just read.

        Raises:
            CompileError: Python cannot parse it.
        """
        parsed = self._parsed.get(path)
        if parsed is None:
            parsed = self._parsed[path] = parse(SourceFile.of(path, self._display(path), text))
        return parsed

    def get(self, path: str) -> ParsedModule | None:
        """The file a code object came from, or None where its text is not to be had."""
        parsed = self._parsed.get(path)
        if parsed is None:
            text = "".join(linecache.getlines(path))
            if not text:
                return None
            parsed = self.add(path, text)
        return parsed

    def find(self, code: CodeType) -> tuple[ParsedModule, ast.FunctionDef] | None:
        """The `def` statement of a function's code."""
        parsed = self.get(code.co_filename)
        if parsed is None:
            return None
        node = parsed.functions.get((code.co_name, code.co_firstlineno))
        return None if node is None else (parsed, node)

    def _display(self, path: str) -> str:
        if path.startswith("<") or not os.path.exists(path):
            return f"<cell {len(self._parsed) + 1}>"
        relative = os.path.relpath(path, self._root)
        return os.path.basename(path) if relative.startswith("..") else relative


def parse(source: SourceFile) -> ParsedModule:
    """Parse one source file.

    Raises:
        CompileError: Python cannot parse it.
    """
    try:
        tree = ast.parse(source.text, source.path)
    except SyntaxError as error:
        raise CompileError((syntax_problem(source, error),)) from None
    functions: dict[tuple[str, int], ast.FunctionDef] = {}
    statements: dict[int, ast.stmt] = {}
    waiting: list[ast.AST] = [tree]
    for node in waiting:  # statements alone: expressions hold no declarations, and most nodes are expressions
        if isinstance(node, ast.FunctionDef):
            first = node.decorator_list[0].lineno if node.decorator_list else node.lineno
            functions[node.name, first] = node
        elif isinstance(node, (ast.Assign, ast.AnnAssign, ast.Expr, ast.Return)):
            for line in range(node.lineno, (node.end_lineno or node.lineno) + 1):
                statements[line] = node
        waiting.extend(item for item in ast.iter_child_nodes(node)
                       if isinstance(item, (ast.stmt, ast.excepthandler, ast.match_case)))
    return ParsedModule(source, tree, functions, statements)


# What is written in C and no Python, by what the line shows: how Python says it.
_FROM_C = (
    (r"(\+\+|--)\s*;?\s*$", "Python has no `++` and `--`: write `+= 1` or `-= 1`"),
    (r"&&|\|\|", "Python writes `and` and `or`"),
    (r"^(?!\s*(async\s+)?def\b).*\w->", "Python reads a field with a dot, through a pointer as well"),
    (r"\belse\s+if\b", "Python writes `elif`"),
    (r"\?[^:]*:", "Python writes `a if test else b`"),
    (r"!(?!=)", "Python writes `not`"),
)


def _way_out(source: SourceFile, line: int, reason: str) -> str | None:
    captured = re.search(r"name capture '(\w+)' makes remaining patterns unreachable", reason)
    if captured:
        return f"a bare name takes any value and binds the name: write `module.{captured[1]}`, a member of an enum, " \
               "or the number"
    lines = source.text.splitlines()
    text = re.sub(r"#.*|\"[^\"]*\"|'[^']*'", "", lines[line - 1]) if 0 < line <= len(lines) else ""
    return next((way_out for pattern, way_out in _FROM_C if re.search(pattern, text)), None)


def syntax_problem(source: SourceFile, error: SyntaxError) -> SyntaxProblem:
    line, column = error.lineno or 1, error.offset or 1
    end_line, end_column = error.end_lineno or line, error.end_offset or 0
    if end_line != line or end_column <= column:
        end_line, end_column = line, column + 1
    span = Span(source, line, max(column, 1), end_line, max(end_column, 2))
    way_out = _way_out(source, line, error.msg)
    return SyntaxProblem(span, error.msg) if way_out is None else SyntaxProblem(span, error.msg, way_out)
