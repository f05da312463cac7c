"""What `import` finds while a program is imported: the modules of the program's own folder."""

from __future__ import annotations

import linecache
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import ModuleType

_OURS = {"pybpfc", "pybpfc_runtime"}
_State = tuple[int, int] | None  # of a file: when it was changed, in ns, and its size

# What programs imported from their folders, with the state of the file at that time.
_imported: dict[str, tuple[ModuleType, _State]] = {}


@contextmanager
def own_modules(folder: str) -> Iterator[dict[str, str]]:
    """While a program of `folder` is imported, the names that the folder offers mean the folder's modules.

    One process compiles many programs: tests, a service, a notebook. Python keeps one module for a name, so that the
    second program's `import util` would get the `util.py` of the first one's folder, or the text that the file had
    before it was edited; both would be compiled without a word. What stood under such a name is put aside and comes
    back at the end. Names of the standard library keep their meaning: the process itself needs them.

    Args:
        folder: the absolute path of the folder that the program's imports start from.

    Returns:
        The files of the folder's modules by their full names, complete when the import is done.
    """
    _forget_edited()
    tops: set[str] = set()
    with suppress(OSError):  # in a folder that this user may not list Python finds no modules either
        tops = {file.removesuffix(".py") for file in os.listdir(folder)} - sys.stdlib_module_names - _OURS
    aside = {name: module for name, module in _modules(tops) if _is_hidden_by(folder, name)}
    for name, module in aside.items():
        del sys.modules[name]
        _unbind(name, module)
    before = dict(sys.modules)
    files: dict[str, str] = {}
    try:
        yield files
    finally:
        for name, module in _modules(tops):
            file = _offered(folder, name)
            if not file or not _same(getattr(module, "__file__", None), file):
                continue
            files[name] = file
            if any(part in aside for part in _parts(name)):
                del sys.modules[name]
                _unbind(name, module)
            elif before.get(name) is not module:
                _imported[name] = module, _state(file)
        for name, module in aside.items():
            sys.modules[name] = module
            parent, _, last = name.rpartition(".")
            if parent in sys.modules:
                setattr(sys.modules[parent], last, module)


def imported_by_a_program(name: str, path: str) -> bool:
    """Whether the module under a name is what an earlier compilation of the file at `path` left there."""
    module = sys.modules.get(name)
    return name in _imported and _imported[name][0] is module and _same(getattr(module, "__file__", None), path)


def _forget_edited() -> None:
    """Forget the modules of every folder in which a file was edited: others of the folder may stand on it."""
    edited: set[str] = set()
    for name, (module, state) in list(_imported.items()):
        if sys.modules.get(name) is not module:
            del _imported[name]  # somebody else imports it anew, or the program's folder lost it to another
        elif _state(module.__file__ or "") != state:
            edited.add(_start(name, module))
    for name, (module, _) in list(_imported.items()):
        if _start(name, module) in edited:
            del _imported[name], sys.modules[name]
            _unbind(name, module)
            linecache.checkcache(module.__file__)


def _start(name: str, module: ModuleType) -> str:
    """The folder that the import of a module started from."""
    path = module.__file__ or ""
    if os.path.basename(path) == "__init__.py":
        path = os.path.dirname(path)
    for _ in name.split("."):
        path = os.path.dirname(path)
    return path


def _modules(tops: set[str]) -> list[tuple[str, ModuleType]]:
    """The modules in use of these packages, or by these names."""
    return [(name, module) for name, module in sys.modules.items() if name.partition(".")[0] in tops]


def _parts(name: str) -> list[str]:
    """`a.b.c`: a, a.b, a.b.c."""
    parts = name.split(".")
    return [".".join(parts[:end]) for end in range(1, len(parts) + 1)]


def _is_hidden_by(folder: str, name: str) -> bool:
    """Whether the folder offers another module under a name, or another package above it."""
    for part in _parts(name):
        file = _offered(folder, part)
        if file and not _same(getattr(sys.modules.get(part), "__file__", None), file):
            return True
    return False


def _offered(folder: str, name: str) -> str:
    """The file in the folder that Python would import under a name; empty where there is none."""
    base = os.path.join(folder, *name.split("."))
    for file in (os.path.join(base, "__init__.py"), base + ".py"):
        if os.path.isfile(file):
            return file
    return ""


def _same(file: str | None, other: str) -> bool:
    return file is not None and (file == other or os.path.realpath(file) == os.path.realpath(other))


def _state(file: str) -> _State:
    try:
        found = os.stat(file)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def _unbind(name: str, module: ModuleType) -> None:
    """Take a module from its package's attributes, where `from package import module` looks first."""
    parent, _, last = name.rpartition(".")
    if parent in sys.modules and getattr(sys.modules[parent], last, None) is module:
        delattr(sys.modules[parent], last)
