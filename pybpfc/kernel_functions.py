"""Prototypes of kernel functions from BTF: what probes, tracepoints, hooks and kfuncs take and return.

Source: Documentation/bpf/btf.rst for the types; include/linux/bpf.h for the `bpf_lsm_`, `bpf_iter_` and
`btf_trace_` prefixes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pybpfc_runtime.btf import types

from . import kernel_btf

if TYPE_CHECKING:
    from pybpfc_runtime.layout import AnyType


class Prototype(NamedTuple):
    """What a function takes and returns.

    Attributes:
        parameters: (name, type) in order; names may be "". What `...` stands for is not among them.
        result: None for void.
        shown: parameters and result as C writes them, `int (int dfd, struct filename *name)`.
    """

    parameters: tuple[tuple[str, AnyType], ...]
    result: AnyType | None
    shown: str = ""


def prototype(name: str, kernel: kernel_btf.KernelBtf | None = None) -> Prototype | None:
    """The prototype of a kernel function; None where the kernel's types have no function of this name.

    Args:
        kernel: whose types to ask instead of those that were chosen.

    Raises:
        BtfError: the types are corrupt.
    """
    kernel = kernel or kernel_btf.current()
    function = _function(kernel, name)
    return None if function is None else _prototype(kernel, function.type)


def of_signature(signature: Signature) -> Prototype:
    """The prototype that a signature means."""
    kernel = signature.kernel
    described = signature.prototype
    parameters = tuple((name, kernel.types.value_type(number)) for name, number in described.parameters if number)
    _, result = kernel.btf.resolve(described.result)
    return Prototype(parameters,
                     None if isinstance(result, types.Void) else kernel.types.value_type(described.result),
                     c_prototype(kernel, "", signature.type_id))


def tracepoint(name: str) -> Prototype | None:
    """The arguments of a tracepoint as tp_btf and raw_tp.w programs get them, from its `btf_trace_` typedef.

    Args:
        name: "sched_switch".
    """
    kernel = kernel_btf.current()
    typedef = kernel.btf.find(types.BTF_KIND_TYPEDEF, f"btf_trace_{name}")
    if typedef is None:
        return None
    _, pointer = kernel.btf.resolve(typedef)
    if not isinstance(pointer, types.Ptr):
        return None
    found = _prototype(kernel, pointer.type)
    # the first parameter is the tracepoint's own, `void *__data`
    if found is None:
        return None
    _, _, behind = found.shown.partition("(")
    _, comma, arguments = behind.partition(", ")
    return Prototype(found.parameters[1:], None, f"({arguments}" if comma else "(void)")


def lsm_hook(name: str) -> Prototype | None:
    """The arguments of a security hook, "file_open", from its `bpf_lsm_` function."""
    return prototype(f"bpf_lsm_{name}")


def iterator(name: str) -> Prototype | None:
    """The arguments of a BPF iterator, "task", from its `bpf_iter_` function: they are members of its context."""
    return prototype(f"bpf_iter_{name}")


class Signature:
    """A function's type where the kernel's BTF has it.

    Attributes:
        kernel: whose types they are.
        type_id: of the FUNC_PROTO.
    """

    __slots__ = ("kernel", "type_id")

    def __init__(self, kernel: kernel_btf.KernelBtf, type_id: int) -> None:
        self.kernel = kernel
        self.type_id = type_id

    @property
    def prototype(self) -> types.FuncProto:
        found = self.kernel.btf.type(self.type_id)
        assert isinstance(found, types.FuncProto)  # only such a type is kept
        return found


def callable_signature(name: str) -> Signature | None:
    """The type of a function that BPF programs may call, from the kernel's BTF or, where that lacks it, the snapshot's.

    Kernels before 6.10 do not say which functions these are: there the table of kernel functions says it. A function
    that was renamed has the type that it has under its other name.
    """
    from .tables import kfuncs as table

    current = kernel_btf.current()
    kernels = (current, *((kernel_btf.snapshot(),) if current.source != kernel_btf.SNAPSHOT else ()))
    for spelled in filter(None, (name, table.other_name(name))):
        for kernel in kernels:
            number = kernel.btf.find(types.BTF_KIND_FUNC, spelled)
            function = kernel.btf.type(number) if number is not None else None
            if isinstance(function, types.Func) and (table.known(spelled) or number in _tagged(kernel)):
                return Signature(kernel, function.type)
    return None


def kfunc(name: str) -> Prototype | None:
    """The prototype of a function that BPF programs may call; None where the kernel does not mark it as one.

    Whether it acquires, releases, or may return NULL is not in BTF.
    """
    kernel = kernel_btf.current().btf
    function = kernel.find(types.BTF_KIND_FUNC, name)
    return prototype(name) if function is not None and function in _tagged(kernel_btf.current()) else None


def kfuncs() -> list[str]:
    """The names of the functions that BPF programs may call, sorted. Empty for kernels before 6.10, which mark none."""
    kernel = kernel_btf.current().btf
    return sorted({kernel.type(function).name for function in _tagged(kernel_btf.current())})


def _tagged(kernel: kernel_btf.KernelBtf) -> frozenset[int]:
    """The functions with the declaration tag `bpf_kfunc`, which pahole writes from 1.26 on."""
    found = kernel.functions
    if found is None:
        found = kernel.functions = frozenset(
            tag.type for number in kernel.btf.ids_named("bpf_kfunc")
            if isinstance(tag := kernel.btf.type(number), types.DeclTag) and tag.component < 0)
    return found


def _function(kernel: kernel_btf.KernelBtf, name: str) -> types.Func | None:
    number = kernel.btf.find(types.BTF_KIND_FUNC, name)
    function = kernel.btf.type(number) if number is not None else None
    return function if isinstance(function, types.Func) else None


def _prototype(kernel: kernel_btf.KernelBtf, type_id: int) -> Prototype | None:
    return of_signature(Signature(kernel, type_id)) if isinstance(kernel.btf.type(type_id), types.FuncProto) else None


def shown_prototype(name: str, found: Prototype) -> str:
    """A prototype under a name: `int do_unlinkat(int dfd, struct filename *name)`."""
    result, parenthesis, arguments = found.shown.partition("(")
    return f"{result}{' ' if result and result[-1:] not in ' *' else ''}{name}{parenthesis}{arguments}"


def c_prototype(kernel: kernel_btf.KernelBtf, name: str, type_id: int) -> str:
    """A function as C declares it: `int do_unlinkat(int dfd, struct filename *name)`."""
    described = kernel.btf.type(type_id)
    assert isinstance(described, types.FuncProto)
    shown = [_declarator(kernel.types.c_name(number), parameter) if number else "..."
             for parameter, number in described.parameters]
    return _declarator(kernel.types.c_name(described.result), f"{name}({', '.join(shown) or 'void'})")


def _declarator(type_: str, name: str) -> str:
    return f"{type_}{name}" if type_.endswith("*") else f"{type_} {name}".rstrip()
