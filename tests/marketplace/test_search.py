"""Search: words, filters, orders, pages, counts; and nothing a pattern could smuggle in."""

import pytest

from databroker.errors import Incomplete
from marketplace.models import ListingEntry
from marketplace.operations import listings
from marketplace.search import terms
from marketplace.search.backend import backend
from marketplace.search.questions import Question, read, read_strictly
from tests.factories import packages, sales

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture
def shelf(sam):
    """Three listings that differ in everything one can ask for."""
    rows = {
        "harbour": ("Harbour notes", {"languages": {"en": 3}, "quality": {"quality": 0.9}}, 1000, "cc-by-4.0"),
        "cafe": ("Café menus", {"languages": {"fr": 2, "en": 1}, "quality": {"quality": 0.5}}, 0, "cc0-1.0"),
        "birds": (
            "Bird pictures",
            {"modalities": {"image": 3}, "languages": {}, "domains": {"nature": 3}, "quality": {"quality": 0.7}},
            4000,
            "research-only",
        ),
    }
    return {
        name: sales.live(
            sam,
            package=packages.released(sam, title, files=False, **facts),
            price=price,
            title=title,
            licence=licence,
            summary="A harbour is mentioned here." if name == "birds" else "Some words.",
        )
        for name, (title, facts, price, licence) in rows.items()
    }


def found(**question):
    return [entry.listing.title for entry in backend().search(Question(**question)).entries]


def test_text_is_folded_to_plain_words():
    assert terms.fold("Café-Öl, 2nd EDITION; naïve_mode 漢字") == [
        "cafe",
        "ol",
        "2nd",
        "edition",
        "naive",
        "mode",
        "漢字",
    ]


@pytest.mark.parametrize(
    ("question", "titles"),
    [
        ({"query": "harbour"}, ["Harbour notes", "Bird pictures"]),
        ({"query": "HARB not"}, ["Harbour notes"]),
        ({"query": "cafe"}, ["Café menus"]),
        ({"query": "menus harbour"}, []),
        ({"query": "arbour"}, []),
        ({"category": "image"}, ["Bird pictures"]),
        ({"category": "Nature"}, ["Bird pictures"]),
        ({"language": "fr"}, ["Café menus"]),
        ({"license": "CC-BY-4.0"}, ["Harbour notes"]),
        ({"license": "LicenseRef-research-only-1"}, ["Bird pictures"]),
        ({"min_quality": 0.7, "sort_by": "quality"}, ["Harbour notes", "Bird pictures"]),
        ({"max_price": 10, "sort_by": "price"}, ["Café menus", "Harbour notes"]),
        ({"max_price": 0.0}, ["Café menus"]),
        ({"sort_by": "newest"}, ["Bird pictures", "Café menus", "Harbour notes"]),
        ({"sort_by": "price"}, ["Café menus", "Harbour notes", "Bird pictures"]),
    ],
)
def test_a_question_is_answered(shelf, question, titles):
    assert found(**question) == titles


@pytest.mark.parametrize("query", ["%", "_", "' OR 1=1 --", "har%ur", "\\", '"', "har_our", "x" * 5000])
def test_patterns_and_quotes_are_only_words(shelf, query):
    question, issues = read({"query": query})

    assert issues == []
    assert "Harbour notes" not in found(query=question.query) or not terms.wanted(question.query)


def test_what_is_not_live_is_not_found(shelf, sam, olga):
    listings.pause_listing(shelf["harbour"].public_id, actor=sam.actor)
    listings.take_down_listing(shelf["cafe"].public_id, actor=olga.actor, note="Rights")

    assert found() == ["Bird pictures"]
    assert ListingEntry.objects.count() == 1


def test_facets_count_the_found(shelf):
    facets = backend().search(Question(min_quality=0.6)).facets

    assert [(facet.value, facet.count) for facet in facets["modality"]] == [("image", 1), ("text", 1)]
    assert [(facet.value, facet.count) for facet in facets["language"]] == [("en", 1)]


@pytest.mark.parametrize("sort_by", ["relevance", "rating", "newest", "price", "quality"])
def test_pages_hold_each_listing_once_in_every_order(shelf, sort_by):
    question, cursor, seen = Question(sort_by=sort_by), "", []
    for _ in range(3):
        answer = backend().search(question, cursor, size=1)
        seen += [entry.listing.title for entry in answer.entries]
        cursor = answer.next_cursor

    assert cursor == ""
    assert seen == found(sort_by=sort_by)
    assert len(set(seen)) == 3


@pytest.mark.parametrize("cursor", ["x", "WzFd", "bnVsbA", "eyJhIjoxfQ", "W251bGwsIG51bGxd"])
def test_a_broken_page_address_is_refused_in_words(shelf, cursor):
    with pytest.raises(Incomplete) as refusal:
        backend().search(Question(sort_by="newest"), cursor)

    assert refusal.value.code == "invalid_cursor"


def test_all_that_cannot_be_read_is_named_at_once():
    with pytest.raises(Incomplete) as refusal:
        read_strictly({"min_quality": "2", "max_price": "-1", "sort_by": "colour"})

    assert sorted(issue.field for issue in refusal.value.issues) == ["max_price", "min_quality", "sort_by"]


def test_an_empty_answer_says_what_to_take_away(shelf, client):
    page = client.get("/marketplace/?query=harbour&language=fr")

    counts = {chip.words: chip.count for chip in page.context["chips"]}
    assert counts == {"Search words: harbour": 1, "Language: fr": 2}
    assert b"Take one away" in page.content


def test_htmx_gets_the_results_alone(shelf, client):
    part = client.get("/marketplace/", headers={"HX-Request": "true", "HX-Target": "results"})

    assert b"<html" not in part.content
    assert b"Harbour notes" in part.content
