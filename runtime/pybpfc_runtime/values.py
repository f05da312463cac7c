"""The value types of the language: integers, ``Struct``, ``Union``, ``Array``, ``Str``, ``Ptr``.

A program's declarations use these classes, the compiler reads their layout, and the loader decodes map
entries and events into them. To a type checker ``u32`` is ``int`` and a struct is a dataclass with
keyword-only fields; width, sign and byte order are the compiler's business.

Source of the layout rules: the C ABI that clang uses for ``-target bpf``.
"""

from __future__ import annotations

import keyword
import sys
import types
import typing
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, ForwardRef, Generic, TypeVar, get_args, get_origin

from . import layout
from .layout import AnyType, ArrayType, EnumType, IntegerType, LayoutBuilder, OpaqueType, StringType, StructType

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import NoReturn, TypeAlias

    from typing_extensions import Self, dataclass_transform, overload

    u8: TypeAlias = int
    u16: TypeAlias = int
    u32: TypeAlias = int
    u64: TypeAlias = int
    s8: TypeAlias = int
    s16: TypeAlias = int
    s32: TypeAlias = int
    s64: TypeAlias = int
    be16: TypeAlias = int
    be32: TypeAlias = int
    be64: TypeAlias = int
else:

    def dataclass_transform(**_):
        return lambda cls: cls

    def _integer(name: str) -> type:
        type_ = layout.INTEGERS[name]

        def __new__(cls, value=0):
            return int.__new__(cls, type_.wrap(int(value)))

        words = f"{type_.bits}-bit {'signed' if type_.signed else 'unsigned'} integer"
        if type_.big_endian:
            words = f"{type_.bits}-bit unsigned integer in network byte order"

        def __class_getitem__(cls, count):
            raise DeclarationError(f"an array has its size in an annotation: `Annotated[Array[{name}], {count!r}]`")

        return type(name, (int,), {"__new__": __new__, "__class_getitem__": classmethod(__class_getitem__),
                                   "__slots__": (), "__module__": "pybpfc",
                                   "__doc__": f"A {words}; calling it converts by wrapping, as a cast in C.",
                                   "__pybpfc_type__": type_})

    u8, u16, u32, u64 = map(_integer, ("u8", "u16", "u32", "u64"))
    s8, s16, s32, s64 = map(_integer, ("s8", "s16", "s32", "s64"))
    be16, be32, be64 = map(_integer, ("be16", "be32", "be64"))


_T = TypeVar("_T")
_C = TypeVar("_C", bound="type[Any]")


class DeclarationError(TypeError):
    """A declaration of the program has no meaning in BPF; raised where the module declares it.

    Attributes:
        field: the attribute of a struct's class that is wrong, or "".
    """

    field: str = ""


class bits:
    """The width of a bit field: ``version: Annotated[u8, bits(4)]``.

    Args:
        width: bits, from 1 to the width of the field's type.
    """

    __slots__ = ("width",)

    def __init__(self, width: int) -> None:
        if not isinstance(width, int) or not 1 <= width <= 64:
            raise DeclarationError(f"bits() takes a width from 1 to 64, not {width!r}")
        self.width = width


class Addressed:
    """What has an address in a program: type checkers know by it that `u64(x)` is allowed."""

    if TYPE_CHECKING:

        def __int__(self) -> int: ...


class Str(Addressed):
    """Text in a fixed array of ``char``: ``comm: Annotated[Str, 16]``. In user space it is a ``str``."""

    if TYPE_CHECKING:

        @overload
        def __get__(self, instance: None, owner: type) -> Self: ...
        @overload
        def __get__(self, instance: object, owner: type) -> Str: ...
        def __get__(self, instance: object | None, owner: type) -> Any: ...
        def __set__(self, instance: object, value: Str | str | bytes) -> None: ...
        def __len__(self) -> int: ...
        def __getitem__(self, index: int) -> int: ...
        def __setitem__(self, index: int, value: int) -> None: ...
        def __eq__(self, other: object) -> bool: ...
        def startswith(self, prefix: str | bytes) -> bool: ...

    else:

        def __class_getitem__(cls, size: Any) -> Any:
            raise DeclarationError(f"a text has its size in an annotation: `Annotated[Str, {size!r}]`")

        def __init__(self, *_: Any) -> None:
            raise DeclarationError("`Str` is a type and is not called: a field is `comm: Annotated[Str, 16]`, and text "
                                   "is written as it is, \"eth0\"")


class Array(Addressed, Generic[_T]):
    """A fixed array: ``ports: Annotated[Array[u16], 8]``. In user space ``bytes`` for ``u8``, else a tuple."""

    if TYPE_CHECKING:

        @overload
        def __get__(self, instance: None, owner: type) -> Self: ...
        @overload
        def __get__(self, instance: object, owner: type) -> Array[_T]: ...
        def __get__(self, instance: object | None, owner: type) -> Any: ...
        def __set__(self, instance: object, value: Array[_T] | bytes | tuple[_T, ...]) -> None: ...
        def __len__(self) -> int: ...
        def __iter__(self) -> Iterator[_T]: ...
        def __getitem__(self, index: int) -> _T: ...
        def __setitem__(self, index: int, value: _T) -> None: ...

    else:

        def __class_getitem__(cls, element: Any) -> Any:
            if isinstance(element, tuple):
                raise DeclarationError("`Array` takes one type, that of its elements: an array that is a map is "
                                       "`ArrayMap[value](max_entries=...)`")
            return super().__class_getitem__(element)

        def __init__(self, *_: Any, **__: Any) -> None:
            raise DeclarationError("`Array` is a type and is not called: a field is `Annotated[Array[u32], 4]`, an "
                                   "array that is a map is `ArrayMap[value](max_entries=...)`")


class Ptr(Addressed, Generic[_T]):
    """A reference to a scalar in kernel memory; ``.value`` reads and writes it."""

    if TYPE_CHECKING:
        value: _T


@dataclass_transform(kw_only_default=True, field_specifiers=())
class StructMeta(type):
    """Gives a struct class its layout when the class statement ends."""

    __pybpfc_type__: StructType

    def __new__(mcs, name: str, bases: tuple[type, ...], namespace: dict[str, Any], *,
                packed: bool = False, align: int = 1) -> StructMeta:
        cls = super().__new__(mcs, name, bases, namespace)
        if not namespace.get("__pybpfc_abstract__"):
            frame = sys._getframe(1)
            cls.__pybpfc_type__ = _layout_of(cls, packed, align, frame.f_globals, frame.f_locals)
        return cls

    def __len__(cls) -> int:
        raise TypeError(f"{cls.__name__} has no len(); sizeof({cls.__name__}) is its size in bytes")

    def __bool__(cls) -> bool:
        return True  # else Python would ask len()


class Struct(Addressed, metaclass=StructMeta):
    """A C struct: annotated fields in order, natural alignment, padding zeroed.

    Class arguments: ``packed=True`` removes padding; ``align=n`` raises the alignment to ``n`` bytes.
    In a program, ``T(field=..., ...)`` makes a fresh zero-padded object and names every field,
    ``T.zero(field=...)`` zeroes the rest, ``T.at(address)`` views packet memory. In user space an
    instance is a plain mutable object.
    """

    # Who has to know of changes: the object that this one is a member of, for a union, or the `Place` it was read from.
    __slots__ = ("__pybpfc_holder__",)
    __pybpfc_abstract__: ClassVar[bool] = True
    __pybpfc_type__: ClassVar[StructType]

    def __init_subclass__(cls, *, packed: bool = False, align: int = 1) -> None:
        if "__pybpfc_abstract__" not in cls.__dict__:
            cls.__pybpfc_abstract__ = False

    if not TYPE_CHECKING:

        def __init__(self, **fields: Any) -> None:
            known = _attributes(self.__pybpfc_type__)
            unknown = [name for name in fields if name not in known]
            if unknown:
                raise TypeError(f"{type(self).__name__} has no field {unknown[0]!r}; it has {', '.join(known)}")
            missing = self.__pybpfc_type__.left_out(fields)
            if missing:
                raise TypeError(f"{type(self).__name__}() must name every field; missing: {', '.join(missing)} "
                                f"({type(self).__name__}.zero(...) zeroes the rest)")
            for name, value in fields.items():
                setattr(self, name, value)

        def __setattr__(self, name: str, value: Any) -> None:
            if name not in _attributes(self.__pybpfc_type__):
                raise AttributeError(f"{type(self).__name__} has no field {name!r}")
            self.__pybpfc_write__(name, value)

        def __pybpfc_write__(self, name: str, value: Any) -> None:
            found = getattr(self, "__pybpfc_holder__", None)
            place = found if type(found) is not tuple else None
            if place is not None:
                place.write(name, value)
            union = _union_of(self.__pybpfc_type__, name)
            if union is not None:
                _write_union(union, self.__dict__, name, value)
            self.__dict__[name] = value
            if union is not None and self.__pybpfc_type__.shares_objects:
                self.__pybpfc_hold__()
            if place is not None:
                alone = union is None and not self.__pybpfc_type__.shares_objects
                place.hold(self, name if alone else "")
                return
            holder = found and found[0]()
            if holder is not None and _holds(holder.__dict__.get(found[1]), self):
                holder.__pybpfc_write__(found[1], holder.__dict__[found[1]])

        def __pybpfc_hold__(self) -> None:
            """Let the structs that share a union's memory tell this object when they change."""
            import weakref

            this = weakref.ref(self)
            for name, value in self.__dict__.items():
                for member in value if isinstance(value, (list, tuple)) else (value,):
                    if isinstance(member, Struct):
                        object.__setattr__(member, "__pybpfc_holder__", (this, name))
                        member.__pybpfc_hold__()

        def __getstate__(self) -> dict[str, Any]:
            return self.__dict__

        def __setstate__(self, state: dict[str, Any]) -> None:
            self.__dict__.update(state)
            if self.__pybpfc_type__.shares_objects:
                self.__pybpfc_hold__()

        def __eq__(self, other: object) -> bool:
            """Whether both have the same bytes, padding aside: an `IPv4Address` in a field is the number it stands
            for. Objects that cannot be encoded are compared field by field."""
            if other is self:
                return True
            if type(other) is not type(self):
                return False
            fields, others = self.__dict__, other.__dict__
            if fields == others:
                if not self.__pybpfc_type__.has_text:
                    return True
            elif any(type(value) is int and type(others.get(name)) is int and value != others[name]
                     for name, value in fields.items()):
                return False
            try:
                return bytes(self) == bytes(other)
            except (ValueError, TypeError, AttributeError, OverflowError):
                return bool(fields == others)

        def __hash__(self) -> int:
            return hash(bytes(self))

    @classmethod
    def zero(cls, **fields: Any) -> Self:
        """An instance whose fields are zero but for those named."""
        value: Self = cls.__pybpfc_type__.decode(bytes(cls.__pybpfc_type__.size))
        for name, given in fields.items():
            setattr(value, name, given)
        return value

    @classmethod
    def at(cls, address: int) -> Self:
        """View packet memory at ``address`` as this struct; free in itself, the read needs a bounds check."""
        raise TypeError(f"{cls.__name__}.at() has a meaning only inside a BPF program")

    def __bytes__(self) -> bytes:
        return self.__pybpfc_type__.encode(self)

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={value!r}" for name, value in self.__dict__.items())
        return f"{type(self).__name__}({fields})"


class Union(Struct):
    """A C union: every member at offset 0."""

    __pybpfc_abstract__: ClassVar[bool] = True

    def __init_subclass__(cls, *, packed: bool = False, align: int = 1) -> None:
        cls.__pybpfc_abstract__ = False


def _attributes(type_: StructType) -> list[str]:
    """The attribute names of a struct, those of anonymous members included."""
    names: list[str] = []
    for field in type_.fields:
        if field.attribute:
            names.append(field.attribute)
        elif isinstance(field.type, StructType):
            names.extend(_attributes(field.type))
    return names


def _union_of(type_: StructType, name: str) -> StructType | None:
    """The union whose memory an attribute shares with others: the struct itself, or an anonymous member of it."""
    if type_.is_union:
        return type_
    if name in type_.by_name:
        return None
    return next((found for field in type_.fields if not field.attribute and isinstance(field.type, StructType)
                 and name in _attributes(field.type) for found in (_union_of(field.type, name),)), None)


def _write_union(union: StructType, values: dict[str, Any], name: str, value: Any) -> None:
    """Write a member of a union: the others show what is then in the memory that they share."""
    memory = bytearray(union.size)
    union.encode_attributes(memory, 0, values)
    union.encode_attributes(memory, 0, {name: value})
    values.update(union.decode(bytes(memory)).__dict__)


def _holds(value: Any, member: Struct) -> bool:
    """Whether a field's value is a struct, or has it among its elements."""
    return value is member or (isinstance(value, (list, tuple)) and any(_holds(item, member) for item in value))


def kernel_name(attribute: str, class_name: str) -> str:
    """The kernel's name of a field: undoes Python's mangling and the underscore behind a reserved word."""
    prefix = f"_{class_name.lstrip('_')}__"
    if attribute.startswith(prefix):
        return attribute[len(prefix) - 2 :]
    if attribute.endswith("_") and keyword.iskeyword(attribute[:-1]):
        return attribute[:-1]
    return attribute


def _layout_of(cls: type, packed: bool, align: int, globals_: dict[str, Any], locals_: Any) -> StructType:
    is_union = any(base.__name__ == "Union" and base.__module__ == __name__ for base in cls.__mro__)
    inherited = [base for base in cls.__mro__[1:] if getattr(base, "__pybpfc_abstract__", True) is False]
    if inherited:
        raise DeclarationError(f"{cls.__name__} derives from the struct {inherited[0].__name__}: "
                               "C structs do not inherit; make it a field instead")
    if not isinstance(align, int) or align < 1 or align & align - 1:
        raise DeclarationError(f"align of {cls.__name__} must be a power of two, not {align!r}")
    if not cls.__name__.isascii():
        raise DeclarationError(f"{cls.__name__}{_NOT_ASCII}")
    builder = LayoutBuilder(is_union=is_union, packed=packed, align=align)
    for attribute, annotation in _annotations(cls).items():
        try:
            _add_field(builder, cls, attribute, annotation, globals_, locals_)
        except DeclarationError as error:
            error.field = attribute
            raise
    if not builder.fields:
        raise DeclarationError(f"{cls.__name__} has no fields: a struct needs at least one, as `name: u32`")
    return builder.finish(cls.__name__, cls)


_NOT_ASCII = " is no name for the kernel, which takes ASCII letters, digits and underscores: rename it"


def _add_field(builder: LayoutBuilder, cls: type, attribute: str, annotation: Any, globals_: dict[str, Any],
               locals_: Any) -> None:
    if get_origin(annotation) is ClassVar or annotation is ClassVar:
        return
    where = f"{cls.__name__}.{attribute}"
    if not attribute.isascii():
        raise DeclarationError(f"{where}{_NOT_ASCII}")
    names = {cls.__name__: cls, **locals_, **vars(cls)}  # a class that stands in this one included
    if isinstance(annotation, str):
        annotation = evaluate(annotation, globals_, names, where)
    if get_origin(annotation) is ClassVar:
        return
    own = get_origin(annotation) is Ptr and _own_pointer(cls, annotation, globals_, names, where)
    type_, width = (layout.PointerType(lambda: value_type(cls, where)), 0) if own \
        else field_type(_without_quotes(annotation, globals_, names, where), where)
    check_own(type_, where)
    name = kernel_name(attribute, cls.__name__)
    anonymous = isinstance(type_, StructType) and attribute.startswith("_anonymous")
    if attribute in cls.__dict__:
        raise DeclarationError(f"{where} has a default value: a struct's fields are set where it is constructed")
    # Python mangles a name in the class body alone: everywhere else the field is read as it is written
    shown = name if name.startswith("__") else attribute
    builder.add("" if anonymous else name, type_, width, "" if anonymous else shown)


def _without_quotes(annotation: Any, globals_: dict[str, Any], names: Any, where: str) -> Any:
    """The annotation of an array whose elements' type stands in quotes, as `Annotated[Array["Node | None"], 4]`."""
    if get_origin(annotation) is not Annotated:
        return annotation
    inner, *extra = get_args(annotation)
    elements = get_args(inner)
    if get_origin(inner) is not Array or not elements or not isinstance(elements[0], ForwardRef):
        return annotation
    annotated: Any = Annotated
    array: Any = Array
    given = array[evaluate(elements[0].__forward_arg__, globals_, names, where)], *extra
    return annotated[given]


def _none_or(annotation: Any) -> Any:
    """The `T` of `T | None`; None where it is something else."""
    given = get_args(annotation)
    if get_origin(annotation) not in (typing.Union, types.UnionType) or type(None) not in given or len(given) != 2:
        return None
    return next(item for item in given if item is not type(None))


def _own_pointer(cls: type, annotation: Any, globals_: dict[str, Any], names: Any, where: str) -> bool:
    """Whether a pointer leads to the struct that it is in, as in a list; the name may be in quotes."""
    (target,) = get_args(annotation)
    text = target.__forward_arg__ if isinstance(target, ForwardRef) else target
    return (evaluate(text, globals_, names, where) if isinstance(text, str) else text) is cls


def _annotations(cls: type) -> dict[str, Any]:
    if sys.version_info >= (3, 14):  # annotations are made on demand from 3.14 on
        import annotationlib

        return dict(annotationlib.get_annotations(cls, format=annotationlib.Format.FORWARDREF))
    return dict(vars(cls).get("__annotations__", {}))


def evaluate(annotation: str, globals_: dict[str, Any], locals_: Any, where: str) -> Any:
    """The object that a string annotation names, with the defining frame's names.

    One in quotes is a string in a string where the module has `from __future__ import annotations`.
    """
    try:
        found = eval(annotation, globals_, dict(locals_))
        return eval(found, globals_, dict(locals_)) if isinstance(found, str) else found
    except Exception as error:
        raise DeclarationError(f"cannot resolve the annotation of {where}, `{annotation}`: {error}") from error


def field_type(annotation: Any, where: str) -> tuple[AnyType, int]:
    """The type that an annotation means, and its width in bits if it is a bit field (else 0).

    Args:
        annotation: what stands behind the colon, evaluated.
        where: the field or variable, for the error.

    Raises:
        DeclarationError: the annotation is no type that BPF memory can hold.
    """
    if get_origin(annotation) is Annotated:
        inner, *extra = get_args(annotation)
        if len(extra) != 1:
            raise DeclarationError(f"{where}: Annotated takes one count or bits(), not {len(extra)} values")
        if isinstance(extra[0], bits):
            type_ = value_type(inner, where)
            if not isinstance(type_, IntegerType) or type_.big_endian:
                raise DeclarationError(f"{where}: a bit field is a host integer, not {type_.name}")
            if extra[0].width > type_.bits:
                raise DeclarationError(f"{where}: {extra[0].width} bits do not fit {type_.name}")
            return type_, extra[0].width
    return value_type(annotation, where), 0


def value_type(annotation: Any, where: str = "the annotation") -> AnyType:
    """The layout descriptor of an annotation such as ``u32``, a struct class or ``Annotated[Str, 16]``."""
    own = getattr(annotation, "__pybpfc_type__", None)
    if own is not None:
        return own  # type: ignore[no-any-return]
    if annotation is bool:
        return layout.BOOL
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *extra = get_args(annotation)
        annotated = getattr(inner, "__pybpfc_annotated__", None)
        if annotated is not None and len(extra) == 1:
            return annotated(extra[0])  # type: ignore[no-any-return]
        count = extra[0] if len(extra) == 1 else None
        if not isinstance(count, int) or isinstance(count, bool) or count < 1:
            raise DeclarationError(f"{where}: the size must be a positive integer, not {extra!r}")
        if inner is Str:
            return StringType(count)
        if get_origin(inner) is Array:
            return ArrayType(value_type(get_args(inner)[0], where), count)
        raise DeclarationError(f"{where}: Annotated[..., {count}] gives a size to Array or Str, not to {_show(inner)}")
    if origin is Ptr:
        return layout.PointerType(value_type(get_args(annotation)[0], where))
    target = _none_or(annotation)
    if target is not None:
        return _arena_pointer(target, where)
    if isinstance(annotation, type):
        import enum

        if issubclass(annotation, enum.IntEnum) or issubclass(annotation, enum.IntFlag):
            return EnumType(annotation, _enum_base(annotation))
    if annotation is int:
        raise DeclarationError(f"{where}: `int` has no width; use u8 to u64 or s8 to s64")
    if annotation is float:
        raise DeclarationError(f"{where}: BPF has no floating point")
    if annotation is Str or origin is Array or annotation is Array:
        raise DeclarationError(f"{where}: {_show(annotation)} needs a size: Annotated[{_show(annotation)}, n]")
    raise DeclarationError(f"{where}: {_show(annotation)} is not a type of BPF memory; use an integer such as u32, "
                           "bool, a Struct, Annotated[Array[T], n] or Annotated[Str, n]")


def check_own(described: AnyType, where: str) -> None:
    """What memory of the program's own may hold: accesses to a struct of the kernel's are moved to where its fields
    are on the kernel at hand, which is not where a program keeps them.

    Raises:
        DeclarationError: a struct whose layout belongs to the kernel is in it.
    """
    while isinstance(described, ArrayType):
        described = described.element
    if isinstance(described, StructType) and described.kernel:
        raise DeclarationError(f"{where}: {described.name} is a struct of the kernel, laid out as the kernel at hand "
                               "has it, and no type for memory of the program: declare a Struct with the fields that "
                               "are wanted")


def _arena_pointer(target: Any, where: str) -> layout.PointerType:
    """The pointer into an arena that `T | None` means."""
    if isinstance(target, StructMeta) and not hasattr(target, "__pybpfc_type__"):
        return layout.PointerType(lambda: value_type(target, where), layout.ARENA)  # the struct that the field is in
    if get_origin(target) is Ptr:
        target = get_args(target)[0]
    elif not isinstance(value_type(target, where), StructType):
        raise DeclarationError(f"{where}: a {_show(target)} is never None in memory; `T | None` keeps a pointer to a "
                               "Struct in an arena, and `Ptr[u64] | None` one to a number")
    described = value_type(target, where)
    if isinstance(described, StructType) and described.kernel:
        raise DeclarationError(f"{where}: {described.name} is the kernel's; `kptr[{described.name}]` keeps one")
    return layout.PointerType(described, layout.ARENA)


def _enum_base(enum_class: Any) -> IntegerType:
    """C's choice for an enum: 32 bits where the values fit, else 64; signed only if one is negative."""
    values = [int(member) for member in enum_class]
    signed = any(value < 0 for value in values)
    for candidate in (layout.S32, layout.S64) if signed else (layout.U32, layout.U64):
        if all(candidate.minimum <= value <= candidate.maximum for value in values):
            return candidate
    raise DeclarationError(f"the values of {enum_class.__name__} do not fit 64 bits")


def _show(annotation: Any) -> str:
    if get_origin(annotation) is None and isinstance(annotation, type):
        return annotation.__name__
    return str(annotation).replace("pybpfc_runtime.values.", "").replace("pybpfc.", "").replace("typing.", "")


def opaque(name: str, size: int, align: int = 8) -> Callable[[_C], _C]:
    """Class decorator: instances are kernel objects of ``size`` bytes that user space cannot look into."""

    def mark(cls: _C) -> _C:
        cls.__pybpfc_type__ = OpaqueType(name, size, align)
        return cls

    return mark


class _FromBtf(StructMeta):
    """The class of classes that stand in no module."""


def _refuse_pickling(cls: type) -> NoReturn:
    raise TypeError(f"cannot pickle {cls.__name__}: its class was made of an object's types and stands in no module; "
                    "bytes(value) and vars(value) can be pickled")


def make_struct(name: str, type_: StructType) -> type[Any]:
    """A struct class for a layout that came from BTF, for objects whose source is not at hand."""
    namespace = {"__pybpfc_abstract__": True, "__module__": "pybpfc_runtime.from_btf"}
    import copyreg

    copyreg.pickle(_FromBtf, _refuse_pickling)
    cls: Any = _FromBtf(name, (Struct,), namespace)
    cls.__pybpfc_abstract__ = False
    type_.python_class = cls
    cls.__pybpfc_type__ = type_
    return cls  # type: ignore[no-any-return]
