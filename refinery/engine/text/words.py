"""What a word, a line and a paragraph are, and how words are normalised before two texts are compared."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

CHUNK_CHARS = 1 << 20
"""Long texts are read in pieces of about this many characters, so that memory follows the piece and not the text."""

_FULL_WIDTH = (
    (0x3005, 0x3007),  # ideographic iteration mark, closing mark, zero
    (0x3040, 0x3098),  # hiragana; between the two lie combining marks, which never stand alone
    (0x309B, 0x30FF),  # katakana
    (0x3100, 0x312F),  # bopomofo
    (0x31A0, 0x31BF),
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0xFF66, 0xFF9F),  # half-width katakana
    (0x20000, 0x3FFFF),
)
_LETTERS_WITH_MARKS = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x0F00, 0x0FFF),  # Tibetan
    (0x1000, 0x109F),  # Myanmar
    (0x1780, 0x17FF),  # Khmer
)


def _ranges(*groups: tuple[tuple[int, int], ...]) -> str:
    return "".join(f"\\U{low:08x}-\\U{high:08x}" for group in groups for low, high in group)


def _letters_with_marks() -> str:
    codes = (code for low, high in _LETTERS_WITH_MARKS for code in range(low, high + 1))
    return "".join(chr(code) for code in codes if unicodedata.category(chr(code))[0] == "L")


_WORD_SPACE = "\u1361"
"""Ethiopic parts its words by a mark of its own."""
_UNSPACED_SET = _ranges(_FULL_WIDTH) + _letters_with_marks()
_UNSPACED = re.compile(f"[{_UNSPACED_SET}]")
_PARTED_OTHERWISE = re.compile(f"[{_WORD_SPACE}{_UNSPACED_SET}]")
_WORD = re.compile(rf"[^\w\s]*[{_UNSPACED_SET}][^\w\s]*|[^\s{_WORD_SPACE}{_UNSPACED_SET}]+")
_WIDE = re.compile(f"[{_ranges(_FULL_WIDTH)}]")
_CUT = re.compile(rf"\s|(?<=\w)[{_ranges(_FULL_WIDTH)}]")
_PARAGRAPH_BREAK = re.compile(r"\n[^\S\n]*\n\s*")
_LINE = re.compile("[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
_LINE_BREAK = re.compile("\r\n|[\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]")
_APOSTROPHES = "'\u2019\u02bc"
_JOINERS = "\u00ad\u200b\u200c\u200d\u2060\ufeff"


class _Matcher(dict[int, str | None]):
    """A translation table filled as characters are met.

    Letters, marks and digits stay; apostrophes and invisible joiners vanish; everything else parts words.
    """

    def __missing__(self, code: int) -> str | None:
        self[code] = self.translated(chr(code))
        return self[code]

    def translated(self, character: str) -> str | None:
        """What becomes of one character."""
        if character in _APOSTROPHES or character in _JOINERS:
            return None
        return character if unicodedata.category(character)[0] in "LMN" else " "


class _Sketcher(_Matcher):
    """As the matcher, and accents vanish and every decimal digit is 0: coarser, for finding candidates."""

    def translated(self, character: str) -> str | None:
        category = unicodedata.category(character)
        if category == "Mn":
            return None
        return "0" if category == "Nd" else super().translated(character)


_MATCH, _SKETCH = _Matcher(), _Sketcher()


def chunks(text: str) -> Iterator[str]:
    """The text in pieces cut at white space or between a letter and a full-width one; joined they are the text."""
    start, end = 0, len(text)
    while end - start > CHUNK_CHARS:
        cut = _CUT.search(text, start + CHUNK_CHARS)
        if cut is None:
            break
        yield text[start : cut.start()]
        start = cut.start()
    yield text[start:end]


def words(text: str) -> list[str]:
    """Maximal runs without white space (or the Ethiopic mark); in scripts without spaces each letter is a word.

    Such a letter keeps the marks, punctuation and symbols that touch it, as a word between spaces keeps its own.
    """
    return _WORD.findall(text) if _PARTED_OTHERWISE.search(text) else text.split()


def is_unspaced(word: str) -> bool:
    """Whether the word is a letter of a script written without spaces, whose length says nothing."""
    return _UNSPACED.search(word) is not None


def is_symbol(word: str) -> bool:
    """Whether the word holds no letter, no mark and no number (punctuation, symbols, controls only)."""
    return not any(ch.isalnum() or unicodedata.category(ch)[0] == "M" for ch in word)


def each_line(text: str) -> Iterator[str]:
    """Lines that are not blank, without white space at their ends.

    All line breaks of Unicode count (LF, CR, CRLF, VT, FF, NEL, LS, PS, and the separators U+001C to U+001E).
    """
    for found in _LINE.finditer(text):
        line = found.group().strip()
        if line:
            yield line


def paragraphs(text: str) -> list[str]:
    """Runs of lines parted by at least one blank line, without white space at their ends; blank ones are left out."""
    unified = _LINE_BREAK.sub("\n", text)
    return [stripped for part in _PARAGRAPH_BREAK.split(unified) if (stripped := part.strip())]


def columns(line: str) -> int:
    """Width of a line: code points, full-width characters (Han, kana) counting two."""
    return len(line) + len(_WIDE.findall(line))


def match_words(text: str) -> list[str]:
    """Words for verifying near duplicates: case-folded, NFC, without punctuation; accents and digits kept."""
    return unicodedata.normalize("NFC", _set_apart(text).casefold()).translate(_MATCH).split()


def sketch_words(text: str) -> list[str]:
    """Words for finding near duplicates: lower case, without punctuation and accents, every digit 0."""
    return unicodedata.normalize("NFD", _set_apart(text).lower()).translate(_SKETCH).split()


def _set_apart(text: str) -> str:
    return " ".join(_WORD.findall(text)) if _PARTED_OTHERWISE.search(text) else text
