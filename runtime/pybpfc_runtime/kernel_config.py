"""The running kernel's configuration: CONFIG_* values, and LINUX_* values that come from elsewhere.

Source: `__kconfig` in bpf_helpers.h and what libbpf documents about it; Kconfig's file format;
/boot/config-RELEASE and /proc/config.gz (CONFIG_IKCONFIG_PROC).
"""

from __future__ import annotations

import os
import re
import struct
import sys
from functools import cache
from typing import TYPE_CHECKING

from . import features
from .errors import KernelSymbolError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .externs import Extern

PROC_CONFIG = "/proc/config.gz"
_SIGNATURE = "/proc/version_signature"  # Ubuntu: the version that its kernel is based on
_LARGEST = 16 << 20  # bytes of a configuration, unpacked
_TRISTATE = {"n": 0, "y": 1, "m": 2}  # enum libbpf_tristate
_LINUX = ("LINUX_KERNEL_VERSION", "LINUX_HAS_BPF_COOKIE", "LINUX_HAS_SYSCALL_WRAPPER")


def config_contents(externs: Mapping[str, Extern], overrides: Mapping[str, str], size: int) -> bytes:
    """The bytes of the map `.kconfig`.

    Args:
        externs: by name; those that are no configuration values are passed over.
        overrides: values as in a configuration file (`y`, `"text"`, `100`) that count instead of the kernel's.
        size: of the map's value.

    Raises:
        KernelSymbolError: a value is missing and not weak, or does not fit its type.
    """
    contents = bytearray(size)
    for extern in externs.values():
        if extern.kind == "config":
            try:
                contents[extern.offset : extern.offset + extern.size] = _value(extern, overrides)
            except KernelSymbolError as error:
                error.symbol = extern.name
                raise
    return bytes(contents)


def _value(extern: Extern, overrides: Mapping[str, str]) -> bytes:
    text = overrides.get(extern.name)
    if text is not None:
        data: bytes | None = config_value(extern, text)
    elif extern.name.startswith("CONFIG_"):
        text = kernel_config().get(extern.name)
        data = config_value(extern, text) if text is not None else None
    else:
        data = _linux_value(extern)
    if data is None and not extern.weak:
        raise _missing(extern)
    return data or bytes(extern.size)


def _missing(extern: Extern) -> KernelSymbolError:
    if not extern.name.startswith("CONFIG_"):
        return KernelSymbolError(f"__kconfig value {extern.name} is not known",
                                 help=f"there are CONFIG_* and {', '.join(_LINUX)}; declare others __weak")
    if not kernel_config():
        return KernelSymbolError(f"{extern.name} is needed, but this system does not show its kernel's configuration",
                                 help=f"provide {boot_config()}, or set spec.kconfig[{extern.name!r}] before load()")
    return KernelSymbolError(f"the configuration of this kernel, {os.uname().release}, does not set {extern.name}",
                             help="declare it __weak to read 0 where it is not set")


def boot_config() -> str:
    return f"/boot/config-{os.uname().release}"


@cache
def kernel_config() -> dict[str, str]:
    """The CONFIG_* values that are set, as written; empty where the system shows none."""
    for path in (boot_config(), PROC_CONFIG):
        try:
            with open(path, "rb") as file:
                data = file.read(_LARGEST)
        except OSError:
            continue
        if data[:2] == b"\x1f\x8b":
            import zlib

            data = zlib.decompressobj(wbits=31).decompress(data, _LARGEST)
        return parse_config(data.decode("utf-8", "replace"))
    return {}


def parse_config(text: str) -> dict[str, str]:
    """The assignments of a configuration file."""
    return dict(re.findall(r"^(CONFIG_\w+)=(.+)$", text, re.MULTILINE))


def config_value(extern: Extern, text: str) -> bytes:
    """A value as written in a configuration, in the bytes of its type.

    Raises:
        KernelSymbolError: it does not fit.
    """
    if text in _TRISTATE:
        return _letter(extern, text)
    if text.startswith('"'):
        if extern.format != "string" or len(text) < 2 or not text.endswith('"'):
            raise _misfit(extern, text)
        return text[1:-1].encode()[: extern.size - 1].ljust(extern.size, b"\0")  # longer text is cut, as libbpf does
    number = _number(text)
    if number is None or extern.format not in ("integer", "char"):
        raise _misfit(extern, text)
    return _integer(extern, number, text)


def _letter(extern: Extern, letter: str) -> bytes:
    if extern.format == "bool" and letter != "m":
        return bytes([letter == "y"])
    if extern.format == "tristate":
        return struct.pack("=I", _TRISTATE[letter]).ljust(extern.size, b"\0")
    if extern.format == "char":
        return letter.encode()
    raise _misfit(extern, letter)


def _number(text: str) -> int | None:
    """As strtoull(3) with base 0 reads it; None for what is no number."""
    match = re.fullmatch(r"([+-]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)", text)
    if match is None:
        return None
    digits = match[2]
    number = int(digits, 8 if re.fullmatch(r"0[0-7]+", digits) else 0)
    return None if number >> 64 else -number if match[1] == "-" else number


def _integer(extern: Extern, number: int, text: str) -> bytes:
    bits = extern.size * 8
    low, high = (-(1 << bits - 1), 1 << bits - 1) if extern.signed else (0, 1 << bits)
    if not low <= number < high and bits < 64:
        raise _misfit(extern, text)
    return (number & (1 << bits) - 1).to_bytes(extern.size, sys.byteorder)


def _misfit(extern: Extern, text: str) -> KernelSymbolError:
    declared = f"{extern.size}-byte {extern.format}" if extern.format in ("integer", "string") else extern.format
    wanted = ("an enum libbpf_tristate" if text == "m" else "a char array" if text.startswith('"') else
              "a bool or an enum libbpf_tristate" if text in _TRISTATE else "an integer that is wide enough")
    return KernelSymbolError(f"{extern.name} is declared as a {declared}, but its value here is {text}",
                             help=f"declare it as {wanted}")


def _linux_value(extern: Extern) -> bytes | None:
    if extern.name == "LINUX_KERNEL_VERSION":
        number = kernel_version()
    elif extern.name == "LINUX_HAS_BPF_COOKIE":
        number = int(features.has_bpf_cookie())
    elif extern.name == "LINUX_HAS_SYSCALL_WRAPPER":
        number = int(features.syscall_wrapper() is not None)
    elif extern.name.startswith("LINUX_"):
        return None  # of a newer libbpf: a weak one is 0
    else:
        raise _missing(extern)
    if extern.format == "bool" and number <= 1:
        return bytes([number])
    if extern.format not in ("integer", "char"):
        raise _misfit(extern, str(number))
    return _integer(extern, number, str(number))


def kernel_version() -> int:
    """KERNEL_VERSION(major, minor, patch) of the running kernel, as libbpf determines it for distributions' kernels."""
    uname = os.uname()
    texts = [uname.version.partition("Debian ")[2], uname.release]
    try:
        with open(_SIGNATURE, encoding="ascii", errors="replace") as file:
            texts.insert(0, file.read().split()[-1])
    except (OSError, IndexError):
        pass  # not Ubuntu's kernel
    for text in texts:
        match = re.match(r"(\d+)\.(\d+)\.(\d+)", text)
        if match:
            major, minor, patch = map(int, match.groups())
            return (major << 16) + (minor << 8) + min(patch, 255)
    raise KernelSymbolError(f"the kernel's version is not to be read from its release {uname.release!r}")
