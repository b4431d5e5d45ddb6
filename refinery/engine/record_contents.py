"""What a record says, for whoever shows it: its text or row, read from the artefacts, whatever its verdict."""

from __future__ import annotations

import json
from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path

from refinery.engine.artefacts import ArtefactStore

INDEX = ".records.json"


@dataclass(frozen=True, slots=True)
class RecordContent:
    """A record's text as read, and the canonical JSON of its row; both None for media and for what is unreadable."""

    text: str | None
    row_json: str | None


NOTHING = RecordContent(None, None)


class ContentReader:
    """Reads records of the run in `out` by `seq`. Answers `NOTHING` where the artefacts have been removed."""

    def __init__(self, out: Path, artefacts: Path | None = None) -> None:
        self._store = ArtefactStore(artefacts or out / ".artefacts")
        index = json.loads((out / INDEX).read_bytes()) if (out / INDEX).exists() else []
        self._starts = [int(task["start"]) for task in index]
        self._keys = [str(task["artefact"]) for task in index]

    def content(self, seq: int) -> RecordContent:
        """The content of record `seq`."""
        task = bisect_right(self._starts, seq) - 1
        if task < 0 or not self._store.has(self._keys[task]):
            return NOTHING
        row = [seq - self._starts[task]]
        text, row_json = (self._store.cells(self._keys[task], column, row)[0] for column in ("text", "row_json"))
        return RecordContent(text, row_json)
