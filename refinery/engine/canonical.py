"""Canonical bytes and digests: RFC 8785 JSON, and tagged strings for what JSON cannot say exactly."""

from __future__ import annotations

import datetime
import decimal
import hashlib
import math
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import rfc8785

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]

MAX_DEPTH = 128
_SAFE_INTEGER = 2**53 - 1
_SURROGATES = re.compile("[\ud800-\udfff]")
_CHUNK = 1 << 20


class NotCanonical(ValueError):
    """The value is nested too deeply, or of a kind that has no canonical form."""


def canonical_json(value: object) -> bytes:
    """RFC 8785 bytes of `value` after `tagged`."""
    return rfc8785.dumps(tagged(value))


def sha256_hex(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def digest_of(value: object) -> str:
    """sha256 (hex) of the canonical JSON of `value`."""
    return sha256_hex(canonical_json(value))


def digest_of_lines(values: Iterable[object]) -> str:
    """sha256 (hex) over one RFC 8785 line, ended by a newline, per value."""
    running = hashlib.sha256()
    for value in values:
        running.update(canonical_json(value) + b"\n")
    return running.hexdigest()


def file_digest(path: Path) -> tuple[int, str]:
    """(bytes, sha256 hex) of a file, read once in pieces."""
    running, size = hashlib.sha256(), 0
    with path.open("rb") as stream:
        while piece := stream.read(_CHUNK):
            running.update(piece)
            size += len(piece)
    return size, running.hexdigest()


def clean_text(text: str) -> str:
    """`text` with lone surrogates, which no UTF-8 file can hold, replaced by U+FFFD."""
    return _SURROGATES.sub("\ufffd", text)


def tagged(value: object, depth: int = 0) -> Json:
    """`value` as JSON, with a tagged string for each scalar that RFC 8785 cannot carry exactly.

    Tags: ``integer:`` beyond 2^53, ``decimal:``, ``binary:`` (hex), ``date:`` ``time:`` ``datetime:`` (ISO 8601),
    ``duration:`` (seconds), ``number:`` (NaN, Infinity, -Infinity). A plain string that begins with a tag gets
    ``string:`` before it, so that two different values never share a form.
    """
    if depth > MAX_DEPTH:
        raise NotCanonical(f"nested more than {MAX_DEPTH} levels deep")
    if isinstance(value, Mapping):
        return {clean_text(str(key)): tagged(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [tagged(item, depth + 1) for item in value]
    return _tagged_scalar(value)


_TAG = re.compile(r"(?:integer|decimal|binary|date|time|datetime|duration|number|string):")


def _tagged_scalar(value: object) -> Json:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        text = clean_text(value)
        return f"string:{text}" if _TAG.match(text) else text
    if isinstance(value, int):
        return value if abs(value) <= _SAFE_INTEGER else f"integer:{value}"
    if isinstance(value, float):
        return value if math.isfinite(value) else f"number:{_non_finite(value)}"
    return _tagged_rare(value)


def _non_finite(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"


def _tagged_rare(value: object) -> str:
    if isinstance(value, decimal.Decimal):
        return f"decimal:{value}"
    if isinstance(value, bytes | bytearray | memoryview):
        return f"binary:{bytes(value).hex()}"
    if isinstance(value, datetime.datetime):
        return f"datetime:{value.isoformat()}"
    if isinstance(value, datetime.date):
        return f"date:{value.isoformat()}"
    if isinstance(value, datetime.time):
        return f"time:{value.isoformat()}"
    if isinstance(value, datetime.timedelta):
        return f"duration:{value.total_seconds()}"
    return f"string:{clean_text(str(value))}"
