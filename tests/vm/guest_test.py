"""What a guest test is: a function that drives one object in a guest, and from which kernel on it can.

    @guest_test("xdp_count", reaches="fires")
    def counts_packets(bpf_spec): ...

Importable on the host, where pytest lists the tests, and in the guest, where `guest.py` runs them.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

REACHES = {
    "loads": "the verifier accepts it",
    "runs": "BPF_PROG_TEST_RUN gave the right results",
    "fires": "attached and called by the kernel, with the right results",
    "refuses": "a deliberately broken object, with the error that tells it",
}


_LOADS = "loads: "


class Need(NamedTuple):
    """What a kernel must have for a test, and how an older one refuses.

    Attributes:
        since: the first kernel that has it, "5.17".
        what: its name in the kernel.
        refusal: a regular expression for the loader's message on an older kernel.
    """

    since: str
    what: str
    refusal: str


class GuestTest(NamedTuple):
    """A test.

    Attributes:
        name: of the function, with the variant in brackets.
        objects: the object files it needs, without `.o`.
        reaches: how far it takes them, a key of REACHES.
        needs: those that not every tested kernel has.
        function: called with the path of each object and the variant; it returns when all is well.
    """

    name: str
    objects: tuple[str, ...]
    reaches: str
    needs: tuple[Need, ...]
    function: Callable[..., None]

    @property
    def is_load_test(self) -> bool:
        """Whether it is one of `load_test`, whose needs follow from the object."""
        return self.name.startswith(_LOADS)

    def unmet(self, release: str) -> list[Need]:
        """The needs that a kernel does not meet.

        Args:
            release: of uname(1), or the name of a series.
        """
        return [need for need in self.needs if version(release) < version(need.since)]


def version(text: str) -> tuple[int, int]:
    """The first two numbers of a release: "6.12.117+deb13" and "6.12" are (6, 12), "7" is (7, 0)."""
    numbers = [int(number) for number in re.findall(r"\d+", text)[:2]]
    return numbers[0], numbers[1] if len(numbers) > 1 else 0


def guest_test(*objects: str, reaches: str, needs: Sequence[Need] = (),
               variants: Sequence[str] = ()) -> Callable[[Callable[..., None]], list[GuestTest]]:
    """Make guest tests of a function, one for each variant."""
    if reaches not in REACHES:
        raise ValueError(f"no such stage: {reaches}; there are {', '.join(REACHES)}")

    def make(function: Callable[..., None]) -> list[GuestTest]:
        def bound(variant: str) -> Callable[..., None]:
            return lambda *paths: function(*paths, variant)

        name = function.__name__
        if not variants:
            return [GuestTest(name, objects, reaches, tuple(needs), function)]
        return [GuestTest(f"{name}[{variant}]", objects, reaches, tuple(needs), bound(variant))
                for variant in variants]

    return make


def load_test(name: str, needs: Sequence[Need] = ()) -> GuestTest:
    """A test that all programs of an object load: for one that no other test drives."""
    return GuestTest(_LOADS + name, (name,), "loads", tuple(needs), _load)


def _load(path: Path) -> None:
    import pybpfc_runtime as rt

    rt.ObjectSpec.open(str(path)).load().close()


def find(name: str, package: str, needs: Sequence[Need] = ()) -> GuestTest:
    """The test of a name: of the package, or a load test with these needs."""
    if name.startswith(_LOADS):
        return load_test(name.removeprefix(_LOADS), needs)
    return next(test for test in collect(package) if test.name == name)


def collect(package: str) -> Iterator[GuestTest]:
    """The tests of a package's modules, in the order of module names and lines.

    Args:
        package: a full name, such as `vm.guest_tests`.
    """
    found = importlib.import_module(package)
    for module in sorted(info.name for info in pkgutil.iter_modules(found.__path__)):
        members: dict[str, Any] = vars(importlib.import_module(f"{package}.{module}"))
        for value in members.values():
            if isinstance(value, list) and value and all(isinstance(item, GuestTest) for item in value):
                yield from value
