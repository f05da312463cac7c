"""The program in a table has the prototype of its member."""

from pybpfc import StructOpsMap, cast, struct_ops, u8, u32, u64
from pybpfc.vmlinux import sock, task_struct, tcp_congestion_ops, tcp_sock

LICENSE = "GPL"


@struct_ops
def ssthresh(sk: task_struct) -> u32:
    return 2


@struct_ops
def undo_cwnd(sk: sock) -> u64:
    return 2


@struct_ops("init")
def begin(sk: sock) -> int:
    return 0


@struct_ops("release")
def changed(sk: sock, state: u8) -> None:
    cast(tcp_sock, sk).snd_cwnd = u32(state)


@struct_ops
def pkts_acked(sk: sock, sample: u32) -> None:
    pass


@struct_ops
def alone(sk: sock) -> None:
    pass


ops = StructOpsMap[tcp_congestion_ops](values={
    "ssthresh": ssthresh, "undo_cwnd": undo_cwnd, "init": begin, "set_state": changed, "pkts_acked": pkts_acked})
