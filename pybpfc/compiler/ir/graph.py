"""The control-flow graph of a function: orders, dominators and natural loops.

Blocks that cannot be reached from the entry are in none of these answers.
"""

from __future__ import annotations

from ...record import mutable_record
from .module import Block, Function, Instruction, Jump, LoopInfo, Value


@mutable_record
class Loop:
    """A natural loop: a head that dominates the blocks from which a back edge returns to it."""

    head: Block
    blocks: set[Block]
    latches: list[Block]  # the blocks that jump back to the head
    info: LoopInfo | None  # what the source says about it

    def exits(self) -> list[tuple[Block, int]]:
        """The edges that leave the loop: a block of it and the index of the successor."""
        return [(block, index) for block in self.blocks for index, target in enumerate(successors(block))
                if target not in self.blocks]


class Graph:
    """Facts about the control flow of one function, computed once.

    Attributes:
        order: the reachable blocks in reverse post-order, the entry first.
        position: the index of each reachable block in `order`.
        predecessors: for each reachable block the reachable blocks that lead to it.
        loops: the natural loops in the order of their heads; loops with one head are one loop.
    """

    def __init__(self, function: Function) -> None:
        self.order = _reverse_post_order(function)
        self.position = {block: index for index, block in enumerate(self.order)}
        self.predecessors: dict[Block, list[Block]] = {block: [] for block in self.order}
        for block in self.order:
            for target in successors(block):
                self.predecessors[target].append(block)
        self._parents = self._immediate_dominators()
        self.loops = self._natural_loops()

    def dominates(self, block: Block, other: Block) -> bool:
        """Whether every path from the entry to `other` goes through `block`; a block dominates itself."""
        limit = self.position[block]
        at = self.position[other]
        while at > limit:
            at = self._parents[at]
        return at == limit

    def _immediate_dominators(self) -> list[int]:
        """Cooper, Harvey and Kennedy: "A Simple, Fast Dominance Algorithm". The entry is its own parent."""
        parents = [-1] * len(self.order)
        if parents:
            parents[0] = 0
        changed = True
        while changed:
            changed = False
            for at in range(1, len(self.order)):
                found = -1
                for predecessor in self.predecessors[self.order[at]]:
                    other = self.position[predecessor]
                    if parents[other] < 0:
                        continue
                    found = other if found < 0 else _common(parents, found, other)
                if parents[at] != found:
                    parents[at] = found
                    changed = True
        return parents

    def _natural_loops(self) -> list[Loop]:
        found: dict[Block, Loop] = {}
        for block in self.order:
            for target in successors(block):
                if not self.dominates(target, block):
                    continue
                loop = found.setdefault(target, Loop(target, {target}, [], None))
                loop.latches.append(block)
                if isinstance(block.terminator, Jump) and block.terminator.loop is not None:
                    loop.info = block.terminator.loop
                waiting = [block]
                while waiting:
                    member = waiting.pop()
                    if member not in loop.blocks:
                        loop.blocks.add(member)
                        waiting += self.predecessors[member]
        return sorted(found.values(), key=lambda loop: self.position[loop.head])


def successors(block: Block) -> tuple[Block, ...]:
    return () if block.terminator is None else block.terminator.successors()


def used_elsewhere(graph: Graph) -> set[Value]:
    """The values that a block other than their own uses."""
    home = {item: block for block in graph.order for item in block.instructions}
    found: set[Value] = set()
    for block in graph.order:
        operands = [operand for item in block.instructions for operand in item.operands()]
        if block.terminator is not None:
            operands += block.terminator.operands()
        found |= {operand for operand in operands
                  if isinstance(operand, Instruction) and home.get(operand) is not block}
    return found


def _reverse_post_order(function: Function) -> list[Block]:
    if not function.blocks:
        return []
    finished: list[Block] = []
    seen = {function.blocks[0]}
    path = [(function.blocks[0], iter(successors(function.blocks[0])))]
    while path:
        block, targets = path[-1]
        target = next((t for t in targets if t not in seen), None)
        if target is None:
            finished.append(block)
            path.pop()
        else:
            seen.add(target)
            path.append((target, iter(successors(target))))
    return finished[::-1]


def _common(parents: list[int], left: int, right: int) -> int:
    while left != right:
        while left > right:
            left = parents[left]
        while right > left:
            right = parents[right]
    return left
