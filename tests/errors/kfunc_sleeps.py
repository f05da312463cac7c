"""A function that may sleep, in programs that may not: directly and by way of a subprogram."""

from typing import Annotated

from pybpfc import Str, Struct, lsm, subprog, u64, xdp, xdp_md
from pybpfc.kfuncs import bpf_copy_from_user_str

LICENSE = "GPL"


class Text(Struct):
    text: Annotated[Str, 16]


@subprog
def fetch(address: u64) -> None:
    text = Text.zero()
    bpf_copy_from_user_str(text.text, address, 0)


@xdp
def on_packet(ctx: xdp_md) -> int:
    text = Text.zero()
    bpf_copy_from_user_str(text.text, 0x1000, 0)
    return 2


@lsm("file_open")
def on_open() -> int:
    fetch(0x1000)
    return 0
