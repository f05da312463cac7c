# make demo   set up what the demonstration needs, compile an example, run it on packets (or show the object)
# make test   set up what the tests need, run all of them
# make lint   ruff, mypy --strict, pyright
# make bench  timings beside clang's
# make vm     of those the tests in guests with other kernels, all or by KERNEL=6.1 TEST=xdp_count; BLESS=1 writes
#             spec/kernels.md. The kernels are fetched once, into ~/.cache/pybpfc-test or $PYBPFC_VM_CACHE
#
# PYTHON=python3.12 make test    takes another interpreter for a new .venv (default: python3.11, else python3)
# PYTEST_ARGUMENTS='-k xdp'      goes to pytest

PYTEST_ARGUMENTS ?=
KERNEL ?=
TEST ?=
BLESS ?=
BIN := .venv/bin

.PHONY: demo test lint bench vm clean

demo:
	@.ci/setup demo
	@$(BIN)/python tests/support/demo.py

test:
	@.ci/setup test
	@$(BIN)/python -m pytest -n 2 --dist loadgroup --durations=30 $(PYTEST_ARGUMENTS)

lint:
	@.ci/setup lint
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/mypy examples
	$(BIN)/pyright

bench:
	@.ci/setup bench
	@$(BIN)/python tests/benchmarks/run.py

vm:
	@.ci/setup test
	@$(BIN)/python -m pytest tests/vm -n 2 --dist loadgroup $(addprefix --kernel=,$(KERNEL)) $(if $(TEST),-k '$(TEST)') \
		$(if $(BLESS),--bless) $(PYTEST_ARGUMENTS)

clean:
	rm -rf .venv .venvs .mypy_cache .ruff_cache .pytest_cache
