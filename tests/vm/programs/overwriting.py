"""A ring buffer whose new records take the place of the oldest ones."""
from pybpfc import BPF_F_RB_OVERWRITE, BPF_RB_OVERWRITE_POS, XDP_PASS, RingBuf, Struct, data, u64, xdp, xdp_md

LICENSE = "GPL"


class Numbered(Struct):
    number: u64
    complement: u64


events = RingBuf[Numbered](max_entries=4096, map_flags=BPF_F_RB_OVERWRITE)
sent: u64 = data(0)
overwritten: u64 = data(0)
refused: u64 = data(0)


@xdp
def send(ctx: xdp_md) -> int:
    global sent, overwritten, refused
    event = events.reserve()
    if event is None:
        refused += 1
        return XDP_PASS
    event.number = sent
    event.complement = ~sent
    sent += 1
    events.submit(event)
    overwritten = u64(events.query(BPF_RB_OVERWRITE_POS))
    return XDP_PASS
