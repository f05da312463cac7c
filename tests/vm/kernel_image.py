"""The types of a kernel out of its compressed image, without running it.

Source: Documentation/arch/x86/boot.rst for the header (`setup_sects`, `payload_offset`, `payload_length`);
elf(5) for what is inside.
"""

from __future__ import annotations

import lzma
import os
import struct
import subprocess
from collections.abc import Iterator
from pathlib import Path

from support.machine import needs_tool, write_atomically

from .kernels import Kernel, cache_folder, exclusive

_SECTOR = 512
_SETUP_SECTS, _MAGIC, _PAYLOAD = 0x1F1, 0x202, 0x248  # offsets of the header's fields
_DEFAULT_SECTORS = 4  # what a setup_sects of 0 means
_LZ4_LEGACY = b"\x02\x21\x4c\x18"
_LENGTH = 4  # bytes behind the payload's data: its length before compression


def types_of(kernel: Kernel) -> Path:
    """The file with a kernel's BTF, raw as in /sys/kernel/btf/vmlinux; in the cache from the first time on."""
    folder = cache_folder() / "btf"
    folder.mkdir(exist_ok=True)
    target = folder / f"{kernel.release}.btf"
    with exclusive("btf"):
        if not target.exists():
            write_atomically(target, section(decompressed(kernel.vmlinuz.read_bytes()), ".BTF"))
    os.utime(target)
    return target


def decompressed(image: bytes) -> bytes:
    """The vmlinux inside a bzImage."""
    assert image[_MAGIC : _MAGIC + 4] == b"HdrS", "no bzImage"
    start = ((image[_SETUP_SECTS] or _DEFAULT_SECTORS) + 1) * _SECTOR
    offset, length = struct.unpack_from("<II", image, _PAYLOAD)
    payload = image[start + offset : start + offset + length]
    (size,) = struct.unpack("<I", payload[-_LENGTH:])
    if payload.startswith(b"\xfd7zXZ"):
        data = lzma.LZMADecompressor(lzma.FORMAT_XZ).decompress(payload[:-_LENGTH])
    elif payload.startswith(b"\x28\xb5\x2f\xfd"):
        data = subprocess.run([needs_tool("zstd"), "-dcq"], input=payload[:-_LENGTH], capture_output=True,
                              check=True).stdout
    elif payload.startswith(_LZ4_LEGACY):
        data = b"".join(_lz4_blocks(payload[len(_LZ4_LEGACY) : -_LENGTH]))
    else:
        raise AssertionError(f"a kernel compressed in a way that is not known here: {payload[:6].hex()}")
    assert len(data) == size, f"{len(data)} bytes of {size}"
    return data


def _lz4_blocks(data: bytes) -> Iterator[bytes]:
    """The blocks of a frame of LZ4's legacy format: each a length and a block."""
    at = 0
    while at < len(data):
        (length,) = struct.unpack_from("<I", data, at)
        yield _lz4_block(data[at + 4 : at + 4 + length])
        at += 4 + length


def _lz4_block(data: bytes) -> bytes:
    """One block: literals and copies from what came out so far, in turn; it ends with literals.

    Source: lz4_Block_format.md of the LZ4 project.
    """
    out = bytearray()
    at, end = 0, len(data)
    while at < end:
        token = data[at]
        at += 1
        length = token >> 4
        if length == 15:
            more = 255
            while more == 255:
                more = data[at]
                at += 1
                length += more
        out += data[at : at + length]
        at += length
        if at >= end:
            break
        distance = data[at] | data[at + 1] << 8
        at += 2
        length = token & 15
        if length == 15:
            more = 255
            while more == 255:
                more = data[at]
                at += 1
                length += more
        length += 4
        start = len(out) - distance
        if distance >= length:
            out += out[start : start + length]
        else:  # the copy overlaps itself: a pattern is repeated
            out += (out[start:] * (length // distance + 1))[:length]
    return bytes(out)


def section(elf: bytes, name: str) -> bytes:
    """The contents of a section of a 64-bit little-endian ELF file."""
    assert elf[:6] == b"\x7fELF\x02\x01"
    (table,) = struct.unpack_from("<Q", elf, 0x28)
    entry, count, names = struct.unpack_from("<HHH", elf, 0x3A)
    headers = [struct.unpack_from("<IIQQQQ", elf, table + number * entry) for number in range(count)]
    texts = headers[names][4]
    for header in headers:
        start = texts + header[0]
        if elf[start : elf.index(0, start)] == name.encode():
            return elf[header[4] : header[4] + header[5]]
    raise AssertionError(f"no section {name}: the kernel is built without it")
