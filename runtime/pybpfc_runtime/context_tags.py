"""`__arg_ctx` on kernels that do not know it (before 6.8): the parameter gets the type that they expect.

A global function whose parameter carries the declaration tag `arg:ctx` takes a program's context whatever its type
says. An older kernel knows a context by the name of its structure alone, which depends on the program's type: each
program that calls the function refers to a copy of it with the right type.

Source: libbpf's `bpf_program_fixup_func_info` and `probe_kern_arg_ctx_tag`; `btf_get_prog_ctx_type` in the kernel's
btf.c.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .btf import types
from .uapi import ProgramType

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .btf.types import Btf
    from .link import LinkedProgram

TAG = "arg:ctx"

# What each program type's context is called; the others have none that a kernel would know by its name.
CONTEXTS: dict[ProgramType, str] = {ProgramType[f"BPF_PROG_TYPE_{kind}"]: name for name, kinds in {
    "__sk_buff": "CGROUP_SKB FLOW_DISSECTOR LWT_IN LWT_OUT LWT_SEG6LOCAL LWT_XMIT SCHED_ACT SCHED_CLS SK_SKB "
                 "SOCKET_FILTER",
    "bpf_cgroup_dev_ctx": "CGROUP_DEVICE", "bpf_sock": "CGROUP_SOCK", "bpf_sock_addr": "CGROUP_SOCK_ADDR",
    "bpf_sockopt": "CGROUP_SOCKOPT", "bpf_sysctl": "CGROUP_SYSCTL", "bpf_user_pt_regs_t": "KPROBE",
    "bpf_nf_ctx": "NETFILTER", "bpf_perf_event_data": "PERF_EVENT",
    "bpf_raw_tracepoint_args": "RAW_TRACEPOINT RAW_TRACEPOINT_WRITABLE", "bpf_sk_lookup": "SK_LOOKUP",
    "sk_msg_md": "SK_MSG", "sk_reuseport_md": "SK_REUSEPORT", "bpf_sock_ops": "SOCK_OPS", "xdp_md": "XDP",
}.items() for kind in kinds.split()}


def give_contexts_types(btf: Btf, programs: Iterable[LinkedProgram]) -> Btf:
    """Types with a copy of each function that a program passes its context to; programs refer to their copies.

    Args:
        btf: of the object; it is not changed.
        programs: linked, of which `type_ids` is filled.
    """
    tagged = {(tag.type, tag.component) for tag in btf.types
              if isinstance(tag, types.DeclTag) and tag.name == TAG and tag.component >= 0}
    if not tagged:
        return btf
    copy = types.Btf(list(btf.types), btf.strings)
    made: dict[tuple[int, str], int] = {}
    for program in programs:
        program_type = program.spec.program_type
        context = CONTEXTS.get(program_type) if program_type is not None else None
        if context is None:
            continue
        for _, function in program.functions:
            places = [place for number, place in tagged if number == function.type_id]
            if places and (copied := _copied(copy, function.type_id, context, places, made)):
                program.type_ids[function.type_id] = copied
    return copy


def _copied(btf: Btf, type_id: int, context: str, places: list[int], made: dict[tuple[int, str], int]) -> int:
    """The function with the context's type in some places; 0 where nothing is to be changed."""
    if (type_id, context) in made:
        return made[type_id, context]
    function = btf.type(type_id)
    prototype = btf.type(function.type) if isinstance(function, types.Func) else None
    if (not isinstance(function, types.Func) or function.linkage != types.GLOBAL
            or not isinstance(prototype, types.FuncProto)):
        return 0
    parameters = list(prototype.parameters)
    changed = False
    for place in places:
        if place < len(parameters) and _is_open(btf, parameters[place][1], context):
            structure = btf.add(types.Struct(context, 0, []))
            parameters[place] = (parameters[place][0], btf.add(types.Ptr("", structure)))
            changed = True
    if not changed:
        return 0
    number = btf.add(types.Func(function.name, btf.add(types.FuncProto(prototype.result, parameters)), types.GLOBAL))
    made[type_id, context] = number
    return number


def _is_open(btf: Btf, type_id: int, context: str) -> bool:
    """Whether a parameter is a pointer to what says nothing about the context: void, or a number for raw tracepoints,
    registers for kprobes."""
    pointer = btf.resolve(type_id)[1]
    if not isinstance(pointer, types.Ptr):
        return False
    target = btf.resolve(pointer.type)[1]
    if isinstance(target, types.Void):
        return True
    if context == "bpf_raw_tracepoint_args":
        return isinstance(target, types.Int) and target.size == 8
    named = btf.type(pointer.type)
    return context == "bpf_user_pt_regs_t" and target.name == "pt_regs" and named.name != "bpf_user_pt_regs_t"
