"""How programs call kernel functions: from a prototype in BTF to the roles of its arguments.

What the types do not say is in the names of the parameters, whose endings the kernel's verifier reads
(Documentation/bpf/kfuncs.rst; `is_kfunc_arg_...` in kernel/bpf/verifier.c): `__sz` is the size of the argument before
it, `__k` a constant, `__ign` nobody's business, `__nullable` may be NULL, `__iter` the iterator of a loop, `__arena` an
address in the program's arena, which the JIT makes the kernel's.
"""

from __future__ import annotations

from typing import NamedTuple

from pybpfc_runtime.btf import types

from . import kernel_btf, kernel_functions
from .kernel_functions import Signature
from .record import replace
from .tables import kfuncs as table
from .tables.map_kinds import HEADS
from .tables.rows import Argument, Helper, KernelFunction, Result, ResultKind, Role

# Endings of parameter names that only the verifier reads; the source knows the name without them.
_ENDINGS = ("__sz", "__szk", "__k", "__ign", "__opt", "__arena__nullable", "__nullable", "__str", "__const_str",
            "__uninit", "__alloc", "__refcounted_kptr", "__map", "__const_map", "__prog", "__iter", "__irq_flag",
            "__arena", "__nonown_allowed")

# A constant argument of this name says how much memory the result leads to (is_kfunc_arg_scalar_with_name()).
_SIZES_OF_RESULT = ("rdonly_buf_size", "rdwr_buf_size")

# Contexts, by the struct that a prototype names.
_CONTEXTS = frozenset(("xdp_md", "__sk_buff", "bpf_nf_ctx", "bpf_sock_addr", "bpf_sock_ops", "bpf_sockopt"))

# Kernel objects that live in the program's memory: the program's own types of these names are meant.
_OBJECTS = frozenset(("bpf_dynptr", "bpf_timer", "bpf_wq", "bpf_list_head", "bpf_list_node", "bpf_rb_root",
                      "bpf_rb_node", "bpf_res_spin_lock", "bpf_task_work", "bpf_refcount"))


_OBJECT = "object"

# Where a function keeps whether interrupts were on: an `unsigned long` of the caller's that only it may touch.
IRQ_FLAGS = "IrqFlags"


class Callable(NamedTuple):
    """A kernel function as a program calls it.

    Attributes:
        row: its arguments with their roles, in the shape that helper calls have.
        function: what is called.
        problem: why the language cannot call it; "" where it can.
    """

    row: Helper
    function: KernelFunction
    problem: str = ""


def describe(name: str) -> str | None:
    """The prototype of a kernel function in C, for documentation and messages; None where there is none."""
    signature = kernel_functions.callable_signature(name)
    if signature is None and name in table.MACROS:
        return describe(f"{name}_impl")
    if signature is not None:
        return kernel_functions.c_prototype(signature.kernel, name, signature.type_id)
    built_in = table.built_in(name)
    return None if built_in is None else f"{built_in.result} {name}({', '.join(built_in.arguments)})"


def unknown(name: str) -> str:
    """The message for a name that is no kernel function."""
    import difflib

    from . import helpers

    kernel = kernel_btf.current()
    if name in dir(helpers):
        return f"{name} is a helper, one of the functions that are called by number, and pybpfc.helpers has it"
    if kernel.btf.find(types.BTF_KIND_FUNC, name) is not None:
        return (f"{name} is a function of the kernel ({kernel.source}), but not one that BPF programs may call; "
                "kernels mark those with `bpf_kfunc`")
    near = difflib.get_close_matches(name, kernel_functions.kfuncs(), n=3)
    hint = kernel_btf.module_hint(name) or (f"did you mean {' or '.join(near)}?" if near else
        "`pybpfc.helpers` has the older functions; functions of modules need the BTF of a kernel that has them")
    return f"the kernel has no function called {name} that BPF programs may call ({kernel.source}); {hint}"


def by_name(name: str) -> Callable | None:
    """How to call a kernel function; None for a name that is none.

    Raises:
        BtfError: the kernel's types are corrupt.
    """
    signature = kernel_functions.callable_signature(name)
    if signature is None and name in table.MACROS:
        return by_name(f"{name}_impl")
    if signature is None:
        built_in = table.built_in(name)
        return None if built_in is None or built_in.arguments else Callable(
            Helper(name, 0, (), Result(ResultKind.VOID)), built_in)
    flags = table.flags(name)
    arguments, problem = _arguments(signature)
    if name.startswith("bpf_percpu_obj"):
        arguments = (replace(arguments[0], type="percpu"), *arguments[1:])
    result = _result(signature, flags, arguments)
    problem = table.REFUSED.get(name, "") or problem
    problem = problem or ("its result is a pointer without a type" if result is None else "")
    struct = result.type if result is not None and result.kind is ResultKind.TRUSTED else ""
    section = table.SECTION_OF.get(name)
    acquires = struct if "ACQUIRE" in flags else ""
    releases = ""
    if section is not None:
        acquires, releases = (section.kind, "") if name == section.enter else ("", section.kind)
    taken = table.TAKES.get(table.plain(name))
    released, lends = (taken.position, taken.lends) if taken is not None else (0, False)
    if result is not None and result.kind in (ResultKind.OBJECT, ResultKind.NODE):
        acquires, lends = _OBJECT, "ACQUIRE" not in flags
    elif taken is not None:
        releases = _OBJECT
    elif "RELEASE" in flags and section is None:
        releases = arguments[0].type or name
        arguments = (Argument(arguments[0].name, Role.RECORD, arguments[0].type), *arguments[1:])
    function = KernelFunction(name, tuple(argument.type for argument in arguments), since=table.since(name),
                              flags=flags, acquires=acquires, releases=releases, released=released, lends=lends,
                              locked=bool(arguments) and arguments[0].type in HEADS,
                              fails=section is not None and section.fails and bool(acquires),
                              arena=any(argument.role is Role.ARENA for argument in arguments), prototype=signature)
    row = Helper(table.plain(name), 0, arguments, result or Result(ResultKind.VOID), since=function.since)
    return Callable(row, function, problem)


def _arguments(signature: Signature) -> tuple[tuple[Argument, ...], str]:
    """The roles of the parameters, and why one of them cannot be passed."""
    found: list[Argument] = []
    problem = ""
    parameters = signature.prototype.parameters
    for position, (name, type_id) in enumerate(parameters):
        following = parameters[position + 1][0] if position + 1 < len(parameters) else ""
        argument = _argument(signature, name, type_id, position, following)
        if argument is None:
            problem = problem or f"the language has no way to pass its argument `{name}`"
            argument = Argument(name, Role.UNUSED)
        found.append(argument)
    last = next((index for index in reversed(range(len(found))) if found[index].role is not Role.UNUSED), 0)
    if found and found[last].name == "flags" and found[last].role is Role.SCALAR:
        found[last] = replace(found[last], optional=True)  # as of helpers, trailing flags are 0 where left out
    return tuple(found), problem


def _argument(signature: Signature, name: str, type_id: int, position: int, following: str) -> Argument | None:
    plain = next((name.removesuffix(ending) for ending in _ENDINGS if name.endswith(ending)), name)
    kernel = signature.kernel
    _, type_ = kernel.btf.resolve(type_id)
    if name == "local_type_id__k":
        return Argument("type", Role.LOCAL_TYPE)
    if name == "btf_id__k":
        return Argument("type", Role.KERNEL_TYPE)
    if not isinstance(type_, types.Ptr):
        scalar = scalar_name(kernel, type_id)
        if name == "off" and "node" in [each for each, _ in signature.prototype.parameters]:
            return Argument(name, Role.UNUSED, scalar)  # where the node field is: the verifier knows it from the head
        if name.endswith(("__sz", "__szk")):
            return Argument(name, Role.SIZE_OF, scalar, of=position - 1)
        constant = name.endswith("__k") or name in _SIZES_OF_RESULT
        return Argument(plain, Role.CONSTANT if constant else Role.SCALAR, scalar) if scalar else None
    if name.endswith("__prog") or name == "meta__ign":
        return Argument(name, Role.UNUSED)
    if name.endswith("__irq_flag"):
        return Argument(plain, Role.STRUCT, IRQ_FLAGS)
    nullable = name.endswith(("__nullable", "__opt"))
    if name.endswith("__ign"):
        return Argument(plain, Role.ANY_ADDRESS, nullable=True)
    if name.endswith(("__str", "__const_str")):
        return Argument(plain, Role.STRING)
    if name.endswith(("__map", "__const_map")):
        return Argument(plain, Role.MAP)
    _, target = kernel.btf.resolve(type_.type)
    if name.endswith("__iter"):
        kind = getattr(target, "name", "").removeprefix("bpf_iter_")
        return Argument(plain, Role.ITERATOR, kind) if kind in table.ITERATORS else None
    if name.endswith(("__arena", "__arena__nullable")):
        content = target.name if isinstance(target, (types.Struct, types.Union_, types.Fwd)) else \
            scalar_name(kernel, type_.type)
        return Argument(plain, Role.ARENA, content, nullable=nullable) if content else None
    if isinstance(target, types.Void) and name == "ctx":
        return Argument(plain, Role.CONTEXT)
    if isinstance(target, types.Void) and name.endswith(("__alloc", "__refcounted_kptr")):
        return Argument(plain, Role.OBJECT)
    if isinstance(target, types.FuncProto) and name in ("callback", "callback_fn", "less"):
        return Argument(plain, Role.CALLBACK)
    if following.endswith(("__sz", "__szk")):
        role = Role.IN_BUFFER if _is_const(kernel, type_.type) else Role.OUT_BUFFER
        return Argument(plain, role, nullable=name.endswith("__nullable"))
    if isinstance(target, (types.Struct, types.Union_, types.Fwd)):
        if target.name in _CONTEXTS:
            return Argument(plain, Role.CONTEXT)
        if target.name in table.NODES:
            return Argument(plain, Role.NODE, target.name)
        if target.name in _OBJECTS:
            return Argument(plain, Role.STRUCT, target.name, nullable=nullable)
        if target.name == "bpf_map":
            return Argument(plain, Role.MAP)
        return Argument(plain, Role.TRUSTED, target.name, nullable=nullable) if target.name else None
    scalar = scalar_name(kernel, type_.type)
    if scalar:
        return Argument(plain, Role.OUT_SCALAR, scalar)
    return None


def _result(signature: Signature, flags: frozenset[str], arguments: tuple[Argument, ...]) -> Result | None:
    kernel = signature.kernel
    _, type_ = kernel.btf.resolve(signature.prototype.result)
    nullable = "RET_NULL" in flags
    if "ARENA_RET" in flags:
        return Result(ResultKind.SCALAR, "u64")  # `void *`; only the arena's own `at` says what is there
    if isinstance(type_, types.Void):
        return Result(ResultKind.VOID)
    if not isinstance(type_, types.Ptr):
        scalar = scalar_name(kernel, signature.prototype.result)
        return Result(ResultKind.SCALAR, scalar) if scalar else None
    _, target = kernel.btf.resolve(type_.type)
    if arguments and arguments[0].role in (Role.LOCAL_TYPE, Role.OBJECT):
        return Result(ResultKind.OBJECT, arguments[0].type, nullable)
    if isinstance(target, types.Struct) and target.name in table.NODES:
        return Result(ResultKind.NODE, target.name, nullable=nullable)
    if isinstance(target, (types.Struct, types.Union_, types.Fwd)):
        kind = ResultKind.UNTRUSTED if "UNTRUSTED" in flags else ResultKind.TRUSTED
        return Result(kind, target.name, nullable=nullable)
    if any(argument.name in _SIZES_OF_RESULT for argument in arguments):
        return Result(ResultKind.MEMORY, nullable=nullable)
    scalar = scalar_name(kernel, type_.type)
    if scalar:
        return Result(ResultKind.MEMORY, scalar, nullable=nullable)
    if any(argument.role in (Role.IN_BUFFER, Role.OUT_BUFFER) for argument in arguments):
        return Result(ResultKind.MEMORY, nullable=nullable)
    if any(argument.role is Role.KERNEL_TYPE for argument in arguments):
        return Result(ResultKind.READABLE)
    if isinstance(target, types.Void):
        return Result(ResultKind.SCALAR, "u64")  # a number to the verifier too, as everywhere in the language
    return None


def scalar_name(kernel: kernel_btf.KernelBtf, type_id: int) -> str:
    """A scalar type in the language's words; "" for what is none."""
    from pybpfc_runtime.layout import EnumType, IntegerType

    if isinstance(kernel.btf.resolve(type_id)[1], (types.Void, types.FuncProto)):
        return ""
    found = kernel.types.value_type(type_id)
    if isinstance(found, EnumType):
        found = found.base
    return found.name if isinstance(found, IntegerType) else ""


def _is_const(kernel: kernel_btf.KernelBtf, type_id: int) -> bool:
    type_ = kernel.btf.type(type_id)
    while isinstance(type_, (types.Const, types.Volatile, types.Restrict, types.TypeTag, types.Typedef)):
        if isinstance(type_, types.Const):
            return True
        type_ = kernel.btf.type(type_.type)
    return False
