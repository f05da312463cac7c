"""ELF bytes to `ObjectSpec`: which section is code, data, maps or types, and who refers to whom.

Source: Documentation/bpf/llvm_reloc.rst and the conventions of libbpf objects.
"""

from __future__ import annotations

import mmap
import struct
from bisect import bisect_right
from typing import TYPE_CHECKING

from .elf import (
    SHN_UNDEF,
    SHT_NOBITS,
    STB_LOCAL,
    STB_WEAK,
    STT_FUNC,
    STT_SECTION,
    STV_HIDDEN,
    STV_INTERNAL,
    ElfFile,
)
from .errors import BtfError, SpecError
from .sections import match_section
from .spec import Function, MapSpec, ObjectSpec, ProgramSpec, Reference
from .uapi import BPF_F_RDONLY_PROG, BPF_PSEUDO_CALL, BPF_PSEUDO_FUNC, CALL, INSTRUCTION_SIZE, LDIMM64, MapType
from .variables import Variable

if TYPE_CHECKING:
    from .btf.ext import BtfExt
    from .btf.types import Btf
    from .elf import Relocation, Section, Symbol
    from .map_definitions import MapDefinition

R_BPF_64_64, R_BPF_64_ABS64, R_BPF_64_ABS32, R_BPF_64_NODYLD32, R_BPF_64_32 = 1, 2, 3, 4, 10

PAGE = mmap.PAGESIZE
_DATA_SECTIONS = (".rodata", ".data", ".bss")
_ARENA_SECTION = ".addr_space.1"  # variables of address space 1, which is an arena's
_EXTERN_SECTIONS = (".ksyms", ".kconfig")  # laid out by `externs`


def parse_object(data: bytes, name: str) -> ObjectSpec:
    """Read a BPF object.

    Raises:
        ElfError, BtfError: a corrupt or foreign file.
        SpecError: well-formed, but not a BPF object's conventions.
    """
    elf = ElfFile(data, name)
    try:
        return _Parser(elf, ObjectSpec(elf.name, data, elf.byteorder)).run()
    except BtfError as error:
        error.message = f"{elf.name}: {error.message}"  # what reads types does not know of files
        raise


def _data_kind(name: str) -> str | None:
    return next((kind for kind in _DATA_SECTIONS if name == kind or name.startswith(kind + ".")), None)


class _Parser:
    def __init__(self, elf: ElfFile, spec: ObjectSpec) -> None:
        self.elf = elf
        self.spec = spec
        self.order = "<" if elf.byteorder == "little" else ">"
        self.relocations = elf.relocations()
        self.map_offsets: dict[int, str] = {}  # offset in .maps → name
        self.maps_section = -1
        self.arena_section = -1
        self.definitions: dict[str, tuple[int, MapDefinition]] = {}
        self.data_sections: dict[int, str] = {}  # index → name of the section's map
        self.by_section: dict[int, list[Function]] = {}

    def error(self, message: str, *, help: str = "") -> SpecError:
        return SpecError(f"{self.elf.name}: {message}", help=help)

    def run(self) -> ObjectSpec:
        spec = self.spec
        license_section = self.elf.by_name.get("license")
        if license_section:
            spec.license = bytes(license_section.data).partition(b"\0")[0].decode("ascii", "replace")
        version = self.elf.by_name.get("version")
        if version and version.size == 4:
            (spec.kernel_version,) = struct.unpack(self.order + "I", version.data)
        if "maps" in self.elf.by_name:
            raise self.error("its maps are in a legacy `maps` section, which carries no types",
                             help='declare them in BTF form, SEC(".maps"), and build with -g')
        btf, ext = self.types()
        self.functions()
        self.data_maps()
        if ".maps" in self.elf.by_name:
            self.maps(btf)
        self.arena_data()
        if btf is not None:
            self.fix_datasecs(btf)
            self.externs(btf)
        self.programs()
        if ext is not None and btf is not None:
            self.attach_infos(ext, btf)
        self.references()
        self.map_values()
        if btf is not None:
            self.struct_ops(btf)
        return spec

    # Types

    def types(self) -> tuple[Btf | None, BtfExt | None]:
        section = self.elf.by_name.get(".BTF")
        if section is None:
            return None, None
        from .btf.convert import TypeConverter
        from .btf.decode import decode_btf
        from .btf.ext import decode_btf_ext

        btf = self.spec.btf = decode_btf(section.data)
        self.spec.converter = TypeConverter(btf)
        ext = self.elf.by_name.get(".BTF.ext")
        return btf, decode_btf_ext(ext.data, btf) if ext else None

    def fix_datasecs(self, btf: Btf) -> None:
        """Compilers leave sizes and offsets of DATASEC at 0: the sections and symbols know them."""
        from .btf import types

        offsets = {(symbol.section, symbol.name): symbol for symbol in self.elf.symbols
                   if symbol.type not in (STT_SECTION, STT_FUNC)}
        for datasec_id, datasec in enumerate(btf.types):
            if not isinstance(datasec, types.Datasec):
                continue
            if datasec.name in _EXTERN_SECTIONS:
                continue
            section = self.elf.by_name.get(datasec.name)
            if section is None:
                raise self.error(f"BTF describes a section {datasec.name} that the file does not have")
            datasec.size = section.size
            placed = []
            for variable_id, _, size in datasec.variables:
                variable = btf.type(variable_id)
                symbol = offsets.get((section.index, variable.name))
                if symbol is None:
                    raise self.error(f"variable {variable.name} of {datasec.name} has no symbol")
                if symbol.value + size > section.size:
                    raise self.error(f"variable {variable.name} lies beyond the end of {datasec.name}")
                if symbol.visibility in (STV_HIDDEN, STV_INTERNAL) and isinstance(variable, types.Var):
                    variable.linkage = types.STATIC
                placed.append((variable_id, symbol.value, size))
                if section.index in self.data_sections or section.name == _ARENA_SECTION:
                    self.spec.variables[variable.name] = Variable(
                        variable.name, datasec.name, symbol.value, size, variable_id)
            datasec.variables = sorted(placed, key=lambda item: item[1])
            if section.index in self.data_sections:
                self.spec.maps[datasec.name].value_type_id = datasec_id

    def externs(self, btf: Btf) -> None:
        from .btf import types

        sections = {name: btf.find(types.BTF_KIND_DATASEC, name) for name in _EXTERN_SECTIONS}
        if not any(sections.values()):
            return
        from .externs import KCONFIG, collect_externs

        undefined = {symbol.name: symbol.binding == STB_WEAK for symbol in self.elf.symbols
                     if symbol.section == SHN_UNDEF and symbol.binding != STB_LOCAL}
        self.spec.externs = collect_externs(btf, undefined)
        datasec = btf.type(sections[KCONFIG] or 0)
        if isinstance(datasec, types.Datasec):
            spec = MapSpec(KCONFIG, MapType.BPF_MAP_TYPE_ARRAY, key_size=4, value_size=datasec.size, max_entries=1,
                           map_flags=BPF_F_RDONLY_PROG, converter=self.spec.converter)
            spec.contents = bytearray(datasec.size)
            spec.value_type_id = sections[KCONFIG] or 0
            self.spec.maps[KCONFIG] = spec
            for type_id, offset, size in datasec.variables:
                name = btf.type(type_id).name
                self.spec.variables[name] = Variable(name, KCONFIG, offset, size, type_id)

    def attach_infos(self, ext: BtfExt, btf: Btf) -> None:
        names = {section.name: section.index for section in self.elf.sections}
        for name, infos in ext.function_info.items():
            for info in infos:
                function = self.spec.functions.get((names.get(name, -1), info.offset // INSTRUCTION_SIZE))
                if function is not None:
                    btf.type(info.type_id)
                    function.type_id = info.type_id
        for name, lines in ext.line_info.items():
            functions = self.by_section.get(names.get(name, -1), [])
            for function, slot, line in self.spread(functions, lines, name):
                function.line_info.append((slot, line))
        for name, records in ext.core_relocations.items():
            functions = self.by_section.get(names.get(name, -1), [])
            for function, slot, record in self.spread(functions, records, name):
                function.core_relocations.append((slot, record))

    def spread(self, functions: list[Function], records: list, section: str) -> list:  # type: ignore[type-arg]
        """Give each record of a section to the function whose code holds its offset."""
        found = []
        index = 0
        for record in sorted(records, key=lambda item: item.offset):
            slot = record.offset // INSTRUCTION_SIZE
            if record.offset % INSTRUCTION_SIZE:
                raise self.error(f".BTF.ext: offset {record.offset} in {section} is inside an instruction")
            while index < len(functions) and slot >= functions[index].slot + len(functions[index].instructions) // 8:
                index += 1
            if index < len(functions) and slot >= functions[index].slot:
                found.append((functions[index], slot - functions[index].slot, record))
        return found

    # Code

    def functions(self) -> None:
        code = {section.index: section for section in self.elf.sections if section.is_executable and section.size}
        views = {index: section.data for index, section in code.items()}
        for symbol in self.elf.symbols:
            section = code.get(symbol.section)
            if section is None or symbol.type != STT_FUNC:
                continue
            if symbol.value % INSTRUCTION_SIZE or symbol.size % INSTRUCTION_SIZE or not symbol.size:
                raise self.error(f"function {symbol.name} does not consist of whole instructions")
            if symbol.value + symbol.size > section.size:
                raise self.error(f"function {symbol.name} lies beyond the end of section {section.name}")
            data = bytes(views[section.index][symbol.value : symbol.value + symbol.size])
            slot = symbol.value // INSTRUCTION_SIZE
            function = Function(symbol.name, section.index, section.name, slot, data)
            function.hidden = symbol.visibility in (STV_HIDDEN, STV_INTERNAL)
            self.spec.functions.setdefault((section.index, slot), function)
        for function in sorted(self.spec.functions.values(), key=lambda item: (item.section, item.slot)):
            self.by_section.setdefault(function.section, []).append(function)

    def programs(self) -> None:
        symbols = {(symbol.section, symbol.value): symbol for symbol in self.elf.symbols if symbol.type == STT_FUNC}
        for function in self.spec.functions.values():
            symbol = symbols[function.section, function.slot * INSTRUCTION_SIZE]
            if function.section_name == ".text" or symbol.binding == STB_LOCAL:
                continue  # a hidden one is a program as well: only its linkage in BTF differs
            autoload = not function.section_name.startswith("?")
            section = function.section_name.removeprefix("?")
            if not section.isprintable():  # it may go into a line of tracefs when the program is attached
                raise self.error(f"the name of section {section!r} has characters that are not for names")
            matched = match_section(section)
            kind, extras = matched if matched else (None, ())
            self.spec.programs[function.name] = ProgramSpec(
                function.name, section, kind, extras, function, license=self.spec.license, autoload=autoload)

    # Data and maps

    def data_maps(self) -> None:
        for section in self.elf.sections:
            kind = _data_kind(section.name)
            if kind is None or not section.size or not section.flags & 2:
                continue
            spec = MapSpec(section.name, MapType.BPF_MAP_TYPE_ARRAY, key_size=4, value_size=section.size, max_entries=1,
                           map_flags=BPF_F_RDONLY_PROG if kind == ".rodata" else 0, converter=self.spec.converter)
            spec.contents = bytearray(section.data)
            self.spec.maps[section.name] = spec
            self.data_sections[section.index] = section.name
            if section.index in self.relocations and section.type != SHT_NOBITS:
                self.spec.unsupported[section.name] = "this loader does not relocate addresses inside data sections yet"

    def arena_data(self) -> None:
        """Variables that live in the object's arena, from its first byte on."""
        section = self.elf.by_name.get(_ARENA_SECTION)
        if section is None or not section.size:
            return
        arenas = [each for each in self.spec.maps.values() if each.type is MapType.BPF_MAP_TYPE_ARENA]
        if len(arenas) != 1:
            raise self.error(f"it has variables of an arena and {len(arenas) or 'no'} arenas to put them in",
                             help="declare one map of type BPF_MAP_TYPE_ARENA")
        if section.size > arenas[0].max_entries * PAGE:
            raise self.error(f"its variables of {section.size} bytes do not fit in arena {arenas[0].name} of "
                             f"{arenas[0].max_entries} pages")
        self.arena_section = section.index
        self.spec.arena_data = arenas[0].name, bytes(section.data)

    def maps(self, btf: Btf | None) -> None:
        section = self.elf.by_name[".maps"]
        self.maps_section = section.index
        if btf is None:
            raise self.error("it declares maps but has no type information", help="build it with -g")
        from .btf import types
        from .map_definitions import MapDefinition

        assert self.spec.converter is not None
        symbols = {symbol.name: symbol for symbol in self.elf.symbols if symbol.section == section.index}
        declared = btf.find(types.BTF_KIND_DATASEC, ".maps")
        variables = btf.types[declared] if declared else None
        if not isinstance(variables, types.Datasec):
            raise self.error("section .maps has no description in BTF", help="build it with -g")
        found = []
        for variable_id, _, _ in variables.variables:
            variable = btf.type(variable_id)
            if not isinstance(variable, types.Var) or variable.name not in symbols:
                raise self.error(f"map {variable.name or variable_id} of .maps has no symbol")
            definition = MapDefinition(btf, self.spec.converter, variable.name)
            spec = definition.read(variable.type)
            offset = symbols[variable.name].value
            self.definitions[variable.name] = (offset, definition)
            found.append((offset, spec))
        for offset, spec in sorted(found, key=lambda item: item[0]):
            self.map_offsets[offset] = spec.name
            self.spec.maps[spec.name] = spec

    def map_values(self) -> None:
        """Relocations against .maps are the initial slots of `values`."""
        for relocation in self.relocations.get(self.maps_section, ()):
            owner = max((item for item in self.definitions.values() if item[0] <= relocation.offset),
                        key=lambda item: item[0], default=None)
            if owner is None or owner[1].values_offset is None:
                raise self.error(f"a relocation at .maps+{relocation.offset} belongs to no `values`")
            offset, definition = owner
            assert definition.values_offset is not None
            index, rest = divmod(relocation.offset - offset - definition.values_offset, 8)
            symbol = relocation.symbol
            target = self.map_offsets.get(symbol.value) if symbol.section == self.maps_section else symbol.name
            if rest or index < 0 or target is None:
                raise self.error(f"map {definition.name}: the initial value at .maps+{relocation.offset} is no slot")
            self.spec.maps[definition.name].initial[index] = target

    def struct_ops(self, btf: Btf) -> None:
        """Each variable of `.struct_ops` and `.struct_ops.link` is a map; its relocations are its programs."""
        from .btf import types
        from .struct_ops import SECTIONS, StructOpsTable

        for described in btf.types:
            if not isinstance(described, types.Datasec) or described.name.removeprefix("?") not in SECTIONS:
                continue
            section = self.elf.by_name[described.name]
            for variable_id, start, size in described.variables:
                variable = btf.type(variable_id)
                assert isinstance(variable, types.Var)  # fix_datasecs has seen it
                type_id, type_ = btf.resolve(variable.type)
                if not isinstance(type_, types.Struct) or not type_.name:
                    raise self.error(f"{variable.name} of {described.name} is no struct of the kernel's")
                table = StructOpsTable(type_id, type_.name, bytes(section.data[start : start + size]),
                                       by_link=described.name.endswith(".link"))
                members = {start + member.bit_offset // 8: member.name for member in type_.members}
                for relocation in self.relocations.get(section.index, ()):
                    if start <= relocation.offset < start + size:
                        program = self.program_at(relocation)
                        if program is None or relocation.offset not in members:
                            raise self.error(f"{described.name}+{relocation.offset} in {variable.name} is to hold "
                                             f"{relocation.symbol.name or 'a symbol'}, which is no program",
                                             help='a function of the table is a global one with SEC("struct_ops")')
                        table.programs[members[relocation.offset]] = program
                spec = MapSpec(variable.name, MapType.BPF_MAP_TYPE_STRUCT_OPS, key_size=4, value_size=size,
                               max_entries=1, converter=self.spec.converter)
                spec.struct_ops = table
                self.spec.maps[variable.name] = spec

    def program_at(self, relocation: Relocation) -> str | None:
        """The program whose address a relocation of data asks for."""
        symbol = relocation.symbol
        slot = (symbol.value + relocation.addend) // INSTRUCTION_SIZE
        function = self.spec.functions.get((symbol.section, slot))
        return function.name if function is not None and function.name in self.spec.programs else None

    # References

    def references(self) -> None:
        for section, functions in self.by_section.items():
            name = functions[0].section_name
            relocated: dict[int, Reference] = {}
            for relocation in self.relocations.get(section, ()):
                if relocation.type in (R_BPF_64_ABS64, R_BPF_64_ABS32, R_BPF_64_NODYLD32):
                    raise self.error(f"relocation type {relocation.type} in code ({name})")
                slot, rest = divmod(relocation.offset, INSTRUCTION_SIZE)
                if rest:
                    raise self.error(f"a relocation at {name}+{relocation.offset} is inside an instruction")
                relocated[slot] = self.reference(relocation, slot, functions)
            for function in functions:
                self.scan(function, relocated)

    def scan(self, function: Function, relocated: dict[int, Reference]) -> None:
        """Relocated places, and the calls that the compiler resolved itself, relative to the section."""
        slots = struct.iter_unpack(self.order + "BBhi", function.instructions)
        for index, (code, registers, _, imm) in enumerate(slots):
            if code not in (CALL, LDIMM64):
                continue
            slot = function.slot + index
            reference = relocated.get(slot)
            if reference is not None:
                function.references.append(reference._replace(slot=index))
                continue
            source = registers >> 4 if self.order == "<" else registers & 15
            if (code == CALL and source == BPF_PSEUDO_CALL) or (code == LDIMM64 and source == BPF_PSEUDO_FUNC):
                function.references.append(Reference(
                    index, "call" if code == CALL else "function", section=function.section, offset=slot + imm + 1))

    def reference(self, relocation: Relocation, slot: int, functions: list[Function]) -> Reference:
        symbol = relocation.symbol
        code, imm = self.instruction(slot, functions)
        imm += relocation.addend
        where = f"{functions[0].section_name}+{relocation.offset}"
        if relocation.type == R_BPF_64_32:
            if code != CALL:
                raise self.error(f"the relocation at {where} is for a call, but there is none")
            if symbol.section == SHN_UNDEF:
                return Reference(slot, "extern", symbol.name)
            return Reference(slot, "call", symbol.name, symbol.section, symbol.value // INSTRUCTION_SIZE + imm + 1)
        if relocation.type != R_BPF_64_64 or code != LDIMM64:
            raise self.error(f"unknown relocation (type {relocation.type}, opcode {code:#x}) at {where}")
        if symbol.section == SHN_UNDEF:
            return Reference(slot, "extern", symbol.name, offset=imm)
        if symbol.section == self.maps_section:
            name = self.map_offsets.get(symbol.value + imm)
            if name is None:
                raise self.error(f"the relocation at {where} points into .maps, but at no map")
            return Reference(slot, "map", name)
        if symbol.section in self.data_sections:
            return Reference(slot, "data", self.data_sections[symbol.section], offset=symbol.value + imm)
        if symbol.section == self.arena_section:
            assert self.spec.arena_data is not None
            return Reference(slot, "data", self.spec.arena_data[0], offset=symbol.value + imm)
        if symbol.section in self.by_section:
            offset, rest = divmod(symbol.value + imm, INSTRUCTION_SIZE)
            if rest:
                raise self.error(f"the function pointer at {where} points inside an instruction")
            return Reference(slot, "function", symbol.name, symbol.section, offset)
        raise self.unknown_target(symbol, where)

    def unknown_target(self, symbol: Symbol, where: str) -> SpecError:
        sections = self.elf.sections
        section: Section | None = sections[symbol.section] if symbol.section < len(sections) else None
        name = section.name if section else "a common block"
        return self.error(f"the code at {where} refers to {symbol.name or 'a symbol'} in {name}, which is neither a "
                          "map, nor data, nor code", help="give the variable a section such as .data, .rodata or .bss")

    def instruction(self, slot: int, functions: list[Function]) -> tuple[int, int]:
        """Opcode and immediate of a slot of the section."""
        function = functions[bisect_right(functions, slot, key=lambda item: item.slot) - 1]
        at = (slot - function.slot) * INSTRUCTION_SIZE
        if not 0 <= at < len(function.instructions):
            raise self.error(f"a relocation in {function.section_name} at instruction {slot} is outside all functions")
        code, imm = struct.unpack_from(self.order + "B3xi", function.instructions, at)
        return code, imm
