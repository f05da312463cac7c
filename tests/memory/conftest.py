"""Brings `--bless` to this folder."""

from bless import bless, golden, pytest_addoption

__all__ = ["bless", "golden", "pytest_addoption"]
