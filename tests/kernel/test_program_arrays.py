"""Which programs may share a ProgArray: the compiler and the kernel agree, kind by kind."""

from __future__ import annotations

from pathlib import Path

import pytest

import pybpfc_runtime as rt
from pybpfc.compiler import safety
from pybpfc.compiler.diagnostics import CompileError
from pybpfc.compiler.pipeline import compile_file
from pybpfc_runtime.errors import BpfError

pytestmark = pytest.mark.usefixtures("privileged")

TWO = """
from pybpfc import *

steps = ProgArray[{context}](max_entries=4)

@section("{first}")
def first(ctx: {context}) -> int:
    steps.tail_call(ctx, 0)
    return {result}

@section("{second}")
def second(ctx: {context}) -> int:
    steps.tail_call(ctx, 1)
    return {result}
"""

HELD = """
from pybpfc import *

@section("{first}")
def first(ctx: {context}) -> int:
    return {result}

@section("{second}")
def second(ctx: {context}) -> int:
    return {result}

steps = ProgArray[{context}](max_entries=4, values={{0: first, 1: second}})
"""

SKB, ADDRESS, SOCKET, REUSEPORT = "__sk_buff", "bpf_sock_addr", "bpf_sock", "sk_reuseport_md"
PAIRS = [
    ("tc", "classifier", SKB, 0), ("tc", "tcx/ingress", SKB, 0), ("tcx/ingress", "tcx/egress", SKB, 0),
    ("tcx/ingress", "tc/ingress", SKB, 0), ("tc", "action", SKB, 0), ("tc", "socket", SKB, 0),
    ("tc", "netkit/primary", SKB, 0), ("lwt_in", "lwt_out", SKB, 0), ("lwt_xmit", "lwt_xmit", SKB, 0),
    ("cgroup_skb/ingress", "cgroup_skb/egress", SKB, 1), ("cgroup/skb", "cgroup_skb/egress", SKB, 1),
    ("sk_skb", "sk_skb/stream_verdict", SKB, 1), ("sk_skb/stream_parser", "sk_skb/stream_verdict", SKB, 1),
    ("cgroup/connect4", "cgroup/connect4", ADDRESS, 1), ("cgroup/connect4", "cgroup/connect6", ADDRESS, 1),
    ("cgroup/sock", "cgroup/sock_create", SOCKET, 1), ("cgroup/sock_create", "cgroup/post_bind4", SOCKET, 1),
    ("sk_reuseport", "sk_reuseport/migrate", REUSEPORT, 1),
    ("xdp", "xdp", "xdp_md", 2), ("xdp", "xdp.frags", "xdp_md", 2), ("xdp", "xdp/devmap", "xdp_md", 2),
    ("xdp.frags/cpumap", "xdp/cpumap", "xdp_md", 2),
    ("kprobe", "kretprobe", "pt_regs", 0), ("kprobe", "uprobe", "pt_regs", 0),
    ("kprobe", "kprobe.multi", "pt_regs", 0), ("ksyscall", "usdt", "pt_regs", 0),
    ("uprobe.multi", "usdt", "pt_regs", 0),
]


@pytest.mark.parametrize("text", [TWO, HELD], ids=["both call", "both held"])
@pytest.mark.parametrize(("first", "second", "context", "result"), PAIRS)
def test_the_kernel_agrees(text: str, first: str, second: str, context: str, result: int, tmp_path: Path,
                           monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "shared.py"
    file.write_text(text.format(first=first, second=second, context=context, result=result))
    refused = ""
    try:
        compile_file(str(file))
    except CompileError as error:
        refused = str(error)
        assert "BPF3079" in refused
    with monkeypatch.context() as without:
        without.setattr(safety, "check_program_arrays", lambda module, graph: ())
        spec = rt.ObjectSpec.from_bytes(compile_file(str(file)).data, "shared")
    if refused:
        with pytest.raises(BpfError, match="EINVAL") as error:
            spec.load()
        assert "one type" in error.value.help
    else:
        spec.load().close()


def test_sleeping_programs_are_not_called_by_others(tmp_path: Path) -> None:
    """Kernels before Linux 7.0 take such a map, and programs sleep where nothing may."""
    file = tmp_path / "shared.py"
    file.write_text(HELD.format(first="uprobe", second="uprobe.s", context="pt_regs", result=0))
    with pytest.raises(CompileError, match=r"BPF3079.*cannot share the ProgArray"):
        compile_file(str(file))
