from pybpfc import bpf_usdt_arg, bpf_usdt_cookie, pt_regs, s64, subprog, uprobe

LICENSE = "GPL"


@subprog
def first(ctx: pt_regs) -> s64:
    return bpf_usdt_arg(ctx, 0)


@uprobe("/usr/bin/app", "handle")
def on_handle(ctx: pt_regs) -> int:
    return 1 if bpf_usdt_cookie(ctx) or first(ctx) else 0
