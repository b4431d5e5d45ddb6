"""Whatever a text holds, nothing raises and every measure stays in its range, on every script."""

import json
import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from refinery.engine.text import characters, exact, fineweb, gopher, language, minhash, near, rows

ROOT = Path(__file__).resolve().parents[4]
NAUGHTY = ROOT.parent / "shared/data/7_documents/blns.json"
COUNTS = {"text_char_count", "text_word_count", "text_mean_word_length", "text_stop_word_count", "row_cell_count"}
UNBOUNDED = COUNTS | {"text_hash_ratio", "text_ellipsis_ratio", "text_list_ratio"}
anything = st.text(st.characters(), max_size=300) | st.text(
    st.sampled_from("aあ世ก\u0301\ud800\0#….-•\n\r\u2028 1A世"), max_size=300
)


def assert_survives(text):
    scores = gopher.measure(text, "en") | fineweb.measure(text, "en") | characters.measure(text, "en")
    scores |= rows.measure({text: text})
    for name, value in scores.items():
        assert value is None or (math.isfinite(value) and value >= 0), name
        assert value is None or name in UNBOUNDED or value <= 1, name
    exact.normalised_digest(text)
    rows.row_text({text: [text]})
    mark = minhash.signature(text)
    assert mark is None or len(minhash.band_keys(mark)) == 28
    guess = language.classify(text)
    assert 0 <= guess.confidence <= 1
    evidence = near.compare(text, text[::-1] + "x")
    assert 0 <= evidence.similarity <= 1


@settings(max_examples=150, deadline=None)
@given(anything)
def test_no_text_raises(text):
    assert_survives(text)


@pytest.mark.skipif(not NAUGHTY.is_file(), reason="needs ../shared/data/7_documents/blns.json")
def test_no_naughty_string_raises():
    for text in json.loads(NAUGHTY.read_text("utf-8")):
        assert_survives(text)
