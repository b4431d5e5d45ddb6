"""How much a text repeats itself: lines, paragraphs and word n-grams after Gopher (Rae et al. 2021, table A1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt

from refinery.engine.blocks import BlockInfo
from refinery.engine.records import Scores
from refinery.engine.text.words import each_line, is_unspaced, paragraphs, words

TOP_SIZES = (2, 3, 4)
DUP_SIZES = (5, 6, 7, 8, 9, 10)
WINDOW_CHARS = 2_000_000
"""Repetition is measured on the text's first 2,000,000 characters; Gopher's own limit is 100,000 words."""

_Numbers = npt.NDArray[np.int64]

BLOCK = BlockInfo(
    name="text.repetition@1",
    kind="scorer",
    modality="text",
    outputs=(
        "text_dup_line_ratio",
        "text_dup_line_char_ratio",
        "text_dup_para_ratio",
        "text_dup_para_char_ratio",
        *(f"text_top_{size}gram_char_ratio" for size in TOP_SIZES),
        *(f"text_dup_{size}gram_char_ratio" for size in DUP_SIZES),
    ),
    summary="Shares of duplicate lines and paragraphs, of the commonest 2- to 4-grams and of repeated 5- to 10-grams.",
    source="Gopher (arXiv 2112.11446, table A1), counted as datatrove 0.10 does",
    licence="Apache-2.0",
)


def measure(text: str, language: str) -> Scores:
    """All repetition measures, each 0 to 1, higher is worse; None where the text has no line or no word.

    The n-gram measures are also None where most words are single letters of a script without spaces: Gopher's limits
    are made for words, and ten letters of Chinese or Thai come back in any longer text.
    """
    window = text[:WINDOW_CHARS]
    scores = _duplicates("line", list(each_line(window)), len(window))
    scores |= _duplicates("para", paragraphs(window), len(window))
    return scores | _ngrams(words(window), len(window))


def duplicate_counts(parts: Iterable[str]) -> tuple[int, int]:
    """Second and later copies: how many, and their characters."""
    seen: set[str] = set()
    copies = characters = 0
    for part in parts:
        if part in seen:
            copies += 1
            characters += len(part)
        else:
            seen.add(part)
    return copies, characters


def _duplicates(kind: str, parts: list[str], length: int) -> Scores:
    count_field, char_field = f"text_dup_{kind}_ratio", f"text_dup_{kind}_char_ratio"
    if not parts:
        return {count_field: None, char_field: None}
    copies, characters = duplicate_counts(parts)
    return {count_field: copies / len(parts), char_field: characters / length}


def _ngrams(tokens: list[str], length: int) -> Scores:
    sizes = np.fromiter(map(len, tokens), np.int64, len(tokens))
    gaps = np.fromiter((not is_unspaced(word) for word in tokens), np.int64, len(tokens))
    measurable = 2 * int(gaps.sum()) >= len(tokens) > 0
    scores: Scores = {}
    for size, ids in _ngram_ids(tokens):
        if size in TOP_SIZES:
            characters = _top_characters(ids, sizes, gaps, size)
            scores[f"text_top_{size}gram_char_ratio"] = min(1.0, characters / length) if measurable else None
        elif size in DUP_SIZES:
            characters = _repeated_characters(ids, sizes, size)
            scores[f"text_dup_{size}gram_char_ratio"] = characters / length if measurable else None
    return scores


def _ngram_ids(tokens: list[str]) -> Iterator[tuple[int, _Numbers]]:
    """For each n from 2 to 10: one number per n-gram in order, equal numbers for equal n-grams, exact."""
    vocabulary: dict[str, int] = {}
    unigrams = np.fromiter((vocabulary.setdefault(word, len(vocabulary)) for word in tokens), np.int64, len(tokens))
    ids = unigrams
    for size in range(2, max(DUP_SIZES) + 1):
        if len(ids) and len(tokens) >= size:
            _, ids = np.unique(ids[:-1] * len(vocabulary) + unigrams[size - 1 :], return_inverse=True)
        else:
            ids = unigrams[:0]
        yield size, ids


def _top_characters(ids: _Numbers, sizes: _Numbers, gaps: _Numbers, size: int) -> int:
    """Characters of all copies of the commonest n-gram, with one space before each inner word of a spaced script.

    Ties go to the n-gram that comes first. An n-gram that occurs once is no repetition: 0.
    """
    counts = np.bincount(ids) if len(ids) else ids
    if not len(counts) or counts.max() < 2:
        return 0
    first = int(np.argmax((counts == counts.max())[ids]))
    inner = gaps[first + 1 : first + size].sum()
    return int(counts.max()) * int(sizes[first : first + size].sum() + inner)


def _repeated_characters(ids: _Numbers, sizes: _Numbers, size: int) -> int:
    """Characters of the words in n-grams seen before, taken greedily from the left without overlap."""
    if len(ids) < 2 or int(ids.max()) + 1 == len(ids):
        return 0
    ends = np.concatenate(([0], np.cumsum(sizes))).tolist()
    grams = ids.tolist()
    seen = bytearray(len(grams))
    characters = position = 0
    while position < len(grams):
        if seen[grams[position]]:
            characters += ends[position + size] - ends[position]
            position += size
        else:
            seen[grams[position]] = 1
            position += 1
    return characters
