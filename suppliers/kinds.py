"""What a file is by its first bytes: enough to choose the size limit and to say it in words. Refining looks closer."""

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

HEAD_BYTES: Final = 8192


@dataclass(frozen=True, slots=True)
class Kind:
    """`family` names the limit (text, image, audio, video, container), `words` complete “This is ...”."""

    media_type: str
    family: str
    words: str


FAMILY_WORDS: Final = {
    "text": "text",
    "image": "picture",
    "audio": "sound",
    "video": "video",
    "container": "collection of records",
}
_PNG = Kind("image/png", "image", "a PNG picture")
_TEXT = Kind("text/plain", "text", "text")
_UNKNOWN = Kind("application/octet-stream", "container", "of no kind we know")
_PREFIXES: Final = (
    (b"\x89PNG\r\n\x1a\n", _PNG),
    (b"\xff\xd8\xff", Kind("image/jpeg", "image", "a JPEG picture")),
    (b"GIF8", Kind("image/gif", "image", "a GIF picture")),
    (b"II*\x00", Kind("image/tiff", "image", "a TIFF picture")),
    (b"MM\x00*", Kind("image/tiff", "image", "a TIFF picture")),
    (b"fLaC", Kind("audio/flac", "audio", "a FLAC sound")),
    (b"ID3", Kind("audio/mpeg", "audio", "an MP3 sound")),
    (b"\xff\xfb", Kind("audio/mpeg", "audio", "an MP3 sound")),
    (b"\xff\xf3", Kind("audio/mpeg", "audio", "an MP3 sound")),
    (b"OggS", Kind("audio/ogg", "audio", "an Ogg sound")),
    (b"\x1a\x45\xdf\xa3", Kind("video/x-matroska", "video", "a Matroska or WebM video")),
    (b"%PDF-", Kind("application/pdf", "container", "a PDF document")),
    (b"PAR1", Kind("application/vnd.apache.parquet", "container", "a Parquet table")),
    (b"PK\x03\x04", Kind("application/zip", "container", "a ZIP archive or an Office document")),
    (b"PK\x05\x06", Kind("application/zip", "container", "an empty ZIP archive")),
    (b"\x1f\x8b", Kind("application/gzip", "container", "a gzip archive")),
    (b"BZh", Kind("application/x-bzip2", "container", "a bzip2 archive")),
    (b"\xfd7zXZ\x00", Kind("application/x-xz", "container", "an xz archive")),
    (b"\x28\xb5\x2f\xfd", Kind("application/zstd", "container", "a Zstandard archive")),
    (b"7z\xbc\xaf\x27\x1c", Kind("application/x-7z-compressed", "container", "a 7z archive")),
    (b"SQLite format 3\x00", Kind("application/vnd.sqlite3", "container", "an SQLite database")),
)
_RIFF: Final = {
    b"WAVE": Kind("audio/wav", "audio", "a WAV sound"),
    b"WEBP": Kind("image/webp", "image", "a WebP picture"),
    b"AVI ": Kind("video/x-msvideo", "video", "an AVI video"),
}
_TEXT_KINDS: Final = {
    ".csv": Kind("text/csv", "container", "a table in text form"),
    ".tsv": Kind("text/tab-separated-values", "container", "a table in text form"),
    ".jsonl": Kind("application/jsonl", "container", "lines of JSON"),
    ".ndjson": Kind("application/jsonl", "container", "lines of JSON"),
    ".json": Kind("application/json", "text", "JSON text"),
    ".md": Kind("text/markdown", "text", "Markdown text"),
    ".html": Kind("text/html", "text", "a web page"),
}
_M4A = Kind("audio/mp4", "audio", "an MP4 sound")
_HEIC = Kind("image/heic", "image", "a HEIF picture")
_AVIF = Kind("image/avif", "image", "an AVIF picture")
_QUICKTIME = Kind("video/quicktime", "video", "a QuickTime video")
_MP4 = Kind("video/mp4", "video", "an MP4 video")
_TAR = Kind("application/x-tar", "container", "a tar archive")
_BMP = Kind("image/bmp", "image", "a BMP picture")
_OTHERS: Final = (_M4A, _HEIC, _AVIF, _QUICKTIME, _MP4, _TAR, _BMP)
_BRANDS: Final = {
    **dict.fromkeys((b"M4A ", b"M4B "), _M4A),
    **dict.fromkeys((b"heic", b"heix", b"mif1", b"msf1"), _HEIC),
    **dict.fromkeys((b"avif", b"avis"), _AVIF),
    b"qt  ": _QUICKTIME,
}
_EXPECTED: Final = {
    **dict.fromkeys((".png", ".jpg", ".jpeg", ".gif", ".tif", ".tiff", ".webp", ".bmp", ".heic", ".avif"), "image"),
    **dict.fromkeys((".mp3", ".wav", ".flac", ".ogg", ".m4a", ".aac", ".aiff"), "audio"),
    **dict.fromkeys((".mp4", ".mkv", ".webm", ".avi", ".mov"), "video"),
    **dict.fromkeys((".txt", ".md", ".html", ".htm", ".json"), "text"),
    **dict.fromkeys((".csv", ".tsv", ".jsonl", ".ndjson", ".parquet", ".sqlite", ".zip", ".tar", ".gz"), "container"),
}
_CONTROLS: Final = bytes(set(range(32)) - set(b"\b\t\n\f\r\x1b"))


def kind_of(head: bytes, name: str) -> Kind:
    """The kind of a file that begins with `head`; the name decides only among kinds of text."""
    head = head[:HEAD_BYTES]
    for prefix, kind in _PREFIXES:
        if head.startswith(prefix):
            return kind
    if head[:4] in (b"RIFF", b"RF64"):
        return _RIFF.get(head[8:12], _UNKNOWN)
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], _MP4)
    if head[257:262] == b"ustar":
        return _TAR
    if head[:2] == b"BM" and head[6:10] == bytes(4):
        return _BMP
    return _TEXT_KINDS.get(_extension(name), _TEXT) if _is_text(head) else _UNKNOWN


def kind_named(media_type: str) -> Kind:
    """The kind with this media type, as `kind_of` gave it."""
    known = (*(kind for _, kind in _PREFIXES), *_RIFF.values(), *_TEXT_KINDS.values(), *_OTHERS, _TEXT)
    return next((kind for kind in known if kind.media_type == media_type), _UNKNOWN)


def sentence(kind: Kind, name: str) -> str:
    """What to tell a supplier whose file is of another family than its extension says; "" where they agree."""
    expected = _EXPECTED.get(_extension(name))
    if expected is None or kind is _UNKNOWN or kind.family == expected:
        return ""
    end = "" if kind.family == "container" else f" It was stored as {_article(kind.family)}."
    return f"This is {kind.words}, not {_article(expected)}.{end}"


def _article(family: str) -> str:
    word = FAMILY_WORDS[family]
    return word if word in ("sound", "text", "video") else f"a {word}"


def _extension(name: str) -> str:
    return PurePosixPath(name.lower()).suffix


def _is_text(head: bytes) -> bool:
    """At most one byte in ten is a control character: latin-1 and a stray NUL are still text."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        return True
    controls = len(head) - len(head.translate(None, _CONTROLS))
    return controls * 10 <= len(head)
