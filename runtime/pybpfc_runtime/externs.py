"""Externs: what an object declares and the kernel provides.

`.ksyms` holds kernel functions (kfuncs) and kernel variables, `.kconfig` values of the kernel's configuration. Here
they are read from BTF and the symbol table, and BTF is changed into what the kernel accepts: a DATASEC of variables
that exist. Nothing here looks at the running kernel; `resolve` does.

Source: bpf_helpers.h (`__ksym`, `__kconfig`, `__weak`), libbpf's `bpf_object__collect_externs`, whose layout of
`.kconfig` tools rely on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from .btf import types
from .btf.core import essential
from .errors import SpecError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .btf.types import Btf

KSYMS, KCONFIG = ".ksyms", ".kconfig"

# The kinds of externs.
FUNCTION = "function"  # a kernel function that programs may call
VARIABLE = "variable"  # a kernel variable with a type, checked against the kernel's own
ADDRESS = "address"  # `extern const void x __ksym`: the address alone, from /proc/kallsyms
CONFIG = "config"  # a value of the kernel's configuration, in the map `.kconfig`

_LARGEST_ALIGNMENT = 8  # of a pointer of the BPF machine
_TRISTATE = "libbpf_tristate"
_PLACEHOLDER = "dummy_ksym"  # libbpf's name, which people know from `bpftool btf dump`


class Extern(NamedTuple):
    """One declaration.

    Attributes:
        name: as in the object; the kernel's name is that without a flavour (`___old`).
        kind: FUNCTION, VARIABLE, ADDRESS or CONFIG.
        weak: may be missing in the kernel: its address is then 0, a value 0.
        type_id: in the object's BTF: of the function's prototype, or of the variable without qualifiers.
        format: of a CONFIG value: "bool", "tristate", "char", "integer" or "string".
        signed: whether an integer CONFIG value is.
        offset, size: of a CONFIG value in `.kconfig`, in bytes.
        position: among all externs in libbpf's order; an unresolved call of a weak function carries it.
    """

    name: str
    kind: str
    weak: bool
    type_id: int
    format: str = ""
    signed: bool = False
    offset: int = 0
    size: int = 0
    position: int = 0

    @property
    def kernel_name(self) -> str:
        return essential(self.name) if self.kind == FUNCTION else self.name


def collect_externs(btf: Btf, weak: Mapping[str, bool]) -> dict[str, Extern]:
    """The externs by name, configuration values first; BTF is changed as the kernel wants it.

    Args:
        btf: of the object.
        weak: the undefined symbols of the object, and whether each is weak.

    Raises:
        SpecError: an extern without a symbol, or of a type that cannot be provided.
    """
    sections = {type_.name: type_ for type_ in btf.types if isinstance(type_, types.Datasec)}
    found: list[Extern] = []
    for name, section in sections.items():
        if name in (KSYMS, KCONFIG):
            found.extend(_extern(btf, variable, name, weak) for variable, _, _ in section.variables)
    externs: dict[str, Extern] = {}
    end = 0
    for position, extern in enumerate(sorted(found, key=lambda item: _order(item, btf))):
        offset = 0
        if extern.kind == CONFIG:
            alignment = _alignment(btf, extern.type_id)
            offset = (end + alignment - 1) // alignment * alignment
            end = offset + extern.size
        externs[extern.name] = extern._replace(offset=offset, position=position)
    if KCONFIG in sections:
        _place_values(btf, sections[KCONFIG], externs, end)
    if KSYMS in sections:
        _make_variables(btf, sections[KSYMS])
    return externs


def _extern(btf: Btf, type_id: int, section: str, weak: Mapping[str, bool]) -> Extern:
    declared = btf.type(type_id)
    if declared.name not in weak:
        raise SpecError(f"{declared.name} is declared in {section}, but the symbol table has no such extern",
                        help="build the object again; `strip` must not remove undefined symbols")
    if isinstance(declared, types.Func):
        if section == KCONFIG:
            raise SpecError(f"function {declared.name} is declared as __kconfig", help="declare it as __ksym")
        return Extern(declared.name, FUNCTION, weak[declared.name], declared.type)
    if not isinstance(declared, types.Var):
        raise SpecError(f"{declared.name or 'an entry'} of {section} is neither a function nor a variable")
    resolved, type_ = btf.resolve(declared.type)
    if section == KSYMS:
        kind = ADDRESS if isinstance(type_, types.Void) else VARIABLE
        return Extern(declared.name, kind, weak[declared.name], resolved)
    format_ = config_format(btf, resolved)
    if format_ is None:
        raise SpecError(f"{declared.name}: a __kconfig value cannot be a {types.KIND_NAMES[type_.kind]} "
                        f"{type_.name}".rstrip(),
                        help="it is a bool, an enum libbpf_tristate, a char, an integer or a char array")
    signed = isinstance(type_, types.Int) and bool(type_.encoding & types.INT_SIGNED)
    return Extern(declared.name, CONFIG, weak[declared.name], resolved, format_, signed, size=btf.size_of(resolved))


def config_format(btf: Btf, type_id: int) -> str | None:
    """How a configuration value of a type is written; None where the type cannot hold one."""
    _, type_ = btf.resolve(type_id)
    if isinstance(type_, types.Int):
        if type_.encoding & types.INT_BOOL:
            return "bool" if type_.size == 1 else None
        if type_.size == 1:
            return "char"
        return "integer" if type_.size in (2, 4, 8) else None
    if isinstance(type_, (types.Enum, types.Enum64)):
        return "tristate" if type_.name == _TRISTATE else None
    if isinstance(type_, types.Array) and type_.count and config_format(btf, type_.element) == "char":
        return "string"
    return None


def _alignment(btf: Btf, type_id: int) -> int:
    _, type_ = btf.resolve(type_id)
    return 1 if isinstance(type_, types.Array) else min(_LARGEST_ALIGNMENT, btf.size_of(type_id))


def _order(extern: Extern, btf: Btf) -> tuple[object, ...]:
    """libbpf's order: values by falling alignment and growing size, then symbols; ties by name."""
    if extern.kind == CONFIG:
        return 0, -_alignment(btf, extern.type_id), extern.size, extern.name.encode()
    return 1, 0, 0, extern.name.encode()


def _place_values(btf: Btf, section: types.Datasec, externs: Mapping[str, Extern], size: int) -> None:
    placed = []
    for type_id, _, _ in section.variables:
        variable = btf.type(type_id)
        assert isinstance(variable, types.Var)  # _extern() has looked
        variable.linkage = types.GLOBAL
        extern = externs[variable.name]
        placed.append((type_id, extern.offset, extern.size))
    section.variables = sorted(placed, key=lambda item: item[1])
    section.size = size


def _make_variables(btf: Btf, section: types.Datasec) -> None:
    """The kernel knows no externs in BTF: each becomes an int that exists, functions become global ones."""
    integer = next((number for number, type_ in enumerate(btf.types)
                    if isinstance(type_, types.Int) and type_.bits == 32), 0)
    integer = integer or btf.add(types.Int("int", 4, types.INT_SIGNED, 0, 32))
    placeholder = 0
    placed: list[tuple[int, int, int]] = []
    for type_id, _, _ in section.variables:
        declared = btf.type(type_id)
        if isinstance(declared, types.Func):
            placeholder = placeholder or btf.add(types.Var(_PLACEHOLDER, integer, types.GLOBAL))
            declared.linkage = types.GLOBAL
            prototype = btf.type(declared.type)
            assert isinstance(prototype, types.FuncProto)
            # The kernel wants names for the parameters of a function, which a declaration need not have.
            prototype.parameters = [(name or (_PLACEHOLDER if parameter else ""), parameter)
                                    for name, parameter in prototype.parameters]
            type_id = placeholder
        elif isinstance(declared, types.Var):
            declared.linkage = types.GLOBAL
            declared.type = integer
        placed.append((type_id, 4 * len(placed), 4))
    section.variables = placed
    section.size = 4 * len(placed)
