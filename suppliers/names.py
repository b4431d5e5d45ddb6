"""Which file names are accepted, and how they are shown. Undecodable bytes stay in them as lone surrogates."""

import re
from typing import Final

from suppliers.states import Refusal

SEGMENT_BYTES: Final = 255
PATH_BYTES: Final = 4096
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_DRIVE = re.compile(r"^[A-Za-z]:[\\/]")
_EITHER_SLASH = re.compile(r"[\\/]")
# Marks that turn or hide neighbouring letters: bidi overrides and isolates, zero-width and line separators.
_TURNING = re.compile("[\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")


def raw(name: str) -> bytes:
    """The bytes of a name."""
    return name.encode("utf-8", "surrogateescape")


def refusal_of(name: str) -> Refusal | None:
    """The rule a name breaks, or None. `name` may be a path of folders and a name, with slashes."""
    if not tidy(name):
        return Refusal.NAME_MISSING
    if _CONTROL.search(name):
        return Refusal.NAME_CONTROL
    if name.startswith(("/", "\\")) or _DRIVE.match(name):
        return Refusal.NAME_ABSOLUTE
    if ".." in _EITHER_SLASH.split(name):
        return Refusal.NAME_LEAVES_FOLDER
    too_long = any(len(raw(segment)) > SEGMENT_BYTES for segment in name.split("/"))
    return Refusal.NAME_TOO_LONG if too_long or len(raw(name)) > PATH_BYTES else None


def tidy(name: str) -> str:
    """The path without empty and `.` segments."""
    return "/".join(segment for segment in name.split("/") if segment not in ("", "."))


def numbered(path: str, number: int) -> str:
    """`folder/a.txt` and 2 give `folder/a~2.txt`; the stem is cut where the segment would become too long."""
    folder, slash, name = path.rpartition("/")
    dot = name.rfind(".")
    stem, extension = (name[:dot], name[dot:]) if dot > 0 else (name, "")
    mark = f"~{number}"
    room = SEGMENT_BYTES - len(raw(mark + extension))
    while stem and len(raw(stem)) > room:
        stem = stem[:-1]
    return f"{folder}{slash}{stem}{mark}{extension}"


def plain_text(name: str) -> str:
    """The name as valid Unicode: undecodable bytes as \\xNN."""
    return raw(name).decode("utf-8", "backslashreplace")


def shown(name: str) -> str:
    """The name as people see it: what would turn or hide letters is written out as its code point."""
    visible = _CONTROL.sub(lambda match: f"\\x{ord(match[0]):02x}", plain_text(name))
    return _TURNING.sub(lambda match: f"‹U+{ord(match[0]):04X}›", visible)
