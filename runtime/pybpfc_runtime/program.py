"""A loaded program: running it on test input, attaching it, pinning it."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING, Any, NamedTuple

from . import syscall
from .descriptor import Single
from .errors import ENOTSUPP, CodecContextError, NotSupportedByKernel
from .layout import CodecError
from .uapi import BPF_F_TEST_XDP_LIVE_FRAMES, Command, ProgramType

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    from .attach import Link
    from .descriptor import Descriptor
    from .info import ProgramInfo
    from .link import LinkedProgram
    from .maps import Map
    from .spec import ProgramSpec

# Program types whose BPF_PROG_TEST_RUN takes a packet, and gives one back.
_PACKET_TYPES = frozenset({
    ProgramType.BPF_PROG_TYPE_SOCKET_FILTER, ProgramType.BPF_PROG_TYPE_SCHED_CLS, ProgramType.BPF_PROG_TYPE_SCHED_ACT,
    ProgramType.BPF_PROG_TYPE_XDP, ProgramType.BPF_PROG_TYPE_CGROUP_SKB, ProgramType.BPF_PROG_TYPE_LWT_IN,
    ProgramType.BPF_PROG_TYPE_LWT_OUT, ProgramType.BPF_PROG_TYPE_LWT_XMIT, ProgramType.BPF_PROG_TYPE_LWT_SEG6LOCAL,
    ProgramType.BPF_PROG_TYPE_FLOW_DISSECTOR, ProgramType.BPF_PROG_TYPE_NETFILTER})
# Those that give their context back in memory of its own.
_CONTEXT_TYPES = frozenset(_PACKET_TYPES - {ProgramType.BPF_PROG_TYPE_FLOW_DISSECTOR,
                                            ProgramType.BPF_PROG_TYPE_NETFILTER}
                           | {ProgramType.BPF_PROG_TYPE_SK_LOOKUP})
# Those that run once and refuse to be told so.
_WITHOUT_REPEAT = frozenset({
    ProgramType.BPF_PROG_TYPE_SYSCALL, ProgramType.BPF_PROG_TYPE_RAW_TRACEPOINT,
    ProgramType.BPF_PROG_TYPE_RAW_TRACEPOINT_WRITABLE, ProgramType.BPF_PROG_TYPE_STRUCT_OPS})
_CONTEXT_ROOM = 512  # bytes; the largest context, `struct __sk_buff`, has 192
_ETHERNET = 14  # bytes: ETH_HLEN
_LARGEST = (1 << 32) - 1  # of a __u32
_HEADROOM = 512  # bytes by which a program may make the packet longer before a second try is needed


class TestRunResult(NamedTuple):
    """What a test run gave.

    Attributes:
        return_value: of the program, as the unsigned 32 bits that the kernel reports.
        data: the packet afterwards, for flow dissectors a `struct bpf_flow_keys`; b"" where no packet was given.
        ctx: the context afterwards, of the class that was given; b"" where none was, and for types that do not give it
            back (raw tracepoints, netfilter).
        duration_ns: of one run, the mean over `repeat`; 0 for types that are not timed.
    """

    return_value: int
    data: bytes
    ctx: Any
    duration_ns: int


TestRunResult.__test__ = False  # type: ignore[attr-defined]  # pytest: not a test class


class OpenProgram(Single):
    """A program that somebody else has loaded, for the caller to close: its function can be replaced (freplace), and
    another can be put before or after it. `pybpfc_runtime.open_program()` gives it."""

    def __init__(self, descriptor: Descriptor, name: str) -> None:
        self.descriptor = descriptor
        self.name = name

    @property
    def fd(self) -> int:
        """The descriptor.

        Raises:
            ClosedError: it was closed.
        """
        return self.descriptor.fd

    def close(self) -> None:
        """Give it up; harmless twice."""
        self.descriptor.close()

    def __enter__(self) -> OpenProgram:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<OpenProgram {self.name}, {self.descriptor!r}>"


class Program(Single):
    """A program in the kernel. Its object owns it; `close()` of the object ends it."""

    def __init__(self, descriptor: Descriptor, linked: LinkedProgram, maps: Mapping[str, Map] | None = None, *,
                 expected_attach_type: int | None = None) -> None:
        self.descriptor = descriptor
        self.maps: Mapping[str, Map] = maps if maps is not None else {}  # of its object
        self.expected_attach_type = expected_attach_type  # with which it was loaded
        self.linked = linked
        self.spec: ProgramSpec = linked.spec
        self.name = linked.spec.name

    @property
    def fd(self) -> int:
        """The descriptor.

        Raises:
            ClosedError: the object was closed.
        """
        return self.descriptor.fd

    @property
    def closed(self) -> bool:
        return self.descriptor.closed

    def fileno(self) -> int:
        return self.fd

    def attach(self, **options: Any) -> Link:
        """Attach the program where its section says.

        Args:
            options: of the kind: `interface=` (name or index) for xdp and tc, with `mode=` and `method=`; `cgroup=`
                for cgroup programs; `path=`, `function=`, `pid=` for uprobes; see the modules of
                `pybpfc_runtime.attach`.

        Returns:
            A link: a context manager that detaches at the end of its block.

        Raises:
            AttachError: a wrong or missing option.
            AttachRefused: the kernel refuses.
            UnsupportedAttach: this loader cannot attach programs of this kind.
        """
        from .attach import attach

        return attach(self, options)

    def test_run(self, data: Any = b"", ctx: Any = None, repeat: int = 1, *, ctx_size_out: int | None = None,
                 data_size_out: int | None = None, flags: int = 0, cpu: int = 0, batch_size: int = 0) -> TestRunResult:
        """Run the program on given input, without attaching it (BPF_PROG_TEST_RUN).

        Which types can be run, and what they take: packets for XDP, tc, socket filters, cgroup_skb, lwt, flow
        dissectors and netfilter; a context alone for sk_lookup, syscall and raw tracepoints (up to 12 numbers of 8
        bytes, the arguments); tracing programs of the kernel's own test functions and struct_ops of its test type run
        what they are attached to.

        Args:
            data: the packet, bytes or an object that `bytes()` takes; at least 14 bytes for the types that see an
                Ethernet frame.
            ctx: the context (a `struct xdp_md`, `struct __sk_buff`, `struct bpf_sk_lookup`, ...): bytes, or an instance
                of a struct class.
            repeat: how often; `duration_ns` is the mean.
            ctx_size_out: bytes of the context to read back; by default as many as went in, where the type gives it
                back.
            data_size_out: bytes of the packet to read back; by default all of it.
            flags: BPF_F_TEST_RUN_ON_CPU; BPF_F_TEST_XDP_LIVE_FRAMES (5.18): frames take the way that the verdict says,
                nothing comes back, `repeat` says how many; ...
            cpu: with BPF_F_TEST_RUN_ON_CPU.
            batch_size: packets a batch with BPF_F_TEST_XDP_LIVE_FRAMES.

        Raises:
            NotSupportedByKernel: this type of program has no test run.
            KernelError: EINVAL for input that the kernel does not take.
        """
        fd = self.fd
        self._check_numbers(repeat=repeat, flags=flags, cpu=cpu, batch_size=batch_size, ctx_size_out=ctx_size_out or 0,
                            data_size_out=data_size_out or 0)
        type_, live = self.spec.program_type, bool(flags & BPF_F_TEST_XDP_LIVE_FRAMES)
        packet, context = self._memory("data", data), self._memory("ctx", ctx if ctx is not None else b"")
        if repeat == 1 and type_ in _WITHOUT_REPEAT:
            repeat = 0
        if data_size_out is None:
            data_size_out = len(packet) + _HEADROOM if type_ in _PACKET_TYPES and packet and not live else 0
        wanted = len(context)
        if ctx_size_out is None:  # the kernel wants room for all of its own, which may be longer than what went in
            ctx_size_out = max(wanted, _CONTEXT_ROOM) if wanted and type_ in _CONTEXT_TYPES and not live else 0
        else:
            wanted = ctx_size_out
        for _ in range(2):
            result = syscall.prog_test_run(fd, packet, data_size_out, context, ctx_size_out, repeat, flags, cpu,
                                           batch_size)
            if result.errno != errno.ENOSPC or result.data_size <= data_size_out:
                break
            data_size_out = result.data_size  # the program made the packet longer than expected
        if result.errno == ENOTSUPP:
            kind = self.spec.program_type.name if self.spec.program_type is not None else "this type"
            raise NotSupportedByKernel(Command.BPF_PROG_TEST_RUN.name, ENOTSUPP, f"program {self.name}",
                                       help=f"the kernel has no test run for {kind}: attach the program")
        if result.errno:
            made = syscall.failure(Command.BPF_PROG_TEST_RUN, result.errno, f"program {self.name}")
            made.help = made.help or self._what_fits(result.errno, packet, context, repeat)
            raise made
        given_back = result.ctx[:wanted] if ctx_size_out or type_ is ProgramType.BPF_PROG_TYPE_SYSCALL else b""
        layout = getattr(ctx, "__pybpfc_type__", None)
        return TestRunResult(result.return_value, result.data,
                             layout.decode(given_back) if layout is not None and len(given_back) == layout.size
                             else given_back, result.duration)

    def _check_numbers(self, **numbers: Any) -> None:
        for name, value in numbers.items():
            if not isinstance(value, int) or not 0 <= value <= _LARGEST:
                raise CodecContextError(f"program {self.name}: {name} of a test run is a number up to {_LARGEST}, not "
                                        f"{value!r}")

    def _memory(self, name: str, value: Any) -> bytes:
        if isinstance(value, (bytes, bytearray, memoryview)) or hasattr(value, "__bytes__"):
            try:
                return bytes(value)
            except CodecError as error:
                raise CodecContextError(f"program {self.name}: {name} of a test run: {error}") from error
        raise CodecContextError(f"program {self.name}: {name} of a test run is bytes, or an object that bytes() takes, "
                                f"not {type(value).__name__}")

    def _what_fits(self, error: int, packet: bytes, context: bytes, repeat: int) -> str:
        """What the kernel takes for a test run of this type, where it did not take what it was given."""
        type_ = self.spec.program_type
        if error == errno.ENOMEM and packet:
            return "the packet is too large"
        if error != errno.EINVAL:
            return ""
        if type_ in _PACKET_TYPES and len(packet) < _ETHERNET:
            return f"give a packet of at least {_ETHERNET} bytes, an Ethernet header: test_run(bytes(64))"
        if type_ not in _PACKET_TYPES and packet:
            return "this type of program sees no packet: give its context alone, test_run(ctx=...)"
        if type_ in _WITHOUT_REPEAT and repeat:
            return "this type of program runs once: leave repeat out"
        if type_ is ProgramType.BPF_PROG_TYPE_SK_LOOKUP and not context:
            return "give what is looked up: test_run(ctx=...), a struct bpf_sk_lookup"
        return "the kernel does not take this context, size or flag for this type of program"

    def info(self) -> ProgramInfo:
        """What the kernel knows about the program: its id, its tag, its code after verification."""
        from .info import prog_info

        return prog_info(self.fd)

    def pin(self, path: str | os.PathLike[str]) -> None:
        """Give the program a name in a bpf file system, so that it outlives this process."""
        syscall.pin(self.fd, path, f"program {self.name}")

    def __repr__(self) -> str:
        return f"<Program {self.name}: SEC({self.spec.section!r}), {self.descriptor!r}>"
