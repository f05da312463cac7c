"""What the compiler knows by itself: functions that are no call in the kernel.

Each carries ``__pybpfc_intrinsic__``, by which the compiler recognises it however it was imported. Those with
a meaning in user space (`sizeof`, `offsetof`, `to_bits`, `from_bits`) work there too; the others raise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pybpfc_runtime.values import Array, Ptr, Str

__all__ = [
    "PT_REGS_FP",
    "PT_REGS_IP",
    "PT_REGS_PARM1",
    "PT_REGS_PARM2",
    "PT_REGS_PARM3",
    "PT_REGS_PARM4",
    "PT_REGS_PARM5",
    "PT_REGS_PARM6",
    "PT_REGS_RC",
    "PT_REGS_SP",
    "atomic_add",
    "atomic_and",
    "atomic_cmpxchg",
    "atomic_or",
    "atomic_xchg",
    "atomic_xor",
    "bpf_for",
    "bpf_for_each",
    "bpf_repeat",
    "cast",
    "cast_user",
    "copy",
    "core_read",
    "core_read_str",
    "core_read_user",
    "enum_value",
    "enum_value_exists",
    "field_exists",
    "field_size",
    "from_bits",
    "kfunc_exists",
    "offsetof",
    "ptr",
    "sizeof",
    "to_bits",
    "type_exists",
    "type_id_kernel",
    "type_id_local",
    "type_matches",
    "type_size",
    "unrolled",
]

_T = TypeVar("_T")
_F = TypeVar("_F", bound="Callable[..., Any]")


def intrinsic(function: _F) -> _F:
    """Mark a function as one that the compiler lowers itself."""
    function.__pybpfc_intrinsic__ = function.__name__  # type: ignore[attr-defined]
    return function


def _only_in_bpf(name: str) -> TypeError:
    return TypeError(f"{name}() has a meaning only inside a BPF program")


def _layout(type_or_value: Any) -> Any:
    """The layout behind a type, an annotation or a struct's instance, unless it is another kernel's to say."""
    from pybpfc_runtime.values import DeclarationError, value_type

    own = getattr(type(type_or_value), "__pybpfc_type__", None)
    found = own if own is not None and not isinstance(type_or_value, type) else value_type(type_or_value, "sizeof()")
    if getattr(found, "kernel", False):
        raise DeclarationError(f"the layout of {found.name} belongs to the kernel that a program is loaded into: "
                               "`type_size(T)` in a program asks it")
    return found


# --- sizes and representations


@intrinsic
def sizeof(type_or_value: Any) -> int:
    """The size in bytes of a type, or of the type of a value. A kernel struct has none at compile time: `type_size`.

    Raises:
        DeclarationError: in user space, it is no type of BPF memory.
    """
    return int(_layout(type_or_value).size)


@intrinsic
def offsetof(struct: Any, field: str) -> int:
    """The offset in bytes of a field in a struct, as C's offsetof.

    Args:
        struct: a Struct or Union class, or an object of one.
        field: the field's name; a path into nested structs as "outer.inner".

    Raises:
        AttributeError: there is no such field.
        TypeError: it is a bit field, which has no byte offset.
    """
    return offset_in(_layout(struct), field)


def offset_in(struct: Any, field: str) -> int:
    """`offsetof` on a layout."""
    current, offset = struct, 0
    for name in field.split("."):
        found = _find(current, name)
        if found is None:
            raise AttributeError(f"{current.name} has no field {name!r}")
        if found[1].bits:
            raise TypeError(f"{current.name}.{name} is a bit field: it has no byte offset")
        offset += found[0]
        current = found[1].type
    return offset


def _find(struct: Any, name: str) -> tuple[int, Any] | None:
    """Offset and field of a name, anonymous members included."""
    for field in getattr(struct, "fields", ()):
        if name in (field.attribute, field.name) and name:
            return field.offset, field
        if not field.attribute and (inner := _find(field.type, name)) is not None:
            return field.offset + inner[0], inner[1]
    return None


@intrinsic
def to_bits(value: int) -> int:
    """The bits of a network-order value as a host integer: what `*(u32 *)&x` gives in C.

    In user space a `be16`, `be32` or `be64` instance gives the integer that a little-endian kernel sees; any
    other integer is its own bits.
    """
    own = getattr(type(value), "__pybpfc_type__", None)
    if own is not None and own.big_endian:
        return int.from_bytes(own.encode(value), "little")
    return int(value)


@intrinsic
def from_bits(type_: type[_T], bits: int) -> _T:
    """A value of a type, `be16` to `be64`, with these bits: the opposite of `to_bits`.

    Raises:
        OverflowError: in user space, the bits do not fit the type.
    """
    own = _layout(type_)
    return type_(own.decode(int(bits).to_bytes(own.size, "little")))  # type: ignore[call-arg]


# --- pointers and copies


@intrinsic
def cast(type_: type[_T], value: Any) -> _T:
    """See an integer as an untrusted kernel pointer, or a pointer as one to another type with the trust it had."""
    raise _only_in_bpf("cast")


@intrinsic
def cast_user(type_: type[_T], address: Any) -> _T:
    """See an integer as a pointer into user space."""
    raise _only_in_bpf("cast_user")


@intrinsic
def ptr(place: _T) -> Ptr[_T]:
    """A pointer to a scalar in memory, a field, an element or a global, for a helper or a subprogram that fills it."""
    raise _only_in_bpf("ptr")


@intrinsic
def copy(value: _T) -> _T:
    """A fresh copy of a struct or array, on the stack."""
    raise _only_in_bpf("copy")


# --- CO-RE: reads and questions that are answered for the kernel the program is loaded into


@intrinsic
def core_read(chain: _T) -> _T:
    """Read through untrusted kernel pointers: `core_read(task.real_parent.tgid)`, each offset relocated.

    A hop that faults reads as zero, as BPF_CORE_READ() does in C.
    """
    raise _only_in_bpf("core_read")


@intrinsic
def core_read_user(chain: _T) -> _T:
    """Read through pointers into user space, each offset relocated."""
    raise _only_in_bpf("core_read_user")


@intrinsic
def core_read_str(destination: Str | Array[Any], chain: Any) -> int:
    """Read a string through untrusted kernel pointers into a buffer.

    Returns:
        Its length with the NUL, or a negative errno.
    """
    raise _only_in_bpf("core_read_str")


@intrinsic
def field_exists(chain: Any) -> bool:
    """Whether the target kernel's struct has this field: `field_exists(task.__state)`."""
    raise _only_in_bpf("field_exists")


@intrinsic
def field_size(chain: Any) -> int:
    """The size in bytes that this field has in the target kernel."""
    raise _only_in_bpf("field_size")


@intrinsic
def type_exists(type_: type[Any]) -> bool:
    """Whether the target kernel has a type of this name and kind."""
    raise _only_in_bpf("type_exists")


@intrinsic
def type_size(type_: type[Any]) -> int:
    """The size in bytes of a type in the target kernel; 0 where it has none."""
    raise _only_in_bpf("type_size")


@intrinsic
def type_matches(type_: type[Any]) -> bool:
    """Whether the target kernel's type of this name has the fields and types of this one.

    Names count, those of integers too, and compilers differ in them: gcc, which builds most kernels, calls a u64
    `long long unsigned int`, so a struct with 64-bit integers matches only kernels built by clang. libbpf's rules.
    """
    raise _only_in_bpf("type_matches")


@intrinsic
def type_id_kernel(type_: type[Any]) -> int:
    """The id of a type in the target kernel's BTF, as `btf_ptr.type_id` wants it; 0 where it has none."""
    raise _only_in_bpf("type_id_kernel")


@intrinsic
def type_id_local(type_: type[Any]) -> int:
    """The id of a type in the program's own BTF."""
    raise _only_in_bpf("type_id_local")


@intrinsic
def enum_value_exists(member: Any) -> bool:
    """Whether the target kernel's enum has this member."""
    raise _only_in_bpf("enum_value_exists")


@intrinsic
def enum_value(member: Any) -> int:
    """The value that this enum member has in the target kernel."""
    raise _only_in_bpf("enum_value")


@intrinsic
def kfunc_exists(function: Any) -> bool:
    """Whether the target kernel has this kernel function."""
    raise _only_in_bpf("kfunc_exists")


# --- atomics: a place is a field, a map value's `.value` or a global; each returns the old value


@intrinsic
def atomic_add(place: int, value: int) -> int:
    """Add to a 32- or 64-bit place; returns what was there before."""
    raise _only_in_bpf("atomic_add")


@intrinsic
def atomic_or(place: int, value: int) -> int:
    """Bitwise or; returns what was there before."""
    raise _only_in_bpf("atomic_or")


@intrinsic
def atomic_and(place: int, value: int) -> int:
    """Bitwise and; returns what was there before."""
    raise _only_in_bpf("atomic_and")


@intrinsic
def atomic_xor(place: int, value: int) -> int:
    """Bitwise exclusive or; returns what was there before."""
    raise _only_in_bpf("atomic_xor")


@intrinsic
def atomic_xchg(place: int, new: int) -> int:
    """Store a value; returns what was there before."""
    raise _only_in_bpf("atomic_xchg")


@intrinsic
def atomic_cmpxchg(place: int, expected: int, new: int) -> int:
    """Store a value where the place holds the expected one; returns what was there before."""
    raise _only_in_bpf("atomic_cmpxchg")


# --- registers by what they are for, as bpf_tracing.h of libbpf has them: of a probe's context, or of the kernel's own
# `pt_regs` behind a pointer, for which C has other macros (PT_REGS_PARM1_CORE)


@intrinsic
def PT_REGS_PARM1(ctx: Any) -> int:
    """The first argument of the traced function."""
    raise _only_in_bpf("PT_REGS_PARM1")


@intrinsic
def PT_REGS_PARM2(ctx: Any) -> int:
    """The second argument of the traced function."""
    raise _only_in_bpf("PT_REGS_PARM2")


@intrinsic
def PT_REGS_PARM3(ctx: Any) -> int:
    """The third argument of the traced function."""
    raise _only_in_bpf("PT_REGS_PARM3")


@intrinsic
def PT_REGS_PARM4(ctx: Any) -> int:
    """The fourth argument of the traced function."""
    raise _only_in_bpf("PT_REGS_PARM4")


@intrinsic
def PT_REGS_PARM5(ctx: Any) -> int:
    """The fifth argument of the traced function."""
    raise _only_in_bpf("PT_REGS_PARM5")


@intrinsic
def PT_REGS_PARM6(ctx: Any) -> int:
    """The sixth argument of the traced function; on s390x it is on the stack."""
    raise _only_in_bpf("PT_REGS_PARM6")


@intrinsic
def PT_REGS_RC(ctx: Any) -> int:
    """The result, in a probe at the return."""
    raise _only_in_bpf("PT_REGS_RC")


@intrinsic
def PT_REGS_SP(ctx: Any) -> int:
    """The stack pointer."""
    raise _only_in_bpf("PT_REGS_SP")


@intrinsic
def PT_REGS_FP(ctx: Any) -> int:
    """The frame pointer."""
    raise _only_in_bpf("PT_REGS_FP")


@intrinsic
def PT_REGS_IP(ctx: Any) -> int:
    """The instruction pointer."""
    raise _only_in_bpf("PT_REGS_IP")


# --- loops that name their mechanism


@intrinsic
def unrolled(items: Iterable[_T]) -> Iterator[_T]:
    """Repeat the body at compile time: `for i in unrolled(range(4))`. In user space the items themselves."""
    return iter(items)


@intrinsic
def bpf_for(start: int, stop: int) -> Iterator[int]:
    """Count from `start` up to but without `stop` with the kernel's number iterator (bpf_iter_num, Linux 6.4)."""
    raise _only_in_bpf("bpf_for")


@intrinsic
def bpf_repeat(times: int) -> Iterator[int]:
    """Repeat the body with the kernel's number iterator (Linux 6.4)."""
    raise _only_in_bpf("bpf_repeat")


@intrinsic
def bpf_for_each(kind: Any, *arguments: Any) -> Iterator[Any]:
    """Go through what an open-coded iterator of the kernel yields: `bpf_for_each("task", None, 0)`.

    Args:
        kind: the iterator's name in the kernel, "task" for bpf_iter_task_new() and its like.
        arguments: what its `_new` function takes behind the iterator.
    """
    raise _only_in_bpf("bpf_for_each")
