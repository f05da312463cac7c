"""A second name does not make it writable."""

from pybpfc import XDP_PASS, Struct, rodata, subprog, u32, xdp, xdp_md


class Config(Struct):
    limit: u32


config: Config = rodata(Config(limit=8))


@subprog
def reset(settings: Config) -> None:
    settings.limit = 0


@xdp
def prog(ctx: xdp_md) -> int:
    settings = config
    settings.limit = 9
    reset(config)
    return XDP_PASS
