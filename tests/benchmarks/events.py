"""Rows of `make bench` for user space: records a second beside libbpf's reader in C, map entries beside bpftool."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from measure import REPOSITORY, Row

PROGRAM = REPOSITORY / "tests" / "kernel" / "programs" / "numbered.py"
BUFFER = 64 << 20  # bytes
RECORDS = 1_000_000
ROUNDS = 5
ENTRIES = 1_000_000


def rows(folder: Path) -> Iterator[Row]:
    """Every row; those beside C only where a compiler and libbpf's headers are there."""
    from pybpfc.compiler.pipeline import compile_file

    target = folder / "numbered.o"
    target.write_bytes(compile_file(str(PROGRAM)).data)
    in_c = _reader_in_c(folder, target)
    rates = _rates(target)
    yield Row("ring buffer: typed events", rates["events"] / 1e6, "M/s", target=">= 0.4")
    for name, what in (("batches", "batches as memory"), ("column", "one column, without NumPy"),
                       ("numpy", "three columns, NumPy")):
        wanted = {"numpy": ">= 0.5", "batches": ">= 0.2"}.get(name, "")
        yield Row(f"ring buffer: {what}", rates[name] / 1e6, "M/s")
        if in_c:
            yield Row(f"ring buffer: {what} / libbpf in C", rates[name] / in_c, "x", target=wanted)
    if in_c:
        yield Row("ring buffer: libbpf in C", in_c / 1e6, "M/s")
    yield from _map_rows()


def _reader_in_c(folder: Path, target: Path) -> float | None:
    """Records a second of a reader with libbpf; None where it cannot be built."""
    program = folder / "reader"
    built = subprocess.run(["cc", "-O2", "-o", program, Path(__file__).with_name("reader.c"), "-lbpf"],
                           capture_output=True, text=True, check=False)
    if built.returncode != 0:
        print(f"no comparison with libbpf: {built.stderr.strip().splitlines()[-1]}", file=sys.stderr)
        return None
    done = subprocess.run([program, target, str(BUFFER), str(RECORDS), str(ROUNDS)], capture_output=True, text=True,
                          check=True)
    return float(done.stdout)


def _rates(target: Path) -> dict[str, float]:
    """Records a second, the best round: the buffer is filled, then read."""
    import pybpfc_runtime as rt

    spec = rt.ObjectSpec.open(target)
    spec.maps["events"].max_entries = BUFFER
    with spec.load() as bpf, bpf.events("events", timeout=0) as events:

        def batches(use: Callable[[Any], Any]) -> int:
            count = 0
            while (batch := events.read_batch()) is not None:
                with batch:
                    use(batch)
                    count += len(batch)
            return count

        def columns(batch: Any) -> int:
            array = batch.array()
            return sum(int(array[name].sum()) for name in ("number", "half", "length"))

        ways: dict[str, Callable[[], int]] = {
            "events": lambda: sum(1 for event in events if event.number >= 0),
            "batches": lambda: batches(len),
            "column": lambda: batches(lambda batch: sum(batch.column("number"))),
            "numpy": lambda: batches(columns),
        }
        rates = dict.fromkeys(ways, 0.0)
        for _ in range(ROUNDS):
            for name, read in ways.items():
                bpf.programs["send"].test_run(bytes(64), repeat=RECORDS)
                start = time.perf_counter()
                count = read()
                rates[name] = max(rates[name], count / (time.perf_counter() - start))
                if count != RECORDS:
                    raise RuntimeError(f"{name}: {count} records of {RECORDS}")
    return rates


def _map_rows() -> Iterator[Row]:
    import pybpfc_runtime as rt
    from pybpfc_runtime import layout, maps, syscall
    from pybpfc_runtime.descriptor import Descriptor

    class Traffic(rt.Struct):
        packets: rt.u64
        bytes: rt.u64

    fd, error = syscall.map_create(rt.MapType.BPF_MAP_TYPE_HASH, 4, 16, ENTRIES, 0, "bench")
    if error:
        raise OSError(error, os.strerror(error))
    spec = rt.MapSpec("bench", rt.MapType.BPF_MAP_TYPE_HASH, key_size=4, value_size=16, max_entries=ENTRIES)
    spec.declared_key, spec.declared_value = layout.U32, Traffic.__pybpfc_type__
    with maps.view(Descriptor(fd, "map bench"), spec) as table:
        value = Traffic(packets=1, bytes=2)
        pairs = [(number, value) for number in range(ENTRIES)]
        start = time.perf_counter()
        table.update(pairs)  # type: ignore[attr-defined]
        yield Row("hash map: entries written in batches", ENTRIES / (time.perf_counter() - start) / 1e6, "M/s")
        start = time.perf_counter()
        for number in range(50_000):
            table[number] = value  # type: ignore[index]
        yield Row("hash map: entries written one by one", 50_000 / (time.perf_counter() - start) / 1e6, "M/s")
        ours = []
        for _ in range(3):
            start = time.perf_counter()
            count = sum(1 for _ in table.items())  # type: ignore[attr-defined]
            ours.append(time.perf_counter() - start)
        if count != ENTRIES:
            raise RuntimeError(f"{count} entries of {ENTRIES}")
        yield Row("hash map: 1,000,000 entries read as pairs", statistics.median(ours) * 1000, "ms")
        theirs = _bpftool(table.info().id)
        if theirs is not None:
            yield Row("hash map: bpftool map dump -j of them", theirs * 1000, "ms")
            yield Row("hash map: bpftool / pybpfc", theirs / statistics.median(ours), "x", target=">= 3")


def _bpftool(number: int) -> float | None:
    start = time.perf_counter()
    try:
        subprocess.run(["bpftool", "map", "dump", "-j", "id", str(number)], check=True, stdout=subprocess.DEVNULL)
    except FileNotFoundError:
        return None
    return time.perf_counter() - start


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as temporary:
        for row in rows(Path(temporary)):
            print(f"{row.name:<55} {row.value:>9.2f} {row.unit:<4}  {row.target}")
