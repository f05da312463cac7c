"""Generators of the tables that come from the kernel: run ``python -m pybpfc.tables.generate``.

Two sources: the text of the UAPI header ``linux/bpf.h`` (helper prototypes, constants, context layouts) and
the running kernel, which is asked by loading small programs (which program type may call which helper,
which may read or write which context field). Nothing here is imported by a compiler run.
"""
