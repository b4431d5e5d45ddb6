"""Gopher's quality measures: length, word shape, symbols, bullets, stop words (Rae et al. 2021, section A1.1)."""

from __future__ import annotations

import unicodedata
from collections import Counter
from dataclasses import dataclass, field

from refinery.engine.blocks import BlockInfo
from refinery.engine.records import Scores
from refinery.engine.text import repetition
from refinery.engine.text.stopwords import stop_words
from refinery.engine.text.words import chunks, each_line, is_symbol, is_unspaced, words

BLOCK = BlockInfo(
    name="text.gopher_quality@1",
    kind="scorer",
    modality="text",
    outputs=(
        "text_char_count",
        "text_word_count",
        "text_mean_word_length",
        "text_hash_ratio",
        "text_ellipsis_ratio",
        "text_bullet_line_ratio",
        "text_ellipsis_line_ratio",
        "text_alpha_word_ratio",
        "text_stop_word_count",
    ),
    summary="Word count, mean word length, shares of symbols, bullets and words with a letter, distinct stop words.",
    source="Gopher (arXiv 2112.11446, A1.1), counted as datatrove 0.10 does; stop words per language are our own",
    licence="Apache-2.0",
)
BLOCKS = (BLOCK, repetition.BLOCK)
_BULLETS = ("\u2022", "-")
_ELLIPSES = ("...", "\u2026")


def measure(text: str, language: str) -> Scores:
    """Every Gopher measure, quality and repetition. Ratios are 0 to 1 and None where there is nothing to divide by."""
    return quality(text, language) | repetition.measure(text, language)


def quality(text: str, language: str) -> Scores:
    """The quality measures alone; `text_stop_word_count` is None where the language has no list."""
    stops = stop_words(language)
    census = _census(text, stops or frozenset())
    return {
        "text_char_count": float(census.visible),
        "text_word_count": float(census.words),
        "text_mean_word_length": census.mean_length(),
        "text_hash_ratio": _share(text.count("#"), census.tokens),
        "text_ellipsis_ratio": _share(sum(map(text.count, _ELLIPSES)), census.tokens),
        **_line_shares(text),
        "text_alpha_word_ratio": _share(census.alphabetic, census.tokens),
        "text_stop_word_count": None if stops is None else float(len(census.stops)),
    }


@dataclass(slots=True)
class _Census:
    """Counts over all whitespace words; `words` leaves out those of symbols only."""

    tokens: int = 0
    words: int = 0
    visible: int = 0
    alphabetic: int = 0
    spaced: int = 0
    spaced_length: int = 0
    stops: set[str] = field(default_factory=set)

    def add(self, word: str, count: int) -> None:
        """Count one distinct word."""
        self.tokens += count
        self.visible += count * sum(not _is_invisible(character) for character in word)
        self.alphabetic += count * any(map(str.isalpha, word))
        if is_symbol(word):
            return
        self.words += count
        if not is_unspaced(word):
            self.spaced += count
            self.spaced_length += count * len(word)

    def mean_length(self) -> float | None:
        """Mean length of words of spaced scripts; None where they are fewer than half of the words."""
        return self.spaced_length / self.spaced if self.spaced and self.spaced * 2 >= self.words else None


def _is_invisible(character: str) -> bool:
    return not character.isalnum() and unicodedata.category(character)[0] in "CZ"


def _census(text: str, stops: frozenset[str]) -> _Census:
    census = _Census()
    for chunk in chunks(text):
        counts = Counter(words(chunk))
        for word, count in counts.items():
            census.add(word, count)
        census.stops |= stops.intersection(map(_bare, counts))
    return census


def _bare(word: str) -> str:
    return unicodedata.normalize("NFC", word.lower()).strip(
        "\"'\u201c\u201d\u2018\u2019\u00ab\u00bb()[]{}<>.,;:!?\u2026\u00bf\u00a1*_-\u2013\u2014\u3001\u3002\u300c\u300d\u300e\u300f\uff01\uff0c\uff1f"
    )


def _line_shares(text: str) -> Scores:
    bullets = ellipses = total = 0
    for line in each_line(text):
        total += 1
        bullets += line.startswith(_BULLETS)
        ellipses += line.endswith(_ELLIPSES)
    return {"text_bullet_line_ratio": _share(bullets, total), "text_ellipsis_line_ratio": _share(ellipses, total)}


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
