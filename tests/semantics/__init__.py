"""The differential judge: random programs, what the language contract says they compute, what the kernel computes."""
