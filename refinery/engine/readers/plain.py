"""Plain text and Markdown: the file is the record."""

from __future__ import annotations

from refinery.engine.blocks import BlockInfo
from refinery.engine.readers.base import FilePart, RawRecord, file_bytes
from refinery.engine.records import Modality
from refinery.engine.text.decoding import decode

BLOCK = BlockInfo(
    name="read.plain@1",
    kind="reader",
    modality="text",
    outputs=(),
    summary="Reads a text or Markdown file as one record; other encodings than UTF-8 are decoded and noted.",
    source="Unicode 16, WHATWG Encoding (windows-1252)",
    licence="Apache-2.0",
)


def read_plain(part: FilePart, media_type: str) -> RawRecord:
    """The whole file as one text."""
    decoded = decode(file_bytes(part))
    return RawRecord(Modality.TEXT, media_type, part.size, part.sha256, text=decoded.text, notes=decoded.notes)
