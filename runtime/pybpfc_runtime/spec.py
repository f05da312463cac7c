"""An object file as a plain, editable description: nothing here makes a system call.

`ObjectSpec.open("x.o")` reads, the attributes may be changed (a map's size, a constant in .rodata, which
programs load), and `load()` hands the result to the kernel.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from .errors import ElfError, Named
from .variables import Variable, Variables

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .btf.convert import TypeConverter
    from .btf.ext import CoreRelocation, LineInfo
    from .btf.types import Btf
    from .externs import Extern
    from .layout import AnyType
    from .maps import Map
    from .object import Object
    from .program import OpenProgram, Program
    from .sections import SectionKind
    from .struct_ops import StructOpsTable
    from .uapi import AttachType, MapType, ProgramType

MAX_FILE = 256 << 20  # bytes; the largest objects of the kernel's own tests have 2 MB


class Reference(NamedTuple):
    """A place in a function's code that the linker or the loader fills in.

    Kinds: "map" (name), "data" (name of the section's map, offset in bytes), "call" and "function"
    (section index and slot of the target), "extern" (name, and what is added to its address).
    """

    slot: int
    kind: str
    name: str = ""
    section: int = -1
    offset: int = 0


class Function:
    """A piece of code as it stands in the object: a program or a subprogram, not linked."""

    __slots__ = ("core_relocations", "hidden", "instructions", "line_info", "name", "references", "section",
                 "section_name", "slot", "type_id")

    def __init__(self, name: str, section: int, section_name: str, slot: int, instructions: bytes) -> None:
        self.name = name
        self.section = section
        self.section_name = section_name
        self.slot = slot  # of its first instruction, from the start of the section
        self.instructions = instructions
        self.hidden = False  # STV_HIDDEN: verified as if it were static
        self.type_id = 0  # the FUNC in BTF; 0 without
        self.references: list[Reference] = []
        self.line_info: list[tuple[int, LineInfo]] = []  # by slot from the start of the function
        self.core_relocations: list[tuple[int, CoreRelocation]] = []  # likewise

    def __repr__(self) -> str:
        return f"<Function {self.name}: {len(self.instructions) // 8} instructions in {self.section_name}>"


class ProgramSpec:
    """A program as the object describes it.

    Attributes:
        name: of the function.
        section: as written in SEC(), without the leading `?`.
        kind: the row of the SEC() table, or None where none matches.
        program_type, expected_attach_type: from that row; set them where the section says nothing.
        attach_to: the extras of the section's name; for kinds with a BTF id, (name of the function or hook,).
        attach_target: the loaded program whose function `attach_to` names, for freplace, and for fentry and fexit of
            BPF programs; None for the kernel's own functions.
        flags: prog_flags of BPF_PROG_LOAD.
        autoload: whether `load()` loads it; False for SEC("?...").
        autoattach: whether `attach_all()` attaches it.
        function: the code with its relocations.
    """

    __slots__ = ("attach_target", "attach_to", "autoattach", "autoload", "expected_attach_type", "flags", "function",
                 "kind", "license", "name", "program_type", "section")

    def __init__(self, name: str, section: str, kind: SectionKind | None, attach_to: tuple[str, ...],
                 function: Function, *, license: str, autoload: bool = True) -> None:
        self.name = name
        self.section = section
        self.kind = kind
        self.attach_to = attach_to
        self.attach_target: Program | OpenProgram | None = None
        self.function = function
        self.license = license
        self.autoload = autoload
        self.autoattach = True
        self.program_type: ProgramType | None = kind.program_type if kind else None
        self.expected_attach_type: AttachType | None = kind.attach_type if kind else None
        self.flags = kind.flags if kind else 0

    @property
    def instructions(self) -> bytes:
        """The code before linking, 8 bytes an instruction slot."""
        return self.function.instructions

    @property
    def function_info(self) -> int:
        """The id of the program's FUNC in BTF; 0 without debug information."""
        return self.function.type_id

    @property
    def line_info(self) -> list[tuple[int, LineInfo]]:
        """Source lines by the slot at which they begin."""
        return self.function.line_info

    def __repr__(self) -> str:
        return f"<ProgramSpec {self.name}: SEC({self.section!r}), {len(self.instructions) // 8} instructions>"


class MapSpec:
    """A map as the object describes it. Sizes in bytes, names and flags as in `struct bpf_map_create`.

    Attributes:
        pinning: 1 for LIBBPF_PIN_BY_NAME.
        key_type_id, value_type_id: in the object's BTF; 0 for none.
        inner: the template of a map of maps.
        contents: initial bytes of a global data section.
        struct_ops: the table of functions of a struct_ops map, or None.
        initial: what the slots of a ProgArray or a map of maps hold at first: program or map names by index.
        declared_key, declared_value, declared_record: descriptors that take precedence over BTF's.
    """

    __slots__ = ("_converter", "contents", "declared_key", "declared_record", "declared_value", "initial", "inner",
                 "key_size", "key_type_id", "map_extra", "map_flags", "max_entries", "name", "numa_node", "pinning",
                 "record_type_id", "struct_ops", "type", "value_size", "value_type_id")

    def __init__(self, name: str, type: MapType, *, key_size: int = 0, value_size: int = 0, max_entries: int = 0,
                 map_flags: int = 0, converter: TypeConverter | None = None) -> None:
        self.name = name
        self.type = type
        self.key_size = key_size
        self.value_size = value_size
        self.max_entries = max_entries
        self.map_flags = map_flags
        self.numa_node: int | None = None
        self.map_extra = 0
        self.pinning = 0
        self.key_type_id = 0
        self.value_type_id = 0
        self.record_type_id = 0  # of what a ring or perf buffer carries
        self.inner: MapSpec | None = None
        self.contents: bytearray | None = None
        self.struct_ops: StructOpsTable | None = None
        self.initial: dict[int, str] = {}
        self.declared_key: AnyType | None = None
        self.declared_value: AnyType | None = None
        self.declared_record: AnyType | None = None
        self._converter = converter

    @property
    def key_type(self) -> AnyType | None:
        """How a key decodes; None where the object does not say."""
        return self.declared_key or self._convert(self.key_type_id)

    @property
    def value_type(self) -> AnyType | None:
        """How a value decodes; None where the object does not say, and for data sections: variables have types."""
        if self.contents is not None:
            return None
        return self.declared_value or self._convert(self.value_type_id)

    @property
    def record_type(self) -> AnyType | None:
        """How a record of a ring or perf buffer decodes; None where the object does not say."""
        return self.declared_record or self._convert(self.record_type_id)

    def _convert(self, type_id: int) -> AnyType | None:
        return self._converter.value_type(type_id) if type_id and self._converter else None

    def __repr__(self) -> str:
        return (f"<MapSpec {self.name}: {self.type.name}, key {self.key_size}, value {self.value_size}, "
                f"max_entries {self.max_entries}>")


class ObjectSpec:
    """Everything an object file declares.

    Attributes:
        name: its path, for messages.
        image: the file's bytes, as read; `bytes(spec)` gives them too.
        byteorder: "little" or "big": of the machine it was built for.
        programs, maps: by name, in the order of the file. Global data sections are maps as well.
        functions: programs and subprograms by (section index, first slot).
        variables: global variables by name.
        declared_variables: descriptors of some of them that take precedence over BTF's.
        btf: the types, or None for an object without.
        externs: kernel symbols and configuration values that the object declares, by name.
        kconfig: configuration values that count instead of the running kernel's, as in a configuration file:
            `spec.kconfig["CONFIG_HZ"] = "250"`.
    """

    def __init__(self, name: str, image: bytes, byteorder: str) -> None:
        self.name = name
        self.image = image
        self.byteorder = byteorder
        self.license = ""
        self.kernel_version = 0
        self.programs: dict[str, ProgramSpec] = Named("program")
        self.maps: dict[str, MapSpec] = Named("map")
        self.functions: dict[tuple[int, int], Function] = {}
        self.variables: dict[str, Variable] = {}
        self.declared_variables: dict[str, AnyType] = {}
        self.arena_data: tuple[str, bytes] | None = None  # the arena, and what its first bytes hold
        self.btf: Btf | None = None
        self.converter: TypeConverter | None = None
        self.externs: dict[str, Extern] = {}
        self.kconfig: dict[str, str] = {}
        self.unsupported: dict[str, str] = {}  # sections that load() must refuse, with the reason

    @staticmethod
    def open(path: str | os.PathLike[str]) -> ObjectSpec:
        """Read an object file.

        Raises:
            OSError: the file cannot be read.
            ElfError, BtfError, SpecError: it is no BPF object, or a corrupt one.
        """
        with open(path, "rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size > MAX_FILE:
                raise ElfError(f"{os.fspath(path)}: {size} bytes are no BPF object")
            data = file.read()
        return ObjectSpec.from_bytes(data, os.fspath(path))

    @staticmethod
    def from_bytes(data: bytes, name: str = "") -> ObjectSpec:
        """Read an object from memory; `name` stands in messages for its path."""
        from .parse import parse_object

        return parse_object(bytes(data), name)

    @property
    def rodata(self) -> Variables:
        """The constants: `const volatile` in C, `rodata()` in Python. Settable until the object is loaded."""
        return self._view(".rodata")

    @property
    def data(self) -> Variables:
        """The initialised variables."""
        return self._view(".data")

    @property
    def bss(self) -> Variables:
        """The variables that begin as zero."""
        return self._view(".bss")

    def load(self, *, rodata: Mapping[str, object] | None = None, maps: Mapping[str, Map | int] | None = None,
             pin_path: str | os.PathLike[str] = "/sys/fs/bpf", token: str | os.PathLike[str] | None = None,
             log_level: int = 0) -> Object:
        """Create the maps, load the programs.

        Args:
            rodata: constants to set in this load only, by name.
            maps: maps that exist and are used instead of new ones, by the name that they have in this object: maps of
                another loaded object, or descriptors. They stay the caller's: closing the object leaves them open.
            pin_path: where maps with `pinning` live, a folder of a bpf file system.
            token: a bpf file system whose mount delegates the right to load, for an unprivileged user namespace.
            log_level: of the verifier's log on a failure: 0 or 1 its path to the refusal, 2 every instruction.

        Returns:
            A context manager that owns the descriptors.

        Raises:
            VerifierError: with the log and the source line.
            MapMismatchError: a pinned map, or one of `maps`, is not what the object declares.
            PermissionDenied: with the reasons that apply.
            UnsupportedFeature: the object needs what this loader does not do.
            KernelError: any other refusal.
        """
        from .importing import refuse_while_importing
        from .load import LoadOptions, load_object

        refuse_while_importing("load()")
        return load_object(self, LoadOptions(rodata or {}, maps or {}, os.fspath(pin_path),
                                             None if token is None else os.fspath(token), log_level))

    def type_of(self, variable: Variable) -> AnyType:
        """The descriptor of a variable's type."""
        declared = self.declared_variables.get(variable.name)
        if declared is not None:
            return declared
        assert self.converter is not None  # variables come from BTF
        return self.converter.value_type(variable.type_id)

    def _view(self, section: str) -> Variables:
        def read(variable: Variable) -> bytes:
            return bytes(self._contents(variable)[variable.offset : variable.offset + variable.size])

        def write(variable: Variable, data: bytes) -> None:
            self._contents(variable)[variable.offset : variable.offset + variable.size] = data

        chosen = {name: variable for name, variable in self.variables.items()
                  if variable.section == section or variable.section.startswith(section + ".")}
        return Variables(f"variable of {section}", chosen, self.type_of, read, write)

    def _contents(self, variable: Variable) -> bytearray:
        contents = self.maps[variable.section].contents
        assert contents is not None
        return contents

    def __bytes__(self) -> bytes:
        return self.image

    def __repr__(self) -> str:
        return f"<ObjectSpec {self.name or 'from memory'}: {len(self.programs)} programs, {len(self.maps)} maps>"


