"""Tables of functions: what the kernel's types do not say of their members.

Source: the `is_valid_access` and `btf_struct_access` of each kind, net/sched/bpf_qdisc.c.
"""

from __future__ import annotations

# What the kernel hands to a program under another type than the member's: table, member, parameter.
_ARGUMENTS = {("Qdisc_ops", "enqueue", "to_free"): "bpf_sk_buff_ptr"}


def argument_struct(table: str, member: str, parameter: str) -> str:
    """The struct that a parameter points at in programs; "" where it is what the prototype says."""
    return _ARGUMENTS.get((table, member, parameter), "")
