"""The files around a package that are rendered from its manifest and the sale: never covered by the package digest."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from refinery.engine.artefacts import write_bytes
from refinery.engine.canonical import Json, file_digest
from refinery.engine.manifest import NAME, FileFact, Manifest, read_manifest

SUMS = "SHA256SUMS"
RENDERED = ("LICENSE.md", "README.md", "croissant.json", "provenance.json")
_CROISSANT_TYPES = {
    "record_id": "sc:Text",
    "quality": "sc:Float",
    "original_digest": "sc:Text",
    "text_digest": "sc:Text",
    "language": "sc:Text",
    "text": "sc:Text",
    "row": "sc:Text",
    "file_name": "sc:Text",
    "media_type": "sc:Text",
    "bytes": "sc:Integer",
    "width": "sc:Integer",
    "height": "sc:Integer",
    "duration_seconds": "sc:Float",
}
_COLUMNS = {
    "text": ("record_id", "quality", "original_digest", "text_digest", "language", "text", "row"),
    "table_row": ("record_id", "quality", "original_digest", "text_digest", "row"),
    "image": ("record_id", "quality", "original_digest", "file_name", "media_type", "bytes", "width", "height"),
    "audio": ("record_id", "quality", "original_digest", "file_name", "media_type", "bytes", "duration_seconds"),
}


@dataclass(frozen=True, slots=True)
class Sale:
    """What a sale says about a package. `licence` is an SPDX id or a name; `licence_text` the full terms, or ""."""

    title: str = "Refined data"
    description: str = "Records refined, de-duplicated and scored."
    version: str = "0.0.0"
    supplier: str = ""
    licence: str = ""
    licence_url: str = ""
    licence_text: str = ""
    url: str = ""
    keywords: tuple[str, ...] = ()
    provenance: tuple[tuple[str, str], ...] = ()


def render(root: Path, sale: Sale) -> None:
    """Write the rendered files and the checksums into a run directory or a package."""
    manifest = read_manifest(root)
    write_bytes(_pretty(croissant(manifest, sale)), root / "croissant.json")
    write_bytes(_pretty(_provenance(manifest, sale)), root / "provenance.json")
    write_bytes(_readme(manifest, sale).encode(), root / "README.md")
    write_bytes(_licence(sale).encode(), root / "LICENSE.md")
    write_bytes(checksums(root).encode(), root / SUMS)


def covered(root: Path) -> Iterator[str]:
    """The paths that SHA256SUMS lists, bytewise: all that is there but itself, run.json and hidden files."""
    found = [path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()]
    for path in sorted(found, key=str.encode):
        if path not in {SUMS, "run.json"} and not path.startswith("."):
            yield path


def checksums(root: Path) -> str:
    """The content of SHA256SUMS, as sha256sum --check reads it."""
    return "".join(f"{file_digest(root / path)[1]}  {path}\n" for path in covered(root))


def _pretty(document: Json) -> bytes:
    return (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode()


def croissant(manifest: Manifest, sale: Sale) -> dict[str, Json]:
    """Croissant 1.0 metadata of the package's data files."""
    files = [file for file in manifest.files("data") if file.path.endswith(".parquet")]
    folders = sorted({_folder(file) for file in files})
    facts: dict[str, Json] = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": sale.title,
        "description": sale.description,
        "version": sale.version,
        "license": sale.licence_url or sale.licence or "see LICENSE.md",
        "url": sale.url or f"urn:sha256:{manifest.digest}",
        "identifier": f"sha256:{manifest.digest}",
        "keywords": list(sale.keywords),
        "distribution": [*(_file_object(file) for file in files), *(_file_set(folder) for folder in folders)],
        "recordSet": [_record_set(folder) for folder in folders],
    }
    if sale.supplier:
        facts["creator"] = {"@type": "sc:Organization", "name": sale.supplier}
    return facts


_CONTEXT: dict[str, Json] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}


def _folder(file: FileFact) -> str:
    return file.path.split("/")[1]


def _file_object(file: FileFact) -> Json:
    return {
        "@type": "cr:FileObject",
        "@id": file.path,
        "name": file.path,
        "contentUrl": file.path,
        "contentSize": f"{file.bytes} B",
        "encodingFormat": "application/x-parquet",
        "sha256": file.sha256,
    }


def _file_set(folder: str) -> Json:
    return {
        "@type": "cr:FileSet",
        "@id": f"{folder}-shards",
        "name": f"{folder}-shards",
        "encodingFormat": "application/x-parquet",
        "includes": f"data/{folder}/*.parquet",
    }


def _record_set(folder: str) -> Json:
    return {
        "@type": "cr:RecordSet",
        "@id": folder,
        "name": folder,
        "field": [
            {
                "@type": "cr:Field",
                "@id": f"{folder}/{column}",
                "name": column,
                "dataType": _CROISSANT_TYPES[column],
                "source": {"fileSet": {"@id": f"{folder}-shards"}, "extract": {"column": column}},
            }
            for column in _COLUMNS[folder]
        ],
    }


def _provenance(manifest: Manifest, sale: Sale) -> dict[str, Json]:
    return {
        "format": "databroker.provenance/1",
        "package": f"sha256:{manifest.digest}",
        "supplier": sale.supplier,
        "licence": sale.licence,
        "input_digest": manifest.part("input").get("digest"),
        "recipe": {name: manifest.part("recipe").get(name) for name in ("name", "digest")},
        "rights": dict(sale.provenance),
    }


def _readme(manifest: Manifest, sale: Sale) -> str:
    records = manifest.part("records")
    listed = "\n".join(f"| `{file.path}` | {_rows(file)} | {file.bytes:,} |" for file in _tables(manifest))
    return f"""# {sale.title}

{sale.description}

| | |
|---|---|
| version | {sale.version} |
| supplier | {sale.supplier or "not named"} |
| licence | {sale.licence or "see LICENSE.md"} |
| records | {cast("int", records.get("kept", 0)):,} kept of {cast("int", records.get("records", 0)):,} |
| package digest | `sha256:{manifest.digest}` |

## Files

| file | rows | bytes |
|---|---|---|
{listed}

Media files lie beside their index, which names each in `file_name`.
`public/ledger` says what was measured on every record; `public/report.json` sums it up.

## Check

    sha256sum --check {SUMS}

The package digest is the sha256 of `{NAME}`.
"""


def _tables(manifest: Manifest) -> Iterator[FileFact]:
    return (file for file in manifest.files("data") if file.rows is not None)


def _rows(file: FileFact) -> str:
    return "" if file.rows is None else f"{file.rows:,}"


def _licence(sale: Sale) -> str:
    name = sale.licence or "No licence has been granted yet"
    text = sale.licence_text or (f"See {sale.licence_url}." if sale.licence_url else "")
    return f"# {name}\n\n{text}".rstrip() + "\n"
