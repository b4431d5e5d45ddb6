"""The columns of the artefacts between reading and judging, and rows to and from them."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from refinery.engine import catalogue
from refinery.engine.annotate import Measured
from refinery.engine.records import Reason

SCORES_TYPE = pa.struct([(name, pa.float64()) for name in catalogue.SCORES])
REASON_TYPE = pa.struct(
    [("code", pa.string()), ("value", pa.float64()), ("limit", pa.float64()), ("block", pa.string())]
)
MEASURED = pa.schema(
    [
        ("part", pa.int32()),
        ("row", pa.int64()),
        ("modality", pa.string()),
        ("media_type", pa.string()),
        ("bytes", pa.int64()),
        ("content_digest", pa.string()),
        ("id_value", pa.string()),
        ("problems", pa.list_(REASON_TYPE)),
        ("notes", pa.list_(pa.string())),
        ("language", pa.string()),
        ("language_confidence", pa.float64()),
        ("length", pa.float64()),
        ("exact_digest", pa.string()),
        ("text_digest", pa.string()),
        ("bands", pa.list_(pa.uint64())),
        ("fingerprint", pa.binary()),
        ("thumbnail", pa.binary()),
        ("scores", SCORES_TYPE),
        ("row_json", pa.large_string()),
        ("text", pa.large_string()),
    ]
)
PAIRS = pa.schema([("similarity", pa.float64()), ("fact_only", pa.bool_())])


def measured_table(rows: Sequence[tuple[int, Measured]]) -> pa.Table:
    """An artefact of annotation: one row per record, `part` being the file part's position in its task."""
    return pa.Table.from_pylist([_measured_row(part, measured) for part, measured in rows], schema=MEASURED)


def _measured_row(part: int, measured: Measured) -> dict[str, object]:
    raw = measured.raw
    return {
        "part": part,
        "row": raw.row,
        "modality": raw.modality.value,
        "media_type": raw.media_type,
        "bytes": raw.size,
        "content_digest": raw.content_digest,
        "id_value": raw.id_value,
        "problems": [reason_row(problem) for problem in measured.problems],
        "notes": list(raw.notes),
        "language": measured.language,
        "language_confidence": measured.language_confidence,
        "length": measured.length,
        "exact_digest": measured.exact_digest,
        "text_digest": measured.text_digest,
        "bands": measured.bands,
        "fingerprint": measured.fingerprint,
        "thumbnail": measured.thumbnail,
        "scores": measured.scores,
        "row_json": raw.row_json,
        "text": raw.text,
    }


def reason_row(reason: Reason) -> dict[str, object]:
    return {"code": reason.code, "value": reason.value, "limit": reason.limit, "block": reason.block}


def reason_of(row: dict[str, object]) -> Reason:
    value, limit = row["value"], row["limit"]
    return Reason(
        str(row["code"]),
        value if isinstance(value, float) else None,
        limit if isinstance(limit, float) else None,
        str(row["block"]),
    )
