"""Corrupt types against everything that reads them: `python tests/relocations/fuzz.py --count 200000 --seed 1`.

Each of five readers gets mutations of what it reads: it may do its work, or refuse with one of the loader's own
errors, within a second and a gigabyte. Prints one line a reader and each failure; exit status 1 if there is one.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import signal
import sys
import tempfile
import time
import traceback
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).resolve().parents[1])]

from pybpfc_runtime import ObjectSpec
from pybpfc_runtime.btf import cache, types
from pybpfc_runtime.btf.decode import decode_btf
from pybpfc_runtime.btf.encode import encode_btf, sanitised
from pybpfc_runtime.btf.ext import decode_btf_ext
from pybpfc_runtime.btf.index import IndexedBtf
from pybpfc_runtime.btf.relocate import Target
from pybpfc_runtime.elf import ElfFile
from pybpfc_runtime.errors import BpfError
from pybpfc_runtime.link import Linker
from support import clang
from support.mutation import mutated

SECOND = 1.0  # of processor time, for one mutation
MEMORY = 1 << 30  # bytes beyond what the process has at first
LOADER = Path(__file__).resolve().parents[1] / "loader" / "c"
PAIRS = Path(__file__).with_name("pairs")

Reader = Callable[[random.Random], "str | None"]


class TooLong(BaseException):
    """Not an Exception, lest something catch it."""


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raises TooLong in a block that takes more processor time."""
    def stop(*_: object) -> None:
        raise TooLong

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


class Readers:
    """What reads types, on objects that clang builds into a folder."""

    def __init__(self, folder: Path) -> None:
        sources = [LOADER / "core_kinds.bpf.c", *(PAIRS / f"{name}.bpf.c" for name in ("facts", "typedefs"))]
        self.objects = [clang.build(source, folder / f"{source.stem}.o", source.parent).read_bytes()
                        for source in sources]
        self.blobs = [self.section(data, ".BTF") for data in self.objects]
        self.folder = folder
        os.environ["XDG_CACHE_HOME"] = str(folder / "cache")
        self.cached = folder / "kernel.btf"
        self.cached.write_bytes(self.blobs[0])
        IndexedBtf.open(self.cached)
        (entry,) = (folder / "cache" / "pybpfc").iterdir()
        self.entry, self.right = entry, entry.read_bytes()

    @staticmethod
    def section(data: bytes, name: str) -> bytes:
        return bytes(ElfFile(data).by_name[name].data)

    def decoder(self, choice: random.Random) -> None:
        """All types at once, written again, whole and for an old kernel."""
        btf = decode_btf(mutated(choice.choice(self.blobs), choice))
        for type_id in range(len(btf) + 1):
            _refused_or(btf.size_of, type_id)
        _refused_or(encode_btf, btf)
        encode_btf(sanitised(btf, frozenset({"btf"})))

    def index(self, choice: random.Random) -> None:
        """Types when they are asked for."""
        self.look_around(IndexedBtf(mutated(choice.choice(self.blobs), choice)))

    def look_around(self, btf: IndexedBtf) -> None:
        for type_id in range(1, min(len(btf), 300) + 1):
            _refused_or(btf.kind_of, type_id)
            _refused_or(btf.size_of, type_id)
            _refused_or(lambda number: btf.named(btf.type(number).name), type_id)
        for name in ("task_struct", "pid_type", "PIDTYPE_PID", "never", "int", ""):
            for ask in (btf.ids_named, btf.named, btf.enumerators):
                _refused_or(ask, name)
            _refused_or(lambda name: btf.find(types.BTF_KIND_STRUCT, name), name)
            _refused_or(lambda name: btf.names_like(name, (types.BTF_KIND_STRUCT,)), name)

    def extension(self, choice: random.Random) -> None:
        """.BTF.ext alone, then in its object, with or without .BTF in order."""
        data = choice.choice(self.objects)
        _refused_or(lambda raw: decode_btf_ext(raw, decode_btf(self.section(data, ".BTF"))),
                    mutated(self.section(data, ".BTF.ext"), choice))
        self.link(with_section(data, choice.choice((".BTF.ext", ".BTF.ext", ".BTF")), choice), self.blobs[0])

    def resolver(self, choice: random.Random) -> None:
        """A sound object on a corrupt kernel."""
        number = choice.randrange(len(self.objects))
        self.link(self.objects[number], mutated(self.blobs[number], choice))

    def link(self, data: bytes, kernel: bytes) -> None:
        spec = ObjectSpec.from_bytes(data, "corrupt.o")
        assert spec.btf is not None
        linker = Linker(spec)
        linker.target = Target(spec.btf, IndexedBtf(kernel))
        try:
            for program in spec.programs.values():
                _refused_or(linker.link, program)
        finally:
            linker.close()

    def cache(self, choice: random.Random) -> str | None:
        """An entry of the cache that is damaged, or that lies: its checksum is right and what it says is not."""
        data = mutated(self.right, choice)
        lies = choice.random() < 0.5
        if lies:
            body = data[cache._HEAD :]
            data = cache._VERSION + zlib.crc32(body).to_bytes(4, "little") + body
        self.entry.write_bytes(data)
        btf = IndexedBtf.open(self.cached)
        self.look_around(btf)
        assert lies or btf.ids_named("task_struct") == IndexedBtf(self.blobs[0]).ids_named("task_struct")
        return "made anew" if self.entry.read_bytes() == self.right != data else None


def _refused_or(action: Callable[..., object], argument: object) -> None:
    """Go on where one question is refused: the others are asked as well."""
    try:
        action(argument)
    except BpfError:
        return


def with_section(data: bytes, name: str, choice: random.Random) -> bytes:
    """An object with one section mutated in its place."""
    old = Readers.section(data, name)
    at = data.index(old)
    new = mutated(old, choice)[: len(old)].ljust(len(old), b"\0")
    return data[:at] + new + data[at + len(old) :]


READERS = ("decoder", "index", "extension", "resolver", "cache")


def run(folder: Path, names: tuple[str, ...], count: int, seed: int) -> list[str]:
    """Try `count` mutations on each reader; what went wrong."""
    readers = Readers(folder)
    failures: list[str] = []
    for name in names:
        read: Reader = getattr(readers, name)
        outcomes: Counter[str] = Counter()
        worst, start = 0.0, time.monotonic()
        for number in range(count):
            choice = random.Random(f"{seed} {name} {number}")
            began = time.process_time()
            try:
                with limited(SECOND):
                    said = read(choice)
                outcomes[said or "done"] += 1
            except BpfError as error:
                outcomes[type(error).__name__] += 1
            except (Exception, TooLong) as error:
                outcomes["failed"] += 1
                text = "".join(traceback.format_exception(error)[-6:])
                failures.append(f"{name}, seed {seed}, mutation {number}: {type(error).__name__}\n{text}")
            worst = max(worst, time.process_time() - began)
        shown = ", ".join(f"{key} {value}" for key, value in outcomes.most_common())
        print(f"{name}: {shown}; the longest took {worst * 1000:.0f} ms, all {time.monotonic() - start:.0f} s",
              flush=True)
        if min(outcomes["done"], outcomes.total() - outcomes["done"]) < count // 50:
            failures.append(f"{name}: hardly any mutation is refused, or hardly any is not")
    return failures


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200_000, help="mutations altogether")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--reader", action="append", choices=READERS)
    given = parser.parse_args()
    names = tuple(given.reader or READERS)
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, used + MEMORY))
    with tempfile.TemporaryDirectory() as folder:
        failures = run(Path(folder), names, given.count // len(names), given.seed)
    for text in failures[:20]:
        print(text)
    print(f"{given.count} mutations, {len(failures)} failures, "
          f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MiB at most")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
