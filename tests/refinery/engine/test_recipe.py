"""Recipes: in step with the catalogue, refused in words."""

import copy
import json

import pytest

from refinery.engine import recipe_defaults
from refinery.engine.errors import UsageError
from refinery.engine.reasons import SENTENCES, sentence
from refinery.engine.recipe import load_recipe, parse_recipe, recipe_names
from refinery.engine.records import Reason


@pytest.mark.parametrize("document", [recipe_defaults.general(), recipe_defaults.annotate()], ids=lambda d: d["name"])
def test_the_recipes_that_come_with_the_engine_are_the_catalogues(document):
    stored = (recipe_defaults.FOLDER / f"{document['name']}.json").read_text(encoding="utf-8")

    assert stored == recipe_defaults.rendered(document), "run `python -m refinery.engine.recipe_defaults`"


def test_a_recipe_is_found_by_name_or_file(tmp_path):
    copied = tmp_path / "mine.json"
    copied.write_text((recipe_defaults.FOLDER / "general.json").read_text())

    assert recipe_names() == ("annotate", "general")
    assert load_recipe(str(copied)).digest == load_recipe("general").digest


def test_white_space_and_order_do_not_change_a_recipes_digest():
    document = recipe_defaults.general()

    assert parse_recipe(dict(reversed(document.items()))).digest == load_recipe("general").digest


BROKEN = {
    "format": "other",
    "threshold": 1.5,
    "rules": [
        {"code": "unheard_of", "score": "text_word_count", "modalities": ["text"], "below": 1, "verdict": "drop"}
    ],
    "quality": [{"part": "beauty", "score": "text_word_count", "modalities": ["text"], "knots": [[0, 0], [1, 1]]}],
    "survivor_order": ["luck"],
    "size_limits": {"text": 1},
    "weights": {"text": {"completeness": 0, "clarity": 1, "relevance": 1, "validity": 1}},
    "duplicates": {"near_text": {"duplicate": 0.5, "similar": 0.9}},
}


@pytest.mark.parametrize("field", BROKEN)
def test_a_wrong_field_is_refused_in_words(field):
    document = copy.deepcopy(recipe_defaults.general())
    document[field] = BROKEN[field]

    with pytest.raises(UsageError):
        parse_recipe(document)


@pytest.mark.parametrize("field", [name for name in recipe_defaults.general() if name not in {"version", "policies"}])
def test_a_missing_field_is_refused_in_words(field):
    document = recipe_defaults.general()
    del document[field]

    with pytest.raises(UsageError):
        parse_recipe(document)


def test_knots_must_rise():
    document = copy.deepcopy(recipe_defaults.general())
    document["quality"][0]["knots"] = [[1, 0], [1, 1]]

    with pytest.raises(UsageError, match="rising x"):
        parse_recipe(document)


def test_a_recipe_that_is_no_json_is_refused(tmp_path):
    (tmp_path / "mine.json").write_text("{")

    with pytest.raises(UsageError, match="not JSON"):
        load_recipe(str(tmp_path / "mine.json"))


@pytest.mark.parametrize("code", SENTENCES)
def test_every_code_has_a_sentence_that_takes_its_numbers(code):
    said = sentence(Reason(code, 0.123456, 2.0, "some.block@1"))

    assert said.endswith(".")
    assert "{" not in said


def test_every_rule_may_stand_in_a_file_and_come_back():
    assert parse_recipe(json.loads(load_recipe("general").document)) == load_recipe("general")
