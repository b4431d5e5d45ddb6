"""Measures of a sound, from the facts its file gave. Pure and without opinion."""

from __future__ import annotations

from refinery.engine.blocks import BlockInfo
from refinery.engine.media.answers import AudioFacts
from refinery.engine.records import Scores

FACTS = BlockInfo(
    name="audio.facts@1",
    kind="scorer",
    modality="audio",
    outputs=(
        "audio_duration_seconds",
        "audio_sample_rate",
        "audio_channels",
        "audio_bits_per_sample",
        "audio_bitrate",
        "audio_tags",
        "audio_missing_ratio",
    ),
    summary="Length, rates, channels and tags from the headers; for WAV the share of samples missing at the end.",
    source="mutagen 1.48 (GPL-2.0-or-later, in the decoder child only); WAV headers read by hand",
    licence="Apache-2.0 AND GPL-2.0-or-later",
)
SILENCE = BlockInfo(
    name="audio.silence@1",
    kind="scorer",
    modality="audio",
    outputs=("audio_silence_ratio", "audio_peak"),
    summary="Share of 50 ms windows no louder than -60 dBFS, and the loudest window; uncompressed WAV only.",
    source="own",
    licence="Apache-2.0",
)
BLOCKS = (FACTS, SILENCE)


def measure(facts: AudioFacts) -> Scores:
    """All measures of one sound, none rounded; None where the format does not tell. Meanings: docs/media_rules.md."""
    return {
        "audio_duration_seconds": facts.duration_seconds,
        "audio_sample_rate": _number(facts.sample_rate),
        "audio_channels": _number(facts.channels),
        "audio_bits_per_sample": _number(facts.bits_per_sample),
        "audio_bitrate": _number(facts.bitrate),
        "audio_tags": float(facts.tags),
        "audio_missing_ratio": facts.missing_ratio,
        "audio_silence_ratio": facts.silence_ratio,
        "audio_peak": facts.peak,
    }


def _number(value: int | None) -> float | None:
    """None for what is unknown; containers write 0 for it."""
    return float(value) if value else None
