"""From measured values to the four parts and the one number, by the recipe's knots and weights."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from refinery.engine.annotate import quantised
from refinery.engine.blocks import Ingredient, Part
from refinery.engine.recipe import PARTS, Recipe


@dataclass(frozen=True, slots=True)
class Quality:
    """0 to 1 each, quantised; a part is None where no ingredient was measured."""

    quality: float | None
    completeness: float | None
    clarity: float | None
    relevance: float | None
    validity: float | None


def assess(scores: Mapping[str, float | None], modality: str, recipe: Recipe) -> Quality:
    """The quality of one record. Raising a part, all else equal, never lowers the result."""
    parts = {part: _part(part, scores, modality, recipe.ingredients) for part in PARTS}
    return Quality(_mean(parts, modality, recipe), **parts)


def _part(
    part: Part, scores: Mapping[str, float | None], modality: str, ingredients: Sequence[Ingredient]
) -> float | None:
    """The weakest ingredient decides."""
    values = [
        interpolated(value, ingredient.knots)
        for ingredient in ingredients
        if ingredient.part == part
        and modality in ingredient.modalities
        and (value := scores.get(ingredient.score)) is not None
    ]
    return quantised(min(values)) if values else None


def interpolated(value: float, knots: Sequence[tuple[float, float]]) -> float:
    """The piecewise-linear map through `knots` at `value`; constant outside them."""
    if value <= knots[0][0]:
        return knots[0][1]
    for (x0, y0), (x1, y1) in pairwise(knots):
        if value <= x1:
            return y0 + (y1 - y0) * ((value - x0) / (x1 - x0))
    return knots[-1][1]


def _mean(parts: Mapping[Part, float | None], modality: str, recipe: Recipe) -> float | None:
    known = [(part, value) for part, value in parts.items() if value is not None]
    if not known:
        return None
    validity = parts["validity"]
    if validity is not None and validity < recipe.validity_floor:
        return 0.0
    if any(value == 0 for _, value in known):
        return 0.0
    weights = recipe.weights_of(modality)
    total = math.fsum(weights.get(part, 1.0) for part, _ in known)
    return quantised(math.exp(math.fsum(weights.get(part, 1.0) * math.log(value) for part, value in known) / total))
