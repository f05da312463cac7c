"""The numbered metadata nodes at the end of an LLVM module."""

from __future__ import annotations


class Metadata:
    """Collects nodes; equal nodes are written once.

    A node is named by its reference, `!7`, from the moment it is reserved, so that nodes can form cycles.
    """

    def __init__(self) -> None:
        self._nodes: list[str] = []
        self._known: dict[str, str] = {}

    def add(self, text: str) -> str:
        """The reference of the node with this text."""
        known = self._known.get(text)
        if known is None:
            known = self._known[text] = f"!{len(self._nodes)}"
            self._nodes.append(text)
        return known

    def reserve(self) -> str:
        """The reference of a node whose text `define` gives later."""
        self._nodes.append("")
        return f"!{len(self._nodes) - 1}"

    def define(self, reference: str, text: str) -> None:
        self._nodes[int(reference[1:])] = text

    def lines(self) -> list[str]:
        assert all(self._nodes), "a reserved metadata node was never defined"
        return [f"!{number} = {text}" for number, text in enumerate(self._nodes)]
