import struct

import pytest

from refinery.engine.media.sniff import is_text, media_type, modality_of, text_kind
from refinery.engine.records import Modality

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 16


def kind(head: bytes, name: str = "", tail: bytes = b"") -> str:
    return media_type(head, len(head), name=name, tail=tail)


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "image/jpeg"),
        (b"GIF89a\x01\0\x01\0", "image/gif"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "image/webp"),
        (b"RIFF\x10\0\0\0WAVEfmt ", "audio/wav"),
        (b"RIFX\0\0\0\x10WAVEfmt ", "audio/wav"),
        (b"RIFF\x10\0\0\0AVI LIST", "video/x-msvideo"),
        (b"BM" + b"\0" * 12 + struct.pack("<I", 40) + b"\0" * 36, "image/bmp"),
        (b"II*\0\x08\0\0\0", "image/tiff"),
        (b"P6 # made by hand\n4 4 255\n", "image/x-portable-anymap"),
        (b"fLaC\0\0\0\x22", "audio/flac"),
        (b"ID3\x04\0\0\0\0\0\0", "audio/mpeg"),
        (b"\xff\xfb\x90\x00" + b"\0" * 32, "audio/mpeg"),
        (b"OggS\0\x02" + b"\0" * 20 + b"OpusHead", "audio/ogg"),
        (b"\0\0\0\x20ftypM4A \0\0\0\0", "audio/mp4"),
        (b"\0\0\0\x20ftypisom\0\0\0\0", "video/mp4"),
        (b"\0\0\0\x20ftypavif\0\0\0\0", "image/avif"),
        (b"%PDF-1.7\n", "application/pdf"),
        (b"PK\x03\x04" + b"\0" * 30, "application/zip"),
        (b"\x1f\x8b\x08\0", "application/gzip"),
        (b"NIST_1A\n   1024\n", "audio/x-nist-sphere"),
        (b"<!DOCTYPE html><p>hello", "text/html"),
        (b"\x00\x01\x02\x03" * 50, "application/octet-stream"),
    ],
)
def test_content_names_the_type(head: bytes, expected: str) -> None:
    assert kind(head) == expected


def test_a_png_named_mp3_is_a_png() -> None:
    assert kind(PNG, "song.mp3") == "image/png"


def test_html_named_wav_is_html() -> None:
    assert kind(b"<!doctype html><html><body>404</body></html>", "sound.wav") == "text/html"


def test_a_file_without_bytes_is_empty_whatever_its_name() -> None:
    assert media_type(b"", 0, name="a.png") == "application/x-empty"


def test_parquet_needs_its_magic_at_both_ends() -> None:
    assert kind(b"PAR1\x15\x04", tail=b"\x10\0\0\0PAR1") == "application/vnd.apache.parquet"
    assert kind(b"PAR1\x15\x04", tail=b"cut short") == "application/octet-stream"
    assert kind(b"PAR1\x15\0" + b"words " * 99, tail=b"cut short") == "application/octet-stream"
    assert kind(b"PAR1 is a mark.", tail=b"ark.") == "text/plain"


def test_words_that_begin_like_a_magic_stay_text() -> None:
    assert kind(b"BM is short for British Museum, and P6 for nothing.") == "text/plain"
    assert kind(b"P6 is a kind of file\n") == "text/plain"


def test_text_with_stray_nul_bytes_is_text() -> None:
    assert is_text(b"a line of words with one \0 in it\n" * 20)


def test_latin_1_is_text() -> None:
    assert is_text("Über die Brücke führt ein schöner Weg.\n".encode("latin-1") * 5)


def test_a_character_cut_by_the_end_of_the_head_is_no_objection() -> None:
    assert is_text(("ж" * 50).encode()[:-1])


def test_sound_samples_without_a_header_are_no_text() -> None:
    assert not is_text(struct.pack("<64h", *range(-32, 32)))


def test_utf_16_with_a_mark_is_text_and_not_an_mpeg_frame() -> None:
    assert kind("words".encode("utf-16")) == "text/plain"


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ('{"a": 1}\n{"a": 2}\n', "", "application/jsonl"),
        ('{"a": 1}\n{"a": 2}\n', "notes.txt", "application/jsonl"),
        ('{"a": 1}\n', "one.jsonl", "application/jsonl"),
        ('{"a": 1}\n', "one.json", "application/json"),
        ('{\n  "a": [1, 2]\n}\n', "", "application/json"),
        ('{"broken": \n{"a": 2}\n', "lines.jsonl", "application/jsonl"),
        ("a,b,c\n1,2,3\n4,5,6\n7,8,9\n", "", "text/csv"),
        ("a,b\n1,2\n", "table.csv", "text/csv"),
        ("a,b,c\n1,2,3\n4,5,6\n7,8,9\n", "prose.txt", "text/plain"),
        ("# Title\n\nwords", "page.md", "text/markdown"),
        ("# Title\n\nwords", "", "text/plain"),
        ("<?xml version='1.0'?><svg/>", "a.txt", "image/svg+xml"),
    ],
)
def test_the_name_chooses_only_among_kinds_of_text(text: str, name: str, expected: str) -> None:
    assert text_kind(text.encode(), name) == expected


@pytest.mark.parametrize(
    ("media", "modality"),
    [
        ("image/png", Modality.IMAGE),
        ("audio/wav", Modality.AUDIO),
        ("video/mp4", Modality.VIDEO),
        ("text/markdown", Modality.TEXT),
        ("text/csv", Modality.TABLE_ROW),
        ("application/pdf", Modality.DOCUMENT),
        ("text/html", Modality.DOCUMENT),
        ("application/octet-stream", Modality.OTHER),
    ],
)
def test_every_media_type_has_a_modality(media: str, modality: Modality) -> None:
    assert modality_of(media) == modality
