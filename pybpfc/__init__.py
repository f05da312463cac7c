"""BPF programs in typed Python: this module is what a program imports.

Names are found on first use, so that `import pybpfc` costs little and pulls in neither LLVM nor the
compiler. `pybpfc.helpers`, `pybpfc.net` and `pybpfc.kfuncs` hold what their names say; `pybpfc_runtime`
is the loader.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pybpfc_runtime import __version__

if TYPE_CHECKING:
    from pybpfc_runtime.values import (
        Array,
        DeclarationError,
        Ptr,
        Str,
        Struct,
        Union,
        be16,
        be32,
        be64,
        bits,
        s8,
        s16,
        s32,
        s64,
        u8,
        u16,
        u32,
        u64,
    )

    from .api import compile, load
    from .constants import *
    from .contexts import *
    from .declarations import *
    from .intrinsics import *
    from .kernel_objects import *
    from .kernel_struct import *
    from .maps import *
    from .scopes import *

_VALUES = frozenset((
    "Array", "DeclarationError", "Ptr", "Str", "Struct", "Union", "be16", "be32", "be64", "bits",
    "s8", "s16", "s32", "s64", "u8", "u16", "u32", "u64",
))
# Where the other names are looked up, in this order.
_MODULES = ("declarations", "maps", "constants", "contexts", "intrinsics", "kernel_objects", "scopes", "kernel_struct")


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name in _VALUES:
        value = getattr(import_module("pybpfc_runtime.values"), name)
    elif name == "__all__":  # `from pybpfc import *`
        return __dir__()
    elif name in ("compile", "load"):
        value = getattr(import_module("pybpfc.api"), name)
    elif name.startswith("__") and name != "__sk_buff":
        raise AttributeError(f"module 'pybpfc' has no attribute {name!r}")
    else:
        for module in _MODULES:
            found = import_module(f"pybpfc.{module}")
            if name in found.__all__:
                value = getattr(found, name)
                break
        else:
            raise AttributeError(f"module 'pybpfc' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    from importlib import import_module

    names = {"__version__", "compile", "load", *_VALUES}
    for module in _MODULES:
        names.update(import_module(f"pybpfc.{module}").__all__)
    return sorted(names)


if TYPE_CHECKING:
    __all__ = [
        "Array", "DeclarationError", "Ptr", "Str", "Struct", "Union", "__version__", "be16", "be32", "be64", "bits",
        "compile", "load", "s8", "s16", "s32", "s64", "u8", "u16", "u32", "u64",
    ]
