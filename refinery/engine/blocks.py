"""What a block, a rule and an ingredient of quality look like. The blocks themselves live beside this file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["reader", "scorer", "classifier", "deduplicator", "filter", "packager"]
Verdict = Literal["drop", "hold"]
Part = Literal["completeness", "clarity", "relevance", "validity"]


@dataclass(frozen=True, slots=True)
class BlockInfo:
    """One entry of the catalogue.

    `name` is ``modality.property@version``; `modality` a modality or ``any``; `outputs` the ledger score fields it
    fills; `source` the paper, project or standard it follows; `licence` the SPDX
    expression of our code and of the works and models that `source` says it runs.
    """

    name: str
    kind: Kind
    modality: str
    outputs: tuple[str, ...]
    summary: str
    source: str
    licence: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A limit on one score. It fires when the score is known and lies below `below` or above `above`.

    `sentence` is plain English for supplier and buyer, with ``{value}`` and ``{limit}``; it is never stored.
    """

    code: str
    score: str
    block: str
    modalities: tuple[str, ...]
    below: float | None = None
    above: float | None = None
    verdict: Verdict = "drop"
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Ingredient:
    """How one score enters one part of quality.

    `knots` is a piecewise-linear map: x ascending, y in 0..1, 0.5 at the rule's own limit.
    """

    part: Part
    score: str
    modalities: tuple[str, ...]
    knots: tuple[tuple[float, float], ...]
