"""Variables that helpers read by address: kept in memory once, with the values that the source gives them."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

import pybpfc_runtime as rt
from pybpfc.compiler.ir import module as ir
from pybpfc.compiler.pipeline import Options, compile_file

pytestmark = pytest.mark.usefixtures("privileged")

PROGRAM = '''
    from pybpfc import HashMap, XDP_PASS, bpf_for, subprog, u32, u64, xdp, xdp_md

    LICENSE = "GPL"
    counts = HashMap[u32, u64](max_entries=256)
    seen = HashMap[u32, u32](max_entries=256)

    @subprog
    def touch(key: u32, times: u64) -> u64:
        found = counts.lookup(key)
        if found is None:
            counts.update(key, times)
        else:
            found.value += times
        seen.update(key, key)
        key += 1                                 # a parameter may be written: the next call sees it
        counts[key] += times
        return 1 if key in counts else 0

    @xdp
    def prog(ctx: xdp_md) -> int:
        i: u32 = 10
        while i < 13:
            counts.update(i, 100)
            counts[i] += i
            seen.update(i, i)
            i += 1
        for j in bpf_for(20, 23):
            if touch(j, 5) == 0:
                return 0
        k: u32 = 40
        counts.update(k, (k := 41))              # the key is evaluated first
        counts.update(k, 7)
        seen.update(k, k)
        if counts.lookup(k) is None or seen.lookup(40) is not None:
            return 0
        return XDP_PASS
'''


@pytest.mark.parametrize("cpu", ["v1", "v2", "v3", "v4"])
def test_values_are_those_of_the_source(tmp_path: Path, cpu: str) -> None:
    path = tmp_path / "keys.py"
    path.write_text(textwrap.dedent(PROGRAM))
    with rt.ObjectSpec.from_bytes(compile_file(str(path), Options(cpu=cpu)).data).load() as bpf:
        assert bpf.programs["prog"].test_run(data=bytes(64)).return_value == 2
        assert dict(bpf.map("counts")) == {10: 110, 11: 111, 12: 112, 20: 5, 21: 10, 22: 10, 23: 5, 40: 41, 41: 7}
        assert dict(bpf.map("seen")) == {**{number: number for number in (10, 11, 12, 20, 21, 22)}, 41: 41}


def test_a_key_is_stored_once(tmp_path: Path) -> None:
    """Three calls, one slot and one store, as from C; and not where the variable changes more often than it is used."""
    path = tmp_path / "once.py"
    path.write_text(textwrap.dedent('''
        from pybpfc import HashMap, XDP_PASS, u32, u64, xdp, xdp_md

        counts = HashMap[u32, u64](max_entries=256)

        @xdp
        def prog(ctx: xdp_md) -> int:
            index = ctx.ingress_ifindex
            found = counts.lookup(index)
            if found is None:
                counts.update(index, 1)
            elif found.value > 9:
                counts.delete(index)
            other = ctx.rx_queue_index
            for _ in range(3):
                other ^= 1
                other += 1
            counts.delete(other)
            return XDP_PASS
    '''))
    (function,) = compile_file(str(path)).module.functions
    assert sorted(slot.name for slot in function.slots) == ["index", "value of counts"], "where the last key is too"
    stores = [item for item in function.instructions() if isinstance(item, ir.Store)
              and isinstance(item.address, ir.SlotAddress) and item.address.slot.name == "index"]
    assert len(stores) == 1
