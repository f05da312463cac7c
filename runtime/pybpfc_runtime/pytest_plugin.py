"""Fixtures for tests of BPF programs, found by pytest where this package is installed.

    def test_drops_telnet(bpf_object, packet):
        bpf = bpf_object("filter.o")
        assert bpf.programs["filter"].test_run(packet(protocol="tcp", destination_port=23)).return_value == 1

Loading needs CAP_BPF and its like; a test without them fails with the reasons, it does not skip.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Protocol

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from .object import Object
    from .spec import ObjectSpec
    from .testing import NetworkNamespace


class Load(Protocol):
    """What the fixture `bpf_object` is: a function that loads."""

    def __call__(self, source: ObjectSpec | bytes | str | os.PathLike[str], *,
                 rodata: Mapping[str, object] | None = None, **options: Any) -> Object:
        """Load an object for the length of the test.

        Args:
            source: the path of an object file, its bytes, or a spec: `pybpfc.compile("prog.py")`.
            rodata: constants to set, by name.
            options: of `ObjectSpec.load`.
        """


@pytest.fixture
def bpf_object() -> Iterator[Load]:
    """`bpf_object("filter.o", rodata={"limit": 8})`: the loaded object; closed when the test ends."""
    from .spec import ObjectSpec

    opened: list[Object] = []

    def load(source: ObjectSpec | bytes | str | os.PathLike[str], *, rodata: Mapping[str, object] | None = None,
             **options: Any) -> Object:
        if isinstance(source, bytes):
            spec = ObjectSpec.from_bytes(source)
        else:
            spec = source if isinstance(source, ObjectSpec) else ObjectSpec.open(source)
        opened.append(spec.load(rodata=rodata, **options))
        return opened[-1]

    yield load
    for item in reversed(opened):
        item.close()


@pytest.fixture
def netns() -> Iterator[NetworkNamespace]:
    """A fresh network namespace that the test runs in: `netns.ip("link", "add", ...)`; gone with all that is in it
    when the test ends. Needs CAP_SYS_ADMIN, and ip(8) for `netns.ip`."""
    from .testing import NetworkNamespace

    namespace = NetworkNamespace()
    try:
        with namespace.entered():
            yield namespace
    finally:
        namespace.close()


@pytest.fixture
def packet() -> Callable[..., bytes]:
    """`packet("192.0.2.1", "192.0.2.2", "tcp", destination_port=80)`: an Ethernet frame, see
    `pybpfc_runtime.testing.packet`."""
    from .testing import packet as make

    return make
