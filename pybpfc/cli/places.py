"""Where `pybpfc run` attaches the programs of a file: what the command line says, in the types of `attach()`."""

from __future__ import annotations

import contextlib
import socket
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pybpfc_runtime import IteratorLink, Link, Object, ObjectSpec, Program, ProgramSpec

# What says where programs of a kind are attached, and how the command line names it.
PLACES = {
    "xdp": ("interface", "--interface IF"),
    "tc": ("interface", "--interface IF"),
    "tc_action": ("interface", "--interface IF"),
    "netkit": ("interface", "--interface IF, the primary device of a netkit pair"),
    "cgroup": ("cgroup", "--cgroup PATH, a folder below the mount of cgroup2, often /sys/fs/cgroup"),
    "lsm_cgroup": ("cgroup", "--cgroup PATH, a folder below the mount of cgroup2, often /sys/fs/cgroup"),
    "netfilter": ("hook", "--attach hook=HOOK, of pre_routing, local_in, forward, local_out, post_routing"),
    "lwt": ("route", "--attach route=198.51.100.0/24 --interface IF; the route is removed again"),
    "lirc": ("device", "--attach device=PATH, often /dev/lirc0"),
    "sockmap": ("map", "--attach map=NAME, of a SockMap or a SockHash of the program"),
    "freplace": ("target", "--attach target=PROGRAM, the id or the pin of the loaded program whose function it is to "
                           "replace"),
}
# A socket, a map, or other code uses these; the system as a whole does not.
WITHOUT_A_PLACE = ("", "socket", "reuseport")
_MAPS_OF_SOCKETS = ("BPF_MAP_TYPE_SOCKMAP", "BPF_MAP_TYPE_SOCKHASH")
# A decorator does not say how often a program samples: as profilers do that must not be in step with timers.
SAMPLES_A_SECOND = 99
_ETH_P_ALL = 3

Options = dict[str, dict[str, Any]]  # by program; those for all under ""


def kind_of(program: ProgramSpec) -> str:
    """How a program is attached, a key of `pybpfc_runtime.attach.KINDS`; "" where it is not."""
    return program.kind.attach if program.kind is not None else ""


def chosen_for(program: ProgramSpec, options: Options) -> dict[str, Any]:
    """The options of the command line that a program takes."""
    from pybpfc_runtime.attach import option_names

    known = option_names(kind_of(program))
    return {name: value for name, value in options[""].items() if name in known} | options.get(program.name, {})


def complete(spec: ObjectSpec, options: Options) -> str:
    """Fill in what goes without saying: the one map of sockets, how often a program samples.

    Returns:
        What the command line must say besides; "" where it says all.
    """
    sockets = [name for name, described in spec.maps.items() if described.type.name in _MAPS_OF_SOCKETS]
    for program in spec.programs.values():
        kind, chosen = kind_of(program), chosen_for(program, options)
        if kind == "sockmap" and len(sockets) == 1 and "map" not in chosen:
            options.setdefault(program.name, {})["map"] = sockets[0]
        elif kind == "perf_event" and not chosen.keys() & {"event", "frequency", "period"}:
            options.setdefault(program.name, {})["frequency"] = SAMPLES_A_SECOND
        elif kind in PLACES and PLACES[kind][0] not in chosen and program.attach_target is None:
            return f"`{program.name}` ({program.section}): say where it is to run: {PLACES[kind][1]}"
    return ""


def has_place(spec: ObjectSpec, options: Options, interface: str | None) -> bool:
    """Whether there is anything that the command can attach."""
    return any(described.struct_ops is not None for described in spec.maps.values()) or any(
        kind_of(program) not in WITHOUT_A_PLACE or "socket" in chosen_for(program, options)
        or (kind_of(program) == "socket" and interface is not None) for program in spec.programs.values())


def goes_on(spec: ObjectSpec, options: Options, interface: str | None) -> bool:
    """Whether anything is to come: not where there are iterators alone, which have run once they are attached."""
    others = [program for program in spec.programs.values() if kind_of(program) not in ("iter", *WITHOUT_A_PLACE)]
    return bool(others) or any(kind_of(program) in ("socket", "reuseport") and (
        interface is not None or "socket" in chosen_for(program, options)) for program in spec.programs.values())


def open_targets(spec: ObjectSpec, options: Options, opened: contextlib.ExitStack) -> None:
    """Programs whose function is replaced must be known before the load."""
    from pybpfc_runtime import open_program

    for program in spec.programs.values():
        chosen = options.get(program.name, {}) or {}
        if kind_of(program) == "freplace" and "target" in (both := options[""] | chosen):
            program.attach_target = opened.enter_context(open_program(_number(both["target"])))
            options.setdefault(program.name, {})["target"] = program.attach_target


def attach(loaded: Object, options: Options, interface: str | None, attached: contextlib.ExitStack) \
        -> Iterator[tuple[str, IteratorLink]]:
    """Attach everything that has a place: maps of sockets first, whose programs see only sockets that come later.

    Yields:
        Each iterator as soon as it is attached.
    """
    from pybpfc_runtime import IteratorLink, StructOpsMap

    for program in sorted(loaded.programs.values(), key=lambda each: kind_of(each.spec) != "sockmap"):
        kind, section = kind_of(program.spec), program.spec.section
        if kind == "struct_ops":
            continue  # its table is attached below
        chosen = _converted(program, chosen_for(program.spec, options), loaded, attached)
        if kind == "socket" and interface is not None and "socket" not in chosen:
            chosen["socket"] = attached.enter_context(_packet_socket(program.name, interface))
        if kind in WITHOUT_A_PLACE and "socket" not in chosen:
            print(f"loaded {program.name} ({section}), which other code must call or attach", file=sys.stderr)
            continue
        link = attached.enter_context(program.attach(**chosen))
        print(f"attached {program.name} ({section}){_where(link, chosen, interface)}", file=sys.stderr)
        if isinstance(link, IteratorLink):
            yield program.name, link
    for map_ in loaded.maps.values():
        if isinstance(map_, StructOpsMap):
            attached.enter_context(map_.attach())
            print(f"registered {map_.name} ({map_.declared.type_name})", file=sys.stderr)


def _where(link: Link, chosen: dict[str, Any], interface: str | None) -> str:
    told = [f" to {chosen['interface']}"] if "interface" in chosen else []
    told += [f" to {chosen['cgroup']}"] if "cgroup" in chosen else []
    told += [f" to map {chosen['map'].name}"] if "map" in chosen else []
    told += [f" to {interface}"] if "socket" in chosen and interface is not None else []
    told += [f", {chosen['frequency']} times a second"] if "frequency" in chosen else []
    return "".join(told)


def _packet_socket(program: str, interface: str) -> socket.socket:
    """A packet socket of an interface, for a filter to see what passes there. Nobody reads from it."""
    from pybpfc_runtime import AttachRefused
    from pybpfc_runtime.attach.interface import interface_index

    _, name = interface_index(interface, program)
    try:
        opened = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ETH_P_ALL))
        try:
            opened.bind((name, 0))
        except BaseException:
            opened.close()
            raise
    except OSError as error:
        raise AttachRefused("socket", error.errno or 0, f"attaching {program} (a packet socket of {name})",
                            help="packet sockets need CAP_NET_RAW, and the interface to be up") from error
    return opened


def _converted(program: Program, chosen: dict[str, Any], loaded: Object, opened: contextlib.ExitStack) \
        -> dict[str, Any]:
    """Options as `attach()` takes them; text of the command line that stands for nothing else stays text, and
    `attach()` says what is wrong with it."""
    from pybpfc_runtime.attach import option_types

    types = option_types(kind_of(program.spec))
    return {name: _value(name, value, types[name], loaded, opened) if isinstance(value, str) else value
            for name, value in chosen.items()}


def _value(name: str, text: str, types: tuple[str, ...], loaded: Object, opened: contextlib.ExitStack) -> Any:
    from pybpfc_runtime import AttachError, AttachType, Link, open_program

    if "Map" in types:
        return loaded.maps[text]
    if "Program" in types:
        if text in loaded.programs:
            return loaded.programs[text]
        if "Link" in types and "/" in text:
            link = Link.from_pin(text)
            opened.callback(link.close)
            return link
        return opened.enter_context(open_program(_number(text)))
    if "AttachType" in types:
        named = "BPF_" + text.upper().removeprefix("BPF_")
        kind = next((each for each in AttachType if each.name == named), None)
        if kind is None:
            raise AttachError(f"{name}={text}: there is no such attach type",
                              help="its name in enum bpf_attach_type, such as BPF_CGROUP_INET_INGRESS")
        return kind
    if "bool" in types:
        return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}.get(text.lower(), text)
    for sequence, convert in (("Sequence[int]", _number), ("Sequence[str]", str)):
        if sequence in types:
            return [convert(part) for part in text.split(",")]
    return _number(text) if "int" in types else text


def _number(text: str) -> int | str:
    try:
        return int(text, 0)
    except ValueError:
        return text
