"""Network interfaces by name or index."""

from __future__ import annotations

import socket

from ..errors import AttachError


def interface_index(interface: str | int | None, program: str) -> tuple[int, str]:
    """The index and the name of an interface of this network namespace.

    Args:
        interface: a name, an index, or None where the caller forgot it.
        program: for the message.

    Raises:
        AttachError: there is no such interface; the message has the nearest names.
    """
    return find_interface(interface, f"program {program}")


def find_interface(interface: str | int | None, asking: str) -> tuple[int, str]:
    """The same for another than a program, of which `asking` is what messages begin with."""
    known = {name: index for index, name in socket.if_nameindex()}
    if interface is None or isinstance(interface, bool) or not isinstance(interface, (str, int)):
        raise AttachError(f"{asking}: say where: attach(interface=...)" if interface is None else
                          f"{asking}: interface takes a name or an index, not {interface!r}",
                          help=f"the interfaces here are {', '.join(known)}")
    if isinstance(interface, int):
        for name, index in known.items():
            if index == interface:
                return index, name
    elif interface in known:
        return known[interface], interface
    import difflib

    near = difflib.get_close_matches(str(interface), list(known), n=3, cutoff=0.5)
    listed = f"did you mean {' or '.join(near)}?" if near else f"the interfaces here are {', '.join(known)}"
    raise AttachError(f"{asking}: there is no interface {interface!r} in this network namespace", help=listed)
