"""The safety passes on Python programs: each mistake is found where it is made, and its repair is accepted."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

import pybpfc_runtime as rt
from pybpfc.compiler import pipeline, safety
from pybpfc.compiler.build import indexes
from pybpfc.compiler.pipeline import check_file, compile_file

PRELUDE = '''\
from typing import Annotated

from pybpfc import XDP_DROP, XDP_PASS, Array, HashMap, Struct, sizeof, s32, s64, subprog, u8, u32, u64, xdp, xdp_md
from pybpfc.helpers import bpf_get_func_ip, bpf_get_prandom_u32, bpf_ktime_get_ns, bpf_xdp_adjust_head
from pybpfc.net import ETH_P_8021Q, ETH_P_IP, ETH_P_IPV6, ethhdr, htons, iphdr, tcphdr

LICENSE = "GPL"


class Point(Struct):
    x: u32
    y: u32


class Table(Struct):
    a: Annotated[Array[u32], 8]


class Half(Struct):
    a: Annotated[Array[u8], 300]


tables = HashMap[u32, Table](max_entries=4)
halves = HashMap[u32, Half](max_entries=4)


@subprog
def remember(key: u32) -> None:
    halves.update(key, Half.zero())


@xdp
def program(ctx: xdp_md) -> int:
    t = tables.lookup(u32(1))
    if t is None:
        return XDP_PASS
    n = ctx.rx_queue_index
    total: u32 = 0
'''

ACCEPTED = {
    "index of a range loop": """
        for i in range(8):
            total += t.a[i]
        for i in range(7, -1, -1):
            total += t.a[i]
        for i in range(0, 8, 3):
            total += t.a[i]
    """,
    "index of nested loops with a break": """
        for i in range(2):
            for j in range(4):
                total += t.a[i * 4 + j]
                if total > 100:
                    break
    """,
    "counters of while loops": """
        i = 0
        while i < 8:
            total += t.a[i]
            i += 1
        i = 7
        while i >= 0:
            t.a[i] = 1
            i -= 1
        k: u32 = 8
        while k > 0:
            k -= 1
            t.a[k] = 1
    """,
    "a loop left by break": """
        i: u32 = 0
        while True:
            if i >= 8:
                break
            t.a[i] = 7 - i
            t.a[7 - i] = i
            i += 1
    """,
    "masks, remainders and minima": """
        total = t.a[n & 7] + t.a[n % 8] + t.a[min(n, 7)] + t.a[(n >> 4) & 7] + t.a[s64(n) % 8]
    """,
    "an early return": """
        if n >= 8:
            return XDP_PASS
        total = t.a[n]
    """,
    "a clamp, a ternary and a match": """
        if n > 7:
            n = 7
        t.a[n] = 1
        k = n if n < 3 else 0
        t.a[k + 4] = 1
        match n:
            case 1 | 2:
                t.a[n + 5] = 2
            case _:
                pass
    """,
    "a chained comparison in a condition": """
        m = s32(n)
        if 0 <= m < 8 and t.a[m] > 3:
            return XDP_DROP
        if m < 0 or m > 7:
            return XDP_PASS
        total = t.a[m]
    """,
    "a remembered condition": """
        ok = n < 5
        if not ok:
            return XDP_DROP
        t.a[n + 3] = 4
    """,
    "the best of a loop": """
        best: u32 = 0
        for i in range(8):
            if t.a[i] > t.a[best]:
                best = i
        total = t.a[best]
    """,
    "a value that is shifted away": """
        while n:
            n >>= 1
    """,
    "pulls until the packet ends": """
        packet = ctx.cursor()
        while (eth := packet.pull(ethhdr)) is not None:
            if eth.h_dest[0] == 7:
                break
    """,
    "a pull in one arm": """
        packet = ctx.cursor()
        eth = packet.pull(ethhdr)
        if eth is None:
            return XDP_PASS
        ip = None
        if eth.h_proto == htons(ETH_P_IP):
            ip = packet.pull(iphdr)
        elif eth.h_proto == htons(ETH_P_IPV6):
            return XDP_DROP
        if ip is not None and ip.ttl == 0:
            return XDP_DROP
    """,
    "a raw check": """
        eth = ethhdr.at(ctx.data)
        if ctx.data + sizeof(ethhdr) > ctx.data_end:
            return XDP_PASS
        if eth.h_proto == htons(ETH_P_IP):
            return XDP_DROP
    """,
    "a raw check at a variable offset": """
        if ctx.data + 34 > ctx.data_end:
            return XDP_PASS
        offset = 14 + iphdr.at(ctx.data + 14).ihl * 4
        if ctx.data + offset + sizeof(tcphdr) > ctx.data_end:
            return XDP_PASS
        if tcphdr.at(ctx.data + offset).dest == htons(80):
            return XDP_DROP
    """,
    "a raw check at an offset that depends on the path": """
        offset = 14
        eth = ethhdr.at(ctx.data)
        if ctx.data + 14 > ctx.data_end:
            return XDP_PASS
        if eth.h_proto == htons(ETH_P_8021Q):
            offset = 18
        if ctx.data + offset + sizeof(iphdr) > ctx.data_end:
            return XDP_PASS
        if iphdr.at(ctx.data + offset).ttl == 0:
            return XDP_DROP
    """,
    "an object that is read before the next is made": """
        current = Point(x=0, y=0)
        for i in range(4):
            total += current.x
            current = Point(x=current.y, y=current.x + i)
    """,
    "a range that a minimum bounds": """
        for _ in range(min(n, 64)):
            total += 1
    """,
    "a value that fits": """
        small: u8 = n & 0xFF
        total = small
        if n:
            return n & 3
    """,
}

REFUSED = {
    "a range one too long": ("BPF3010", "t.a[i]", """
        for i in range(9):
            total += t.a[i]
    """),
    "a mask one too wide": ("BPF3010", "t.a[n & 15]", """
        total = t.a[n & 15]
    """),
    "a comparison with the wrong limit": ("BPF3010", "t.a[n]", """
        if n > 8:
            return XDP_PASS
        total = t.a[n]
    """),
    "a value on one path": ("BPF3001", "x", """
        if n:
            x: u32 = 1
        total = x
    """),
    "a narrowing": ("BPF2020", "bpf_ktime_get_ns()", """
        now: u32 = bpf_ktime_get_ns()
    """),
    "a change of sign": ("BPF2021", "ctx.rx_queue_index", """
        index: s32 = ctx.rx_queue_index
    """),
    "no check": ("BPF3020", "eth.h_proto", """
        eth = ethhdr.at(ctx.data)
        if eth.h_proto == htons(ETH_P_IP):
            return XDP_DROP
    """),
    "no check at the variable offset": ("BPF3020", "tcp.dest", """
        if ctx.data + 34 > ctx.data_end:
            return XDP_PASS
        tcp = tcphdr.at(ctx.data + 14 + iphdr.at(ctx.data + 14).ihl * 4)
        if tcp.dest == htons(80):
            return XDP_DROP
    """),
    "a reference from before the packet moved": ("BPF3021", "eth.h_proto", """
        eth = ethhdr.at(ctx.data)
        if ctx.data + sizeof(ethhdr) > ctx.data_end:
            return XDP_PASS
        bpf_xdp_adjust_head(ctx, s32(4))
        if eth.h_proto == htons(ETH_P_IP):
            return XDP_DROP
    """),
    "an unseen end": ("BPF3041", None, """
        while bpf_get_prandom_u32() != 4:
            pass
    """),
    "a range without a bound": ("BPF3042", None, """
        for _ in range(n):
            total += 1
    """),
    "an object made again": ("BPF3050", None, """
        previous: Point | None = None
        for i in range(4):
            current = Point(x=i, y=i)
            if previous is not None:
                total += previous.x
            previous = current
    """),
    "a helper of another program type": ("BPF3060", "bpf_get_func_ip(ctx)", """
        if bpf_get_func_ip(ctx):
            return XDP_DROP
    """),
    "a chain of large frames": ("BPF3031", None, """
        remember(n)
        halves.update(n, Half.zero())
    """),
}


# What the verifier refuses too: the other errors are about the meaning of the source.
VERIFIER = ("BPF3010", "BPF3020", "BPF3021", "BPF3031", "BPF3041", "BPF3060")


def write(body: str, folder: Path) -> str:
    """The prelude's program with this body, as a file."""
    path = folder / "safety_case.py"
    path.write_text(PRELUDE + textwrap.indent(textwrap.dedent(body), "    ") + "    return s32(total & 1)\n")
    return str(path)


def report(body: str, folder: Path) -> list[tuple[str, str]]:
    """Codes and source texts of the diagnostics."""
    return [(item.code, item.span.text) for item in check_file(write(body, folder))]


def load(body: str, folder: Path) -> None:
    """Compiles and loads; raises rt.VerifierError if the kernel refuses."""
    target = folder / "safety_case.o"
    target.write_bytes(compile_file(write(body, folder)).data)
    with rt.ObjectSpec.open(str(target)).load():
        pass


@pytest.mark.parametrize("body", ACCEPTED.values(), ids=list(ACCEPTED))
def test_accepted(body: str, tmp_path: Path) -> None:
    assert report(body, tmp_path) == []


@pytest.mark.parametrize(("code", "text", "body"), REFUSED.values(), ids=list(REFUSED))
def test_refused(code: str, text: str | None, body: str, tmp_path: Path) -> None:
    ((found, where),) = report(body, tmp_path)
    assert found == code
    assert text is None or where == text


@pytest.mark.usefixtures("privileged")
@pytest.mark.parametrize("body", ACCEPTED.values(), ids=list(ACCEPTED))
def test_the_kernel_accepts_what_is_accepted(body: str, tmp_path: Path) -> None:
    load(body, tmp_path)


# The builder compares an index in a register with the bound once more, so without the analysis the kernel takes these.
COMPARED = {"a mask one too wide", "a comparison with the wrong limit"}


@pytest.mark.usefixtures("privileged")
@pytest.mark.parametrize("name", [name for name, (code, _, _) in REFUSED.items()
                                  if code in VERIFIER and name not in COMPARED])
def test_the_kernel_refuses_what_is_refused(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safety, "analyse", lambda *_: [])
    monkeypatch.setattr(pipeline, "_frames", lambda module, data: [])
    monkeypatch.setattr(indexes, "needs_comparison", lambda *_: False)  # the index itself is judged
    with pytest.raises(rt.VerifierError):
        load(REFUSED[name][2], tmp_path)
