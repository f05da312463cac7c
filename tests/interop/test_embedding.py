"""Programs in C, Go and Rust that embed an object: loaded, attached, and their data read by the library's own means."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from .embedders import EMBEDDERS, HEADERS, PAYLOAD, SENT, drive

pytestmark = [pytest.mark.usefixtures("privileged"), pytest.mark.xdist_group("interop")]


@pytest.mark.parametrize("name", EMBEDDERS)
def test_embedded_object(name: str, embedding_program: Callable[[str], Path]) -> None:
    report, pid = drive(embedding_program(name))
    opened = report.pop("opened")
    assert report == {"traffic": {source: [count, count * (len(PAYLOAD) + HEADERS)] for source, count in SENT.items()},
                      "ignored": 1}
    assert opened.pop("flags") & os.O_CLOEXEC
    assert opened == {"pid": pid, "comm": "embed", "filename": "/proc/version"}
