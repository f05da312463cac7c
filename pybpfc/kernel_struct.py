"""Kernel structs written by hand: only the fields that a program uses, for types that BTF lacks or has twice.

Where a field really is, is found out when the program is loaded (CO-RE): a declaration says what the fields are
called and what type they have, and their order means nothing.
"""

from __future__ import annotations

import keyword
import sys
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, ForwardRef, get_args, get_origin

from pybpfc_runtime import values
from pybpfc_runtime.layout import ArrayType, EnumType, LayoutBuilder, LazyStructType, PointerType
from pybpfc_runtime.values import Addressed, Array, DeclarationError, Ptr

from .kernel_types import KernelStructMeta

if TYPE_CHECKING:
    from types import FrameType

    from pybpfc_runtime.layout import AnyType, Field

__all__ = ["KernelStruct"]


class _Declared(KernelStructMeta):
    """Gives a class its layout: when the class statement ends, or later where a name is not defined yet."""

    def __new__(mcs, name: str, bases: tuple[type, ...], namespace: dict[str, Any], *,
                union: bool = False, typedef: bool = False, **options: Any) -> _Declared:
        if options:
            raise DeclarationError(f"class {name}(KernelStruct, {next(iter(options))}=...): a kernel struct takes "
                                   "`union` and `typedef`; how it is laid out is the kernel's, whatever a program says")
        cls = super().__new__(mcs, name, bases, namespace)
        if bases == (Addressed,):
            return cls
        if bases != (KernelStruct,):
            raise DeclarationError(f"{name} derives from {', '.join(base.__name__ for base in bases)}: C structs do "
                                   "not inherit; derive it from KernelStruct alone and repeat the fields")
        declaration = _Declaration(cls, sys._getframe(1), union)
        type_ = LazyStructType(name, declaration.complete, is_union=union, is_typedef=typedef, declared=True)
        cls.__pybpfc_type__ = type_
        cls.__pybpfc_kernel__ = name
        try:
            _ = type_.fields
        except DeclarationError as error:
            if not isinstance(error.__cause__, NameError):
                raise
        return cls

    def __init__(cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any], *, union: bool = False,
                 typedef: bool = False, **_: Any) -> None:
        super().__init__(name, bases, namespace)


class KernelStruct(Addressed, metaclass=_Declared):
    """The base of a partial declaration of a kernel struct: `class task_struct(KernelStruct): pid: s32`.

    The class has the struct's name in the kernel; what follows `___` is a flavour that the kernel does not have
    (`task_struct___old`). A struct as annotation is embedded; a pointer to one is `Ptr[T]`; a member `_anonymous...`
    stands for an anonymous one. With `union=True` as class argument it is a union; with `typedef=True` the name is
    that of a typedef and the struct itself has none, as `atomic_t`.
    """

    __pybpfc_kernel__: ClassVar[str]


class _Declaration:
    """What the class statement said."""

    def __init__(self, cls: type, frame: FrameType, union: bool) -> None:
        self.cls = cls
        self.globals = frame.f_globals
        self.locals = {**(frame.f_locals if frame.f_locals is not frame.f_globals else {})}
        self.union = union
        self.open = False

    def complete(self) -> tuple[tuple[Field, ...], int]:
        name = self.cls.__name__
        if self.open:
            raise DeclarationError(f"{name} contains itself: a pointer to it is Ptr[{name}]")
        self.open = True
        try:
            builder = LayoutBuilder(is_union=self.union)
            for attribute, annotation in values._annotations(self.cls).items():
                try:
                    self.add(builder, attribute, annotation)
                except DeclarationError as error:
                    error.field = attribute
                    raise
        finally:
            self.open = False
        if not builder.fields:
            raise DeclarationError(f"{name} has no fields: name those that the program reads, as `pid: s32`")
        made = builder.finish(name)
        return made.fields, made.size

    def add(self, builder: LayoutBuilder, attribute: str, annotation: Any) -> None:
        name = self.cls.__name__
        where = f"{name}.{attribute}"
        annotation = self.evaluated(annotation, where)
        if get_origin(annotation) is ClassVar or annotation is ClassVar:
            return
        if attribute in vars(self.cls):
            raise DeclarationError(f"{where} has a value: a kernel struct's fields are the kernel's to set")
        type_, bits = self.field_type(annotation, where)
        field = values.kernel_name(attribute, name)
        anonymous = attribute.startswith("_anonymous") and hasattr(type_, "fields")
        shown = f"{field}_" if keyword.iskeyword(field) else field
        builder.add("" if anonymous else field, type_, bits, "" if anonymous else shown)

    def field_type(self, annotation: Any, where: str) -> tuple[AnyType, int]:
        if get_origin(annotation) is Annotated and get_origin(annotation.__origin__) is Array:
            count = annotation.__metadata__[0]
            if type(count) is int and count >= 0:  # 0: a flexible array
                element = self.evaluated(get_args(annotation.__origin__)[0], where)
                return ArrayType(self.field_type(element, where)[0], count), 0
        if get_origin(annotation) is Annotated and isinstance(annotation.__metadata__[0], values.bits):
            type_ = values.value_type(self.evaluated(annotation.__origin__, where), where)
            width = annotation.__metadata__[0].width
            if isinstance(type_, EnumType) and width <= type_.base.bits:
                return type_, width  # an integer in its place would not be found: loaders compare kinds of types
        if get_origin(annotation) is not Ptr:
            return values.field_type(annotation, where)
        (target,) = get_args(annotation)
        return PointerType(lambda: values.value_type(self.evaluated(target, where), where)), 0

    def evaluated(self, annotation: Any, where: str) -> Any:
        """The object that an annotation means: it may be text, or hold a name that was not defined yet."""
        text = annotation.__forward_arg__ if isinstance(annotation, ForwardRef) else annotation
        if not isinstance(text, str):
            return annotation
        return values.evaluate(text, self.globals, {self.cls.__name__: self.cls, **self.locals}, where)
