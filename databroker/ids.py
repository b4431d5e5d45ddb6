"""Identifiers: UUIDv7 keys and their public form, a prefix and 26 characters of Crockford base32."""

import os
import re
import time
import uuid

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_VALUES = {character: value for value, character in enumerate(_ALPHABET)}
_PUBLIC = re.compile(r"^(?P<prefix>[a-z]{3})_(?P<body>[0-7][0-9a-hjkmnp-tv-z]{25})$")


def uuid7() -> uuid.UUID:
    """A time-ordered UUID: 48 bits of Unix milliseconds, then random bits (RFC 9562, section 5.7)."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds << 80) | int.from_bytes(os.urandom(10), "big")
    value = (value & ~(0xF << 76)) | (0x7 << 76)
    value = (value & ~(0x3 << 62)) | (0x2 << 62)
    return uuid.UUID(int=value)


def to_public(prefix: str, key: uuid.UUID) -> str:
    """`dts_01j...`: sorts like the key itself."""
    number = key.int
    return prefix + "_" + "".join(_ALPHABET[(number >> shift) & 31] for shift in range(125, -1, -5))


def from_public(text: str, prefix: str) -> uuid.UUID | None:
    """The key behind a public id of this prefix, else None."""
    match = _PUBLIC.match(text.lower())
    if match is None or match["prefix"] != prefix:
        return None
    number = 0
    for character in match["body"]:
        number = number * 32 + _VALUES[character]
    return uuid.UUID(int=number)
