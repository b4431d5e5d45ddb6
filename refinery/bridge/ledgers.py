"""Records of a run for whoever looks at them: pages, one record, its words, examples of a reason."""

from collections.abc import Sequence
from dataclasses import dataclass

from refinery.bridge.jobs import run_folder, work_folder
from refinery.engine.ledger_reader import PAGE, LedgerFilter, LedgerReader, LedgerRow
from refinery.engine.reasons import sentence
from refinery.engine.record_contents import ContentReader, RecordContent
from refinery.models import RefinementRun

__all__ = ["LedgerFilter", "LedgerRow"]


@dataclass(frozen=True, slots=True)
class RecordPage:
    """Rows in `seq` order; `next_after` is the key of the next page or None; `total` counts all that match."""

    rows: tuple[LedgerRow, ...]
    next_after: int | None
    total: int


@dataclass(frozen=True, slots=True)
class ExampleRecord:
    """A record that shows what a reason means. `excerpt` is text of the supplier's: escape it."""

    record_id: str
    seq: int
    modality: str
    language: str
    excerpt: str
    sentence: str
    other: str


def page_of_records(run: RefinementRun, wanted: LedgerFilter, *, after: int = -1, limit: int = PAGE) -> RecordPage:
    """Up to `limit` records that match, with `seq` above `after`."""
    reader = LedgerReader(run_folder(run) / "ledger")
    rows = reader.page(wanted, after=after, limit=limit + 1)
    more = len(rows) > limit
    shown = tuple(rows[:limit])
    return RecordPage(shown, shown[-1].seq if more else None, reader.count(wanted))


def find_record(run: RefinementRun, record_id: str) -> LedgerRow | None:
    """One record, or None."""
    return LedgerReader(run_folder(run) / "ledger").record(record_id)


def record_content(run: RefinementRun, seq: int) -> RecordContent:
    """What the record says; empty where the intermediate results are gone."""
    return _contents(run).content(seq)


def examples(
    run: RefinementRun, wanted: Sequence[tuple[str, Sequence[str]]], *, length: int = 280
) -> dict[str, list[ExampleRecord]]:
    """For each (reason code, record ids) the records with the beginning of what they say, `length` characters."""
    reader, contents = LedgerReader(run_folder(run) / "ledger"), _contents(run)
    found: dict[str, list[ExampleRecord]] = {}
    for code, record_ids in wanted:
        rows = [row for row in (reader.record(record_id) for record_id in record_ids) if row is not None]
        found.setdefault(code, []).extend(_example(code, row, contents, length) for row in rows)
    return found


def _contents(run: RefinementRun) -> ContentReader:
    return ContentReader(run_folder(run), work_folder(run) / "artefacts")


def _example(code: str, row: LedgerRow, contents: ContentReader, length: int) -> ExampleRecord:
    said = contents.content(row.seq)
    words = " ".join((said.text or said.row_json or "")[: 4 * length].split())
    reason = next((reason for reason in row.reasons if reason.code == code), None)
    return ExampleRecord(
        record_id=row.record_id,
        seq=row.seq,
        modality=row.modality,
        language="" if row.language in {None, "und"} else str(row.language),
        excerpt=words if len(words) <= length else words[:length].rstrip() + "…",
        sentence="" if reason is None else sentence(reason),
        other=row.duplicate_of or "",
    )
