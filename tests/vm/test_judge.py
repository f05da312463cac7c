"""The judge can say no: to wrong objects, to tests that fail, hang, lie or take the kernel with them."""

from __future__ import annotations

import pytest

from .guest_test import collect
from .initramfs import MissingTool
from .kernels import SERIES, FetchError, fetch, private_sources
from .objects import compiled
from .run import Job, Result, read_port, run

pytestmark = [pytest.mark.vm, pytest.mark.xdist_group("broken-tests")]

PACKAGE = "vm.broken_tests"
REASONS = {
    "relocation_off_by_one": "BPF5",
    "wrong_map_definition": "invalid access to map value",
    "works_too_early": "it works here, although it needs a kernel of the far future",
    "refused_for_another_reason": "Traceback",
    "assertion": "a false statement",
    "hangs": "took more than 15 seconds",
    "forges_a_result": "ended its process with 1",
    "panics": "sysrq triggered crash",
}


@pytest.fixture(scope="module")
def verdicts(request: pytest.FixtureRequest) -> dict[str, Result]:
    series = (request.config.getoption("--kernel", default=None) or ["6.1"])[0]
    names = [test.name for test in collect(PACKAGE)]
    objects = {"xdp_count": compiled("xdp_count"),
               "relocation_off_by_one": compiled("xdp_count.relocation_off_by_one")}
    try:
        return run(fetch(SERIES[series]), Job(PACKAGE, names, objects, test_limit=15))
    except (FetchError, MissingTool) as error:
        pytest.skip(str(error))


@pytest.mark.parametrize("name", REASONS)
def test_says_no(name: str, verdicts: dict[str, Result]) -> None:
    assert verdicts[name].outcome == "failed"
    assert REASONS[name] in verdicts[name].detail


@pytest.mark.parametrize("name", ["intact", "runs_after_the_panic"])
def test_says_yes(name: str, verdicts: dict[str, Result]) -> None:
    assert verdicts[name] == Result("passed", "", verdicts[name].seconds)


def test_every_verdict_is_expected(verdicts: dict[str, Result]) -> None:
    assert set(verdicts) == {*REASONS, "intact", "runs_after_the_panic"}


def test_port_of_a_guest_that_died() -> None:
    """Lines of others do not count, nor does half a line."""
    text = ('abc {"start": "one"}\nabc {"name": "one", "outcome": "passed", "detail": "", "seconds": 1}\n'
            'xyz {"name": "two", "outcome": "passed", "detail": "", "seconds": 1}\nabc {"start": "two"}\nabc {"na')
    assert read_port(text, "abc") == ({"one": Result("passed", "", 1)}, "two", False)


def test_sources_of_other_suites() -> None:
    """The machine's mirrors are kept, other publishers' left out, security suites come from security mirrors."""
    machine = ["Types: deb\n# a comment\nURIs: http://mirror/debian\nSuites: bookworm bookworm-updates\n"
               "Components: main\nSigned-By: /a.gpg",
               "Types: deb\nURIs: http://mirror/debian-security\nSuites: bookworm-security\nComponents: main",
               "Types: deb\nURIs: http://other/packages\nSuites: stable\nComponents: main"]
    assert private_sources(machine, ["bullseye", "bullseye-security"]) == (
        "Types: deb\nURIs: http://mirror/debian\nSuites: bullseye\nComponents: main\nSigned-By: /a.gpg\n\n"
        "Types: deb\nURIs: http://mirror/debian-security\nSuites: bullseye-security\nComponents: main\n")
    assert private_sources(machine[2:], ["bullseye"]) == ""
