"""The loader: BPF objects in, typed Python out.

Loads and attaches objects made by pybpfc or by clang through bpf(2), without LLVM and without libbpf.
"""

__version__ = "0.1.0"
