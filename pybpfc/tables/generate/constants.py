"""The UAPI constants of the language: header text, and what the running kernel's enums add to it."""

from __future__ import annotations

import re

from . import kernel
from .header import constants

# Title, header, pattern of the names.
_GROUPS = (
    ("Results of XDP programs.", "bpf.h", r"XDP_(ABORTED|DROP|PASS|TX|REDIRECT|PACKET_HEADROOM)"),
    ("Results of tc, tcx and netkit programs.", "pkt_cls.h", r"TC_ACT_(?!VALUE|EXT|JUMP|GOTO)\w+"),
    ("", "bpf.h", r"(TCX|NETKIT)_(NEXT|PASS|DROP|REDIRECT)"),
    ("Results of socket, lightweight tunnel, flow dissector and netfilter programs.", "bpf.h",
     r"SK_(DROP|PASS)|BPF_(OK|DROP|REDIRECT|LWT_REROUTE|FLOW_DISSECTOR_CONTINUE)"),
    ("", "netfilter.h", r"NF_(DROP|ACCEPT)"),
    ("Flags of map updates.", "bpf.h", r"BPF_(ANY|NOEXIST|EXIST)"),
    ("Flags of helpers, maps and programs.", "bpf.h", r"BPF_F_\w+"),
    ("", "bpf.h", r"BPF_(LOCAL|SK)_STORAGE_GET_F_CREATE"),
    ("Ring buffers.", "bpf.h", r"BPF_(RB|RINGBUF)_\w+"),
    ("Packets.", "bpf.h", r"BPF_(ADJ_ROOM|HDR_START|CSUM_LEVEL|SKB_TSTAMP|SKB_CLOCK|LWT_ENCAP|MTU_CHK)_\w+"),
    ("Routes.", "bpf.h", r"BPF_FIB_\w+"),
    ("Socket operations.", "bpf.h", r"BPF_(SOCK_OPS|TCP|SK_LOOKUP|LOAD_HDR_OPT|WRITE_HDR)_\w+"),
    ("Device control groups.", "bpf.h", r"BPF_DEVCG_\w+"),
    ("BTF and stack traces.", "bpf.h", r"BTF_F_\w+|BPF_STACK_BUILD_ID_\w+"),
    ("Clocks, for bpf_timer_init().", "time.h", r"CLOCK_(MONOTONIC|BOOTTIME|REALTIME|TAI)"),
)

# Enumerators of the kernel's own that match a pattern and are no part of its interface.
_INTERNAL = {"BPF_RB_ROOT", "BPF_RB_NODE", "BPF_F_NEIGH", "BPF_F_PEER", "BPF_F_NEXTHOP", "BPF_F_REDIRECT_FLAGS",
             "BPF_F_HDR_FIELD_MASK", "BPF_F_SKIP_FIELD_MASK"}

# What kernels later than the probed one have.
_LATER = {"BPF_F_RB_OVERWRITE": 1 << 19, "BPF_RB_OVERWRITE_POS": 4}  # Linux 6.19


def groups() -> list[tuple[str, dict[str, int]]]:
    """(title, name to value) for each group; a later group leaves out what an earlier one has."""
    seen: set[str] = set()
    found: list[tuple[str, dict[str, int]]] = []
    for title, header, pattern in _GROUPS:
        values = constants(header, pattern)
        if header == "bpf.h":
            values |= {name: value for name, value in kernel.enumerators(pattern).items() if name not in values}
            values |= {name: value for name, value in _LATER.items()
                       if re.fullmatch(pattern, name) and name not in values}
        values = {name: value for name, value in values.items()
                  if name not in seen and name not in _INTERNAL and "MAX" not in name}
        seen |= set(values)
        found.append((title, values))
    return found


def render() -> str:
    """The text of ``pybpfc/constants.py``."""
    body: list[str] = []
    names: list[str] = []
    for title, values in groups():
        if title:
            body += ["", f"# {title}"]
        for name, value in values.items():
            names.append(name)
            body.append(f"{name}: Final = {value if abs(value) < 256 else hex(value)}")
    exported = [f'    "{name}",' for name in sorted(names)]
    return "\n".join([
        '"""Constants of the kernel\'s UAPI headers that programs use, under their kernel names.',
        "",
        "Written by ``pybpfc.tables.generate`` from ``linux/bpf.h``, ``linux/pkt_cls.h``, ``linux/netfilter.h`` and",
        f'``linux/time.h``, and from the enums of Linux {kernel.version()} where it knows more than the header.',
        '"""',
        "",
        "from __future__ import annotations",
        "",
        "from typing import Final",
        "",
        "__all__ = [",
        *exported,
        "]",
        *body,
        "",
    ])
