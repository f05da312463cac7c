"""The target kernel is asked for an enum and its member by name: one without a name cannot be asked for."""

from pybpfc import bpf_raw_tracepoint_args, data, enum_value, enum_value_exists, raw_tracepoint, u64
from pybpfc.vmlinux import BPF_MAP_TYPE_CGROUP_STORAGE as STORAGE
from pybpfc.vmlinux import TCP_ESTABLISHED, bpf_map_type

LICENSE = "GPL"
found: u64 = data(0)
hash_map = bpf_map_type.BPF_MAP_TYPE_HASH


@raw_tracepoint("sys_enter")
def prog(ctx: bpf_raw_tracepoint_args) -> int:
    global found
    if enum_value_exists(TCP_ESTABLISHED):
        found = enum_value(STORAGE)
    found += enum_value(hash_map)
    return 0
