"""Bytes become text by their mark, by UTF-8, or by a stated guess; nothing raises."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refinery.engine.text.decoding import decode


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_utf8_text_is_read_as_it_was_written(text):
    decoded = decode(text.encode())
    assert decoded.text == text.removeprefix("\ufeff")
    assert decoded.encoding == "utf-8"


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
def test_a_byte_order_mark_names_the_encoding_and_is_not_part_of_the_text(mark, encoding):
    decoded = decode(mark + "Grüße 你好".encode(encoding))
    assert (decoded.text, decoded.encoding, decoded.notes) == ("Grüße 你好", encoding, ("byte_order_mark",))


def test_bytes_that_are_not_utf8_are_read_as_windows_1252():
    decoded = decode("Größe – “so”".encode("cp1252"))
    assert (decoded.text, decoded.encoding, decoded.notes) == ("Größe – “so”", "cp1252", ("not_utf8",))


def test_bytes_that_windows_1252_does_not_know_are_read_as_latin_1():
    decoded = decode(b"caf\xe9 \x81")
    assert (decoded.text, decoded.encoding) == ("café \x81", "latin-1")


def test_a_damaged_byte_in_much_utf8_does_not_garble_the_rest():
    decoded = decode("Grüße aus Köln und Düsseldorf".encode() + b"\xff")
    assert decoded.text == "Grüße aus Köln und Düsseldorf\ufffd"
    assert decoded.notes == ("not_utf8", "invalid_sequences")


def test_a_cut_off_utf16_file_is_read_with_a_replacement_character():
    decoded = decode(codecs.BOM_UTF16_LE + "ab".encode("utf-16-le") + b"c")
    assert decoded.text == "ab\ufffd"
    assert decoded.notes == ("byte_order_mark", "invalid_sequences")


def test_nul_bytes_are_noted_and_kept():
    decoded = decode(b"a\0b")
    assert (decoded.text, decoded.notes) == ("a\0b", ("nul_bytes",))


@given(st.binary())
def test_no_bytes_raise(data):
    assert isinstance(decode(data).text, str)
