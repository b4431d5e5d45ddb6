"""Every reason has plain words for a heading."""

from refinery.engine.reasons import SENTENCES
from refinery.titles import TITLES, title_of


def test_every_reason_whose_sentence_holds_figures_has_a_title():
    assert [code for code, sentence in SENTENCES.items() if "{" in sentence and code not in TITLES] == []


def test_a_title_has_neither_figures_to_fill_in_nor_a_full_stop():
    titles = [title_of(code) for code in SENTENCES]

    assert [title for title in titles if "unknown" in title or "{" in title or title.endswith(".")] == []


def test_no_title_is_for_a_reason_that_does_not_exist():
    assert set(TITLES) - set(SENTENCES) == set()
