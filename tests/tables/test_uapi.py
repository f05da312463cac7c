"""Packet headers, UAPI structs, kernel objects and constants against the installed headers."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest
from c_layout import disagreements, offset

import pybpfc
from pybpfc import constants, kernel_objects, net, uapi
from pybpfc.intrinsics import from_bits, offsetof, sizeof, to_bits
from pybpfc.net import htonl, htons, iphdr, ntohl, ntohs, tcphdr
from pybpfc.tables.generate import constants as generate
from pybpfc_runtime.layout import StructType
from pybpfc_runtime.values import Struct, be16, be32

HEADERS = ("linux/bpf.h", "linux/if_ether.h", "linux/if_packet.h", "linux/if_arp.h", "linux/in.h", "linux/in6.h",
           "linux/ip.h", "linux/ipv6.h", "linux/tcp.h", "linux/udp.h", "linux/icmp.h", "linux/icmpv6.h",
           "linux/pkt_cls.h", "linux/netfilter.h")
# Not in UAPI: include/linux/if_vlan.h, include/net/*.h, or commented out there. (size in bytes)
KERNEL_ONLY = {"vlan_hdr": 4, "arphdr_eth_ipv4": 20, "frag_hdr": 8, "sctphdr": 12, "gre_base_hdr": 4, "vxlanhdr": 8}
# Members that the installed header may be too old to have.
NEWER = {("bpf_fib_lookup", "mark"), ("bpf_fib_lookup", "tbid"), ("bpf_xfrm_state", "tunnel_flags"),
         ("bpf_tunnel_key", "tunnel_flags")}


def structs(module: ModuleType) -> list[type[Struct]]:
    return [found for name in module.__all__
            if isinstance(found := getattr(module, name), type) and issubclass(found, Struct)]


def members(struct: type[Struct]) -> list[str]:
    """Names that C knows: no bit fields, those of anonymous members included."""
    found: list[str] = []

    def walk(type_: StructType) -> None:
        for field in type_.fields:
            if not field.attribute:
                assert isinstance(field.type, StructType)
                walk(field.type)
            elif not field.bits:
                found.append(field.name)

    walk(struct.__pybpfc_type__)
    return found


@pytest.mark.parametrize("struct", [*structs(net), *structs(uapi)], ids=lambda struct: struct.__name__)
def test_layout(struct: type[Struct], clang: str) -> None:
    name = struct.__name__
    if name in KERNEL_ONLY:
        assert sizeof(struct) == KERNEL_ONLY[name]
        return
    if name.startswith("bpf_sock_tuple_"):
        assert sizeof(struct) == {"bpf_sock_tuple_ipv4": 12, "bpf_sock_tuple_ipv6": 36}[name]
        return
    assertions = [(offset(name, member), offsetof(struct, member)) for member in members(struct)
                  if (name, member) not in NEWER]
    assertions.append((f"sizeof(struct {name})", sizeof(struct)))
    assert disagreements(HEADERS, assertions) == []


def test_bit_fields_are_where_the_wire_has_them() -> None:
    assert bytes(iphdr.zero(version=4, ihl=5))[0] == 0x45
    flags = bytes(tcphdr.zero(doff=5, syn=1, ack=1))
    assert (flags[12], flags[13]) == (0x50, 0x12)
    assert list(iphdr.__pybpfc_type__.by_name) == ["ihl", "version", "tos", "tot_len", "id", "frag_off", "ttl",
                                                   "protocol", "check", "saddr", "daddr"]


# a kptr is a pointer to a struct, not an object of its own
@pytest.mark.parametrize("name", [
    name for name in kernel_objects.__all__ if not name.endswith("kptr") and name != "IrqFlags"])
def test_kernel_objects(name: str, clang: str) -> None:
    described = getattr(kernel_objects, name).__pybpfc_type__
    if name in ("bpf_spin_lock", "bpf_timer", "bpf_dynptr"):
        assert disagreements(["linux/bpf.h"], [(f"sizeof(struct {name})", described.size),
                                               (f"_Alignof(struct {name})", described.align)]) == []
    else:  # newer than the header on some machines
        sizes = {"bpf_wq": 16, "bpf_task_work": 8, "bpf_list_head": 16, "bpf_list_node": 24, "bpf_rb_root": 16,
                 "bpf_rb_node": 32, "bpf_refcount": 4, "bpf_res_spin_lock": 4}
        assert described.size == sizes[name]


def test_constants_are_those_of_the_headers(header: str) -> None:
    for _title, values in generate.groups():
        for name, value in values.items():
            assert getattr(constants, name) == value


def test_constants_are_up_to_date(probed_kernel: None) -> None:
    assert (Path(pybpfc.__file__).parent / "constants.py").read_text() == generate.render()


def test_protocol_numbers(clang: str) -> None:
    names = [name for name in net.__all__ if name.isupper() or name.startswith(("ETH_P", "ICMP"))]
    unknown = {"AF_INET", "AF_INET6", "AF_UNIX", "IP_DF", "IP_MF", "IP_OFFSET", "VLAN_PRIO_MASK", "VLAN_VID_MASK",
               "IPPROTO_HOPOPTS", "IPPROTO_IPV6"}
    assertions = [(name, getattr(net, name)) for name in names if name not in unknown and name in ALL_HEADERS]
    assert len(assertions) > 40
    assert disagreements(HEADERS, assertions) == []


ALL_HEADERS = "".join(path.read_text() for name in HEADERS if (path := Path("/usr/include") / name).exists())


def test_byte_order_in_user_space() -> None:
    assert ntohs(htons(80)) == 80
    assert ntohl(htonl(0x0A000001)) == 0x0A000001
    assert to_bits(be16(0x1234)) == 0x3412
    assert from_bits(be32, to_bits(be32(1))) == 1
    assert bytes(iphdr.zero(saddr=htonl(0x0A000001)))[12:16] == bytes([10, 0, 0, 1])
    assert ntohs.__pybpfc_intrinsic__ == "ntohs"  # type: ignore[attr-defined]
