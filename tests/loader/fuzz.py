"""Mutated objects against the loader: `python tests/loader/fuzz.py --count 200000 --seed 1`.

Each object of the corpus is made wrong in one of its sections or anywhere; the loader may read it, link it and hand it
to the kernel, or refuse it with one of its own errors, within a second of processor time, in bounded memory and
without leaving a descriptor open. What the kernel would be asked for is kept small: no map above 16 MB is made.
"""

from __future__ import annotations

import argparse
import gc
import os
import random
import resource
import sys
import tempfile
import traceback
from collections import Counter
from pathlib import Path

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).resolve().parents[1])]

from relocations.fuzz import MEMORY, SECOND, TooLong, limited

from pybpfc_runtime import ObjectSpec, describe
from pybpfc_runtime.elf import ElfFile
from pybpfc_runtime.errors import BpfError
from pybpfc_runtime.link import Linker
from support import clang
from support.mutation import mutated

CORPUS = Path(__file__).with_name("corpus")
SOURCES = ("globals_kinds", "globals_sections", "maps_hash", "maps_inner_static", "maps_programs",
           "maps_special_fields", "calls_shared", "callbacks", "kfuncs", "ksyms", "kconfig", "core_fields",
           "core_types", "core_poison", "targets", "types_of_every_kind", "throwing_callback", "arena",
           "no_debug_globals", "big_endian")
LARGEST_MAP = 16 << 20  # bytes that a load may ask the kernel for
LOADED = 20  # of so many objects, one is handed to the kernel
INSPECT = 500  # objects between two looks at the descriptors


class Fuzzer:
    """Objects that clang builds into a folder, and what was made of their mutations."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.choice = random.Random(seed)
        self.folder = folder
        self.objects = [clang.build(CORPUS / f"{name}.bpf.c", folder / f"{name}.o", CORPUS).read_bytes()
                        for name in SOURCES]
        self.sections = [[(section.offset, section.size) for section in ElfFile(data).sections if section.size > 8]
                         for data in self.objects]
        self.results: Counter[str] = Counter()
        self.failures: list[str] = []

    def mutation(self) -> bytes:
        """Half of them keep the file's shape: one section is changed in its place."""
        number = self.choice.randrange(len(self.objects))
        data = self.objects[number]
        kind = self.choice.randrange(4)
        if kind == 0:
            return mutated(data, self.choice)
        if kind == 1:  # the section headers, at the end of the file
            at = int.from_bytes(data[40:48], "little" if data[5] == 1 else "big")
            offset, size = at, len(data) - at
        else:
            offset, size = self.choice.choice(self.sections[number])
        changed = mutated(data[offset : offset + size], self.choice)[:size].ljust(size, b"\0")
        return data[:offset] + changed + data[offset + size :]

    def one(self, data: bytes, *, load: bool) -> str:
        """What became of one object."""
        spec = ObjectSpec.from_bytes(data, "mutated.o")
        str(describe(spec))
        for variables in (spec.rodata, spec.data, spec.bss):
            for name in variables:
                try:
                    variables[name] = variables[name]
                except BpfError:
                    continue
        linker = Linker(spec)
        try:
            for program in spec.programs.values():
                linker.link(program)
        finally:
            linker.close()
        if not load:
            return "linked"
        maps = [each for spec_map in spec.maps.values() for each in (spec_map, spec_map.inner) if each is not None]
        if any((each.key_size + each.value_size + 64) * each.max_entries > LARGEST_MAP for each in maps):
            return "with large maps"
        with spec.load(pin_path=self.folder):
            return "loaded"

    def run(self, count: int, *, load: bool) -> None:
        for data in self.objects:
            self.attempt(data, load=load)  # opens what stays open: the kernel's types
        self.results.clear()
        before = len(os.listdir("/proc/self/fd"))
        for number in range(count):
            data = self.mutation()
            self.attempt(data, load=load and number % LOADED == 0)
            if number % INSPECT == INSPECT - 1 or number == count - 1:
                gc.collect()
                now = len(os.listdir("/proc/self/fd"))
                if now != before:
                    self.failures.append(f"{now - before} descriptors are left after {number + 1} objects")
                    before = now

    def attempt(self, data: bytes, *, load: bool) -> None:
        try:
            with limited(SECOND):
                result = self.one(data, load=load)
        except BpfError as error:
            result = type(error).__name__
        except (Exception, TooLong) as error:
            kept = self.folder / f"failure-{len(self.failures)}.o"
            kept.write_bytes(data)
            self.failures.append(f"{kept}: {type(error).__name__}\n{traceback.format_exc()}")
            result = "failed"
        self.results[result] += 1


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--load", action="store_true", help="hand every twentieth object to the kernel")
    options = parser.parse_args()
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, used + MEMORY))
    fuzzer = Fuzzer(Path(tempfile.mkdtemp()), options.seed)
    fuzzer.run(options.count, load=options.load)
    print(", ".join(f"{count} {name}" for name, count in fuzzer.results.most_common()))
    print("\n".join(fuzzer.failures[:20]) or "no failure")
    return 1 if fuzzer.failures else 0


if __name__ == "__main__":
    sys.exit(main())
