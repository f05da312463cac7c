"""The kernels that the tests run on: which series there are, and how the newest of each gets into a cache.

The kernels are Debian's `linux-image-*-cloud-amd64`: small, with BTF, kprobes, ftrace and the bpf security module.
They come from the machine's own mirror through a private apt configuration, made from the machine's source files with
the suite replaced; nothing is installed. Mirrors drop old versions, so a series is named and no version is pinned.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

_DAY = 24 * 3600  # seconds
_LOOK_AGAIN = 7 * _DAY  # after this a cached kernel is compared with what the mirror has
_SOURCES = "/etc/apt/sources.list", "/etc/apt/sources.list.d"


class Series(NamedTuple):
    """A series of kernels, of which the newest is taken.

    Attributes:
        name: how its versions begin: "6.1", or "7" for the newest 7.x.
        suites: of Debian, in which its versions are.
        optional: its suites are not those of the machine that this is for, Debian 12: an archived suite, or backports,
            which replace their kernels. A mirror may have none of the series.
    """

    name: str
    suites: tuple[str, ...]
    optional: bool = False


SERIES: Mapping[str, Series] = {series.name: series for series in (
    Series("5.10", ("bullseye", "bullseye-security"), optional=True),
    Series("6.1", ("bookworm", "bookworm-security")),
    Series("6.12", ("bookworm", "bookworm-security", "trixie", "trixie-security")),
    Series("6.18", ("trixie-backports",), optional=True),
    Series("7", ("trixie-backports",), optional=True),
)}


class Kernel(NamedTuple):
    """A kernel in the cache.

    Attributes:
        release: as uname(1) says it.
        vmlinuz: the image.
        modules: the folder below which its modules are.
    """

    release: str
    vmlinuz: Path
    modules: Path


class FetchError(Exception):
    """No kernel of a series can be had; the message says why."""


def cache_folder() -> Path:
    """$PYBPFC_VM_CACHE, or ~/.cache/pybpfc-test (as $XDG_CACHE_HOME has it); made where it is missing."""
    named = os.environ.get("PYBPFC_VM_CACHE")
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = Path(named) if named else base / "pybpfc-test"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextlib.contextmanager
def exclusive(name: str) -> Iterator[None]:
    """Only one process of this machine is in a block of that name."""
    with open(cache_folder() / f"{name}.lock", "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def one_of(name: str, count: int) -> Iterator[None]:
    """At most `count` processes of this machine are in a block of that name."""
    with contextlib.ExitStack() as stack:
        files = [stack.enter_context(open(cache_folder() / f"{name}-{number}.lock", "w")) for number in range(count)]
        while True:
            for file in files:
                with contextlib.suppress(BlockingIOError):
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    yield
                    return
            time.sleep(0.2)


def fetch(series: Series) -> Kernel:
    """The newest kernel of a series: the cached one for a week, then what the mirror has.

    Raises:
        FetchError: there is none in the cache, and none can be fetched.
    """
    with exclusive("fetch"):
        cached = _cached(series)
        if cached is not None and time.time() - cached.stat().st_mtime < _LOOK_AGAIN:
            return _kernel(cached)
        try:
            newest = _download(series)
        except FetchError:
            if cached is None:
                raise
            return _kernel(cached)  # without a network the tests go on with what there is
        if cached is not None and cached != newest:
            shutil.rmtree(cached)
        os.utime(newest)
        return _kernel(newest)


def _release_order(release: str) -> list[int]:
    """Sorts 6.1.0-9 before 6.1.0-56, and 6.12.9+deb13 before 6.12.117+deb12."""
    return [int(number) for number in re.findall(r"\d+", release)]


def _is_of(series: Series, release: str) -> bool:
    return re.fullmatch(rf"{re.escape(series.name)}\.\d[\w.+-]*-cloud-amd64", release) is not None


def _cached(series: Series) -> Path | None:
    folder = cache_folder() / "kernels"
    found = [path for path in folder.glob("*-cloud-amd64") if _is_of(series, path.name)]
    return max(found, key=lambda path: _release_order(path.name), default=None)


def _kernel(folder: Path) -> Kernel:
    """The parts of an unpacked package; releases differ in where they put them."""
    release = folder.name
    images = (folder / "boot" / f"vmlinuz-{release}", folder / "usr/lib/modules" / release / "vmlinuz")
    trees = (folder / "lib/modules" / release, folder / "usr/lib/modules" / release)
    image = next((path for path in images if path.is_file()), None)
    modules = next((path for path in trees if (path / "kernel").is_dir()), None)
    if image is None or modules is None:
        raise FetchError(f"{folder} is incomplete: remove it, and the next run fetches it again")
    return Kernel(release, image, modules)


def _download(series: Series) -> Path:
    """Fetch the newest kernel of a series, unless it is in the cache; its folder."""
    missing = [tool for tool in ("apt-get", "apt-cache", "dpkg") if shutil.which(tool) is None]
    if missing:
        raise FetchError(f"kernels come as Debian packages, and this machine has no {', '.join(missing)}")
    with contextlib.ExitStack() as stack:
        options = _apt_options(series)
        names = _run("apt-cache", *options, "search", "--names-only", r"^linux-(image|binary)-.*-cloud-amd64$")
        packages = {line.split()[0] for line in names.splitlines() if line}
        releases = [package.removeprefix("linux-image-") for package in packages
                    if _is_of(series, package.removeprefix("linux-image-"))]
        if not releases:
            raise FetchError(f"the mirror has no kernel of series {series.name} in {', '.join(series.suites)}")
        release = max(releases, key=_release_order)
        target = cache_folder() / "kernels" / release
        if target.is_dir():
            return target
        # from 6.19 on linux-image-* only depends on the two that hold the image and the modules
        split = f"linux-binary-{release}" in packages
        wanted = [f"linux-binary-{release}", f"linux-modules-{release}"] if split else [f"linux-image-{release}"]
        target.parent.mkdir(exist_ok=True)
        work = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=target.parent)))
        _run("apt-get", *options, "-q", "download", *wanted, cwd=work)
        for package in work.glob("*.deb"):
            _run("dpkg", "-x", str(package), str(work / release))
        _kernel(work / release)
        os.replace(work / release, target)
        return target


def _apt_options(series: Series) -> list[str]:
    """A private apt configuration for the suites of a series, its package lists not older than a day."""
    folder = cache_folder() / "apt" / series.name
    for name in ("lists/partial", "cache/archives/partial"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    sources = folder / "private.sources"
    text = private_sources(_machine_sources(), series.suites)
    if not text:
        raise FetchError("the sources of this machine's apt name no Debian mirror")
    options = [
        "-o", f"Dir::Etc::SourceList={sources}", "-o", "Dir::Etc::SourceParts=/dev/null",
        "-o", f"Dir::State::Lists={folder / 'lists'}", "-o", f"Dir::Cache={folder / 'cache'}",
        "-o", "APT::Sandbox::User=root", "-o", "Acquire::Languages=none", "-o", "APT::Architecture=amd64",
        "-o", "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false", "-o", "Acquire::Retries=2"]
    stamp = folder / "updated"
    fresh = stamp.is_file() and time.time() - stamp.stat().st_mtime < _DAY
    if not fresh or not sources.is_file() or sources.read_text() != text:
        sources.write_text(text)
        # a suite that the mirror has given up is a warning here; without any, the search finds nothing
        subprocess.run(["apt-get", *options, "-q", "update"], capture_output=True, check=False, timeout=300)
        stamp.touch()
    return options


def _machine_sources() -> list[str]:
    """The text of the machine's source files, those of one line per source turned into paragraphs."""
    single, folder = map(Path, _SOURCES)
    files = [single, *sorted(folder.glob("*.list")), *sorted(folder.glob("*.sources"))]
    found: list[str] = []
    for file in files:
        if not file.is_file():
            continue
        text = file.read_text()
        if file.suffix == ".sources":
            found += re.split(r"\n\s*\n", text)
            continue
        for line in text.splitlines():
            match = re.match(r"deb\s+(?:\[(?P<options>[^]]*)\]\s+)?(?P<uri>\S+)\s+(?P<suite>\S+)\s+(?P<rest>.+)", line)
            if match:
                signed = re.search(r"signed-by=(\S+)", match["options"] or "")
                found.append(f"Types: deb\nURIs: {match['uri']}\nSuites: {match['suite']}\n"
                             f"Components: {match['rest']}\n" + (f"Signed-By: {signed[1]}\n" if signed else ""))
    return found


def private_sources(paragraphs: Sequence[str], suites: Sequence[str]) -> str:
    """Deb822 sources (sources.list(5)) for other suites of the mirrors that the machine uses already.

    Args:
        paragraphs: the machine's sources, each in Deb822 form.
        suites: those wanted. One that ends in `-security` is taken from a source of such a suite, the others from
            sources of a plain release.

    Returns:
        The text of a `.sources` file; "" where no source is Debian's.
    """
    found: list[str] = []
    for paragraph in paragraphs:
        lines = [line for line in paragraph.splitlines() if not line.startswith("#")]
        fields = dict(re.findall(r"(?m)^([\w-]+):\s*(.*)$", "\n".join(lines)))
        if "debian" not in fields.get("URIs", "") or "deb" not in fields.get("Types", "").split():
            continue
        security = "-security" in fields.get("Suites", "")
        wanted = [suite for suite in suites if suite.endswith("-security") == security]
        if not wanted:
            continue
        signed = f"Signed-By: {fields['Signed-By']}\n" if fields.get("Signed-By") else ""
        text = f"Types: deb\nURIs: {fields['URIs']}\nSuites: {' '.join(wanted)}\nComponents: main\n{signed}"
        if text not in found:
            found.append(text)
    return "\n".join(found)


def _run(*command: str, cwd: Path | None = None) -> str:
    """Run a command that must succeed; its output.

    Raises:
        FetchError: it failed, or took more than ten minutes.
    """
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd, timeout=600,
                              env={**os.environ, "LC_ALL": "C"})
    except subprocess.TimeoutExpired:
        raise FetchError(f"{command[0]} did not end within ten minutes") from None
    if done.returncode != 0:
        raise FetchError(f"{command[0]} gave {done.returncode}: {(done.stderr or done.stdout).strip()[-500:]}")
    return done.stdout
