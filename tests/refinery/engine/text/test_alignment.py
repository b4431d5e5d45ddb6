"""Alignments are common subsequences: longest where exact, sound everywhere."""

import random

from hypothesis import given
from hypothesis import strategies as st

from refinery.engine.text import alignment
from refinery.engine.text.alignment import Match, align

items = st.lists(st.integers(0, 4), max_size=25)


def longest(a, b):
    row = [0] * (len(b) + 1)
    for left in a:
        before = row
        row = [0]
        for place, right in enumerate(b):
            row.append(before[place] + 1 if left == right else max(before[place + 1], row[place]))
    return row[-1]


def assert_sound(a, b, matches):
    at_a = at_b = 0
    for match in matches:
        assert match.size > 0
        assert match.a >= at_a and match.b >= at_b
        assert a[match.a : match.a + match.size] == b[match.b : match.b + match.size]
        at_a, at_b = match.a + match.size, match.b + match.size


@given(items, items)
def test_small_parts_are_aligned_as_long_as_can_be(a, b):
    matches = align(a, b)
    assert_sound(a, b, matches)
    assert sum(match.size for match in matches) == longest(a, b)


def test_runs_are_maximal():
    assert align([1, 2, 3, 9, 4, 5], [1, 2, 3, 4, 5]) == [Match(0, 0, 3), Match(4, 3, 2)]


def test_a_long_text_is_aligned_between_anchors(monkeypatch):
    chance = random.Random(3)
    a = [chance.randrange(5000) for _ in range(3000)]
    b = [item if chance.random() > 0.05 else -1 for item in a]
    kept = sum(x == y for x, y in zip(a, b, strict=True))
    monkeypatch.setattr(alignment, "CELLS", 10_000)
    matches = align(a, b)
    assert_sound(a, b, matches)
    assert sum(match.size for match in matches) >= 0.99 * kept


def test_what_cannot_be_anchored_counts_as_different(monkeypatch):
    monkeypatch.setattr(alignment, "CELLS", 10)
    assert align([1, 2] * 50, [2, 1] * 40 + [3]) == []
