"""The default limits for text and table rows, each with its sentence, and how the measures enter quality."""

from __future__ import annotations

from refinery.engine.blocks import Ingredient, Part, Rule
from refinery.engine.text import characters, fineweb, gopher, repetition, rows

_TEXT = ("text",)
_ROW = ("table_row",)
_QUALITY, _REPEATS, _FINEWEB = gopher.BLOCK.name, repetition.BLOCK.name, fineweb.BLOCK.name
_CHARACTERS, _CELLS = characters.BLOCK.name, rows.BLOCK.name

TOP_LIMITS = {2: 0.20, 3: 0.18, 4: 0.16}
DUP_LIMITS = {5: 0.15, 6: 0.14, 7: 0.13, 8: 0.12, 9: 0.11, 10: 0.10}


def _least(code: str, score: str, block: str, limit: float, sentence: str) -> Rule:
    return Rule(code, score, block, _TEXT, below=limit, sentence=sentence)


def _most(code: str, score: str, block: str, limit: float, sentence: str) -> Rule:
    return Rule(code, score, block, _TEXT, above=limit, sentence=sentence)


_GOPHER_QUALITY = (
    _least("empty_text", "text_char_count", _QUALITY, 1, "The record holds no visible text."),
    _least(
        "gopher_short_doc", "text_word_count", _QUALITY, 50, "The text has {value} words; at least {limit} are asked."
    ),
    _most(
        "gopher_long_doc",
        "text_word_count",
        _QUALITY,
        100_000,
        "The text has {value} words; at most {limit} are allowed.",
    ),
    _least(
        "gopher_below_avg_threshold",
        "text_mean_word_length",
        _QUALITY,
        3,
        "Words have {value} characters on average; at least {limit} are usual.",
    ),
    _most(
        "gopher_above_avg_threshold",
        "text_mean_word_length",
        _QUALITY,
        10,
        "Words have {value} characters on average; at most {limit} are usual.",
    ),
    _most(
        "gopher_too_many_hashes",
        "text_hash_ratio",
        _QUALITY,
        0.1,
        "There are {value} hash signs a word; the limit is {limit}.",
    ),
    _most(
        "gopher_too_many_ellipsis",
        "text_ellipsis_ratio",
        _QUALITY,
        0.1,
        "There are {value} ellipses a word; the limit is {limit}.",
    ),
    _most(
        "gopher_too_many_bullets",
        "text_bullet_line_ratio",
        _QUALITY,
        0.9,
        "A share of {value} of the lines are bullet points; the limit is {limit}.",
    ),
    _most(
        "gopher_too_many_end_ellipsis",
        "text_ellipsis_line_ratio",
        _QUALITY,
        0.3,
        "A share of {value} of the lines break off with an ellipsis; the limit is {limit}.",
    ),
    _least(
        "gopher_below_alpha_threshold",
        "text_alpha_word_ratio",
        _QUALITY,
        0.8,
        "A share of {value} of the words hold a letter; at least {limit} is asked.",
    ),
    _least(
        "gopher_enough_stop_words",
        "text_stop_word_count",
        _QUALITY,
        2,
        "The text holds {value} different function words of its language; at least {limit} are asked.",
    ),
)
_DUPLICATES = (
    _most(
        "gopher_dup_line_frac",
        "text_dup_line_ratio",
        _REPEATS,
        0.30,
        "A share of {value} of the lines repeat earlier ones; the limit is {limit}.",
    ),
    _most(
        "gopher_dup_line_char_frac",
        "text_dup_line_char_ratio",
        _REPEATS,
        0.20,
        "A share of {value} of the characters stand in repeated lines; the limit is {limit}.",
    ),
    _most(
        "gopher_dup_para_frac",
        "text_dup_para_ratio",
        _REPEATS,
        0.30,
        "A share of {value} of the paragraphs repeat earlier ones; the limit is {limit}.",
    ),
    _most(
        "gopher_dup_para_char_frac",
        "text_dup_para_char_ratio",
        _REPEATS,
        0.20,
        "A share of {value} of the characters stand in repeated paragraphs; the limit is {limit}.",
    ),
)
_NGRAMS = (
    *(
        _most(
            f"gopher_top_{size}gram",
            f"text_top_{size}gram_char_ratio",
            _REPEATS,
            limit,
            f"The commonest phrase of {size} words makes up {{value}} of the text; the limit is {{limit}}.",
        )
        for size, limit in TOP_LIMITS.items()
    ),
    *(
        _most(
            f"gopher_dup_{size}gram",
            f"text_dup_{size}gram_char_ratio",
            _REPEATS,
            limit,
            f"A share of {{value}} of the text is repeated phrases of {size} words; the limit is {{limit}}.",
        )
        for size, limit in DUP_LIMITS.items()
    ),
)
_FINEWEB_RULES = (
    _least(
        "fineweb_line_punct_ratio",
        "text_line_punct_ratio",
        _FINEWEB,
        0.12,
        "A share of {value} of the lines end a sentence; at least {limit} is asked.",
    ),
    _most(
        "fineweb_short_line_ratio",
        "text_short_line_ratio",
        _FINEWEB,
        0.67,
        "A share of {value} of the lines are short; the limit is {limit}.",
    ),
    _most(
        "fineweb_char_dup_ratio",
        "text_char_dup_ratio",
        _FINEWEB,
        0.1,
        "A share of {value} of the characters stand in repeated lines; the limit is {limit}.",
    ),
    _most(
        "fineweb_list_ratio",
        "text_list_ratio",
        _FINEWEB,
        0.3,
        "There are {value} line breaks a word; the limit is {limit}.",
    ),
)
_DAMAGE_LIMIT = 0.01
_DAMAGE = (
    (
        "undecodable_characters",
        "replacement_ratio",
        "A share of {value} of the characters could not be read; the limit is {limit}.",
    ),
    (
        "control_characters",
        "control_ratio",
        "A share of {value} of the characters are control characters; the limit is {limit}.",
    ),
    (
        "garbled_characters",
        "mojibake_ratio",
        "A share of {value} of the characters look garbled by a wrong encoding; the limit is {limit}.",
    ),
)
_DAMAGED_TEXT = tuple(_most(code, f"text_{score}", _CHARACTERS, _DAMAGE_LIMIT, words) for code, score, words in _DAMAGE)
_DAMAGED_ROW = tuple(
    Rule(f"row_{code}", f"row_{score}", _CELLS, _ROW, above=_DAMAGE_LIMIT, sentence=words)
    for code, score, words in _DAMAGE
)
_ROW_RULES = (
    Rule(
        "row_mostly_empty",
        "row_filled_ratio",
        _CELLS,
        _ROW,
        below=0.5,
        sentence="A share of {value} of the cells are filled; at least {limit} is asked.",
    ),
    Rule(
        "row_placeholders",
        "row_placeholder_ratio",
        _CELLS,
        _ROW,
        above=0.5,
        sentence="A share of {value} of the filled cells hold a placeholder such as N/A; the limit is {limit}.",
    ),
)
RULES: tuple[Rule, ...] = (
    *_GOPHER_QUALITY,
    *_DUPLICATES,
    *_NGRAMS,
    *_FINEWEB_RULES,
    *_DAMAGED_TEXT,
    *_ROW_RULES,
    *_DAMAGED_ROW,
)


def _knots(part: Part, score: str, *knots: tuple[float, float], modalities: tuple[str, ...] = _TEXT) -> Ingredient:
    return Ingredient(part, score, modalities, knots)


def _falling(score: str, limit: float, modalities: tuple[str, ...] = _TEXT, part: Part = "clarity") -> Ingredient:
    """1 at none, 0.5 at the limit, 0 at twice the limit (or at 1, where that comes first)."""
    return _knots(part, score, (0.0, 1.0), (limit, 0.5), (min(1.0, 2 * limit), 0.0), modalities=modalities)


KNOTS: tuple[Ingredient, ...] = (
    _knots("completeness", "text_word_count", (0, 0.0), (50, 0.5), (200, 1.0)),
    _knots("completeness", "text_stop_word_count", (0, 0.0), (2, 0.5), (4, 1.0)),
    _knots("clarity", "text_word_count", (20_000, 1.0), (100_000, 0.5), (1_000_000, 0.0)),
    _knots("clarity", "text_mean_word_length", (1, 0.0), (3, 0.5), (4, 1.0)),
    _knots("clarity", "text_mean_word_length", (7, 1.0), (10, 0.5), (20, 0.0)),
    _knots("clarity", "text_line_punct_ratio", (0.0, 0.0), (0.12, 0.5), (0.6, 1.0)),
    _falling("text_hash_ratio", 0.1),
    _falling("text_ellipsis_ratio", 0.1),
    _falling("text_bullet_line_ratio", 0.9),
    _falling("text_ellipsis_line_ratio", 0.3),
    _falling("text_dup_line_ratio", 0.30),
    _falling("text_dup_line_char_ratio", 0.20),
    _falling("text_dup_para_ratio", 0.30),
    _falling("text_dup_para_char_ratio", 0.20),
    *(_falling(f"text_top_{size}gram_char_ratio", limit) for size, limit in TOP_LIMITS.items()),
    *(_falling(f"text_dup_{size}gram_char_ratio", limit) for size, limit in DUP_LIMITS.items()),
    _falling("text_short_line_ratio", 0.67),
    _falling("text_char_dup_ratio", 0.1),
    _falling("text_list_ratio", 0.3),
    _knots("validity", "text_alpha_word_ratio", (0.5, 0.0), (0.8, 0.5), (0.95, 1.0)),
    *(_falling(f"text_{score}", _DAMAGE_LIMIT, part="validity") for _, score, _ in _DAMAGE),
    _knots("completeness", "row_filled_ratio", (0.0, 0.0), (0.5, 0.5), (1.0, 1.0), modalities=_ROW),
    _falling("row_placeholder_ratio", 0.5, _ROW),
    *(_falling(f"row_{score}", _DAMAGE_LIMIT, _ROW, "validity") for _, score, _ in _DAMAGE),
)
