"""The stop word lists are what their README says, byte for byte."""

import hashlib

import pytest

from refinery.engine.text.stopwords import FOLDER, languages, stop_words


def test_at_least_fifteen_languages_have_a_list():
    assert len(languages()) >= 15


def test_english_is_the_list_of_the_gopher_paper():
    assert stop_words("en") == {"the", "be", "to", "of", "and", "that", "have", "with"}


@pytest.mark.parametrize("language", languages())
def test_a_list_is_short_and_in_lower_case(language):
    words = stop_words(language)
    assert 8 <= len(words) <= 20
    assert {word.lower() for word in words} == words


def test_a_language_without_a_list_has_none():
    assert stop_words("und") is None


def test_the_checksums_are_those_of_the_lists():
    listed = dict(reversed(line.split()) for line in (FOLDER / "SHA256SUMS").read_text("utf-8").splitlines())
    assert listed == {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in FOLDER.glob("*.txt")}
