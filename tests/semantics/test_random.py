"""Random programs, run by the kernel and compared with the contract's semantics.

`python -m tests.semantics.long --programs 100000 --seed N` runs as many as one has time for.
"""

from __future__ import annotations

import pytest

from .generate import PROGRAMS_IN_A_MODULE, module
from .judge import judge
from .minimise import minimise

pytestmark = pytest.mark.usefixtures("privileged")

SEED = 20_261_121
PROGRAMS = 2_000


@pytest.mark.parametrize("number", range(PROGRAMS // PROGRAMS_IN_A_MODULE))
def test_programs_mean_what_the_contract_says(number: int) -> None:
    """One module of programs: no mismatch, no rejection by the verifier, no failure of the compiler."""
    drawn = module(SEED, number)
    failures = judge(drawn)
    if failures:
        smallest = minimise(drawn, failures[0])
        pytest.fail(f"seed {SEED}, module {number}, cpu {drawn.cpu}: {len(failures)} programs fail; the first, made "
                    f"small: {smallest.kind}\n{smallest.detail}\n{smallest.program.text}")
