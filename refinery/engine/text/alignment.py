"""Alignment of two sequences of numbers: the longest common subsequence, exact where small, anchored where large."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

CELLS = 1 << 27
"""Parts of at most this many pairs of words are aligned exactly (16 MiB of bits); larger ones are cut at anchors."""
ANCHOR = 5


@dataclass(frozen=True, slots=True)
class Match:
    """`size` equal items, from position `a` of the first sequence and `b` of the second."""

    a: int
    b: int
    size: int


def align(a: Sequence[int], b: Sequence[int]) -> list[Match]:
    """Common subsequence as maximal runs, ascending.

    It is a longest one while what lies between the common ends holds at most `CELLS` pairs. Beyond, runs of five that
    occur once in each are anchors, and what lies between two anchors and is still too large counts as different.
    """
    head = _common(a, b)
    tail = _common(a[head:][::-1], b[head:][::-1])
    middle = (head, len(a) - tail, head, len(b) - tail)
    runs = [(0, 0, head), *_middle(a, b, middle), (len(a) - tail, len(b) - tail, tail)]
    return _joined(runs)


_Span = tuple[int, int, int, int]
_Run = tuple[int, int, int]


def _common(a: Sequence[int], b: Sequence[int]) -> int:
    count = 0
    for left, right in zip(a, b, strict=False):
        if left != right:
            break
        count += 1
    return count


def _middle(a: Sequence[int], b: Sequence[int], span: _Span) -> Iterator[_Run]:
    start_a, end_a, start_b, end_b = span
    if (end_a - start_a) * (end_b - start_b) <= CELLS:
        yield from _exact(a, b, span)
        return
    for anchor_a, anchor_b in [*_anchors(a, b, span), (end_a, end_b)]:
        if (anchor_a - start_a) * (anchor_b - start_b) <= CELLS:
            yield from _exact(a, b, (start_a, anchor_a, start_b, anchor_b))
        if anchor_a < end_a:
            yield anchor_a, anchor_b, 1
            start_a, start_b = anchor_a + 1, anchor_b + 1


def _anchors(a: Sequence[int], b: Sequence[int], span: _Span) -> list[tuple[int, int]]:
    """Starts of runs that occur once in each part, in an order that rises in both (longest such order)."""
    once_a, once_b = _once(a, span[0], span[1]), _once(b, span[2], span[3])
    pairs = [(place, once_b[run]) for run, place in once_a.items() if run in once_b]
    return _rising(pairs)


def _once(items: Sequence[int], start: int, end: int) -> dict[tuple[int, ...], int]:
    places: dict[tuple[int, ...], int] = {}
    for place in range(start, end - ANCHOR + 1):
        run = tuple(items[place : place + ANCHOR])
        places[run] = -1 if run in places else place
    return {run: place for run, place in places.items() if place >= 0}


def _rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Longest subsequence of `pairs` (sorted by the first) whose second rises: patience sorting."""
    tops: list[int] = []
    at: list[int] = []
    before: list[int] = []
    for index, (_, second) in enumerate(pairs):
        pile = bisect_left(tops, second)
        before.append(at[pile - 1] if pile else -1)
        tops[pile : pile + 1], at[pile : pile + 1] = [second], [index]
    chosen: list[tuple[int, int]] = []
    index = at[-1] if at else -1
    while index >= 0:
        chosen.append(pairs[index])
        index = before[index]
    return chosen[::-1]


def _exact(a: Sequence[int], b: Sequence[int], span: _Span) -> Iterator[_Run]:
    start_a, end_a, start_b, end_b = span
    if end_a - start_a > end_b - start_b:
        pairs = _walk_back(b[start_b:end_b], a[start_a:end_a])
        yield from ((start_a + place_a, start_b + place_b, 1) for place_b, place_a in pairs)
    else:
        pairs = _walk_back(a[start_a:end_a], b[start_b:end_b])
        yield from ((start_a + place_a, start_b + place_b, 1) for place_a, place_b in pairs)


def _walk_back(short: Sequence[int], long: Sequence[int]) -> list[tuple[int, int]]:
    """Pairs of places of a longest common subsequence: bit-parallel, one integer of len(short) bits per item of `long`.

    The shorter side gives the bits, so that neither the integers nor the table of places can grow beyond `CELLS`.
    """
    steps = _steps(short, long) if short else []
    column, row = len(short), len(steps)
    found: list[tuple[int, int]] = []
    while column and row:
        if steps[row - 1] >> (column - 1) & 1:
            column -= 1
            continue
        row -= 1
        if row and not steps[row - 1] >> (column - 1) & 1:
            continue
        column -= 1
        found.append((column, row))
    return found[::-1]


def _steps(short: Sequence[int], long: Sequence[int]) -> list[int]:
    """After each item of `long`, a bit per item of `short`: 0 where the common subsequence grows by it."""
    places: dict[int, int] = {}
    for index, item in enumerate(short):
        places[item] = places.get(item, 0) | 1 << index
    full = (1 << len(short)) - 1
    state, steps = full, []
    for item in long:
        hit = state & places.get(item, 0)
        state = ((state + hit) | (state - hit)) & full
        steps.append(state)
    return steps


def _joined(runs: list[_Run]) -> list[Match]:
    matches: list[Match] = []
    start_a = start_b = length = 0
    for a, b, size in runs:
        if a == start_a + length and b == start_b + length:
            length += size
            continue
        if length:
            matches.append(Match(start_a, start_b, length))
        start_a, start_b, length = a, b, size
    return [*matches, Match(start_a, start_b, length)] if length else matches
