"""The chain from a file to an object: each stage is a function from one frozen type to the next.

    file -import-> module -parse, collect-> Declarations -check-> TypedModule -build-> ir.Module
    -verify, safety-> ir.Module -emit, codegen, post-check-> CompiledObject
"""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from ..record import value_record
from ..tables import contexts
from .depth import deep
from .diagnostics import CompileError, Diagnostic
from .diagnostics.target import CodegenMissing, CodegenRefused, OtherByteOrder
from .source import SourceFile, Span

_T = TypeVar("_T")


@value_record
class Options:
    """What a program is compiled for."""

    cpu: str = "v3"
    target_arch: str = os.uname().machine  # registers differ: an object for this machine, unless another is named
    btf: str | None = None
    min_kernel: tuple[int, int] = (0, 0)  # the oldest version the object is for; what came later is not used


@value_record
class CompiledObject:
    """A finished object file and how it came to be."""

    data: bytes
    diagnostics: tuple[Diagnostic, ...]  # warnings and notes
    llvm: str
    stages: dict[str, float]  # seconds
    module: Any  # the ir.Module

    @property
    def ir(self) -> str:
        """The compiler's own IR as text."""
        from .ir.printer import print_module

        return print_module(self.module)


class _Stages:
    """Runs the stages and times them."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def run(self, name: str, stage: Callable[..., _T], *arguments: Any) -> _T:
        start = time.perf_counter()
        try:
            return stage(*arguments)
        finally:
            self.seconds[name] = time.perf_counter() - start


@contextmanager
def _uncollected() -> Iterator[None]:
    """No garbage collections: what a stage makes lives until the end, and looking it through again and again costs a
    fifth of the front end's time."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def compile_file(path: str, options: Options | None = None) -> CompiledObject:
    """Compile the program in a file.

    Args:
        path: a Python file; it is imported under its own module name.
        options: the target.

    Raises:
        CompileError: the program has errors; all that were found are in it.
        InternalError: a bug in pybpfc.
    """
    from . import backend

    backend.start_early()  # the code generator loads while the front end works
    from .frontend.importing import import_file

    _use_btf(options)
    stages = _Stages()
    with _uncollected(), deep():
        module, sources = stages.run("import", import_file, path)
        return _compile(module.__name__, vars(module), sources, module.__file__ or path, options or Options(), stages)


def compile_namespace(name: str, namespace: dict[str, Any], path: str,
                      options: Options | None = None) -> CompiledObject:
    """Compile the programs in the globals of a module that runs already: `__main__`, a notebook.

    Args:
        name: the module's name for messages.
        namespace: its globals.
        path: the file it came from, or the name of a notebook cell.
        options: the target.
    """
    from . import backend

    backend.start_early()
    from .frontend.parse import Sources

    _use_btf(options)
    root = os.path.dirname(os.path.abspath(path)) if os.path.exists(path) else os.getcwd()
    with _uncollected(), deep():
        return _compile(name, namespace, Sources(root), path, options or Options(), _Stages())


def check_file(path: str, options: Options | None = None) -> tuple[Diagnostic, ...]:
    """Every diagnostic of the program in a file, warnings included, without generating code."""
    from .frontend.importing import import_file

    _use_btf(options)
    stages = _Stages()
    try:
        with _uncollected(), deep():
            module, sources = stages.run("import", import_file, path)
            _, diagnostics = _analyse(module.__name__, vars(module), sources, module.__file__ or path,
                                      options or Options(), stages)
    except CompileError as error:
        return error.diagnostics
    return diagnostics


def _use_btf(options: Options | None) -> None:
    """Kernel types come from the BTF that the options name, else from the running kernel's."""
    if options is not None and options.btf is not None:
        from .. import kernel_btf

        kernel_btf.use(options.btf)


def _analyse(name: str, namespace: dict[str, Any], sources: Any, path: str, options: Options,
             stages: _Stages) -> tuple[Any, tuple[Diagnostic, ...]]:
    """The front half: a verified ir.Module and the warnings; CompileError where there are errors."""
    from .build import build
    from .check.module import check
    from .frontend.collect import collect
    from .ir.verify import verify
    from .safety import analyse

    declarations = stages.run("collect", collect, name, namespace, sources, path)
    typed, found = stages.run("check", check, declarations, options.target_arch, options.min_kernel)
    _raise_errors(found)
    module = stages.run("build", build, typed)
    stages.run("verify", verify, module)
    found = found + stages.run("safety", analyse, module, options.cpu, options.min_kernel)
    _raise_errors(found)
    if options.target_arch in contexts.BIG_ENDIAN:
        known = ", ".join(name for name in contexts.ARCHITECTURES if name not in contexts.BIG_ENDIAN)
        found.append(OtherByteOrder(module.functions[0].span, options.target_arch, known))
    return module, _ordered(found)


def _compile(name: str, namespace: dict[str, Any], sources: Any, path: str, options: Options,
             stages: _Stages) -> CompiledObject:
    from .backend import CodegenFailure, CodegenUnavailable, generate

    module, diagnostics = _analyse(name, namespace, sources, path, options, stages)
    try:
        generated = stages.run("backend", generate, module, options.cpu)
    except CodegenFailure as failure:
        raise CompileError((_refused(failure, module),)) from failure
    except CodegenUnavailable as failure:
        raise CompileError((CodegenMissing(module.functions[0].span, str(failure)),)) from failure
    _raise_errors(stages.run("frames", _frames, module, generated.data))
    return CompiledObject(generated.data, diagnostics, generated.llvm, {**stages.seconds, **generated.seconds}, module)


def _frames(module: Any, data: bytes) -> list[Diagnostic]:
    """Chains of calls that need too much stack with what LLVM put there of its own."""
    from .safety.calls import CallGraph
    from .safety.stack import JIT_FRAME_ROUNDING, check_chains

    graph = CallGraph(module)
    if not any(graph.sites.values()):
        return []
    from .backend.frames import frame_sizes

    sizes = frame_sizes(data)  # what LLVM found unused is not in it
    return list(check_chains(graph, {name: sizes.get(name, 0) for name in graph.functions}, JIT_FRAME_ROUNDING))


def _refused(failure: Any, module: Any) -> Diagnostic:
    """LLVM's words on the Python line that it names, or on the first function where it names none."""
    span: Span = module.functions[0].span
    if failure.line:
        for function in module.functions:
            source: SourceFile = function.span.source
            if failure.file in (None, source.display):
                text = source.line(failure.line)
                column = max(failure.column or 1, 1)
                span = Span(source, failure.line, column, failure.line, max(len(text.rstrip()) + 1, column + 1))
                break
    return CodegenRefused(span, str(failure))


def _raise_errors(found: list[Diagnostic]) -> None:
    if any(item.is_error for item in found):
        raise CompileError(_ordered(found))


def _ordered(found: list[Diagnostic]) -> tuple[Diagnostic, ...]:
    return tuple(sorted(found, key=lambda item: (item.span.source.display, item.span.line, item.span.column,
                                                 item.code)))
