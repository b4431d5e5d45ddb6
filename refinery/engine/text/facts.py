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
_Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Form:
    """A text as its normalised words, each with the token it came from."""

    words: list[str]
    tokens: list[str]


def only_facts_differ(a: str, b: str, matches: Sequence[Match]) -> bool:
    """Whether more than half of the words outside `matches` are facts and some fact stands against another.

    A fact is a token with a digit, an address or identifier (@ / \\ _ # inside, a dot between letters, a capital after
    a small letter), or a name: two letters or more, the first a capital, whose small form is nowhere in either text.
    Where most cased words have a capital (headlines, all capitals) capitals say nothing. One word spelled another
    way (three quarters of the letters equal, no digit) is no other fact. `matches` are positions in `match_words`.
    """
    form_a, form_b = _forms(a, b)
    small = _small_words(form_a, form_b)
    facts = others = opposed = 0
    for (start_a, end_a), (start_b, end_b) in _gaps(len(form_a.words), len(form_b.words), matches):
        same = _respelled(form_a.words[start_a:end_a], form_b.words[start_b:end_b])
        facts_a = 0 if same else sum(_is_fact(form_a, place, small) for place in range(start_a, end_a))
        facts_b = 0 if same else sum(_is_fact(form_b, place, small) for place in range(start_b, end_b))
        facts += facts_a + facts_b
        others += end_a - start_a + end_b - start_b - facts_a - facts_b
        opposed += facts_a > 0 and facts_b > 0
    return opposed > 0 and facts > others


def _forms(*texts: str) -> list[_Form]:
    known: dict[str, list[str]] = {}
    forms = []
    for text in texts:
        form = _Form([], [])
        for token in words(text):
            if token not in known:
                known[token] = match_words(token)
            form.words.extend(known[token])
            form.tokens.extend([token] * len(known[token]))
        forms.append(form)
    return forms


def _small_words(*forms: _Form) -> frozenset[str] | None:
    """Words met in small letters, or None where capitals are the rule."""
    small: set[str] = set()
    capital = 0
    for form in forms:
        capital += sum(token[0].isupper() for token in form.tokens)
        small.update(word for word, token in zip(form.words, form.tokens, strict=True) if token.islower())
    cased = sum(_is_cased(token) for form in forms for token in form.tokens)
    return None if 2 * capital > cased else frozenset(small)


def _is_cased(token: str) -> bool:
    return token[0].isupper() or token[0].islower()


def _is_fact(form: _Form, place: int, small: frozenset[str] | None) -> bool:
    word, token = form.words[place], form.tokens[place]
    if _is_identifier(token):
        return True
    return small is not None and len(word) > 1 and _has_capital(token) and word not in small


def _is_identifier(token: str) -> bool:
    return any(map(str.isdigit, token)) or _IDENTIFIER.search(token) is not None


def _has_capital(token: str) -> bool:
    return next((letter.isupper() for letter in token if letter.isalpha()), False)


def _gaps(length_a: int, length_b: int, matches: Sequence[Match]) -> Iterator[tuple[_Span, _Span]]:
    at_a = at_b = 0
    for match in (*matches, Match(length_a, length_b, 0)):
        if match.a > at_a or match.b > at_b:
            yield (at_a, match.a), (at_b, match.b)
        at_a, at_b = match.a + match.size, match.b + match.size


def _respelled(a: list[str], b: list[str]) -> bool:
    return 0 < len(a) == len(b) and all(map(_same_word, a, b))


def _same_word(a: str, b: str) -> bool:
    if len(a) > 40 or len(b) > 40 or any(map(str.isdigit, a + b)):
        return False
    return SequenceMatcher(None, a, b, autojunk=False).ratio() >= _SAME_SPELLING
