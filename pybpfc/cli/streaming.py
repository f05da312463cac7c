"""Events and printed lines while a program runs, until the time is over or a signal comes."""

from __future__ import annotations

import contextlib
import errno
import select
import signal
import struct
import sys
import time
from collections.abc import Iterator
from types import FrameType
from typing import TYPE_CHECKING

from . import console

if TYPE_CHECKING:
    from pybpfc_runtime import Events, Object, ObjectSpec
    from pybpfc_runtime.events import TracePipe

    from .output import Output

ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_BPF_TRACE_PRINTK, _BPF_TRACE_VPRINTK = 6, 177  # helper numbers, include/uapi/linux/bpf.h
_CALL = 0x85  # BPF_JMP | BPF_CALL
_LONGEST_BUSY = 1.0  # seconds: a reader that ends just now
_LONGEST_WAIT = 0.25  # seconds: records submitted with BPF_RB_NO_WAKEUP wake nobody


class Ended(BaseException):
    """A signal asks to end: not an error, so nothing that handles errors may stop it."""


class Signals:
    """Within the `with` block the first ending signal raises `Ended`, and others are ignored: links must be undone in
    any case, and after the block nothing is left to do but to end. While `deferred` it only sets `came`, so that what
    is being printed is printed whole."""

    def __init__(self) -> None:
        self.came = False
        self.deferred = False

    def __enter__(self) -> Signals:
        self._before = {number: signal.signal(number, self._end) for number in ENDING_SIGNALS}
        return self

    def __exit__(self, *_: object) -> None:
        if self.came:
            return  # timeout(1) signals twice, people press Ctrl-C twice: the rest of the process is not long
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _end(self, number: int, frame: FrameType | None) -> None:
        self.came = True
        for one in ENDING_SIGNALS:
            signal.signal(one, signal.SIG_IGN)
        if not self.deferred:
            raise Ended

    @contextlib.contextmanager
    def defer(self) -> Iterator[None]:
        self.deferred = True
        try:
            yield
        finally:
            self.deferred = False
        if self.came:
            raise Ended


class Stream:
    """The buffers of an object and, where its programs print, trace_pipe.

    Made before the programs are attached: what they send and print from their first run on is seen, what others
    printed before is not.
    """

    def __init__(self, loaded: Object, spec: ObjectSpec, output: Output) -> None:
        self._output = output
        self._types = {name: described.record_type for name, described in spec.maps.items()}
        self._lost: dict[str, int] = {}
        self._events: Events | None = None
        self._pipe: TracePipe | None = None
        from pybpfc_runtime.events import BUFFERS

        if any(map_.type in BUFFERS for map_ in loaded.maps.values()):
            self._events = loaded.events()
        if prints(spec):
            self._pipe = _open_pipe()

    def run(self, duration: float | None, signals: Signals) -> None:
        """Hand on what comes until the time is over.

        Raises:
            Ended: a signal came.
        """
        end = None if duration is None else time.monotonic() + duration
        poll = select.poll()
        for descriptor in (self._events, self._pipe):
            if descriptor is not None:
                poll.register(descriptor, select.POLLIN)
        while end is None or time.monotonic() < end:
            wait = _LONGEST_WAIT if end is None else max(0.0, min(_LONGEST_WAIT, end - time.monotonic()))
            poll.poll(wait * 1000)
            with signals.defer():
                self.drain()

    def drain(self) -> None:
        """Hand on what is there."""
        if self._pipe is not None:
            for line in self._pipe.read():
                self._output.printed(line)
        if self._events is not None:
            self._events.timeout = 0
            for buffer, record in self._events.named():
                self._output.event(buffer, record, self._types[buffer])
            for item in self._events.statistics():
                lost = item.lost - self._lost.get(item.name, 0)
                if lost:
                    self._lost[item.name] = item.lost
                    self._output.lost(item.name, lost)
        console.flush()

    def close(self) -> None:
        for one in (self._events, self._pipe):
            if one is not None:
                one.close()


def prints(spec: ObjectSpec) -> bool:
    """Whether a function of the object calls bpf_trace_printk() or bpf_trace_vprintk()."""
    return any(code == _CALL and not registers >> 4 and number in (_BPF_TRACE_PRINTK, _BPF_TRACE_VPRINTK)
               for function in spec.functions.values()
               for code, registers, _, number in struct.iter_unpack("<BBhi", function.instructions))


def _open_pipe() -> TracePipe | None:
    from pybpfc_runtime import BpfError, trace_pipe

    end = time.monotonic() + _LONGEST_BUSY
    while True:
        try:
            pipe = trace_pipe()
            break
        except BpfError as error:
            if getattr(error, "errno", 0) == errno.EBUSY and time.monotonic() < end:
                time.sleep(0.05)
                continue
            print(f"what the program prints cannot be shown: {error.message}", file=sys.stderr)
            return None
    while pipe.read():  # what was printed before
        pass
    return pipe
