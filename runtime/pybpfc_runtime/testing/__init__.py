"""What tests of BPF programs need: packets, network namespaces. `pybpfc_runtime.pytest_plugin` has them as fixtures."""

from __future__ import annotations

from .netns import NetworkNamespace
from .packets import packet

__all__ = ["NetworkNamespace", "packet"]
