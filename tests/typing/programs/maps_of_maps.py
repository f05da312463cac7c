"""Maps in maps, and maps that are filled from the start."""
from pybpfc import (
    XDP_ABORTED,
    XDP_DROP,
    XDP_PASS,
    XDP_TX,
    ArrayMap,
    ArrayOfMaps,
    HashMap,
    HashOfMaps,
    ProgArray,
    RingBuf,
    Struct,
    subprog,
    u32,
    u64,
    xdp,
    xdp_md,
)
from pybpfc.helpers import bpf_map_lookup_elem

LICENSE = "GPL"


class Flow(Struct):
    packets: u64
    bytes: u64


class Event(Struct):
    length: u64


def counters() -> HashMap[u32, u64]:
    return HashMap[u32, u64](max_entries=16)


first = ArrayMap[Flow](max_entries=2)
second = ArrayMap[Flow](max_entries=2)
of_arrays = ArrayOfMaps[ArrayMap[Flow]](
    max_entries=4, inner=ArrayMap[Flow](max_entries=2), values={0: first, 2: second})

tenant_7 = counters()
tenant_9 = counters()
by_tenant = HashOfMaps[u32, HashMap[u32, u64]](max_entries=64, inner=counters(), values={7: tenant_7, 9: tenant_9})

events = RingBuf[Event](max_entries=4096)
buffers = ArrayOfMaps[RingBuf[Event]](max_entries=2, inner=RingBuf[Event](max_entries=4096), values={1: events})


@subprog
def count(tenant: u32, key: u32) -> bool:
    table = by_tenant.lookup(tenant)
    if table is None:
        return False
    table[key] += 2
    if key + 1 in table:
        del table[key + 1]
    table.update(key + 10, table.get(key, 0) + 1)
    return True


@xdp
def prog(ctx: xdp_md) -> int:
    size = ctx.data_end - ctx.data
    for slot in range(3):
        flows = of_arrays.lookup(slot)
        if flows is not None:
            flow = flows.lookup(1)
            if flow is not None:
                flow.packets += 1
                flow.bytes += size
    if not (count(7, 1) and count(9, 2)) or count(8, 1):
        return XDP_ABORTED
    nine = by_tenant.lookup(9)
    found = bpf_map_lookup_elem(nine, 2) if nine is not None else None
    if found is None or found.value != 2:
        return XDP_DROP
    if buffer := buffers.lookup(1):
        event = buffer.reserve()
        if event is None:
            return XDP_DROP
        event.length = size
        buffer.submit(event)
    return XDP_PASS if buffers.lookup(0) is None else XDP_DROP


@xdp
def bounced(ctx: xdp_md) -> int:
    return XDP_TX


steps = ProgArray[xdp_md](max_entries=4, values={3: bounced})


@xdp
def jumps(ctx: xdp_md) -> int:
    steps.tail_call(ctx, 2)
    steps.tail_call(ctx, 3)
    return XDP_DROP
