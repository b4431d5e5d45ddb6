"""What a package says of itself in its public files: the buyer's cut of the report, and its first records."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from databroker import storage
from databroker.charting import FunnelStage
from refinery.bridge import packages, pictures
from refinery.models import Package

PARTS: Final = {
    "completeness": "Complete",
    "clarity": "Clear",
    "relevance": "Relevant",
    "validity": "Valid",
}
SAMPLE: Final = 6
_EXCERPT: Final = 420
_STAGES: Final = {"read": "Reading", "rules": "Rules", "duplicates": "Copies"}
_MODALITIES: Final = {"table_row": "Table", "other": "Other"}


@dataclass(frozen=True, slots=True)
class SampleRecord:
    """One sold record as plain text for the page, which escapes it; `facts` stand for what is no text."""

    place: int
    record_id: str
    modality: str
    language: str
    quality: float | None
    excerpt: str
    facts: str
    is_picture: bool


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


def sample_records(package: Package, most: int = SAMPLE) -> list[SampleRecord]:
    """Records of each kind in turn, spread evenly over the package; never chosen by the supplier."""
    if not package.directory.is_dir():
        return []
    return [_shown(place, record) for place, record in enumerate(packages.sample_records(package, most))]


def _shown(place: int, record: packages.SampleRecord) -> SampleRecord:
    text = " ".join((record.text or record.row).split())
    excerpt = text if len(text) <= _EXCERPT else text[:_EXCERPT].rsplit(" ", 1)[0] + " …"
    return SampleRecord(
        place=place,
        record_id=record.record_id,
        modality=record.modality,
        language=record.language,
        quality=record.quality,
        excerpt=excerpt,
        facts=_media_facts(record),
        is_picture=record.modality == "image",
    )


def _media_facts(record: packages.SampleRecord) -> str:
    parts = [record.media_type]
    if record.width and record.height:
        parts.append(f"{record.width:,} × {record.height:,} pixels")
    if record.duration_seconds:
        parts.append(f"{record.duration_seconds:.1f} seconds")
    return ", ".join(part for part in parts if part)


def previews_of(package: Package) -> Path:
    """Where the re-encoded pictures of a package's sample are kept; destroyed with its bytes."""
    return storage.tenant_directory(package.organization_id, "previews", package.pk.hex)


def sample_picture(package: Package, place: int) -> bytes | None:
    """The picture of one sample record, decoded in the guarded child and encoded anew; None if it is none.

    Only what the sample shows is ever made, and once: pictures of other records are not to be had here.
    """
    kept = previews_of(package) / f"{place}.jpg"
    if kept.exists():
        return kept.read_bytes()
    drawn = packages.sample_records(package, SAMPLE) if package.directory.is_dir() else []
    if not 0 <= place < len(drawn) or drawn[place].modality != "image":
        return None
    encoded = pictures.package_picture(package, drawn[place].file_name)
    if encoded is not None:
        draft = kept.with_name(f".{kept.name}-{os.urandom(6).hex()}")
        draft.write_bytes(encoded)
        draft.replace(kept)
    return encoded
