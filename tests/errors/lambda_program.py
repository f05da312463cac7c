"""A lambda has no body of statements."""

from pybpfc import XDP_PASS, xdp

prog = xdp(lambda ctx: XDP_PASS)
