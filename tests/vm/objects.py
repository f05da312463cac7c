"""The objects that go into guests, compiled here by the compiler of this tree."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from pathlib import Path

from pybpfc.compiler.pipeline import compile_file

REPOSITORY = Path(__file__).resolve().parents[2]
FOLDERS = ("examples", "tests/kernel/programs", "tests/vm/programs")


def sources() -> dict[str, Path]:
    """Name to source of each program that the guests are given."""
    return {path.stem: path for folder in FOLDERS for path in sorted((REPOSITORY / folder).glob("*.py"))}


@functools.cache
def compiled(name: str) -> bytes:
    """The object of a program.

    Raises:
        Exception: what the compiler says about the program.
    """
    return compile_file(str(sources()[name])).data


def compile_those(names: Iterable[str]) -> tuple[dict[str, bytes], dict[str, str]]:
    """The objects that compile, and for the others what the compiler says: one broken program costs its tests only."""
    objects: dict[str, bytes] = {}
    errors: dict[str, str] = {}
    for name in sorted(set(names)):
        try:
            objects[name] = compiled(name)
        except Exception as error:
            errors[name] = f"{name} does not compile: {error}"
    return objects, errors
