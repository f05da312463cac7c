"""What a table of functions holds is compared with the kernel's struct."""

from pybpfc import BPF_F_LINK, Struct, StructOpsMap, struct_ops, u32, xdp, xdp_md
from pybpfc.vmlinux import sock, task_struct, tcp_congestion_ops

LICENSE = "GPL"


class Mine(Struct):
    first: u32


@struct_ops
def ssthresh(sk: sock) -> u32:
    return 2


@xdp
def other(ctx: xdp_md) -> int:
    return 2


misspelt = StructOpsMap[tcp_congestion_ops](values={"ssthres": ssthresh})
long = StructOpsMap[tcp_congestion_ops](values={"ssthresh": ssthresh, "name": "much_too_long_a_name"})
negative = StructOpsMap[tcp_congestion_ops](values={"flags": -1})
number = StructOpsMap[tcp_congestion_ops](values={"ssthresh": 5})
kind = StructOpsMap[tcp_congestion_ops](values={"undo_cwnd": other})
own = StructOpsMap[Mine](values={"first": 1})
no_table = StructOpsMap[task_struct](map_flags=BPF_F_LINK)
twice = StructOpsMap[tcp_congestion_ops](values={"ssthresh": ssthresh, "undo_cwnd": ssthresh})
pointer = StructOpsMap[tcp_congestion_ops](values={"owner": 1})
