"""Answers a question from the index table, alike on SQLite and PostgreSQL: every term must be there, titles weigh more.

A backend with full-text search needs the same two methods; `SearchBackend` is their contract.
"""

import base64
import binascii
import json
from collections import defaultdict
from dataclasses import dataclass
from typing import Final, Protocol

from django.core.exceptions import ValidationError
from django.db.models import Case, Count, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable

from databroker.errors import Incomplete, Issue
from marketplace.models import Listing, ListingEntry, ListingFacet
from marketplace.search import terms
from marketplace.search.questions import Question

PAGE: Final = 20
_TITLE_WEIGHT: Final = 3
_WORD_WEIGHT: Final = 1
# order -> (column, descending)
_ORDERS: Final = {
    "rating": ("rating", True),
    "newest": ("published_at", True),
    "price": ("price_milli", False),
    "quality": ("quality", True),
}


@dataclass(frozen=True, slots=True)
class FacetCount:
    """How many listings of the answer carry a value."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Answer:
    """One page: listings with what search knows of them, the total, facets by kind, and the cursor of the next page."""

    entries: list[ListingEntry]
    total: int
    facets: dict[str, list[FacetCount]]
    next_cursor: str


class SearchBackend(Protocol):
    """Finds live listings."""

    def search(self, question: Question, cursor: str = "", size: int = PAGE) -> Answer:
        """One page of the answer with facets."""
        ...

    def count(self, question: Question) -> int:
        """How many would be found."""
        ...


class IndexTable:
    """The portable backend over ListingEntry and ListingFacet."""

    def search(self, question: Question, cursor: str = "", size: int = PAGE) -> Answer:
        found = _filtered(question)
        column, descending = _ORDERS.get(question.sort_by, ("published_at", True))
        if question.sort_by == "relevance":
            found = found.annotate(weight=_weight(terms.wanted(question.query)))
            column, descending = "weight", True
        rows = _after(found, column, descending, cursor)
        sign = "-" if descending else ""
        page = list(rows.select_related(*_JOINS).order_by(f"{sign}{column}", "-id")[: size + 1])
        next_cursor = _cursor(page[size - 1], column) if len(page) > size else ""
        return Answer(page[:size], found.count(), _facets(found), next_cursor)

    def count(self, question: Question) -> int:
        return _filtered(question).count()


_JOINS: Final = ("listing", "listing__organization", "listing__product", "listing__package", "listing__terms")


def _filtered(question: Question) -> QuerySet[ListingEntry]:
    rows = ListingEntry.objects.filter(listing__in=Listing.objects.live())
    for term in terms.wanted(question.query):
        # `contains` escapes the wildcards of LIKE; a term holds letters and digits only anyway.
        rows = rows.filter(terms__contains=f" {term}")
    wishes = {"category": ("modality", "domain"), "language": ("language",), "license": ("license",)}
    for name, kinds in wishes.items():
        value = getattr(question, name)
        if value:
            match = ListingFacet.objects.filter(entry=OuterRef("pk"), kind__in=kinds, value__iexact=value)
            rows = rows.filter(Exists(match))
    if question.min_quality is not None:
        rows = rows.filter(quality__gte=question.min_quality)
    if question.max_price is not None:
        rows = rows.filter(price_milli__lte=round(question.max_price * 1000))
    return rows


def _weight(words: list[str]) -> Combinable:
    total: Combinable = Value(0, output_field=IntegerField())
    for word in words:
        for column, points in (("title_terms", _TITLE_WEIGHT), ("terms", _WORD_WEIGHT)):
            whole = Q(**{f"{column}__contains": f" {word} "})
            begun = Q(**{f"{column}__contains": f" {word}"})
            found = Case(When(whole, then=2 * points), When(begun, then=points), default=0, output_field=IntegerField())
            total = total + found
    return total


def _facets(found: QuerySet[ListingEntry]) -> dict[str, list[FacetCount]]:
    rows = ListingFacet.objects.filter(entry__in=found.values("pk")).values_list("kind", "value")
    counted: dict[str, list[FacetCount]] = defaultdict(list)
    for kind, value, count in rows.annotate(count=Count("id")).order_by("kind", "-count", "value"):
        counted[kind].append(FacetCount(value, count))
    return dict(counted)


def _cursor(entry: ListingEntry, column: str) -> str:
    value = getattr(entry, column)
    plain = value.isoformat() if column == "published_at" else value
    return base64.urlsafe_b64encode(json.dumps([plain, entry.pk.hex]).encode()).decode().rstrip("=")


def _after(rows: QuerySet[ListingEntry], column: str, descending: bool, cursor: str) -> QuerySet[ListingEntry]:
    if not cursor:
        return rows
    try:
        value, key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        beyond = Q(**{f"{column}__{'lt' if descending else 'gt'}": value}) | Q(**{column: value, "pk__lt": key})
        return rows.filter(beyond)
    except (ValueError, TypeError, binascii.Error, ValidationError) as error:
        sentence = "This page address is no longer valid. Start from the first page."
        issue = Issue("cursor", "unreadable", sentence)
        raise Incomplete(sentence, code="invalid_cursor", issues=[issue]) from error


def backend() -> SearchBackend:
    """The backend of this installation."""
    return IndexTable()
