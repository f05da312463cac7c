"""An XDP verdict in a tc program."""

from pybpfc import __sk_buff, tc


@tc
def prog(ctx: __sk_buff) -> int:
    return 10
