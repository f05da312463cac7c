"""load() and compile(): from the module that calls them to a loaded object, or to one that can be edited first."""

from __future__ import annotations

import os
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

from pybpfc_runtime.importing import refuse_while_importing

if TYPE_CHECKING:
    from types import FrameType

    from pybpfc_runtime import Object, ObjectSpec


def compile(path: str | os.PathLike[str] | None = None, *, cpu: str = "v3", btf: str | None = None,
            target_arch: str | None = None) -> ObjectSpec:
    """Compile a program to an object that is not loaded yet.

    Args:
        path: a Python file; without one, the module that calls (a script's `__main__`, a notebook).
        cpu: the BPF instruction set, "v1" to "v4".
        btf: a BTF file of the target kernel instead of the running one's.
        target_arch: the machine of the target kernel; without it, this one.

    Returns:
        The inert object: programs, maps and globals can be edited before `load()`.

    Raises:
        pybpfc.compiler.diagnostics.CompileError: the program has errors.
        DeclarationError: called while the program is being imported to be compiled.
    """
    return _compile(path, sys._getframe(1), "compile", cpu, btf, target_arch)


def load(path: str | os.PathLike[str] | None = None, *, rodata: dict[str, Any] | None = None, cpu: str = "v3",
         btf: str | None = None, target_arch: str | None = None) -> Object:
    """Compile a program and load it into the kernel.

    Args:
        path: a Python file; without one, the module that calls.
        rodata: values of `rodata` globals, by name, set before the load.
        cpu, btf, target_arch: as for `compile`.

    Returns:
        The loaded object, a context manager that closes what it opened.

    Raises:
        pybpfc.compiler.diagnostics.CompileError: the program has errors.
        pybpfc_runtime.BpfError: the kernel refuses it.
    """
    spec = _compile(path, sys._getframe(1), "load", cpu, btf, target_arch)
    for name, value in (rodata or {}).items():
        setattr(spec.rodata, name, value)
    return spec.load()


def _compile(path: str | os.PathLike[str] | None, frame: FrameType, called: str, cpu: str, btf: str | None,
             target_arch: str | None) -> ObjectSpec:
    refuse_while_importing(f"pybpfc.{called}()")
    from pybpfc_runtime import ObjectSpec

    from .compiler.diagnostics import CompileError
    from .compiler.pipeline import Options, compile_file, compile_namespace

    options = Options(cpu=cpu, btf=btf) if target_arch is None else Options(cpu, target_arch, btf)
    if path is not None:
        if not isinstance(path, (str, os.PathLike)):
            raise TypeError(f"{called}() takes the path of a Python file, such as a module's __file__, or nothing for "
                            f"the module that calls, not {type(path).__name__}")
        name = os.fspath(path)
        run = partial(compile_file, name, options)
    else:
        namespace = frame.f_globals
        name = str(namespace.get("__name__", "__main__"))
        run = partial(compile_namespace, name, namespace,
                      str(namespace.get("__file__") or frame.f_code.co_filename), options)
    try:
        compiled = run()
    except CompileError as error:
        raise error.with_traceback(None) from error.__cause__  # how the compiler came to it is not the user's concern
    spec = ObjectSpec.from_bytes(compiled.data, name)
    from .binding import bind

    bind(spec, compiled.module, None if path is None else name, frame.f_globals)
    return spec
