"""Verified pairs of records and the clusters they connect."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Edge:
    """Two exact groups (numbers as in `Gathered.groups`, a < b) and how alike they were measured to be.

    `similar_only`: whatever the similarity, they are not duplicates (same form, different facts).
    """

    a: int
    b: int
    method: str
    similarity: float
    similar_only: bool
    duplicate_limit: float

    @property
    def is_duplicate(self) -> bool:
        return not self.similar_only and self.similarity >= self.duplicate_limit


def pair_of(a: int, b: int) -> Pair:
    return (a, b) if a < b else (b, a)


class Clusters:
    """Which exact groups hang together by duplicate edges (union-find; the smallest number names a cluster)."""

    def __init__(self, edges: Iterable[Edge]) -> None:
        self._parent: dict[int, int] = {}
        for edge in edges:
            if edge.is_duplicate:
                self._join(edge.a, edge.b)

    def of(self, group: int) -> int:
        """The cluster of a group; the group itself where it is alone."""
        root = group
        while (parent := self._parent.get(root, root)) != root:
            root = parent
        while (parent := self._parent.get(group, root)) != root:
            self._parent[group], group = root, parent
        return root

    def _join(self, a: int, b: int) -> None:
        low, high = sorted((self.of(a), self.of(b)))
        self._parent[high] = low
        self._parent.setdefault(low, low)


def neighbours(edges: Iterable[Edge]) -> dict[int, list[int]]:
    """The duplicate neighbours of each group, ascending."""
    found: dict[int, list[int]] = {}
    for edge in edges:
        if edge.is_duplicate:
            found.setdefault(edge.a, []).append(edge.b)
            found.setdefault(edge.b, []).append(edge.a)
    return {group: sorted(others) for group, others in found.items()}


def ordered(edges: Iterable[Edge]) -> Iterator[Edge]:
    """In the one order they are stored and read in."""
    yield from sorted(edges, key=lambda edge: (edge.a, edge.b, edge.method))
