"""Sockets of the kernel where helpers take them: what they say is what the process knows of its socket."""

from __future__ import annotations

import socket
import struct
from pathlib import Path

import pytest

import pybpfc_runtime as rt
from pybpfc.compiler.diagnostics import CompileError
from pybpfc.compiler.pipeline import compile_file

pytestmark = pytest.mark.usefixtures("privileged")

_SO_COOKIE = 57
_HEAD = """
from pybpfc import SkStorage, Struct, StructOpsMap, data, iter_, struct_ops, tp_btf, u32, u64
from pybpfc.helpers import (
    bpf_get_socket_cookie, bpf_getsockopt, bpf_setsockopt, bpf_skc_to_tcp_sock, bpf_skc_to_unix_sock,
    bpf_seq_printf,
)
from pybpfc.vmlinux import bpf_iter__tcp, bpf_iter__unix, sk_buff, sock, tcp_congestion_ops

LICENSE = "GPL"


class Seen(Struct):
    times: u64


class Option(Struct):
    value: u32


seen = SkStorage[Seen]()
"""

WALK = """
@iter_("tcp")
def walk(ctx: bpf_iter__tcp) -> int:
    sk = ctx.sk_common
    if sk is None:
        return 0
    tcp = bpf_skc_to_tcp_sock(sk)
    if tcp is None:
        return 0
    before = seen.get(sk, Seen.zero())
    if before is None:
        return 0
    before.times += 7
    after = seen.get(tcp)
    if after is None:
        return 0
    times = after.times
    option = Option(value=5)
    bpf_setsockopt(tcp, 1, 12, option)
    option.value = 0
    bpf_getsockopt(sk, 1, 12, option)
    bpf_seq_printf(ctx.meta.seq, f"{bpf_get_socket_cookie(sk)} {bpf_get_socket_cookie(tcp)} {times} {option.value}\\n")
    seen.delete(sk)
    return 0
"""

OTHERS = {
    "unix": """
@iter_("unix")
def walk(ctx: bpf_iter__unix) -> int:
    given = ctx.unix_sk
    if given is None:
        return 0
    found = bpf_skc_to_unix_sock(given)
    if found is None:
        return 0
    return 1 if bpf_get_socket_cookie(found) == 0 else 0
""",
    "tp_btf": """
answer: u64 = data(0)


@tp_btf("tcp_probe")
def probed(sk: sock, skb: sk_buff) -> int:
    global answer
    answer = bpf_get_socket_cookie(sk)
    found = seen.get(sk)
    if found is not None:
        answer += found.times
    seen.delete(sk)
    return 0
""",
    "struct_ops": """
@struct_ops
def init(sk: sock) -> None:
    option = Option(value=5)
    bpf_setsockopt(sk, 1, 12, option)
    found = seen.get(sk, Seen.zero())
    if found is not None:
        found.times += 1


@struct_ops
def ssthresh(sk: sock) -> u32:
    return 2


@struct_ops
def undo_cwnd(sk: sock) -> u32:
    return 2


@struct_ops
def cong_avoid(sk: sock, ack: u32, acked: u32) -> None:
    pass


table = StructOpsMap[tcp_congestion_ops](values={
    "init": init, "ssthresh": ssthresh, "undo_cwnd": undo_cwnd, "cong_avoid": cong_avoid, "name": "counted"})
""",
}


def compiled(text: str, folder: Path) -> rt.ObjectSpec:
    program = folder / "sockets.py"
    program.write_text(_HEAD + text)
    return rt.ObjectSpec.from_bytes(compile_file(str(program)).data, "sockets")


def test_cookies_storage_and_options(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, compiled(WALK, tmp_path).load() as bpf:
        cookie = struct.unpack("Q", server.getsockopt(socket.SOL_SOCKET, _SO_COOKIE, 8))[0]
        with bpf.programs["walk"].attach() as walk:
            lines = {int(line.split()[0]): line.split()[1:] for line in walk}
        assert lines[cookie] == [str(cookie), "7", "5"]
        assert server.getsockopt(socket.SOL_SOCKET, socket.SO_PRIORITY) == 5


@pytest.mark.parametrize("name", OTHERS)
def test_the_verifier_takes_them(name: str, tmp_path: Path) -> None:
    with compiled(OTHERS[name], tmp_path).load() as bpf:
        assert len(bpf.programs) >= 1


def test_other_iterators_set_no_options(tmp_path: Path) -> None:
    text = WALK.replace('iter_("tcp")', 'iter_("udp")').replace("bpf_iter__tcp", "bpf_iter__udp").replace(
        "sk_common", "udp_sk")
    program = tmp_path / "udp.py"
    program.write_text(_HEAD.replace("bpf_iter__tcp", "bpf_iter__udp") + text)
    with pytest.raises(CompileError, match="bpf_setsockopt"):
        compile_file(str(program))
