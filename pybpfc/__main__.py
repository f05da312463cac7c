"""`python -m pybpfc` is the `pybpfc` command."""

import sys

from pybpfc.cli import command

if __name__ == "__main__":
    sys.exit(command())
