"""Context layouts from the kernel's BTF, and which program type may read or write which field.

Layouts come from the running kernel, whose structs are those of UAPI ``bpf.h`` of that version; the test of
this table compares them with what clang computes from the installed header. Access is asked from the
verifier with one load and one store per field and program type.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from . import kernel, writer
from .targets import TARGETS, Target

CONTEXTS = ("__sk_buff", "xdp_md", "bpf_sock", "bpf_tcp_sock", "bpf_sock_addr", "bpf_sock_ops", "bpf_sk_lookup",
            "sk_msg_md", "sk_reuseport_md", "bpf_sockopt", "bpf_sysctl", "bpf_cgroup_dev_ctx", "bpf_perf_event_data",
            "bpf_flow_keys", "bpf_nf_ctx", "pt_regs")

# What the header cannot say: a `__u32` that holds network order, and what an address is an address of.
# A be16 in a slot of four bytes is zero-extended; __sk_buff.remote_port and its like hold the port in the
# upper half, so that all four bytes are a be32 (net/core/filter.c shifts it there).
_TYPES = {
    "__sk_buff": {
        "protocol": "be16", "vlan_proto": "be16", "remote_ip4": "be32", "local_ip4": "be32",
        "remote_ip6": "Array[be32, 4]", "local_ip6": "Array[be32, 4]", "remote_port": "be32",
        "data": "packet", "data_end": "packet_end", "data_meta": "packet_meta"},
    "xdp_md": {"data": "packet", "data_end": "packet_end", "data_meta": "packet_meta"},
    "bpf_sock": {"src_ip4": "be32", "dst_ip4": "be32", "src_ip6": "Array[be32, 4]", "dst_ip6": "Array[be32, 4]"},
    "bpf_sock_addr": {
        "user_ip4": "be32", "user_ip6": "Array[be32, 4]", "user_port": "be16", "msg_src_ip4": "be32",
        "msg_src_ip6": "Array[be32, 4]"},
    "bpf_sock_ops": {
        "remote_ip4": "be32", "local_ip4": "be32", "remote_ip6": "Array[be32, 4]", "local_ip6": "Array[be32, 4]",
        "remote_port": "be32", "skb_data": "packet", "skb_data_end": "packet_end"},
    "bpf_sk_lookup": {
        "remote_ip4": "be32", "remote_ip6": "Array[be32, 4]", "local_ip4": "be32", "local_ip6": "Array[be32, 4]"},
    "sk_msg_md": {
        "data": "packet", "data_end": "packet_end", "remote_ip4": "be32", "local_ip4": "be32",
        "remote_ip6": "Array[be32, 4]", "local_ip6": "Array[be32, 4]", "remote_port": "be32"},
    "sk_reuseport_md": {"data": "packet", "data_end": "packet_end", "eth_protocol": "be16"},
    "bpf_flow_keys": {"ipv6_src": "Array[be32, 4]", "ipv6_dst": "Array[be32, 4]"},
    "bpf_sockopt": {"optval": "packet", "optval_end": "packet_end"},
}


@dataclass(frozen=True)
class Member:
    """A field of a context with its place."""

    name: str
    type: str
    offset: int
    size: int


def layout(name: str) -> tuple[int, tuple[Member, ...]]:
    """The size of a struct of the running kernel and its members, anonymous ones flattened."""
    types = kernel.types()
    entry = types[kernel.type_ids()["STRUCT", name]]
    members = tuple(Member(member.name, _TYPES.get(name, {}).get(member.name, member.type), member.offset, member.size)
                    for member in _members(entry, 0))
    return entry["size"], members


def _members(entry: dict[str, Any], base: int) -> list[Member]:
    found: list[Member] = []
    for member in entry["members"]:
        offset = base + member["bits_offset"] // 8
        if member.get("bitfield_size"):
            continue  # padding and bit fields are no context fields
        resolved = _resolve(member["type_id"])
        if member["name"] == "(anon)":
            found += _members(resolved, offset)
            continue
        type_, size = _spell(member["type_id"])
        found.append(Member(member["name"], type_, offset, size))
    return found


def _resolve(type_id: int) -> dict[str, Any]:
    entry = kernel.types()[type_id]
    while entry["kind"] in ("TYPEDEF", "CONST", "VOLATILE"):
        entry = kernel.types()[entry["type_id"]]
    return entry


def _spell(type_id: int) -> tuple[str, int]:
    """The language's name of a C type, and its size."""
    entry = kernel.types()[type_id]
    if entry["kind"] == "TYPEDEF" and entry["name"] in ("__be16", "__be32", "__be64"):
        return entry["name"].lstrip("_"), int(entry["name"][4:]) // 8
    entry = _resolve(type_id)
    if entry["kind"] == "INT":
        return f"{'s' if entry['encoding'] == 'SIGNED' else 'u'}{entry['size'] * 8}", entry["size"]
    if entry["kind"] == "ARRAY":
        element, size = _spell(entry["type_id"])
        return f"Array[{element}, {entry['nr_elems']}]", size * entry["nr_elems"]
    if entry["kind"] == "PTR":
        return (_resolve(entry["type_id"])["name"] if entry["type_id"] else "u64"), 8
    if entry["kind"] == "ENUM":
        return "u32", entry["size"]
    return entry["name"], entry["size"]


def _pieces(member: Member) -> list[tuple[int, int]]:
    """(offset, size) of the loads that read a member."""
    if not member.type.startswith("Array"):
        return [(member.offset, min(member.size, 8))]  # bpf_perf_event_data.regs: its first register
    count = int(member.type.rpartition(" ")[2][:-1])
    step = member.size // count
    return [(member.offset + index * step, step) for index in range(count)]


def readable(target: Target, member: Member) -> bool:
    """Whether programs of a target may load a member of their context."""
    return all(_accepted(target, kernel.load_memory(size, 2, 1, offset)) for offset, size in _pieces(member))


def writable(target: Target, member: Member) -> bool:
    """Whether programs of a target may store an integer to a member of their context."""
    return all(_accepted(target, kernel.move(2, 0) + kernel.store_memory(size, 1, 2, offset))
               for offset, size in _pieces(member))


def _accepted(target: Target, access: bytes) -> bool:
    return kernel.load(target, access + kernel.move(0, target.returns) + kernel.EXIT).error == 0


def render() -> str:
    """The text of ``contexts_generated.py``."""
    probed = [target for target in TARGETS if target.context in CONTEXTS and target.context != "pt_regs"]
    lines = [
        '"""Context layouts and who may access what: read from a kernel by ``generate/contexts.py``."""',
        "",
        f'KERNEL = "{kernel.version()}"',
        "",
        "# Struct to its size in bytes and its fields: name:type:offset:size, blanks inside a type as _.",
        "LAYOUTS = {",
    ]
    for name in CONTEXTS:
        size, members = layout(name)
        fields = [f"{m.name}:{m.type.replace(' ', '_')}:{m.offset}:{m.size}" for m in members
                  if not m.name.startswith("fred_")]  # x86: structs of bit fields over cs and ss
        lines.append(f'    "{name}": ({size}, """\n{writer.words(fields, 8)}\n    """),')
    lines += ["}", "", "# Program type, or with the attach type, to the fields it may read and those it may write.",
              "ACCESS = {"]
    for target in probed:
        members = layout(target.context)[1]
        reads = [member.name for member in members if readable(target, member)]
        writes = [member.name for member in members if writable(target, member)]
        lines.append(f'    "{target.name}": (\n        """\n{writer.words(reads, 8)}\n        """,'
                     f'\n        "{" ".join(writes)}",\n    ),')
    return "\n".join([*lines, "}", ""])
