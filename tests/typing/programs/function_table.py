"""A table of functions for the kernel: its programs are values, and the map is none that programs look up."""
from pybpfc import BPF_F_LINK, StructOpsMap, data, struct_ops, u32, u64
from pybpfc.vmlinux import sock, tcp_congestion_ops

LICENSE = "GPL"

calls: u64 = data(0)


@struct_ops
def ssthresh(sk: sock) -> u32:
    global calls
    calls += 1
    return 2


@struct_ops
def undo_cwnd(sk: sock) -> u32:
    return 4


@struct_ops
def cong_avoid(sk: sock, ack: u32, acked: u32) -> None:
    pass


table = StructOpsMap[tcp_congestion_ops](map_flags=BPF_F_LINK, values={
    "ssthresh": ssthresh, "undo_cwnd": undo_cwnd, "cong_avoid": cong_avoid, "name": "plain"})
same: StructOpsMap[tcp_congestion_ops] = table
