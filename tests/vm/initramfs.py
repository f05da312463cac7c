"""The file system of a guest, as cpio archives: user space, modules of one kernel, one job.

The kernel unpacks archives that stand one behind the other as if they were one, so that the two large ones are made
once and kept, and only the job is new each time. Nothing is compressed: unpacking is slow under emulation.

Source: Documentation/driver-api/early-userspace/buffer-format.rst (the "newc" format).
"""

from __future__ import annotations

import hashlib
import json
import lzma
import os
import re
import shutil
import stat
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from .kernels import FetchError, Kernel, cache_folder, exclusive

# What the tests need and a cloud kernel has as modules.
MODULES = ("veth", "cls_bpf", "cls_matchall", "act_bpf", "sch_ingress", "nf_conntrack", "vsock_loopback", "ipvlan")
APPLETS = ("sh", "mount", "insmod", "cat", "stty", "timeout", "poweroff")
# Left out of the standard library: what no test needs and what drags in large libraries.
_LEFT_OUT = {"test", "tests", "idlelib", "tkinter", "turtledemo", "ensurepip", "lib2to3", "site-packages",
             "dist-packages", "pydoc_data", "distutils", "sqlite3", "curses", "dbm", "unittest", "xmlrpc"}
_EXTENSIONS_LEFT_OUT = re.compile(
    r"(_tkinter|_sqlite3|_ssl|_hashlib|_curses\w*|_dbm|_gdbm|nis|readline|_test\w*|_x?xtest\w*|xx\w+|_codecs_\w+|"
    r"ossaudiodev|_crypt|_xxsubinterpreters)\.")
_DAY = 24 * 3600  # seconds
_INIT = Path(__file__).with_name("init.sh")


class MissingTool(FetchError):
    """A program that guests are made of is not on this machine."""


class Entry(NamedTuple):
    """What an archive holds at one path.

    Attributes:
        mode: type and permissions, as in stat(2).
        data: the contents of a file, the target of a symbolic link.
        mtime: in seconds; Python compares it with what a .pyc file says.
        device: of a device node.
    """

    mode: int
    data: bytes = b""
    mtime: int = 1
    device: tuple[int, int] = (0, 0)


class Archive:
    """A cpio archive under construction: paths to entries, the folders above each made by themselves."""

    def __init__(self) -> None:
        self.entries: dict[str, Entry] = {}

    def folder(self, path: str) -> None:
        parts = path.strip("/").split("/")
        for end in range(1, len(parts) + 1):
            self.entries.setdefault("/".join(parts[:end]), Entry(stat.S_IFDIR | 0o755))

    def add(self, path: str, entry: Entry) -> None:
        """Put an entry at a path, unless something is there."""
        path = path.strip("/")
        if "/" in path:
            self.folder(path.rpartition("/")[0])
        self.entries.setdefault(path, entry)

    def text(self, path: str, text: str, mode: int = 0o644) -> None:
        self.add(path, Entry(stat.S_IFREG | mode, text.encode()))

    def link(self, path: str, target: str) -> None:
        self.add(path, Entry(stat.S_IFLNK | 0o777, target.encode()))

    def file(self, source: Path, path: str | None = None) -> None:
        """A file of this machine, by default at its own path; a symbolic link on the way there is kept."""
        real = source.resolve()
        about = real.stat()
        where = path or str(real)
        self.add(where, Entry(stat.S_IFREG | about.st_mode & 0o777, real.read_bytes(), int(about.st_mtime)))
        beside = Path(os.path.realpath(source.parent)) / source.name
        if path is None and beside != real:
            self.link(str(beside), str(real))

    def executable(self, source: Path) -> None:
        """A program or shared object and the libraries it is linked with."""
        self.file(source)
        done = subprocess.run(["ldd", str(source)], capture_output=True, text=True, check=False)
        for library in re.findall(r"(/\S+)", done.stdout if done.returncode == 0 else ""):
            self.file(Path(library))

    def encode(self) -> bytes:
        """The archive, padded so that another may follow."""
        parts = [_record(number, path, entry) for number, (path, entry) in enumerate(self.entries.items(), 1)]
        parts.append(_record(0, "TRAILER!!!", Entry(0)))
        data = b"".join(parts)
        return data + bytes(-len(data) % 512)


def _record(number: int, path: str, entry: Entry) -> bytes:
    name = path.encode() + b"\0"
    links = 2 if stat.S_ISDIR(entry.mode) else 1
    fields = (number, entry.mode, 0, 0, links, entry.mtime, len(entry.data), 0, 0, *entry.device, len(name), 0)
    head = b"070701" + b"".join(b"%08X" % field for field in fields) + name
    return head + bytes(-len(head) % 4) + entry.data + bytes(-len(entry.data) % 4)


def user_space() -> Path:
    """The archive with busybox, ip, the Python of the tests and init; made once for each combination.

    Raises:
        MissingTool: busybox or ip is not there.
    """
    busybox = _tool("busybox", "busybox-static")
    ip = _tool("ip", "iproute2")
    python = Path(getattr(sys, "_base_executable", sys.executable)).resolve()
    parts = [Path(__file__), _INIT, busybox, ip, python]
    key = hashlib.sha256(json.dumps([[str(path), path.stat().st_mtime] for path in parts]).encode()).hexdigest()[:16]
    return _cached(f"user-{sys.version_info.major}.{sys.version_info.minor}-{key}.cpio",
                   lambda: _user_space(busybox, ip, python))


def _user_space(busybox: Path, ip: Path, python: Path) -> Archive:
    archive = Archive()
    for path in ("proc", "sys", "dev", "tmp", "run", "root", "var/tmp"):
        archive.folder(path)
    archive.add("dev/console", Entry(stat.S_IFCHR | 0o600, device=(5, 1)))
    for path in ("lib", "lib64"):
        if os.path.islink(f"/{path}"):  # /usr merged: libraries are found through the same links
            archive.link(path, os.readlink(f"/{path}"))
    archive.file(busybox, "bin/busybox")
    for applet in APPLETS:
        archive.link(f"bin/{applet}", "/bin/busybox")
    archive.executable(ip)
    archive.link("bin/ip", str(ip.resolve()))
    archive.executable(python)
    archive.link("bin/python3", str(python))
    _standard_library(archive, Path(sysconfig.get_path("stdlib")))
    archive.text("etc/passwd", "root:x:0:0::/root:/bin/sh\n")
    archive.text("etc/group", "root:x:0:\n")
    if Path("/etc/ld.so.cache").is_file():
        archive.file(Path("/etc/ld.so.cache"))  # as on this machine: names to paths, for find_binary() too
    archive.add("init", Entry(stat.S_IFREG | 0o755, _INIT.read_bytes()))
    return archive


def _standard_library(archive: Archive, library: Path) -> None:
    for folder, folders, files in os.walk(library):
        folders[:] = [name for name in folders if name not in _LEFT_OUT and not name.startswith("config-")]
        for name in files:
            path = Path(folder) / name
            if name.endswith(".py") or (name.endswith(".pyc") and ".opt-" not in name):
                archive.file(path)
            elif ".so" in name and not _EXTENSIONS_LEFT_OUT.match(name):
                archive.executable(path)


def kernel_modules(kernel: Kernel) -> Path:
    """The archive with the kernel's configuration, the modules of MODULES, those they depend on, and their order."""
    key = hashlib.sha256(repr((MODULES, Path(__file__).stat().st_mtime)).encode()).hexdigest()[:16]
    return _cached(f"modules-{kernel.release}-{key}.cpio", lambda: _kernel_modules(kernel))


def _kernel_modules(kernel: Kernel) -> Archive:
    there = {_module_name(path): path for path in kernel.modules.rglob("*.ko*")}
    order: dict[str, bytes] = {}

    def want(name: str) -> None:
        if name in order or name not in there:
            return  # not there: built in
        data = there[name].read_bytes()
        if there[name].suffix == ".xz":
            data = lzma.decompress(data)
        depends = re.search(rb"\0depends=([^\0]*)\0", data)
        for needed in (depends[1].decode() if depends else "").split(","):
            want(needed.replace("-", "_"))
        order[name] = data

    for name in MODULES:
        want(name)
    archive = Archive()
    for name, data in order.items():
        archive.add(f"modules/{name}.ko", Entry(stat.S_IFREG | 0o644, data))
    for name in (f"config-{kernel.release}", "config"):
        if (kernel.vmlinuz.parent / name).is_file():
            archive.file(kernel.vmlinuz.parent / name, f"boot/config-{kernel.release}")
    archive.text("modules/order", "".join(f"{name}\n" for name in order))
    return archive


def _module_name(path: Path) -> str:
    return path.name.partition(".ko")[0].replace("-", "_")


def job(files: Mapping[str, bytes], trees: Iterable[tuple[Path, str]]) -> bytes:
    """The archive of one job.

    Args:
        files: path below /job to contents.
        trees: folders (or single files) with Python modules, each with where it goes below /job; .pyc files go along,
            as compiling is slow in a guest.
    """
    archive = Archive()
    for path, data in files.items():
        archive.add(f"job/{path}", Entry(stat.S_IFREG | 0o644, data))
    for source, target in trees:
        if source.is_file():
            archive.file(source, f"job/{target}")
        for module in sorted(source.rglob("*.py*")) if source.is_dir() else ():
            if module.suffix in (".py", ".pyc"):
                archive.file(module, f"job/{target}/{module.relative_to(source)}")
    return archive.encode()


def _tool(name: str, package: str) -> Path:
    found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if found is None:
        raise MissingTool(f"needs the program {name}: apt-get install {package}")
    return Path(found)


def _cached(name: str, make: Callable[[], Archive]) -> Path:
    """An archive in the cache; those of its kind that are a day old go when a new one is made: another run may still
    want a younger one."""
    folder = cache_folder() / "initramfs"
    folder.mkdir(exist_ok=True)
    path = folder / name
    with exclusive("initramfs"):
        if path.is_file():
            return path
        for old in folder.glob(name.rpartition("-")[0] + "-*.cpio"):
            if time.time() - old.stat().st_mtime > _DAY:
                old.unlink()
        temporary = path.with_suffix(".new")
        temporary.write_bytes(make().encode())
        os.replace(temporary, path)
    return path
