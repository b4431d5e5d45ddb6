"""Gopher's quality measures, each with a value worked out by hand."""

import pytest

from refinery.engine.text import gopher, repetition
from refinery.engine.text import words as w


def measured(text, score, language="en"):
    return gopher.quality(text, language)[f"text_{score}"]


@pytest.mark.parametrize(
    ("text", "score", "expected"),
    [
        ("The cat -- it sat.", "word_count", 4),  # "--" is no word
        ("The cat -- it sat.", "mean_word_length", (3 + 3 + 2 + 4) / 4),
        ("# a #b c", "hash_ratio", 2 / 4),
        ("wait... what… no", "ellipsis_ratio", 2 / 3),
        ("• one\n- two\n\nthree\nfour", "bullet_line_ratio", 2 / 4),
        ("so...\nand…\nend.\n\n", "ellipsis_line_ratio", 2 / 3),
        ("abc 123 4d !!", "alpha_word_ratio", 2 / 4),
        ("  a\u200bb \n", "char_count", 2),
        ("你好，世界。", "word_count", 4),
        ("你好，世界。", "mean_word_length", None),
        ("世 is one", "mean_word_length", (2 + 3) / 2),
        ("世界 is", "mean_word_length", None),  # most words are single characters
    ],
)
def test_a_measure_is_what_its_definition_says(text, score, expected):
    assert measured(text, score) == expected


def test_an_empty_text_counts_nothing_and_divides_by_nothing():
    scores = gopher.measure("", "en")
    counts = {"text_char_count": 0, "text_word_count": 0, "text_stop_word_count": 0}
    assert {name: value for name, value in scores.items() if value is not None} == counts


def test_one_word_is_measured_like_any_text():
    scores = gopher.quality("one", "en")
    assert (scores["text_word_count"], scores["text_mean_word_length"], scores["text_alpha_word_ratio"]) == (1, 3, 1)


def test_stop_words_are_counted_once_each_whatever_their_case_or_punctuation():
    assert measured("THE the (The) of, cat", "stop_word_count") == 2


def test_stop_words_abstain_where_the_language_has_no_list():
    assert measured("the of and", "stop_word_count", "und") is None


def test_stop_words_are_found_in_decomposed_letters():
    assert measured("vo\u0301i nhu\u031b\u0303ng va\u0300 la\u0300", "stop_word_count", "vi") == 3


def test_chinese_stop_words_are_single_characters():
    assert measured("这是我的书。", "stop_word_count", "zh") == 4


def test_all_measures_and_no_others_come_out():
    named = {*gopher.BLOCK.outputs, *repetition.BLOCK.outputs}
    assert set(gopher.measure("Some text.", "en")) == named


def test_reading_in_pieces_changes_no_measure(monkeypatch):
    text = "The ship... sailed -- to #port\n- 世界 of the sea\n" * 20
    whole = gopher.quality(text, "en")
    monkeypatch.setattr(w, "CHUNK_CHARS", 7)
    assert gopher.quality(text, "en") == whole
