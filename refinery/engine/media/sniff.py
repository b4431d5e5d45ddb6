"""What a file is, from its first bytes. The name is only asked to choose among kinds of text."""

from __future__ import annotations

import json
import re
from pathlib import PurePosixPath

from refinery.engine.records import Modality

HEAD_BYTES = 8192
"""How much of a file's beginning the decision wants; less is allowed, more is not looked at."""

EMPTY = "application/x-empty"
BINARY = "application/octet-stream"
PARQUET = "application/vnd.apache.parquet"
PARQUET_MARK = b"PAR1"
"""What a Parquet file begins and ends with."""
PLAIN = "text/plain"
MARKDOWN = "text/markdown"
CSV = "text/csv"
TSV = "text/tab-separated-values"
JSON = "application/json"
JSONL = "application/jsonl"
HTML = "text/html"
XML = "application/xml"
SVG = "image/svg+xml"

_PREFIXES: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"II+\x00", "image/tiff"),
    (b"MM\x00+", "image/tiff"),
    (b"8BPS\x00\x01", "image/vnd.adobe.photoshop"),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", "image/jp2"),
    (b"\xff\x4f\xff\x51", "image/jp2"),
    (b"qoif", "image/qoi"),
    (b"DDS ", "image/vnd-ms.dds"),
    (b"BLP1", "image/x-blp"),
    (b"BLP2", "image/x-blp"),
    (b"Image type: ", "image/x-im"),
    (b"fLaC", "audio/flac"),
    (b"ID3", "audio/mpeg"),
    (b"NIST_1A\n", "audio/x-nist-sphere"),
    (b"%PDF-", "application/pdf"),
    (PARQUET_MARK, PARQUET),
    (b"\x1f\x8b", "application/gzip"),
    (b"BZh", "application/x-bzip2"),
    (b"\xfd7zXZ\x00", "application/x-xz"),
    (b"\x28\xb5\x2f\xfd", "application/zstd"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"SQLite format 3\x00", "application/vnd.sqlite3"),
    (b"{\\rtf", "application/rtf"),
)
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
_RIFF_FORMS = {b"WAVE": "audio/wav", b"WEBP": "image/webp", b"AVI ": "video/x-msvideo"}
_BRANDS = {
    b"M4A ": "audio/mp4", b"M4B ": "audio/mp4", b"F4A ": "audio/mp4", b"qt  ": "video/quicktime",
    b"avif": "image/avif", b"avis": "image/avif",
    b"heic": "image/heic", b"heix": "image/heic", b"mif1": "image/heic", b"msf1": "image/heic",
}  # fmt: skip
_OFFICE = "application/vnd.openxmlformats-officedocument."
_ZIP_PARTS = (
    (b"word/", _OFFICE + "wordprocessingml.document"),
    (b"xl/", _OFFICE + "spreadsheetml.sheet"),
    (b"ppt/", _OFFICE + "presentationml.presentation"),
)
_BMP_HEADER_SIZES = {12, 16, 40, 52, 56, 64, 108, 124}
_PNM = re.compile(rb"P(?:[1-6](?:\s|#[^\n]*\n)+\d+(?:\s|#[^\n]*\n)+\d+\s|7\nWIDTH|[Ff]\s+\d+\s+\d+\s)")
_CONTROLS = bytes(set(range(32)) - set(b"\b\t\n\f\r\x1b")) + b"\x7f"
_EXTENSION_KINDS = {
    ".md": MARKDOWN, ".markdown": MARKDOWN, ".csv": CSV, ".tsv": TSV, ".jsonl": JSONL, ".ndjson": JSONL,
    ".json": JSON, ".html": HTML, ".htm": HTML, ".xhtml": HTML, ".txt": PLAIN, ".text": PLAIN,
}  # fmt: skip
_MODALITIES = {
    PLAIN: Modality.TEXT, MARKDOWN: Modality.TEXT, JSON: Modality.TEXT,
    CSV: Modality.TABLE_ROW, TSV: Modality.TABLE_ROW, JSONL: Modality.TABLE_ROW, PARQUET: Modality.TABLE_ROW,
    HTML: Modality.DOCUMENT, XML: Modality.DOCUMENT, "application/pdf": Modality.DOCUMENT,
    "application/rtf": Modality.DOCUMENT, "application/epub+zip": Modality.DOCUMENT,
}  # fmt: skip


def media_type(head: bytes, size: int, *, tail: bytes = b"", name: str = "") -> str:
    """The IANA media type of a file of `size` bytes beginning with `head`, ending with `tail` (empty = not read).

    `name` matters only for telling kinds of text apart. Never raises; what nothing recognises is
    ``application/octet-stream``.
    """
    if size == 0 or not head:
        return EMPTY
    head = head[:HEAD_BYTES]
    kind = _binary_type(head)
    if kind == PARQUET and tail and not tail.endswith(PARQUET_MARK):
        # Thrift ends every page header with a NUL: without one this is a text that happens to begin so.
        kind = BINARY if b"\0" in head else None
    return kind or (text_kind(head, name) if is_text(head) else BINARY)


def modality_of(media_type: str) -> Modality:
    """The modality a media type is refined as. Tables say table_row, though rows with a text column become text."""
    if media_type in _MODALITIES:
        return _MODALITIES[media_type]
    if media_type.startswith(_OFFICE):
        return Modality.DOCUMENT
    family = media_type.partition("/")[0]
    known = {"image": Modality.IMAGE, "audio": Modality.AUDIO, "video": Modality.VIDEO, "text": Modality.TEXT}
    return known.get(family, Modality.OTHER)


def is_text(head: bytes) -> bool:
    """Whether the bytes are to be read as text.

    A byte-order mark decides; else at most 10 % control bytes in valid UTF-8 (a stray NUL does not make a text binary),
    or at most 2 % where the encoding is another (compressed data has about 10 %).
    """
    if head.startswith(_BOMS):
        return True
    controls = len(head) - len(head.translate(None, _CONTROLS))
    return controls <= len(head) * (0.1 if _is_utf8(head) else 0.02)


def text_kind(head: bytes, name: str = "") -> str:
    """Which kind of text: content decides where it can, the name's extension where several readings are possible."""
    text = _decoded(head).lstrip("\ufeff \t\r\n")
    extension = _EXTENSION_KINDS.get(PurePosixPath(name.lower()).suffix)
    markup = _markup_kind(text)
    if markup:
        return markup
    if text.startswith(("{", "[")):
        return _json_kind(text, extension)
    if extension:
        return extension
    return CSV if _looks_tabular(text) else PLAIN


def _binary_type(head: bytes) -> str | None:
    for prefix, kind in _PREFIXES:
        if head.startswith(prefix):
            return kind
    return _container_type(head) or _weak_magic(head)


def _container_type(head: bytes) -> str | None:
    if head[:4] in (b"RIFF", b"RIFX", b"RF64"):
        return _RIFF_FORMS.get(head[8:12])
    if head[:4] == b"FORM" and head[8:12] in (b"AIFF", b"AIFC"):
        return "audio/aiff"
    if head[:4] == b"OggS":
        return "video/ogg" if b"theora" in head[:512] else "audio/ogg"
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "video/mp4")
    if head[:4] == b"\x1a\x45\xdf\xa3":
        return "video/webm" if b"webm" in head[:128] else "video/x-matroska"
    if head[257:262] == b"ustar":
        return "application/x-tar"
    return _zip_type(head) if head[:4] in (b"PK\x03\x04", b"PK\x05\x06") else None


def _zip_type(head: bytes) -> str:
    if head[30:58] == b"mimetypeapplication/epub+zip":
        return "application/epub+zip"
    if b"[Content_Types].xml" in head:
        return next((kind for part, kind in _ZIP_PARTS if part in head), "application/zip")
    return "application/zip"


def _weak_magic(head: bytes) -> str | None:
    """Formats whose magic is too short to stand alone: more of the header must make sense."""
    if head[:2] == b"BM" and int.from_bytes(head[14:18], "little") in _BMP_HEADER_SIZES:
        return "image/bmp"
    if head[:4] in (b"\x00\x00\x01\x00", b"\x00\x00\x02\x00") and 0 < int.from_bytes(head[4:6], "little") < 256:
        return "image/vnd.microsoft.icon"
    if head[:2] == b"\x01\xda" and head[2:3] in (b"\x00", b"\x01") and head[3:4] in (b"\x01", b"\x02"):
        return "image/sgi"
    if head[4:6] in (b"\x11\xaf", b"\x12\xaf") and head[14:16] in (b"\x00\x00", b"\x03\x00"):
        return "image/x-fli"
    if _PNM.match(head):
        return "image/x-portable-anymap"
    return _mpeg_audio(head)


def _mpeg_audio(head: bytes) -> str | None:
    """A bare MPEG frame: 11 sync bits, no reserved version, layer, bit rate or sample rate (ISO 11172-3, 2.4.2.3)."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0 or head.startswith(_BOMS):
        return None
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    if version >= 2 and layer == 0 and head[1] & 0xF0 == 0xF0:
        return "audio/aac"
    valid = version != 1 and layer in (1, 2) and head[2] >> 4 not in (0, 15) and head[2] >> 2 & 3 != 3
    return "audio/mpeg" if valid else None


def _is_utf8(head: bytes) -> bool:
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.reason == "unexpected end of data" and error.start >= len(head) - 3
    return True


def _decoded(head: bytes) -> str:
    if head.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        return head.decode("utf-32", "replace")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", "replace")
    return head.decode("utf-8", "replace")


def _markup_kind(text: str) -> str | None:
    start = text[:512].lower()
    if start.startswith(("<!doctype html", "<html")):
        return HTML
    if start.startswith("<svg") or (start.startswith("<?xml") and "<svg" in text[:4096]):
        return SVG
    if start.startswith("<?xml"):
        return HTML if "<html" in start else XML
    return None


def _json_kind(text: str, extension: str | None) -> str:
    """JSONL if the first line is a whole object and another follows; otherwise the name says which JSON, if any."""
    first, _, rest = text.partition("\n")
    if _is_json(first):
        if rest.strip():
            return JSONL if rest.lstrip().startswith(("{", "[")) else (extension or PLAIN)
        return JSONL if extension == JSONL else JSON
    if extension in (JSON, JSONL, MARKDOWN, CSV, TSV, PLAIN):
        return extension
    return JSON if re.match(r'[\[{]\s*(?:["\[{]|-?\d)', text) else PLAIN


def _is_json(line: str) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def _looks_tabular(text: str) -> bool:
    """A nameless CSV: at least four whole lines of the first twenty-one, each with the same two or more commas."""
    lines = [line for line in text.split("\n")[:21] if line.strip()]
    counts = {line.count(",") for line in lines[: -1 if len(lines) > 4 else None]}
    return len(lines) >= 4 and len(counts) == 1 and min(counts) >= 2
