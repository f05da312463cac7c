from pybpfc import kprobe_multi, pt_regs, s64, uprobe, uprobe_session

LICENSE = "GPL"


@uprobe("libc.so.6", "read", sleepable=True)
def on_read(ctx: pt_regs, ret: s64) -> int:
    return 0


@kprobe_multi("vfs_*")
def on_vfs(ret: s64) -> int:
    return 0


@uprobe_session("libc.so.6", "write")
def on_write(ret: s64) -> int:
    return 1 if ret < 0 else 0
