"""From verdicts to a run directory, and from a run directory to a package that is sold."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from refinery.engine.artefacts import write_bytes
from refinery.engine.canonical import Json, canonical_json
from refinery.engine.contents import write_contents
from refinery.engine.errors import RunFailed
from refinery.engine.ledger import Findings, write_ledgers
from refinery.engine.manifest import NAME, build_manifest, read_manifest
from refinery.engine.rendering import RENDERED, SUMS, Sale, render
from refinery.engine.report import Outcome, build_report, public_report

FOLDERS = ("data", "ledger", "public")
FILES = (NAME, "report.json", "run.json", SUMS, *RENDERED)
SOLD = ("data", "public", NAME)


def write_package(root: Path, findings: Findings, outcome: Outcome) -> None:
    """Write everything that is digested, the manifest last: where there is a manifest, the run directory is whole."""
    clear(root)
    write_contents(findings, root / "data")
    (root / "data").mkdir(exist_ok=True)
    write_ledgers(findings, root / "ledger", root / "public" / "ledger")
    report = build_report(root / "ledger", outcome)
    check_conservation(report, len(findings.gathered))
    write_bytes(canonical_json(report), root / "report.json")
    write_bytes(canonical_json(public_report(report)), root / "public" / "report.json")
    counts = cast("Mapping[str, Json]", report["verdict"])
    shown = {name: counts[name] for name in ("records", "kept", "dropped", "held")}
    write_bytes(build_manifest(root, outcome.inventory, outcome.settings, shown), root / NAME)


def clear(root: Path) -> None:
    """Remove an earlier result, the manifest first."""
    (root / NAME).unlink(missing_ok=True)
    for name in FILES:
        (root / name).unlink(missing_ok=True)
    for name in FOLDERS:
        if (root / name).exists():
            shutil.rmtree(root / name)


def check_conservation(report: Mapping[str, Json], records: int) -> None:
    """Raises `RunFailed` unless kept, dropped and held add up to the input at every stage."""
    for stage in cast("list[dict[str, int | str]]", report["funnel"]):
        total = sum(int(stage[name]) for name in ("kept", "dropped", "held"))
        if not total == stage["records"] == records:
            raise RunFailed(f"{records} records came in, but {total} came out of the stage {stage['stage']}.")


def cut_package(run: Path, target: Path, sale: Sale) -> str:
    """Write the package that is sold from the run directory `run` into the new folder `target`.

    Holds data, the buyer's cut, the manifest and the rendered files; never the ledger, the report or run.json. Files
    are linked where the file system allows it. Returns the package digest.
    """
    target.mkdir(parents=True)
    for name in SOLD:
        source = run / name
        if source.is_dir():
            shutil.copytree(source, target / name, copy_function=_link_or_copy)
        else:
            _link_or_copy(str(source), str(target / name))
    render(target, sale)
    return read_manifest(target).digest


def _link_or_copy(source: str, target: str) -> str:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
    return target


def read_report(root: Path) -> dict[str, Json]:
    """The report of a run directory."""
    document: dict[str, Json] = json.loads((root / "report.json").read_bytes())
    return document
