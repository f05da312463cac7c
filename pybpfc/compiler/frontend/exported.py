"""Which module of the package a name is imported from: what helps whoever imports it from another, or not at all."""

from __future__ import annotations

import importlib
import re

from pybpfc_runtime.values import DeclarationError


def module_of(name: str, *, kernel: bool) -> str:
    """The module that has a name, or "": one of the language's own, and with `kernel` those that ask the kernel."""
    for module in ("pybpfc", "pybpfc.helpers", "pybpfc.net", "pybpfc.uapi"):
        if name in dir(importlib.import_module(module)) and not name.startswith("__"):
            return module
    for module in ("pybpfc.kfuncs", "pybpfc.vmlinux") if kernel else ():
        try:
            getattr(importlib.import_module(module), name)
        except (AttributeError, ImportError, DeclarationError):
            continue
        return module
    return ""


def import_of(reason: str) -> str:
    """The import of a name that Python says it does not find; "" where no module of ours has it."""
    found = re.search(r"name '(\w+)' is not defined", reason)
    module = module_of(found[1], kernel=True) if found else ""
    return f"`from {module} import {found[1]}`" if found and module else ""
