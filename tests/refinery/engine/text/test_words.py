"""What counts as a word, a line and a paragraph in any script."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refinery.engine.text import words as w


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("one", ["one"]),
        ("Don't stop, now!", ["Don't", "stop,", "now!"]),
        ("你好，世界。", ["你", "好，", "世", "界。"]),
        ("用Python写", ["用", "Python", "写"]),
        ("ひらカナ", ["ひ", "ら", "カ", "ナ"]),
        ("한국어 문장", ["한국어", "문장"]),
        ("ก็ดี", ["ก็", "ดี"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("a\u00a0b\u2003c", ["a", "b", "c"]),
    ],
)
def test_words_are_runs_without_space_and_letters_of_unspaced_scripts(text, expected):
    assert w.words(text) == expected


@given(st.text())
def test_words_keep_every_character_but_white_space(text):
    assert "".join(w.words(text)) == "".join(text.split())


@pytest.mark.parametrize(("word", "symbol"), [("--", True), ("😀", True), ("a-", False), ("7", False), ("\0", True)])
def test_a_symbol_holds_neither_letter_nor_number(word, symbol):
    assert w.is_symbol(word) is symbol


def test_lines_end_at_every_line_break_and_blank_ones_do_not_count():
    assert list(w.each_line("a\r\nb\rc\n\n  \nd\u2028 e \v")) == ["a", "b", "c", "d", "e"]


@given(st.text(st.sampled_from("ab \n\r\v\f\x1c\x85\u2028")))
def test_lines_are_those_of_the_standard_library(text):
    assert list(w.each_line(text)) == [line.strip() for line in text.splitlines() if line.strip()]


def test_paragraphs_are_parted_by_blank_lines_whatever_the_line_break():
    assert w.paragraphs("one\r\ntwo\r\n \r\nthree\n\n\n\nfour\n") == ["one\ntwo", "three", "four"]


def test_a_full_width_character_is_two_columns_wide():
    assert w.columns("ab世界") == 6


@given(st.text(st.sampled_from("ab 世。\n")), st.integers(1, 5))
def test_chunks_join_to_the_text_and_part_no_word(text, size):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(w, "CHUNK_CHARS", size)
        pieces = list(w.chunks(text))
    assert "".join(pieces) == text
    assert [word for piece in pieces for word in w.words(piece)] == w.words(text)


def test_match_words_drop_case_and_punctuation_and_keep_accents_and_digits():
    assert w.match_words("Don’t PANIC: Café-Straße 42!") == ["dont", "panic", "café", "strasse", "42"]


def test_match_words_do_not_tell_composed_from_decomposed_letters():
    assert w.match_words("cafe\u0301") == w.match_words("caf\u00e9")


def test_sketch_words_also_drop_accents_and_write_every_digit_as_0():
    assert w.sketch_words("Café No. 42, २०२४") == ["cafe", "no", "00", "0000"]


@given(st.text())
def test_words_normalised_one_by_one_are_the_words_of_the_whole(text):
    assert [part for word in w.words(text) for part in w.match_words(word)] == w.match_words(text)


def test_ethiopic_words_are_parted_by_their_own_mark():
    assert w.words("ሰው፡ሁሉ፡ነጻ") == ["ሰው", "ሁሉ", "ነጻ"]
