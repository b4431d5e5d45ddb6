"""databroker/downloads.py"""

from pathlib import Path

import pytest
from django.http import HttpResponseBase, StreamingHttpResponse
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from databroker import downloads

DIGEST = "ab" * 32
BODY = bytes(range(256)) * 10


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "data.bin"
    file.write_bytes(BODY)
    return file


def ask(path: Path, method: str = "GET", **headers: str) -> HttpResponseBase:
    request = RequestFactory().generic(method, "/", headers={name.replace("_", "-"): v for name, v in headers.items()})
    return downloads.serve(request, path, filename="dätä.bin", content_type="application/x-test", digest=DIGEST)


def body(response: HttpResponseBase) -> bytes:
    assert isinstance(response, StreamingHttpResponse)
    return response.getvalue()


def test_the_whole_file_comes_with_its_length_and_etag(path: Path) -> None:
    response = ask(path)
    assert (response.status_code, body(response)) == (200, BODY)
    assert (response["Content-Length"], response["ETag"]) == (str(len(BODY)), f'"{DIGEST}"')


@pytest.mark.parametrize(
    ("header", "expected"),
    [("bytes=0-0", BODY[:1]), ("bytes=10-19", BODY[10:20]), ("bytes=2550-", BODY[2550:]), ("bytes=-3", BODY[-3:]),
     ("bytes=2500-99999", BODY[2500:]), ("bytes=-99999", BODY)],
)  # fmt: skip
def test_a_range_is_exact(path: Path, header: str, expected: bytes) -> None:
    response = ask(path, Range=header)
    assert (response.status_code, body(response)) == (206, expected)
    assert response["Content-Length"] == str(len(expected))


@pytest.mark.parametrize("header", ["bytes=2560-", "bytes=99999-100000", "bytes=-0"])
def test_a_range_beyond_the_end_is_416_with_the_size(path: Path, header: str) -> None:
    response = ask(path, Range=header)
    assert (response.status_code, response["Content-Range"]) == (416, f"bytes */{len(BODY)}")


@pytest.mark.parametrize("header", ["bytes=5-2", "lines=1-2", "bytes=0-1,5-6", "bytes=a-b", "bytes=-"])
def test_a_range_we_do_not_serve_is_answered_with_the_whole(path: Path, header: str) -> None:
    assert ask(path, Range=header).status_code == 200


def test_head_tells_the_length_and_sends_nothing(path: Path) -> None:
    response = ask(path, "HEAD")
    assert (response.status_code, response["Content-Length"], body(response)) == (200, str(len(BODY)), b"")


def test_if_range_with_the_same_etag_resumes(path: Path) -> None:
    assert ask(path, Range="bytes=5-", If_Range=f'"{DIGEST}"').status_code == 206


def test_if_range_with_another_etag_starts_over(path: Path) -> None:
    assert ask(path, Range="bytes=5-", If_Range='"other"').status_code == 200


def test_an_unchanged_file_is_304(path: Path) -> None:
    assert ask(path, If_None_Match=f'"{DIGEST}"').status_code == 304


def test_a_file_that_is_not_the_expected_one_is_412(path: Path) -> None:
    assert ask(path, If_Match='"other"').status_code == 412


def test_the_name_is_sent_for_every_client(path: Path) -> None:
    assert "filename*=UTF-8''d%C3%A4t%C3%A4.bin" in ask(path)["Content-Disposition"]


@given(st.text(max_size=40), st.integers(0, 10**6))
def test_no_header_breaks_the_reader(header: str, size: int) -> None:
    try:
        part = downloads.requested_range("bytes=" + header, size)
    except ValueError:
        return
    assert part is None or 0 <= part[0] <= part[1] < size
