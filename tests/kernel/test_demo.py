"""`make demo` after its set-up: with privileges it counts packets, without them it shows the object."""

from __future__ import annotations

import re
import sys

import pytest

from support.machine import REPOSITORY, capabilities, check, needs_tool

DEMO = REPOSITORY / "tests" / "support" / "demo.py"


def test_with_privileges(privileged: None) -> None:
    needs_tool("ip")
    links = check("ip", "-brief", "link")
    shown = check(sys.executable, DEMO)
    table = {line.split()[0]: line.split()[1:] for line in shown.splitlines() if re.match(r" +192\.0\.2\.", line)}
    assert table == {"192.0.2.2": ["5", "640"], "192.0.2.3": ["3", "384"], "192.0.2.17": ["8", "1024"],
                     "192.0.2.99": ["1", "128"]}
    for stage in ("compile: ", "load", "attach"):
        assert re.search(rf"^  {stage}.* \d+\.\d ms$", shown, re.MULTILINE), stage
    assert check("ip", "-brief", "link") == links


@pytest.mark.skipif(not capabilities(), reason="the tests have no privileges to give up")
def test_without_privileges() -> None:
    shown = check(needs_tool("setpriv"), "--bounding-set=-all", "--inh-caps=-all", sys.executable, DEMO)
    for word in ("count_by_source", "traffic", "BTF", "relocation", "CAP_BPF", "as root"):
        assert word in shown, shown
