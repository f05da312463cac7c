"""`make demo`: compile examples/xdp_count.py, run it on real packets, print what it counted and what each step took.

Without the privileges for that it prints what is in the object and what is missing.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import IPv4Address
from pathlib import Path
from typing import TYPE_CHECKING

import pybpfc_runtime as rt
from pybpfc.compiler.pipeline import Options, compile_file

if TYPE_CHECKING:
    from pybpfc.compiler.pipeline import CompiledObject

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "xdp_count.py"
PACKETS = {"192.0.2.2": 5, "192.0.2.3": 3, "192.0.2.17": 8, "192.0.2.99": 1}
CAPABILITIES = {"CAP_NET_ADMIN": 12, "CAP_SYS_ADMIN": 21, "CAP_BPF": 39}  # include/uapi/linux/capability.h


class Stages:
    """What each step took."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def measured(self, name: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        self.seconds[name] = time.perf_counter() - start

    def show(self) -> None:
        print("\nwhat each step took")
        for name, seconds in self.seconds.items():
            print(f"  {name:<28} {seconds * 1000:>8.1f} ms")


def missing() -> list[str]:
    """What this process lacks for loading a program and making a veth pair."""
    with open("/proc/self/status") as status:
        effective = next(int(line.split()[1], 16) for line in status if line.startswith("CapEff:"))
    lacking = [name for name, number in CAPABILITIES.items() if not effective >> number & 1]
    if shutil.which("ip", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin") is None:
        lacking.append("the program ip (package iproute2)")
    return lacking


def compile_example(stages: Stages) -> CompiledObject:
    compiled = compile_file(str(EXAMPLE), Options())
    for name, seconds in compiled.stages.items():
        stages.seconds[f"compile: {name}"] = seconds
    return compiled


def count_packets(spec: rt.ObjectSpec, stages: Stages) -> None:
    import veth

    with veth.VethPair(list(PACKETS)) as pair, pair.near.entered():
        with stages.measured("load"):
            bpf = spec.load()
        with bpf:
            traffic = bpf.map("traffic")
            with stages.measured("attach"):
                link = bpf.programs["count_by_source"].attach(interface=pair.near_interface)
            with link, stages.measured("send and count"):
                for source, count in PACKETS.items():
                    pair.send_udp(source, count)
                deadline = time.monotonic() + 5
                while sum(seen.packets for seen in traffic.values()) < sum(PACKETS.values()):
                    if time.monotonic() > deadline:
                        raise SystemExit("demo: the packets did not arrive within five seconds")
                    time.sleep(0.001)
            print(f"{'source':>16} {'packets':>8} {'bytes':>8}")
            for source, seen in sorted(traffic.items()):
                print(f"{IPv4Address(source)!s:>16} {seen.packets:>8} {seen.bytes:>8}")
    # the namespaces, the veth pair and the program went away with the descriptors that held them


def main() -> int:
    stages = Stages()
    compiled = compile_example(stages)
    print(f"{EXAMPLE.name}: {len(compiled.data)} bytes of BPF object\n")
    spec = rt.ObjectSpec.from_bytes(compiled.data, EXAMPLE.name)
    lacking = missing()
    if lacking:
        from pybpfc_runtime.inspect import describe

        print(describe(spec))
        print(f"\nnot loaded: this process lacks {', '.join(lacking)}.\n"
              "Run `make demo` as root to see it count packets on a veth pair of its own.")
    else:
        count_packets(spec, stages)
    stages.show()
    return 0


if __name__ == "__main__":
    sys.exit(main())
