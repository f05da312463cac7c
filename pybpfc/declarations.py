"""What a program declares beside maps and structs: its functions and its global variables.

The decorators wrap the Python function in a `Function`, which the compiler finds in the module's namespace;
the body is compiled, never run by Python. Sources: libbpf's SEC() table for the program kinds, the kernel's
bpf_verifier documentation for static and global subprograms.
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeVar, overload

from pybpfc_runtime.values import DeclarationError

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType, FunctionType

__all__ = [
    "DeclarationError",
    "Function",
    "GlobalVariable",
    "action",
    "callback",
    "cgroup_bind4",
    "cgroup_bind6",
    "cgroup_connect4",
    "cgroup_connect6",
    "cgroup_connect_unix",
    "cgroup_dev",
    "cgroup_getpeername4",
    "cgroup_getpeername6",
    "cgroup_getpeername_unix",
    "cgroup_getsockname4",
    "cgroup_getsockname6",
    "cgroup_getsockname_unix",
    "cgroup_getsockopt",
    "cgroup_post_bind4",
    "cgroup_post_bind6",
    "cgroup_recvmsg4",
    "cgroup_recvmsg6",
    "cgroup_recvmsg_unix",
    "cgroup_sendmsg4",
    "cgroup_sendmsg6",
    "cgroup_sendmsg_unix",
    "cgroup_setsockopt",
    "cgroup_skb",
    "cgroup_skb_egress",
    "cgroup_skb_ingress",
    "cgroup_sock",
    "cgroup_sock_create",
    "cgroup_sock_release",
    "cgroup_sysctl",
    "classifier",
    "data",
    "fentry",
    "fexit",
    "flow_dissector",
    "fmod_ret",
    "freplace",
    "fsession",
    "global_subprog",
    "inline",
    "iter_",
    "kprobe",
    "kprobe_multi",
    "kprobe_session",
    "kretprobe",
    "kretprobe_multi",
    "kretsyscall",
    "ksyscall",
    "lirc_mode2",
    "lsm",
    "lsm_cgroup",
    "lwt_in",
    "lwt_out",
    "lwt_seg6local",
    "lwt_xmit",
    "netfilter",
    "netkit_peer",
    "netkit_primary",
    "perf_event",
    "raw_tracepoint",
    "raw_tracepoint_writable",
    "rodata",
    "section",
    "sk_lookup",
    "sk_msg",
    "sk_reuseport",
    "sk_reuseport_migrate",
    "sk_skb",
    "sk_skb_stream_parser",
    "sk_skb_stream_verdict",
    "sk_skb_verdict",
    "socket",
    "sockops",
    "struct_ops",
    "subprog",
    "syscall",
    "tc",
    "tcx_egress",
    "tcx_ingress",
    "tp_btf",
    "tracepoint",
    "uprobe",
    "uprobe_multi",
    "uprobe_session",
    "uretprobe",
    "uretprobe_multi",
    "usdt",
    "xdp",
    "xdp_cpumap",
    "xdp_cpumap_frags",
    "xdp_devmap",
    "xdp_devmap_frags",
    "xdp_frags",
]

_ASYNC = 0x80 | 0x200  # CO_COROUTINE and CO_ASYNC_GENERATOR of `inspect`, which takes milliseconds to import

_F = TypeVar("_F", bound="Callable[..., Any]")
_T = TypeVar("_T")


_CALLED = ("subprog", "global_subprog", "inline", "callback")


class Function:
    """A decorated function: kept with everything that is needed to compile it."""

    __slots__ = ("__weakref__", "arguments", "function", "kind", "locals", "name", "section", "target")

    def __init__(self, function: FunctionType, kind: str, *, name: str | None = None,
                 arguments: tuple[str, ...] = (), section: str | None = None,
                 locals: dict[str, Any] | None = None, target: Function | None = None) -> None:
        self.function = function
        self.target = target  # of @freplace: the function that it takes the place of
        self.kind = kind  # "subprog", "global_subprog", "inline", "callback", or a program's decorator
        self.name = name or function.__name__
        self.arguments = arguments  # of the decorator: the traced function, the tracepoint, ...
        self.section = section  # overrides the kind's own, from @section
        self.locals = locals or {}  # the defining frame's: annotations resolve with them

    @property
    def is_program(self) -> bool:
        return self.kind not in _CALLED

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        raise TypeError(f"{self.name} is compiled for the kernel: Python cannot call it "
                        "(load the object, then use test_run or attach)")

    def __repr__(self) -> str:
        return f"<@{self.kind} {self.name}>"


def _wrap(function: Any, kind: str, frame: FrameType, **options: Any) -> Function:
    if isinstance(function, Function):
        raise DeclarationError(f"{function.name} is already @{function.kind}: one decorator a function")
    if isinstance(function, str):
        raise DeclarationError(f"@{kind} takes no target: where it runs is said when it is attached, as in "
                               f"`attach(interface={function!r})`")
    if not hasattr(function, "__code__"):
        raise DeclarationError(f"@{kind} takes a function, not {type(function).__name__}")
    if function.__name__ == "<lambda>":
        raise DeclarationError(f"@{kind} takes a function that `def` defines: a lambda is not compiled")
    if function.__code__.co_flags & _ASYNC:
        raise DeclarationError(f"{function.__name__} is an async function: a BPF program never waits, write `def`")
    name = options.get("name")
    if name is not None and not (isinstance(name, str) and re.fullmatch(r"[A-Za-z_]\w*", name, re.ASCII)):
        raise DeclarationError(f"@{kind}: name is a C identifier such as 'count_packets', not {name!r}")
    if not (name or function.__name__).isascii() and kind != "inline":
        way_out = "" if kind in _CALLED else ', or name it for the kernel by `name="..."`'
        raise DeclarationError(f"@{kind}: {function.__name__} is no name for the kernel, which takes ASCII letters, "
                               f"digits and underscores: rename it{way_out}")
    outer = frame.f_locals
    return Function(function, kind, locals={} if outer is frame.f_globals else dict(outer), **options)


class _Plain(Protocol):
    """A decorator that needs no target: `@xdp` or `@xdp(name="...")`."""

    @overload
    def __call__(self, function: _F, /) -> _F: ...
    @overload
    def __call__(self, /, *, name: str | None = None) -> Callable[[_F], _F]: ...


class _Targeted(Protocol):
    """A decorator that names what it attaches to: `@tracepoint("syscalls", "sys_enter_openat")`."""

    @overload
    def __call__(self, function: _F, /) -> _F: ...
    @overload
    def __call__(self, /, *target: str, name: str | None = None) -> Callable[[_F], _F]: ...


class _Sleepable(Protocol):
    """Such a decorator whose programs may sleep, where they say so: `@fentry("do_exit", sleepable=True)`."""

    @overload
    def __call__(self, function: _F, /) -> _F: ...
    @overload
    def __call__(self, /, *target: str, name: str | None = None, sleepable: bool = False) -> Callable[[_F], _F]: ...


def _plain(kind: str) -> _Plain:
    def decorator(function: Any = None, /, *, name: str | None = None) -> Any:
        frame = sys._getframe(1)
        if function is not None:
            return _wrap(function, kind, frame, name=name)  # with a name: `xdp(function, name=...)`, or by `partial`
        return lambda function: _wrap(function, kind, sys._getframe(1), name=name)

    decorator.__name__ = decorator.__qualname__ = kind
    decorator.__doc__ = f"Declare a BPF program of kind `{kind}`; `name=` names it in the object."
    return decorator


def _targeted(kind: str) -> _Targeted:
    def decorator(*target: Any, name: str | None = None) -> Any:
        if len(target) == 1 and hasattr(target[0], "__code__"):
            # the target is optional: without one it is chosen when the program is attached
            return _wrap(target[0], kind, sys._getframe(1), name=name)
        replaced = target[0] if kind == "freplace" and len(target) == 1 and isinstance(target[0], Function) else None
        if replaced is not None:
            return lambda function: _wrap(function, kind, sys._getframe(1), name=name, arguments=(replaced.name,),
                                          target=replaced)
        for item in target:
            if not isinstance(item, str):
                raise DeclarationError(f"@{kind} takes the names of what it attaches to as strings, not {item!r}")
        return lambda function: _wrap(function, kind, sys._getframe(1), name=name, arguments=target)

    decorator.__name__ = decorator.__qualname__ = kind
    decorator.__doc__ = f"Declare a BPF program of kind `{kind}` on the target named; `name=` names it in the object."
    return decorator


def _sleepable(kind: str) -> _Sleepable:
    awake, asleep = _targeted(kind), f"{kind.rstrip('_')}_s"

    def decorator(*target: Any, name: str | None = None, sleepable: bool = False) -> Any:
        if not sleepable or not isinstance(sleepable, bool):
            if sleepable is not False:
                raise DeclarationError(f"@{kind}: sleepable is True or False, not {sleepable!r}")
            if len(target) == 1 and hasattr(target[0], "__code__"):
                return _wrap(target[0], kind, sys._getframe(1), name=name)
            return awake(*target, name=name)
        for item in target:
            if not isinstance(item, str):
                raise DeclarationError(f"@{kind} takes the names of what it attaches to as strings, not {item!r}")
        return lambda function: _wrap(function, asleep, sys._getframe(1), name=name, arguments=target)

    decorator.__name__ = decorator.__qualname__ = kind
    decorator.__doc__ = (f"Declare a BPF program of kind `{kind}` on the target named; `name=` names it in the object, "
                         "`sleepable=True` lets it sleep.")
    return decorator


def section(text: str, *, name: str | None = None) -> Callable[[_F], _F]:
    """Declare a program by its ELF section, for a kind that has no decorator of its own.

    Args:
        text: the section as libbpf's SEC() spells it, such as `"tc"` or `"kprobe/do_unlinkat"`.
        name: the program's name in the object; the function's by default.
    """
    if not isinstance(text, str) or not text:
        given = repr(text) if isinstance(text, str) else f"a {type(text).__name__}"
        raise DeclarationError(f'@section takes the section\'s name, as in @section("tc"), not {given}')
    return lambda function: _wrap(  # type: ignore[return-value]
        function, "section", sys._getframe(1), name=name, section=text)


subprog = _plain("subprog")
global_subprog = _plain("global_subprog")
inline = _plain("inline")
callback = _plain("callback")


class GlobalVariable:
    """A global that programs and user space share; the module-level annotation is its type."""

    __slots__ = ("defined_at", "initial", "module", "name", "section")

    def __init__(self, section: str, initial: Any, frame: FrameType) -> None:
        self.section = section  # ".rodata" or ".data"; an all-zero .data variable is written to .bss
        self.initial = initial
        self.module = frame.f_globals
        self.name: str | None = None  # bound by the compiler, from the module-level name
        self.defined_at = (frame.f_code.co_filename, frame.f_lineno)

    def __repr__(self) -> str:
        return f"<{self.section[1:]} variable {self.name or '?'}>"


# Beside values of the variable's own type: 0 zeroes anything, text fills a Str, a tuple or bytes an array.
@overload
def rodata(initial: Literal[0] | str | bytes | tuple[Any, ...]) -> Any: ...
@overload
def rodata(initial: _T) -> _T: ...
def rodata(initial: Any) -> Any:
    """A constant that the loader may set before load: in C, `const volatile`.

    Args:
        initial: the value unless user space sets another (`spec.rodata.NAME = ...`).
    """
    return GlobalVariable(".rodata", initial, sys._getframe(1))


@overload
def data(initial: Literal[0] | str | bytes | tuple[Any, ...]) -> Any: ...
@overload
def data(initial: _T) -> _T: ...
def data(initial: Any) -> Any:
    """A variable that programs and user space both read and write while the program runs.

    Args:
        initial: its value at load; zeroes go to .bss.
    """
    return GlobalVariable(".data", initial, sys._getframe(1))


# One decorator for each row of tables/program_kinds.py; a test holds the two together.
socket = _plain("socket")
sk_reuseport = _plain("sk_reuseport")
sk_reuseport_migrate = _plain("sk_reuseport_migrate")
xdp = _plain("xdp")
xdp_frags = _plain("xdp_frags")
xdp_devmap = _plain("xdp_devmap")
xdp_devmap_frags = _plain("xdp_devmap_frags")
xdp_cpumap = _plain("xdp_cpumap")
xdp_cpumap_frags = _plain("xdp_cpumap_frags")
tc = _plain("tc")
tcx_ingress = _plain("tcx_ingress")
tcx_egress = _plain("tcx_egress")
classifier = _plain("classifier")
action = _plain("action")
netkit_primary = _plain("netkit_primary")
netkit_peer = _plain("netkit_peer")
perf_event = _plain("perf_event")
syscall = _plain("syscall")
lwt_in = _plain("lwt_in")
lwt_out = _plain("lwt_out")
lwt_xmit = _plain("lwt_xmit")
lwt_seg6local = _plain("lwt_seg6local")
sockops = _plain("sockops")
sk_skb_stream_parser = _plain("sk_skb_stream_parser")
sk_skb_stream_verdict = _plain("sk_skb_stream_verdict")
sk_skb_verdict = _plain("sk_skb_verdict")
sk_skb = _plain("sk_skb")
sk_msg = _plain("sk_msg")
lirc_mode2 = _plain("lirc_mode2")
flow_dissector = _plain("flow_dissector")
sk_lookup = _plain("sk_lookup")
netfilter = _plain("netfilter")
cgroup_skb = _plain("cgroup_skb")
cgroup_skb_ingress = _plain("cgroup_skb_ingress")
cgroup_skb_egress = _plain("cgroup_skb_egress")
cgroup_sock_create = _plain("cgroup_sock_create")
cgroup_sock_release = _plain("cgroup_sock_release")
cgroup_sock = _plain("cgroup_sock")
cgroup_post_bind4 = _plain("cgroup_post_bind4")
cgroup_post_bind6 = _plain("cgroup_post_bind6")
cgroup_bind4 = _plain("cgroup_bind4")
cgroup_bind6 = _plain("cgroup_bind6")
cgroup_connect4 = _plain("cgroup_connect4")
cgroup_connect6 = _plain("cgroup_connect6")
cgroup_connect_unix = _plain("cgroup_connect_unix")
cgroup_sendmsg4 = _plain("cgroup_sendmsg4")
cgroup_sendmsg6 = _plain("cgroup_sendmsg6")
cgroup_sendmsg_unix = _plain("cgroup_sendmsg_unix")
cgroup_recvmsg4 = _plain("cgroup_recvmsg4")
cgroup_recvmsg6 = _plain("cgroup_recvmsg6")
cgroup_recvmsg_unix = _plain("cgroup_recvmsg_unix")
cgroup_getpeername4 = _plain("cgroup_getpeername4")
cgroup_getpeername6 = _plain("cgroup_getpeername6")
cgroup_getpeername_unix = _plain("cgroup_getpeername_unix")
cgroup_getsockname4 = _plain("cgroup_getsockname4")
cgroup_getsockname6 = _plain("cgroup_getsockname6")
cgroup_getsockname_unix = _plain("cgroup_getsockname_unix")
cgroup_sysctl = _plain("cgroup_sysctl")
cgroup_getsockopt = _plain("cgroup_getsockopt")
cgroup_setsockopt = _plain("cgroup_setsockopt")
cgroup_dev = _plain("cgroup_dev")

kprobe = _targeted("kprobe")
kretprobe = _targeted("kretprobe")
kprobe_multi = _targeted("kprobe_multi")
kretprobe_multi = _targeted("kretprobe_multi")
kprobe_session = _targeted("kprobe_session")
uprobe = _sleepable("uprobe")
uretprobe = _sleepable("uretprobe")
uprobe_multi = _sleepable("uprobe_multi")
uretprobe_multi = _sleepable("uretprobe_multi")
uprobe_session = _sleepable("uprobe_session")
ksyscall = _targeted("ksyscall")
kretsyscall = _targeted("kretsyscall")
usdt = _sleepable("usdt")
tracepoint = _targeted("tracepoint")
raw_tracepoint = _targeted("raw_tracepoint")
raw_tracepoint_writable = _targeted("raw_tracepoint_writable")
tp_btf = _targeted("tp_btf")
fentry = _sleepable("fentry")
fexit = _sleepable("fexit")
fmod_ret = _sleepable("fmod_ret")
fsession = _sleepable("fsession")
freplace = _targeted("freplace")
lsm = _sleepable("lsm")
lsm_cgroup = _targeted("lsm_cgroup")
iter_ = _sleepable("iter_")
struct_ops = _sleepable("struct_ops")
