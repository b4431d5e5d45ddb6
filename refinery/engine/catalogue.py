"""The one table of all blocks, rules and ingredients of quality. Adding a block means adding its line here."""

from __future__ import annotations

from refinery.engine import readers
from refinery.engine.blocks import BlockInfo, Ingredient, Rule
from refinery.engine.media import audio, images
from refinery.engine.media import near as media_near
from refinery.engine.media import rules as media_rules
from refinery.engine.text import characters, exact, fineweb, gopher, language, minhash, near, repetition, rows
from refinery.engine.text import rules as text_rules

JUDGE_QUALITY = BlockInfo(
    name="judge.quality@1",
    kind="filter",
    modality="any",
    outputs=(),
    summary="Quality of a record: weighted geometric mean of completeness, clarity, relevance and validity.",
    source="docs/engine.md",
    licence="Apache-2.0",
)
JUDGE_DUPLICATES = BlockInfo(
    name="judge.duplicates@1",
    kind="deduplicator",
    modality="any",
    outputs=(),
    summary="Drops a record only by a direct, verified edge to a record that is kept.",
    source="docs/engine.md",
    licence="Apache-2.0",
)
JUDGE_OVERRIDES = BlockInfo(
    name="judge.overrides@1",
    kind="filter",
    modality="any",
    outputs=(),
    summary="Follows a curator's verdict on single records.",
    source="docs/engine.md",
    licence="Apache-2.0",
)
_ALL: tuple[BlockInfo, ...] = (
    *readers.BLOCKS,
    language.BLOCK,
    gopher.BLOCK,
    repetition.BLOCK,
    fineweb.BLOCK,
    characters.BLOCK,
    exact.BLOCK,
    minhash.BLOCK,
    near.BLOCK,
    rows.BLOCK,
    images.SIZE,
    images.EXPOSURE,
    images.SHARPNESS,
    media_near.NEAR,
    audio.FACTS,
    audio.SILENCE,
    JUDGE_QUALITY,
    JUDGE_DUPLICATES,
    JUDGE_OVERRIDES,
)
BLOCKS: dict[str, BlockInfo] = {block.name: block for block in _ALL}
SCORES: tuple[str, ...] = tuple(sorted({output for block in _ALL for output in block.outputs}))
RULES: tuple[Rule, ...] = (*text_rules.RULES, *media_rules.RULES)
KNOTS: tuple[Ingredient, ...] = (*text_rules.KNOTS, *media_rules.KNOTS)
_MEASURED_BY = {output: block.name for block in _ALL for output in block.outputs}


def measured_by(score: str) -> str:
    """The block that fills a score field; raises KeyError for an unknown field."""
    return _MEASURED_BY[score]
