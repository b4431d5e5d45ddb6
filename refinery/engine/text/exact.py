"""Exact duplicates of text: one digest for texts that differ only in white space and invisible characters."""

from __future__ import annotations

import hashlib
import unicodedata

from refinery.engine.blocks import BlockInfo
from refinery.engine.text.words import chunks

BLOCK = BlockInfo(
    name="text.exact@1",
    kind="deduplicator",
    modality="text",
    outputs=(),
    summary="SHA-256 of the text in NFC, with every run of white space as one space and invisible characters removed.",
    source="The same content in other wrapping; case and punctuation count",
    licence="Apache-2.0",
)
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))


def normalised_digest(text: str) -> str:
    """SHA-256 (hex) of the normalised text.

    Removed: soft hyphen, zero-width space, word joiner, byte order mark. Every run of white space becomes one space,
    none at the ends; then NFC, as UTF-8 (a lone surrogate as its three bytes). Texts without any visible character
    share one digest: whether an empty text counts as a copy is for the caller, who drops it for being empty.
    """
    digest = hashlib.sha256()
    begun = spaced = False
    for chunk in chunks(text.translate(_INVISIBLE)):
        normal = unicodedata.normalize("NFC", " ".join(chunk.split()))
        if normal:
            separator = " " if begun and (spaced or chunk[0].isspace()) else ""
            digest.update((separator + normal).encode("utf-8", "surrogatepass"))
        begun = begun or bool(normal)
        spaced = chunk[-1:].isspace() if normal else spaced or bool(chunk)
    return digest.hexdigest()
