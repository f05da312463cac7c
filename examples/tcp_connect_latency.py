"""How long the TCP connections that a control group makes take to be established, in powers of two."""
from pybpfc import (
    BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB,
    BPF_SOCK_OPS_TCP_CONNECT_CB,
    ArrayMap,
    LruHashMap,
    bpf_sock_ops,
    sockops,
    u32,
    u64,
)
from pybpfc.helpers import bpf_get_socket_cookie, bpf_ktime_get_ns

LICENSE = "GPL"
NS_PER_US = 1000
CONTINUE = 1

sent_ns = LruHashMap[u64, u64](max_entries=10_240)    # by the socket's cookie
microseconds = ArrayMap[u64](max_entries=32)       # slot n: from 2 ** n up to 2 ** (n + 1)


@sockops
def on_operation(ctx: bpf_sock_ops) -> int:
    if ctx.op == BPF_SOCK_OPS_TCP_CONNECT_CB:
        sent_ns.update(bpf_get_socket_cookie(ctx), bpf_ktime_get_ns())
    elif ctx.op == BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB:
        cookie = bpf_get_socket_cookie(ctx)
        begin = sent_ns.lookup(cookie)
        if begin is None:                          # it was on its way when the program came
            return CONTINUE
        rest = (bpf_ktime_get_ns() - begin.value) // NS_PER_US
        slot: u32 = 0
        for _ in range(31):                        # the logarithm
            rest >>= 1
            if rest == 0:
                break
            slot += 1
        microseconds[slot & 31] += 1
        sent_ns.delete(cookie)
    return CONTINUE


if __name__ == "__main__":
    import sys
    import time

    import pybpfc

    if len(sys.argv) != 2:
        sys.exit(f"usage: {sys.argv[0]} CGROUP   (/sys/fs/cgroup for all)")
    with pybpfc.load() as bpf, bpf.attach_all(cgroup=sys.argv[1]):
        print("watching for ten seconds")
        time.sleep(10)
        for slot, count in bpf.map(microseconds).items():
            if count:
                print(f"{1 << slot:>10} us  {count:>8}  {'*' * min(count, 60)}")
