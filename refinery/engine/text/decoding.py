"""Bytes to text without ever failing. What had to be guessed is said in the notes; nothing is repaired."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

_BOMS = (
    # UTF-32 before UTF-16: the little-endian mark of the one begins with the mark of the other.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UTF8_SEQUENCE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe1-\xef][\x80-\xbf]{2}|\xe0[\xa0-\xbf][\x80-\xbf]|[\xf0-\xf4][\x80-\xbf]{3}"
)


@dataclass(frozen=True, slots=True)
class DecodedText:
    """Text as read.

    `encoding` is the codec that was used; `notes` holds, in this order where they apply: ``byte_order_mark``,
    ``not_utf8`` (no mark and not valid UTF-8), ``invalid_sequences`` (bytes became U+FFFD), ``nul_bytes`` (the text
    holds U+0000).
    """

    text: str
    encoding: str
    notes: tuple[str, ...]


def decode(data: bytes) -> DecodedText:
    """Read bytes as a byte order mark says, else as UTF-8, else as Windows-1252 or Latin-1. Never raises.

    Bytes that are UTF-8 but for a few damaged places (more good multi-byte sequences than bad places) stay UTF-8
    with U+FFFD at the damage: reading them as Windows-1252 would garble every good character.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _with_mark(data[len(mark) :], encoding)
    try:
        return _noted(data.decode("utf-8"), "utf-8", ())
    except UnicodeDecodeError:
        return _without_utf8(data)


def _with_mark(data: bytes, encoding: str) -> DecodedText:
    try:
        return _noted(data.decode(encoding), encoding, ("byte_order_mark",))
    except UnicodeDecodeError:
        return _noted(data.decode(encoding, "replace"), encoding, ("byte_order_mark", "invalid_sequences"))


def _without_utf8(data: bytes) -> DecodedText:
    replaced = data.decode("utf-8", "replace")
    good = sum(1 for _ in _UTF8_SEQUENCE.finditer(data))
    if good > replaced.count("\ufffd"):
        return _noted(replaced, "utf-8", ("not_utf8", "invalid_sequences"))
    try:
        return _noted(data.decode("cp1252"), "cp1252", ("not_utf8",))
    except UnicodeDecodeError:
        return _noted(data.decode("latin-1"), "latin-1", ("not_utf8",))


def _noted(text: str, encoding: str, notes: tuple[str, ...]) -> DecodedText:
    return DecodedText(text, encoding, (*notes, "nul_bytes") if "\0" in text else notes)
