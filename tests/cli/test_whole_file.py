"""An output file is replaced whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pybpfc.cli.console import CommandError
from pybpfc.cli.whole_file import write_whole


def test_new_file(tmp_path: Path) -> None:
    umask = os.umask(0o027)
    try:
        write_whole(str(tmp_path / "prog.o"), b"object")
    finally:
        os.umask(umask)
    assert (tmp_path / "prog.o").read_bytes() == b"object"
    assert (tmp_path / "prog.o").stat().st_mode & 0o777 == 0o640
    assert os.listdir(tmp_path) == ["prog.o"]


def test_replacing_keeps_permissions_and_readers(tmp_path: Path) -> None:
    path = tmp_path / "prog.o"
    path.write_bytes(b"old object")
    path.chmod(0o600)
    with path.open("rb") as reader:
        write_whole(str(path), b"new")
        assert reader.read() == b"old object"
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real.o").write_bytes(b"old")
    (tmp_path / "link.o").symlink_to("real.o")
    write_whole(str(tmp_path / "link.o"), b"new")
    assert (tmp_path / "link.o").is_symlink()
    assert (tmp_path / "real.o").read_bytes() == b"new"


def test_a_device_is_written_to() -> None:
    write_whole(os.devnull, b"object")
    assert not os.path.isfile(os.devnull)


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "prog.o"
    path.write_bytes(b"old")

    def full(descriptor: int, mode: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fchmod", full)
    with pytest.raises(CommandError, match="No space left on device"):
        write_whole(str(path), b"new")
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["prog.o"]


@pytest.mark.parametrize(("path", "reason"), [("missing/prog.o", "folder does not exist"), (".", "is a folder")])
def test_what_cannot_be_written(tmp_path: Path, path: str, reason: str) -> None:
    with pytest.raises(CommandError, match=reason):
        write_whole(str(tmp_path / path), b"object")
