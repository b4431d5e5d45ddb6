"""Reading a ledger: pages by keyset, one record, counts. DuckDB over the Parquet files; every value is a parameter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from refinery.engine.records import Reason
from refinery.engine.tables import reason_of

PAGE = 50


@dataclass(frozen=True, slots=True)
class LedgerFilter:
    """Which rows to show; None = any. `source` matches anywhere in the source path."""

    status: str | None = None
    reason: str | None = None
    language: str | None = None
    modality: str | None = None
    min_quality: float | None = None
    source: str | None = None
    cluster: str | None = None


@dataclass(frozen=True, slots=True)
class Similar:
    """A related record and how alike it is."""

    record_id: str
    method: str
    similarity: float


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One ledger row. `scores` holds the measured values only; `source` is "" in the buyer's cut."""

    seq: int
    record_id: str
    source: str
    record_key: str
    modality: str
    media_type: str
    bytes: int
    content_digest: str
    language: str | None
    language_confidence: float | None
    status: str
    reasons: tuple[Reason, ...]
    problems: tuple[Reason, ...]
    quality: float | None
    completeness: float | None
    clarity: float | None
    relevance: float | None
    validity: float | None
    scores: Mapping[str, float]
    duplicate_of: str | None
    duplicate_method: str | None
    duplicate_similarity: float | None
    duplicate_cluster: str | None
    similar_to: tuple[Similar, ...]
    notes: tuple[str, ...]


class LedgerReader:
    """Reads the ledger files in one folder (``ledger`` or ``public/ledger``)."""

    def __init__(self, folder: Path) -> None:
        self._files = [str(path) for path in sorted(folder.glob("*.parquet"))]
        if not self._files:
            raise FileNotFoundError(f"{folder} holds no ledger")

    def page(self, wanted: LedgerFilter | None = None, *, after: int = -1, limit: int = PAGE) -> list[LedgerRow]:
        """Up to `limit` rows with `seq` above `after`, ascending: pass the last row's seq for the next page."""
        clause, values = _where(wanted or LedgerFilter())
        rows = self._rows(f"{clause} AND seq > ? ORDER BY seq LIMIT ?", [*values, after, limit])
        return [_ledger_row(row) for row in rows]

    def record(self, record_id: str) -> LedgerRow | None:
        """The row of one record, or None."""
        found = self._rows("record_id = ? LIMIT 1", [record_id])
        return _ledger_row(found[0]) if found else None

    def count(self, wanted: LedgerFilter | None = None) -> int:
        """How many rows match."""
        clause, values = _where(wanted or LedgerFilter())
        query = f"SELECT count(*) FROM read_parquet(?) WHERE {clause}"  # noqa: S608 - `clause` is built from constants
        with duckdb.connect() as connection:
            found = connection.execute(query, [self._files, *values]).fetchone()
        return int(found[0]) if found else 0

    def _rows(self, clause: str, values: list[object]) -> list[dict[str, object]]:
        query = f"SELECT * FROM read_parquet(?) WHERE {clause}"  # noqa: S608 - `clause` is built from constants
        with duckdb.connect() as connection:
            answer = connection.execute(query, [self._files, *values])
            names = [column[0] for column in answer.description or ()]
            return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


def _where(wanted: LedgerFilter) -> tuple[str, list[object]]:
    clauses = (
        ("status = ?", wanted.status),
        ("len(list_filter(reasons, lambda reason : reason.code = ?)) > 0", wanted.reason),
        ("language = ?", wanted.language),
        ("modality = ?", wanted.modality),
        ("quality >= ?", wanted.min_quality),
        ("contains(source, ?)", wanted.source),
        ("duplicate_cluster = ?", wanted.cluster),
    )
    used = [(clause, value) for clause, value in clauses if value is not None]
    return " AND ".join(["true", *(clause for clause, _ in used)]), [value for _, value in used]


def _ledger_row(row: dict[str, object]) -> LedgerRow:
    plain = {name: row.get(name) for name in LedgerRow.__slots__}
    similar = row["similar_to"] or []
    scores = row["scores"] or {}
    return LedgerRow(
        **{  # type: ignore[arg-type]
            **plain,
            "source": row.get("source") or "",
            "reasons": _reasons(row.get("reasons")),
            "problems": _reasons(row.get("problems")),
            "scores": {name: value for name, value in scores.items() if value is not None},  # type: ignore[attr-defined]
            "similar_to": tuple(Similar(**other) for other in similar),  # type: ignore[attr-defined]
            "notes": tuple(row.get("notes") or ()),  # type: ignore[arg-type]
        }
    )


def _reasons(rows: object) -> tuple[Reason, ...]:
    return tuple(reason_of(row) for row in rows) if isinstance(rows, list) else ()
