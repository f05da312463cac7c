from typing import Annotated

from pybpfc import Array, HashMap, Ptr, RingBuf, Str, Struct, copy, core_read_user, data, s32, u64, uprobe

LICENSE = "GPL"


class request(Struct):
    id: s32
    sizes: Annotated[Array[s32], 3]


seen = HashMap[request, u64](max_entries=64)
requests = RingBuf[request](max_entries=4096)
last: request = data(0)


@uprobe("/usr/bin/app", "handle")
def on_handle(incoming: request, count: Ptr[s32], name: Annotated[Str, 16]) -> int:
    number = incoming.id
    size = incoming.sizes[1]
    total = count.value
    letter = name[0]
    seen[incoming] += 1
    kept = copy(incoming)
    requests.output(incoming)
    if incoming == last or name == "root" or name.startswith("ro"):
        return 1
    incoming.id += 1
    count.value = 0
    return core_read_user(count)
