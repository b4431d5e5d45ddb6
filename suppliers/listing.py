"""Pages of a version's files, alike for open versions (rows) and sealed ones (their inventory)."""

from dataclasses import dataclass
from uuid import UUID

from databroker import ids
from suppliers import inventory, names
from suppliers.models import DatasetVersion, RefusedFile, SourceFile
from suppliers.results import note_sentence, refusal_sentence


@dataclass(frozen=True, slots=True)
class FileLine:
    """One file as it is shown; `file_id` only while the version is open, `note` the code of what was remarkable."""

    path: str
    size: int
    sha256: str
    media_type: str
    file_id: str = ""
    note: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """One file that was not stored, and why."""

    path: str
    size: int
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class FilePage:
    """Files `first` to `last` (counted from 1) of a version; `after` asks for the next page, "" at the end."""

    lines: tuple[FileLine, ...]
    after: str
    first: int
    last: int


def file_page(version: DatasetVersion, after: str = "", size: int = 50) -> FilePage:
    """`size` files after the cursor. A cursor that means nothing starts from the beginning.

    An open version's files come newest first; the cursor is the last one's key and its place in the list.
    """
    return _of_rows(version, after, size) if version.is_open else _of_inventory(version, after, size)


def _of_rows(version: DatasetVersion, after: str, size: int) -> FilePage:
    rows = SourceFile.objects.filter(version=version).order_by("-id")
    place, _, cursor = after.partition(".")
    key: UUID | None = ids.from_public(cursor, SourceFile.PREFIX)
    start = int(place) if key and place.isdecimal() else 0
    found = list((rows.filter(pk__lt=key) if key else rows)[: size + 1])
    shown = found[:size]
    following = f"{start + size}.{shown[-1].public_id}" if len(found) > size else ""
    lines = tuple(
        FileLine(
            names.shown(row.own_path),
            row.size,
            row.digest,
            row.media_type,
            row.public_id,
            row.note,
            note_sentence(row.note, row.media_type, row.path),
        )
        for row in shown
    )
    return FilePage(lines, following, start + 1 if lines else 0, start + len(lines))


def _of_inventory(version: DatasetVersion, after: str, size: int) -> FilePage:
    entries = inventory.read(version)
    start = int(after) if after.isdecimal() and int(after) < len(entries) else 0
    lines = tuple(
        FileLine(names.shown(entry.path), entry.bytes, entry.sha256, entry.media_type)
        for entry in entries[start : start + size]
    )
    last = start + len(lines)
    return FilePage(lines, str(last) if last < len(entries) else "", start + 1 if lines else 0, last)


def refused_lines(version: DatasetVersion, most: int = 100) -> tuple[RefusedLine, ...]:
    """The newest refusals of an open version."""
    return tuple(
        RefusedLine(row.path, row.size, row.code, refusal_sentence(row.code, limit=row.limit, family=row.kind))
        for row in RefusedFile.objects.filter(version=version).order_by("-id")[:most]
    )
