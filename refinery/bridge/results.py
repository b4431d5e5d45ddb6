"""What a finished run says: digest, counts, report; and the words behind the engine's codes."""

from dataclasses import dataclass
from typing import cast

from refinery.bridge.jobs import run_folder
from refinery.engine.canonical import Json
from refinery.engine.catalogue import BLOCKS
from refinery.engine.manifest import read_manifest
from refinery.engine.packaging import read_report
from refinery.engine.reasons import sentence, verdict_sentence
from refinery.engine.records import Reason
from refinery.models import RefinementRun


@dataclass(frozen=True, slots=True)
class Result:
    """A run's outcome; digests are hex sha256, `report` the document as digested."""

    package_digest: str
    report_digest: str
    report: dict[str, Json]
    records_in: int
    kept: int
    dropped: int
    held: int


def read_result(run: RefinementRun) -> Result:
    """Reads it from the run's folder. Raises OSError or ValueError if it is not whole."""
    folder = run_folder(run)
    manifest, report = read_manifest(folder), read_report(folder)
    verdict = cast("dict[str, int]", report["verdict"])
    return Result(
        package_digest=manifest.digest,
        report_digest=str(manifest.part("report")["digest"]),
        report=report,
        records_in=verdict["records"],
        kept=verdict["kept"],
        dropped=verdict["dropped"],
        held=verdict["held"],
    )


@dataclass(frozen=True, slots=True)
class Method:
    """A block that took part: what it does, the SPDX licence of what is behind it."""

    name: str
    kind: str
    licence: str
    summary: str


def methods_of(run: RefinementRun) -> list[Method]:
    """The blocks that the manifest of a run names, in its order."""
    listed = read_manifest(run_folder(run)).document.get("blocks")
    blocks = cast("list[dict[str, str]]", listed if isinstance(listed, list) else [])
    return [Method(block["name"], block["kind"], block["licence"], _summary(block["name"])) for block in blocks]


def _summary(name: str) -> str:
    block = BLOCKS.get(name)
    return "" if block is None else block.summary


def first_sentence(report: dict[str, Json]) -> str:
    """The verdict in one sentence."""
    return verdict_sentence(report)


def sentence_of(code: str, value: float | None, limit: float | None, block: str) -> str:
    """A reason in plain English."""
    return sentence(Reason(code, value, limit, block))
