"""Two results of one question side by side: the first difference that matters, and what another machine may change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

import pyarrow.parquet as pq

from refinery.engine.manifest import read_manifest

TOLERANCE = 1e-3
_BATCH = 4096


@dataclass(frozen=True, slots=True)
class Difference:
    """Where two values part. `slight`: two numbers within the tolerance."""

    place: str
    ours: object
    theirs: object
    slight: bool

    def sentence(self) -> str:
        return f"{self.place}: recorded {self.ours!r}, computed {self.theirs!r}."


def compare_results(root: Path, again: Path, sold: bool) -> tuple[str | None, list[str]]:
    """The first difference in words, or None and the warnings. A sold package is compared by what it holds."""
    slight = 0
    for difference in _differences(root, again, "public/ledger" if sold else "ledger"):
        if not difference.slight:
            return difference.sentence(), []
        slight += 1
    warnings = [f"{slight} scores differ by at most {TOLERANCE}; the verdicts are equal."] if slight else []
    return None, [*warnings, *_setting_warnings(root, again)]


def _differences(root: Path, again: Path, ledger: str) -> Iterator[Difference]:
    yield from _tables(root / ledger, again / ledger, ledger)
    ours, theirs = read_manifest(root), read_manifest(again)
    for part in ("input", "recipe", "parameters", "overrides", "records"):
        yield from _values(f"manifest, {part}", dict(ours.part(part)), dict(theirs.part(part)))
    yield from _data(root / "data", again / "data")


def _data(ours: Path, theirs: Path) -> Iterator[Difference]:
    media = [
        sorted(
            path.relative_to(folder).as_posix()
            for path in folder.rglob("*")
            if path.suffix != ".parquet" and path.is_file()
        )
        for folder in (ours, theirs)
    ]
    yield from _values("data, media files", media[0], media[1])
    folders = sorted({path.parent.relative_to(ours).as_posix() for path in ours.rglob("*.parquet")})
    for folder in folders:
        yield from _tables(ours / folder, theirs / folder, f"data/{folder}")


def _media(folder: Path) -> list[str]:
    """Their names are their digests, so equal names are equal files."""
    found = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".parquet")
    return sorted(path.relative_to(folder).as_posix() for path in found)


def _tables(ours: Path, theirs: Path, name: str) -> Iterator[Difference]:
    for number, (a, b) in enumerate(zip_longest(_rows(ours), _rows(theirs))):
        if a == b:
            continue
        if a is None or b is None:
            yield Difference(f"{name}, row {number}", a and a.get("record_id"), b and b.get("record_id"), False)
            return
        yield from _values(f"{name}, record {a.get('record_id')}", a, b)


def _rows(folder: Path) -> Iterator[dict[str, object]]:
    for path in sorted(folder.glob("*.parquet")):
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=_BATCH):
                yield from batch.to_pylist()


def _values(place: str, ours: object, theirs: object) -> Iterator[Difference]:
    if ours == theirs:
        return
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in sorted(set(ours) | set(theirs)):
            yield from _values(f"{place}, {key}", ours.get(key), theirs.get(key))
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for number, (a, b) in enumerate(zip(ours, theirs, strict=True)):
            yield from _values(f"{place}[{number}]", a, b)
    else:
        close = isinstance(ours, float) and isinstance(theirs, float) and abs(ours - theirs) <= TOLERANCE
        yield Difference(place, ours, theirs, close)


def _setting_warnings(root: Path, again: Path) -> list[str]:
    ours, theirs = read_manifest(root).document, read_manifest(again).document
    names = {
        "blocks": "versions of blocks",
        "models": "models",
        "writer": "a Parquet writer",
        "recipe": "a recipe form",
    }
    return [f"It was made with other {what}." for part, what in names.items() if ours.get(part) != theirs.get(part)]
