"""Writes what type checkers see of the tables: ``helpers.pyi`` and the context classes."""

from __future__ import annotations

import keyword
import re
import textwrap

from .. import availability
from ..contexts import by_name, names
from ..helpers import all_helpers, declaration, summary
from ..program_kinds import all_kinds
from ..rows import Argument, Context, ContextField, Helper, Result, ResultKind, Role

_INTEGERS = ("be16", "be32", "be64", "s32", "s64", "u8", "u16", "u32", "u64")
_HEADERS = ("iphdr", "ipv6hdr", "tcphdr")
_OBJECTS = ("bpf_dynptr", "bpf_timer", "bpf_spin_lock")
# A trusted kernel socket serves where bpf_sock is asked for, and any field that holds a kptr.
_ANYTHING = ("bpf_sock", "kptr")


def helpers() -> str:
    """The text of ``pybpfc/helpers.pyi``."""
    functions = [_function(row) for row in all_helpers() if row.name != "bpf_spin_lock"]
    printk = _function(next(row for row in all_helpers() if row.name == "bpf_trace_printk"))
    functions.insert(0, printk.replace("def bpf_trace_printk", "def bpf_printk"))
    body = "\n".join(functions)
    code = re.sub(r'""".*?"""', "", body, flags=re.S)
    used = set(re.findall(r"\w+", code))
    imports = [
        "from collections.abc import Callable",
        "from typing import Any, TypeAlias",
        "",
        "from pybpfc_runtime.values import Array, Ptr, Str, Struct, "
        + ", ".join(name for name in _INTEGERS if name in used),
        "",
        "from . import contexts, kernel_objects, net, uapi",
        "from .kernel_objects import bpf_spin_lock as bpf_spin_lock",
        "from .kfuncs import bpf_preempt_enable as bpf_preempt_enable",
        "from .kfuncs import bpf_rcu_read_unlock as bpf_rcu_read_unlock",
        "from .maps import Map",
        "from .scopes import bpf_preempt_disable as bpf_preempt_disable",
        "from .scopes import bpf_rcu_read_lock as bpf_rcu_read_lock",
    ]
    return "\n".join([
        '"""Signatures of the helpers as a program calls them: sizes left out, trailing flags 0.',
        "",
        "Written by ``python -m pybpfc.tables.generate`` from the helper table. Types of the kernel are `Any` here.",
        '"""',
        "",
        *imports,
        "",
        "_Writable: TypeAlias = Str | Array[Any] | Struct | Ptr[Any]",
        "_Readable: TypeAlias = Str | Array[Any] | Struct | Ptr[Any] | str | bytes | int",
        "",
        body,
        "",
    ])


def _function(row: Helper) -> str:
    parameters: list[str] = []
    visible = [argument for argument in row.arguments if argument.role is not Role.SIZE_OF]
    if row.variadic:
        visible = [argument for argument in visible if argument.role is not Role.IN_BUFFER]
    for index, argument in enumerate(visible):
        trailing = all(following.optional for following in visible[index:])
        default = (" = None" if argument.nullable else " = 0") if argument.optional and trailing else ""
        name = f"{argument.name}_" if keyword.iskeyword(argument.name) else argument.name
        parameters.append(f"{name}: {_parameter_type(argument)}{default}")
    head = f"def {row.name}({', '.join(parameters)}) -> {_result_type(row.result)}:"
    if len(head) > 118:
        head = f"def {row.name}(\n    {', '.join(parameters)}\n) -> {_result_type(row.result)}:"
    return f'{head}\n{_documentation(row)}\n'


def _documentation(row: Helper) -> str:
    notes = [f"Since Linux {row.since}."]
    if row.gpl_only:
        notes.append("Needs a GPL-compatible LICENSE.")
    if row.may_sleep:
        notes.append("Sleepable programs only.")
    text = f"{summary(row.name)}\n\nIn C: {declaration(row.name)}\n{' '.join(notes)}".replace("\\", "\\\\")
    paragraphs = [textwrap.fill(line, 112) if line else "" for line in text.split("\n")]
    return textwrap.indent('"""' + "\n".join(paragraphs) + '\n"""', "    ")


def _parameter_type(argument: Argument) -> str:
    fixed = {
        Role.CONTEXT: "object", Role.MAP: "Map[Any, Any]", Role.MAP_KEY: "object", Role.MAP_VALUE: "object",
        Role.IN_BUFFER: "_Readable", Role.OUT_BUFFER: "_Writable", Role.STRING: "str", Role.FORMAT: "str",
        Role.UNSAFE_ADDRESS: "object", Role.USER_ADDRESS: "object", Role.CALLBACK: "Callable[..., int]",
        Role.PER_CPU_SYMBOL: "object",
        Role.CALLBACK_CONTEXT: "object", Role.OUT_SCALAR: f"Ptr[{argument.type}]", Role.TRUSTED: "Any",
        Role.RECORD: "object", Role.SCALAR: argument.type, Role.WIRE: argument.type,
        Role.CONSTANT: argument.type, Role.FLAGS: argument.type,
        Role.STRUCT: "object" if argument.type in _ANYTHING else _struct(argument.type),
        Role.OUT_STRUCT: _struct(argument.type),
    }
    found = fixed[argument.role]
    return f"{found} | None" if argument.nullable and found != "object" else found


def _result_type(result: Result) -> str:
    if result.kind is ResultKind.VOID:
        return "None"
    found = {ResultKind.SCALAR: result.type, ResultKind.STRUCT: f"contexts.{result.type}"}.get(result.kind, "Any")
    return f"{found} | None" if result.nullable else found


def _struct(name: str) -> str:
    """A struct with its module: functions of the same name exist (bpf_fib_lookup)."""
    module = "net" if name in _HEADERS else "kernel_objects" if name in _OBJECTS else "uapi"
    return f"{module}.{name}"


_TITLES = {
    "__sk_buff": "A packet in a socket buffer: tc, socket, cgroup_skb, sk_skb, lwt, flow dissector programs.",
    "xdp_md": "A frame before the network stack: XDP programs.",
    "bpf_sock": "A socket: cgroup_sock programs, and what the socket lookups return.",
    "bpf_tcp_sock": "A TCP socket: what bpf_tcp_sock() returns.",
    "bpf_sock_addr": "An address that a process binds, connects or sends to: cgroup_bind4 and its like.",
    "bpf_sock_ops": "An event of a TCP connection: sockops programs.",
    "bpf_sk_lookup": "The choice of a socket for a connection or datagram: sk_lookup programs.",
    "sk_msg_md": "A message on a socket: sk_msg programs.",
    "sk_reuseport_md": "The choice of a socket in a reuseport group: sk_reuseport programs.",
    "bpf_sockopt": "A getsockopt or setsockopt call: cgroup_getsockopt, cgroup_setsockopt programs.",
    "bpf_sysctl": "A read or write of a sysctl: cgroup_sysctl programs.",
    "bpf_cgroup_dev_ctx": "An access to a device: cgroup_dev programs.",
    "bpf_perf_event_data": "A sample of a perf event: perf_event programs.",
    "bpf_flow_keys": "What a flow dissector fills in.",
    "bpf_nf_ctx": "A packet at a netfilter hook: netfilter programs.",
    "bpf_raw_tracepoint_args": "The raw arguments of a tracepoint: raw_tracepoint programs.",
    "pt_regs": "The registers at a probe: kprobe, uprobe, usdt and ksyscall programs. The target decides which exist.",
}
_ALIASES = {"sk_buff_ctx": "__sk_buff", "bpf_netfilter_ctx": "bpf_nf_ctx"}


def contexts() -> str:
    """The text of ``pybpfc/contexts.py``."""
    rows = {name: by_name(name) for name in names() if "." not in name}
    merged = {name: _fields(name, row) for name, row in rows.items()}
    classes = [_context_class(name, fields) for name, fields in merged.items()]
    used = {field.type for fields in merged.values() for field in fields}
    integers = [name for name in _INTEGERS if name in used or any(f"[{name}" in type_ for type_ in used)]
    exported = sorted({*rows, *_ALIASES, "Cursor"})
    return "\n".join([
        '"""The contexts: the type of a program\'s first argument, under its kernel name.',
        "",
        "Written by ``python -m pybpfc.tables.generate`` from the context table, which also knows offsets and what",
        f"each program type may write; layouts are those of Linux {availability.KERNEL}. Fields that hold network",
        "order are be types whatever the header says. In a class body Python mangles `__sk_buff`: write `sk_buff_ctx`.",
        '"""',
        "",
        "from __future__ import annotations",
        "",
        "from typing import TYPE_CHECKING, Any, ClassVar",
        "",
        "from pybpfc_runtime.values import Addressed",
        "",
        "from .cursor import Cursor",
        "",
        "if TYPE_CHECKING:",
        f"    from pybpfc_runtime.values import Array, {', '.join(integers)}",
        "",
        "__all__ = [",
        *(f'    "{name}",' for name in exported),
        "]",
        "",
        "",
        "\n\n\n".join(classes),
        "",
        "",
        *(f"{alias} = {name}" for alias, name in _ALIASES.items()),
        "",
    ])


def _fields(name: str, row: Context) -> list[ContextField]:
    """The fields of a context; of pt_regs, those of every processor."""
    found = {field.name: field for field in row.fields}
    for other in names():
        if other.startswith(f"{name}."):
            found = {field.name: field for field in by_name(other).fields} | found
    return list(found.values())


def _context_class(name: str, fields: list[ContextField]) -> str:
    lines = [f"class {name}(Addressed):", f'    """{_TITLES[name]}"""', "",
             f'    __pybpfc_context__: ClassVar[str] = "{name}"', ""]
    lines += [f"    {field.name}: {_field_type(field)}" for field in fields]
    if any(kind.context == name and kind.packet for kind in all_kinds()):
        lines += ["", "    def cursor(self) -> Cursor:", '        """A cursor at the start of the packet."""',
                  '        raise TypeError("cursor() has a meaning only inside a BPF program")']
    return "\n".join(lines)


def _field_type(field: ContextField) -> str:
    if field.type.startswith("packet"):
        return "u64"
    array = re.fullmatch(r"Array\[(\w+), \d+\]", field.type)
    if array:
        return f"Array[{array[1]}]"
    if field.type in ("nf_hook_state", "sk_buff"):
        return "Any"
    return f"{field.type} | None" if field.nullable else field.type
