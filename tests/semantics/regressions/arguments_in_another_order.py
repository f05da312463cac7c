"""Arguments by name are evaluated as they stand, also of functions that give nothing."""

from pybpfc import XDP_PASS, ArrayMap, data, inline, subprog, u8, u64, xdp, xdp_md

out = ArrayMap[u64](max_entries=2)
turn: u64 = data(0)


@subprog
def next_turn() -> u64:
    global turn
    turn += 1
    return turn


@inline
def kept(first: u64, second: u64, third: u8) -> None:
    out[0] += first * 100 + second * 10 + third


@subprog
def kept_too(first: u64, second: u64, third: u8) -> None:
    out[1] += first * 100 + second * 10 + third


@xdp
def program(ctx: xdp_md) -> int:
    kept(next_turn(), third=u8(next_turn()), second=next_turn())
    kept_too(third=u8(next_turn()), second=next_turn(), first=next_turn())
    return XDP_PASS


EXPECTED = [(b"", (132, 654))]
