"""Destroys what was made from an erased file: intermediate results, results, packages, reports, and words about them.

Rows are changed in the erasing transaction; the folders go once it has committed, and a sweep repeats that.
"""

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from databroker import audit, storage
from databroker.actors import Actor
from databroker.lifecycle import can, transition
from refinery.bridge import work_folder
from refinery.models import CurationDecision, Package, QualityReport, RefinementRun
from refinery.models.runs import RunQuerySet
from refinery.signals import package_erased

ERASED = "Files of this version were erased, so nothing made from them is left. Start a run of a newer version."


def erase_version(version_id: UUID, *, actor: Actor) -> None:
    """Forgets every run of the version and every package made from one, in the transaction of the erasure."""
    runs = list(RefinementRun.objects.filter(version=version_id))
    packages = list(Package.objects.filter(run__in=runs).with_bytes())
    folders = _folders_of(runs)
    for run in runs:
        _forget_run(run, actor)
    for package in packages:
        gone = transition(package, "erase", actor=actor, erased_at=timezone.now())
        package_erased.send(sender=Package, package=gone, actor=actor)
    transaction.on_commit(lambda: _destroy(folders))


def _folders_of(runs: Sequence[RefinementRun]) -> list[Path]:
    """All that these runs may have written, half-cut packages included."""
    root = Path(settings.STORE_ROOT) / "t"
    packages = [root / run.organization_id.hex / "packages" / run.pk.hex for run in runs]
    return [*{work_folder(run) for run in runs}, *(run.directory for run in runs), *packages]


def _forget_run(run: RefinementRun, actor: Actor) -> None:
    if can(run, "cancel"):
        run = transition(run, "cancel", actor=actor, lease_until=None)
    RefinementRun.objects.filter(pk=run.pk).update(failure=ERASED, progress_note="", stage="")
    QualityReport.objects.filter(run=run).update(document={}, erased_at=timezone.now())
    decisions = CurationDecision.objects.filter(run=run)
    decisions.update(note="")
    audit.erase_details([run.pk, *Package.objects.filter(run=run).values_list("pk", flat=True)])


def _destroy(folders: Sequence[Path]) -> None:
    for folder in folders:
        storage.destroy_directory(folder)


def sweep_erased() -> int:
    """Removes what a crash or an engine that had not noticed yet has left of erased versions. Returns how many."""
    left = [folder for folder in _folders_of(list(_erased_runs())) if folder.exists()]
    _destroy(left)
    return len(left)


def destroy_if_erased(run: RefinementRun) -> None:
    """For a supervisor whose engine has just ended: an erasure may have come while it still wrote."""
    if _erased_runs().filter(pk=run.pk).exists():
        _destroy(_folders_of([run]))


def _erased_runs() -> RunQuerySet:
    return RefinementRun.objects.filter(version__erased_count__gt=0)
