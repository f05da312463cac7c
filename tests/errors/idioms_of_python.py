"""What Python has and a program has not, each with one message."""

import enum

from pybpfc import XDP_DROP, XDP_PASS, u32, xdp, xdp_md

LICENSE = "GPL"
PAIRS = ((1, 2), (3, 4))


class Kind(enum.Enum):
    PLAIN = 1


@xdp
def prog(ctx: xdp_md) -> int:
    queue = ctx.rx_queue_index
    match queue:
        case first if first > 3:
            return XDP_DROP if first == 4 else XDP_PASS
        case 1 | 2 as low:
            return XDP_DROP if low == 1 else XDP_PASS
    print("%d" % queue)
    print("{}".format(queue))
    if queue == ord("ab") or queue == Kind.PLAIN:
        return XDP_DROP
    for i in range(3):
        queue += i
    for i in range(-3, 3):
        queue += u32(i)
    for pair in PAIRS:
        queue += pair[0]
    return XDP_DROP if queue else XDP_PASS
