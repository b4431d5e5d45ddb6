"""Ranged downloads: 200, 206, 304, 412, 416 and HEAD, with a strong ETag (RFC 9110, sections 13 and 14)."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

BLOCK = 1024 * 1024
_SINGLE_RANGE = re.compile(r"^bytes=(?:(?P<first>\d{1,18})-(?P<last>\d{1,18})?|-(?P<suffix>\d{1,18}))$", re.ASCII)


def requested_range(header: str, size: int) -> tuple[int, int] | None:
    """(first, last) inclusive for a single satisfiable byte range; None to send the whole.

    Several ranges, or a unit other than bytes, are answered with the whole (allowed by RFC 9110, 14.2).
    Raises ValueError for a range that lies beyond the end.
    """
    match = _SINGLE_RANGE.match(header.replace(" ", ""))
    if match is None:
        return None
    if match["suffix"] is not None:
        length = min(int(match["suffix"]), size)
        if length == 0:
            raise ValueError("empty suffix")
        return size - length, size - 1
    first = int(match["first"])
    last = size - 1 if match["last"] is None else min(int(match["last"]), size - 1)
    if match["last"] is not None and int(match["last"]) < first:
        return None
    if first >= size:
        raise ValueError("beyond the end")
    return first, last


def _blocks(path: Path, first: int, length: int) -> Iterator[bytes]:
    with path.open("rb") as stream:
        stream.seek(first)
        while length > 0:
            block = stream.read(min(BLOCK, length))
            if not block:
                return
            length -= len(block)
            yield block


def _disposition(filename: str) -> str:
    plain = re.sub(r'[^\x20-\x7e]|["\\]', "_", filename)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"


def _matches(header: str, etag: str) -> bool:
    return header.strip() == "*" or etag in {tag.strip().removeprefix("W/") for tag in header.split(",")}


def serve(request: HttpRequest, path: Path, *, filename: str, content_type: str, digest: str) -> HttpResponseBase:
    """The file at `path` as an attachment. `digest` (hex sha256) is the ETag, so a changed file is never spliced.

    If-Range with any other validator sends the whole; If-None-Match answers 304, a failed If-Match 412.
    """
    etag, size = f'"{digest}"', path.stat().st_size
    response = _answer(request, path, etag, size)
    response["ETag"] = etag
    response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = "private, no-transform"
    response["Content-Disposition"] = _disposition(filename)
    response["X-Content-Type-Options"] = "nosniff"
    if response.status_code in (200, 206):
        response["Content-Type"] = content_type
    return response


def _answer(request: HttpRequest, path: Path, etag: str, size: int) -> HttpResponseBase:
    headers = request.headers
    if "If-Match" in headers and not _matches(headers["If-Match"], etag):
        return HttpResponse(status=412)
    if "If-None-Match" in headers and _matches(headers["If-None-Match"], etag):
        return HttpResponse(status=304)
    wanted = headers.get("Range", "")
    if headers.get("If-Range", etag).strip() != etag:
        wanted = ""
    try:
        part = requested_range(wanted, size) if wanted else None
    except ValueError:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    first, last = part or (0, size - 1)
    length = last - first + 1
    body = iter(()) if request.method == "HEAD" else _blocks(path, first, length)
    response = StreamingHttpResponse(body, status=206 if part else 200)
    response["Content-Length"] = str(length)
    if part:
        response["Content-Range"] = f"bytes {first}-{last}/{size}"
    return response
