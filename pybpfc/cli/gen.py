"""`pybpfc gen vmlinux --types a,b` and `pybpfc gen stubs prog.py`: stubs of kernel types for editors and checkers."""

from __future__ import annotations

import argparse
import ast
import os
import sys
from collections.abc import Callable
from typing import Any, TypeVar

from . import console

_T = TypeVar("_T")
MODULE = "pybpfc.vmlinux"


def configure(commands: Any) -> None:
    """Add the command to the parser's subcommands."""
    parser = commands.add_parser("gen", help="write stubs of kernel types for editors and type checkers",
                                 description="Write stubs of kernel types for editors and type checkers. Programs need "
                                             "none: they find every kernel type by its name.")
    kinds = parser.add_subparsers(metavar="WHAT", required=True)
    vmlinux = kinds.add_parser("vmlinux", help="stubs of the types named",
                               description="Write the stubs of the kernel types that are named.")
    vmlinux.add_argument("--types", metavar="A,B", help="structs, unions, typedefs, enums and enumeration constants, "
                                                        "separated by commas; without it those most programs use")
    vmlinux.add_argument("-o", dest="output", metavar="vmlinux.pyi", help="the file to write; standard output without")
    vmlinux.set_defaults(execute=generate_types)
    stubs = kinds.add_parser("stubs", help="stubs of what programs import from pybpfc.vmlinux",
                             description="Write a partial stub package, pybpfc-stubs, with what the programs import "
                                         "from pybpfc.vmlinux. pyright finds it in its stubPath (typings) or "
                                         "extraPaths, mypy among the installed packages (-o the site-packages folder).")
    stubs.add_argument("programs", nargs="+", metavar="prog.py", help="the programs")
    stubs.add_argument("-o", dest="output", metavar="DIR", required=True, help="the folder to put the package into")
    stubs.set_defaults(execute=generate_stubs)
    for command in (vmlinux, stubs):
        command.add_argument("--btf", metavar="FILE", help="BTF of the kernel, instead of the running one's")


def generate_types(arguments: argparse.Namespace) -> int:
    from ..kernel_stubs import COMMON

    names = COMMON if arguments.types is None else tuple(filter(None, map(str.strip, arguments.types.split(","))))
    if not names:
        raise console.CommandError("--types names no type: write them as --types task_struct,sock", status=2)
    kernel = _kernel(arguments.btf)
    if arguments.types is None:
        names = tuple(name for name in names if _there(kernel, name))
    shown = "" if arguments.types is None else f" --types {','.join(names)}"
    text = _text(kernel, names, f"pybpfc gen vmlinux{shown}")
    if arguments.output is None:
        console.write(text, sys.stdout)
    else:
        from .whole_file import write_whole

        write_whole(arguments.output, text.encode())
    return 0


def generate_stubs(arguments: argparse.Namespace) -> int:
    from ..kernel_stubs import COMMON

    kernel = _kernel(arguments.btf)
    wanted = [name for program in arguments.programs for name in imported_names(program)]
    if not wanted:
        raise console.CommandError(f"{', '.join(arguments.programs)}: nothing is imported from {MODULE}")
    names = tuple(dict.fromkeys([*wanted, *(name for name in COMMON if _there(kernel, name))]))
    text = _text(kernel, names, f"pybpfc gen stubs {' '.join(map(os.path.basename, arguments.programs))}")
    from .whole_file import write_whole

    folder = os.path.join(arguments.output, "pybpfc-stubs")
    _or_complain(lambda: os.makedirs(folder, exist_ok=True))
    write_whole(os.path.join(folder, "vmlinux.pyi"), text.encode())
    # The package's other stubs too: beside a partial stub package pyright reads the modules and not their stubs.
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    for name in sorted(os.listdir(package)):
        if name.endswith(".pyi") and name != "vmlinux.pyi":
            with open(os.path.join(package, name), "rb") as shipped:
                write_whole(os.path.join(folder, name), shipped.read())
    write_whole(os.path.join(folder, "py.typed"), b"partial\n")  # PEP 561: everything else is in the package itself
    return 0


def imported_names(program: str) -> list[str]:
    """What a program takes from pybpfc.vmlinux: `from pybpfc.vmlinux import a`, `import pybpfc.vmlinux as v; v.a`."""
    def parsed() -> ast.Module:
        with open(program, "rb") as file:
            return ast.parse(file.read(), program)

    tree = _or_complain(parsed)
    found: list[str] = []
    modules = {MODULE}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == MODULE and not node.level:
            found += [alias.name for alias in node.names if alias.name != "*"]
        elif isinstance(node, ast.ImportFrom) and node.module == "pybpfc" and not node.level:
            modules.update(alias.asname or alias.name for alias in node.names if alias.name == "vmlinux")
        elif isinstance(node, ast.Import):
            modules.update(alias.asname for alias in node.names if alias.name == MODULE and alias.asname)
    found += [node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)
              and isinstance(node.value, (ast.Name, ast.Attribute)) and ast.unparse(node.value) in modules]
    return list(dict.fromkeys(found))


def _kernel(path: str | None) -> Any:
    from pybpfc_runtime.errors import BtfError

    from .. import kernel_btf

    kernel_btf.use(path)
    try:
        return kernel_btf.current().types
    except BtfError as error:
        raise console.CommandError(str(error)) from error
    except OSError as error:
        raise console.CommandError(f"cannot read the BTF file {path}: {error.strerror}; the running kernel's is "
                                   "/sys/kernel/btf/vmlinux") from error


def _there(kernel: Any, name: str) -> bool:
    from ..kernel_types import UnknownKernelName

    try:
        kernel.lookup(name)
    except UnknownKernelName:
        return False
    return True


def _text(kernel: Any, names: tuple[str, ...], command: str) -> str:
    from pybpfc_runtime.values import DeclarationError

    from ..kernel_stubs import stubs
    from ..kernel_types import UnknownKernelName

    try:
        return stubs(kernel, names, command=command)
    except (UnknownKernelName, DeclarationError) as error:
        raise console.CommandError(str(error.args[0])) from error


def _or_complain(action: Callable[[], _T]) -> _T:
    try:
        return action()
    except OSError as error:
        raise console.CommandError(f"{error.filename}: {error.strerror}") from error
    except (SyntaxError, ValueError) as error:
        raise console.CommandError(f"{error}: correct the program first") from error
