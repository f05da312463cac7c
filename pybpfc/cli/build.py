"""`pybpfc build prog.py -o prog.o`: a program to a BPF object file."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING, Any

from . import console

if TYPE_CHECKING:
    from ..compiler.pipeline import CompiledObject, Options

CPUS = ("v1", "v2", "v3", "v4")
EMITS = ("ir", "llvm", "asm")


def configure(commands: Any) -> None:
    """Add the command to the parser's subcommands."""
    parser = commands.add_parser("build", help="compile a program to a BPF object file",
                                 description="Compile a program to a BPF object file that pybpfc_runtime, libbpf and "
                                             "bpftool can load.")
    parser.add_argument("program", metavar="prog.py", help="the program")
    parser.add_argument("-o", dest="output", metavar="prog.o", help="the object file to write; may be left out with "
                                                                    "--emit")
    parser.add_argument("--emit", choices=EMITS, help="print a stage: the compiler's IR, LLVM IR, or the instructions "
                                                      "between the lines they come from")
    add_target_options(parser)
    parser.set_defaults(execute=execute, parser=parser)


def add_target_options(parser: argparse.ArgumentParser) -> None:
    """The options that say for which kernel and machine the code is."""
    parser.add_argument("--btf", metavar="FILE", help="BTF of the target kernel, instead of the running one's; "
                                                      "`snapshot` for the types in the package, whatever kernel runs")
    parser.add_argument("--cpu", choices=CPUS, help="BPF instruction set version (v3)")
    parser.add_argument("--target-arch", metavar="ARCH", help="machine of the target kernel (this one's)")
    parser.add_argument("--min-kernel", metavar="X.Y", type=_version, help="the oldest kernel that the object is for; "
                                                                           "lets it use what came with that one")


def _version(text: str) -> tuple[int, int]:
    major, dot, minor = text.partition(".")
    if not (dot and major.isdecimal() and minor.isdecimal()):
        raise argparse.ArgumentTypeError(f"{text} is no version such as 6.8")
    return int(major), int(minor)


def options(arguments: argparse.Namespace) -> Options:
    """Compiler options from the command line; what was left out is the compiler's default."""
    from ..compiler.pipeline import Options

    given = {"btf": arguments.btf, "cpu": arguments.cpu, "target_arch": arguments.target_arch,
             "min_kernel": arguments.min_kernel}
    if arguments.btf not in (None, "snapshot") and not os.access(arguments.btf, os.R_OK):
        raise console.CommandError(f"cannot read the BTF file {arguments.btf}; the running kernel's is "
                                   "/sys/kernel/btf/vmlinux")
    return Options(**{name: value for name, value in given.items() if value is not None})


def execute(arguments: argparse.Namespace) -> int:
    if arguments.output is None and arguments.emit is None:
        arguments.parser.error("name the object file with -o prog.o, or a stage to print with --emit")
    if arguments.output is not None and _same_file(arguments.output, arguments.program):
        arguments.parser.error(f"-o {arguments.output} would replace the program itself")
    from ..compiler import backend

    backend.start_early()  # LLVM loads in another process while this one loads the compiler
    from ..compiler.diagnostics import CompileError
    from ..compiler.pipeline import compile_file

    try:
        compiled = compile_file(arguments.program, options(arguments))
    except CompileError as failure:
        console.show(failure.diagnostics)
        return 1
    console.show(compiled.diagnostics)
    if arguments.emit is not None:
        console.write(emitted(compiled, arguments.emit, arguments.program), sys.stdout)
    if arguments.output is not None:
        from .whole_file import write_whole

        write_whole(arguments.output, compiled.data)
    return 0


def emitted(compiled: CompiledObject, stage: str, program: str) -> str:
    """One stage of the compilation as text."""
    if stage == "asm":
        from .listing import listing

        return listing(compiled.data, program)
    text: str = compiled.ir if stage == "ir" else compiled.llvm
    return text if text.endswith("\n") else text + "\n"


def _same_file(first: str, second: str) -> bool:
    return os.path.exists(first) and os.path.exists(second) and os.path.samefile(first, second)
