"""Sold packages: cut from a run, compared with the one before, described for listings, read for samples."""

import hashlib
import mimetypes
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import cast

import duckdb

from refinery.bridge.jobs import run_folder
from refinery.engine.canonical import Json
from refinery.engine.manifest import read_manifest
from refinery.engine.packaging import cut_package
from refinery.engine.rendering import SUMS, Sale
from refinery.models import Package, RefinementRun

__all__ = ["Sale"]

_TYPES = {".parquet": "application/vnd.apache.parquet", ".md": "text/markdown", ".json": "application/json"}
_PARTS = ("quality", "completeness", "clarity", "relevance", "validity")
Row = dict[str, object]


class Step(IntEnum):
    """Which number of the semantic version goes up."""

    PATCH = 0
    MINOR = 1
    MAJOR = 2


@dataclass(frozen=True, slots=True)
class PackageFile:
    """One file of a package: its path below the root, bytes, hex sha256."""

    path: str
    size: int
    sha256: str
    content_type: str


@dataclass(frozen=True, slots=True)
class PackageFacts:
    """What a listing says about a package; counts by value, medians from 0 to 1 or None."""

    record_count: int
    file_count: int
    byte_count: int
    modalities: dict[str, int]
    media_types: dict[str, int]
    languages: dict[str, int]
    domains: dict[str, int]
    quality: dict[str, float | None]


@dataclass(frozen=True, slots=True)
class SampleRecord:
    """A record as the buyer gets it. `file_name` names its file where it is media, else ""; lengths in seconds."""

    record_id: str
    modality: str
    media_type: str
    language: str
    quality: float | None
    text: str
    row: str
    file_name: str
    width: int | None
    height: int | None
    duration_seconds: float | None


def cut(run: RefinementRun, target: Path, sale: Sale) -> str:
    """Writes what is sold of a run into the new folder `target`; returns the package digest."""
    return cut_package(run_folder(run), target, sale)


def package_files(package: Package) -> list[PackageFile]:
    """Every file of the package, by path; the checksums come from its SHA256SUMS, which is listed too."""
    return _files(package.directory)


def _files(root: Path) -> list[PackageFile]:
    sums = root / SUMS
    listed = [line.split("  ", 1) for line in sums.read_text(encoding="utf-8").splitlines()]
    files = [_file(root, path, digest) for digest, path in listed]
    return [*files, _file(root, SUMS, _digest(sums))]


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _file(root: Path, path: str, digest: str) -> PackageFile:
    suffix = Path(path).suffix
    kind = _TYPES.get(suffix) or mimetypes.guess_type(path)[0] or "application/octet-stream"
    return PackageFile(path, (root / path).stat().st_size, digest, "text/plain" if path == SUMS else kind)


def manifest_of(package: Package) -> dict[str, Json]:
    """The manifest's document."""
    return dict(read_manifest(package.directory).document)


def facts_of(root: Path) -> PackageFacts:
    """Reads them from a package's own folder."""
    files = _files(root)
    with _public_ledger(root) as connection:
        count = connection.execute("SELECT count(*) FROM ledger").fetchone()
        medians = connection.execute(
            f"SELECT {', '.join(f'median({part})' for part in _PARTS)} FROM ledger"  # noqa: S608 - constants
        ).fetchone()
        return PackageFacts(
            record_count=int(count[0]) if count else 0,
            file_count=len(files),
            byte_count=sum(file.size for file in files),
            modalities=_counted(connection, "modality"),
            media_types=_counted(connection, "media_type"),
            languages=_counted(connection, "language"),
            domains=_counted(connection, "domain"),
            quality={
                part: None if value is None else round(value, 4)
                for part, value in zip(_PARTS, medians or [None] * len(_PARTS), strict=True)
            },
        )


def _public_ledger(root: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(config={"threads": 1})
    files = [str(path) for path in sorted((root / "public" / "ledger").glob("*.parquet"))]
    connection.read_parquet(files).create_view("ledger")
    return connection


def _counted(connection: duckdb.DuckDBPyConnection, column: str) -> dict[str, int]:
    query = f"SELECT {column}, count(*) FROM ledger WHERE {column} IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1"  # noqa: S608
    return {str(value): int(count) for value, count in connection.execute(query).fetchall()}


def difference(before: Path, after: Path) -> Step:
    """How a package differs from the one before it: MAJOR if a record is gone or says something else, MINOR if some
    came, PATCH if the records are the same.

    Records are matched by `record_key`; what they say is compared by the digests of the original and of the sold text.
    """
    with duckdb.connect(config={"threads": 1}) as connection:
        for name, root in (("before", before), ("after", after)):
            _content_table(connection, name, root)
        gone = connection.execute("SELECT 1 FROM before ANTI JOIN after USING (key, content) LIMIT 1").fetchone()
        new = connection.execute("SELECT 1 FROM after ANTI JOIN before USING (key, content) LIMIT 1").fetchone()
    return Step.MAJOR if gone else Step.MINOR if new else Step.PATCH


def _content_table(connection: duckdb.DuckDBPyConnection, name: str, root: Path) -> None:
    """A table (key, content) of the package's records."""
    ledger = [str(path) for path in sorted((root / "public" / "ledger").glob("*.parquet"))]
    data = [
        str(path) for folder in ("text", "table_row") for path in sorted((root / "data" / folder).glob("*.parquet"))
    ]
    connection.read_parquet(ledger).create_view(f"{name}_ledger")
    if data:
        connection.read_parquet(data, union_by_name=True).create_view(f"{name}_data")
        sold, joined = "coalesce(text_digest, '')", f"LEFT JOIN {name}_data USING (record_id)"
    else:
        sold, joined = "''", ""
    connection.execute(
        f"CREATE TABLE {name} AS SELECT record_key AS key, content_digest || ' ' || {sold} AS content "  # noqa: S608
        f"FROM {name}_ledger {joined}"
    )


def sample_records(package: Package, count: int) -> list[SampleRecord]:
    """Up to `count` records, taken from each modality in turn and evenly over the package."""
    folders = [path for path in sorted((package.directory / "data").iterdir()) if list(path.glob("*.parquet"))]
    piles = [_sample_of(package, folder.name, count) for folder in folders]
    drawn: list[SampleRecord] = []
    for place in range(count):
        drawn += [pile[place] for pile in piles if place < len(pile)]
    return drawn[:count]


def _sample_of(package: Package, modality: str, count: int) -> list[SampleRecord]:
    files = [str(path) for path in sorted((package.directory / "data" / modality).glob("*.parquet"))]
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.read_parquet(files).create_view("data")
        total = cast("tuple[int]", connection.execute("SELECT count(*) FROM data").fetchone())[0]
        step = max(1, total // count)
        answer = connection.execute(
            "SELECT * FROM (SELECT *, row_number() OVER () - 1 AS place FROM data) "
            "WHERE place % ? = 0 ORDER BY place LIMIT ?",
            [step, count],
        )
        names = [column[0] for column in answer.description or ()]
        rows: list[Row] = [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
    return [_sample(modality, row) for row in rows]


def _sample(modality: str, row: Row) -> SampleRecord:
    return SampleRecord(
        record_id=str(row["record_id"]),
        modality=modality,
        media_type=str(row.get("media_type") or ""),
        language=str(row.get("language") or ""),
        quality=cast("float | None", row.get("quality")),
        text=str(row.get("text") or ""),
        row=str(row.get("row") or ""),
        file_name=str(row.get("file_name") or ""),
        width=cast("int | None", row.get("width")),
        height=cast("int | None", row.get("height")),
        duration_seconds=cast("float | None", row.get("duration_seconds")),
    )
