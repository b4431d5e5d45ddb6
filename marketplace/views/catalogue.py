"""The catalogue: search, filters with counts, keyset pages."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from databroker.errors import Incomplete
from databroker.htmx import page
from marketplace import bridge
from marketplace.models import Listing, ListingEntry
from marketplace.search.backend import PAGE, Answer, backend
from marketplace.search.questions import SORTS, Question, read

_WORDS: Final = {
    "query": "Search words",
    "category": "Kind or topic",
    "language": "Language",
    "license": "Licence",
    "min_quality": "Quality from",
    "max_price": "Price up to",
}
_FACETS: Final = (
    ("modality", "category", "Kind of data"),
    ("domain", "category", "Topic"),
    ("language", "language", "Language"),
    ("license", "license", "Licence"),
)
_MOST_VALUES: Final = 12


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in use, the address without it, and how many would come back (asked only when nothing is found)."""

    words: str
    url: str
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a facet: how many carry it, and the address that takes or drops it."""

    words: str
    count: int
    url: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A listing as the catalogue shows it."""

    listing: Listing
    entry: ListingEntry
    modalities: list[str]
    languages: list[str]
    parts: list[tuple[str, float | None]]


def _address(question: Question, cursor: str = "") -> str:
    facts = question.parameters() | ({"cursor": cursor} if cursor else {})
    return reverse("marketplace:catalogue") + (f"?{urlencode(facts)}" if facts else "")


def _row(entry: ListingEntry) -> Row:
    package = entry.listing.package
    languages = [code for code in package.languages if code != "und"]
    shown = languages[:3] if len(languages) <= 3 else [f"{len(languages)} languages"]
    parts = [(word, package.quality.get(part)) for part, word in bridge.PARTS.items()]
    return Row(entry.listing, entry, [bridge.modality_word(name) for name in package.modalities], shown, parts)


def _chips(question: Question, *, counted: bool) -> list[Chip]:
    chips = []
    for name in question.active():
        without = question.without(name)
        value = question.parameters()[name] if question.parameters().get(name) else "0"
        count = backend().count(without) if counted else None
        chips.append(Chip(f"{_WORDS[name]}: {value}", _address(without), count))
    return chips


def _facets(question: Question, answer: Answer) -> list[tuple[str, list[Choice]]]:
    shown = []
    for kind, name, words in _FACETS:
        values = answer.facets.get(kind, [])[:_MOST_VALUES]
        choices = [_choice(question, kind, name, value.value, value.count) for value in values]
        if choices:
            shown.append((words, choices))
    return shown


def _choice(question: Question, kind: str, name: str, value: str, count: int) -> Choice:
    chosen = getattr(question, name).casefold() == value.casefold()
    parameters = question.parameters() | {name: value}
    target = question.without(name) if chosen else read(parameters)[0]
    words = bridge.modality_word(value) if kind == "modality" else value.replace("_", " ")
    return Choice(words, count, _address(target), chosen)


@require_GET
def catalogue(request: HttpRequest) -> HttpResponse:
    """Anybody may look."""
    question, issues = read(request.GET.dict())
    try:
        answer = backend().search(question, request.GET.get("cursor", ""))
    except Incomplete as error:
        issues = [*issues, *error.issues]
        answer = backend().search(question)
    context = {
        "question": question,
        "issues": issues,
        "rows": [_row(entry) for entry in answer.entries],
        "total": answer.total,
        "chips": _chips(question, counted=not answer.total),
        "facets": _facets(question, answer),
        "sorts": SORTS.items(),
        "next_url": _address(question, answer.next_cursor) if answer.next_cursor else "",
        "first_url": _address(question) if request.GET.get("cursor") else "",
        "clear_url": reverse("marketplace:catalogue"),
        "page_size": PAGE,
    }
    return page(request, "marketplace/catalogue.html", context, partials={"results"})
