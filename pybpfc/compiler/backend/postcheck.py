"""The last look at a finished object: is everything there that a loader, the verifier's log and bpftool need?

LLVM drops debug info with a warning at most, and libbpf loads an object without BTF in silence; then maps
have no types, and a verifier error has no source line. A finding here is a bug in pybpfc, never in the
program.
"""

from __future__ import annotations

import re

from pybpfc_runtime.btf.decode import decode_btf
from pybpfc_runtime.btf.ext import BtfExt, decode_btf_ext
from pybpfc_runtime.btf.types import Datasec, Func, Var
from pybpfc_runtime.elf import STT_FUNC, STT_OBJECT, ElfFile, Symbol
from pybpfc_runtime.errors import BtfError, ElfError

from ..errors import InternalError
from ..ir import module as ir
from ..source import SourceFile
from .emit import LICENSE

# https://www.kernel.org/doc/html/latest/bpf/llvm_reloc.html
R_BPF_64_64, R_BPF_64_ABS64, R_BPF_64_ABS32, R_BPF_64_NODYLD32, R_BPF_64_32 = 1, 2, 3, 4, 10
_IN_CODE = frozenset({R_BPF_64_64, R_BPF_64_32})
_IN_DATA = frozenset({R_BPF_64_ABS64, R_BPF_64_ABS32, R_BPF_64_NODYLD32})

_TRAP = "__bpf_trap"  # what LLVM calls at `unreachable`; a kernel function since 6.17
# BPF_JMP|BPF_EXIT, BPF_JMP|BPF_JA, BPF_JMP32|BPF_JA: include/uapi/linux/bpf_common.h, bpf.h
_ENDS_A_FUNCTION = frozenset({0x95, 0x05, 0x06})

_LINE_BREAK = re.compile(r"\r\n|\r|\n")


def check(data: bytes, module: ir.Module) -> None:
    """Compare a finished object with the module that it was made from.

    Raises:
        InternalError: something is missing or does not match.
    """
    try:
        elf = ElfFile(data)
        _Check(elf, module).run()
    except (ElfError, BtfError) as error:
        raise InternalError(f"the object is malformed: {error}") from error


class _Check:
    def __init__(self, elf: ElfFile, module: ir.Module) -> None:
        if ".BTF" not in elf.by_name:
            raise InternalError("the object has no .BTF: LLVM dropped the debug info")
        self._elf = elf
        self._module = module
        self._btf = decode_btf(elf.by_name[".BTF"].data)
        self._variables = {type_.name: {self._name(number) for number, _, _ in type_.variables}
                           for type_ in self._btf.types if isinstance(type_, Datasec)}

    def run(self) -> None:
        self._check_sections()
        self._check_relocations()
        self._check_globals()
        if not self._module.functions:
            return
        if ".BTF.ext" not in self._elf.by_name:
            raise InternalError("the object has no .BTF.ext: no function has line information")
        ext = decode_btf_ext(self._elf.by_name[".BTF.ext"].data, self._btf)
        self._check_functions(ext)
        self._check_lines(ext)

    def _name(self, type_id: int) -> str:
        type_ = self._btf.type(type_id)
        return type_.name if isinstance(type_, (Func, Var)) else ""

    def _check_sections(self) -> None:
        for section in self._elf.sections:
            if section.name.startswith((".debug", ".rel.debug", ".eh_frame")):
                raise InternalError(f"the object still has {section.name}")
            if section.is_executable and section.size % 8:
                raise InternalError(f"section {section.name} is not made of whole instructions")

    def _check_relocations(self) -> None:
        externs = self._variables.get(".ksyms", set()) | self._variables.get(".kconfig", set())
        for index, relocations in self._elf.relocations().items():
            section = self._elf.sections[index]
            kinds = _IN_CODE if section.is_executable else _IN_DATA
            for relocation in relocations:
                place = f"{section.name}+{relocation.offset:#x}"
                if relocation.type not in kinds:
                    raise InternalError(f"{place} has a relocation of kind {relocation.type}")
                if relocation.symbol.name == _TRAP:
                    raise InternalError(f"{place} is a trap: LLVM took the path to it for impossible")
                if relocation.symbol.section == 0 and relocation.symbol.name not in externs:
                    raise InternalError(f"{place} refers to {relocation.symbol.name or 'a symbol without a name'}, "
                                        "which nothing defines")

    def _check_globals(self) -> None:
        module = self._module
        expected = [(definition.name, ".maps") for definition in module.maps]
        expected += [(table.name, table.section) for table in module.tables]
        expected += [(variable.name, variable.section) for variable in module.variables if variable.extern is None]
        if module.license is not None:
            expected.append((LICENSE, "license"))
        homes = {symbol.name: self._home(symbol) for symbol in self._elf.symbols if symbol.type == STT_OBJECT}
        for name, section in expected:
            if homes.get(name) != section:
                raise InternalError(f"{name} should be in {section}, and is in {homes.get(name, 'no section')}")
        for name, section in homes.items():
            if name not in self._variables.get(section, ()):
                raise InternalError(f"{name} is in {section}, but BTF does not say so")

    def _home(self, symbol: Symbol) -> str:
        return self._elf.sections[symbol.section].name

    def _check_functions(self, ext: BtfExt) -> None:
        defined = {symbol.name: symbol for symbol in self._elf.symbols if symbol.type == STT_FUNC and symbol.section}
        for function in self._module.functions:
            # A static function that nothing calls is not in the object.
            if function.name not in defined and function.linkage is not ir.Linkage.STATIC:
                raise InternalError(f"{function.name} is not in the object", function.span)
        for name, symbol in defined.items():
            section = self._home(symbol)
            described = {found.offset: self._name(found.type_id) for found in ext.function_info.get(section, ())}
            # LLVM may specialise a static function: `name.specialized.1` is described as `name`.
            if described.get(symbol.value) != name.partition(".")[0]:
                raise InternalError(f"{name} has no function information at {section}+{symbol.value:#x}")
            last = symbol.value + symbol.size - 8
            if self._elf.by_name[section].data[last] not in _ENDS_A_FUNCTION:
                raise InternalError(f"{name} runs beyond its end: LLVM took its last path for impossible")
            if all(line.offset != symbol.value for line in ext.line_info.get(section, ())):
                raise InternalError(f"the first instruction of {name} has no line information")

    def _check_lines(self, ext: BtfExt) -> None:
        sources = _sources(self._module)
        for section, lines in ext.line_info.items():
            for line in lines:
                if line.line == 0:  # an instruction that the optimiser made of several lines
                    continue
                place = f"{section}+{line.offset:#x}"
                file, text = self._btf.string(line.file_offset), self._btf.string(line.text_offset)
                texts = sources.get(_without_number(file))
                if texts is None:
                    raise InternalError(f"{place} comes from {file}, which is no source file of the module")
                if all(line.line > len(known) or known[line.line - 1] != text for known in texts):
                    raise InternalError(f"{place} shows {text!r} as line {line.line} of {file}")


def _without_number(display: str) -> str:
    """A file's name without the `#2` that tells two of one name apart."""
    return display.partition("#")[0]


def _sources(module: ir.Module) -> dict[str, list[list[str]]]:
    """The lines of each source file that code comes from, by the name in the object."""
    files: dict[SourceFile, None] = {}
    for function in module.functions:
        files.setdefault(function.span.source)
        for block in function.blocks:
            for instruction in block.instructions:
                files.setdefault(instruction.span.source)
            if block.terminator is not None:
                files.setdefault(block.terminator.span.source)
    found: dict[str, list[list[str]]] = {}
    for source in files:
        found.setdefault(_without_number(source.display), []).append(_LINE_BREAK.split(source.text))
    return found
