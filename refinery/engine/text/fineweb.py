"""FineWeb's document measures: line ends, short lines, repeated lines, lists (Penedo et al. 2024, section 3.6)."""

from __future__ import annotations

from refinery.engine.blocks import BlockInfo
from refinery.engine.records import Scores
from refinery.engine.text.repetition import WINDOW_CHARS, duplicate_counts
from refinery.engine.text.words import chunks, columns, each_line, words

BLOCK = BlockInfo(
    name="text.fineweb@1",
    kind="scorer",
    modality="text",
    outputs=("text_line_punct_ratio", "text_short_line_ratio", "text_char_dup_ratio", "text_list_ratio"),
    summary="Shares of punctuated lines, short lines and characters in repeated lines; line breaks per word.",
    source="FineWeb (arXiv 2406.17557, 3.6), counted as datatrove 0.10 does",
    licence="Apache-2.0",
)
SHORT_LINE_COLUMNS = 30
TERMINAL = (
    *".?!\u2026\"'",
    *"\u201c\u201d\u2018\u2019\u00bb\u203a\u300d\u300f",  # closing quotes
    *"\u3002\uff01\uff1f\uff0e\uff61",  # full-width and half-width stops
    *"\u061f\u06d4\u055e\u0589\u0964\u0965\u1362\u1367\u104b\u17d4\u17d5\u0f0d\u0f0e\u1803\u1809",
)
_WITHOUT_STOPS = frozenset({"th", "lo"})


def measure(text: str, language: str) -> Scores:
    """All FineWeb measures; None where there is no line or no word, or the script has no full stop (Thai, Lao)."""
    total = ended = short = 0
    for line in each_line(text):
        total += 1
        ended += line.endswith(TERMINAL)
        short += len(line) <= SHORT_LINE_COLUMNS and columns(line) <= SHORT_LINE_COLUMNS
    count = sum(len(words(chunk)) for chunk in chunks(text))
    return {
        "text_line_punct_ratio": ended / total if total and language not in _WITHOUT_STOPS else None,
        "text_short_line_ratio": short / total if total else None,
        "text_char_dup_ratio": _duplicate_characters(text[:WINDOW_CHARS]),
        "text_list_ratio": text.count("\n") / count if count else None,
    }


def _duplicate_characters(window: str) -> float | None:
    characters = sum(map(len, each_line(window)))
    return duplicate_counts(each_line(window))[1] / characters if characters else None
