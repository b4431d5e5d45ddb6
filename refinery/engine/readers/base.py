"""What a reader is given and what it hands on. How each kind of file is read lives beside this file."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from refinery.engine.canonical import canonical_json, clean_text, sha256_hex
from refinery.engine.records import Modality, Reason

WHOLE = -1


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the recipe and the command line say about reading; sizes in bytes."""

    text_column: str
    id_column: str
    text_bytes: int
    image_bytes: int
    audio_bytes: int
    video_bytes: int
    container_bytes: int


@dataclass(frozen=True, slots=True)
class FilePart:
    """A file, or bytes [start, stop) of a line-based one, or row groups [start, stop) of a Parquet file.

    `extension` is the lower-case end of the name (``.csv``), the only part of a name that a reader may look at;
    `first_line` how many lines of the file lie before `start`.
    """

    location: str
    extension: str
    size: int
    sha256: str
    start: int = WHOLE
    stop: int = WHOLE
    first_line: int = 0

    @property
    def path(self) -> Path:
        return Path(self.location)

    @property
    def is_whole(self) -> bool:
        return self.start == WHOLE

    @property
    def is_first(self) -> bool:
        return self.start <= 0


@dataclass(frozen=True, slots=True)
class RawRecord:
    """One record as read.

    `row` counts from 0 within the part, None where the file is the record. `row_json` is the canonical JSON of a row,
    without the text column where there is one. `problems` say why it could not be read; such a record is held.
    """

    modality: Modality
    media_type: str
    size: int
    content_digest: str
    row: int | None = None
    text: str | None = None
    row_json: str | None = None
    id_value: str | None = None
    problems: tuple[Reason, ...] = ()
    notes: tuple[str, ...] = ()


class InputChanged(Exception):
    """A file is no longer the one that the inventory digested."""


def held_file(part: FilePart, modality: Modality, media_type: str, problem: Reason) -> RawRecord:
    """The one record that stands for a file that cannot be read."""
    return RawRecord(modality, media_type, part.size, part.sha256, problems=(problem,))


def file_bytes(part: FilePart) -> bytes:
    """The whole file; raises `InputChanged` when its digest is not the inventory's."""
    data = part.path.read_bytes()
    if sha256_hex(data) != part.sha256:
        raise InputChanged(part.location)
    return data


def row_record(
    row: Mapping[str, object],
    number: int,
    media_type: str,
    options: ReadOptions,
    notes: tuple[str, ...] = (),
    block: str = "",
) -> RawRecord:
    """A table row as a record: `text` if it has the text column, else `table_row`. Raises `NotCanonical`."""
    whole = canonical_json(row)
    digest, identity = sha256_hex(whole), identifier(row.get(options.id_column))
    if len(whole) > options.text_bytes:
        problem = Reason("too_large", float(len(whole)), float(options.text_bytes), block)
        return RawRecord(
            Modality.TABLE_ROW, media_type, len(whole), digest, number, id_value=identity, problems=(problem,)
        )
    if options.text_column not in row:
        return RawRecord(
            Modality.TABLE_ROW, media_type, len(whole), digest, number, None, whole.decode(), identity, (), notes
        )
    text, problems = _text_of(row[options.text_column], block)
    rest = {key: value for key, value in row.items() if key != options.text_column}
    row_json = canonical_json(rest).decode()
    return RawRecord(Modality.TEXT, media_type, len(whole), digest, number, text, row_json, identity, problems, notes)


def _text_of(value: object, block: str) -> tuple[str | None, tuple[Reason, ...]]:
    if value is None:
        return "", ()
    if isinstance(value, str):
        return clean_text(value), ()
    return None, (Reason("text_not_a_string", None, None, block),)


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def identifier(value: object) -> str | None:
    """An id column's value as a string; None where it cannot serve: missing, empty, or no string or whole number."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    text = str(value)
    return text if 0 < len(text) <= 512 and _encodable(text) else None


@dataclass(frozen=True, slots=True)
class Line:
    """One line with its end. `data` is None when it was longer than the limit; `size` and `digest` are always known."""

    data: bytes | None
    size: int
    digest: str


def bounded_lines(stream: io.BufferedIOBase, limit: int, stop: int = WHOLE) -> Iterator[Line]:
    """The lines of `stream` up to byte `stop`, never holding more than `limit` bytes of one."""
    position = stream.tell()
    while stop == WHOLE or position < stop:
        data = stream.readline(limit + 1)
        if not data:
            return
        line = Line(data, len(data), "") if len(data) <= limit else _skip_line(stream, data)
        position += line.size
        yield line


def _skip_line(stream: io.BufferedIOBase, begun: bytes) -> Line:
    running, size, piece = hashlib.sha256(begun), len(begun), begun
    while not piece.endswith(b"\n"):
        piece = stream.readline(1 << 20)
        if not piece:
            break
        running.update(piece)
        size += len(piece)
    return Line(None, size, running.hexdigest())
