"""Proving a run directory or a sold package: checksums and digests, and with the input the whole result again."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from refinery.engine.canonical import canonical_json, file_digest, sha256_hex
from refinery.engine.comparison import compare_results
from refinery.engine.job import Job, Override
from refinery.engine.manifest import NAME, FileFact, Manifest, file_facts, files_digest, read_manifest
from refinery.engine.rendering import SUMS, checksums, covered
from refinery.engine.run import run


@dataclass(slots=True)
class Verification:
    """What was found. Without problems the result is proved; `withheld` names what a sold package leaves out."""

    package_digest: str = ""
    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    withheld: list[str] = field(default_factory=list)
    checked: int = 0

    @property
    def holds(self) -> bool:
        return not self.problems


def verify_directory(root: Path) -> Verification:
    """Recompute every checksum and digest in a run directory or package."""
    found = Verification()
    try:
        manifest = read_manifest(root)
    except (OSError, ValueError) as error:
        found.problems.append(f"{NAME} cannot be read: {error}")
        return found
    found.package_digest = manifest.digest
    found.problems += [*_checksum_problems(root, found), *_manifest_problems(root, manifest, found)]
    return found


def _checksum_problems(root: Path, found: Verification) -> Iterator[str]:
    try:
        recorded = (root / SUMS).read_text(encoding="utf-8")
    except (OSError, ValueError):
        yield f"{SUMS} is missing or cannot be read."
        return
    listed = dict(line.split("  ", 1)[::-1] for line in recorded.splitlines() if "  " in line)
    present = list(covered(root))
    for path in sorted(set(listed) | set(present)):
        if path not in listed:
            yield f"{path} is there but not listed in {SUMS}."
        elif path not in present:
            yield f"{path} is listed in {SUMS} but missing."
        elif file_digest(root / path)[1] != listed[path]:
            yield f"{path} differs from its checksum."
    found.checked = len(present)
    if recorded != checksums(root):
        yield f"{SUMS} is not the list that belongs to these files."


def _manifest_problems(root: Path, manifest: Manifest, found: Verification) -> Iterator[str]:
    if canonical_json(_stored(root)) != (root / NAME).read_bytes():
        yield f"{NAME} is not in canonical form."
    for folder in ("data", "public"):
        yield from _listing_problems(root, folder, tuple(manifest.files(folder)))
    ledger, report = root / "ledger", root / "report.json"
    if not ledger.exists() and not report.exists():
        found.withheld += ["ledger/", "report.json"]
        return
    if not ledger.exists() or _facts_digest(root) != manifest.part("ledger").get("digest"):
        yield "ledger/ differs from the digest in the manifest."
    if not report.exists() or sha256_hex(report.read_bytes()) != manifest.part("report").get("digest"):
        yield "report.json differs from the digest in the manifest."


def _stored(root: Path) -> object:
    document: object = json.loads((root / NAME).read_bytes())
    return document


def _facts_digest(root: Path) -> str:
    try:
        return files_digest(file_facts(root, "ledger"))
    except (OSError, ValueError):
        return ""


def _listing_problems(root: Path, folder: str, listed: tuple[FileFact, ...]) -> Iterator[str]:
    present = {path.relative_to(root).as_posix() for path in (root / folder).rglob("*") if path.is_file()}
    for file in listed:
        if file.path not in present:
            yield f"{file.path} is named by the manifest but missing."
        elif file_digest(root / file.path) != (file.bytes, file.sha256):
            yield f"{file.path} differs from the manifest."
    for path in sorted(present - {file.path for file in listed}):
        yield f"{path} is not named by the manifest."


def verify_result(root: Path, inputs: tuple[str, ...], workers: int = 1) -> Verification:
    """`verify_directory`, then refine the input again and compare. Raises `EngineError` where that cannot be done."""
    found = verify_directory(root)
    if not found.package_digest:
        return found
    manifest = read_manifest(root)
    with tempfile.TemporaryDirectory(prefix="databroker-verify-") as folder:
        again = Path(folder) / "again"
        result = run(job_again(manifest, inputs, again, workers))
        if result.package_digest == manifest.digest:
            return found
        difference, warnings = compare_results(root, again, sold=bool(found.withheld))
    if difference:
        found.problems.append(difference)
    found.warnings += warnings
    return found


def job_again(manifest: Manifest, inputs: tuple[str, ...], out: Path, workers: int) -> Job:
    """The job that a manifest describes, over the same input lying elsewhere; INPUT names go by position."""
    recipe, parameters = manifest.part("recipe"), manifest.part("parameters")
    document = cast("dict[str, object]", recipe["document"])
    verdicts = cast("list[list[str]]", manifest.part("overrides").get("verdicts", []))
    return Job(
        out=str(out),
        recipe=json.dumps(document),
        inputs=inputs,
        names=tuple(cast("list[str]", manifest.part("input")["names"])),
        threshold=cast("float", parameters["threshold"]) if document["decides"] else None,
        text_column=str(parameters["text_column"]),
        id_column=str(parameters["id_column"]),
        topic=cast("str | None", parameters["topic"]),
        overrides=tuple(Override(key, verdict) for key, verdict in verdicts),
        workers=workers,
    )
