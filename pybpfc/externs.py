"""What the kernel provides by name: values of its configuration and variables of its own.

`HZ: u32 = kconfig("CONFIG_HZ", u32)` and `jiffies: u64 = ksym("jiffies", u64)` stand at module level; programs read
them, nobody writes them. The loader finds them when the program is loaded.

Source: `__kconfig` and `__ksym` of libbpf's bpf_helpers.h.
"""

from __future__ import annotations

import enum
import re
import sys
from typing import TYPE_CHECKING, Any

from pybpfc_runtime.values import DeclarationError

from .declarations import GlobalVariable
from .intrinsics import intrinsic

if TYPE_CHECKING:
    from types import FrameType

__all__ = ["KERNEL_VERSION", "bpf_ksym_exists", "kconfig", "ksym", "libbpf_tristate"]

# Values that the loader knows without a configuration file.
_VIRTUAL = ("LINUX_KERNEL_VERSION", "LINUX_HAS_BPF_COOKIE", "LINUX_HAS_SYSCALL_WRAPPER")


class libbpf_tristate(enum.IntEnum):
    """A value of the configuration that is `n`, `y` or `m`: `kconfig("CONFIG_NET_SCHED", libbpf_tristate)`."""

    TRI_NO = 0
    TRI_YES = 1
    TRI_MODULE = 2


class ExternVariable(GlobalVariable):
    """A name that the kernel provides."""

    __slots__ = ("optional", "symbol", "type")

    def __init__(self, section: str, symbol: str, type_: Any, optional: bool, frame: FrameType) -> None:
        super().__init__(section, 0, frame)
        self.symbol = symbol  # its name in the kernel
        self.type = type_  # as written in the call; None for an address
        self.optional = optional  # the kernel may lack it

    def __repr__(self) -> str:
        return f"<{self.section[1:]} {self.symbol}>"


def kconfig(name: str, type_: Any, *, optional: bool = False) -> Any:
    """A value of the kernel's configuration, or `LINUX_KERNEL_VERSION`.

    Args:
        name: "CONFIG_HZ".
        type_: bool for `y`, libbpf_tristate for `y` or `m`, u8 for a character, an integer of 16 to 64 bits, or
            `Annotated[Str, n]` for text. The annotation of the module-level name is the same.
        optional: 0 (False, "") where the configuration lacks it; else the program is not loaded there.

    Raises:
        DeclarationError: no configuration value has such a name.
    """
    if not isinstance(name, str) or not (re.fullmatch(r"CONFIG_\w+", name, re.ASCII) or name in _VIRTUAL):
        raise DeclarationError(f"kconfig takes a name such as 'CONFIG_HZ', or one of {', '.join(_VIRTUAL)}, "
                               f"not {name!r}")
    return ExternVariable(".kconfig", name, type_, optional, sys._getframe(1))


def ksym(name: str, type_: Any = None, *, optional: bool = False) -> Any:
    """A variable of the kernel, or without a type the address of a symbol, a u64.

    A scalar is read where its name stands, a struct is a reference. Of a per-CPU variable `bpf_this_cpu_ptr(x)` and
    `bpf_per_cpu_ptr(x, cpu)` give the one of a processor.

    Args:
        name: "jiffies".
        type_: of the variable: an integer type, or a kernel struct. The annotation is the same.
        optional: the kernel may lack it: its address is then 0, and `bpf_ksym_exists(x)` False.

    Raises:
        DeclarationError: it is no name of C.
    """
    if not isinstance(name, str) or not re.fullmatch(r"[A-Za-z_]\w*", name, re.ASCII):
        raise DeclarationError(f"ksym takes the name of a kernel variable, as in ksym('jiffies', u64), not {name!r}")
    return ExternVariable(".ksyms", name, type_, optional, sys._getframe(1))


@intrinsic
def bpf_ksym_exists(symbol: Any) -> bool:
    """Whether the target kernel has a symbol that was declared with `ksym(..., optional=True)`."""
    raise TypeError("bpf_ksym_exists() has a meaning only inside a BPF program")


@intrinsic
def KERNEL_VERSION(major: int, minor: int, patch: int) -> int:
    """A version as LINUX_KERNEL_VERSION holds it: `KERNEL_VERSION(6, 1, 0)`."""
    return (major << 16) + (minor << 8) + min(patch, 255)
