"""Folds text to search terms: lower case, no accents, words and numbers only."""

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+", re.UNICODE)
MOST_TERMS = 12


def fold(text: str) -> list[str]:
    """The words of `text` in order, compared without case and accents: "Café-Öl" is cafe, ol."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(character for character in decomposed if not unicodedata.combining(character))
    return _WORD.findall(plain)


def column(*texts: str) -> str:
    """What the index stores: each word once, with a blank before and behind, so that `" wo"` finds a beginning."""
    words = dict.fromkeys(word for text in texts for word in fold(text))
    return f" {' '.join(words)} " if words else " "


def wanted(query: str) -> list[str]:
    """The terms of a question, at most twelve; the others would not make the answer better."""
    return list(dict.fromkeys(fold(query)))[:MOST_TERMS]
