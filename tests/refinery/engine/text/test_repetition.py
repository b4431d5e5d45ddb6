"""Gopher's repetition measures, by hand and against a plain second implementation."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refinery.engine.text import repetition


def measured(text, score):
    return repetition.measure(text, "en")[f"text_{score}"]


@pytest.mark.parametrize(
    ("text", "score", "expected"),
    [
        ("aa\nbb\naa", "dup_line_ratio", 1 / 3),
        ("aa\nbb\naa", "dup_line_char_ratio", 2 / 8),
        ("aa\naa", "dup_line_ratio", 1 / 2),  # the first copy is no duplicate
        ("no newline", "dup_line_ratio", 0),
        ("aa\n\nbb\n\n\naa", "dup_para_ratio", 1 / 3),
        ("aa\n\nbb\n\n\naa", "dup_para_char_ratio", 2 / 11),
        ("a b c a b", "top_2gram_char_ratio", 2 * 3 / 9),
        ("a b c d", "top_2gram_char_ratio", 0),  # what occurs once repeats nothing
        ("a a a a", "top_2gram_char_ratio", 1),  # 9 of 7 characters, overlapping copies: capped
        ("你好你好吗", "top_2gram_char_ratio", None),  # letters, not words: the measure abstains
        ("你好你好吗", "dup_5gram_char_ratio", None),
        ("a b", "top_3gram_char_ratio", 0),  # shorter than the phrase
        ("a b c d e a b c d e", "dup_5gram_char_ratio", 5 / 19),
        ("a b c d e a b c d e", "dup_6gram_char_ratio", 0),
        ("a a a a a a a", "dup_5gram_char_ratio", 5 / 13),  # copies do not overlap
        ("ab c d e f a bc d e f", "dup_5gram_char_ratio", 0),  # words, not letters, repeat
    ],
)
def test_a_measure_is_what_its_definition_says(text, score, expected):
    assert measured(text, score) == expected


def test_nothing_is_measured_where_there_is_no_line_and_no_word():
    assert set(repetition.measure(" \n ", "en").values()) == {None}


def greedy(tokens, size):
    seen, characters, place = set(), 0, 0
    while place + size <= len(tokens):
        gram = tuple(tokens[place : place + size])
        if gram in seen:
            characters += sum(map(len, gram))
            place += size
        else:
            seen.add(gram)
            place += 1
    return characters


def commonest(tokens, size):
    grams = Counter(tuple(tokens[place : place + size]) for place in range(len(tokens) - size + 1))
    gram, count = grams.most_common(1)[0] if grams else ((), 0)
    return count * len(" ".join(gram)) if count > 1 else 0


@given(st.lists(st.sampled_from(["a", "bb", "ccc"]), min_size=1, max_size=60))
def test_phrases_are_counted_as_a_plain_reading_of_the_rule_counts_them(tokens):
    text = " ".join(tokens)
    scores = repetition.measure(text, "en")
    for size in repetition.TOP_SIZES:
        expected = min(1, commonest(tokens, size) / len(text))
        assert scores[f"text_top_{size}gram_char_ratio"] == expected
    for size in repetition.DUP_SIZES:
        assert scores[f"text_dup_{size}gram_char_ratio"] == greedy(tokens, size) / len(text)


def test_only_the_window_is_looked_at(monkeypatch):
    monkeypatch.setattr(repetition, "WINDOW_CHARS", 5)
    assert measured("aa\nbb\naa\naa", "dup_line_ratio") == 0
