"""The one table of all blocks, rules and ingredients of quality. Adding a block means adding its line here."""

from __future__ import annotations

from refinery.engine import readers
from refinery.engine.blocks import BlockInfo, Ingredient, Rule
from refinery.engine.media import audio, images
from refinery.engine.media import decoder as media_decoder
from refinery.engine.media import rules as media_rules
from refinery.engine.text import exact, fineweb, gopher, language, minhash, near, rows
from refinery.engine.text import rules as text_rules

_ALL: tuple[BlockInfo, ...] = (
    *readers.BLOCKS,
    language.BLOCK,
    gopher.BLOCK,
    fineweb.BLOCK,
    rows.BLOCK,
    exact.BLOCK,
    minhash.BLOCK,
    near.BLOCK,
    *media_decoder.BLOCKS,
    *images.BLOCKS,
    audio.BLOCK,
)
BLOCKS: dict[str, BlockInfo] = {block.name: block for block in _ALL}
SCORES: tuple[str, ...] = tuple(sorted({output for block in _ALL for output in block.outputs}))
RULES: tuple[Rule, ...] = (*text_rules.RULES, *media_rules.RULES)
KNOTS: tuple[Ingredient, ...] = (*text_rules.KNOTS, *media_rules.KNOTS)
_MEASURED_BY = {output: block.name for block in _ALL for output in block.outputs}


def measured_by(score: str) -> str:
    """The block that fills a score field; raises KeyError for an unknown field."""
    return _MEASURED_BY[score]
