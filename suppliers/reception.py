"""Multipart uploads read as a stream: each file is hashed, counted and limited on its way to staging.

Django's own parser changes names (it drops folders, decodes entities) and loses parts whose names are not UTF-8, so
this handler takes over the parsing where Django lets it, with Django's streams beneath.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO, Any, Final, cast

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, QueryDict, UnreadablePostError
from django.http.multipartparser import ChunkIter, InterBoundaryIter, LazyStream
from django.utils.datastructures import MultiValueDict

from databroker import storage
from databroker.errors import Incomplete, Issue, TooLarge
from databroker.storage import Staged
from suppliers import kinds, names
from suppliers.multipart import PartHeader, read_header
from suppliers.results import limit_words
from suppliers.states import Refusal

CHUNK: Final = 256 * 1024
# What a request may be longer than its files together: boundaries, headers, fields.
ENVELOPE_BYTES: Final = 16 * 1024**2


@dataclass(slots=True)
class Arrival:
    """One file as it came: its name, the bytes that arrived, and where they are staged unless a rule refused them.

    `limit` is what was exceeded: bytes, or files for TOO_MANY_FILES.
    """

    name: str
    size: int = 0
    staged: Staged | None = None
    kind: kinds.Kind | None = None
    refusal: Refusal | None = None
    limit: int | None = None
    head: bytes = b""

    def refuse(self, rule: Refusal, limit: int | None = None) -> None:
        """Forgets the bytes; the first rule broken is the one told."""
        if self.refusal is None:
            self.refusal, self.limit = rule, limit
        if self.staged is not None:
            self.staged.discard()
            self.staged = None


class Counted:
    """The request's body, counted, so that a connection that broke is told from a body that ended."""

    def __init__(self, body: IO[bytes]) -> None:
        self._body = body
        self.count = 0

    def read(self, size: int) -> bytes:
        data = self._body.read(size)
        self.count += len(data)
        return data


class Reception(FileUploadHandler):
    """The upload handler of one request. `arrivals` are its files in order; whoever installs it calls `discard`."""

    chunk_size = CHUNK

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.arrivals: list[Arrival] = []

    def handle_raw_input(
        self,
        input_data: IO[bytes],
        META: dict[str, str],
        content_length: int,
        boundary: bytes,  # type: ignore[override]  # the stubs say str, Django passes bytes
        encoding: str | None = None,
    ) -> tuple[QueryDict, MultiValueDict[str, Any]]:
        """Reads the whole body. Raises TooLarge or StoreFull before the first byte, UnreadablePostError if it broke."""
        self._require_reasonable(content_length)
        body = Counted(input_data)
        post, complete = self._read(body, boundary)
        if body.count < content_length:
            raise UnreadablePostError("the connection ended before the upload did")
        if not complete and self.arrivals:
            self.arrivals[-1].refuse(Refusal.CUT_OFF)
        post._mutable = False
        return post, MultiValueDict()

    def discard(self) -> None:
        """Leaves nothing in staging; harmless for what was stored meanwhile."""
        for arrival in self.arrivals:
            if arrival.staged is not None:
                arrival.staged.discard()

    @staticmethod
    def _require_reasonable(content_length: int) -> None:
        limit = settings.LIMITS["container"]
        if content_length > limit + ENVELOPE_BYTES:
            words = f"Larger than the {limit_words(limit)} limit for one upload. Nothing was stored. Send it in parts."
            raise TooLarge(words, code="request_too_large")
        storage.require_room(content_length)

    def _read(self, body: Counted, boundary: bytes) -> tuple[QueryDict, bool]:
        """The fields, and whether the closing delimiter was there."""
        post = QueryDict(mutable=True)
        room = int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0)
        complete = False
        for part in InterBoundaryIter(LazyStream(ChunkIter(cast(Any, body), self.chunk_size)), b"--" + boundary):
            header = read_header(part)
            if header is None:
                complete = part.read(2) == b"--" or complete
                _exhaust(part)
            elif header.filename is not None:
                self._take_file(header, part)
            else:
                value = part.read(room + 1)
                room -= len(value)
                _add_field(post, header.name, value, room)
        return post, complete

    def _take_file(self, header: PartHeader, part: LazyStream) -> None:
        name = header.filename or ""
        if not name:
            # A browser sends this for a file field that was left empty.
            if any(len(chunk) for chunk in part):
                self.arrivals.append(Arrival("", refusal=Refusal.NAME_MISSING))
            return
        arrival = Arrival(name)
        self.arrivals.append(arrival)
        most = settings.LIMIT_FILES_PER_REQUEST
        if len(self.arrivals) > most:
            arrival.refuse(Refusal.TOO_MANY_FILES, most)
        else:
            arrival.staged = Staged(limit=settings.LIMITS["container"])
        for chunk in part:
            _take_chunk(arrival, chunk)
        _finish(arrival)


def _take_chunk(arrival: Arrival, chunk: bytes) -> None:
    arrival.size += len(chunk)
    if arrival.staged is None:
        return
    if arrival.kind is None:
        arrival.head += chunk[: kinds.HEAD_BYTES]
        if len(arrival.head) >= kinds.HEAD_BYTES:
            _recognise(arrival)
    try:
        arrival.staged.write(chunk)
    except TooLarge:
        _recognise(arrival)
        arrival.refuse(Refusal.TOO_LARGE, arrival.staged.limit)


def _recognise(arrival: Arrival) -> None:
    """The kind decides the limit as soon as the beginning is known; what lies beyond it is never written."""
    arrival.kind = kinds.kind_of(arrival.head, arrival.name)
    if arrival.staged is not None:
        arrival.staged.limit = min(settings.LIMITS[arrival.kind.family], settings.LIMITS["container"])


def _finish(arrival: Arrival) -> None:
    if arrival.staged is None:
        return
    if arrival.size == 0:
        arrival.refuse(Refusal.EMPTY)
        return
    if arrival.kind is None:
        _recognise(arrival)
    if arrival.size > arrival.staged.limit:
        arrival.refuse(Refusal.TOO_LARGE, arrival.staged.limit)
    else:
        arrival.staged.close()
    arrival.head = b""


def _add_field(post: QueryDict, name: str, value: bytes, room: int) -> None:
    if room < 0:
        raise RequestDataTooBig("The fields of the form are larger than DATA_UPLOAD_MAX_MEMORY_SIZE.")
    if sum(len(values) for _, values in post.lists()) >= settings.DATA_UPLOAD_MAX_NUMBER_FIELDS:
        raise TooManyFieldsSent("The form has more fields than DATA_UPLOAD_MAX_NUMBER_FIELDS.")
    text = value.decode("utf-8", "surrogateescape") if name == "paths" else value.decode("utf-8", "replace")
    post.appendlist(name, text)


def _exhaust(part: LazyStream) -> None:
    for _ in part:
        pass


def receive(request: HttpRequest) -> Reception:
    """Installs a reception on a request whose body has not been read; reading `request.POST` then fills it."""
    reception = Reception(request)
    request.upload_handlers = [reception]
    return reception


def apply_paths(arrivals: Sequence[Arrival], paths: Sequence[str]) -> None:
    """Gives the files the relative paths sent beside them, in order. Raises Incomplete if their numbers differ."""
    if not paths:
        return
    if len(paths) != len(arrivals):
        sentence = f"{len(arrivals)} files came with {len(paths)} paths. Send one path per file, or none."
        raise Incomplete(sentence, code="paths_do_not_match", issues=[Issue("paths", "paths_do_not_match", sentence)])
    for arrival, path in zip(arrivals, paths, strict=True):
        arrival.name = path or arrival.name


def refuse_bad_names(arrivals: Sequence[Arrival]) -> None:
    """Applies the rules of names, which need no bytes."""
    for arrival in arrivals:
        rule = names.refusal_of(arrival.name)
        if rule is not None:
            arrival.refuse(rule)
