"""One variable names a map's value, an object on the stack or a global, by whichever path it was assigned."""
from pybpfc import ArrayMap, HashMap, Struct, data, inline, subprog, u32, u64, xdp, xdp_md


class In(Struct):
    key: u32


class Item(Struct):
    number: u32


LICENSE = "GPL"
out = ArrayMap[u64](max_entries=7)
items = HashMap[u32, Item](max_entries=4)
shared: Item = data(Item(number=40))

EXPECTED = (
    (bytes.fromhex("01000000"), (11, 10, 10, 41, 10, 51, 10)),
    (bytes.fromhex("02000000"), (6, 40, 7, 41, 9, 51, 8)),
)


@subprog
def kept(key: u32) -> Item:
    found = items.lookup(key)
    return found if found is not None else shared


@inline
def found_or_fresh(key: u32) -> Item:
    found = items.lookup(key)
    if found is not None:
        return found
    return Item(number=9)


@inline
def same(item: Item) -> Item:
    return item


@xdp
def program(ctx: xdp_md) -> int:
    given = ctx.cursor().pull(In)
    if given is None:
        return 2
    items.update(1, Item(number=10))
    found = items.lookup(given.key)
    if found is None:
        found = Item(number=5)
    found.number += 1
    out[0] = found.number
    found.number -= 1
    out[1] = kept(given.key).number
    again = items.lookup(given.key)
    either = Item(number=7) if again is None else again
    out[2] = either.number
    one: Item | None = None
    one = shared if given.key else items.lookup(1)
    if one is not None:
        one.number += 1
    out[3] = shared.number
    out[4] = found_or_fresh(given.key).number
    total = 0
    for item in (shared, Item(number=10)):
        total += item.number
    out[5] = total
    if (last := items.lookup(given.key)) is None:
        last = Item(number=8)
    out[6] = same(last).number
    return 2
