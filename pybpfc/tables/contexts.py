"""The contexts: what a program's first argument points to, and which fields it may read and write.

Layouts and access were read from a kernel (`contexts_generated`). Access depends on the program type: the
same ``__sk_buff`` is nearly read-only in a socket filter. Added here: contexts that are no UAPI struct with a
fixed size, other processors' registers, and which pointers may be NULL (the ``..._OR_NULL`` register types of
the ``is_valid_access`` functions in net/core/filter.c).
"""

from __future__ import annotations

from functools import lru_cache

from pybpfc_runtime import layout
from pybpfc_runtime.layout import Field

from ..record import replace
from . import contexts_generated as generated
from .rows import Context, ContextField

_NULLABLE = {("__sk_buff", "sk"), ("bpf_sock_ops", "sk"), ("bpf_sk_lookup", "sk"), ("sk_reuseport_md", "migrating_sk")}

# Structs that are reached through a pointer and not as a context: no program type is probed with them.
_READ_WRITE = ("bpf_flow_keys",)

_MAX_BPF_FUNC_ARGS = 12

# What the kernel itself has in the place of a context: bpf_cast_to_kern_ctx() gives it. Source: BPF_PROG_TYPE() in
# include/linux/bpf_types.h.
IN_THE_KERNEL = {
    "xdp_md": "xdp_buff", "__sk_buff": "sk_buff", "bpf_sock": "sock", "bpf_sock_addr": "bpf_sock_addr_kern",
    "bpf_sock_ops": "bpf_sock_ops_kern", "sk_msg_md": "sk_msg", "bpf_sk_lookup": "bpf_sk_lookup_kern",
    "sk_reuseport_md": "sk_reuseport_kern", "bpf_sockopt": "bpf_sockopt_kern", "bpf_sysctl": "bpf_sysctl_kern",
    "bpf_perf_event_data": "bpf_perf_event_data_kern",
}


def _registers(names: str) -> tuple[ContextField, ...]:
    return tuple(ContextField(name, "u64", 8 * index, 8) for index, name in enumerate(names.split()))


# struct pt_regs of the other processors: arch/*/include/asm/ptrace.h; arm64 programs see struct user_pt_regs.
_OTHER = {
    "bpf_raw_tracepoint_args": Context("bpf_raw_tracepoint_args", 8 * _MAX_BPF_FUNC_ARGS, (
        ContextField("args", f"Array[u64, {_MAX_BPF_FUNC_ARGS}]", 0, 8 * _MAX_BPF_FUNC_ARGS),)),
    "pt_regs.arm64": Context("pt_regs", 272, (
        ContextField("regs", "Array[u64, 31]", 0, 248), ContextField("sp", "u64", 248, 8),
        ContextField("pc", "u64", 256, 8), ContextField("pstate", "u64", 264, 8))),
    "pt_regs.riscv": Context("pt_regs", 256, _registers(
        "epc ra sp gp tp t0 t1 t2 s0 s1 a0 a1 a2 a3 a4 a5 a6 a7 s2 s3 s4 s5 s6 s7 s8 s9 s10 s11 t3 t4 t5 t6")),
    "pt_regs.s390": Context("pt_regs", 152, (
        ContextField("args", "Array[u64, 1]", 0, 8), ContextField("psw_mask", "u64", 8, 8),
        ContextField("psw_addr", "u64", 16, 8), ContextField("gprs", "Array[u64, 16]", 24, 128))),
    "pt_regs.powerpc": Context("pt_regs", 352, (
        ContextField("gpr", "Array[u64, 32]", 0, 256), ContextField("nip", "u64", 256, 8),
        ContextField("msr", "u64", 264, 8), ContextField("orig_gpr3", "u64", 272, 8),
        ContextField("ctr", "u64", 280, 8), ContextField("link", "u64", 288, 8))),
}

# The processors by the names of --target-arch, and their folders under arch/ and in libbpf.
ARCHITECTURES = {"x86_64": "x86", "aarch64": "arm64", "arm64": "arm64", "riscv64": "riscv", "s390x": "s390",
                 "ppc64le": "powerpc"}

# Processors for which there are no objects: code and values are those of the others (backend/emit.py, `bpfel`).
BIG_ENDIAN = frozenset({"s390x", "s390", "ppc64", "powerpc64", "mips", "mips64", "sparc64"})

# The registers that hold a traced function's arguments, its result, its stack, its frame and its instruction pointer:
# the psABI.
ARGUMENT_REGISTERS = {
    "x86": ("di", "si", "dx", "cx", "r8", "r9"),
    "arm64": ("regs[0]", "regs[1]", "regs[2]", "regs[3]", "regs[4]", "regs[5]", "regs[6]", "regs[7]"),
    "riscv": ("a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7"),
    "s390": ("gprs[2]", "gprs[3]", "gprs[4]", "gprs[5]", "gprs[6]"),
    "powerpc": ("gpr[3]", "gpr[4]", "gpr[5]", "gpr[6]", "gpr[7]", "gpr[8]", "gpr[9]", "gpr[10]"),
}
# Those of a system call, in the registers that user space had: libbpf's bpf_tracing.h, PT_REGS_PARMn_SYSCALL.
SYSCALL_REGISTERS = {
    "x86": ("di", "si", "dx", "r10", "r8", "r9"),
    # The first argument's register also takes the result; the entry code keeps the argument beside it.
    "arm64": ("orig_x0", "regs[1]", "regs[2]", "regs[3]", "regs[4]", "regs[5]"),
    "riscv": ("orig_a0", "a1", "a2", "a3", "a4", "a5"),
    "s390": ("orig_gpr2", "gprs[3]", "gprs[4]", "gprs[5]", "gprs[6]", "gprs[7]"),
    "powerpc": ("orig_gpr3", "gpr[4]", "gpr[5]", "gpr[6]", "gpr[7]", "gpr[8]"),
}
RESULT_REGISTER = {"x86": "ax", "arm64": "regs[0]", "riscv": "a0", "s390": "gprs[2]", "powerpc": "gpr[3]"}
INSTRUCTION_REGISTER = {"x86": "ip", "arm64": "pc", "riscv": "epc", "s390": "psw.addr", "powerpc": "nip"}
STACK_REGISTER = {"x86": "sp", "arm64": "sp", "riscv": "sp", "s390": "gprs[15]", "powerpc": "gpr[1]"}
FRAME_REGISTER = {"x86": "bp", "arm64": "regs[29]", "riscv": "s0", "s390": "gprs[11]", "powerpc": "gpr[31]"}

# What struct pt_regs has behind the registers that programs get: the first argument of a system call.
# arch/*/include/asm/ptrace.h; what arm64, s390 and powerpc have in struct user_pt_regs is in it too, by the same names.
_BEHIND = {"arm64": ("orig_x0", 272), "riscv": ("orig_a0", 280), "s390": ("orig_gpr2", 152)}


def architecture(target_arch: str) -> str | None:
    """The processor that `--target-arch` names; None for one that the tables do not have."""
    return ARCHITECTURES.get(target_arch, target_arch if target_arch in ARGUMENT_REGISTERS else None)


def registers(arch: str) -> Context:
    """The context of probes on a processor."""
    return by_name("pt_regs" if arch == "x86" else f"pt_regs.{arch}")


def register_for(arch: str, what: str) -> str | None:
    """The register for "PARM1" to "PARM8", "RC", "SP", "FP" or "IP"; None where it is none."""
    if what.startswith("PARM"):
        position = int(what.removeprefix("PARM")) - 1
        return ARGUMENT_REGISTERS[arch][position] if position < len(ARGUMENT_REGISTERS[arch]) else None
    return {"RC": RESULT_REGISTER, "SP": STACK_REGISTER, "FP": FRAME_REGISTER, "IP": INSTRUCTION_REGISTER}[what][arch]


@lru_cache(maxsize=8)
def inner_registers(arch: str) -> layout.StructType:
    """struct pt_regs of the kernel on a processor; where its members are is found out at load time (CO-RE)."""
    fields = [Field(field.name, layout.ArrayType(layout.U64, field.size // 8) if field.type.startswith("Array")
                    else layout.U64, field.offset) for field in registers(arch).fields]
    if arch == "s390":  # the program status word is a struct there, of which programs get the parts
        words = (Field("mask", layout.U64, 0), Field("addr", layout.U64, 8))
        status = layout.LazyStructType("psw_t", lambda: (words, 16), is_typedef=True, declared=True)
        fields = [field for field in fields if not field.name.startswith("psw_")] + [Field("psw", status, 8)]
    behind = _BEHIND.get(arch)
    if behind is not None:
        fields.append(Field(behind[0], layout.U64, behind[1]))
    fields.sort(key=lambda field: field.offset)
    size = max(field.offset + field.type.size for field in fields)
    return layout.LazyStructType("pt_regs", lambda: (tuple(fields), size), declared=True)


@lru_cache(maxsize=64)
def by_name(name: str, program: str = "") -> Context:
    """A context row.

    Args:
        name: the struct, "xdp_md"; "pt_regs" is x86's, "pt_regs.arm64", "pt_regs.riscv", ... are the others.
        program: a program kind's `helpers` key ("XDP", "CGROUP_SKB"): sets `readable` and `writable` to what
            that kind may do. Without it a field is readable, and writable if any kind may write it.

    Raises:
        KeyError: there is no such context.
    """
    if name in _OTHER:
        return _OTHER[name]
    size, text = generated.LAYOUTS[name]
    fields = tuple(_field(name, word) for word in text.split())
    if name in _READ_WRITE:
        return Context(name, size, tuple(replace(field, writable=True) for field in fields))
    if program in generated.ACCESS:
        reads, writes = (set(names.split()) for names in generated.ACCESS[program])
        fields = tuple(replace(field, readable=field.name in reads, writable=field.name in writes)
                       for field in fields)
    else:
        anywhere = _written_anywhere(name)
        fields = tuple(replace(field, writable=field.name in anywhere) for field in fields)
    return Context(name, size, fields)


def behind_pointer(name: str) -> Context:
    """A struct that a context or a helper hands out by its address. Accesses are rewritten by the kernel, as those of a
    context are; but for a few nothing in it can be written.

    Raises:
        KeyError: there is no such struct.
    """
    row = by_name(name)
    if name in _READ_WRITE:
        return row
    return replace(row, fields=tuple(replace(field, writable=False) for field in row.fields))


def _field(context: str, word: str) -> ContextField:
    name, type_, offset, size = word.split(":")
    return ContextField(name, type_.replace(",_", ", "), int(offset), int(size), nullable=(context, name) in _NULLABLE)


def _written_anywhere(name: str) -> set[str]:
    from .program_kinds import all_kinds

    programs = {kind.helpers for kind in all_kinds() if kind.context == name}
    return {field for program in programs if program in generated.ACCESS
            for field in generated.ACCESS[program][1].split()}


def names() -> tuple[str, ...]:
    """Every name that `by_name` knows."""
    return (*generated.LAYOUTS, *_OTHER)
