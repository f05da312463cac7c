"""Writing an output file: replaced whole or not at all."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile

from .console import CommandError


def write_whole(path: str, data: bytes) -> None:
    """Write `data` to a temporary file beside `path` and rename it over `path` (rename(2) is atomic).

    A symbolic link is followed, an existing file keeps its permissions, and a device or pipe is written to as
    it is. Raises CommandError with what to do; the old file is then still there, untouched.
    """
    target = os.path.realpath(path)
    try:
        mode = _mode(target)
        if mode is None:
            with open(target, "wb") as device:
                device.write(data)
            return
        descriptor, temporary = tempfile.mkstemp(prefix=f".{os.path.basename(target)}.", dir=os.path.dirname(target))
        try:
            with open(descriptor, "wb") as file:
                file.write(data)
                os.fchmod(file.fileno(), mode)
            os.replace(temporary, target)
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(temporary)
            raise
    except FileNotFoundError:
        raise CommandError(f"cannot write {path}: its folder does not exist; create it first") from None
    except IsADirectoryError:
        raise CommandError(f"cannot write {path}: it is a folder; name a file in it") from None
    except OSError as error:
        raise CommandError(f"cannot write {path}: {error.strerror}; choose another place with -o") from None


def _mode(target: str) -> int | None:
    """The permissions that the file is to have; None for something that cannot be replaced by renaming."""
    try:
        status = os.stat(target)
    except FileNotFoundError:
        umask = os.umask(0)
        os.umask(umask)
        return 0o666 & ~umask
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(target)
    return stat.S_IMODE(status.st_mode) if stat.S_ISREG(status.st_mode) else None
