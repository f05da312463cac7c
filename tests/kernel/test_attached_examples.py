"""The examples that guests run attached, on this kernel: in namespaces of their own, with a mount of cgroup2."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from support.machine import REPOSITORY, check, needs_tool

pytestmark = pytest.mark.usefixtures("privileged")

TESTS = REPOSITORY / "tests"
SCRIPT = """
import sys
from vm.guest_tests import examples
for test in getattr(examples, sys.argv[1]):
    test.function(sys.argv[2])
"""


@pytest.mark.parametrize(("example_name", "test"), [
    ("cgroup_connect_redirect", "redirects_connections"), ("tcp_connect_latency", "measures_connections"),
    ("syscall_latency", "measures_system_calls"), ("opensnoop", "reports_opened_files"),
    ("xdp_load_balancer", "balances_flows")])
def test_example(example_name: str, test: str, example: Callable[[str], Path]) -> None:
    command = ('mount -t cgroup2 cgroup2 /sys/fs/cgroup; mount -t tracefs tracefs /sys/kernel/tracing; '
               'ip link set lo up; exec "$@"')
    path = os.pathsep.join(map(str, (TESTS, TESTS / "support")))
    check(needs_tool("unshare"), "-mn", "sh", "-ec", command, "sh", sys.executable, "-c", SCRIPT, test,
          example(example_name), environment={"PYTHONPATH": path})
