"""BPF_PROG_TEST_RUN of every program type that has it: verdict, packet and context afterwards, duration."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import pybpfc_runtime as rt
from support import clang, packets

pytestmark = pytest.mark.usefixtures("privileged")

SOURCE = Path(__file__).parent / "c" / "runnable.bpf.c"
FRAME = packets.udp()


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory, vmlinux_include: Path) -> Path:
    return clang.build(SOURCE, tmp_path_factory.mktemp("c") / "runnable.o", vmlinux_include)


@pytest.fixture
def programs(target: Path) -> Iterator[Any]:
    with rt.ObjectSpec.open(target).load() as bpf:
        yield bpf.programs


class XdpMd(rt.Struct):
    data: rt.u32
    data_end: rt.u32
    data_meta: rt.u32
    ingress_ifindex: rt.u32
    rx_queue_index: rt.u32
    egress_ifindex: rt.u32


class Question(rt.Struct):
    number: rt.u64
    answer: rt.u64


def test_xdp(programs: Any) -> None:
    result = programs["run_xdp"].test_run(FRAME)
    assert result.return_value == 3
    assert result.data == bytes.fromhex("8877665544332211") + FRAME
    assert result.ctx == b"" and result.duration_ns > 0
    assert len(programs["run_xdp"].test_run(FRAME, repeat=3).data) == len(FRAME) + 3 * 8
    context = XdpMd.zero(data_end=len(FRAME), ingress_ifindex=1)
    result = programs["run_xdp"].test_run(FRAME, context)
    assert result.ctx == XdpMd.zero(data_end=len(FRAME) + 8, ingress_ifindex=1)
    assert programs["run_xdp"].test_run(FRAME, bytes(context)).ctx == bytes(result.ctx)


def test_a_context_out_of_range(programs: Any) -> None:
    for wrong in (1 << 32, "eth0"):
        with pytest.raises(rt.CodecContextError, match="program run_xdp: ctx of a test run: "):
            programs["run_xdp"].test_run(FRAME, XdpMd.zero(data_end=len(FRAME), ingress_ifindex=wrong))


def test_xdp_live_frames(target: Path) -> None:
    with rt.ObjectSpec.open(target).load() as bpf:
        result = bpf.programs["drop_frames"].test_run(FRAME, repeat=1000, flags=rt.BPF_F_TEST_XDP_LIVE_FRAMES,
                                                      batch_size=32)
        assert (result.return_value, result.data, result.ctx) == (0, b"", b"")
        assert bpf.globals.frames == 1000


def test_on_a_cpu(programs: Any) -> None:
    result = programs["run_raw_tp"].test_run(ctx=struct.pack("=QQ", 3, 4), flags=rt.BPF_F_TEST_RUN_ON_CPU, cpu=0)
    assert result == (7, b"", b"", 0)


def test_socket_buffers(programs: Any) -> None:
    result = programs["run_tc"].test_run(FRAME, bytes(192))
    assert result.return_value == 7 and result.data == FRAME
    assert struct.unpack_from("=I", result.ctx, 8) == (1,), "mark"
    assert struct.unpack_from("=I", result.ctx, 48) == (len(FRAME),), "cb[0]"
    assert programs["run_socket"].test_run(FRAME).return_value == len(FRAME) - 14
    assert programs["run_cgroup_skb"].test_run(FRAME + bytes(60)).return_value == 1
    assert programs["run_lwt_xmit"].test_run(FRAME).return_value == 2


def test_flow_dissector(programs: Any) -> None:
    result = programs["run_flow_dissector"].test_run(FRAME)
    assert result.return_value == 0
    assert struct.unpack_from("=HH", result.data) == (14, 34), "nhoff, thoff of struct bpf_flow_keys"


@pytest.mark.parametrize(("port", "verdict"), [(443, 0), (80, 1)])
def test_socket_lookup(programs: Any, port: int, verdict: int) -> None:
    af_inet, ipproto_tcp = 2, 6
    # cookie, family, protocol, remote ip4, ip6 and port, local ip4, ip6 and port, interface
    context = struct.pack("=QII I4I2xH I4II I", 0, af_inet, ipproto_tcp, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, port, 0)
    assert programs["run_sk_lookup"].test_run(ctx=context).return_value == verdict


def test_system_call(programs: Any) -> None:
    result = programs["run_syscall"].test_run(ctx=Question(number=21, answer=0))
    assert (result.return_value, result.ctx) == (5, Question(number=21, answer=42))
    assert programs["run_syscall"].test_run(ctx=struct.pack("=QQ", 4, 0)).ctx == struct.pack("=QQ", 4, 8)


def test_netfilter(programs: Any) -> None:
    assert programs["run_netfilter"].test_run(FRAME).return_value == 1


def test_wrong_input(programs: Any) -> None:
    with pytest.raises(rt.KernelError, match="EINVAL"):
        programs["run_xdp"].test_run(b"short")
    with pytest.raises(rt.KernelError, match="EINVAL"):
        programs["run_raw_tp"].test_run(ctx=b"", flags=1 << 30)
