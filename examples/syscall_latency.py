"""Which system calls a process spends its time in: how often each was made, how long it took, how often it failed."""
from pybpfc import HashMap, LruHashMap, Struct, rodata, s64, tp_btf, u32, u64
from pybpfc.helpers import bpf_get_current_pid_tgid, bpf_ktime_get_ns
from pybpfc.vmlinux import pt_regs

LICENSE = "GPL"


class Begin(Struct):
    number: s64
    time_ns: u64


class Calls(Struct):
    count: u64
    failed: u64
    total_ns: u64


only_pid: u32 = rodata(0)                          # 0: every process
running = LruHashMap[u64, Begin](max_entries=10_240)    # by thread
calls = HashMap[s64, Calls](max_entries=1024)


@tp_btf("sys_enter")
def on_enter(regs: pt_regs, number: s64) -> int:
    thread = bpf_get_current_pid_tgid()
    if only_pid == 0 or u32(thread >> 32) == only_pid:
        running.update(thread, Begin(number=number, time_ns=bpf_ktime_get_ns()))
    return 0


@tp_btf("sys_exit")
def on_exit(regs: pt_regs, result: s64) -> int:
    thread = bpf_get_current_pid_tgid()
    begin = running.lookup(thread)
    if begin is None:
        return 0
    seen = calls.lookup(begin.number)
    if seen is None:
        calls.update(begin.number, Calls(count=0, failed=0, total_ns=0))
        seen = calls.lookup(begin.number)
    if seen is not None:
        seen.count += 1
        seen.failed += u64(result < 0)
        seen.total_ns += bpf_ktime_get_ns() - begin.time_ns
    running.delete(thread)
    return 0


if __name__ == "__main__":
    import sys
    import time

    import pybpfc

    if len(sys.argv) != 2:
        sys.exit(f"usage: {sys.argv[0]} PID   (0 for all)")
    with pybpfc.load(rodata={"only_pid": int(sys.argv[1])}) as bpf, bpf.attach_all():
        time.sleep(10)
        found = sorted(bpf.map(calls).items(), key=lambda item: item[1].total_ns, reverse=True)
        print(f"{'call':>6} {'count':>10} {'failed':>8} {'mean us':>10}")
        for number, seen in found[:20]:
            print(f"{number:>6} {seen.count:>10} {seen.failed:>8} {seen.total_ns / seen.count / 1000:>10.1f}")
