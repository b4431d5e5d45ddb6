"""Quality: monotone in every part, a half at the limit, nothing from nothing."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refinery.engine.annotate import quantised
from refinery.engine.quality import assess, interpolated
from refinery.engine.recipe import load_recipe

RECIPE = load_recipe("general")
TEXT = [item for item in RECIPE.ingredients if "text" in item.modalities]


def scores(values):
    return dict(zip([item.score for item in TEXT], values, strict=False))


@pytest.mark.parametrize("item", RECIPE.ingredients, ids=lambda item: f"{item.part}-{item.score}")
def test_knots_never_turn_back(item):
    heights = [y for _, y in item.knots]

    assert heights in (sorted(heights), sorted(heights, reverse=True))


@pytest.mark.parametrize("rule", RECIPE.rules, ids=lambda rule: rule.code)
def test_at_the_limit_of_a_rule_its_ingredients_say_a_half(rule):
    limit = rule.below if rule.below is not None else rule.above
    found = [
        interpolated(limit, item.knots)
        for item in RECIPE.ingredients
        if item.score == rule.score and set(item.modalities) & set(rule.modalities)
    ]

    assert not found or 0.5 in [round(value, 6) for value in found]


@given(
    st.lists(st.floats(0, 1), min_size=len(TEXT), max_size=len(TEXT)),
    st.integers(0, len(TEXT) - 1),
    st.floats(0, 1),
)
def test_a_better_ingredient_never_lowers_quality(places, position, other):
    def value_at(item, place):
        return item.knots[0][0] + place * (item.knots[-1][0] - item.knots[0][0])

    item = TEXT[position]
    values = [value_at(each, place) for each, place in zip(TEXT, places, strict=True)]
    one = {each.score: value for each, value in zip(TEXT, values, strict=True)}
    changed = one | {item.score: value_at(item, other)}
    shared = [each for each in TEXT if each.score == item.score]
    better = all(
        interpolated(changed[item.score], each.knots) >= interpolated(one[item.score], each.knots) for each in shared
    )

    if better:
        assert assess(changed, "text", RECIPE).quality >= assess(one, "text", RECIPE).quality


def test_without_any_measure_there_is_no_quality():
    assert assess({}, "text", RECIPE).quality is None


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e9, max_value=1e9))
def test_scores_have_four_digits_and_no_negative_zero(value):
    rounded = quantised(value)

    assert abs(rounded - value) <= 0.5e-4 + 1e-6
    assert math.copysign(1, rounded) == 1 or rounded < 0


@pytest.mark.parametrize("value", [float("nan"), float("inf"), None])
def test_what_is_not_finite_is_not_a_score(value):
    assert quantised(value) is None
