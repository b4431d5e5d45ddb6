"""The quality report as pages show it: the same figures for the supplier's page and for the curators' desk."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from databroker.charting import FunnelStage
from refinery import bridge
from refinery.models import QualityReport, RefinementRun
from refinery.titles import title_of

EXAMPLES_EACH: Final = 2
REASONS_WITH_EXAMPLES: Final = 12
_STAGES: Final = {
    "read": ("Read", "Open every file and split it into records"),
    "rules": ("Rules", "Measured values against the recipe's limits"),
    "duplicates": ("Copies", "Same or nearly the same as a record that is kept"),
}
_MODALITIES: Final = {"table_row": "Table rows", "other": "Other files", "audio": "Sound", "image": "Images"}
PARTS: Final = ("quality", "completeness", "clarity", "relevance", "validity")
_QUESTIONS: Final = {
    "completeness": "Is anything missing? Empty fields, cut-off text.",
    "clarity": "Can it be read? Stray symbols, repetition, blur.",
    "relevance": "Is it about what was asked for?",
    "validity": "Is it well formed? Decodes, parses, is not empty.",
}
_WARNINGS: Final = {
    "skipped_symbolic_link": "Links in the folder were passed over.",
    "skipped_special_file": "Special files in the folder were passed over.",
    "skipped_unreadable_file": "Files could not be opened and were passed over.",
    "skipped_unreadable_folder": "Folders could not be opened and were passed over.",
    "pairs_over_bucket_cap": "Pairs of similar records were not compared, because too many records look alike.",
    "pairs_over_candidate_cap": "Pairs of similar records were not compared, because a record had too many candidates.",
    "pairs_over_round_cap": "Pairs within large groups of copies were not compared.",
    "id_column_unused": "Records have an id that another record has too; they go by their path instead.",
}
_NOTES: Final = {"not_utf8": "Not UTF-8: read as a Western encoding", "nul_bytes": "Holds NUL bytes"}


@dataclass(frozen=True, slots=True)
class ReasonView:
    """One reason: how many records carry it, how many would come back without it, what it looks like."""

    code: str
    title: str
    sentence: str
    count: int
    alone: int
    held: int
    limit: float | None
    block: str
    examples: tuple[bridge.ExampleRecord, ...]

    @property
    def tone(self) -> str:
        """Whether it holds or drops."""
        return "held" if self.held == self.count else "dropped"


@dataclass(frozen=True, slots=True)
class DistributionView:
    """A histogram with its limit; `keep` says on which side of it records stay."""

    title: str
    sentence: str
    bins: list[int]
    low: float
    high: float
    limit: float | None
    keep: str


@dataclass(frozen=True, slots=True)
class Share:
    """Records of one kind by verdict."""

    name: str
    records: int
    kept: int
    dropped: int
    held: int


@dataclass(frozen=True, slots=True)
class PartView:
    """A part of quality: (modality, median over its kept records or None where it is not measured, no limit)."""

    name: str
    question: str
    medians: tuple[tuple[str, float | None, None], ...]


@dataclass(frozen=True, slots=True)
class Duplicates:
    """Groups of copies; `largest` are (record id of the group, records, kept)."""

    groups: int
    records: int
    by_method: tuple[tuple[str, int], ...]
    largest: tuple[tuple[str, int, int], ...]
    similar_pairs: int


@dataclass(frozen=True, slots=True)
class ReportView:
    """Everything the report page shows, in its order."""

    sentence: str
    records: int
    kept: int
    dropped: int
    held: int
    threshold: float | None
    decides: bool
    parts: tuple[PartView, ...]
    funnel: tuple[FunnelStage, ...]
    reasons: tuple[ReasonView, ...]
    leading: tuple[DistributionView, ...]
    others: tuple[DistributionView, ...]
    modalities: tuple[Share, ...]
    languages: tuple[tuple[str, int], ...]
    media_types: tuple[Share, ...]
    duplicates: Duplicates
    warnings: tuple[str, ...]
    methods: tuple[bridge.Method, ...]

    @property
    def reasons_total(self) -> int:
        """Records that are not kept, which is less than the reasons add up to."""
        return self.dropped + self.held


def report_of(run: RefinementRun) -> ReportView | None:
    """The report of a finished run; None while there is none and once it was erased."""
    found = stored_report(run)
    if found is None:
        return None
    document: dict[str, Any] = found.document
    verdict = document["verdict"]
    leading, others = _distributions(document["distributions"])
    return ReportView(
        sentence=bridge.first_sentence(document),
        records=verdict["records"],
        kept=verdict["kept"],
        dropped=verdict["dropped"],
        held=verdict["held"],
        threshold=verdict["threshold"],
        decides=document["recipe"]["decides"],
        parts=tuple(_parts(document["quality"])),
        funnel=tuple(_funnel(document["funnel"])),
        reasons=tuple(_reasons(run, document["reasons"])),
        leading=leading,
        others=others,
        modalities=tuple(_shares(document["modalities"], _MODALITIES)),
        languages=tuple((language_word(row["name"]), row["kept"]) for row in document["languages"] if row["kept"]),
        media_types=tuple(_shares(document["media_types"], {})),
        duplicates=_duplicates(document["duplicates"]),
        warnings=tuple(_warnings(document)),
        methods=tuple(bridge.methods_of(run)),
    )


def stored_report(run: RefinementRun) -> QualityReport | None:
    """The report's row while it says something."""
    found = getattr(run, "report", None)
    return found if isinstance(found, QualityReport) and found.erased_at is None else None


def modality_word(name: str) -> str:
    return _MODALITIES.get(name, name.replace("_", " ").capitalize())


def language_word(code: str) -> str:
    return "Not sure" if code in {"", "und"} else code


def _parts(medians: dict[str, dict[str, float | None]]) -> Iterator[PartView]:
    for name, question in _QUESTIONS.items():
        found = tuple((modality_word(modality), values[name], None) for modality, values in medians.items())
        yield PartView(name.capitalize(), question, found)


def _funnel(stages: list[dict[str, Any]]) -> Iterator[FunnelStage]:
    """The report counts after each stage; the page shows what each stage took out."""
    dropped = held = 0
    for stage in stages:
        label, note = _STAGES.get(stage["stage"], (stage["stage"].capitalize(), ""))
        came_in = stage["records"] - dropped - held
        yield FunnelStage(label, came_in, stage["dropped"] - dropped, stage["held"] - held, note)
        dropped, held = stage["dropped"], stage["held"]


def _reasons(run: RefinementRun, rows: list[dict[str, Any]]) -> Iterator[ReasonView]:
    wanted = [(row["code"], row["examples"][:EXAMPLES_EACH]) for row in rows[:REASONS_WITH_EXAMPLES]]
    found = bridge.examples(run, wanted)
    for row in rows:
        shown = found.get(row["code"], [])
        yield ReasonView(
            code=row["code"],
            title=title_of(row["code"]),
            sentence=shown[0].sentence if shown else "",
            count=row["count"],
            alone=row["alone"],
            held=row["held"],
            limit=row["limit"],
            block=row["block"],
            examples=tuple(shown),
        )


def _distributions(
    rows: list[dict[str, Any]],
) -> tuple[tuple[DistributionView, ...], tuple[DistributionView, ...]]:
    """Quality and whatever crosses its limit first, the rest behind a fold."""
    leading: list[DistributionView] = []
    others: list[DistributionView] = []
    for row in rows:
        crossed = any(_beyond(row))
        (leading if row["score"] == "quality" or crossed else others).append(_distribution(row))
    return tuple(leading), tuple(others)


def _beyond(row: dict[str, Any]) -> Iterator[bool]:
    yield row["below"] is not None and row["minimum"] < row["below"]
    yield row["above"] is not None and row["maximum"] > row["above"]


def _distribution(row: dict[str, Any]) -> DistributionView:
    below, above = row["below"], row["above"]
    # Where a measure has a limit on both sides, the one that is crossed is drawn.
    upper = above is not None and (below is None or row["minimum"] >= below)
    name = row["score"].removeprefix(f"{row['modality']}_").removeprefix("row_").replace("_", " ")
    limits = [f"at least {below:g}" if below is not None else "", f"at most {above:g}" if above is not None else ""]
    words = " and ".join(limit for limit in limits if limit)
    return DistributionView(
        title=f"{modality_word(row['modality'])}: {name}",
        sentence=f"{row['count']:,} records, from {row['minimum']:g} to {row['maximum']:g}, median {row['median']:g}."
        + (f" Limit: {words}." if words else ""),
        bins=row["bins"],
        low=row["low"],
        high=row["high"],
        limit=above if upper else below,
        keep="below" if upper else "above",
    )


def _shares(rows: list[dict[str, Any]], words: dict[str, str]) -> Iterator[Share]:
    for row in rows:
        name = words.get(row["name"], row["name"] if "/" in row["name"] else row["name"].capitalize())
        yield Share(name, row["records"], row["kept"], row["dropped"], row["held"])


def _duplicates(found: dict[str, Any]) -> Duplicates:
    return Duplicates(
        groups=found["groups"],
        records=found["records"],
        by_method=tuple((name.replace("_", " "), count) for name, count in found["dropped"].items()),
        largest=tuple((row["cluster"], row["records"], row["kept"]) for row in found["largest"][:10]),
        similar_pairs=found["similar_pairs"],
    )


def _warnings(document: dict[str, Any]) -> Iterator[str]:
    held = document["verdict"]["held"]
    if held:
        words = "1 held record is" if held == 1 else f"{held:,} held records are"
        yield f"{words} not in the package. A later decision makes a new package and leaves this one as it is."
    for row in document["warnings"]:
        yield f"{_WARNINGS.get(row['code'], row['code'].replace('_', ' ') + '.')} ({row['count']:,})"
    for row in document["notes"]:
        records = "1 record" if row["count"] == 1 else f"{row['count']:,} records"
        yield f"{_NOTES.get(row['note'], row['note'].replace('_', ' ').capitalize())}: {records}."
