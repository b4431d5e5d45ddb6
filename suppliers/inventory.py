"""A sealed version's inventory: a Parquet manifest in the store, one row per file, and the input digest it carries."""

import hashlib
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq
import rfc8785

from databroker import storage
from suppliers import names
from suppliers.models import DatasetVersion

INPUT_NAME: Final = "files"
FORMAT: Final = "databroker.inventory/1"
_SCHEMA: Final = pa.schema(
    [("path", pa.binary()), ("bytes", pa.int64()), ("sha256", pa.string()), ("media_type", pa.string())]
)
_ROW_LIKE: Final = re.compile(r"#(?=\d+\Z)")


@dataclass(frozen=True, slots=True)
class InventoryEntry:
    """One file: `path` inside the version (undecodable bytes as lone surrogates), size in bytes, hex sha256."""

    path: str
    bytes: int
    sha256: str
    media_type: str = ""


def in_order(entries: Iterable[InventoryEntry]) -> list[InventoryEntry]:
    """Sorted by path, byte by byte: the order in which a run reads them."""
    return sorted(entries, key=lambda entry: names.raw(entry.path))


def input_digest(entries: Iterable[InventoryEntry]) -> str:
    """sha256 (hex) over RFC 8785 lines [source path, bytes, sha256] in order; equal to what the shell computes."""
    running = hashlib.sha256()
    for entry in in_order(entries):
        line: list[str | int] = [f"{INPUT_NAME}/{printable_path(names.raw(entry.path))}", entry.bytes, entry.sha256]
        running.update(rfc8785.dumps(line) + b"\n")
    return running.hexdigest()


def printable_path(raw: bytes) -> str:
    """A path's bytes as text: backslash doubled, other than UTF-8 as \\xNN, a `#` before a closing number escaped."""
    text = raw.decode("utf-8", "surrogateescape").replace("\\", "\\\\")
    text = re.sub("[\udc80-\udcff]", lambda found: f"\\x{ord(found[0]) - 0xDC00:02x}", text)
    return _ROW_LIKE.sub(r"\\#", text)


def to_parquet(entries: Iterable[InventoryEntry], digest: str) -> bytes:
    """The manifest's bytes; `digest`, the input digest as sealed, goes into its metadata."""
    ordered = in_order(entries)
    columns = [
        pa.array([names.raw(entry.path) for entry in ordered], pa.binary()),
        pa.array([entry.bytes for entry in ordered], pa.int64()),
        pa.array([entry.sha256 for entry in ordered], pa.string()),
        pa.array([entry.media_type for entry in ordered], pa.string()),
    ]
    schema = _SCHEMA.with_metadata({"format_version": FORMAT, "input_digest": digest})
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_arrays(columns, schema=schema), sink, compression="zstd")
    return sink.getvalue()


def from_parquet(data: bytes) -> list[InventoryEntry]:
    """The entries of a manifest, in order. ValueError for a format this code does not know."""
    table = pq.read_table(io.BytesIO(data))
    written = (table.schema.metadata or {}).get(b"format_version", b"").decode()
    if written != FORMAT:
        raise ValueError(f"An inventory of format {written!r} cannot be read; {FORMAT} can.")
    return [
        InventoryEntry(row["path"].decode("utf-8", "surrogateescape"), row["bytes"], row["sha256"], row["media_type"])
        for row in table.to_pylist()
    ]


def read(version: DatasetVersion) -> list[InventoryEntry]:
    """The files of a version in order: of a sealed one from its manifest, of an open one from its rows."""
    if version.is_open:
        return of_rows(version)
    return from_parquet(storage.read(version.organization_id, version.inventory_digest))


def of_rows(version: DatasetVersion) -> list[InventoryEntry]:
    """The files of an open version in order."""
    rows = version.files.values_list("raw_path", "size", "digest", "media_type")
    return in_order(
        InventoryEntry(bytes(raw).decode("utf-8", "surrogateescape"), size, digest, media_type)
        for raw, size, digest, media_type in rows
    )


def names_bytes(version: DatasetVersion, digest: str) -> bool:
    """True if a sealed version's manifest holds a file with this sha256; reads that column alone."""
    data = storage.read(version.organization_id, version.inventory_digest)
    column = pq.read_table(io.BytesIO(data), columns=["sha256"]).column("sha256")
    return bool(pa.compute.any(pa.compute.equal(column, digest)).as_py())


def without(entries: Sequence[InventoryEntry], digest: str) -> list[InventoryEntry]:
    """The entries that are left when the file with this sha256 is gone."""
    return [entry for entry in entries if entry.sha256 != digest]
