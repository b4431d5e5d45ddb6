"""Rules and knots agree with each other and with the blocks that measure."""

from itertools import pairwise

import pytest

from refinery.engine.text import characters, fineweb, gopher, repetition, rows
from refinery.engine.text.rules import KNOTS, RULES

BLOCKS = (*gopher.BLOCKS, fineweb.BLOCK, characters.BLOCK, rows.BLOCK)
MEASURED_BY = {output: block.name for block in BLOCKS for output in block.outputs}


def height(knots, x):
    if x <= knots[0][0]:
        return knots[0][1]
    for (x1, y1), (x2, y2) in pairwise(knots):
        if x <= x2:
            return y1 + (y2 - y1) * (x - x1) / (x2 - x1)
    return knots[-1][1]


def rule_of(ingredient):
    rising = ingredient.knots[0][1] < ingredient.knots[-1][1]
    return next(
        rule
        for rule in RULES
        if rule.score == ingredient.score and rising == (rule.below is not None) and rule.code != "empty_text"
    )


@pytest.mark.parametrize("ingredient", KNOTS, ids=lambda knot: knot.score)
def test_quality_is_one_half_exactly_at_the_rules_limit(ingredient):
    rule = rule_of(ingredient)
    assert height(ingredient.knots, rule.below if rule.below is not None else rule.above) == pytest.approx(
        0.5, abs=1e-12
    )


@pytest.mark.parametrize("ingredient", KNOTS, ids=lambda knot: knot.score)
def test_knots_are_monotone_and_reach_from_0_to_1(ingredient):
    xs, ys = zip(*ingredient.knots, strict=True)
    assert list(xs) == sorted(set(xs))
    assert list(ys) in (sorted(ys), sorted(ys, reverse=True))
    assert {ys[0], ys[-1]} == {0.0, 1.0}


def test_every_rule_has_its_own_code_and_names_the_block_that_measures():
    assert len({rule.code for rule in RULES}) == len(RULES)
    assert [rule.code for rule in RULES if MEASURED_BY.get(rule.score) != rule.block] == []


def test_every_sentence_takes_value_and_limit():
    assert all(rule.sentence.format(value=1, limit=2).endswith(".") for rule in RULES)


def test_every_limit_but_that_on_nothing_at_all_enters_quality():
    scored = {ingredient.score for ingredient in KNOTS}
    assert {rule.code for rule in RULES if rule.score not in scored} == {"empty_text"}


def test_limits_are_those_of_the_published_rules():
    limits = {rule.code: rule.below if rule.below is not None else rule.above for rule in RULES}
    assert limits["gopher_short_doc"] == 50
    assert limits["gopher_dup_10gram"] == 0.10
    assert limits["fineweb_char_dup_ratio"] == 0.1
    assert repetition.DUP_SIZES == (5, 6, 7, 8, 9, 10)
