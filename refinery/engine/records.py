"""The words every part of the engine shares: modality, status, reason, scores. Nothing is measured or decided here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

Scores = dict[str, float | None]
"""Measured values by ledger score field, for example ``text_word_count``; None where a block abstains."""


class Modality(StrEnum):
    """What a record is, judged from its content."""

    TEXT = "text"
    IMAGE = "image"
    AUDIO = "audio"
    VIDEO = "video"
    DOCUMENT = "document"
    TABLE_ROW = "table_row"
    CODE = "code"
    OTHER = "other"


class Status(StrEnum):
    """The verdict on a record; the three add up to the input at every stage."""

    KEPT = "kept"
    DROPPED = "dropped"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a record was dropped or held: the code, the value measured by `block`, and the limit it crossed."""

    code: str
    value: float | None
    limit: float | None
    block: str
