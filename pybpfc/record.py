"""Records: classes with typed fields and an `__init__`, cheap to define.

The compiler has some three hundred small value classes, and a build uses a few dozen of them. A dataclass
writes and compiles its methods when the class is made, half a millisecond each, which was most of the time
of a cold build. A record's `__init__` is written when the class is first instantiated. To a type checker the
two are the same.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import dataclass_transform
else:

    def dataclass_transform(**_: Any) -> Callable[[_C], _C]:
        return lambda decorator: decorator


_C = TypeVar("_C", bound="type[Any]")
_T = TypeVar("_T")


class _Factory:
    """A field's default that is made anew for each instance."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self.make = make


def field(*, default_factory: Callable[[], _T]) -> _T:
    """A field whose default is made by a call, once for each instance: `field(default_factory=dict)`."""
    return _Factory(default_factory)  # type: ignore[return-value]


@dataclass_transform(eq_default=False, frozen_default=True, field_specifiers=(field,))
def record(cls: _C) -> _C:
    """A class whose instances never change; two instances are equal only if they are the same."""
    _prepare(cls)
    _freeze(cls)
    return cls


@dataclass_transform(eq_default=True, frozen_default=True, field_specifiers=(field,))
def value_record(cls: _C) -> _C:
    """A class whose instances never change and are equal if all their fields are; they can be dictionary keys."""
    _prepare(cls)
    _freeze(cls)
    _compare(cls)
    return cls


@dataclass_transform(eq_default=False, field_specifiers=(field,))
def mutable_record(cls: _C) -> _C:
    """A class whose instances may be changed; two instances are equal only if they are the same."""
    _prepare(cls)
    return cls


@dataclass_transform(eq_default=True, field_specifiers=(field,))
def state_record(cls: _C) -> _C:
    """A class whose instances may be changed and are equal if all their fields are; they cannot be hashed."""
    _prepare(cls)
    made: Any = cls
    made.__eq__ = _equal
    made.__hash__ = None
    return cls


def replace(instance: _T, **changes: Any) -> _T:
    """A copy of a record with some fields changed."""
    made: _T = type(instance)(**{**vars(instance), **changes})
    return made


def field_names(cls: type[Any]) -> tuple[str, ...]:
    """The names of a record's fields, in the order of its constructor."""
    names: tuple[str, ...] = cls.__record_fields__
    return names


def _freeze(cls: Any) -> None:
    cls.__setattr__ = cls.__delattr__ = _refuse


def _compare(cls: Any) -> None:
    if "__eq__" not in cls.__dict__:
        cls.__eq__ = _equal
    if "__hash__" not in cls.__dict__ or cls.__dict__["__hash__"] is None:
        cls.__hash__ = _hash


def _equal(self: Any, other: object) -> Any:
    if self is other:
        return True
    if type(self) is not type(other):
        return NotImplemented
    return bool(vars(self) == vars(other))


def _hash(self: Any) -> int:
    return hash((type(self), *vars(self).values()))  # in the constructor's order


def _prepare(cls: Any) -> None:
    names: list[str] = []
    for base in cls.__mro__[1:]:
        inherited = base.__dict__.get("__record_fields__")
        if inherited is not None:
            names.extend(inherited)
            break
    for name, annotation in _annotations(cls).items():
        if not str(annotation).startswith(("ClassVar", "typing.ClassVar")) and name not in names:
            names.append(name)
    cls.__record_fields__ = tuple(names)
    setattr(cls, "__match_args__", tuple(names))  # noqa: B010  mypy knows the name as final
    if "__repr__" not in cls.__dict__:
        cls.__repr__ = _repr

    def __init__(self: Any, *arguments: Any, **keywords: Any) -> None:
        cls.__init__ = _initialiser(cls, names)
        cls.__init__(self, *arguments, **keywords)

    cls.__init__ = __init__


def _annotations(cls: Any) -> dict[str, Any]:
    if sys.version_info >= (3, 14):  # annotations are made on demand from 3.14 on
        import annotationlib

        return dict(annotationlib.get_annotations(cls, format=annotationlib.Format.STRING))
    own: dict[str, Any] = vars(cls).get("__annotations__", {})
    return own


def _initialiser(cls: Any, names: list[str]) -> Any:
    """The constructor, as a function with the fields for parameters."""
    defaults = {name: getattr(cls, name) for name in names if hasattr(cls, name)}
    parameters = ", ".join(f"{name}=_defaults[{name!r}]" if name in defaults else name for name in names)
    body = "".join(
        f"\n    _fields[{name!r}] = _defaults[{name!r}].make() if {name} is _defaults[{name!r}] else {name}"
        if isinstance(defaults.get(name), _Factory) else f"\n    _fields[{name!r}] = {name}" for name in names)
    scope: dict[str, Any] = {"_defaults": defaults}
    exec(f"def __init__(self, {parameters}):\n    _fields = self.__dict__{body}", scope)
    made = scope["__init__"]
    made.__qualname__ = f"{cls.__qualname__}.__init__"
    return made


def _refuse(self: Any, name: str, *_: Any) -> None:
    raise AttributeError(f"{type(self).__name__}.{name} cannot be changed: the object is frozen")


def _repr(self: Any) -> str:
    shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in type(self).__record_fields__)
    return f"{type(self).__name__}({shown})"
