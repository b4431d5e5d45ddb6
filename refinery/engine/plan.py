"""Cutting a run into tasks, from the inventory alone: neither workers nor machine change where the cuts fall."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from refinery.engine.errors import RunFailed
from refinery.engine.inventory import Entry, Inventory
from refinery.engine.readers import FilePart, ReadOptions, cut
from refinery.engine.tasks import ReadTask

PIECE_BYTES = 4 << 20
"""Size of a task, and of the parts of a large container: about 4 MB of text take plain Python some ten seconds."""
FILE_COST = 32 << 10
"""What opening one more file costs, in bytes of text."""


@dataclass(frozen=True, slots=True)
class PlannedTask:
    """A reading task and the inventory positions of its parts."""

    task: ReadTask
    entries: tuple[int, ...]


def plan_reading(inventory: Inventory, options: ReadOptions) -> tuple[PlannedTask, ...]:
    """Tasks that read every file exactly once, in `seq` order."""
    planned: list[PlannedTask] = []
    parts: list[FilePart] = []
    entries: list[int] = []
    cost = 0
    for position, part in _parts(inventory, options):
        own = FILE_COST + (part.size if part.is_whole else PIECE_BYTES)
        if parts and cost + own > PIECE_BYTES:
            planned.append(PlannedTask(ReadTask(tuple(parts), options), tuple(entries)))
            parts, entries, cost = [], [], 0
        parts.append(part)
        entries.append(position)
        cost += own
    planned.append(PlannedTask(ReadTask(tuple(parts), options), tuple(entries)))
    return tuple(planned)


def _parts(inventory: Inventory, options: ReadOptions) -> Iterator[tuple[int, FilePart]]:
    for position, entry in enumerate(inventory.entries):
        whole = _whole(entry)
        try:
            ranges = cut(whole, PIECE_BYTES, options) if entry.size > PIECE_BYTES else []
        except OSError as error:
            raise RunFailed(f"{entry.source} can no longer be read: {error.strerror}.") from None
        for start, stop, lines in ranges:
            yield position, replace(whole, start=start, stop=stop, first_line=lines)
        if not ranges:
            yield position, whole


def _whole(entry: Entry) -> FilePart:
    extension = PurePosixPath(entry.path.lower()).suffix
    return FilePart(entry.location, extension, entry.size, entry.sha256)
