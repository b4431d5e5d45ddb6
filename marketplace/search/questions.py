"""What may be asked of the catalogue, read from a query string with all problems named at once."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Final

from databroker.errors import Incomplete, Issue

SORTS: Final = {
    "relevance": "Best match",
    "rating": "Rating",
    "newest": "Newest",
    "price": "Price, low to high",
    "quality": "Quality",
}
FILTERS: Final = ("query", "category", "language", "license", "min_quality", "max_price")
# The oldest reference uses of a filter may carry the British spelling.
_ALIASES: Final = {"license": "licence"}


@dataclass(frozen=True, slots=True)
class Question:
    """`category` is a modality or a domain; `min_quality` 0 to 1; `max_price` in major units, whatever the currency."""

    query: str = ""
    category: str = ""
    language: str = ""
    license: str = ""
    min_quality: float | None = None
    max_price: float | None = None
    sort_by: str = "relevance"

    def parameters(self) -> dict[str, str]:
        """The query string that asks this again; what is not asked is left out."""
        named = {field.name: getattr(self, field.name) for field in fields(self)}
        asked = {name: f"{value:g}" if isinstance(value, float) else value for name, value in named.items() if value}
        return {name: value for name, value in asked.items() if (name, value) != ("sort_by", "relevance")}

    def without(self, name: str) -> "Question":
        """The same question with one filter taken away."""
        if name not in FILTERS:
            raise ValueError(f"{name} is no filter")
        empty: dict[str, str | float | None] = {name: None if name in ("min_quality", "max_price") else ""}
        return replace(self, **empty)  # type: ignore[arg-type]  # the name decides the type

    def active(self) -> list[str]:
        """The filters in use, in the order they are shown."""
        return [name for name in FILTERS if getattr(self, name) not in ("", None)]


def _number(facts: Mapping[str, str], name: str, high: float | None, issues: list[Issue]) -> float | None:
    text = facts.get(name, "").strip().replace(",", "")
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= (high if high is not None else 1e12):
        limit = f" from 0 to {high:g}" if high is not None else ", 0 or more"
        issues.append(Issue(name, "not_a_number", f"Write a number{limit}."))
        return None
    return value


def read(facts: Mapping[str, str]) -> tuple[Question, list[Issue]]:
    """The question in a query string, and what of it could not be read (and is left out)."""
    issues: list[Issue] = []
    words = {
        name: (facts.get(name) or facts.get(_ALIASES.get(name, ""), "")).strip().replace("\x00", "")[:200]
        for name in ("query", "category", "language", "license")
    }
    sort_by = facts.get("sort_by", "").strip() or "relevance"
    if sort_by not in SORTS:
        issues.append(Issue("sort_by", "unknown_order", f"Sort by one of {', '.join(SORTS)}."))
        sort_by = "relevance"
    quality = _number(facts, "min_quality", 1.0, issues)
    price = _number(facts, "max_price", None, issues)
    return Question(**words, min_quality=quality, max_price=price, sort_by=sort_by), issues


def read_strictly(facts: Mapping[str, str]) -> Question:
    """The same for the API: raises Incomplete with every problem."""
    question, issues = read(facts)
    if issues:
        raise Incomplete("Some of the parameters cannot be read.", code="invalid", issues=issues)
    return question
