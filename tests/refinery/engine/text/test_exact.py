"""Exact copies of text: white space and invisible characters do not matter, everything else does."""

import pytest

from refinery.engine.text import words as w
from refinery.engine.text.exact import normalised_digest


@pytest.mark.parametrize("other", ["a b c", " a  b\tc\n", "a\r\nb\u00a0c", "\ufeffa b\u200b c", "a\n\n\nb c"])
def test_texts_in_other_wrapping_share_a_digest(other):
    assert normalised_digest(other) == normalised_digest("a b c")


@pytest.mark.parametrize("other", ["A b c", "a b c.", "ab c", "a b", "a c b"])
def test_case_punctuation_and_words_count(other):
    assert normalised_digest(other) != normalised_digest("a b c")


def test_composed_and_decomposed_letters_are_equal():
    assert normalised_digest("caf\u00e9") == normalised_digest("cafe\u0301")


@pytest.mark.parametrize("text", ["one two 世界 three\n\nfour 世 界", " \n a\u200b b ", "世界世界", "か\u3099" * 9])
def test_reading_in_pieces_changes_no_digest(monkeypatch, text):
    whole = normalised_digest(text)
    for size in range(1, 9):
        monkeypatch.setattr(w, "CHUNK_CHARS", size)
        assert normalised_digest(text) == whole


def test_a_lone_surrogate_has_a_digest_of_its_own():
    assert normalised_digest("\ud800") != normalised_digest("\ud801")
