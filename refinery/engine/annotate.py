"""Measure one record with every block of its modality. Nothing is decided here; what breaks a block is held.

Decoding is not guarded: the decoder refuses bad files by itself and raises only when the machine cannot decode at all.
"""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from refinery.engine.canonical import sha256_hex
from refinery.engine.media import audio, images, near
from refinery.engine.media.decoder import DecodedImage, Decoder, Refusal
from refinery.engine.readers import DECODE_BLOCK, RawRecord
from refinery.engine.records import Modality, Reason, Scores
from refinery.engine.text import characters, exact, fineweb, gopher, language, minhash, repetition, rows

log = logging.getLogger(__name__)
T = TypeVar("T")
_TEXT_SCORERS: tuple[tuple[str, Callable[[str, str], Scores]], ...] = (
    (gopher.BLOCK.name, gopher.quality),
    (repetition.BLOCK.name, repetition.measure),
    (fineweb.BLOCK.name, fineweb.measure),
    (characters.BLOCK.name, characters.measure),
)


@dataclass(slots=True)
class Measured:
    """What the blocks found out about one record; becomes one row of an artefact.

    `length`: characters, pixels, seconds or bytes, for the choice of survivors. `exact_digest`: records with the same
    one are copies. `bands`: MinHash bands as 64-bit keys. `fingerprint`, `thumbnail`: for perceptual comparison.
    """

    raw: RawRecord
    scores: Scores = field(default_factory=dict)
    problems: list[Reason] = field(default_factory=list)
    language: str | None = None
    language_confidence: float | None = None
    length: float = 0.0
    exact_digest: str | None = None
    text_digest: str | None = None
    bands: list[int] | None = None
    fingerprint: bytes | None = None
    thumbnail: bytes | None = None


def annotate(raw: RawRecord, location: Path, decoder: Decoder) -> Measured:
    """Run every block of the record's modality over it. `location` is the file of a media record.

    Raises `DecoderUnavailable`: then nothing can be said about any image or sound.
    """
    measured = Measured(raw, problems=list(raw.problems))
    if not measured.problems:
        _MEASURES[raw.modality](measured, location, decoder)
    measured.scores = {name: quantised(value) for name, value in measured.scores.items()}
    if measured.exact_digest is None and raw.size > 0:
        measured.exact_digest = f"bytes:{raw.content_digest}"
    return measured


def quantised(value: float | None) -> float | None:
    """`value` to 1e-4, half to even, never -0; None for what is not finite."""
    if value is None or not math.isfinite(value):
        return None
    return round(float(value), 4) + 0.0


def _guarded(measured: Measured, block: str, call: Callable[[], T]) -> T | None:
    """The block's answer, or None with the record held: one bad record never ends a run."""
    try:
        return call()
    except Exception:
        log.exception("block %s failed on record %s", block, measured.raw.content_digest)
        measured.problems.append(Reason("block_failed", None, None, block))
        return None


def _measure_text(measured: Measured, location: Path, decoder: Decoder) -> None:
    text = measured.raw.text or ""
    measured.length = float(len(text))
    measured.text_digest = sha256_hex(text.encode())
    guess = _guarded(measured, language.BLOCK.name, lambda: language.classify(text))
    if guess:
        measured.language, measured.language_confidence = guess.language, quantised(guess.confidence)
    spoken = measured.language or "und"
    for block, measure in _TEXT_SCORERS:
        measured.scores |= _guarded(measured, block, lambda measure=measure: measure(text, spoken)) or {}  # type: ignore[misc]
    if text.strip():
        digest = _guarded(measured, exact.BLOCK.name, lambda: exact.normalised_digest(text))
        measured.exact_digest = digest and f"text:{digest}"
        measured.bands = _guarded(measured, minhash.BLOCK.name, lambda: _bands(text))


def _bands(text: str) -> list[int] | None:
    signature = minhash.signature(text)
    if signature is None:
        return None
    return [int(sha256_hex(key)[:16], 16) for key in minhash.band_keys(signature)]


def _measure_row(measured: Measured, location: Path, decoder: Decoder) -> None:
    row_json = measured.raw.row_json or "{}"
    measured.length = float(len(row_json))
    measured.text_digest = sha256_hex(row_json.encode())
    measured.scores |= _guarded(measured, rows.BLOCK.name, lambda: rows.measure(_row_of(row_json))) or {}


def _row_of(row_json: str) -> Mapping[str, object]:
    row: Mapping[str, object] = json.loads(row_json)
    return row


def _measure_image(measured: Measured, location: Path, decoder: Decoder) -> None:
    decoded = decoder.image(location)
    if isinstance(decoded, Refusal):
        measured.problems.append(Reason(decoded.code, None, None, DECODE_BLOCK.name))
    else:
        _describe_image(measured, decoded)


def _describe_image(measured: Measured, image: DecodedImage) -> None:
    measured.length = float(image.width * image.height)
    measured.exact_digest = f"pixels:{image.pixel_digest}"
    measured.scores |= _guarded(measured, images.SIZE.name, lambda: images.measure(image)) or {}
    measured.fingerprint = _guarded(measured, near.NEAR.name, lambda: near.signature(image))
    measured.thumbnail = _guarded(measured, near.NEAR.name, lambda: near.thumbnail(image))


def _measure_audio(measured: Measured, location: Path, decoder: Decoder) -> None:
    facts = decoder.audio(location)
    if isinstance(facts, Refusal):
        measured.problems.append(Reason(facts.code, None, None, DECODE_BLOCK.name))
    else:
        measured.length = facts.duration_seconds
        measured.scores |= _guarded(measured, audio.FACTS.name, lambda: audio.measure(facts)) or {}


_MEASURES: dict[Modality, Callable[[Measured, Path, Decoder], None]] = {
    Modality.TEXT: _measure_text,
    Modality.TABLE_ROW: _measure_row,
    Modality.IMAGE: _measure_image,
    Modality.AUDIO: _measure_audio,
}
