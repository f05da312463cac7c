"""Lightweight tunnel programs: at a route, for the packets that take it.

Source: lwtunnel_bpf and seg6local, net/core/lwt_bpf.c, include/uapi/linux/lwtunnel.h, seg6_local.h; rtnetlink(7).
"""

from __future__ import annotations

import errno
import ipaddress
import struct
from typing import TYPE_CHECKING

from ..errors import AttachError
from .interface import interface_index
from .links import CallbackLink, Link
from .netlink import NLA_F_NESTED, NLM_F_CREATE, NLM_F_EXCL, NetlinkError, RouteConnection, attribute

if TYPE_CHECKING:
    from ..program import Program

_RTM_NEWROUTE, _RTM_DELROUTE = 24, 25
_RT_TABLE_MAIN, _RTPROT_STATIC, _RT_SCOPE_UNIVERSE, _RT_SCOPE_LINK, _RTN_UNICAST = 254, 4, 0, 253, 1
_RTA_DST, _RTA_OIF, _RTA_GATEWAY, _RTA_ENCAP_TYPE, _RTA_ENCAP = 1, 4, 5, 21, 22
_LWTUNNEL_ENCAP_BPF, _LWTUNNEL_ENCAP_SEG6_LOCAL = 6, 7
_LWT_BPF = {"lwt_in": 1, "lwt_out": 2, "lwt_xmit": 3}  # LWT_BPF_IN, _OUT, _XMIT
_SEG6_LOCAL_ACTION, _SEG6_LOCAL_BPF, _SEG6_LOCAL_ACTION_END_BPF = 1, 8, 15
_PROG_FD, _PROG_NAME = 1, 2  # LWT_BPF_PROG_FD and SEG6_LOCAL_BPF_PROG, and their names


def attach(program: Program, route: str | None = None, interface: str | int | None = None,
           via: str | None = None) -> Link:
    """Add a route whose packets run the program; it goes with the link.

    Args:
        route: the destination, "198.51.100.0/24" or "2001:db8::/32".
        interface: the device of the route, by name or index, in this network namespace.
        via: the gateway of the route.

    Raises:
        AttachError: no route, no such interface, or addresses that are none.
        AttachRefused: EEXIST: there is such a route; EOPNOTSUPP: the kernel has no CONFIG_LWTUNNEL_BPF.
    """
    if route is None:
        raise AttachError(f"program {program.name}: say where: attach(route=..., interface=...)",
                          help='the route is added and removed again: route="198.51.100.0/24"')
    try:
        network = ipaddress.ip_network(route)
        gateway = ipaddress.ip_address(via) if via is not None else None
    except ValueError as error:
        raise AttachError(f"program {program.name}: {error}", help='route="198.51.100.0/24", via="192.0.2.1"') from None
    index, name = interface_index(interface, program.name)
    section = program.spec.section.partition("/")[0]
    where = f"{section} of route {network} on {name}"
    family = 2 if network.version == 4 else 10
    scope = _RT_SCOPE_LINK if gateway is None and network.version == 4 else _RT_SCOPE_UNIVERSE
    body = struct.pack("=BBBBBBBBI", family, network.prefixlen, 0, 0, _RT_TABLE_MAIN, _RTPROT_STATIC, scope,
                       _RTN_UNICAST, 0)
    body += attribute(_RTA_DST, network.network_address.packed) + attribute(_RTA_OIF, struct.pack("=I", index))
    if gateway is not None:
        body += attribute(_RTA_GATEWAY, gateway.packed)
    connection = RouteConnection()
    try:
        connection.request(_RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, body + _encapsulation(program, section))
    except NetlinkError as error:
        connection.close()
        made = error.as_attach_error("RTM_NEWROUTE", f"attaching {program.name} ({where})")
        if error.errno == errno.EEXIST:
            made.help = "there is such a route: remove it (`ip route del`)"
        elif error.errno == errno.EINVAL and section == "lwt_seg6local" and network.version == 4:
            made.help = 'segment routing is of IPv6: give such a route, route="2001:db8::/64"'
        elif error.errno in (errno.EINVAL, errno.ENODEV, errno.ENETUNREACH, errno.ENETDOWN):
            made.help = f"{name} must be up and have an address of the route's family; via= must be reachable by it"
        raise made from error

    def undo() -> None:
        try:
            connection.request(_RTM_DELROUTE, 0, body)
        except NetlinkError as error:
            if error.errno not in (errno.ESRCH, errno.ENODEV):  # the route, or its interface, is gone already
                raise error.as_attach_error("RTM_DELROUTE", f"detaching {program.name} ({where})") from error
        finally:
            connection.close()

    return CallbackLink(program, where, "route", undo)


def _encapsulation(program: Program, section: str) -> bytes:
    """RTA_ENCAP and its type."""
    loaded = (attribute(_PROG_FD, struct.pack("=I", program.fd))
              + attribute(_PROG_NAME, program.name.encode() + b"\0"))
    if section in _LWT_BPF:
        kind, nested = _LWTUNNEL_ENCAP_BPF, attribute(_LWT_BPF[section] | NLA_F_NESTED, loaded)
    else:
        kind = _LWTUNNEL_ENCAP_SEG6_LOCAL
        nested = (attribute(_SEG6_LOCAL_ACTION, struct.pack("=I", _SEG6_LOCAL_ACTION_END_BPF))
                  + attribute(_SEG6_LOCAL_BPF | NLA_F_NESTED, loaded))
    return attribute(_RTA_ENCAP_TYPE, struct.pack("=H", kind)) + attribute(_RTA_ENCAP | NLA_F_NESTED, nested)
