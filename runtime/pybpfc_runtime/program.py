"""A loaded program: running it on test input, attaching it, pinning it."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING, Any, NamedTuple

from . import syscall
from .errors import ENOTSUPP, NotSupportedByKernel
from .uapi import Command, ProgramType

if TYPE_CHECKING:
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
# Those that run once and refuse to be told so.
_WITHOUT_REPEAT = frozenset({
    ProgramType.BPF_PROG_TYPE_SYSCALL, ProgramType.BPF_PROG_TYPE_RAW_TRACEPOINT,
    ProgramType.BPF_PROG_TYPE_RAW_TRACEPOINT_WRITABLE, ProgramType.BPF_PROG_TYPE_STRUCT_OPS})
_HEADROOM = 512  # bytes by which a program may make the packet longer before a second try is needed


class TestRunResult(NamedTuple):
    """What a test run gave.

    Attributes:
        return_value: of the program, as the unsigned 32 bits that the kernel reports.
        data: the packet afterwards; b"" where none was given.
        ctx: the context afterwards; b"" unless `ctx_size_out` was asked for.
        duration_ns: of one run, the mean over `repeat`.
    """

    return_value: int
    data: bytes
    ctx: bytes
    duration_ns: int


TestRunResult.__test__ = False  # type: ignore[attr-defined]  # pytest: not a test class


class Program:
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

    def test_run(self, data: bytes = b"", ctx: bytes | None = None, repeat: int = 1, *, ctx_size_out: int = 0,
                 data_size_out: int | None = None, flags: int = 0, cpu: int = 0, batch_size: int = 0) -> TestRunResult:
        """Run the program on given input, without attaching it (BPF_PROG_TEST_RUN).

        Args:
            data: the packet; at least 14 bytes for the types that see an Ethernet frame.
            ctx: the context (a `struct xdp_md`, `struct __sk_buff`, or the arguments of a raw tracepoint).
            repeat: how often; `duration_ns` is the mean.
            ctx_size_out: bytes of the context to read back.
            data_size_out: bytes of the packet to read back; by default all of it.
            flags: BPF_F_TEST_RUN_ON_CPU, BPF_F_TEST_XDP_LIVE_FRAMES, ...
            cpu: with BPF_F_TEST_RUN_ON_CPU.
            batch_size: packets a batch with BPF_F_TEST_XDP_LIVE_FRAMES.

        Raises:
            NotSupportedByKernel: this type of program has no test run.
            KernelError: EINVAL for input that the kernel does not take.
        """
        fd = self.fd
        if repeat == 1 and self.spec.program_type in _WITHOUT_REPEAT:
            repeat = 0
        if data_size_out is None:
            takes_packet = self.spec.program_type in _PACKET_TYPES and not flags & 2  # live frames give nothing back
            data_size_out = len(data) + _HEADROOM if takes_packet and data else 0
        for _ in range(2):
            result = syscall.prog_test_run(fd, bytes(data), data_size_out, bytes(ctx or b""), ctx_size_out, repeat,
                                           flags, cpu, batch_size)
            if result.errno != errno.ENOSPC or result.data_size <= data_size_out:
                break
            data_size_out = result.data_size  # the program made the packet longer than expected
        if result.errno == ENOTSUPP:
            kind = self.spec.program_type.name if self.spec.program_type is not None else "this type"
            raise NotSupportedByKernel(Command.BPF_PROG_TEST_RUN.name, ENOTSUPP, f"program {self.name}",
                                       help=f"the kernel has no test run for {kind}: attach the program")
        if result.errno:
            raise syscall.failure(Command.BPF_PROG_TEST_RUN, result.errno, f"program {self.name}")
        return TestRunResult(result.return_value, result.data, result.ctx, result.duration)

    def info(self) -> ProgramInfo:
        """What the kernel knows about the program: its id, its tag, its code after verification."""
        from .info import prog_info

        return prog_info(self.fd)

    def pin(self, path: str | os.PathLike[str]) -> None:
        """Give the program a name in a bpf file system, so that it outlives this process."""
        syscall.pin(self.fd, os.fspath(path), f"program {self.name}")

    def __repr__(self) -> str:
        return f"<Program {self.name}: SEC({self.spec.section!r}), {self.descriptor!r}>"
