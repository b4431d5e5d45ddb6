"""Where intermediate results lie: one Parquet file per finished task, named by the digest of all that it depends on."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from refinery.engine.canonical import digest_of

ORIGINS = b"databroker.origins"
ROW_GROUP = 512


@dataclass(frozen=True, slots=True)
class ArtefactStore:
    """A folder of artefacts. A file under its final name is complete: it was written elsewhere, synced and renamed."""

    root: Path

    def path(self, key: str) -> Path:
        return self.root / key[:2] / f"{key}.parquet"

    def has(self, key: str) -> bool:
        return self.path(key).is_file()

    def write(self, key: str, table: pa.Table, origins: Sequence[str]) -> None:
        """Store `table` under `key`. `origins` are the sha256 of the files it came from, so that erasure finds it."""
        metadata = {ORIGINS: json.dumps(sorted(set(origins))).encode()}
        write_parquet(table.replace_schema_metadata(metadata), self.path(key), row_group_size=ROW_GROUP)

    def read(self, key: str, columns: Sequence[str] | None = None) -> pa.Table:
        with pq.ParquetFile(self.path(key)) as file:
            table = file.read(columns=None if columns is None else list(columns))
        return table if columns is None else table.select(list(columns))

    def cells(self, key: str, column: str, rows: Sequence[int]) -> list[Any]:
        """One column's values at `rows`, reading only the row groups they lie in."""
        with pq.ParquetFile(self.path(key)) as file:
            groups = sorted({row // ROW_GROUP for row in rows})
            values = file.read_row_groups(groups, columns=[column]).column(0)
        starts = {group: number * ROW_GROUP for number, group in enumerate(groups)}
        return [values[starts[row // ROW_GROUP] + row % ROW_GROUP].as_py() for row in rows]

    def origins(self, key: str) -> tuple[str, ...]:
        stored = pq.read_schema(self.path(key)).metadata or {}
        return tuple(json.loads(stored.get(ORIGINS, b"[]")))

    def made_from(self, digest: str) -> Iterator[Path]:
        """The artefacts that hold anything of the file with this sha256."""
        for path in sorted(self.root.glob("*/*.parquet")):
            if digest in self.origins(path.stem):
                yield path

    def sweep(self) -> None:
        """Remove what processes that were killed had begun to write."""
        for path in self.root.glob("*/.*.tmp"):
            if not _is_alive(int(path.name.split(".")[-2])):
                path.unlink(missing_ok=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def artefact_key(kind: str, facts: Mapping[str, object]) -> str:
    """The name of an artefact: sha256 over its kind and all that its content depends on."""
    return digest_of({"kind": kind, **facts})


def write_parquet(table: pa.Table, path: Path, row_group_size: int) -> None:
    """Write one Parquet file that is either complete under its name or absent. The same table gives the same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    pq.write_table(
        table, temporary, row_group_size=row_group_size, compression="zstd", compression_level=3, version="2.6"
    )
    publish(temporary, path)


def write_bytes(data: bytes, path: Path) -> None:
    """Write a small file that is either complete under its name or absent."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    temporary.write_bytes(data)
    publish(temporary, path)


def publish(temporary: Path, path: Path) -> None:
    """Sync a finished file and give it its name."""
    with temporary.open("rb") as stream:
        os.fsync(stream.fileno())
    temporary.replace(path)
