"""`make bench`: what pybpfc costs beside clang, as medians of interleaved runs. Nothing here fails on a slow machine.

Prints one table of times and sizes with their targets, and the machine's share in the noise: the spread of the runs.
"""

from __future__ import annotations

import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from measure import REPOSITORY, ROUNDS, Row, interleaved, peak_memory, process, reported, spread

sys.path[:0] = [str(REPOSITORY / "tests")]

import events  # noqa: E402
import front_ends  # noqa: E402

from support import clang  # noqa: E402
from support.machine import EXAMPLES, capabilities  # noqa: E402

PROGRAMS = ("xdp_count", "tc_prefix_filter")


def compile_rows(folder: Path, have_clang: bool) -> list[Row]:
    rows = []
    for name in PROGRAMS:
        source, target = EXAMPLES / f"{name}.py", folder / f"{name}.o"
        build = [sys.executable, "-m", "pybpfc", "build", source, "-o", target]
        jobs = {"pybpfc": process(build)}
        if have_clang:
            twin = REPOSITORY / "tests" / "kernel" / "c" / f"{name}.bpf.c"
            compiled_twin = clang.command(twin, folder / f"{name}.twin.o", folder)
            jobs["clang"] = process(compiled_twin)
        times = interleaved(jobs)
        ours = statistics.median(times["pybpfc"])
        rows.append(Row(f"{name}: cold pybpfc build", ours, "ms", spread(times["pybpfc"])))
        rows.append(Row(f"{name}: peak memory of it", peak_memory(build), "MiB"))
        if have_clang:
            theirs = statistics.median(times["clang"])
            rows.append(Row(f"{name}: clang-22 -O2 -g, full vmlinux.h", theirs, "ms", spread(times["clang"])))
            rows.append(Row(f"{name}: peak memory of it", peak_memory(compiled_twin), "MiB"))
            rows.append(Row(f"{name}: pybpfc / clang", ours / theirs, "x", target="<= 0.5"))
    return rows


SECOND_COMPILE = f"""
import time
from pybpfc.compiler.pipeline import Options, compile_file
compile_file({str(EXAMPLES / "tc_prefix_filter.py")!r}, Options())
start = time.perf_counter()
compile_file({str(EXAMPLES / "xdp_count.py")!r}, Options())
print((time.perf_counter() - start) * 1000)
"""

LOAD = """
import time
import pybpfc_runtime as rt
start = time.perf_counter()
rt.ObjectSpec.open({path!r}).load().close()
print((time.perf_counter() - start) * 1000)
"""


def start_rows(folder: Path) -> list[Row]:
    jobs = {
        "nothing": process([sys.executable, "-c", "pass"]),
        "import pybpfc": process([sys.executable, "-c", "import pybpfc"]),
        "import pybpfc_runtime": process([sys.executable, "-c", "import pybpfc_runtime"]),
        "second": reported(SECOND_COMPILE),
    }
    path = str(folder / "xdp_count.o")
    if "CAP_BPF" in capabilities():
        jobs["load"] = reported(LOAD.format(path=path))
        jobs["loader"] = process([sys.executable, "-c", LOAD.format(path=path)])
    times = interleaved(jobs)
    median = {name: statistics.median(samples) for name, samples in times.items()}
    bare = median["nothing"]
    rows = [
        Row("second compile in one process", median["second"], "ms", spread(times["second"]), "<= 40"),
        Row("bare interpreter", bare, "ms", spread(times["nothing"])),
        Row("import pybpfc, beyond that", median["import pybpfc"] - bare, "ms",
            spread(times["import pybpfc"]), "<= 40"),
        Row("import pybpfc_runtime, beyond that", median["import pybpfc_runtime"] - bare, "ms",
            spread(times["import pybpfc_runtime"]), "<= 25"),
    ]
    if "load" in jobs:
        rows.append(Row("open, load, close xdp_count.o", median["load"], "ms", spread(times["load"])))
        rows.append(Row("loader process with that, in all", median["loader"], "ms", spread(times["loader"])))
    return rows


FIVE_TYPES = """
import os, tempfile, time
with tempfile.TemporaryDirectory() as empty:
    os.environ["XDG_CACHE_HOME"] = {cache!r} or empty
    import pybpfc.kernel_btf, pybpfc.kernel_types
    start = time.process_time()
    from pybpfc.vmlinux import task_struct, sock, file, trace_event_raw_sys_enter, bpf_map_type
    for found in (task_struct, sock, file, trace_event_raw_sys_enter):
        assert [field.type for field in found.__pybpfc_type__.fields[:8]]  # what a program uses of one
    print((time.process_time() - start) * 1000)
"""


def kernel_type_rows(folder: Path) -> list[Row]:
    """What a program pays for five types of the kernel: without an index of them in the cache, and with one."""
    times = interleaved({"cold": reported(FIVE_TYPES.format(cache="")),
                         "warm": reported(FIVE_TYPES.format(cache=str(folder / "cache")))})
    cold, warm = statistics.median(times["cold"]), statistics.median(times["warm"])
    return [Row("five kernel types, cold, processor time", cold, "ms", spread(times["cold"]), "<= 100"),
            Row("five kernel types, warm, processor time", warm, "ms", spread(times["warm"]), "<= 10"),
            Row("five kernel types, cold / target", cold / 100, "x", target="<= 1"),
            Row("five kernel types, warm / target", warm / 10, "x", target="<= 1")]


LOAD_TEN = """
import time
import pybpfc_runtime as rt
rt.ObjectSpec.open({path!r}).load().close()
start = time.perf_counter()
for _ in range(10):
    rt.ObjectSpec.open({path!r}).load().close()
print((time.perf_counter() - start) * 1000)
"""
WITHOUT_CACHE = "import os, tempfile; os.environ['XDG_CACHE_HOME'] = tempfile.mkdtemp(dir={folder!r})\n"
BENCHMARKS = REPOSITORY / "tests" / "benchmarks"


def load_rows(folder: Path) -> list[Row]:
    """An object of six CO-RE programs: with and without the cached index of the kernel's types, beside libbpf."""
    if "CAP_BPF" not in capabilities() or shutil.which("clang-22") is None:
        return []
    path = str(clang.build(BENCHMARKS / "six.bpf.c", folder / "six.o", folder))
    code = LOAD.format(path=path)
    jobs = {
        "nothing": process([sys.executable, "-c", "pass"]),
        "cold": process([sys.executable, "-c", WITHOUT_CACHE.format(folder=str(folder)) + code]),
        "cached": process([sys.executable, "-c", code]),
        "inside": reported(code),
        "ten": reported(LOAD_TEN.format(path=path)),
    }
    libbpf = folder / "libbpf_load"
    if subprocess.run(["clang-22", "-O2", BENCHMARKS / "libbpf_load.c", "-lbpf", "-o", libbpf], check=False,
                      capture_output=True).returncode == 0:
        jobs["libbpf"] = process([libbpf, path])
        jobs["libbpf, ten"] = process([libbpf, *[path] * 10])
    else:
        print("libbpf's headers are missing: no comparison with libbpf", file=sys.stderr)
    times = interleaved(jobs)
    median = {name: statistics.median(samples) for name, samples in times.items()}
    bare = median["nothing"]
    rows = [
        Row("six CO-RE programs: process, no cache, beyond bare", median["cold"] - bare, "ms", spread(times["cold"]),
            "<= 150"),
        Row("six CO-RE programs: process, cache, beyond bare", median["cached"] - bare, "ms", spread(times["cached"]),
            "<= 60"),
        Row("six CO-RE programs: first load in a process", median["inside"], "ms", spread(times["inside"])),
        Row("six CO-RE programs: ten more loads in it", median["ten"], "ms", spread(times["ten"])),
    ]
    if "libbpf" in jobs:
        rows += [Row("libbpf: process with one load", median["libbpf"], "ms", spread(times["libbpf"])),
                 Row("libbpf: process with ten loads", median["libbpf, ten"], "ms", spread(times["libbpf, ten"]))]
    return rows


def module_of(programs: int) -> str:
    """A module of so many XDP programs of some 50 lines each, no two alike."""
    lines = ["from pybpfc import XDP_DROP, XDP_PASS, HashMap, u32, u64, xdp, xdp_md",
             "from pybpfc.net import ethhdr, iphdr, ntohs", 'LICENSE = "GPL"',
             "hits = HashMap[u32, u64](max_entries=64)"]
    for number in range(programs):
        lines += ["@xdp", f"def prog_{number}(ctx: xdp_md) -> int:", "    packet = ctx.cursor()",
                  "    eth = packet.pull(ethhdr)", "    if eth is None:", "        return XDP_PASS",
                  "    ip = packet.pull(iphdr)", "    if ip is None:", "        return XDP_PASS",
                  f"    total: u32 = {number}"]
        for step in range(8):
            lines += [f"    if ntohs(ip.tot_len) > {step * 7 + 1}:", f"        total += {step}", "    else:",
                      f"        total ^= {step + number}", f"    hits[total & {step + 3}] += {step + 1}"]
        lines.append("    return XDP_PASS if total > 5 else XDP_DROP")
    return "\n".join(lines) + "\n"


def scaling_rows(folder: Path) -> list[Row]:
    """Time and memory grow with the program's size, not faster."""
    times: dict[int, float] = {}
    memory: dict[int, float] = {}
    for programs in (20, 200):
        source = folder / f"module_of_{programs}.py"
        source.write_text(module_of(programs))
        command = [sys.executable, "-m", "pybpfc", "build", source, "-o", source.with_suffix(".o")]
        times[programs] = min(process(command)() for _ in range(2))
        memory[programs] = peak_memory(command)
    return [Row("20 programs of 50 lines in a module", times[20], "ms"),
            Row("200 programs of 50 lines in a module", times[200], "ms"),
            Row("200 programs / 20, time", times[200] / times[20], "x", target="<= 12"),
            Row("200 programs / 20, peak memory", memory[200] / memory[20], "x", target="<= 12")]


def main() -> None:
    have_clang = shutil.which("clang-22") is not None and shutil.which("bpftool") is not None
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        # an installed package has its byte code beside it; here it lies in the temporary folder after the warm-up
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = str(folder / "bytecode")
        if have_clang:
            clang.vmlinux_header(folder)
        else:
            print("clang-22 or bpftool is missing: no comparison with clang", file=sys.stderr)
        rows = [*compile_rows(folder, have_clang), *start_rows(folder), *kernel_type_rows(folder),
                *load_rows(folder), *scaling_rows(folder), *front_ends.rows(folder, have_clang)]
        if "CAP_BPF" in capabilities():
            rows += events.rows(folder)
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} CPUs, medians of {ROUNDS} interleaved runs\n")
    print(f"{'':<55} {'median':>9}      {'all runs':>18}  target")
    for row in rows:
        print(f"{row.name:<55} {row.value:>9.2f} {row.unit:<4}{row.spread:>18}  {row.target}".rstrip())
    own = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"\nprocessor time of all runs: {own.ru_utime + own.ru_stime:.0f} s")


if __name__ == "__main__":
    main()
