"""Signs of damaged text: replacement characters, control characters, UTF-8 that was once read as Windows-1252."""

from __future__ import annotations

import re

from refinery.engine.blocks import BlockInfo
from refinery.engine.records import Scores

BLOCK = BlockInfo(
    name="text.characters@1",
    kind="scorer",
    modality="text",
    outputs=("text_replacement_ratio", "text_control_ratio", "text_mojibake_ratio"),
    summary="Shares of characters that are replacements, controls or lone surrogates, or part of garbled UTF-8.",
    source="Unicode categories; the round trip Windows-1252 to UTF-8",
    licence="Apache-2.0",
)
_REPLACED = re.compile("\ufffd+")
_CONTROL = re.compile("[\\x00-\\x08\\x0e-\\x1b\\x7f-\\x84\\x86-\\x9f\\ud800-\\udfff\\ufdd0-\\ufdef\\ufffe\\uffff]+")


def _garbled() -> re.Pattern[str]:
    """Characters that Windows-1252 or Latin-1 shows for a valid UTF-8 sequence of two to four bytes."""
    tail = "".join(
        {bytes([code]).decode(name, "ignore") for code in range(0x80, 0xC0) for name in ("cp1252", "latin-1")}
    )
    follow = "[" + "".join(f"\\u{ord(character):04x}" for character in sorted(tail)) + "]"
    return re.compile(f"(?:[\u00c2-\u00df]{follow}|[\u00e0-\u00ef]{follow}{{2}}|[\u00f0-\u00f4]{follow}{{3}})+")


_GARBLED = _garbled()


def measure(text: str, language: str) -> Scores:
    """Shares of the code points, 0 to 1, higher is worse; None for the empty text.

    Controls are C0 and C1 but for tab, the line breaks and U+001C to U+001F, and surrogates and noncharacters.
    """
    return {
        "text_replacement_ratio": _share(_REPLACED, text),
        "text_control_ratio": _share(_CONTROL, text),
        "text_mojibake_ratio": _share(_GARBLED, text),
    }


def _share(pattern: re.Pattern[str], text: str) -> float | None:
    return sum(found.end() - found.start() for found in pattern.finditer(text)) / len(text) if text else None
