"""Reason codes and their sentences. Codes are stable for ever; sentences are put together when shown, never stored."""

from __future__ import annotations

from collections.abc import Mapping

from refinery.engine.canonical import Json
from refinery.engine.catalogue import RULES
from refinery.engine.media.answers import REFUSALS
from refinery.engine.records import Reason

READING: dict[str, str] = {
    "empty_file": "The file is empty.",
    "no_rows": "The file holds no rows.",
    "unsupported_media_type": "This kind of file is not read yet.",
    "too_large": "The record has {value} bytes; the limit is {limit}.",
    "block_failed": "A step could not process this record: {block}.",
    "broken_json": "Line {value} is not valid JSON.",
    "json_too_deep": "The JSON in line {value} is nested too deeply.",
    "row_not_an_object": "Line {value} is JSON, but not an object with named fields.",
    "text_not_a_string": "The text column holds something other than text.",
    "ragged_row": "The row has {value} cells; the header has {limit}.",
    "broken_csv": "The row at line {value} cannot be read as CSV.",
    "broken_parquet": "The file is not a readable Parquet file.",
    "broken_row_group": "Row group {value} of the Parquet file is damaged.",
    "row_unreadable": "Row {value} holds a value that cannot be read.",
    **REFUSALS,
}
JUDGING: dict[str, str] = {
    "low_quality": "Quality {value} is below the threshold of {limit}.",
    "exact_duplicate": "The same content as another record, which is kept.",
    "near_duplicate": "Nearly the same as another record, which is kept: similarity {value}, the limit is {limit}.",
    "override_dropped": "A curator dropped this record.",
    "override_held": "A curator holds this record back.",
}
SENTENCES: dict[str, str] = {**READING, **JUDGING, **{rule.code: rule.sentence for rule in RULES}}


def sentence(reason: Reason) -> str:
    """The reason in plain English, its numbers filled in."""
    template = SENTENCES.get(reason.code, reason.code.replace("_", " ").capitalize() + ".")
    return template.format(value=_number(reason.value), limit=_number(reason.limit), block=reason.block)


def _number(value: float | None) -> str:
    if value is None:
        return "unknown"
    return f"{int(value):,}" if value == int(value) else f"{value:.4g}"


def verdict_sentence(report: Mapping[str, Json]) -> str:
    """The first sentence of a report, for people."""
    verdict = report["verdict"]
    counts = verdict if isinstance(verdict, dict) else {}
    records, kept, dropped, held = (int(str(counts[name])) for name in ("records", "kept", "dropped", "held"))
    share = f" ({100 * kept / records:.0f} %)" if records else ""
    return f"Of {records:,} records {kept:,}{share} are kept, {dropped:,} dropped and {held:,} held."
