"""Template siblings: texts of one form that state different facts (numbers, names, identifiers, addresses)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from refinery.engine.text.alignment import Match
from refinery.engine.text.words import match_words, words

_IDENTIFIER = re.compile(r"[@/\\_#]|\w\.\w|[a-z][A-Z]")
_SAME_SPELLING = 0.75


@dataclass(frozen=True, slots=True)
class _Word:
    """A normalised word and whether the token it came from is a fact."""

    text: str
    fact: bool


def only_facts_differ(a: str, b: str, matches: Sequence[Match]) -> bool:
    """Whether more than half of the words outside `matches` are facts and some fact stands against another.

    A fact is a token with a digit, an address or identifier (@ / \\ _ # inside, a dot between letters, a capital after
    a small letter), or a name: two letters or more, the first a capital, whose small form is nowhere in either text.
    Where most cased words have a capital (headlines, all capitals) capitals say nothing. One word spelled another
    way (three quarters of the letters equal, no digit) is no other fact.
    """
    tokens_a, tokens_b = words(a), words(b)
    small = _small_words(tokens_a, tokens_b)
    words_a, words_b = _marked(tokens_a, small), _marked(tokens_b, small)
    facts = others = opposed = 0
    for gap_a, gap_b in _gaps(words_a, words_b, matches):
        respelled = _respelled(gap_a, gap_b)
        count = 0 if respelled else sum(word.fact for word in (*gap_a, *gap_b))
        facts += count
        others += len(gap_a) + len(gap_b) - count
        opposed += not respelled and any(word.fact for word in gap_a) and any(word.fact for word in gap_b)
    return opposed > 0 and facts > others


def _small_words(*texts: list[str]) -> frozenset[str] | None:
    """Words met in small letters, or None where capitals are the rule."""
    tokens = [token for tokens in texts for token in tokens]
    cased = [token for token in tokens if token[:1].lower() != token[:1].upper()]
    if 2 * sum(token[:1].isupper() for token in cased) > len(cased):
        return None
    return frozenset(word for token in tokens if token.islower() for word in match_words(token))


def _marked(tokens: list[str], small: frozenset[str] | None) -> list[_Word]:
    marked: list[_Word] = []
    for token in tokens:
        identifier = _is_identifier(token)
        for word in match_words(token):
            name = small is not None and _has_capital(token) and len(word) > 1 and word not in small
            marked.append(_Word(word, identifier or name))
    return marked


def _is_identifier(token: str) -> bool:
    return any(map(str.isdigit, token)) or _IDENTIFIER.search(token) is not None


def _has_capital(token: str) -> bool:
    return next((letter.isupper() for letter in token if letter.isalpha()), False)


def _gaps(a: list[_Word], b: list[_Word], matches: Sequence[Match]) -> Iterator[tuple[list[_Word], list[_Word]]]:
    at_a = at_b = 0
    for match in (*matches, Match(len(a), len(b), 0)):
        if match.a > at_a or match.b > at_b:
            yield a[at_a : match.a], b[at_b : match.b]
        at_a, at_b = match.a + match.size, match.b + match.size


def _respelled(a: list[_Word], b: list[_Word]) -> bool:
    return 0 < len(a) == len(b) and all(_same_word(x.text, y.text) for x, y in zip(a, b, strict=True))


def _same_word(a: str, b: str) -> bool:
    if len(a) > 40 or len(b) > 40 or any(map(str.isdigit, a + b)):
        return False
    return SequenceMatcher(None, a, b, autojunk=False).ratio() >= _SAME_SPELLING
