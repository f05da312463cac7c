"""Actions of traffic control (SCHED_ACT): an action of the type bpf, behind a filter that matches every packet.

Source: include/uapi/linux/tc_act/tc_bpf.h, include/uapi/linux/pkt_cls.h, tc-bpf(8), tc-matchall(8). An action has no
place of its own: it hangs on a filter of any kind, and libbpf attaches none. Filters that choose packets are tc(8)'s.
"""

from __future__ import annotations

import errno
import struct
from typing import TYPE_CHECKING

from ..errors import AttachError
from .interface import interface_index
from .netlink import NLA_F_NESTED, attribute
from .tc import PARENTS, by_netlink

if TYPE_CHECKING:
    from ..program import Program
    from .links import Link

_TCA_MATCHALL_ACT = 2
_FIRST = 1  # actions of a filter are numbered from here
_TCA_ACT_KIND, _TCA_ACT_OPTIONS = 1, 2
_TCA_ACT_BPF_PARMS, _TCA_ACT_BPF_FD, _TCA_ACT_BPF_NAME = 2, 5, 6
_TC_ACT_BPF = struct.Struct("=IIiii")  # index, capab, action, refcnt, bindcnt
_TC_ACT_PIPE = 3  # what TC_ACT_UNSPEC of the program stands for; the default of tc(8)
_LACKING = 'an action needs CONFIG_NET_ACT_BPF and CONFIG_NET_CLS_MATCHALL of the kernel; a SEC("tc") program does not'


def attach(program: Program, interface: str | int | None = None, direction: str = "ingress") -> Link:
    """Attach an action to every packet of an interface; a clsact qdisc is made where there is none.

    Args:
        interface: name or index, in this network namespace.
        direction: "ingress" or "egress".

    Raises:
        AttachError: no such interface or direction.
        AttachRefused: the kernel refuses; ENOENT: it has no actions of this type, or no filter that matches all.
    """
    if direction not in PARENTS:
        raise AttachError(f"program {program.name}: tc has no direction {direction!r}", help="ingress or egress")
    index, name = interface_index(interface, program.name)
    described = (attribute(_TCA_ACT_BPF_PARMS, _TC_ACT_BPF.pack(0, 0, _TC_ACT_PIPE, 0, 0))
                 + attribute(_TCA_ACT_BPF_FD, struct.pack("=I", program.fd))
                 + attribute(_TCA_ACT_BPF_NAME, program.name.encode() + b"\0"))
    action = attribute(_TCA_ACT_KIND, b"bpf\0") + attribute(_TCA_ACT_OPTIONS | NLA_F_NESTED, described)
    options = attribute(_TCA_MATCHALL_ACT | NLA_F_NESTED, attribute(_FIRST | NLA_F_NESTED, action))
    return by_netlink(program, index, direction, f"action of tc {direction} on {name}", "matchall", options,
                      {errno.ENOENT: _LACKING})
