"""The built-in licences: their texts lie in licence_texts/, one file per version that was ever offered."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

TEXTS: Final = Path(__file__).parent / "licence_texts"


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """A licence suppliers can choose; `permits` and `forbids` are its main points in words for the page."""

    code: str
    version: int
    name: str
    spdx_id: str
    permits: tuple[str, ...]
    forbids: tuple[str, ...]

    @property
    def text(self) -> str:
        return (TEXTS / f"{self.code}@{self.version}.md").read_text(encoding="utf-8")

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


_TRAIN: Final = "Train, fine-tune and evaluate models"
_NO_PASSING_ON: Final = "No redistribution of the records"
_NOBODY: Final = "No identifying of people"

BUILT_IN: Final = {
    licence.code: licence
    for licence in (
        BuiltIn(
            "internal-commercial", 1, "Internal commercial use", "",
            (_TRAIN, "Sell models and what they produce", "Any territory, no end date"),
            (_NO_PASSING_ON, "No search service over the records", _NOBODY),
        ),
        BuiltIn(
            "research-only", 1, "Research only", "",
            (_TRAIN + ", for research", "Publish results with attribution", "No end date"),
            ("No commercial use", _NO_PASSING_ON, _NOBODY),
        ),
        BuiltIn(
            "cc-by-4.0", 1, "Creative Commons Attribution 4.0", "CC-BY-4.0",
            (_TRAIN, "Share and adapt, also commercially"), ("Not without credit to the supplier",),
        ),
        BuiltIn(
            "cc0-1.0", 1, "Creative Commons Zero 1.0", "CC0-1.0",
            (_TRAIN, "Anything else, without asking"), (),
        ),
    )
}  # fmt: skip


def points(code: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What a licence permits and forbids, in words; empty for one that is not built in."""
    licence = BUILT_IN.get(code)
    return (licence.permits, licence.forbids) if licence else ((), ())
