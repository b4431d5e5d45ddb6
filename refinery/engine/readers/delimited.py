"""CSV and TSV: one record per row under a header. A row that does not fit its header is held by itself."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from refinery.engine.blocks import BlockInfo
from refinery.engine.canonical import canonical_json, sha256_hex
from refinery.engine.readers.base import (
    WHOLE,
    FilePart,
    Line,
    RawRecord,
    ReadOptions,
    bounded_lines,
    file_bytes,
    row_record,
)
from refinery.engine.records import Modality, Reason
from refinery.engine.text.decoding import decode

BLOCK = BlockInfo(
    name="read.delimited@1",
    kind="reader",
    modality="any",
    outputs=(),
    summary="Reads CSV and TSV: one record per row under the header, held where a row does not fit it.",
    source="RFC 4180",
    licence="Apache-2.0",
)
_WIDE_BOMS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
_HEAD = 65_536
_DELIMITERS = ",\t;|"


@dataclass(frozen=True, slots=True)
class _Header:
    """The column names, the delimiter that the header line uses most, and how many lines the header takes."""

    columns: tuple[str, ...]
    delimiter: str
    lines: int


class _LineTooLong(Exception):
    def __init__(self, line: Line) -> None:
        super().__init__()
        self.line = line


class _Lines:
    """Decoded lines for `csv.reader`; unlike a generator it goes on after a line was refused."""

    def __init__(self, lines: Iterator[Line]) -> None:
        self._lines = lines
        self.position = 0
        self.count = 0
        self.exhausted = False
        self.notes: tuple[str, ...] = ()

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        try:
            line = next(self._lines)
        except StopIteration:
            self.exhausted = True
            raise
        self.position += line.size
        self.count += 1
        if line.data is None:
            raise _LineTooLong(line)
        try:
            return line.data.decode("utf-8")
        except UnicodeDecodeError:
            decoded = decode(line.data)
            self.notes = decoded.notes
            return decoded.text


def read_delimited(part: FilePart, media_type: str, options: ReadOptions) -> Iterator[RawRecord]:
    """One record per row under the header, numbered from 0 within the part; blank lines are no rows."""
    csv.field_size_limit(min(options.text_bytes, sys.maxsize))
    with _opened(part) as stream:
        header = _read_header(stream, options)
        stream.seek(part.start if part.start > 0 else stream.tell())
        yield from _rows(stream, header, part, media_type, options)


def _opened(part: FilePart) -> io.BufferedIOBase:
    """The file as UTF-8 or single-byte lines that end with a line feed."""
    stream = part.path.open("rb")
    head = stream.read(_HEAD)
    stream.seek(0)
    if not head.startswith(_WIDE_BOMS) and (b"\n" in head or b"\r" not in head):
        return stream
    stream.close()
    text = decode(file_bytes(part)).text
    return io.BytesIO(text.replace("\r\n", "\n").replace("\r", "\n").encode())


def _read_header(stream: io.BufferedIOBase, options: ReadOptions) -> _Header:
    """Reads past the header row. An unreadable header counts as none: every row will be held as ragged."""
    first = stream.readline(_HEAD)
    stream.seek(0)
    delimiter = _delimiter(first.decode("utf-8", "replace"))
    lines = _Lines(bounded_lines(stream, options.text_bytes))
    reader = csv.reader(lines, delimiter=delimiter)
    names: list[str] = []
    try:
        while not names:
            names = next(reader)
    except (csv.Error, _LineTooLong, StopIteration):
        names = []
    stream.seek(lines.position)
    return _Header(_column_names(names), delimiter, lines.count)


def _delimiter(first: str) -> str:
    unquoted = "".join(first.split('"')[::2])
    return max(_DELIMITERS, key=unquoted.count)


def _column_names(cells: list[str]) -> tuple[str, ...]:
    names: list[str] = []
    for position, cell in enumerate(cells):
        base = cell.removeprefix("\ufeff").strip() or f"column_{position + 1}"
        name, again = base, 2
        while name in names:
            name, again = f"{base}_{again}", again + 1
        names.append(name)
    return tuple(names)


def _rows(
    stream: io.BufferedIOBase, header: _Header, part: FilePart, media_type: str, options: ReadOptions
) -> Iterator[RawRecord]:
    lines = _Lines(bounded_lines(stream, options.text_bytes, part.stop))
    reader = csv.reader(lines, delimiter=header.delimiter)
    number = 0
    while True:
        lines.notes, begins = (), part.first_line + header.lines + lines.count + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except _LineTooLong as error:
            yield _oversize(error.line, number, media_type, options)
        except csv.Error:
            yield _held(part, number, begins, media_type)
        else:
            if not cells:
                continue
            if lines.exhausted:
                # The reader asked for another line inside a row: a quote was opened and never closed.
                yield _held(part, number, begins, media_type)
                return
            yield _row(cells, header, number, media_type, options, lines.notes)
        number += 1


def _row(
    cells: list[str], header: _Header, number: int, media_type: str, options: ReadOptions, notes: tuple[str, ...]
) -> RawRecord:
    if len(cells) != len(header.columns):
        whole = canonical_json(cells)
        problem = Reason("ragged_row", float(len(cells)), float(len(header.columns)), BLOCK.name)
        return RawRecord(
            Modality.TABLE_ROW, media_type, len(whole), sha256_hex(whole), number, problems=(problem,), notes=notes
        )
    row = dict(zip(header.columns, cells, strict=True))
    return row_record(row, number, media_type, options, notes, BLOCK.name)


def _oversize(line: Line, number: int, media_type: str, options: ReadOptions) -> RawRecord:
    problem = Reason("too_large", float(line.size), float(options.text_bytes), BLOCK.name)
    return RawRecord(Modality.TABLE_ROW, media_type, line.size, line.digest, number, problems=(problem,))


def _held(part: FilePart, number: int, line: int, media_type: str) -> RawRecord:
    digest = sha256_hex(f"{part.sha256}@{part.start}#{number}".encode())
    problem = Reason("broken_csv", float(line), None, BLOCK.name)
    return RawRecord(Modality.TABLE_ROW, media_type, 0, digest, number, problems=(problem,))


def cut_rows(stream: BinaryIO, piece: int, options: ReadOptions) -> list[tuple[int, int, int]]:
    """(start, stop, lines before) of ranges of about `piece` bytes that end between two rows.

    Empty where the file has to be read whole (UTF-16, UTF-32, old Macintosh line ends).
    """
    csv.field_size_limit(min(options.text_bytes, sys.maxsize))
    head = stream.read(_HEAD)
    if head.startswith(_WIDE_BOMS) or b"\n" not in head:
        return []
    stream.seek(0)
    header = _read_header(stream, options)  # type: ignore[arg-type]
    start = stream.tell()
    lines = _Lines(bounded_lines(stream, options.text_bytes, WHOLE))  # type: ignore[arg-type]
    return _row_borders(lines, header.delimiter, start, piece)


def _row_borders(lines: _Lines, delimiter: str, start: int, piece: int) -> list[tuple[int, int, int]]:
    reader = csv.reader(lines, delimiter=delimiter)
    ranges, begun, before = [], 0, 0
    while True:
        try:
            next(reader)
        except StopIteration:
            break
        except (csv.Error, _LineTooLong):
            continue
        if lines.position - begun >= piece:
            ranges.append((start + begun, start + lines.position, before))
            begun, before = lines.position, lines.count
    if lines.position > begun:
        ranges.append((start + begun, start + lines.position, before))
    return ranges
