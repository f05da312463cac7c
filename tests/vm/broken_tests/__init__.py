"""Tests that must not pass: `tests/vm/test_judge.py` has a guest run them, to see that it says so."""
