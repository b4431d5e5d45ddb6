"""Default limits and quality knots for images and sound. A recipe carries its own copy and may change every number."""

from __future__ import annotations

from refinery.engine.blocks import Ingredient, Rule
from refinery.engine.media.audio import FACTS, SILENCE
from refinery.engine.media.images import EXPOSURE, SHARPNESS, SIZE

_IMAGE, _AUDIO = ("image",), ("audio",)

RULES: tuple[Rule, ...] = (
    Rule(
        "image_too_small", "image_short_side", SIZE.name, _IMAGE, below=24.0,
        sentence="The shorter side has {value} pixels; at least {limit} are asked for.",
    ),
    Rule(
        "image_odd_aspect_ratio", "image_aspect_ratio", SIZE.name, _IMAGE, below=0.25,
        sentence="The shorter side is {value} of the longer; below {limit} an image is a strip.",
    ),
    Rule(
        "image_dark", "image_bright_p99", EXPOSURE.name, _IMAGE, below=0.32,
        sentence="Even its brightest parts reach only {value} of full brightness; {limit} is the least.",
    ),
    Rule(
        "image_light", "image_bright_p5", EXPOSURE.name, _IMAGE, above=0.9,
        sentence="Even its darkest parts have {value} of full brightness; {limit} is the most.",
    ),
    Rule(
        "image_low_information", "image_entropy", EXPOSURE.name, _IMAGE, below=0.3,
        sentence="The image is nearly blank: {value} bits of information per pixel, {limit} is the least.",
    ),
    Rule(
        "image_blurry", "image_sharpness", SHARPNESS.name, _IMAGE, below=0.25,
        sentence="Fine detail is missing: sharpness {value}, {limit} is the least.",
    ),
    Rule(
        "image_noisy", "image_noise", SHARPNESS.name, _IMAGE, above=12.0,
        sentence="Noise of {value} grey levels covers even the smooth parts; {limit} is the most.",
    ),
    Rule(
        "audio_too_short", "audio_duration_seconds", FACTS.name, _AUDIO, below=0.1,
        sentence="The sound lasts {value} s; at least {limit} s are asked for.",
    ),
    Rule(
        "audio_truncated_samples", "audio_missing_ratio", FACTS.name, _AUDIO, above=0.01,
        sentence="A share of {value} of the declared sound is missing from the file; {limit} is tolerated.",
    ),
    Rule(
        "audio_silent", "audio_silence_ratio", SILENCE.name, _AUDIO, above=0.95,
        sentence="A share of {value} of the sound is silence; {limit} is the most.",
    ),
)  # fmt: skip

KNOTS: tuple[Ingredient, ...] = (
    Ingredient("completeness", "image_short_side", _IMAGE, ((1.0, 0.0), (24.0, 0.5), (256.0, 1.0))),
    Ingredient("completeness", "image_aspect_ratio", _IMAGE, ((0.0, 0.0), (0.25, 0.5), (0.5, 1.0))),
    Ingredient("clarity", "image_bright_p99", _IMAGE, ((0.0, 0.0), (0.32, 0.5), (0.6, 1.0))),
    Ingredient("clarity", "image_bright_p5", _IMAGE, ((0.6, 1.0), (0.9, 0.5), (1.0, 0.0))),
    Ingredient("clarity", "image_entropy", _IMAGE, ((0.0, 0.0), (0.3, 0.5), (4.0, 1.0))),
    Ingredient("clarity", "image_sharpness", _IMAGE, ((0.0, 0.0), (0.25, 0.5), (0.6, 1.0))),
    Ingredient("clarity", "image_noise", _IMAGE, ((4.0, 1.0), (12.0, 0.5), (32.0, 0.0))),
    Ingredient("validity", "image_decoded", _IMAGE, ((0.0, 0.0), (1.0, 1.0))),
    Ingredient("completeness", "audio_duration_seconds", _AUDIO, ((0.0, 0.0), (0.1, 0.5), (1.0, 1.0))),
    Ingredient("clarity", "audio_silence_ratio", _AUDIO, ((0.5, 1.0), (0.95, 0.5), (1.0, 0.0))),
    Ingredient("validity", "audio_missing_ratio", _AUDIO, ((0.0, 1.0), (0.01, 0.5), (0.5, 0.0))),
)
