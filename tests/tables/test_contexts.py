"""Context layouts against clang and the header, access against the verifier, classes against the table."""

from __future__ import annotations

from pathlib import Path

import pytest
from c_layout import disagreements, header_fields, offset

import pybpfc
from pybpfc import contexts as language
from pybpfc.tables import contexts_generated
from pybpfc.tables.contexts import by_name, names
from pybpfc.tables.generate import contexts as probe
from pybpfc.tables.generate import stubs
from pybpfc.tables.generate.targets import TARGETS, Target
from pybpfc.tables.program_kinds import all_kinds

PACKAGE = Path(pybpfc.__file__).parent
UAPI = [name for name in contexts_generated.LAYOUTS if name not in ("pt_regs", "bpf_nf_ctx", "bpf_perf_event_data")]


@pytest.mark.parametrize("name", UAPI)
def test_offsets_are_those_of_the_header(name: str, clang: str, header: str) -> None:
    known = header_fields("bpf.h", name)
    assert known, f"the header has no struct {name}"
    fields = [field for field in by_name(name).fields if field.name in known]
    assert len(fields) >= len(by_name(name).fields) - 1  # a newer kernel may have added one
    assertions = [(offset(name, field.name), field.offset) for field in fields]
    assertions += [(f"sizeof(((struct {name} *)0)->{field.name})", field.size) for field in fields]
    assert disagreements(["linux/bpf.h"], assertions) == []


def writable(context: str, program: str) -> set[str]:
    return {field.name for field in by_name(context, program).fields if field.writable}


def test_who_may_write_what() -> None:
    assert writable("__sk_buff", "SCHED_CLS") == {"mark", "priority", "tc_index", "cb", "queue_mapping", "tc_classid",
                                                  "tstamp"}
    assert writable("__sk_buff", "SOCKET_FILTER") == {"cb"}
    assert writable("__sk_buff", "CGROUP_SKB") == {"mark", "priority", "cb", "tstamp"}
    assert writable("__sk_buff", "SK_SKB") == {"tc_index", "priority"}
    assert writable("xdp_md", "XDP") == set()
    assert writable("bpf_sock_addr", "CGROUP_SOCK_ADDR/CGROUP_INET4_CONNECT") == {"user_ip4", "user_port"}
    assert writable("bpf_sock", "CGROUP_SOCK/CGROUP_INET_SOCK_CREATE") == {"bound_dev_if", "mark", "priority"}
    assert writable("bpf_sockopt", "CGROUP_SOCKOPT/CGROUP_GETSOCKOPT") == {"optlen", "retval"}


def test_who_may_read_what() -> None:
    def readable(program: str) -> set[str]:
        return {field.name for field in by_name("__sk_buff", program).fields if field.readable}

    assert {"data", "data_end", "data_meta", "tstamp"} <= readable("SCHED_CLS")
    assert not {"data", "data_end", "tc_classid"} & readable("SOCKET_FILTER")
    assert "data_meta" not in readable("CGROUP_SKB")
    assert "egress_ifindex" not in {field.name for field in by_name("xdp_md", "XDP").fields if field.readable}
    assert "egress_ifindex" in {field.name for field in by_name("xdp_md", "XDP/XDP_DEVMAP").fields if field.readable}


def test_network_order_and_pointers() -> None:
    types = {field.name: field.type for field in by_name("__sk_buff").fields}
    assert (types["protocol"], types["remote_ip4"], types["local_port"]) == ("be16", "be32", "u32")
    assert (types["data"], types["data_end"], types["data_meta"]) == ("packet", "packet_end", "packet_meta")
    address = {field.name: field.type for field in by_name("bpf_sock_addr").fields}
    assert (address["user_ip4"], address["user_port"], address["user_ip6"]) == ("be32", "be16", "Array[be32, 4]")
    nullable = {field.name for field in by_name("__sk_buff").fields if field.nullable}
    assert nullable == {"sk"}


@pytest.mark.parametrize("name", UAPI)
def test_the_kernel_has_this_layout(name: str, probed_kernel: None) -> None:
    size, members = probe.layout(name)
    row = by_name(name)
    assert size == row.size
    assert [(member.name, member.type, member.offset, member.size) for member in members] == \
        [(field.name, field.type, field.offset, field.size) for field in row.fields]


@pytest.mark.parametrize("target", [target for target in TARGETS if target.name in contexts_generated.ACCESS],
                         ids=lambda target: target.name)
def test_the_verifier_agrees(target: Target, probed_kernel: None) -> None:
    members = {member.name: member for member in probe.layout(target.context)[1]}
    for field in by_name(target.context, target.name).fields:
        assert probe.readable(target, members[field.name]) == field.readable
        assert probe.writable(target, members[field.name]) == field.writable


def test_classes_are_up_to_date() -> None:
    assert (PACKAGE / "contexts.py").read_text() == stubs.contexts()


def test_classes_name_their_rows() -> None:
    for name in names():
        if "." not in name:
            assert getattr(language, name).__pybpfc_context__ == name
    assert language.sk_buff_ctx is getattr(language, "__sk_buff")
    with pytest.raises(TypeError, match="inside a BPF program"):
        language.xdp_md().cursor()


def test_every_program_kind_has_its_context() -> None:
    for kind in all_kinds():
        if kind.context and "{" not in kind.context:
            assert kind.context in names() or kind.context == "Ptr[u32]"  # infrared decoders: a number alone
        if kind.packet:
            assert {"packet", "packet_end"} <= {field.type for field in by_name(kind.context, kind.helpers).fields}
