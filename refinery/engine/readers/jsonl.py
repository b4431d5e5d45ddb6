"""JSON Lines and JSON: one record per object. A line that is not one is held by itself; the rest goes on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, cast

from refinery.engine.blocks import BlockInfo
from refinery.engine.canonical import NotCanonical, sha256_hex
from refinery.engine.readers.base import FilePart, Line, RawRecord, ReadOptions, bounded_lines, file_bytes, row_record
from refinery.engine.records import Modality, Reason
from refinery.engine.text.decoding import decode

BLOCK = BlockInfo(
    name="read.jsonl@1",
    kind="reader",
    modality="any",
    outputs=(),
    summary="Reads JSON Lines and JSON files: one record per object, held where a line is not one.",
    source="RFC 8259; jsonlines.org",
    licence="Apache-2.0",
)
JSONL, JSON = "application/jsonl", "application/json"
_WIDE_BOMS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")


def read_jsonl(part: FilePart, options: ReadOptions) -> Iterator[RawRecord]:
    """One record per line that is not blank, numbered from 0 within the part."""
    with part.path.open("rb") as stream:
        wide = stream.read(4).startswith(_WIDE_BOMS)
        stream.seek(max(part.start, 0))
        lines = _wide_lines(part) if wide else bounded_lines(stream, options.text_bytes, part.stop)
        yield from _records(lines, part.first_line, options)


def _wide_lines(part: FilePart) -> Iterator[Line]:
    for text in decode(file_bytes(part)).text.split("\n"):
        data = text.encode()
        yield Line(data, len(data), "")


def _records(lines: Iterator[Line], before: int, options: ReadOptions) -> Iterator[RawRecord]:
    number = 0
    for line_number, line in enumerate(lines, start=before + 1):
        if line.data is not None and not line.data.strip(b" \t\r\n\xef\xbb\xbf"):
            continue
        yield _line_record(line, number, line_number, options)
        number += 1


def _line_record(line: Line, number: int, line_number: int, options: ReadOptions) -> RawRecord:
    if line.data is None:
        problem = Reason("too_large", float(line.size), float(options.text_bytes), BLOCK.name)
        return RawRecord(Modality.OTHER, JSONL, line.size, line.digest, number, problems=(problem,))
    decoded = decode(line.data.removeprefix(b"\xef\xbb\xbf").rstrip(b"\r\n"))
    place = _Place(number, line_number, JSONL, decoded.text)
    try:
        value = _parse(decoded.text)
    except _Unreadable as error:
        return _held(place, error.code)
    return _element_record(value, place, options, decoded.notes)


def read_json(part: FilePart, options: ReadOptions) -> Iterator[RawRecord]:
    """A JSON file: one record per element of an array, else one for the whole value."""
    decoded = decode(file_bytes(part))
    try:
        value = _parse(decoded.text)
    except _Unreadable as error:
        yield _held(_Place(0, 1, JSON, decoded.text), error.code)
        return
    elements = value if isinstance(value, list) and value else [value]
    for number, element in enumerate(elements):
        place = _Place(number, number + 1, JSON, f"{part.sha256}#{number}")
        yield _element_record(element, place, options, decoded.notes)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a value stands: row, line (from 1), and the bytes that stand for it if it has to be held."""

    number: int
    line_number: int
    media_type: str
    raw: str


class _Unreadable(Exception):
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def _parse(text: str) -> object:
    """RFC 8259, strictly: no NaN or Infinity, no number too long for Python to read."""
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except RecursionError:
        raise _Unreadable("json_too_deep") from None
    except ValueError:
        raise _Unreadable("broken_json") from None


def _refuse_constant(name: str) -> object:
    raise ValueError(name)


def _element_record(value: object, place: _Place, options: ReadOptions, notes: tuple[str, ...]) -> RawRecord:
    if not isinstance(value, dict):
        return _held(place, "row_not_an_object")
    try:
        return row_record(cast("dict[str, object]", value), place.number, place.media_type, options, notes, BLOCK.name)
    except (NotCanonical, RecursionError):
        return _held(place, "json_too_deep")


def _held(place: _Place, code: str) -> RawRecord:
    data = place.raw.encode("utf-8", "replace")
    problem = Reason(code, float(place.line_number), None, BLOCK.name)
    return RawRecord(Modality.OTHER, place.media_type, len(data), sha256_hex(data), place.number, problems=(problem,))


def cut_lines(stream: BinaryIO, piece: int) -> list[tuple[int, int, int]]:
    """(start, stop, lines before) of ranges of about `piece` bytes that end at line ends.

    Empty for UTF-16 and UTF-32, which stay whole.
    """
    if stream.read(4).startswith(_WIDE_BOMS):
        return []
    stream.seek(0)
    ranges, start, lines = [], 0, 0
    while data := stream.read(piece):
        seen = data.count(b"\n")
        while data and not data.endswith(b"\n"):
            data = stream.readline(1 << 20)
            seen += data.count(b"\n")
        ranges.append((start, stream.tell(), lines))
        start, lines = stream.tell(), lines + seen
    return ranges
