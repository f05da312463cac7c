"""Ties an object to the declarations that it came from, so that what is read of it by name is made of the module's own
classes: `bpf.maps["table"]`, `bpf.events("events")`, `bpf.globals.limits` give what `bpf.map(table)` gives.

A file that `load(path)` compiles is imported anew. Where the process has it as a module too, that module's classes are
taken, and its declarations of maps get their names.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from pybpfc_runtime.layout import ArrayType, EnumType, StructType

from .maps import Map

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pybpfc_runtime import MapSpec, ObjectSpec
    from pybpfc_runtime.layout import AnyType

    from .compiler.ir.module import MapDefinition, Module

    Namespace = Mapping[str, Any]


def bind(spec: ObjectSpec, module: Module, path: str | None, caller: Namespace) -> None:
    """Let an object decode with the types that its module declares.

    Args:
        path: the file that was compiled; None where it was the module that called.
        caller: the globals of the module that called.
    """
    namespace = caller if path is None else _already_there(path, caller)
    if path is not None:
        for name, value in list(namespace.items()):
            if isinstance(value, Map) and name in spec.maps:
                value.bind(name)
    for definition in module.maps:
        if definition.name in spec.maps:
            _bind_map(spec.maps[definition.name], definition, module.name, namespace)
    for variable in module.variables:
        declared, there = variable.described, spec.variables.get(variable.name)
        if declared is not None and there is not None and there.size == declared.size and _decodes(declared):
            spec.declared_variables[variable.name] = _own(declared, module.name, namespace)


def _bind_map(spec: MapSpec, definition: MapDefinition, module_name: str, namespace: Namespace) -> None:
    for member in definition.members:
        declared = member.described
        if declared is None or not _decodes(declared):
            continue
        own = _own(declared, module_name, namespace)
        if member.name == "key" and own.size == spec.key_size:
            spec.declared_key = own
        elif member.name == "value" and own.size == spec.value_size:
            spec.declared_value = own
        elif member.name == "type":
            spec.declared_record = own
    if spec.inner is not None and definition.inner is not None:
        _bind_map(spec.inner, definition.inner, module_name, namespace)


def _already_there(path: str, caller: Namespace) -> Namespace:
    """The globals of the module that this process has from a file."""
    wanted = os.path.realpath(path)
    file = caller.get("__file__")
    if isinstance(file, str) and os.path.realpath(file) == wanted:
        return caller
    base = os.path.basename(wanted)
    for module in list(sys.modules.values()):
        file = getattr(module, "__dict__", {}).get("__file__")  # without what a lazy module would import
        if isinstance(file, str) and os.path.basename(file) == base and os.path.realpath(file) == wanted:
            return vars(module)
    return {}


def _decodes(type_: AnyType) -> bool:
    """Whether values can be made of it: not where a struct is the kernel's, whose layout BTF alone knows."""
    if isinstance(type_, ArrayType):
        return _decodes(type_.element)
    if isinstance(type_, StructType):
        return not type_.kernel and type_.python_class is not None and all(_decodes(each.type) for each in type_.fields)
    return True


def _own(type_: AnyType, module_name: str, namespace: Namespace) -> AnyType:
    """The type with the classes of the module that the process has, where they are declared alike."""
    if isinstance(type_, ArrayType):
        return ArrayType(_own(type_.element, module_name, namespace), type_.count)
    if isinstance(type_, StructType) and type_.python_class is not None:
        found = getattr(_named_like(type_.python_class, module_name, namespace), "__pybpfc_type__", None)
        return found if isinstance(found, StructType) and found.same_layout(type_) else type_
    if isinstance(type_, EnumType):
        found = _named_like(type_.enum_class, module_name, namespace)
        same = isinstance(found, type) and list(getattr(found, "__members__", {}).items()) == list(
            type_.enum_class.__members__.items())  # type: ignore[attr-defined]
        return EnumType(found, type_.base, type_.name) if same else type_
    return type_


def _named_like(class_: type, module_name: str, namespace: Namespace) -> Any:
    """What has the name of a class in the module that it comes from."""
    found: Any = None
    module = namespace if class_.__module__ == module_name else vars(sys.modules.get(class_.__module__, sys))
    for number, name in enumerate(class_.__qualname__.split(".")):
        found = getattr(found, name, None) if number else module.get(name)
    return found
