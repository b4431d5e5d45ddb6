"""The quality report: what happened to the records and why, from the finished ledger. No clock, no host, no text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np

from refinery.engine.annotate import quantised
from refinery.engine.canonical import Json
from refinery.engine.gather import Gathered
from refinery.engine.inventory import Inventory
from refinery.engine.job import Settings
from refinery.engine.judge import Judgement
from refinery.engine.recipe import PARTS, Recipe
from refinery.engine.records import Status
from refinery.engine.relate import Related
from refinery.engine.tables import SCORES_TYPE

FORMAT = "databroker.report/1"
BINS = 40
EXAMPLES = 5
LARGEST_GROUPS = 20


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the stages before the ledger know and the ledger does not say."""

    inventory: Inventory
    settings: Settings
    gathered: Gathered
    related: Related
    judgement: Judgement


def build_report(ledger: Path, outcome: Outcome) -> dict[str, Json]:
    """The report of a run whose ledger lies in `ledger`."""
    files = [str(path) for path in sorted(ledger.glob("*.parquet"))]
    with duckdb.connect(config={"threads": 1}) as connection:
        view = f"CREATE VIEW ledger AS SELECT * FROM read_parquet({_literal(files)})"  # noqa: S608 - quoted there
        connection.execute(view)
        return {
            "format": FORMAT,
            "recipe": {"name": outcome.settings.recipe.name, "decides": outcome.settings.recipe.decides},
            "input": {
                "digest": outcome.inventory.digest,
                "files": len(outcome.inventory.entries),
                "bytes": sum(entry.size for entry in outcome.inventory.entries),
            },
            "verdict": _verdict(connection, outcome),
            "funnel": funnel(outcome.judgement),
            "reasons": _reasons(connection),
            "modalities": _grouped(connection, "modality"),
            "languages": _grouped(connection, "coalesce(language, '')", "language IS NOT NULL"),
            "media_types": _grouped(connection, "media_type"),
            "quality": _quality_medians(connection),
            "distributions": _distributions(connection, outcome.settings),
            "duplicates": _duplicates(connection, outcome),
            "notes": _notes(connection),
            "warnings": warnings(outcome),
        }


def _literal(files: Sequence[str]) -> str:
    return "[" + ", ".join("'" + file.replace("'", "''") + "'" for file in files) + "]"


def _verdict(connection: duckdb.DuckDBPyConnection, outcome: Outcome) -> dict[str, Json]:
    counts = {status.value: 0 for status in Status}
    counts |= dict(connection.execute("SELECT status, count(*) FROM ledger GROUP BY status").fetchall())
    total = sum(counts.values())
    share = quantised(counts["kept"] / total) if total else None
    return {"records": total, **counts, "kept_share": share, "threshold": outcome.settings.threshold}


def funnel(judgement: Judgement) -> list[Json]:
    """After each stage how many records are kept, dropped and held; the three always add up to the input."""
    read = _counted([Status.HELD if opinion.unreadable else Status.KEPT for opinion in judgement.opinions])
    ruled = _counted([opinion.status for opinion in judgement.opinions])
    final = _counted([verdict.status for verdict in judgement.verdicts])
    return [{"stage": "read", **read}, {"stage": "rules", **ruled}, {"stage": "duplicates", **final}]


def _counted(statuses: Sequence[Status]) -> dict[str, Json]:
    return {"records": len(statuses), **{status.value: statuses.count(status) for status in Status}}


_REASONS = """
SELECT reason.code, reason.block, count(*), count(*) FILTER (alone), list(record_id ORDER BY seq)[:?],
       min(reason."limit"), count(*) FILTER (status = 'held')
FROM (SELECT seq, record_id, status, len(reasons) = 1 AS alone, unnest(reasons) AS reason FROM ledger)
GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2
"""


def _reasons(connection: duckdb.DuckDBPyConnection) -> list[Json]:
    """Every reason with its count, how often it was the only one, and the first records it was given for."""
    names = ("code", "block", "count", "alone", "examples", "limit", "held")
    rows = connection.execute(_REASONS, [EXAMPLES]).fetchall()
    return [dict(zip(names, row, strict=True)) for row in rows]


def _grouped(connection: duckdb.DuckDBPyConnection, column: str, where: str = "true") -> list[Json]:
    query = f"""
        SELECT {column} AS name, count(*), count(*) FILTER (status = 'kept'),
               count(*) FILTER (status = 'dropped'), count(*) FILTER (status = 'held')
        FROM ledger WHERE {where} GROUP BY 1 ORDER BY 2 DESC, 1
    """  # noqa: S608 - both parts are constants of this module
    names = ("name", "records", "kept", "dropped", "held")
    return [dict(zip(names, row, strict=True)) for row in connection.execute(query).fetchall()]


def _quality_medians(connection: duckdb.DuckDBPyConnection) -> dict[str, Json]:
    """Median quality and parts of the kept records, by modality."""
    fields = ("quality", *PARTS)
    medians = ", ".join(f"median({field})" for field in fields)
    query = f"SELECT modality, {medians} FROM ledger WHERE status = 'kept' GROUP BY 1 ORDER BY 1"  # noqa: S608
    rows = connection.execute(query).fetchall()
    return {row[0]: dict(zip(fields, map(quantised, row[1:]), strict=True)) for row in rows}


def _distributions(connection: duckdb.DuckDBPyConnection, settings: Settings) -> list[Json]:
    """A histogram of each measured score per modality, and of quality."""
    modalities = [row[0] for row in connection.execute("SELECT DISTINCT modality FROM ledger ORDER BY 1").fetchall()]
    found: list[Json] = []
    for modality in modalities:
        for name, column in [("quality", "quality"), *((field.name, f"scores.{field.name}") for field in SCORES_TYPE)]:
            query = f"SELECT {column} FROM ledger WHERE modality = ? AND {column} IS NOT NULL"  # noqa: S608 - as above
            values = connection.execute(query, [modality]).fetchnumpy()
            column_values = np.asarray(next(iter(values.values())), dtype=np.float64)
            if len(column_values):
                limits = _limits(name, modality, settings)
                found.append({"score": name, "modality": modality, **limits, **histogram(column_values)})
    return found


def _limits(score: str, modality: str, settings: Settings) -> dict[str, Json]:
    if score == "quality":
        return {"below": settings.threshold if settings.recipe.decides else None, "above": None}
    return rule_limits(score, modality, settings.recipe)


def rule_limits(score: str, modality: str, recipe: Recipe) -> dict[str, Json]:
    """The strictest limits that the recipe's rules set on a score."""
    rules = [rule for rule in recipe.rules if rule.score == score and modality in rule.modalities]
    below = [rule.below for rule in rules if rule.below is not None]
    above = [rule.above for rule in rules if rule.above is not None]
    return {"below": max(below) if below else None, "above": min(above) if above else None}


def histogram(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> dict[str, Json]:
    """40 bins from the half-percentile to the one at the other end; what lies beyond is in the outermost bins."""
    ordered = np.sort(values)
    low, high = (float(np.percentile(ordered, at, method="nearest")) for at in (0.5, 99.5))
    if high <= low:
        low, high = float(ordered[0]), float(ordered[-1])
    if high <= low:
        high = low + 1.0
    places = np.floor((np.clip(ordered, low, high) - low) / (high - low) * BINS).astype(np.int64)
    counts = np.bincount(np.minimum(places, BINS - 1), minlength=BINS)
    return {
        "count": len(ordered),
        "minimum": quantised(float(ordered[0])),
        "maximum": quantised(float(ordered[-1])),
        "median": quantised(float(np.median(ordered))),
        "low": quantised(low),
        "high": quantised(high),
        "bins": counts.tolist(),
    }


_GROUPS = """
SELECT duplicate_cluster, count(*), count(*) FILTER (status = 'kept')
FROM ledger WHERE duplicate_cluster IS NOT NULL GROUP BY 1
"""


def _duplicates(connection: duckdb.DuckDBPyConnection, outcome: Outcome) -> dict[str, Json]:
    methods = "SELECT duplicate_method, count(*) FROM ledger WHERE duplicate_of IS NOT NULL GROUP BY 1 ORDER BY 1"
    groups = connection.execute(_GROUPS + " ORDER BY 2 DESC, 1").fetchall()
    return {
        "groups": len(groups),
        "records": sum(row[1] for row in groups),
        "dropped": dict(connection.execute(methods).fetchall()),
        "largest": [
            {"cluster": cluster, "records": records, "kept": kept} for cluster, records, kept in groups[:LARGEST_GROUPS]
        ],
        "pairs_compared": outcome.related.compared,
        "similar_pairs": sum(not edge.is_duplicate for edge in outcome.related.edges),
    }


def _notes(connection: duckdb.DuckDBPyConnection) -> list[Json]:
    query = "SELECT note, count(*) FROM (SELECT unnest(notes) AS note FROM ledger) GROUP BY 1 ORDER BY 2 DESC, 1"
    return [{"note": note, "count": count} for note, count in connection.execute(query).fetchall()]


def warnings(outcome: Outcome) -> list[Json]:
    """What a curator should know although no record tells: files passed over, pairs the caps left out."""
    counts = [
        *((f"skipped_{kind}", count) for kind, count in outcome.inventory.skipped),
        ("pairs_over_bucket_cap", outcome.related.over_bucket_cap),
        ("pairs_over_candidate_cap", outcome.related.over_record_cap),
        ("pairs_over_round_cap", outcome.judgement.unmeasured),
        ("id_column_unused", _unused_ids(outcome.gathered)),
    ]
    return [{"code": code, "count": count} for code, count in counts if count]


def _unused_ids(gathered: Gathered) -> int:
    """Records with an id that is not unique; they go by their source."""
    return sum(gathered.has_id) - sum(gathered.by_id)


def public_report(report: Mapping[str, Json]) -> dict[str, Json]:
    """The buyer's cut: no examples, no groups by name."""
    reasons = [
        {name: value for name, value in reason.items() if name != "examples"}
        for reason in report["reasons"]  # type: ignore[union-attr]
        if isinstance(reason, dict)
    ]
    duplicates = report["duplicates"]
    shown = {name: value for name, value in duplicates.items() if name != "largest"}  # type: ignore[union-attr]
    return {**report, "reasons": reasons, "duplicates": shown}  # type: ignore[dict-item]
