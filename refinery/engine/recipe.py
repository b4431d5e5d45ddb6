"""The recipe: every limit, weight and knot that turns measurements into a verdict, as one validated document."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import cast

from refinery.engine import catalogue, reasons
from refinery.engine.blocks import Ingredient, Part, Rule, Verdict
from refinery.engine.canonical import Json, canonical_json, sha256_hex
from refinery.engine.errors import UsageError
from refinery.engine.records import Modality

FORMAT = "databroker.recipe/1"
PARTS: tuple[Part, ...] = ("completeness", "clarity", "relevance", "validity")
_FOLDER = Path(__file__).parent / "recipes"
_SURVIVOR_WORDS = {"quality", "length", "earlier"}


@dataclass(frozen=True, slots=True)
class NearLimits:
    """From which verified similarity a pair is a duplicate, and from which it is only said to be similar."""

    duplicate: float
    similar: float


@dataclass(frozen=True, slots=True)
class DuplicateLimits:
    """How duplicates are sought.

    `bucket_cap`: with how many records of one bucket each other is compared; `candidate_cap`: how many candidates one
    record is compared with; `round_cap`: how many survivors of one group are compared with all that remain.
    """

    near_text: NearLimits
    perceptual: NearLimits
    bucket_cap: int
    candidate_cap: int
    round_cap: int


@dataclass(frozen=True, slots=True)
class SizeLimits:
    """The largest record of each kind, and the largest container of records, in bytes."""

    text: int
    image: int
    audio: int
    video: int
    container: int


@dataclass(frozen=True, slots=True)
class Recipe:
    """A validated recipe. `document` is what it was read from; its digest names it."""

    document: str
    name: str
    decides: bool
    threshold: float
    validity_floor: float
    text_column: str
    id_column: str
    survivor_order: tuple[str, ...]
    sizes: SizeLimits
    duplicates: DuplicateLimits
    rules: tuple[Rule, ...]
    ingredients: tuple[Ingredient, ...]
    weights: tuple[tuple[str, tuple[tuple[Part, float], ...]], ...]

    @property
    def digest(self) -> str:
        """sha256 of the recipe's canonical JSON."""
        return sha256_hex(self.document.encode())

    def weights_of(self, modality: str) -> dict[Part, float]:
        return dict(dict(self.weights).get(modality, ()))


def load_recipe(given: str) -> Recipe:
    """A recipe by name (``general``, ``annotate``) or from a ``.json`` file. Raises `UsageError` in words."""
    path = Path(given) if given.endswith(".json") else _FOLDER / f"{given}.json"
    if not path.is_file():
        raise UsageError(f"There is no recipe {given!r}. Known: {', '.join(recipe_names())}, or give a .json file.")
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise UsageError(f"The recipe {given} is not JSON: {error}") from None
    return parse_recipe(document)


def recipe_names() -> tuple[str, ...]:
    """The recipes that come with the engine."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.json")))


def parse_recipe(document: Json) -> Recipe:
    """Validate a recipe document; raises `UsageError` naming the first wrong field."""
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise UsageError(f'A recipe is a JSON object with "format": "{FORMAT}".')
    try:
        return _parse(document)
    except KeyError as error:
        raise UsageError(f"The recipe lacks {error.args[0]!r} or names something unknown there.") from None
    except (TypeError, ValueError, AttributeError) as error:
        raise UsageError(f"The recipe is not valid: {error}") from None


def _parse(document: Mapping[str, Json]) -> Recipe:
    duplicates = cast("dict[str, dict[str, float]]", document["duplicates"])
    order = tuple(str(word) for word in cast("list[str]", document["survivor_order"]))
    if set(order) - _SURVIVOR_WORDS:
        raise ValueError(f"survivor_order knows {', '.join(sorted(_SURVIVOR_WORDS))}")
    return Recipe(
        document=canonical_json(document).decode(),
        name=str(document["name"]),
        decides=bool(document["decides"]),
        threshold=fraction(document["threshold"], "threshold"),
        validity_floor=fraction(document["validity_floor"], "validity_floor"),
        text_column=str(document["text_column"]),
        id_column=str(document["id_column"]),
        survivor_order=order,
        sizes=SizeLimits(**{key: int(size) for key, size in cast("dict[str, int]", document["size_limits"]).items()}),
        duplicates=_duplicates(duplicates),
        rules=tuple(_rule(rule) for rule in cast("list[dict[str, Json]]", document["rules"])),
        ingredients=tuple(_ingredient(item) for item in cast("list[dict[str, Json]]", document["quality"])),
        weights=_weights(cast("dict[str, dict[str, float]]", document["weights"])),
    )


def fraction(value: object, name: str) -> float:
    """A number from 0 to 1, or `ValueError`."""
    number = float(cast("float", value))
    if not 0 <= number <= 1:
        raise ValueError(f"{name} must lie between 0 and 1")
    return number


def _duplicates(given: Mapping[str, Mapping[str, float]]) -> DuplicateLimits:
    caps = given["caps"]
    return DuplicateLimits(
        _near(given["near_text"], "near_text"),
        _near(given["perceptual"], "perceptual"),
        bucket_cap=_positive(caps["bucket"], "caps.bucket"),
        candidate_cap=_positive(caps["candidates"], "caps.candidates"),
        round_cap=_positive(caps["rounds"], "caps.rounds"),
    )


def _near(given: Mapping[str, float], name: str) -> NearLimits:
    limits = NearLimits(fraction(given["duplicate"], name), fraction(given["similar"], name))
    if limits.similar > limits.duplicate:
        raise ValueError(f"{name}: similar must not be above duplicate")
    return limits


def _positive(value: float, name: str) -> int:
    if int(value) != value or value < 1:
        raise ValueError(f"{name} must be a whole number from 1")
    return int(value)


def _rule(given: Mapping[str, Json]) -> Rule:
    code, score = str(given["code"]), str(given["score"])
    if code not in reasons.SENTENCES:
        raise ValueError(f"the rule code {code} is unknown")
    verdict = str(given["verdict"])
    if verdict not in {"drop", "hold"}:
        raise ValueError(f"{code}: verdict must be drop or hold")
    return Rule(
        code,
        score,
        catalogue.measured_by(score),
        _modalities(given),
        _limit(given.get("below")),
        _limit(given.get("above")),
        cast("Verdict", verdict),
    )


def _limit(value: Json) -> float | None:
    return None if value is None else float(cast("float", value))


def _modalities(given: Mapping[str, Json]) -> tuple[str, ...]:
    return tuple(Modality(str(name)).value for name in cast("list[str]", given["modalities"]))


def _ingredient(given: Mapping[str, Json]) -> Ingredient:
    score, part = str(given["score"]), cast("Part", given["part"])
    catalogue.measured_by(score)
    knots = tuple((float(x), float(y)) for x, y in cast("list[list[float]]", given["knots"]))
    _check_knots(score, part, knots)
    return Ingredient(part, score, _modalities(given), knots)


def _check_knots(score: str, part: str, knots: tuple[tuple[float, float], ...]) -> None:
    if part not in PARTS:
        raise ValueError(f"{score}: part must be one of {', '.join(PARTS)}")
    rising = [x for x, _ in knots]
    if len(knots) < 2 or any(a >= b for a, b in pairwise(rising)):
        raise ValueError(f"{score}: knots need at least two points with rising x")
    if any(not 0 <= y <= 1 for _, y in knots):
        raise ValueError(f"{score}: knots must stay between 0 and 1")


def _weights(given: Mapping[str, Mapping[str, float]]) -> tuple[tuple[str, tuple[tuple[Part, float], ...]], ...]:
    result = []
    for modality, parts in sorted(given.items()):
        if any(parts[part] <= 0 for part in PARTS):
            raise ValueError(f"weights of {modality} must be above 0")
        result.append((Modality(modality).value, tuple((part, float(parts[part])) for part in PARTS)))
    return tuple(result)
