"""What the decoder gives back: decoded images, facts on sound, refusals; a child's answer is checked, not believed."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RASTER_EDGE = 512
"""Longest edge, in pixels, of the raster every image is measured on."""

REFUSALS = {
    "empty": "The file has no bytes.",
    "file_unreadable": "The file could not be opened.",
    "image_truncated": "The image ends before all of its pixels were read.",
    "image_unreadable": "The image could not be decoded.",
    "image_unsupported": "No decoder for this kind of image is enabled.",
    "image_bomb": "The image claims more pixels than the limit allows.",
    "audio_truncated": "The sound file ends inside its header.",
    "audio_unreadable": "The sound file could not be read.",
    "audio_unsupported": "No reader for this kind of sound file is enabled.",
    "decoder_timeout": "Decoding took longer than the limit allows.",
    "decoder_memory": "Decoding needed more memory than the limit allows.",
    "decoder_crash": "The decoder crashed on this file twice.",
}
"""Every refusal code with its sentence; refused records are held."""

_HEX = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a file was not decoded. `code` is a key of REFUSALS; `detail` is the decoder's own words, free of paths."""

    code: str
    detail: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class DecodedImage:
    """An image decoded whole.

    `width`, `height`: pixels as displayed (EXIF orientation applied). `mode`, `format`: Pillow's names. `frames_more`:
    there are further frames, of which only the first was decoded. `pixel_digest`: sha256 over the displayed pixels at
    full size (see docs/media_rules.md). `raster`: uint8, height x width x 3, sRGB as stored, over white where
    transparent, reduced to at most RASTER_EDGE pixels a side, never enlarged.
    """

    media_type: str
    format: str
    mode: str
    width: int
    height: int
    orientation: int
    frames_more: bool
    pixel_digest: str
    raster: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class AudioFacts:
    """What a sound file's headers say, and for uncompressed WAV what its samples are.

    Durations in seconds, rates in Hz, `bitrate` in bits a second. `missing_ratio`: share of the declared sample bytes
    the file does not have. `silence_ratio`: share of 50 ms windows no louder than -60 dBFS. `peak`: largest half
    peak-to-peak amplitude of a window, full scale = 1. None where the format does not tell.
    """

    media_type: str
    duration_seconds: float
    sample_rate: int | None = None
    channels: int | None = None
    bits_per_sample: int | None = None
    bitrate: int | None = None
    tags: int = 0
    missing_ratio: float | None = None
    silence_ratio: float | None = None
    peak: float | None = None


def parse_refusal(answer: dict[str, object]) -> Refusal:
    """The refusal in a child's answer. Raises ValueError if the answer is not one."""
    code = _text(answer, "refused")
    if code not in REFUSALS:
        raise ValueError("unknown refusal")
    return Refusal(code, _text(answer, "detail"))


def parse_image(answer: dict[str, object], raster: bytes) -> DecodedImage:
    """The image in a child's answer, `raster` being the bytes it wrote. Raises ValueError on any inconsistency."""
    rows, columns = _whole(answer, "rows", RASTER_EDGE), _whole(answer, "columns", RASTER_EDGE)
    digest = _text(answer, "pixel_digest")
    if not rows or not columns or len(raster) != rows * columns * 3 or not _HEX.fullmatch(digest):
        raise ValueError("raster and answer disagree")
    return DecodedImage(
        media_type=_text(answer, "media_type"),
        format=_text(answer, "format"),
        mode=_text(answer, "mode"),
        width=_whole(answer, "width"),
        height=_whole(answer, "height"),
        orientation=_whole(answer, "orientation", 8),
        frames_more=answer.get("frames_more") is True,
        pixel_digest=digest,
        raster=np.frombuffer(raster, dtype=np.uint8).reshape(rows, columns, 3),
    )


def parse_audio(answer: dict[str, object], raster: bytes = b"") -> AudioFacts:
    """The sound facts in a child's answer (no raster). Raises ValueError unless every number is finite and >= 0."""
    return AudioFacts(
        media_type=_text(answer, "media_type"),
        duration_seconds=_real(answer, "duration_seconds") or 0.0,
        sample_rate=_optional_whole(answer, "sample_rate"),
        channels=_optional_whole(answer, "channels"),
        bits_per_sample=_optional_whole(answer, "bits_per_sample"),
        bitrate=_optional_whole(answer, "bitrate"),
        tags=_whole(answer, "tags"),
        missing_ratio=_real(answer, "missing_ratio"),
        silence_ratio=_real(answer, "silence_ratio"),
        peak=_real(answer, "peak"),
    )


def _text(answer: dict[str, object], field: str) -> str:
    value = answer.get(field)
    if not isinstance(value, str) or len(value) > 400:
        raise ValueError(f"{field} is no short text")
    return value


def _whole(answer: dict[str, object], field: str, most: int = 2**53) -> int:
    value = answer.get(field)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        raise ValueError(f"{field} is no whole number in range")
    return value


def _optional_whole(answer: dict[str, object], field: str) -> int | None:
    return None if answer.get(field) is None else _whole(answer, field)


def _real(answer: dict[str, object], field: str) -> float | None:
    value = answer.get(field)
    if value is None:
        return None
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value) or value < 0:
        raise ValueError(f"{field} is no finite number")
    return float(value)
