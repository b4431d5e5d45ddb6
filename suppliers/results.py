"""What became of each file of an upload, as a stable code and a sentence. Nothing here is stored rendered."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from databroker.formats import file_size
from suppliers import kinds
from suppliers.kinds import FAMILY_WORDS
from suppliers.states import FileNote, Refusal


class Outcome(StrEnum):
    """What became of one file."""

    STORED = "stored"
    ALREADY_THERE = "already_there"
    RENAMED = "renamed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class FileResult:
    """One file of an upload: `name` as it came (shown safely), `path` where it lies, size in bytes, hex sha256."""

    name: str
    outcome: Outcome
    code: str
    message: str
    path: str = ""
    size: int = 0
    sha256: str = ""
    media_type: str = ""
    file_id: str = ""


_REFUSALS: Final = {
    Refusal.EMPTY: "The file is empty. Nothing was stored.",
    Refusal.TOO_MANY_FILES: "Beyond the limit of {count:,} files in one upload. Not stored. Send it in the next.",
    Refusal.NAME_MISSING: "The file has no name. Nothing was stored. Give it one.",
    Refusal.NAME_LEAVES_FOLDER: "The name leads out of the dataset with “..”. Nothing was stored. Rename the file.",
    Refusal.NAME_ABSOLUTE: "The name is an absolute path. Nothing was stored. Send a path inside the dataset.",
    Refusal.NAME_CONTROL: "The name holds control characters. Nothing was stored. Rename the file.",
    Refusal.NAME_TOO_LONG: "A part of the name is longer than 255 bytes. Nothing was stored. Shorten it.",
    Refusal.CUT_OFF: "The upload ended before the file did. Nothing was stored. Send it again.",
}
_TOO_LARGE: Final = "Larger than the {limit} limit for one {what}. Nothing was stored. Split it, or send an archive."
_CONTAINER_TOO_LARGE: Final = "Larger than the {limit} limit for one file. Nothing was stored. Split it."


def limit_words(limit: int) -> str:
    """A limit as it was set: 5 GB for 5 x 1024^3 bytes."""
    for unit, word in ((1024**3, "GB"), (1024**2, "MB"), (1024, "kB")):
        if limit and limit % unit == 0:
            return f"{limit // unit} {word}"
    return file_size(limit)


def refusal_sentence(code: str, *, limit: int | None = None, family: str = "") -> str:
    """Which rule refused a file, and what to do. `limit` in bytes (files, where the rule counts them)."""
    rule = Refusal(code)
    size = limit_words(limit or 0)
    if rule is Refusal.TOO_LARGE:
        single = family in ("text", "image", "audio", "video")
        return (_TOO_LARGE if single else _CONTAINER_TOO_LARGE).format(limit=size, what=FAMILY_WORDS.get(family, ""))
    return _REFUSALS[rule].format(limit=size, count=limit or 0)


def note_sentence(note: str, media_type: str, path: str) -> str:
    """What was remarkable about a stored file, "" for nothing."""
    if note == FileNote.RENAMED:
        return "Another file has the name it came with. Both are kept."
    return kinds.sentence(kinds.kind_named(media_type), path) if note == FileNote.OTHER_KIND else ""
