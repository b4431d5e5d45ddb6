"""The recipes that come with the engine, made from the catalogue: `python -m refinery.engine.recipe_defaults`."""

from __future__ import annotations

import json
from pathlib import Path

from refinery.engine.blocks import Ingredient, Rule
from refinery.engine.canonical import Json
from refinery.engine.catalogue import KNOTS, RULES
from refinery.engine.media.near import SIMILARITY_LIMIT
from refinery.engine.recipe import FORMAT, PARTS

FOLDER = Path(__file__).parent / "recipes"
_MODALITIES = ("audio", "image", "table_row", "text")
_MB, _GB = 10**6, 10**9


def general() -> dict[str, Json]:
    """Deduplicates, applies every default limit, drops nothing for its language."""
    rules: list[Json] = [_rule(rule) for rule in RULES]
    return {**_common(), "name": "general", "decides": True, "rules": rules}


def annotate() -> dict[str, Json]:
    """Measures everything and decides nothing."""
    return {**_common(), "name": "annotate", "decides": False, "threshold": 0.0, "rules": []}


def _common() -> dict[str, Json]:
    return {
        "format": FORMAT,
        "version": 1,
        "threshold": 0.5,
        "validity_floor": 0.1,
        "text_column": "text",
        "id_column": "id",
        "survivor_order": ["quality", "length", "earlier"],
        "size_limits": {
            "text": 100 * _MB,
            "image": 50 * _MB,
            "audio": 500 * _MB,
            "video": 2 * _GB,
            "container": 5 * _GB,
        },
        "duplicates": {
            "near_text": {"duplicate": 0.85, "similar": 0.6},
            "perceptual": {"duplicate": SIMILARITY_LIMIT, "similar": 0.9},
            "caps": {"bucket": 8, "candidates": 32, "rounds": 16},
        },
        "policies": {
            "pii": "report",
            "secrets": "hold",
            "contamination": "drop",
            "languages": [],
            "semantic": "report",
        },
        "weights": {modality: dict.fromkeys(PARTS, 1.0) for modality in _MODALITIES},
        "quality": [_ingredient(ingredient) for ingredient in KNOTS],
    }


def _rule(rule: Rule) -> Json:
    limits: dict[str, Json] = {"below": rule.below, "above": rule.above}
    return {
        "code": rule.code,
        "score": rule.score,
        "modalities": list(rule.modalities),
        **{name: limit for name, limit in limits.items() if limit is not None},
        "verdict": rule.verdict,
    }


def _ingredient(ingredient: Ingredient) -> Json:
    return {
        "part": ingredient.part,
        "score": ingredient.score,
        "modalities": list(ingredient.modalities),
        "knots": [[x, y] for x, y in ingredient.knots],
    }


def rendered(document: dict[str, Json]) -> str:
    """The document as it stands in its file."""
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for recipe in (general(), annotate()):
        (FOLDER / f"{recipe['name']}.json").write_text(rendered(recipe), encoding="utf-8")
