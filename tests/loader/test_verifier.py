"""Refusals by the verifier name the words, the instruction and the line of C."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import pybpfc_runtime as rt
from pybpfc_runtime.permission import missing_capabilities
from pybpfc_runtime.verifier import read_registers, read_verdict

SOURCE = Path(__file__).with_name("c") / "refused.bpf.c"


def line_of(text: str) -> int:
    return next(number for number, line in enumerate(SOURCE.read_text().splitlines(), 1) if text in line)


@pytest.mark.usefixtures("privileged")
def test_refusal_names_the_line(opened: Callable[[str], rt.ObjectSpec]) -> None:
    with pytest.raises(rt.VerifierError) as caught:
        opened("refused").load()
    error = caught.value
    assert error.verdict == "R0 invalid mem access 'map_value_or_null'"
    assert (error.program, error.function, error.errno_name) == ("unchecked", "unchecked", "EACCES")
    assert Path(error.file).name == "refused.bpf.c"
    assert (error.line, error.text.strip()) == (line_of("*value += 1"), "*value += 1; /* no test for NULL */")
    assert error.column == 9
    assert error.disassembly == "r1 = *(u64 *)(r0 + 0)"
    assert "processed" in error.log
    assert error.registers["R0"].startswith("map_value_or_null(id=1,")
    assert f"R0 is {error.registers['R0']}" in str(error)
    assert f"refused.bpf.c:{error.line}:9" in str(error)
    assert isinstance(error, OSError) and error.code == "BPF5101"


@pytest.mark.usefixtures("privileged")
def test_refusal_in_a_subprogram(opened: Callable[[str], rt.ObjectSpec]) -> None:
    spec = opened("refused")
    spec.programs["unchecked"].autoload = False
    spec.programs["in_subprogram"].autoload = True
    with pytest.raises(rt.VerifierError, match="invalid access to packet") as caught:
        spec.load()
    assert (caught.value.program, caught.value.function) == ("in_subprogram", "read_far")
    assert caught.value.line == line_of("return data[100]")


@pytest.mark.usefixtures("privileged")
def test_the_log_grows_to_its_size(opened: Callable[[str], rt.ObjectSpec], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pybpfc_runtime.load.FIRST_LOG", 128)
    with pytest.raises(rt.VerifierError) as caught:
        opened("refused").load(log_level=2)
    assert len(caught.value.log) > 500
    assert caught.value.line == line_of("*value += 1")


@pytest.mark.parametrize(("log", "message", "instruction"), [
    ("0: R1=ctx() R10=fp0\n; int f() @ a.c:3\n0: (b7) r0 = 0                        ; R0_w=0\n"
     "1: (79) r2 = *(u64 *)(r3 +0)\nR3 !read_ok\nprocessed 2 insns (limit 1000000) max_states_per_insn 0\n",
     "R3 !read_ok", 1),
    ("unreachable insn 7\nprocessed 0 insns (limit 1000000)\n", "unreachable insn 7", 7),
    ("Validating tagged() func#1...\narg#0 reference type('UNKNOWN ') size cannot be determined: -22\n"
     "processed 0 insns (limit 1000000)\n",
     "arg#0 reference type('UNKNOWN ') size cannot be determined: -22", None),
    ("back-edge from insn 4 to 2\n", "back-edge from insn 4 to 2", 4),
    ("5: (95) exit\nUnreleased reference id=2 alloc_insn=3\n"
     "BPF_EXIT instruction in main prog would lead to reference leak\nprocessed 9 insns\n",
     "Unreleased reference id=2 alloc_insn=3; BPF_EXIT instruction in main prog would lead to reference leak", 5),
    ("BPF program is too large. Processed 1000001 insn\nprocessed 1000001 insns (limit 1000000)\n",
     "BPF program is too large. Processed 1000001 insn", None),
    ("9: (85) call bpf_map_lookup_elem#1\nR2 type=scalar expected=fp, pkt, map_key\n"
     "processed 9 insns\n", "R2 type=scalar expected=fp, pkt, map_key", 9),
    ("12: (85) call bpf_get_stack#67\nR2 unbounded memory access, use 'var &= const' or 'if (var < const)'\n"
     "verification time 52 usec\nstack depth 8\nprocessed 12 insns\n",
     "R2 unbounded memory access, use 'var &= const' or 'if (var < const)'", 12),
    ("3: (61) r1 = *(u32 *)(r1 +76)\n4: R0=0 R1=pkt(r=0)\n4: (71) r0 = *(u8 *)(r1 +0)\n"
     "invalid access to packet, off=0 size=1, R1(id=0,off=0,r=0)\nR1 offset is outside of the packet\n"
     "processed 5 insns\n",
     "invalid access to packet, off=0 size=1, R1(id=0,off=0,r=0); R1 offset is outside of the packet", 4),
])
def test_reading_logs(log: str, message: str, instruction: int | None) -> None:
    assert read_verdict(log) == (message, instruction)


@pytest.mark.parametrize(("log", "known"), [
    ("0: R1=ctx() R10=fp0\n; x @ a.c:1\n0: (61) r1 = *(u32 *)(r1 +0)          ; R1=scalar(smin=0,var_off=(0x0; 0xff))\n"
     "1: (18) r2 = 0xffffc900020d6000       ; R2=map_value(map=a.bss,ks=4,vs=16)\nR2 unbounded memory access\n",
     {"R1": "scalar(smin=0,var_off=(0x0; 0xff))", "R2": "map_value(map=a.bss,ks=4,vs=16)"}),
    ("0: R1=ctx(id=0,off=0,imm=0) R10=fp0\n0: (b7) r0 = 5                        ; R0_w=5\n"
     "1: (85) call bpf_get_prandom_u32#7    ; R0_w=scalar()\n",
     {"R0": "scalar()"}),
    ("4: (15) if r0 == 0x0 goto pc+2     ; R0=map_value(off=0,ks=4,vs=8,imm=0)\n5: (95) exit\n"
     "from 4 to 7: R0=0 R10=fp0\n7: (71) r0 = *(u8 *)(r0 +0)\nR0 invalid mem access 'scalar'\n",
     {"R0": "0"}),
    ("2: (85) call pc+1\ncaller:\n R6=7 R10=fp0\ncallee:\n frame1: R1=ctx() R10=fp0\n"
     "4: (bf) r6 = r1                       ; frame1: R1=ctx() R6_w=ctx()\n",
     {"R1": "ctx()", "R6": "ctx()"}),
    ("BPF program is too large. Processed 1000001 insn\n", {}),
])
def test_reading_registers(log: str, known: dict[str, str]) -> None:
    assert read_registers(log) == known


def test_capabilities_are_read_from_the_status() -> None:
    assert missing_capabilities("CapEff:\t0000000000000000\n") == ["CAP_NET_ADMIN", "CAP_PERFMON", "CAP_BPF"]
    assert missing_capabilities(f"CapEff:\t{1 << 21:016x}\n") == []
    assert missing_capabilities(f"CapEff:\t{1 << 39 | 1 << 12:016x}\n") == ["CAP_PERFMON"]
