"""Types, a symbol and functions of modules: the twin of module_types_by_clang.c, and functions by a pattern."""

from __future__ import annotations

from pybpfc import (
    KernelStruct,
    core_read,
    data,
    fentry,
    field_exists,
    kprobe,
    kprobe_multi,
    ksym,
    type_exists,
    type_size,
    u32,
    u64,
)

LICENSE = "GPL"


class sockaddr_vm___own(KernelStruct):
    svm_port: u32
    svm_cid: u32


class vsock_sock(KernelStruct):
    remote_addr: sockaddr_vm___own
    no_such_member: u64


vsock_core_register: u64 = ksym("vsock_core_register", optional=True)

only: u32 = data(0)  # the port that counts
entered: u32 = data(0)
entered_cid: u32 = data(0)
probed: u32 = data(0)
probed_many: u32 = data(0)
has_member: u32 = data(0)
has_type: u32 = data(0)
size_of_address: u32 = data(0)
address: u64 = data(0)


@fentry("virtio_transport_connect")
def on_entry(vsk: vsock_sock) -> int:
    global entered, entered_cid, has_member, has_type, size_of_address, address
    if vsk.remote_addr.svm_port == only:
        entered += 1
        entered_cid = vsk.remote_addr.svm_cid
    has_member = u32(field_exists(vsk.no_such_member))
    has_type = u32(type_exists(sockaddr_vm___own))
    size_of_address = u32(type_size(sockaddr_vm___own))
    address = vsock_core_register
    return 0


@kprobe("virtio_transport_connect")
def on_probe(vsk: vsock_sock) -> int:
    global probed
    if core_read(vsk.remote_addr.svm_port) == only:
        probed += 1
    return 0


@kprobe_multi("virtio_transport_con?ect*")
def on_many(vsk: vsock_sock) -> int:
    global probed_many
    if core_read(vsk.remote_addr.svm_port) == only:
        probed_many += 1
    return 0
