"""The verified similarity of two texts, and template siblings that are never copies."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refinery.engine.text import near
from refinery.engine.text.near import NearEvidence, compare

LETTER = (
    "Dear {name}, thank you for your order {order} of {day} May. We have sent it to {city} by parcel {parcel}. "
    "The amount of {sum} EUR is due within thirty days. Kind regards, the team."
)
ONE = LETTER.format(name="Anna Schmidt", order="774512", day=3, city="Lagos", parcel="AB-1209", sum="120.50")
TWO = LETTER.format(name="Omar Haddad", order="118733", day=27, city="Quito", parcel="QX-8841", sum="48.99")
STORY = (
    "The committee met on a cold morning in March to talk about the bridge over the river. Nobody had crossed it since "
    "the flood, and the people of the village had to walk for an hour to reach the market."
)


def test_similarity_is_twice_the_aligned_words_over_all_words():
    evidence = compare("one two three four five six", "one two three four five seven")
    assert evidence == NearEvidence(similarity=10 / 12, jaccard=1 / 3, containment=1 / 2, fact_only=False)


def test_a_text_and_its_copy_in_other_wrapping_are_the_same():
    assert compare("a  b\nc", "a b c") == NearEvidence(1.0, 1.0, 1.0, False)


@pytest.mark.parametrize(("a", "b"), [("", ""), (" ", ""), ("\n", "\t"), ("...", "!!!"), ("", "word")])
def test_texts_that_say_nothing_resemble_nothing(a, b):
    assert compare(a, b) == NearEvidence(0.0, 0.0, 0.0, False)


@given(st.text(st.sampled_from("ab 世1A\n")), st.text(st.sampled_from("ab 世1A\n")))
def test_the_order_of_the_two_never_matters(a, b):
    assert compare(a, b) == compare(b, a)


def test_an_excerpt_is_contained_in_its_text():
    assert compare(STORY, STORY[:120].rsplit(" ", 1)[0]).containment == 1.0


def test_two_letters_of_one_form_differ_by_facts_only():
    assert compare(ONE, TWO).fact_only


def test_a_template_sibling_is_known_however_similar_it_is():
    evidence = compare(STORY + " It costs 400 euros.", STORY + " It costs 900 euros.")
    assert evidence.similarity > 0.95
    assert evidence.fact_only


def test_siblings_may_differ_by_a_word_besides_their_facts():
    one = STORY + " The village of Altenau has 412 people and a small school."
    two = STORY + " The village of Brunnthal has 967 people and a large school."
    assert compare(one, two).fact_only


def test_more_other_words_than_facts_make_no_sibling():
    one = STORY + " It was quiet and warm in Altenau on that evening."
    two = STORY + " It grew loud yet cold in Brunnthal on that evening."
    assert not compare(one, two).fact_only


def test_a_reworded_text_does_not_differ_by_facts_only():
    other = STORY.replace("cold", "chilly").replace("walk", "march").replace("talk", "argue")
    evidence = compare(STORY, other)
    assert evidence.similarity > 0.85
    assert not evidence.fact_only


def test_a_fact_that_was_only_added_makes_no_sibling():
    assert not compare(STORY, STORY + " Page 3 of 12").fact_only


def test_one_name_in_two_spellings_is_no_other_fact():
    assert not compare("we heard Alexander Schmidt speak", "we heard Aleksander Schmidt speak").fact_only


def test_the_first_word_of_a_sentence_is_no_name():
    assert not compare(STORY + " The end.", STORY + " Nobody here.").fact_only


def test_capitals_say_nothing_where_everything_has_them():
    assert not compare("THE SHIP SAILS HOME AT DAWN", "THE SHIP SAILS HOME AT NIGHT").fact_only


def test_a_very_long_text_is_compared_by_its_shingles(monkeypatch):
    monkeypatch.setattr(near, "ALIGNED_WORDS", 20)
    evidence = compare(STORY, STORY.replace("bridge", "tunnel"))
    assert 0.7 < evidence.similarity < 0.9
    assert not evidence.fact_only


def test_sampling_shingles_keeps_the_estimate(monkeypatch):
    words = [f"w{number}" for number in range(4000)]
    a, b = " ".join(words), " ".join(words[1000:] + words[:500])
    whole = compare(a, b).jaccard
    monkeypatch.setattr(near, "SAMPLED_SHINGLES", 500)
    assert compare(a, b).jaccard == pytest.approx(whole, abs=0.08)
