"""Maps that sleepable programs may not use, where each uses them first: on a line of its own, or on a subprogram's."""

from pybpfc import (
    HashMap,
    LpmTrie,
    PerfEventArray,
    ProgArray,
    StackTrace,
    Struct,
    be32,
    lsm,
    pt_regs,
    subprog,
    syscall,
    u32,
    u64,
    uprobe,
)

LICENSE = "GPL"


class Prefix(Struct):
    prefixlen: u32
    addr: be32


class Request(Struct):
    addr: be32


rules = LpmTrie[Prefix, u32](max_entries=16)
hits = HashMap[u64, u64](max_entries=16)
stacks = StackTrace(max_entries=16)
events = PerfEventArray[u64]()
more = PerfEventArray[u64]()
table = ProgArray[pt_regs](max_entries=2)


@subprog
def known(ctx: pt_regs) -> u64:
    hits[1] += 1
    stack = stacks.get_stackid(ctx)
    return u64(stack) if stack > 0 else 0


@uprobe("libc.so.6", "labs", sleepable=True)
def sleeps(ctx: pt_regs) -> int:
    found: u64 = known(ctx)
    events.output(ctx, found)
    more.output(ctx, found)
    events.output(ctx, found)
    table.tail_call(ctx, 1)
    return 0


@uprobe("libc.so.6", "labs")
def does_not(ctx: pt_regs) -> int:
    found: u64 = known(ctx)
    events.output(ctx, found)
    table.tail_call(ctx, 0)
    return 0


@syscall
def asked(request: Request) -> int:
    rule = rules.lookup(Prefix(prefixlen=32, addr=request.addr))
    return 1 if rule is not None else 0


@lsm("file_open", sleepable=True)
def on_open() -> int:
    hits[2] += 1
    return 0
