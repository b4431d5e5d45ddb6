"""One run from job to run directory. Every stage can be stopped at a task border and found again."""

from __future__ import annotations

import fcntl
import json
import os
import platform
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from refinery.engine import catalogue
from refinery.engine.artefacts import ArtefactStore, write_bytes
from refinery.engine.canonical import Json, digest_of, sha256_hex
from refinery.engine.errors import NothingToRead, RunFailed, Stopped, UsageError
from refinery.engine.executor import LocalProcesses
from refinery.engine.gather import Gathered, gather
from refinery.engine.inventory import Inventory, inventory_of_files, take_inventory
from refinery.engine.job import Job, Settings, settings_of
from refinery.engine.judge import judge
from refinery.engine.ledger import Findings
from refinery.engine.manifest import NAME, read_manifest
from refinery.engine.packaging import FILES, FOLDERS, read_report, write_package
from refinery.engine.plan import PlannedTask, plan_reading
from refinery.engine.record_contents import INDEX
from refinery.engine.relate import Relater
from refinery.engine.rendering import Sale, render
from refinery.engine.report import Outcome

STAGES = ("inventory", "read", "relate", "judge", "package")
_MARKER = ".databroker-run"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a stage is: `done` of `total` tasks, and how many records are known so far (0 before they are)."""

    stage: str
    done: int
    total: int
    records: int = 0


@dataclass(frozen=True, slots=True)
class RunResult:
    """A finished run: where, under which package digest, and the report. `fresh` False: it had been done before."""

    out: Path
    package_digest: str
    input_digest: str
    report: dict[str, Json]
    fresh: bool


ProgressCall = Callable[[Progress], None]
StopCall = Callable[[], bool]


def run(job: Job, progress: ProgressCall = lambda _: None, should_stop: StopCall = lambda: False) -> RunResult:
    """Do the job, or return at once if its result is there.

    Raises `UsageError`, `NothingToRead`, `RunFailed`, and `Stopped` at the next task border after `should_stop`.
    """
    settings = settings_of(job)
    out = Path(job.out)
    _check_out(out, job)
    progress(Progress("inventory", 0, 1))
    inventory = _inventory(job)
    progress(Progress("inventory", 1, 1))
    _claim(out)
    with _locked(out):
        question = _question(inventory, settings)
        finished = _finished(out, question)
        if finished:
            return finished
        began = time.monotonic()
        _work(job, settings, inventory, progress, should_stop)
        render(out, Sale())
        write_bytes(_run_facts(job, question, time.monotonic() - began), out / "run.json")
        return _result(out, fresh=True)


def _inventory(job: Job) -> Inventory:
    if job.files is None:
        return take_inventory(job.inputs, job.names)
    if not job.files:
        raise NothingToRead("There is no file to read.")
    return inventory_of_files(job.files, job.files_name)


def _question(inventory: Inventory, settings: Settings) -> str:
    """All that decides the result: equal questions have equal answers."""
    return digest_of(
        {
            "input": inventory.digest,
            "names": list(inventory.names),
            "skipped": [list(pair) for pair in inventory.skipped],
            "recipe": settings.recipe.digest,
            "parameters": dict(settings.parameters()),
            "overrides": settings.overrides_digest,
            "blocks": sorted(catalogue.BLOCKS),
        }
    )


def _check_out(out: Path, job: Job) -> None:
    """Refuse to write among files that are not ours, or into what is being read."""
    if out.exists() and not out.is_dir():
        raise UsageError(f"{out} is a file; --out must be a folder.")
    taken = [name for name in (*FOLDERS, *FILES) if (out / name).exists()]
    if taken and not (out / _MARKER).exists():
        raise UsageError(f"{out} already holds {taken[0]}, which no run has written. Choose another folder.")
    for given in job.inputs:
        source, target = Path(given).resolve(), out.resolve()
        if target == source or target.is_relative_to(source) or source.is_relative_to(target):
            raise UsageError(f"--out {out} and the INPUT {given} lie inside one another.")


def _claim(out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    (out / _MARKER).touch()


@contextmanager
def _locked(out: Path) -> Iterator[None]:
    """One run at a time in one folder; the lock goes with the process, whatever ends it."""
    with (out / _MARKER).open("r+b") as marker:
        try:
            fcntl.flock(marker, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise RunFailed(f"Another run is writing to {out}.") from None
        yield


def _finished(out: Path, question: str) -> RunResult | None:
    """The earlier result if it answers the same question and all of its files are there in full size."""
    try:
        facts = json.loads((out / "run.json").read_bytes())
        manifest = read_manifest(out)
        listed = [*manifest.files("data"), *manifest.files("public")]
        whole = all((out / file.path).stat().st_size == file.bytes for file in listed)
    except (OSError, ValueError, KeyError):
        return None
    if facts.get("question") != question or facts.get("package_digest") != manifest.digest or not whole:
        return None
    return _result(out, fresh=False) if (out / "report.json").exists() and any((out / "ledger").iterdir()) else None


def _result(out: Path, fresh: bool) -> RunResult:
    manifest = read_manifest(out)
    return RunResult(out, manifest.digest, str(manifest.part("input")["digest"]), read_report(out), fresh)


def _work(job: Job, settings: Settings, inventory: Inventory, progress: ProgressCall, should_stop: StopCall) -> None:
    store = ArtefactStore(job.artefact_folder)
    store.root.mkdir(parents=True, exist_ok=True)
    store.sweep()
    plan = plan_reading(inventory, settings.read_options)
    with LocalProcesses(job.workers, store.root) as executor:

        def stop() -> bool:
            """Only after some work: however short the windows are, each brings the run nearer to its end."""
            return executor.performed > 0 and should_stop()

        _read(plan, store, executor, progress, stop)
        gathered = gather(inventory, plan, store)
        count = len(gathered)

        def relating(stage: str, done: int, total: int) -> None:
            progress(Progress(stage, done, total, count))

        progress(Progress("relate", 0, 1, count))
        limits = settings.recipe.duplicates
        relater = Relater(gathered, plan, store, executor, limits, relating, stop)
        related = relater.relate()
        _border(stop)
        progress(Progress("judge", 0, 1, count))
        judgement = judge(gathered, plan, store, settings, related.edges, relater.measure_for_judge)
    progress(Progress("judge", 1, 1, count))
    _border(stop)
    progress(Progress("package", 0, 1, count))
    findings = Findings(gathered, plan, store, judgement.verdicts, related.edges)
    write_package(Path(job.out), findings, Outcome(inventory, settings, gathered, related, judgement))
    _remember_artefacts(Path(job.out), gathered, plan)
    store.sweep()
    progress(Progress("package", 1, 1, count))


def _border(should_stop: StopCall) -> None:
    if should_stop():
        raise Stopped


def _read(
    plan: tuple[PlannedTask, ...],
    store: ArtefactStore,
    executor: LocalProcesses,
    progress: ProgressCall,
    should_stop: StopCall,
) -> None:
    waiting = [planned.task for planned in plan if not store.has(planned.task.key)]
    done = len(plan) - len(waiting)
    progress(Progress("read", done, len(plan)))

    def finished() -> None:
        nonlocal done
        done += 1
        progress(Progress("read", done, len(plan)))

    executor.run(waiting, finished, should_stop)


def _remember_artefacts(out: Path, gathered: Gathered, plan: tuple[PlannedTask, ...]) -> None:
    """Which artefact holds which records, for whoever shows a record's text."""
    index = [
        {"start": start, "artefact": planned.task.key} for start, planned in zip(gathered.starts, plan, strict=True)
    ]
    write_bytes(json.dumps(index).encode(), out / INDEX)


def _run_facts(job: Job, question: str, seconds: float) -> bytes:
    """What differs from run to run; never part of a digest, never shipped."""
    facts = {
        "question": question,
        "package_digest": sha256_hex((Path(job.out) / NAME).read_bytes()),
        "seconds": round(seconds, 3),
        "workers": job.workers,
        "host": platform.node(),
        "machine": platform.machine(),
        "python": platform.python_version(),
        "process": os.getpid(),
        "overrides": [asdict(override) for override in job.overrides],
    }
    return (json.dumps(facts, indent=2) + "\n").encode()
