"""Damage is measured as a share of the characters."""

import pytest

from refinery.engine.text import characters


@pytest.mark.parametrize(
    ("text", "score", "expected"),
    [
        ("a\ufffdb\ufffd", "replacement_ratio", 2 / 4),
        ("a\0\tb\n\x07", "control_ratio", 2 / 6),
        ("ab\ud800", "control_ratio", 1 / 3),
        ("CafÃ©", "mojibake_ratio", 2 / 5),
        ("itâ€™s", "mojibake_ratio", 3 / 6),
        ("Île-de-France, Ångström, São", "mojibake_ratio", 0),
        ("", "mojibake_ratio", None),
    ],
)
def test_a_share_is_what_its_definition_says(text, score, expected):
    assert characters.measure(text, "en")[f"text_{score}"] == expected


@pytest.mark.parametrize("text", ["Größe", "naïve façade", "Привет мир", "日本語", "“quotes”", "😀"])
def test_text_read_with_the_wrong_encoding_is_seen(text):
    garbled = text.encode().decode("latin-1")
    assert characters.measure(garbled, "und")["text_mojibake_ratio"] > 0
    assert characters.measure(text, "und")["text_mojibake_ratio"] == 0
