"""How far the verifier follows a program."""

from __future__ import annotations

BPF_MAX_LOOPS = 8 * 1024 * 1024  # include/linux/bpf.h
BPF_COMPLEXITY_LIMIT_JMP_SEQ = 8192  # kernel/bpf/verifier.c: branches of one path that wait for their other side
BPF_COMPLEXITY_LIMIT_INSNS = 1_000_000  # include/linux/bpf.h: instructions that are looked at, on all paths
MAX_BPF_STACK = 512  # include/linux/filter.h: for one frame and for the frames of a chain of calls together

# In bytes, the offset behind which no pull of a cursor succeeds. The verifier follows offsets into packets up to
# MAX_PACKET_OFF (0xffff, kernel/bpf/verifier.c), the object that is pulled included.
FARTHEST = 0x7FFF
