# make demo   set up what the demonstration needs, compile an example, run it on packets (or show the object)
# make test   set up what the tests need, run all of them
# make lint   ruff, mypy --strict, pyright
# make bench  timings beside clang's
#
# PYTHON=python3.12 make test    takes another interpreter for a new .venv (default: python3.11, else python3)
# PYTEST_ARGUMENTS='-k xdp'      goes to pytest

PYTEST_ARGUMENTS ?=
BIN := .venv/bin

.PHONY: demo test lint bench clean

demo:
	@.ci/setup demo
	@$(BIN)/python tests/support/demo.py

test:
	@.ci/setup test
	@$(BIN)/python -m pytest -n 2 --durations=15 $(PYTEST_ARGUMENTS)

lint:
	@.ci/setup lint
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/mypy examples
	$(BIN)/pyright

bench:
	@.ci/setup bench
	@$(BIN)/python tests/benchmarks/run.py

clean:
	rm -rf .venv .venvs .mypy_cache .ruff_cache .pytest_cache
