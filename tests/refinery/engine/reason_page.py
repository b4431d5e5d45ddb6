"""Writes docs/reasons.md: `python -m tests.refinery.engine.reason_page`. A test says when the page is out of date."""

from pathlib import Path

from refinery.engine import reasons
from refinery.engine.catalogue import BLOCKS, SCORES, measured_by
from refinery.engine.recipe import load_recipe

PAGE = Path(__file__).resolve().parents[3] / "docs/reasons.md"
HEAD = """# Reasons, blocks and quality

Written by `python -m tests.refinery.engine.reason_page` from the catalogue; a test says when it is out of date.

Every dropped or held record carries all of its reasons: a code, the measured value, the limit, and the block that
measured it. Codes are stable for ever. The sentences are put together when they are shown; none is stored.
"""
RULES = """A rule fires when its score is known and lies below or above the limit. What nothing measured (the stop words
of a language without a list, the silence of an MP3) fires nothing. A recipe of your own may change every number.
"""
QUALITY = """Each part is as good as its weakest ingredient. An ingredient is a piecewise-linear map through the points
shown, level outside them, with 0.5 at the recipe's own limit. `quality` is the weighted geometric mean of the parts
that are known, and 0 where validity is under the recipe's floor. No topic can be stated yet, so relevance is never
measured.
"""


def _table(head, rows):
    lines = [head, ["---"] * len(head), *rows]
    return ["| " + " | ".join(str(cell).replace("|", "/") for cell in line) + " |" for line in lines]


def _sentences(codes):
    return _table(["code", "sentence"], [[f"`{code}`", reasons.SENTENCES[code]] for code in codes])


def _rules(rules):
    for rule in rules:
        limit = f"below {rule.below:g}" if rule.below is not None else f"above {rule.above:g}"
        names = ", ".join(rule.modalities)
        yield [f"`{rule.code}`", f"`{rule.score}`", limit, names, reasons.SENTENCES[rule.code]]


def _ingredients(ingredients):
    for item in ingredients:
        points = " ".join(f"({x:g}, {y:g})" for x, y in item.knots)
        yield [item.part, f"`{item.score}`", ", ".join(item.modalities), points]


def _blocks():
    for block in BLOCKS.values():
        yield [f"`{block.name}`", block.kind, block.modality, block.summary, block.source, block.licence]


def render():
    recipe = load_recipe("general")
    sections = {
        "A record that could not be read is held": _sentences(reasons.READING),
        "Verdicts": _sentences(reasons.JUDGING),
        "Limits of the recipe `general`": [
            RULES,
            *_table(["code", "score", "limit", "modality", "sentence"], _rules(recipe.rules)),
        ],
        "Quality": [QUALITY, *_table(["part", "score", "modality", "points"], _ingredients(recipe.ingredients))],
        "Blocks": _table(["block", "kind", "modality", "what it does", "after", "licence"], _blocks()),
        "Scores": _table(["score", "measured by"], [[f"`{name}`", f"`{measured_by(name)}`"] for name in SCORES]),
    }
    lines = [HEAD]
    for title, body in sections.items():
        lines += [f"## {title}", "", *body, ""]
    return "\n".join(lines)


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
