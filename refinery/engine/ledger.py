"""The ledger: one row per input record, in `seq` order, and the buyer's cut of it. Reading it is `ledger_reader`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa
import pyarrow.parquet as pq

from refinery.engine.artefacts import ArtefactStore, publish
from refinery.engine.edges import Edge
from refinery.engine.errors import RunFailed
from refinery.engine.gather import Gathered
from refinery.engine.judge import Verdict
from refinery.engine.plan import PlannedTask
from refinery.engine.tables import REASON_TYPE, SCORES_TYPE, reason_row

FORMAT_VERSION = "1"
ROW_GROUP = 131_072
FILE_ROWS = 7 * ROW_GROUP
"""Whole row groups, at most a million rows."""
SIMILAR_CAP = 32
_PII_TYPE = pa.list_(
    pa.struct([("type", pa.string()), ("start", pa.int32()), ("end", pa.int32()), ("score", pa.float64())])
)
_CONTAMINATED_TYPE = pa.list_(pa.struct([("benchmark", pa.string()), ("item", pa.string()), ("ngram", pa.string())]))
_SIMILAR_TYPE = pa.list_(pa.struct([("record_id", pa.string()), ("method", pa.string()), ("similarity", pa.float64())]))
SCHEMA = pa.schema(
    [
        ("seq", pa.int64()),
        ("record_id", pa.string()),
        ("source", pa.string()),
        ("record_key", pa.string()),
        ("modality", pa.string()),
        ("media_type", pa.string()),
        ("bytes", pa.int64()),
        ("content_digest", pa.string()),
        ("language", pa.string()),
        ("language_confidence", pa.float64()),
        ("domain", pa.string()),
        ("domain_confidence", pa.float64()),
        ("content_type", pa.string()),
        ("status", pa.string()),
        ("reasons", pa.list_(REASON_TYPE)),
        ("quality", pa.float64()),
        ("completeness", pa.float64()),
        ("clarity", pa.float64()),
        ("relevance", pa.float64()),
        ("validity", pa.float64()),
        ("scores", SCORES_TYPE),
        ("duplicate_of", pa.string()),
        ("duplicate_method", pa.string()),
        ("duplicate_similarity", pa.float64()),
        ("duplicate_cluster", pa.string()),
        ("similar_to", _SIMILAR_TYPE),
        ("pii", _PII_TYPE),
        ("contaminated_with", _CONTAMINATED_TYPE),
        ("problems", pa.list_(REASON_TYPE)),
        ("notes", pa.list_(pa.string())),
    ]
)
WITHHELD = ("source", "pii", "problems")
PUBLIC_SCHEMA = pa.schema([field for field in SCHEMA if field.name not in WITHHELD])
_MEASURED = (
    "modality",
    "media_type",
    "bytes",
    "content_digest",
    "language",
    "language_confidence",
    "scores",
    "problems",
    "notes",
)


class RollingParquet:
    """Writes tables to ``part-00000.parquet`` and on, in row groups of exactly `row_group` rows but for the last."""

    def __init__(self, folder: Path, schema: pa.Schema, row_group: int, file_rows: int, kind: str) -> None:
        self._folder, self._row_group, self._file_rows = folder, row_group, file_rows
        self._schema = schema.with_metadata(
            {"format": f"databroker.{kind}/{FORMAT_VERSION}", "format_version": FORMAT_VERSION}
        )
        self._pending: list[pa.Table] = []
        self._pending_rows = self._rows_in_file = 0
        self._writer: pq.ParquetWriter | None = None
        self._paths: list[Path] = []

    def __enter__(self) -> Self:
        self._folder.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._flush(self._pending_rows)
        self._close_file()

    def write(self, table: pa.Table) -> None:
        self._pending.append(table.cast(self._schema))
        self._pending_rows += len(table)
        while self._pending_rows >= self._row_group:
            self._flush(self._row_group)

    def _flush(self, rows: int) -> None:
        """Write one row group. An empty ledger is one file without rows, so that readers meet its columns."""
        if rows == 0 and self._paths:
            return
        whole = pa.concat_tables(self._pending) if self._pending else self._schema.empty_table()
        if self._writer is None:
            self._open_file()
        assert self._writer is not None  # noqa: S101 - just opened
        self._writer.write_table(whole.slice(0, rows).combine_chunks(), row_group_size=self._row_group)
        self._pending = [whole.slice(rows)]
        self._pending_rows -= rows
        self._rows_in_file += rows
        if self._rows_in_file >= self._file_rows:
            self._close_file()

    def _open_file(self) -> None:
        path = self._folder / f"part-{len(self._paths):05d}.parquet"
        self._paths.append(path)
        self._writer = pq.ParquetWriter(
            _temporary(path), self._schema, compression="zstd", compression_level=3, version="2.6"
        )

    def _close_file(self) -> None:
        if self._writer is None:
            return
        self._writer.close()
        publish(_temporary(self._paths[-1]), self._paths[-1])
        self._writer, self._rows_in_file = None, 0


def _temporary(path: Path) -> Path:
    return path.with_name(f".{path.name}.tmp")


@dataclass(frozen=True, slots=True)
class Findings:
    """All that the ledger is written from."""

    gathered: Gathered
    plan: Sequence[PlannedTask]
    store: ArtefactStore
    verdicts: Sequence[Verdict]
    edges: Sequence[Edge]


def write_ledgers(findings: Findings, folder: Path, public: Path) -> None:
    """Write the ledger and the buyer's cut. Raises `RunFailed` if a record is lost or doubled on the way."""
    similar = _similar_lists(findings)
    keys = _public_ids(findings)
    written = 0
    with (
        RollingParquet(folder, SCHEMA, ROW_GROUP, FILE_ROWS, "ledger") as ledger,
        RollingParquet(public, PUBLIC_SCHEMA, ROW_GROUP, FILE_ROWS, "ledger") as cut,
    ):
        for start, planned in zip(findings.gathered.starts, findings.plan, strict=True):
            table = _ledger_table(findings, planned, start, similar)
            ledger.write(table)
            cut.write(_public_table(table, keys))
            written += len(table)
    if written != len(findings.gathered) or written != len(findings.verdicts):
        raise RunFailed(f"{len(findings.gathered)} records came in, but {written} are in the ledger.")


def _ledger_table(
    findings: Findings, planned: PlannedTask, start: int, similar: Mapping[int, list[dict[str, object]]]
) -> pa.Table:
    measured = findings.store.read(planned.task.key, _MEASURED)
    seqs = range(start, start + len(measured))
    verdicts = [findings.verdicts[seq] for seq in seqs]
    names = findings.gathered
    columns: dict[str, object] = {name: measured.column(name) for name in _MEASURED}
    columns |= {
        "seq": list(seqs),
        "record_id": [names.record_id[seq] for seq in seqs],
        "source": [names.source[seq] for seq in seqs],
        "record_key": [names.record_key[seq] for seq in seqs],
        "similar_to": [similar.get(names.groups[seq], []) for seq in seqs],
        **_verdict_columns(verdicts, names),
    }
    nothing = [None] * len(verdicts)
    return pa.table([_array(columns.get(field.name, nothing), field.type) for field in SCHEMA], schema=SCHEMA)


def _array(values: object, kind: pa.DataType) -> pa.Array | pa.ChunkedArray:
    return values.cast(kind) if isinstance(values, pa.ChunkedArray) else pa.array(values, kind)


def _verdict_columns(verdicts: Sequence[Verdict], names: Gathered) -> dict[str, object]:
    losses = [verdict.loss for verdict in verdicts]
    return {
        "status": [verdict.status.value for verdict in verdicts],
        "reasons": [[reason_row(reason) for reason in verdict.reasons] for verdict in verdicts],
        "quality": [verdict.quality.quality for verdict in verdicts],
        "completeness": [verdict.quality.completeness for verdict in verdicts],
        "clarity": [verdict.quality.clarity for verdict in verdicts],
        "relevance": [verdict.quality.relevance for verdict in verdicts],
        "validity": [verdict.quality.validity for verdict in verdicts],
        "duplicate_of": [loss and names.record_id[loss.survivor] for loss in losses],
        "duplicate_method": [loss and loss.method for loss in losses],
        "duplicate_similarity": [loss and loss.similarity for loss in losses],
        "duplicate_cluster": [verdict.cluster for verdict in verdicts],
    }


def _similar_lists(findings: Findings) -> dict[int, list[dict[str, object]]]:
    """For each exact group the related ones that are no duplicates, strongest first, each by its first record."""
    found: dict[int, list[tuple[float, str, str]]] = {}
    for edge in findings.edges:
        if not edge.is_duplicate:
            for group, other in ((edge.a, edge.b), (edge.b, edge.a)):
                name = findings.gathered.record_id[other]
                found.setdefault(group, []).append((-edge.similarity, name, edge.method))
    return {
        group: [
            {"record_id": name, "method": method, "similarity": -negative}
            for negative, name, method in sorted(others)[:SIMILAR_CAP]
        ]
        for group, others in found.items()
    }


def _public_ids(findings: Findings) -> dict[str, str | None]:
    """For each record_id what a buyer may see in its place: None for a record that is not kept.

    An id that is a path gives way to the record key, which stays the same from version to version.
    """
    names = findings.gathered
    return {
        names.record_id[seq]: public_id(names, seq) if verdict.status == "kept" else None
        for seq, verdict in enumerate(findings.verdicts)
    }


def public_id(names: Gathered, seq: int) -> str:
    """The id under which a record is sold."""
    return names.record_id[seq] if names.by_id[seq] else names.record_key[seq]


def _public_table(table: pa.Table, keys: Mapping[str, str | None]) -> pa.Table:
    """The kept rows without source paths and spans; names of records that were not kept are taken out."""
    kept = table.filter(pa.compute.equal(table.column("status"), "kept"))
    rows = kept.select(["record_id", "record_key", "duplicate_cluster", "similar_to"]).to_pylist()
    replaced = {
        "record_id": [keys[row["record_id"]] for row in rows],
        "duplicate_cluster": [None for _ in rows],
        "similar_to": [list(_public_similar(row["similar_to"], keys)) for row in rows],
    }
    columns = [
        pa.array(replaced[field.name], field.type) if field.name in replaced else kept.column(field.name)
        for field in PUBLIC_SCHEMA
    ]
    return pa.table(columns, schema=PUBLIC_SCHEMA)


def _public_similar(
    similar: Sequence[Mapping[str, object]], keys: Mapping[str, str | None]
) -> Iterator[dict[str, object]]:
    for other in similar:
        name = keys[str(other["record_id"])]
        if name is not None:
            yield {**other, "record_id": name}
