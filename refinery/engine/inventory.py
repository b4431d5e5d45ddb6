"""Which files a run reads, in which order, under which names. Nothing here looks inside a file beyond its digest."""

from __future__ import annotations

import glob
import os
import re
import stat
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from refinery.engine.canonical import digest_of_lines, file_digest
from refinery.engine.errors import NothingToRead, UsageError

_ARCHIVES = (".zip", ".tar", ".tgz", ".tar.gz", ".tar.bz2", ".tar.xz", ".7z", ".rar")
_REMOTE = re.compile(r"^(s3|gs|az|abfs|https?)://", re.IGNORECASE)
_ROW_LIKE = re.compile(r"#(?=\d+\Z)")


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of the input.

    `input_name` is the INPUT's name, `path` the printable path inside it (see `printable_path`), `source` the name the
    ledger shows, `location` where the bytes lie on this machine, `size` in bytes, `sha256` hex.
    """

    input_name: str
    path: str
    source: str
    location: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Inventory:
    """All files of a run in `seq` order, and how many others were passed over, by kind."""

    names: tuple[str, ...]
    entries: tuple[Entry, ...]
    skipped: tuple[tuple[str, int], ...] = ()

    @property
    def digest(self) -> str:
        """sha256 over RFC 8785 lines [source path, bytes, sha256] in `seq` order."""
        return digest_of_lines([entry.source, entry.size, entry.sha256] for entry in self.entries)


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file the caller already keeps: its path inside the INPUT, where the bytes lie, its size and sha256."""

    path: str
    location: str
    size: int
    sha256: str


def printable_path(raw: bytes) -> str:
    """A readable, reversible form of a path's bytes.

    UTF-8 stays as it is. A backslash is doubled, a byte that is not UTF-8 becomes ``\\xNN``, and a ``#`` before a
    closing number gets a backslash, so that no file can be mistaken for a row of another.
    """
    text = raw.decode("utf-8", "surrogateescape").replace("\\", "\\\\")
    text = re.sub("[\udc80-\udcff]", lambda found: f"\\x{ord(found[0]) - 0xDC00:02x}", text)
    return _ROW_LIKE.sub(r"\\#", text)


def raw_path(printable: str) -> bytes:
    """The path's bytes again; the inverse of `printable_path`."""
    pieces = re.split(r"(\\\\|\\#|\\x[0-9a-f]{2})", printable)
    return b"".join(_raw_piece(piece) for piece in pieces)


def _raw_piece(piece: str) -> bytes:
    if piece in {"\\\\", "\\#"}:
        return piece[1].encode()
    if re.fullmatch(r"\\x[0-9a-f]{2}", piece):
        return bytes([int(piece[2:], 16)])
    return piece.encode()


def inventory_of_files(files: Iterable[StoredFile], name: str = "files") -> Inventory:
    """The inventory of files that a caller keeps, as one INPUT called `name`; digests are taken on trust.

    `path` is the file's own name in Unicode. The digest equals that of a folder called `name` with the same files.
    """
    ordered = sorted(files, key=lambda file: file.path.encode("utf-8", "surrogateescape"))
    paths = [printable_path(file.path.encode("utf-8", "surrogateescape")) for file in ordered]
    twice = [path for path, count in Counter(paths).items() if count > 1]
    if twice:
        raise UsageError(f"Two files have the same path: {twice[0]}")
    entries = tuple(
        Entry(name, path, f"{name}/{path}", file.location, file.size, file.sha256)
        for path, file in zip(paths, ordered, strict=True)
    )
    return Inventory((name,), entries)


def take_inventory(inputs: Sequence[str], names: Sequence[str] | None = None) -> Inventory:
    """Walk and digest INPUT files, folders and globs.

    Names are the basenames, ``name~2`` where equal, or `names` by position. Raises `UsageError` for what cannot be an
    INPUT, `NothingToRead` when no file was found.
    """
    roots = [root for given in inputs for root in _expand(given)]
    chosen = tuple(names) if names is not None else _names(roots)
    if len(chosen) != len(roots):
        raise UsageError(f"{len(chosen)} INPUT names are recorded, but {len(roots)} INPUTs were given.")
    skipped: Counter[str] = Counter()
    entries = tuple(
        entry for root, name in zip(roots, chosen, strict=True) for entry in _entries_of(root, name, skipped)
    )
    if not entries:
        raise NothingToRead(_nothing(inputs, skipped))
    return Inventory(chosen, entries, tuple(sorted(skipped.items())))


def _nothing(inputs: Sequence[str], skipped: Counter[str]) -> str:
    passed = ", ".join(f"{count} {kind.replace('_', ' ')}" for kind, count in sorted(skipped.items()))
    return f"No readable file in {', '.join(inputs)}" + (f" (passed over: {passed})." if passed else ".")


def _expand(given: str) -> list[Path]:
    if _REMOTE.match(given):
        raise UsageError(f"{given}: object-store and web addresses are not read yet. Copy the files to this machine.")
    path = Path(given)
    if path.exists():
        return [_refuse_archive(path)]
    if not glob.has_magic(given):
        raise NothingToRead(f"{given}: no such file or folder.")
    found = sorted(glob.glob(given, recursive=True), key=os.fsencode)  # noqa: PTH207 - `given` may be absolute
    if not found:
        raise NothingToRead(f"{given}: nothing matches.")
    return [_refuse_archive(Path(match)) for match in found]


def _refuse_archive(path: Path) -> Path:
    if path.is_file() and path.name.lower().endswith(_ARCHIVES):
        raise UsageError(f"{path.name}: archives are not opened yet. Unpack it and give the folder.")
    return path


def _names(roots: Sequence[Path]) -> tuple[str, ...]:
    seen: Counter[str] = Counter()
    names = []
    for root in roots:
        name = printable_path(os.fsencode(root.resolve().name if root.name in {"", ".", ".."} else root.name)) or "root"
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name}~{seen[name]}")
    if len(set(names)) != len(names):
        raise UsageError("Two INPUTs end up with one name; rename one of them.")
    return tuple(names)


def _entries_of(root: Path, name: str, skipped: Counter[str]) -> Iterator[Entry]:
    if root.is_dir():
        found = sorted((raw, location) for raw, location in _walk(os.fsencode(root), b"", skipped))
        for raw, location in found:
            path = printable_path(raw)
            yield from _entry(name, path, f"{name}/{path}", location, skipped)
    elif stat.S_ISREG(root.stat().st_mode):
        yield from _entry(name, printable_path(os.fsencode(root.name)), name, os.fsencode(root), skipped)
    else:
        raise UsageError(f"{root}: neither a file nor a folder.")


def _walk(root: bytes, inside: bytes, skipped: Counter[str]) -> Iterator[tuple[bytes, bytes]]:
    """(path inside the INPUT, location) of each regular file. Links are never followed, so none leads out."""
    try:
        found = list(os.scandir(os.path.join(root, inside)))  # noqa: PTH118 - bytes paths
    except OSError:
        skipped["unreadable_folder"] += 1
        return
    for item in found:
        path = os.path.join(inside, item.name)  # noqa: PTH118 - bytes paths
        if item.is_symlink():
            skipped["symbolic_link"] += 1
        elif item.is_dir(follow_symlinks=False):
            yield from _walk(root, path, skipped)
        elif item.is_file(follow_symlinks=False):
            yield path, item.path
        else:
            skipped["special_file"] += 1


def _entry(name: str, path: str, source: str, location: bytes, skipped: Counter[str]) -> Iterator[Entry]:
    try:
        size, digest = file_digest(Path(os.fsdecode(location)))
    except OSError:
        skipped["unreadable_file"] += 1
        return
    yield Entry(name, path, source, os.fsdecode(location), size, digest)
