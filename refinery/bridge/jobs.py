"""From a run's row to a job file, and the folders a run uses: one of work per version, one of results per run."""

import fcntl
import json
import shutil
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage, storages

from databroker import storage
from refinery.bridge.questions import Refused
from refinery.engine.inventory import StoredFile
from refinery.engine.job import Job, Override
from refinery.models import RefinementRun
from suppliers import inventory

_LOCK = ".databroker-run"


def work_folder(run: RefinementRun) -> Path:
    """Intermediate results, shared by all runs of a version so that resuming and judging again find them."""
    return Path(settings.STORE_ROOT) / "t" / run.organization_id.hex / "work" / run.version_id.hex


def run_folder(run: RefinementRun) -> Path:
    """What the engine writes for this run."""
    return run.directory


def is_busy(run: RefinementRun) -> bool:
    """True while an engine still writes there: a supervisor that lost its lease has not noticed yet."""
    lock = run_folder(run) / _LOCK
    if not lock.exists():
        return False
    with lock.open("r+b") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
    return False


def prepare(run: RefinementRun, alive: Callable[[], bool]) -> Path:
    """Writes the job file and returns its path; `alive` is called between files that must be fetched first.

    Raises Refused if the version's files are no longer what was sealed.
    """
    version = run.version
    if not version.is_complete or version.is_open:
        raise Refused("version", "Files of this version were erased. Start a run of a newer version.")
    work = work_folder(run)
    work.mkdir(parents=True, exist_ok=True)
    files = tuple(
        StoredFile(entry.path, str(_location(run, entry.sha256, alive)), entry.bytes, entry.sha256)
        for entry in inventory.read(version)
    )
    job = Job(
        out=str(run_folder(run)),
        recipe=json.dumps(run.recipe),
        files=files,
        files_name=inventory.INPUT_NAME,
        artefacts=str(work / "artefacts"),
        threshold=run.threshold,
        overrides=tuple(Override(key, verdict) for key, verdict in run.overrides),
        workers=settings.ENGINE_WORKERS,
    )
    target = work / f"{run.pk.hex}.job"
    temporary = target.with_suffix(f".{run.attempt}.tmp")
    temporary.write_text(job.to_json(), encoding="utf-8")
    temporary.replace(target)
    return target


def _location(run: RefinementRun, digest: str, alive: Callable[[], bool]) -> Path:
    """Where the bytes lie on this machine: in the store itself, or a copy fetched from the bucket once."""
    store = storages["default"]
    if isinstance(store, FileSystemStorage):
        return Path(store.path(storage.key(run.organization_id, digest)))
    copy = work_folder(run) / "inputs" / digest
    if not copy.exists():
        alive()
        copy.parent.mkdir(parents=True, exist_ok=True)
        temporary = copy.with_suffix(f".{run.pk.hex}.{run.attempt}.tmp")
        with storage.local_copy(run.organization_id, digest) as source:
            shutil.copyfile(source, temporary)
        temporary.replace(copy)
    return copy


def remove_leftovers(run: RefinementRun) -> None:
    """What only the run itself needed: its job file, its log, fetched copies. Artefacts stay for the next run."""
    for name in (f"{run.pk.hex}.job", f"{run.pk.hex}.log"):
        (work_folder(run) / name).unlink(missing_ok=True)
    others = RefinementRun.objects.active().filter(version=run.version_id).exclude(pk=run.pk)
    if not others.exists():
        shutil.rmtree(work_folder(run) / "inputs", ignore_errors=True)
