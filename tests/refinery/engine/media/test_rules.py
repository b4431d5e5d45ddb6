from itertools import pairwise

import pytest

from refinery.engine.blocks import Ingredient, Rule
from refinery.engine.media import audio, images
from refinery.engine.media.rules import KNOTS, RULES


def height(knots: tuple[tuple[float, float], ...], x: float) -> float:
    for (left, low), (right, high) in pairwise(knots):
        if left <= x <= right:
            return low + (high - low) * (x - left) / (right - left)
    return knots[0][1] if x < knots[0][0] else knots[-1][1]


@pytest.mark.parametrize("ingredient", KNOTS, ids=lambda ingredient: ingredient.score)
def test_knots_ascend_and_never_turn(ingredient: Ingredient) -> None:
    places, heights = zip(*ingredient.knots, strict=True)

    assert list(places) == sorted(set(places))
    assert list(heights) in (sorted(heights), sorted(heights, reverse=True))
    assert 0.0 <= min(heights) <= max(heights) <= 1.0


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_s_limit_is_worth_one_half(rule: Rule) -> None:
    limit = rule.below if rule.below is not None else rule.above

    assert [height(ingredient.knots, limit or 0.0) for ingredient in KNOTS if ingredient.score == rule.score] == [0.5]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_judges_what_its_block_measures(rule: Rule) -> None:
    outputs = {block.name: block.outputs for block in (*images.BLOCKS, *audio.BLOCKS)}

    assert rule.score in outputs[rule.block]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_sentence_names_value_and_limit(rule: Rule) -> None:
    assert "0.7" in rule.sentence.format(value="0.7", limit="0.9")
    assert "0.9" in rule.sentence.format(value="0.7", limit="0.9")


def test_no_code_is_used_twice() -> None:
    assert len({rule.code for rule in RULES}) == len(RULES)
