"""Readers: from a file, or a part of one, to records. Which reader a file gets follows from its content."""

from __future__ import annotations

from collections.abc import Iterator

from refinery.engine.blocks import BlockInfo
from refinery.engine.canonical import sha256_hex
from refinery.engine.media import sniff
from refinery.engine.readers import delimited, jsonl, parquet, plain
from refinery.engine.readers.base import FilePart, InputChanged, RawRecord, ReadOptions, held_file
from refinery.engine.records import Modality, Reason

FILE_BLOCK = BlockInfo(
    name="read.file@1",
    kind="reader",
    modality="any",
    outputs=(),
    summary="Tells what a file is from its content and chooses its reader; holds what no reader takes.",
    source="file signatures of the formats' own specifications",
    licence="Apache-2.0",
)
DECODE_BLOCK = BlockInfo(
    name="read.media@1",
    kind="reader",
    modality="any",
    outputs=(),
    summary="Decodes images and reads the facts of sounds in a guarded child process; holds what it refuses.",
    source="Pillow 13 (MIT-CMU); mutagen 1.48 (GPL-2.0-or-later, in the child only)",
    licence="Apache-2.0 AND GPL-2.0-or-later AND MIT-CMU",
)
BLOCKS = (FILE_BLOCK, DECODE_BLOCK, plain.BLOCK, jsonl.BLOCK, delimited.BLOCK, parquet.BLOCK)

__all__ = [
    "BLOCKS",
    "FILE_BLOCK",
    "FilePart",
    "InputChanged",
    "RawRecord",
    "ReadOptions",
    "cut",
    "read",
    "rest_of_part",
]


def media_type_of(part: FilePart) -> str:
    """The media type from the first and last bytes; the extension only chooses among kinds of text."""
    with part.path.open("rb") as stream:
        head = stream.read(sniff.HEAD_BYTES)
        stream.seek(max(0, part.size - len(sniff.PARQUET_MARK)))
        tail = stream.read(len(sniff.PARQUET_MARK))
    found = sniff.media_type(head, part.size, tail=tail, name=f"name{part.extension}")
    # A Parquet file cut short stays one, so that its reader says it is broken and not that its kind is unknown.
    return sniff.PARQUET if found == sniff.BINARY and head.startswith(sniff.PARQUET_MARK) else found


def read(part: FilePart, options: ReadOptions) -> Iterator[RawRecord]:
    """Every record of the part. A file without any row gives one held record, so that no file is unaccounted for."""
    media_type = media_type_of(part)
    problem = _refusal(part, media_type, options)
    if problem:
        yield held_file(part, sniff.modality_of(media_type), media_type, problem)
        return
    nothing = True
    for record in _dispatch(part, media_type, options):
        nothing = False
        yield record
    if nothing and part.is_whole:
        reason = Reason("no_rows", None, None, FILE_BLOCK.name)
        yield held_file(part, sniff.modality_of(media_type), media_type, reason)


def rest_of_part(part: FilePart, count: int) -> RawRecord:
    """The held record for what comes after the first `count` records when a reader fails."""
    problem = Reason("block_failed", None, None, FILE_BLOCK.name)
    if part.is_whole and count == 0:
        return held_file(part, Modality.OTHER, media_type_of(part), problem)
    digest = sha256_hex(f"{part.sha256}@{part.start}#{count}".encode())
    return RawRecord(Modality.OTHER, media_type_of(part), 0, digest, count, problems=(problem,))


def _refusal(part: FilePart, media_type: str, options: ReadOptions) -> Reason | None:
    if part.size == 0:
        return Reason("empty_file", 0.0, None, FILE_BLOCK.name)
    if part.extension == ".parquet" and media_type in {sniff.PLAIN, sniff.BINARY}:
        return Reason("broken_parquet", None, None, FILE_BLOCK.name)
    limit = _size_limit(media_type, options)
    if limit is not None and part.size > limit:
        return Reason("too_large", float(part.size), float(limit), FILE_BLOCK.name)
    if media_type not in _TEXTS | _ROWS and sniff.modality_of(media_type) not in {Modality.IMAGE, Modality.AUDIO}:
        return Reason("unsupported_media_type", None, None, FILE_BLOCK.name)
    return None


_TEXTS = {sniff.PLAIN, sniff.MARKDOWN}
_ROWS = {sniff.JSON, sniff.JSONL, sniff.CSV, sniff.TSV, sniff.PARQUET}


def _size_limit(media_type: str, options: ReadOptions) -> int | None:
    if media_type in _ROWS - {sniff.JSON}:
        return options.container_bytes
    if media_type in _TEXTS or media_type == sniff.JSON:
        return options.text_bytes
    modality = sniff.modality_of(media_type)
    limits = {
        Modality.IMAGE: options.image_bytes,
        Modality.AUDIO: options.audio_bytes,
        Modality.VIDEO: options.video_bytes,
    }
    return limits.get(modality)


def _dispatch(part: FilePart, media_type: str, options: ReadOptions) -> Iterator[RawRecord]:
    if media_type == sniff.JSONL:
        yield from jsonl.read_jsonl(part, options)
    elif media_type == sniff.JSON:
        yield from jsonl.read_json(part, options)
    elif media_type in {sniff.CSV, sniff.TSV}:
        yield from delimited.read_delimited(part, media_type, options)
    elif media_type == sniff.PARQUET:
        yield from parquet.read_parquet(part, options)
    elif media_type in _TEXTS:
        yield plain.read_plain(part, media_type)
    else:
        yield RawRecord(sniff.modality_of(media_type), media_type, part.size, part.sha256)


def cut(part: FilePart, piece: int, options: ReadOptions) -> list[tuple[int, int, int]]:
    """(start, stop, lines before) of the parts of a large container; empty where the file is read whole."""
    media_type = media_type_of(part)
    if _refusal(part, media_type, options):
        return []
    if media_type == sniff.PARQUET:
        return parquet.cut_row_groups(part.path, piece)
    with part.path.open("rb") as stream:
        if media_type == sniff.JSONL:
            return jsonl.cut_lines(stream, piece)
        return delimited.cut_rows(stream, piece, options) if media_type in {sniff.CSV, sniff.TSV} else []
