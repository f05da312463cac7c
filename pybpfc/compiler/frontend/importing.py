"""Imports a program's file under its own module name, and turns what goes wrong into diagnostics."""

from __future__ import annotations

import ast
import difflib
import importlib.util
import os
import re
import sys
import tokenize
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType, TracebackType

from pybpfc_runtime.errors import BpfError
from pybpfc_runtime.importing import Importing
from pybpfc_runtime.values import DeclarationError

from ..diagnostics import CompileError, Diagnostic
from ..diagnostics.declarations import BadDeclaration, CannotRead, ImportRaised
from ..source import SourceFile, Span
from .exported import import_of, module_of
from .own_modules import imported_by_a_program, own_modules
from .parse import Sources, syntax_problem

_PACKAGE_FOLDERS = tuple(
    os.path.dirname(os.path.abspath(sys.modules[name].__file__ or "")) + os.sep for name in ("pybpfc", "pybpfc_runtime")
)


def import_file(path: str) -> tuple[ModuleType, Sources]:
    """Import the program at `path`.

    Raises:
        CompileError: the file cannot be read or parsed, or its import raised.
    """
    path = os.path.abspath(path)
    text = _read(path)
    folder, name = _module_name(path)
    sources = Sources(folder)
    sources.add(path, text)
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    with own_modules(folder) as files, _search_path(folder), Importing():
        # A file that is named like a module already in use (socket.py) must not take that module's place.
        registered = name not in sys.modules or imported_by_a_program(name, path)
        if registered:
            sys.modules[name] = module
        try:
            spec.loader.exec_module(module)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            if registered:
                del sys.modules[name]
            raise CompileError((_import_problem(sources, path, error),)) from error
    sources.modules.update(files)
    return module, sources


def _read(path: str) -> str:
    try:
        with tokenize.open(path) as file:
            return file.read()
    except FileNotFoundError:
        reason, way_out = "there is no such file", "check the path; a program is a Python file"
    except IsADirectoryError:
        reason, way_out = "it is a folder", "name the Python file in it that declares the programs"
    except PermissionError:
        reason, way_out = "permission denied", "make the file readable for this user"
    except (SyntaxError, UnicodeDecodeError, ValueError) as error:
        reason, way_out = f"it is not Python source text ({error})", "save the file as UTF-8"
    except OSError as error:
        reason, way_out = error.strerror or str(error), "check the path"
    shown = os.path.relpath(path) if not os.path.relpath(path).startswith("..") else path
    nowhere = Span(SourceFile.of(path, shown, ""), 1, 1, 1, 1)
    raise CompileError((CannotRead(nowhere, shown, reason, way_out),))


def _module_name(path: str) -> tuple[str, str]:
    """The folder that imports start from, and the module's full name: packages are found by their __init__.py."""
    folder, file = os.path.split(path)
    parts = [file.removesuffix(".py")]
    while os.path.exists(os.path.join(folder, "__init__.py")):
        folder, package = os.path.split(folder)
        parts.insert(0, package)
    if parts[-1] == "__init__" and len(parts) > 1:
        parts.pop()
    return folder, ".".join(parts)


@contextmanager
def _search_path(folder: str) -> Iterator[None]:
    sys.path.insert(0, folder)
    try:
        yield
    finally:
        if folder in sys.path:
            sys.path.remove(folder)


def _import_problem(sources: Sources, path: str, error: BaseException) -> Diagnostic:
    if isinstance(error, SyntaxError) and error.filename:
        source = _source(sources, error.filename)
        return syntax_problem(source, error)
    span = _span_of(sources, path, error.__traceback__)
    if isinstance(error, DeclarationError):
        return BadDeclaration(_field(sources, span, error.field) if error.field else span, str(error),
                              import_of(str(error)))
    kind, reason = type(error).__name__, str(error).partition("\n")[0]
    if isinstance(error, SystemExit):
        return ImportRaised(span, kind, f"exit status {error.code}",
                            'put what runs the program under `if __name__ == "__main__":`')
    if isinstance(error, ImportError):
        reason = reason.removesuffix(f" ({error.path})")
        return ImportRaised(span, kind, reason, _imported_from(error)
                            or "install what is missing, or correct the name that is imported")
    if isinstance(error, NameError):
        last = _defined_later(sources, span, error.name or "")
        if last:
            return ImportRaised(span, kind, reason, f"`{error.name}` does not exist before line {last} has run: quote "
                                "the annotation, or move the definition up")
        if import_of(reason):
            return ImportRaised(span, kind, reason, import_of(reason))
    if isinstance(error, BpfError) and error.help:
        return ImportRaised(span, kind, reason, error.help)
    return ImportRaised(span, kind, reason, "correct the line: `python FILE` shows the same error with its traceback")


def _defined_later(sources: Sources, span: Span, name: str) -> int:
    """The last line of a class or function of this name that ends at a line or behind it; 0 where there is none."""
    parsed = sources.get(span.source.path)
    return next((node.end_lineno or node.lineno for node in (parsed.tree.body if parsed is not None else ())
                 if isinstance(node, (ast.ClassDef, ast.FunctionDef)) and node.name == name
                 and (node.end_lineno or node.lineno) >= span.line), 0)


def _imported_from(error: ImportError) -> str:
    """Where a name is that one of our modules does not have, or what it may be meant for."""
    found = re.match(r"cannot import name '(\w+)' from '(pybpfc[.\w]*)'", str(error))
    if found is None:  # said by a module of ours that looks names up in the kernel's types
        home = module_of(error.name or "", kernel=False)
        return f"`from {home} import {error.name}`" if home else ""
    name, module = found.groups()
    home = module_of(name, kernel=False)
    if home:
        return f"`from {home} import {name}`"
    near = difflib.get_close_matches(name, [other for other in dir(sys.modules[module]) if other[0] != "_"], 1)
    return f"did you mean `{near[0]}`?" if near else ""


def _span_of(sources: Sources, path: str, trace: TracebackType | None) -> Span:
    """The innermost line of the program's own: neither ours nor the standard library's."""
    best: traceback.FrameSummary | None = None
    for frame in traceback.extract_tb(trace):
        own = frame.filename == path or not (
            frame.filename.startswith((*_PACKAGE_FOLDERS, "<")) or os.sep + "lib" + os.sep + "python" in frame.filename)
        if own:
            best = frame
    if best is None or best.lineno is None:
        return Span(_source(sources, path), 1, 1, 1, 1)
    source = _source(sources, best.filename)
    text = source.line(best.lineno)
    indent = len(text) - len(text.lstrip())
    return Span(source, best.lineno, indent + 1, best.lineno, max(len(text.rstrip()), indent + 1) + 1)


def _field(sources: Sources, span: Span, attribute: str) -> Span:
    """The annotation in a class body that declares an attribute, in the class that a span points to."""
    parsed = sources.get(span.source.path)
    for node in ast.walk(parsed.tree) if parsed is not None else ():
        if isinstance(node, ast.ClassDef) and node.lineno <= span.line <= (node.end_lineno or node.lineno):
            for item in node.body:
                if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name) \
                        and attribute in (item.target.id, f"_{node.name.lstrip('_')}{item.target.id}"):
                    return Span.of(span.source, item)
    return span


def _source(sources: Sources, path: str) -> SourceFile:
    try:
        parsed = sources.get(path)
    except CompileError as error:  # the file that could not be parsed is the one to show
        return error.diagnostics[0].span.source
    return parsed.source if parsed is not None else SourceFile.of(path, os.path.basename(path), "")
