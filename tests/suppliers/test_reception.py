"""The stream itself: flat memory, limits before the disk is touched, odd headers."""

import tracemalloc
from io import BytesIO

import pytest
from django.http.multipartparser import MultiPartParserError
from django.test import RequestFactory

from databroker.errors import TooLarge
from suppliers import reception
from suppliers.states import Refusal
from tests.suppliers.supply import BOUNDARY, multipart

LINE = f"--{BOUNDARY}".encode()


class Long:
    """A body of one long file, made as it is read."""

    def __init__(self, size):
        head = LINE + b'\r\nContent-Disposition: form-data; name="files"; filename="a.bin"\r\n\r\n'
        self.parts = iter([head, *[bytes(range(256)) * 4096] * (size // 2**20), b"\r\n" + LINE + b"--\r\n"])
        self.left = b""
        self.length = len(head) + size + 6 + len(LINE)

    def read(self, size):
        while len(self.left) < size:
            part = next(self.parts, None)
            if part is None:
                break
            self.left += part
        given, self.left = self.left[:size], self.left[size:]
        return given


def read(body, length=None):
    request = RequestFactory().post("/", b"", content_type=f"multipart/form-data; boundary={BOUNDARY}")
    received = reception.Reception(request)
    stream = BytesIO(body) if isinstance(body, bytes) else body
    post, _ = received.handle_raw_input(stream, {}, len(body) if length is None else length, BOUNDARY.encode())
    return received.arrivals, post


def part(disposition, data=b"x"):
    return (
        LINE + b"\r\nContent-Disposition: form-data; " + disposition + b"\r\n\r\n" + data + b"\r\n" + LINE + b"--\r\n"
    )


def test_memory_stays_flat_for_a_long_file(tmp_path):
    body = Long(64 * 2**20)
    tracemalloc.start()
    try:
        arrivals, _ = read(body, body.length)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    arrivals[0].staged.discard()

    assert arrivals[0].size == 64 * 2**20
    assert peak < 12 * 2**20


def test_what_lies_beyond_the_limit_is_never_written(settings, monkeypatch):
    settings.LIMITS = settings.LIMITS | {"text": 300_000}
    written = []
    honest = reception.Staged.write
    monkeypatch.setattr(
        reception.Staged, "write", lambda self, chunk: (honest(self, chunk), written.append(len(chunk)))
    )
    body, _ = multipart([("a.txt", b"words " * 1_000_000)])
    arrivals, _ = read(body)

    assert (arrivals[0].refusal, arrivals[0].size, arrivals[0].staged) == (Refusal.TOO_LARGE, 6_000_000, None)
    assert sum(written) <= 300_000


def test_a_request_over_the_limit_raises_before_reading(settings):
    settings.LIMITS = settings.LIMITS | {"container": 10}
    with pytest.raises(TooLarge):
        read(b"", length=10 + reception.ENVELOPE_BYTES + 1)


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        (b'name="files"; filename="a.txt"', "a.txt"),
        (b"name=files; filename=a.txt", "a.txt"),
        (b'name="files"; filename="a%22b.txt"', 'a"b.txt'),
        (b'name="files"; filename="a\\"b.txt"', 'a"b.txt'),
        (b'name="files"; filename="a; b=c.txt"', "a; b=c.txt"),
        (b"name=\"files\"; filename*=UTF-8''caf%C3%A9.txt", "café.txt"),
        (b'name="files"; filename="plain"; filename*=UTF-8\'\'caf%C3%A9', "café"),
        (b'name="files"; filename="\xe9"', "\udce9"),
    ],
)
def test_names_are_read_as_they_were_sent(disposition, name):
    arrivals, _ = read(part(disposition))

    assert [arrival.name for arrival in arrivals] == [name]


def test_an_empty_file_field_is_no_file():
    assert read(part(b'name="files"; filename=""', b""))[0] == []


def test_bytes_without_a_name_are_refused():
    assert read(part(b'name="files"; filename=""'))[0][0].refusal == Refusal.NAME_MISSING


def test_fields_are_read_beside_files():
    body, _ = multipart([("a.txt", b"x")], basis="owner", paths=["b/a.txt"])

    assert read(body)[1].dict() == {"basis": "owner", "paths": "b/a.txt"}


def test_a_header_without_end_is_refused():
    with pytest.raises(MultiPartParserError):
        read(LINE + b"\r\nContent-Disposition: form-data; " + b"x" * 40_000)


def test_content_that_looks_like_the_boundary_stays_content():
    inside = LINE[:-1] + b" and --- more\r\n--\r\n"
    arrivals, _ = read(part(b'name="files"; filename="a"', inside))

    assert arrivals[0].staged.path.read_bytes() == inside
