"""The kept records as buyers get them: Parquet shards for text and rows, the files themselves for media."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pyarrow as pa

from refinery.engine.artefacts import publish
from refinery.engine.errors import RunFailed
from refinery.engine.inventory import Entry
from refinery.engine.ledger import Findings, RollingParquet, public_id
from refinery.engine.records import Modality, Status

ROW_GROUP = 8_192
FILE_ROWS = 32 * ROW_GROUP
_CHUNK = 1 << 20
_COMMON = [("record_id", pa.string()), ("quality", pa.float64()), ("original_digest", pa.string())]
TEXT = pa.schema(
    [
        *_COMMON,
        ("text_digest", pa.string()),
        ("language", pa.string()),
        ("text", pa.large_string()),
        ("row", pa.large_string()),
    ]
)
TABLE = pa.schema([*_COMMON, ("text_digest", pa.string()), ("row", pa.large_string()), ("text", pa.large_string())])
MEDIA = pa.schema(
    [
        *_COMMON,
        ("file_name", pa.string()),
        ("media_type", pa.string()),
        ("bytes", pa.int64()),
        ("width", pa.int64()),
        ("height", pa.int64()),
        ("duration_seconds", pa.float64()),
    ]
)
_FOLDERS = {
    Modality.TEXT: ("text", TEXT),
    Modality.TABLE_ROW: ("table_row", TABLE),
    Modality.IMAGE: ("image", MEDIA),
    Modality.AUDIO: ("audio", MEDIA),
}
_EXTENSIONS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "image/webp": "webp",
    "image/bmp": "bmp",
    "image/tiff": "tiff",
    "audio/wav": "wav",
    "audio/flac": "flac",
    "audio/mpeg": "mp3",
    "audio/ogg": "ogg",
    "audio/mp4": "m4a",
    "audio/aiff": "aiff",
    "audio/aac": "aac",
}
_MEASURED = (
    "modality",
    "media_type",
    "bytes",
    "content_digest",
    "text_digest",
    "language",
    "scores",
    "row_json",
    "text",
)


def write_contents(findings: Findings, folder: Path) -> None:
    """Write every kept record below `folder`, one subfolder per modality that has any, in `seq` order."""
    for modality, (name, schema) in _FOLDERS.items():
        chosen = _kept(findings, modality)
        if not chosen:
            continue
        with RollingParquet(folder / name, schema, ROW_GROUP, FILE_ROWS, "data") as shards:
            for task, seqs in chosen.items():
                rows = list(_rows(findings, modality, task, seqs, folder / name))
                shards.write(pa.Table.from_pylist(rows, schema=schema))


def _kept(findings: Findings, modality: Modality) -> dict[int, list[int]]:
    """The kept records of a modality, by task."""
    found: dict[int, list[int]] = {}
    starts = [*findings.gathered.starts, len(findings.gathered)]
    for task in range(len(findings.plan)):
        seqs = [
            seq
            for seq in range(starts[task], starts[task + 1])
            if findings.verdicts[seq].status is Status.KEPT and findings.gathered.modality[seq] == modality
        ]
        if seqs:
            found[task] = seqs
    return found


def _rows(
    findings: Findings, modality: Modality, task: int, seqs: Sequence[int], folder: Path
) -> Iterator[dict[str, object]]:
    start = findings.gathered.starts[task]
    table = findings.store.read(findings.plan[task].task.key, _MEASURED)
    measured = table.take(pa.array([seq - start for seq in seqs])).to_pylist()
    for seq, facts in zip(seqs, measured, strict=True):
        common = {
            "record_id": public_id(findings.gathered, seq),
            "quality": findings.verdicts[seq].quality.quality,
            "original_digest": facts["content_digest"],
        }
        if modality in {Modality.IMAGE, Modality.AUDIO}:
            entry = findings.gathered.entries[findings.gathered.entry[seq]]
            yield common | _media_row(facts, entry, folder)
        elif modality is Modality.TEXT:
            columns = {name: facts[name] for name in ("text_digest", "language", "text")}
            yield common | columns | {"row": facts["row_json"]}
        else:
            yield common | {"text_digest": facts["text_digest"], "row": facts["row_json"], "text": None}


def _media_row(facts: Mapping[str, object], entry: Entry, folder: Path) -> dict[str, object]:
    name = media_name(entry.sha256, str(facts["media_type"]))
    copy_checked(Path(entry.location), folder / name, entry.sha256)
    scores = facts["scores"]
    measured = scores if isinstance(scores, dict) else {}
    return {
        "file_name": name,
        "media_type": facts["media_type"],
        "bytes": facts["bytes"],
        "width": measured.get("image_width"),
        "height": measured.get("image_height"),
        "duration_seconds": measured.get("audio_duration_seconds"),
    }


def media_name(digest: str, media_type: str) -> str:
    """The sold name of a media file: from its content alone, so no supplier's name can be hostile or tell anything."""
    return f"{digest[:2]}/{digest}.{_EXTENSIONS.get(media_type, 'bin')}"


def copy_checked(source: Path, target: Path, digest: str) -> None:
    """Copy a file; raises `RunFailed` if it is no longer the one with this digest."""
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary, running = target.with_name(f".{target.name}.{os.getpid()}.tmp"), hashlib.sha256()
    try:
        with source.open("rb") as reading, temporary.open("wb") as writing:
            while piece := reading.read(_CHUNK):
                running.update(piece)
                writing.write(piece)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise RunFailed(f"A file can no longer be read: {error.strerror}.") from None
    if running.hexdigest() != digest:
        temporary.unlink()
        raise RunFailed("A file changed while the run was reading it.")
    publish(temporary, target)
