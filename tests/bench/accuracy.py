"""`make accuracy`: the refinery beside the known truth of the evaluation data in ../shared/data, where that is."""

import csv
import json
import shutil
import sys
from collections.abc import Callable, Iterable
from itertools import combinations

from tests.bench.shell import EVALUATION, refine, table

Pair = frozenset[str]


def pairs(groups: Iterable[tuple[str, str | None]]) -> set[Pair]:
    """All unordered pairs of names that stand in one group; no group means alone."""
    members: dict[str, list[str]] = {}
    for name, group in groups:
        if group:
            members.setdefault(group, []).append(name)
    return {frozenset(pair) for group in members.values() for pair in combinations(group, 2)}


def scored(found: set[Pair], true: set[Pair]) -> tuple[float, float, float]:
    """Precision, recall and F1."""
    hits = len(found & true)
    precision, recall = hits / len(found) if found else 1.0, hits / len(true) if true else 1.0
    return precision, recall, 2 * precision * recall / (precision + recall) if hits else 0.0


def near_texts(name: str, key: str) -> tuple[object, ...]:
    source = EVALUATION / "1_neardup_text" / name
    truth = [json.loads(line) for line in source.read_text(encoding="utf-8").splitlines()]
    done = refine(source, recipe="annotate")
    found = pairs((str(row["seq"]), row["duplicate_cluster"]) for row in done.ledger("seq", "duplicate_cluster"))
    shutil.rmtree(done.folder)
    return name, len(truth), *scored(found, pairs((str(seq), row[key]) for seq, row in enumerate(truth)))


def near_images() -> tuple[object, ...]:
    folder = EVALUATION / "5_images/photo_variants"
    with (folder / "truth.csv").open(encoding="utf-8", newline="") as lines:
        truth = [row for row in csv.DictReader(lines) if row["dup_level"] in {"base", "near"}]
    names = {row["file"] for row in truth}
    done = refine(folder / "img", recipe="annotate")
    rows = [
        (row["source"].rpartition("/")[2], row["duplicate_cluster"])
        for row in done.ledger("source", "duplicate_cluster")
    ]
    shutil.rmtree(done.folder)
    found = pairs((name, cluster) for name, cluster in rows if name in names)
    return "photo_variants (near)", len(truth), *scored(found, pairs((row["file"], row["group"]) for row in truth))


def languages() -> tuple[object, ...]:
    source = EVALUATION / "2_langid/udhr_paragraphs.jsonl"
    truth = [json.loads(line) for line in source.read_text(encoding="utf-8").splitlines()]
    done = refine(source, recipe="annotate")
    said = [row["language"] for row in sorted(done.ledger("seq", "language"), key=lambda row: row["seq"])]
    shutil.rmtree(done.folder)
    codes = [{row["bcp47"].split("-")[0], row["lang_iso639_3"]} for row in truth]
    right = sum(language in known for language, known in zip(said, codes, strict=True))
    unsure = sum(language == "und" for language in said)
    return source.name, len(truth), right / len(truth), unsure / len(truth), 1 - (right + unsure) / len(truth)


def main() -> int:
    if not EVALUATION.exists():
        print("The evaluation data are not on this machine; nothing was measured.")
        return 0
    near: list[Callable[[], tuple[object, ...]]] = [
        lambda: near_texts("onestop_rewrites.jsonl", "article"),
        lambda: near_texts("licence_texts.jsonl", "cluster"),
        near_images,
    ]
    head = ("data", "records", "precision", "recall", "F1")
    print(table("Near duplicates: pairs in one cluster", head, [measure() for measure in near]))
    print(table("Languages", ("data", "records", "right", "unsure", "wrong"), [languages()]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
