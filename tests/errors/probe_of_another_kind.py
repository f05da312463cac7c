"""Probes get the registers, and nothing that programs of another kind get."""

from pybpfc import Struct, kprobe, s32, syscall, u32, uprobe, usdt, xdp_md
from pybpfc.vmlinux import load_weight

LICENSE = "GPL"


@kprobe("do_unlinkat")
def entered(ctx: xdp_md, dfd: s32) -> int:
    return 0


@uprobe("/bin/true", "main")
def called(ctx: xdp_md) -> int:
    return 0


@usdt("/bin/true", "provider", "name")
def marked(ctx: xdp_md) -> int:
    return 0


@syscall
def asked(ctx: load_weight) -> int:
    return ctx.inv_weight & 1


@syscall
def packet(ctx: xdp_md) -> int:
    return 0
