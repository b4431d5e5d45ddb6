"""The stop words of a language, from the short lists in assets; a language without a list has none."""

from __future__ import annotations

from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "assets" / "stop_words@1"


@cache
def _lists() -> dict[str, frozenset[str]]:
    return {path.stem: frozenset(path.read_text("utf-8").split()) for path in sorted(FOLDER.glob("*.txt"))}


def stop_words(language: str) -> frozenset[str] | None:
    """Function words of the language (ISO 639-1 or 639-3) in lower case, or None where there is no list."""
    return _lists().get(language)


def languages() -> tuple[str, ...]:
    """Languages with a list, sorted."""
    return tuple(_lists())
