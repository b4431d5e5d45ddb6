"""What a run is asked: recipe, parameters and overrides, validated by the engine and frozen with their digests."""

import json
from dataclasses import dataclass

from refinery.engine.canonical import Json, digest_of
from refinery.engine.errors import EngineError, UsageError
from refinery.engine.job import Job, settings_of
from refinery.engine.recipe import load_recipe, recipe_names

__all__ = ["recipe_names"]


class Refused(Exception):
    """The engine cannot do this; the message is a sentence for the person who asked, `field` what it is about."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True, slots=True)
class Question:
    """A validated question. `threshold` None: the recipe decides nothing. Digests are hex sha256."""

    recipe_name: str
    recipe: Json
    recipe_digest: str
    threshold: float | None
    parameters_digest: str
    overrides_digest: str


def freeze(recipe_name: str, threshold: float | None) -> Question:
    """The question behind a recipe's name and a threshold (0 to 1, None for the recipe's own). Raises Refused."""
    if recipe_name not in recipe_names():
        raise Refused("recipe", f"There is no recipe “{recipe_name}”. Known: {', '.join(recipe_names())}.")
    recipe = load_recipe(recipe_name)
    if threshold is not None and not recipe.decides:
        raise Refused("quality_threshold", f"The recipe “{recipe.name}” decides nothing, so it takes no threshold.")
    try:
        effective = settings_of(Job(out="", recipe=recipe.document, threshold=threshold))
    except UsageError:
        raise Refused("quality_threshold", "Write a number from 0 to 1.") from None
    except EngineError as error:
        raise Refused("recipe", str(error)) from None
    return Question(
        recipe_name=recipe_name,
        recipe=json.loads(recipe.document),
        recipe_digest=recipe.digest,
        threshold=effective.threshold if recipe.decides else None,
        parameters_digest=digest_of(effective.parameters()),
        overrides_digest=effective.overrides_digest,
    )
