"""A file's kind by its first bytes, and what is said where the name promised another."""

import pytest

from suppliers.kinds import kind_named, kind_of, sentence

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.mark.parametrize(
    ("head", "name", "media_type", "family"),
    [
        (PNG, "a.mp3", "image/png", "image"),
        (b"RIFF\x00\x00\x00\x00WAVE", "a", "audio/wav", "audio"),
        (b"\x00\x00\x00\x20ftypisom", "a", "video/mp4", "video"),
        (b"\x00\x00\x00\x20ftypM4A ", "a", "audio/mp4", "audio"),
        (b"PAR1", "a.parquet", "application/vnd.apache.parquet", "container"),
        (b"text", "a.jsonl", "application/jsonl", "container"),
        (b"text", "a.csv", "text/csv", "container"),
        (b"text", "a.parquet", "text/plain", "text"),
        ("Müßiggang".encode("latin-1"), "a.txt", "text/plain", "text"),
        (b"a stray \x00 in a line of text", "a.txt", "text/plain", "text"),
        (bytes(range(32)), "a.txt", "application/octet-stream", "container"),
    ],
)
def test_a_kind_is_recognised_by_content(head, name, media_type, family):
    found = kind_of(head, name)

    assert (found.media_type, found.family) == (media_type, family)
    assert kind_named(media_type).media_type == media_type


@pytest.mark.parametrize(
    ("head", "name", "said"),
    [
        (PNG, "a.mp3", "This is a PNG picture, not sound. It was stored as a picture."),
        (PNG, "a.png", ""),
        (PNG, "a.unknown", ""),
        (b"fLaC", "a.jpg", "This is a FLAC sound, not a picture. It was stored as sound."),
        (b"not parquet", "a.parquet", "This is text, not a collection of records. It was stored as text."),
    ],
)
def test_another_kind_than_the_name_says_is_told(head, name, said):
    assert sentence(kind_of(head, name), name) == said
