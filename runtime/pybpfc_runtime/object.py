"""A loaded object: its programs, its maps, its global variables."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from . import syscall
from .descriptor import Single
from .errors import ClosedError, MapError, MapOperationError, Named, SpecError, UnknownNameError
from .uapi import Command
from .variables import Variable, Variables

if TYPE_CHECKING:
    import mmap

    from .arena import ArenaMemory
    from .attach import Links
    from .errors import BtfRefused
    from .events import Events
    from .maps import Map
    from .program import Program
    from .spec import ObjectSpec


class Object(Single):
    """A loaded object: owns the descriptors of its maps and programs until `close()`.

    Attributes:
        spec: what was loaded.
        programs: by name; those with `autoload`.
        maps: by name, global data sections among them.
        btf_refusal: why the kernel did not take the object's types, or None. Programs and maps are then without
            them: tools show no fields and no source lines.
        arenas: the memory of each arena, by the map's name.
    """

    def __init__(self, spec: ObjectSpec) -> None:
        self.spec = spec
        self.btf_refusal: BtfRefused | None = None
        self.programs: Named[Program] = Named("program")
        self.maps: Named[Map] = Named("map")
        self.arenas: dict[str, ArenaMemory] = {}
        self._memory: dict[str, mmap.mmap | ArenaMemory] = {}
        self._frozen: set[str] = set()
        self._closed = False

    def __enter__(self) -> Object:
        if self._closed:
            raise ClosedError(f"{self.spec.name} is closed")
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give up every descriptor; links and pins keep in the kernel what they hold. Harmless twice."""
        self._closed = True
        for memory in self._memory.values():
            memory.close()
        self._memory.clear()
        for arena in self.arenas.values():
            arena.close()
        for program in self.programs.values():
            program.descriptor.close()
        for map_ in self.maps.values():
            map_.descriptor.close()

    def map(self, declaration: Any) -> Any:
        """A map by its name or by its declaration.

        Args:
            declaration: a name, or an object with a `name`, whose `key_type` and `value_type` (layouts) are used
                where it has them.

        Returns:
            A view of the map; a mapping for hash and array types.
        """
        if isinstance(declaration, str):
            return self.maps[declaration]
        found = self.maps[self._name_of(declaration)]
        key_type = getattr(declaration, "key_type", None)
        value_type = getattr(declaration, "value_type", None)
        if key_type is None and value_type is None:
            return found
        return found.with_types(key_type, value_type)

    def events(self, *buffers: Any, type: Any = None, timeout: float | None = None, pages: int = 64,
               wakeup_bytes: int = 0) -> Events:
        """The records of ring and perf buffers as they come: `for event in bpf.events("opens", "exits")`.

        Args:
            buffers: names, declarations or views of maps; all buffers of the object where there is none.
            type: of the records, where it is not that of the declaration or of the object's types: a struct class, or
                `bytes`.
            timeout: seconds to wait for the next record before a loop ends; None to wait for ever, 0 for what is
                there.
            pages, wakeup_bytes: of perf buffers, see `pybpfc_runtime.events.perf.PerfReader`.

        Returns:
            An iterator, also for `async for`, and a context manager that gives the buffers up.

        Raises:
            UnknownNameError: there is no such map.
            MapOperationError: it is no buffer.
            BufferInUseError: it is being read in this process.
        """
        from .events import BUFFERS, open_events, record_layout

        if self._closed:
            raise ClosedError(f"{self.spec.name} is closed")
        chosen = buffers or [map_ for map_ in self.maps.values() if map_.type in BUFFERS]
        if not chosen:
            raise MapOperationError(f"{self.spec.name} has no ring buffer and no perf buffer to read")
        wanted = []
        for buffer in chosen:
            name = buffer if isinstance(buffer, str) else self._name_of(buffer)
            declared = getattr(buffer, "record_type", None) or self.maps[name].spec.record_type
            wanted.append((self.maps[name], record_layout(type, declared)))
        return open_events(wanted, timeout=timeout, pages=pages, wakeup_bytes=wakeup_bytes)

    def _name_of(self, declaration: Any) -> str:
        name = getattr(declaration, "name", None)
        if isinstance(name, str):
            return name
        if hasattr(declaration, "name"):
            raise UnknownNameError(f"{self.spec.name}: this declaration has no name yet, because its module was not "
                                   "compiled in this process", help='take the map by its name: bpf.maps["name"]')
        raise UnknownNameError(f"{self.spec.name}: a map is meant by its name or its declaration, not by "
                               f"{declaration!r}", help=f"there are {', '.join(sorted(self.maps)) or 'none'}")

    @property
    def globals(self) -> Variables:
        """Global variables by name: .data and .bss can be written, .rodata is frozen."""
        return Variables("global variable", self.spec.variables, self.spec.type_of, self._read, self._write)

    def attach_all(self, **options: Any) -> Links:
        """Attach every program that has a place, and register every struct_ops map.

        Left alone are programs with `spec.autoattach = False`, those of kinds without a place of their own (`syscall`),
        those whose section names no target, and those whose place nobody names (`socket`, `perf_event`, `netfilter`,
        `sk_msg`, ...). If one cannot be attached, the earlier ones are detached.

        Args:
            options: handed to the programs whose kind takes them: `interface=` for xdp and tc, `cgroup=`, ...

        Returns:
            The links: a list, and a context manager that detaches them at the end of its block.

        Raises:
            UnknownOptionError: no program of the object takes an option.
            AttachError: xdp, tc or cgroup programs without their option.
            AttachRefused: the kernel refuses one.
        """
        from .attach import Links, attachable, option_names, refuse_unknown

        if self._closed:
            raise ClosedError(f"{self.spec.name} is closed")
        kinds = {program.kind.attach for program in self.spec.programs.values() if program.kind is not None}
        refuse_unknown(options, frozenset().union(*map(option_names, kinds)),
                       f"no program of {self.spec.name} has an option")
        with ExitStack() as stack:
            links = Links()
            for program in self.programs.values():
                kind = program.spec.kind
                if kind is None or not attachable(program, options):
                    continue
                wanted = option_names(kind.attach)
                chosen = {name: value for name, value in options.items() if name in wanted}
                links.append(stack.enter_context(program.attach(**chosen)))
            from .struct_ops import StructOpsMap

            for map_ in self.maps.values():
                if isinstance(map_, StructOpsMap) and map_.autoattach:
                    links.append(stack.enter_context(map_.attach()))
            stack.pop_all()  # from here on they are the caller's
            return links

    def _read(self, variable: Variable) -> bytes:
        memory = self._memory.get(variable.section)
        if memory is not None:
            return memory[variable.offset : variable.offset + variable.size]
        return self._section(variable)[variable.offset : variable.offset + variable.size]

    def _write(self, variable: Variable, data: bytes) -> None:
        if variable.section in self._frozen:
            raise SpecError(f"{variable.name} is in {variable.section}, which is frozen once loaded",
                            help=f"set it before: spec.rodata.{variable.name} = ..., or load(rodata={{...}})")
        memory = self._memory.get(variable.section)
        if memory is not None:
            memory[variable.offset : variable.offset + variable.size] = data
            return
        whole = bytearray(self._section(variable))
        whole[variable.offset : variable.offset + variable.size] = data
        map_ = self.maps[variable.section]
        write_section(map_.fd, bytes(whole), map_.name)

    def _section(self, variable: Variable) -> bytes:
        if self._closed:
            raise ClosedError(f"{self.spec.name} is closed")
        map_ = self.maps[variable.section]
        value = syscall.buffer(map_.value_size)
        error = syscall.map_element(Command.BPF_MAP_LOOKUP_ELEM, map_.fd, syscall.buffer(4), value)
        if error:
            raise syscall.failure(Command.BPF_MAP_LOOKUP_ELEM, error, f"reading {variable.section}", MapError)
        return value.raw

    def __repr__(self) -> str:
        state = "closed" if self._closed else f"{len(self.programs)} programs, {len(self.maps)} maps"
        return f"<Object {self.spec.name}: {state}>"


def write_section(fd: int, contents: bytes, name: str) -> None:
    """Write the one value of a global data section's map."""
    error = syscall.map_element(Command.BPF_MAP_UPDATE_ELEM, fd, syscall.buffer(4), syscall.buffer(contents))
    if error:
        raise syscall.failure(Command.BPF_MAP_UPDATE_ELEM, error, f"writing {name}", MapError)
