"""FineWeb's measures, each with a value worked out by hand."""

import pytest

from refinery.engine.text import fineweb


@pytest.mark.parametrize(
    ("text", "score", "expected"),
    [
        ("One.\nTwo\n\nThree!\nFour”", "line_punct_ratio", 3 / 4),
        ("你好。\n世界", "line_punct_ratio", 1 / 2),
        ("x" * 30 + "\n" + "x" * 31, "short_line_ratio", 1 / 2),
        ("世" * 15 + "\n" + "世" * 16, "short_line_ratio", 1 / 2),  # a full-width character is two columns
        ("aa\nbb\naa\naa", "char_dup_ratio", 4 / 8),
        ("a b\nc d\n", "list_ratio", 2 / 4),
        ("no newline", "list_ratio", 0),
        ("", "line_punct_ratio", None),
        ("\n\n", "list_ratio", None),
    ],
)
def test_a_measure_is_what_its_definition_says(text, score, expected):
    assert fineweb.measure(text, "en")[f"text_{score}"] == expected


def test_line_ends_say_nothing_in_a_script_without_full_stops():
    assert fineweb.measure("สวัสดี", "th")["text_line_punct_ratio"] is None
    assert fineweb.measure("สวัสดี", "en")["text_line_punct_ratio"] == 0


def test_all_measures_and_no_others_come_out():
    assert set(fineweb.measure("Some text.", "en")) == set(fineweb.BLOCK.outputs)
