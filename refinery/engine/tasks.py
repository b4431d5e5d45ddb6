"""The units of work: each a pure function from files or artefacts to one artefact, and its form on the wire."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import pyarrow as pa

from refinery.engine import catalogue
from refinery.engine.annotate import Measured, annotate, quantised
from refinery.engine.artefacts import ArtefactStore, artefact_key
from refinery.engine.canonical import file_digest
from refinery.engine.media import near as media_near
from refinery.engine.media.decoder import Decoder
from refinery.engine.readers import FilePart, InputChanged, RawRecord, ReadOptions, read, rest_of_part
from refinery.engine.records import Modality
from refinery.engine.tables import PAIRS, measured_table
from refinery.engine.text import near

log = logging.getLogger(__name__)
_VERSION = 1


@dataclass(frozen=True, slots=True)
class ReadTask:
    """Read some file parts and measure every record in them."""

    parts: tuple[FilePart, ...]
    options: ReadOptions

    @property
    def key(self) -> str:
        parts = [
            [part.extension, part.size, part.sha256, part.start, part.stop, part.first_line] for part in self.parts
        ]
        facts = {"version": _VERSION, "blocks": sorted(catalogue.BLOCKS), "options": asdict(self.options)}
        return artefact_key("measured", {**facts, "parts": parts})

    @property
    def origins(self) -> tuple[str, ...]:
        return tuple(part.sha256 for part in self.parts)


@dataclass(frozen=True, slots=True)
class Address:
    """Where a text or a thumbnail lies: the digest of its record's content, the artefact and the row within it."""

    digest: str
    artefact: str
    row: int


@dataclass(frozen=True, slots=True)
class CompareTask:
    """Measure the similarity of pairs of texts (`near_text`) or images (`perceptual`); `pairs` index `items`."""

    method: str
    items: tuple[Address, ...]
    pairs: tuple[tuple[int, int], ...]

    @property
    def key(self) -> str:
        pairs = [[self.items[a].digest, self.items[b].digest] for a, b in self.pairs]
        block = near.BLOCK.name if self.method == "near_text" else media_near.NEAR.name
        return artefact_key("compared", {"version": _VERSION, "block": block, "pairs": pairs})


Task = ReadTask | CompareTask


def to_wire(task: Task) -> str:
    """One line of JSON."""
    return json.dumps({"kind": type(task).__name__, **asdict(task)})


def from_wire(line: str) -> Task:
    """The task again."""
    document = json.loads(line)
    if document.pop("kind") == "ReadTask":
        parts = tuple(FilePart(**part) for part in document["parts"])
        return ReadTask(parts, ReadOptions(**document["options"]))
    items = tuple(Address(**item) for item in document["items"])
    return CompareTask(document["method"], items, tuple((a, b) for a, b in document["pairs"]))


def perform(task: Task, store: ArtefactStore, decoder: Decoder) -> None:
    """Do the task unless its artefact is there already. Raises `InputChanged` if a file is not as inventoried."""
    if store.has(task.key):
        return
    if isinstance(task, ReadTask):
        rows = [row for number, part in enumerate(task.parts) for row in _measure(number, part, task.options, decoder)]
        store.write(task.key, measured_table(rows), task.origins)
    else:
        _compare(task, store)


def _measure(number: int, part: FilePart, options: ReadOptions, decoder: Decoder) -> Iterator[tuple[int, Measured]]:
    for raw in _records(part, options):
        if raw.modality in {Modality.IMAGE, Modality.AUDIO} and not raw.problems:
            _check_unchanged(part)
        yield number, annotate(raw, part.path, decoder)


def _records(part: FilePart, options: ReadOptions) -> Iterator[RawRecord]:
    """Every record of the part; what a reader cannot get through is one held record in the place of the rest."""
    count = 0
    try:
        for record in read(part, options):
            yield record
            count += 1
    except InputChanged:
        raise
    except FileNotFoundError:
        raise InputChanged(part.location) from None
    except Exception:
        log.exception("reading failed after %d records of file %s", count, part.sha256)
        yield rest_of_part(part, count)


def _check_unchanged(part: FilePart) -> None:
    if file_digest(part.path) != (part.size, part.sha256):
        raise InputChanged(part.location)


def _compare(task: CompareTask, store: ArtefactStore) -> None:
    rows = list(_compared_texts(task, store) if task.method == "near_text" else _compared_images(task, store))
    origins = [origin for key in {item.artefact for item in task.items} for origin in store.origins(key)]
    store.write(task.key, pa.Table.from_pylist(rows, schema=PAIRS), origins)


def _compared_texts(task: CompareTask, store: ArtefactStore) -> Iterator[dict[str, object]]:
    texts: list[str] = _cells(task.items, store, "text")
    for a, b in task.pairs:
        evidence = near.compare(texts[a], texts[b])
        yield {"similarity": quantised(evidence.similarity), "fact_only": evidence.fact_only}


def _compared_images(task: CompareTask, store: ArtefactStore) -> Iterator[dict[str, object]]:
    thumbnails: list[bytes] = _cells(task.items, store, "thumbnail")
    for a, b in task.pairs:
        yield {"similarity": quantised(media_near.compare(thumbnails[a], thumbnails[b])), "fact_only": False}


def _cells(addresses: Sequence[Address], store: ArtefactStore, column: str) -> list[Any]:
    """The cells, each artefact opened once and only the row groups that are needed."""
    cells: list[Any] = [None] * len(addresses)
    by_artefact: dict[str, list[int]] = {}
    for position, address in enumerate(addresses):
        by_artefact.setdefault(address.artefact, []).append(position)
    for key, positions in by_artefact.items():
        found = store.cells(key, column, [addresses[position].row for position in positions])
        for position, cell in zip(positions, found, strict=True):
            cells[position] = cell
    return cells
