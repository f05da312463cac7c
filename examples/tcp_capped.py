"""A TCP congestion control: Reno whose window never grows beyond a limit, for links of known capacity.

Run as root: `pybpfc run examples/tcp_capped.py`; connections choose it by setsockopt(TCP_CONGESTION, "capped"), or
all new ones by `sysctl net.ipv4.tcp_congestion_control=capped`.
"""
from pybpfc import BPF_F_LINK, StructOpsMap, cast, data, rodata, struct_ops, u32, u64
from pybpfc.kfuncs import tcp_reno_cong_avoid, tcp_reno_ssthresh, tcp_reno_undo_cwnd
from pybpfc.vmlinux import sock, tcp_congestion_ops, tcp_sock

LICENSE = "GPL"

limit: u32 = rodata(20)  # segments
connections: u64 = data(0)
capped: u64 = data(0)


@struct_ops
def init(sk: sock) -> None:
    global connections
    connections += 1


@struct_ops
def cong_avoid(sk: sock, ack: u32, acked: u32) -> None:
    global capped
    tcp_reno_cong_avoid(sk, ack, acked)
    tp = cast(tcp_sock, sk)
    if tp.snd_cwnd > limit:
        tp.snd_cwnd = limit  # one of the fields of a socket that the kernel lets such a program write
        capped += 1


@struct_ops
def ssthresh(sk: sock) -> u32:
    return tcp_reno_ssthresh(sk)


@struct_ops
def undo_cwnd(sk: sock) -> u32:
    return tcp_reno_undo_cwnd(sk)


congestion_control = StructOpsMap[tcp_congestion_ops](map_flags=BPF_F_LINK, values={
    "init": init, "cong_avoid": cong_avoid, "ssthresh": ssthresh, "undo_cwnd": undo_cwnd, "name": "capped"})
