"""Kernel objects that live inside map values: a struct's field may have one of these types.

User space sees their size and nothing else. Sizes and alignments are those of UAPI ``linux/bpf.h``. A value
that holds one of them must not be copied over it: the kernel keeps the object when the value is updated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from pybpfc_runtime.layout import KEPT, AnyType, ArrayType, Field, OpaqueType, PointerType, StructType
from pybpfc_runtime.values import DeclarationError, opaque, value_type

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

__all__ = [
    "IrqFlags",
    "bpf_dynptr",
    "bpf_list_head",
    "bpf_list_node",
    "bpf_rb_node",
    "bpf_rb_root",
    "bpf_refcount",
    "bpf_res_spin_lock",
    "bpf_spin_lock",
    "bpf_task_work",
    "bpf_timer",
    "bpf_wq",
    "kptr",
    "percpu_kptr",
]

_T = TypeVar("_T")


@opaque("bpf_spin_lock", 4, 4)
class bpf_spin_lock:
    """A lock in a map value: the type of a field, and what takes it.

    `with bpf_spin_lock(value.lock):` gives it back on every way out; a bare `bpf_spin_lock(value.lock)` is the
    helper of that name and needs bpf_spin_unlock().
    """

    __pybpfc_helper__: ClassVar[str] = "bpf_spin_lock"

    def __init__(self, lock: bpf_spin_lock) -> None:
        raise TypeError("bpf_spin_lock() has a meaning only inside a BPF program")

    if TYPE_CHECKING:

        def __enter__(self) -> None: ...
        def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                     traceback: TracebackType | None) -> None: ...


class kptr(Generic[_T]):
    """A field of a map value that keeps an object of the kernel or the program's own: `task: kptr[task_struct]`.

    `bpf_kptr_xchg(value.task, new)` puts one there, or None, and gives what was there: an acquired object, or None.
    `task = value.task` looks at what is kept, under RCU's protection. User space sees an address.
    """

    if TYPE_CHECKING:

        def __get__(self, instance: object, owner: type | None = None) -> _T | None: ...
    else:

        def __class_getitem__(cls, item: Any) -> _KptrField:
            return _KptrField("kptr", item)


class percpu_kptr(Generic[_T]):
    """An object of the program of which each CPU has its own copy: `counters: percpu_kptr[Counters]`.

    bpf_percpu_obj_new() makes one, a field of a map value keeps it as a kptr does; bpf_this_cpu_ptr() and
    bpf_per_cpu_ptr() give the copies (Linux 6.7).
    """

    if TYPE_CHECKING:

        def __get__(self, instance: object, owner: type | None = None) -> percpu_kptr[_T] | None: ...
    else:

        def __class_getitem__(cls, item: Any) -> _KptrField:
            return _KptrField("percpu_kptr", item)


class _KptrField:
    """`kptr[T]` or `percpu_kptr[T]` as an annotation of a field."""

    def __init__(self, tag: str, target: Any) -> None:
        name, flavour, _ = getattr(target, "__pybpfc_kernel__", "").partition("___")
        if flavour:
            raise DeclarationError(f"{tag}[{target.__name__}]: the kernel looks for the type of what is kept by its "
                                   f"whole name, and knows no flavours: write {tag}[{name}], with a struct of that "
                                   "name")
        self.__pybpfc_type__ = PointerType(lambda: value_type(target, tag), tag)


if TYPE_CHECKING:

    class bpf_res_spin_lock(int):
        """A lock that reports a deadlock instead of spinning for ever: the type of a field, and what takes it."""

        def __new__(cls, lock: bpf_res_spin_lock) -> bpf_res_spin_lock: ...
else:

    @opaque("bpf_res_spin_lock", 4, 4)
    class bpf_res_spin_lock:
        """A lock that reports a deadlock instead of spinning for ever (Linux 6.15): the type of a field, and what takes
        it.

        `bpf_res_spin_lock(value.lock)` is 0 where the lock was taken, else a negative error: -EDEADLK or -ETIMEDOUT.
        bpf_res_spin_unlock() gives it back.
        """

        __pybpfc_kfunc__: ClassVar[str] = "bpf_res_spin_lock"

        def __init__(self, lock: bpf_res_spin_lock) -> None:
            raise TypeError("bpf_res_spin_lock() has a meaning only inside a BPF program")


@opaque("bpf_timer", 16, 8)
class bpf_timer:
    """A timer in a map value: bpf_timer_init(), bpf_timer_set_callback(), bpf_timer_start()."""


@opaque("bpf_wq", 16, 8)
class bpf_wq:
    """A work queue item in a map value, whose callback may sleep (Linux 6.10)."""


@opaque("bpf_task_work", 8, 8)
class bpf_task_work:
    """Work to be done in the context of a task (Linux 6.18)."""


@opaque("bpf_dynptr", 16, 8)
class bpf_dynptr:
    """A pointer with bounds that are checked at run time; a local of a program, never in a map."""


@opaque("IrqFlags", 8, 8)
class IrqFlags:
    """Whether interrupts were on, `unsigned long flags` in C: a local of a program, `flags = IrqFlags()`.

    bpf_local_irq_save() and bpf_res_spin_lock_irqsave() fill it, bpf_local_irq_restore() and
    bpf_res_spin_unlock_irqrestore() take it back.
    """


def check_struct(struct: StructType) -> None:
    """What the kernel demands of a struct with its objects among the fields: btf_parse_fields() in kernel/bpf/btf.c.

    Raises:
        DeclarationError: the kernel would refuse the whole object file for it.
    """
    names = {field.type.name for field in struct.fields}
    parts = list(_parts(struct))
    held = next((_object_of(field) for _, field in parts if _object_of(field)), None)
    uneven = next((f"{owner.name}.{field.name}" if owner is not struct else field.name
                   for owner, field in parts if field.bits and field.bit_offset % 8), None)
    if held is not None and uneven is not None:
        raise DeclarationError(f"{struct.name} has a {held}, and beside the kernel's objects there may be "
                               f"no bit field that begins within a byte, as `{uneven}` does")
    if {"bpf_list_node", "bpf_rb_node"} <= names and "bpf_refcount" not in names:
        raise DeclarationError(f"objects that can be on a list and in a tree have two owners: {struct.name} needs a "
                               "field of type bpf_refcount")


def _parts(struct: StructType) -> Iterator[tuple[StructType, Field]]:
    """The fields of a struct and of the structs in it, as far as the kernel looks for its objects."""
    for field in struct.fields:
        yield struct, field
        inner = field.type
        while isinstance(inner, ArrayType):
            inner = inner.element
        if isinstance(inner, StructType) and not inner.is_union:
            yield from _parts(inner)


def _object_of(field: Field) -> str:
    """The kernel's object that a field is, or keeps."""
    if isinstance(field.type, PointerType):
        return field.type.tag if field.type.tag in KEPT else ""
    return field.type.name if isinstance(field.type, OpaqueType) else ""


class HeadType(OpaqueType):
    """The head of a list or the root of a tree, with what the kernel wants to know about it.

    Attributes:
        contains: the struct of the objects on it; None where the program does not say it.
        node: the field of that struct by which an object is on it.
    """

    __slots__ = ("contains", "node")

    def __init__(self, name: str, contains: StructType | None, node: str) -> None:
        super().__init__(name, 16, 8)
        self.contains = contains
        self.node = node


class _Head:
    """`bpf_list_head[T]` or `bpf_rb_root[T]` as an annotation."""

    def __init__(self, name: str, node: str, target: Any) -> None:
        self._name = name
        self._node = node
        self._target = target
        self.__name__ = f"{name}[{getattr(target, '__name__', target)}]"

    def __call__(self) -> None:  # typing.Annotated of Python 3.10 takes what can be called
        raise TypeError(f"{self.__name__} is the type of a field")

    @property
    def __pybpfc_type__(self) -> AnyType:
        return self.__pybpfc_annotated__("")

    def __pybpfc_annotated__(self, field: Any) -> AnyType:
        """`Annotated[bpf_list_head[T], "field"]`: which of the node fields of T is meant."""
        contains = value_type(self._target, self._name)
        if not isinstance(contains, StructType) or contains.kernel:
            raise DeclarationError(f"{self.__name__}: it holds objects of a Struct of the program")
        nodes = [item.name for item in contains.fields if item.type.name == self._node]
        if field not in (nodes if field else ("",)):
            raise DeclarationError(f"{self.__name__}: {contains.name} has no field {field!r} of type {self._node}")
        if not nodes:
            raise DeclarationError(f"{self.__name__}: {contains.name} needs a field of type {self._node}, "
                                   "by which its objects are linked")
        if not field and len(nodes) > 1:
            raise DeclarationError(f"{self.__name__}: {contains.name} has the {self._node} fields {', '.join(nodes)}; "
                                   f'say which with Annotated[{self.__name__}, "{nodes[0]}"]')
        check_struct(contains)
        return HeadType(self._name, contains, field or nodes[0])


@opaque("bpf_list_head", 16, 8)
class bpf_list_head(Generic[_T]):
    """The head of a list of objects made by bpf_obj_new(), `bpf_list_head[T]`: T has a field of type bpf_list_node.

    Of several such fields `Annotated[bpf_list_head[T], "field"]` names one.
    """

    if not TYPE_CHECKING:

        def __class_getitem__(cls, item: Any) -> _Head:
            return _Head("bpf_list_head", "bpf_list_node", item)


@opaque("bpf_list_node", 24, 8)
class bpf_list_node:
    """The field by which an object is on a list."""


@opaque("bpf_rb_root", 16, 8)
class bpf_rb_root(Generic[_T]):
    """The root of a red-black tree of objects made by bpf_obj_new(), `bpf_rb_root[T]`, as bpf_list_head."""

    if not TYPE_CHECKING:

        def __class_getitem__(cls, item: Any) -> _Head:
            return _Head("bpf_rb_root", "bpf_rb_node", item)


@opaque("bpf_rb_node", 32, 8)
class bpf_rb_node:
    """The field by which an object is in a tree."""


@opaque("bpf_refcount", 4, 4)
class bpf_refcount:
    """The reference count of an object with several owners."""
