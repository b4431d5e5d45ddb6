"""What a package says of itself in its public files: the buyer's cut of the report, and its first records."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow.parquet as pq

from databroker.charting import FunnelStage
from refinery.models import Package

PARTS: Final = {
    "completeness": "Complete",
    "clarity": "Clear",
    "relevance": "Relevant",
    "validity": "Valid",
}
_EXCERPT: Final = 420
_STAGES: Final = {"read": "Reading", "rules": "Rules", "duplicates": "Copies"}
_MODALITIES: Final = {"table_row": "Table", "other": "Other"}


@dataclass(frozen=True, slots=True)
class SampleRecord:
    """One sold record as plain text for the page, which escapes it; `facts` stand for what is no text."""

    record_id: str
    modality: str
    language: str
    quality: float | None
    excerpt: str
    facts: str


@dataclass(frozen=True, slots=True)
class Distribution:
    """A histogram of a measured score: 40 equal bins from `low` to `high`."""

    title: str
    modality: str
    bins: list[int]
    low: float
    high: float
    limit: float | None
    keep: str


@dataclass(frozen=True, slots=True)
class PublicReport:
    """The figures a buyer sees. Counts are records of the whole input, sold or not."""

    records: int
    kept: int
    dropped: int
    held: int
    threshold: float | None
    duplicates_removed: int
    funnel: list[FunnelStage]
    reasons: list[tuple[str, int]]
    distributions: list[Distribution]


def modality_word(modality: str) -> str:
    """`table_row` is Table, `image` is Image."""
    return _MODALITIES.get(modality, modality.replace("_", " ").capitalize())


def public_report(package: Package) -> PublicReport | None:
    """The report in `public/report.json`; None where the bytes are gone."""
    try:
        report = json.loads((package.directory / "public" / "report.json").read_bytes())
    except OSError:
        return None
    verdict = report["verdict"]
    return PublicReport(
        records=verdict["records"],
        kept=verdict["kept"],
        dropped=verdict["dropped"],
        held=verdict["held"],
        threshold=verdict.get("threshold"),
        duplicates_removed=sum(report["duplicates"]["dropped"].values()),
        funnel=list(_funnel(report["funnel"])),
        reasons=[(row["code"].replace("_", " "), row["count"]) for row in report["reasons"]],
        distributions=[_distribution(row) for row in report["distributions"] if row["score"] == "quality"],
    )


def _funnel(stages: list[dict[str, Any]]) -> Iterator[FunnelStage]:
    """The report counts after each stage; the page shows what each stage took out."""
    dropped = held = 0
    for stage in stages:
        label = _STAGES.get(stage["stage"], stage["stage"].capitalize())
        came_in = stage["records"] - dropped - held
        yield FunnelStage(label, came_in, stage["dropped"] - dropped, stage["held"] - held)
        dropped, held = stage["dropped"], stage["held"]


def _distribution(row: dict[str, Any]) -> Distribution:
    below, above = row.get("below"), row.get("above")
    return Distribution(
        title=f"Quality, {modality_word(row['modality']).lower()}",
        modality=row["modality"],
        bins=row["bins"],
        low=row["low"],
        high=row["high"],
        limit=below if below is not None else above,
        keep="above" if below is not None or above is None else "below",
    )


def sample_records(package: Package, most: int = 6) -> list[SampleRecord]:
    """The first sold records of each kind, in turn, at most `most`; never chosen by the supplier."""
    folders = sorted(path for path in (package.directory / "data").glob("*") if path.is_dir())
    share = max(most // len(folders), 1) if folders else 0
    return [record for folder in folders for record in _first(folder, share)][:most]


def _first(folder: Path, count: int) -> Iterator[SampleRecord]:
    shards = sorted(folder.glob("*.parquet"))
    if not shards:
        return
    with pq.ParquetFile(shards[0]) as shard:
        batch = next(shard.iter_batches(batch_size=count), None)
    for row in batch.to_pylist() if batch is not None else []:
        yield _record(folder.name, row)


def _record(modality: str, row: dict[str, Any]) -> SampleRecord:
    text = " ".join(str(row.get("text") or row.get("row") or "").split())
    excerpt = text if len(text) <= _EXCERPT else text[:_EXCERPT].rsplit(" ", 1)[0] + " …"
    return SampleRecord(
        record_id=str(row["record_id"]),
        modality=modality,
        language=str(row.get("language") or ""),
        quality=row.get("quality"),
        excerpt=excerpt,
        facts=_media_facts(row),
    )


def _media_facts(row: dict[str, Any]) -> str:
    parts = [str(row.get("media_type") or "")]
    if row.get("width") and row.get("height"):
        parts.append(f"{row['width']:,} × {row['height']:,} pixels")
    if row.get("duration_seconds"):
        parts.append(f"{row['duration_seconds']:.1f} seconds")
    return ", ".join(part for part in parts if part)
