"""Parquet: one record per row. A row group that cannot be read is held as one record; the rest goes on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from refinery.engine.blocks import BlockInfo
from refinery.engine.canonical import NotCanonical, sha256_hex
from refinery.engine.readers.base import FilePart, RawRecord, ReadOptions, held_file, row_record
from refinery.engine.records import Modality, Reason

BLOCK = BlockInfo(
    name="read.parquet@1",
    kind="reader",
    modality="any",
    outputs=(),
    summary="Reads Parquet: one record per row; a damaged row group is held as one record.",
    source="Apache Parquet format",
    licence="Apache-2.0",
)
PARQUET = "application/vnd.apache.parquet"
_BATCH = 1024
_UNREADABLE = (pa.ArrowException, OSError, ValueError, OverflowError, MemoryError, NotImplementedError, TypeError)


def read_parquet(part: FilePart, options: ReadOptions) -> Iterator[RawRecord]:
    """One record per row of the part's row groups, numbered from 0 within the part."""
    try:
        file = pq.ParquetFile(part.path)
    except _UNREADABLE:
        yield held_file(part, Modality.TABLE_ROW, PARQUET, Reason("broken_parquet", None, None, BLOCK.name))
        return
    with file:
        groups = range(file.num_row_groups) if part.is_whole else range(part.start, part.stop)
        number = 0
        for group in groups:
            for record in _group_records(file, group, number, part, options):
                yield record
                number += 1


def _group_records(
    file: pq.ParquetFile, group: int, number: int, part: FilePart, options: ReadOptions
) -> Iterator[RawRecord]:
    done = 0
    try:
        described = file.metadata.row_group(group)
        if described.total_byte_size > options.container_bytes:
            yield _held_group(part, group, number, "too_large", float(described.total_byte_size))
            return
        for batch in file.iter_batches(batch_size=_BATCH, row_groups=[group]):
            rows = _rows_of(batch)
            for row in rows:
                yield _row_record(row, number + done, part, options)
                done += 1
    except _UNREADABLE:
        yield _held_group(part, group, number + done, "broken_row_group", float(group))


def _held_group(part: FilePart, group: int, number: int, code: str, value: float) -> RawRecord:
    digest = sha256_hex(f"{part.sha256}/{group}/{number}".encode())
    problem = Reason(code, value, None, BLOCK.name)
    return RawRecord(Modality.TABLE_ROW, PARQUET, 0, digest, number, problems=(problem,))


def _row_record(row: dict[str, object] | None, number: int, part: FilePart, options: ReadOptions) -> RawRecord:
    if row is not None:
        try:
            return row_record(row, number, PARQUET, options, (), BLOCK.name)
        except (NotCanonical, RecursionError, ValueError):
            row = None
    digest = sha256_hex(f"{part.sha256}@{part.start}#{number}".encode())
    problem = Reason("row_unreadable", float(number), None, BLOCK.name)
    return RawRecord(Modality.TABLE_ROW, PARQUET, 0, digest, number, problems=(problem,))


def _rows_of(batch: pa.RecordBatch) -> list[dict[str, object] | None]:
    """The rows as dicts; None for a row with a value that Python cannot hold, such as a year beyond 9999."""
    columns = [_column(batch.column(position)) for position in range(batch.num_columns)]
    names = _distinct(batch.schema.names)
    rows: list[dict[str, object] | None] = []
    for position in range(batch.num_rows):
        cells = [column[position] for column in columns]
        rows.append(None if any(cell is _BAD for cell in cells) else dict(zip(names, cells, strict=True)))
    return rows


_BAD: Any = object()


def _column(values: pa.Array) -> list[Any]:
    if pa.types.is_timestamp(values.type) and values.type.unit == "ns":
        values = values.cast(pa.string())
    try:
        return list(values.to_pylist())
    except _UNREADABLE:
        return [_cell(value) for value in values]


def _cell(value: pa.Scalar) -> Any:
    try:
        return value.as_py()
    except _UNREADABLE:
        return _BAD


def _distinct(names: list[str]) -> list[str]:
    seen: dict[str, int] = {}
    result = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        result.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    return result


def cut_row_groups(path: Path, piece: int) -> list[tuple[int, int, int]]:
    """(first, last + 1, 0) of runs of row groups of about `piece` uncompressed bytes; empty where unreadable."""
    try:
        with pq.ParquetFile(path) as file:
            sizes = [file.metadata.row_group(group).total_byte_size for group in range(file.num_row_groups)]
    except _UNREADABLE:
        return []
    ranges, start, held = [], 0, 0
    for group, size in enumerate(sizes):
        held += max(size, 0)
        if held >= piece:
            ranges.append((start, group + 1, 0))
            start, held = group + 1, 0
    if start < len(sizes):
        ranges.append((start, len(sizes), 0))
    return ranges
