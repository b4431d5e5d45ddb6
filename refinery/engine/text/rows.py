"""Measures of one table row, and the row as text for whatever reads text (language, near duplicates)."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping

from refinery.engine.blocks import BlockInfo
from refinery.engine.canonical import tagged
from refinery.engine.records import Scores
from refinery.engine.text import characters

PLACEHOLDERS = frozenset(
    {"?", "-", "--", "n/a", "#n/a", "na", "nan", "nil", "none", "null", "tbd", "undefined", "unknown", "\\n"}
)
BLOCK = BlockInfo(
    name="row.cells@1",
    kind="scorer",
    modality="table_row",
    outputs=(
        "row_cell_count",
        "row_filled_ratio",
        "row_placeholder_ratio",
        "row_distinct_ratio",
        "row_replacement_ratio",
        "row_control_ratio",
        "row_mojibake_ratio",
    ),
    summary="Cells, shares of filled, placeholder and distinct cells, and signs of damaged text in the cells.",
    source="Our own definitions",
    licence="Apache-2.0",
)


def measure(row: Mapping[str, object]) -> Scores:
    """All row measures; ratios 0 to 1, None where there is nothing to divide by.

    Empty: null, NaN, a string of white space only, an empty list or object. Filled is every other cell; placeholders
    are filled cells that hold one of `PLACEHOLDERS`, whatever the case.
    """
    filled = [cell_text(value) for value in row.values() if not is_empty(value)]
    placeholders = sum(text.strip().lower() in PLACEHOLDERS for text in filled)
    damage = characters.measure("\n".join(filled), "und")
    return {
        "row_cell_count": float(len(row)),
        "row_filled_ratio": len(filled) / len(row) if row else None,
        "row_placeholder_ratio": placeholders / len(filled) if filled else None,
        "row_distinct_ratio": len(set(filled)) / len(filled) if filled else None,
        "row_replacement_ratio": damage["text_replacement_ratio"],
        "row_control_ratio": damage["text_control_ratio"],
        "row_mojibake_ratio": damage["text_mojibake_ratio"],
    }


def row_text(row: Mapping[str, object]) -> str:
    """The filled cells as ``name: value`` lines in the order of the columns."""
    return "\n".join(f"{name}: {cell_text(value)}" for name, value in row.items() if not is_empty(value))


def cell_text(value: object) -> str:
    """A cell as text: strings as they are, ``true`` and ``false``, anything else as its tagged canonical JSON."""
    if isinstance(value, str):
        return value
    plain = tagged(value)
    return plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False, sort_keys=True)


def is_empty(value: object) -> bool:
    """Whether the cell says nothing: null, NaN, blank text, an empty list or object."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return True
    if isinstance(value, str):
        return not value.strip()
    return isinstance(value, list | tuple | dict | bytes) and not value
