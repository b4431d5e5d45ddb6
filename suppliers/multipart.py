"""The header of one part of a multipart body, with the file name as it was sent (RFC 7578, WHATWG form encoding)."""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote_to_bytes

from django.http.multipartparser import LazyStream, MultiPartParserError

HEADER_BYTES: Final = 32 * 1024
_PARAMETER: Final = re.compile(rb';\s*([A-Za-z0-9_-]+\*?)\s*=\s*("(?:\\["\\]|[^"])*"|[^;\s]*)')
_ESCAPED: Final = re.compile(rb'\\(["\\])')
_PERCENT: Final = re.compile(rb"%(22|0[DdAa])")


@dataclass(frozen=True, slots=True)
class PartHeader:
    """The field's name; the file's name with undecodable bytes as lone surrogates, None where the part is no file."""

    name: str
    filename: str | None


def read_header(part: LazyStream) -> PartHeader | None:
    """The part's header, the stream then standing at its content; None for what is no part (preamble, epilogue).

    Raises MultiPartParserError for a header longer than HEADER_BYTES.
    """
    beginning = b""
    while b"\r\n\r\n" not in beginning:
        more = part.read(1024)
        beginning += more
        if not more:
            part.unget(beginning)
            return None
        if len(beginning) > HEADER_BYTES:
            raise MultiPartParserError("The header of a part is too long.")
    header, _, content = beginning.partition(b"\r\n\r\n")
    found = _disposition(header)
    part.unget(content if found else beginning)
    return found


def _disposition(header: bytes) -> PartHeader | None:
    for line in header.split(b"\r\n"):
        field, _, value = line.partition(b":")
        if field.strip().lower() == b"content-disposition":
            parameters = {match[1].lower(): match[2] for match in _PARAMETER.finditer(value)}
            if b"name" in parameters:
                name = _plain(parameters[b"name"]).decode("utf-8", "replace")
                return PartHeader(name, _filename(parameters))
    return None


def _filename(parameters: dict[bytes, bytes]) -> str | None:
    extended = parameters.get(b"filename*", b"")
    if extended.lower().startswith(b"utf-8'"):
        raw = unquote_to_bytes(extended.split(b"'", 2)[-1])
    elif b"filename" in parameters:
        raw = _plain(parameters[b"filename"])
    else:
        return None
    return raw.decode("utf-8", "surrogateescape")


def _plain(value: bytes) -> bytes:
    """A parameter without its quotes. Browsers write a quote as %22 and line ends as %0D%0A, older curl \\"."""
    if not value.startswith(b'"'):
        return value
    unquoted = _ESCAPED.sub(rb"\1", value[1:-1])
    return _PERCENT.sub(lambda match: bytes([int(match[1], 16)]), unquoted)
