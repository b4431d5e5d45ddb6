"""Supervising runs: claim, heartbeat, release, complete, fail, sweep. Every write names the fencing token.

A supervisor that was taken over or cancelled updates 0 rows and stops its engine; whatever it wrote is byte-identical
to what its successor writes, or lies under a name that nobody reads.
"""

from dataclasses import dataclass
from datetime import timedelta
from time import monotonic
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from databroker.actors import SYSTEM
from databroker.errors import StaleState
from databroker.lifecycle import can, transition
from refinery import bridge
from refinery.models import QualityReport, RefinementRun
from refinery.operations.erasure import destroy_if_erased
from refinery.operations.runs import ring
from refinery.states import RunState

LEASE = timedelta(seconds=45)
BELL_LOST = timedelta(minutes=10)
BEAT_SECONDS = 2.0
FRUITLESS_LIMIT = 10
GONE_IN_CIRCLES = (
    "The run was started {count} times without finishing one more task, so it was stopped. Nothing is lost: what is "
    "done is kept. Tell the operator, then start it again."
)


@dataclass(frozen=True, slots=True)
class Lost:
    """The run was cancelled, or another supervisor holds it or still writes; the sweep sorts it out."""


Outcome = bridge.Finished | bridge.Failed | bridge.Interrupted | Lost


def supervise(run_id: str | UUID) -> None:
    """One window of supervision; rings again while work is left. Returns at once if somebody else has the run."""
    run = claim(run_id)
    if run is None:
        return
    if run.fruitless_attempts > FRUITLESS_LIMIT:
        fail(run, GONE_IN_CIRCLES.format(count=FRUITLESS_LIMIT))
        return
    outcome = _work(run)
    if isinstance(outcome, bridge.Finished):
        complete(run, outcome)
    elif isinstance(outcome, bridge.Failed):
        fail(run, outcome.sentence)
    elif isinstance(outcome, bridge.Interrupted):
        release(run)
    else:
        destroy_if_erased(run)


def claim(run_id: str | UUID) -> RefinementRun | None:
    """Takes the run with a higher attempt number and a lease, or answers None because it is not to be had."""
    run = RefinementRun.objects.select_related("version").filter(pk=run_id).first()
    if run is None:
        return None
    now = timezone.now()
    facts: dict[str, Any] = {
        "attempt": run.attempt + 1,
        "fruitless_attempts": F("fruitless_attempts") + 1,
        "lease_until": now + LEASE,
        "started_at": Coalesce(F("started_at"), now),
        "progress_at": now,
    }
    if can(run, "start"):
        try:
            return transition(run, "start", actor=SYSTEM, where=Q(attempt=run.attempt), **facts)
        except StaleState:
            return None
    taken = RefinementRun.objects.claimable(now).filter(pk=run.pk, attempt=run.attempt).update(**facts)
    return RefinementRun.objects.get(pk=run.pk) if taken else None


def beat(run: RefinementRun, progress: bridge.Progress | None) -> bool:
    """Extends the lease and writes what is new. False: the run is no longer ours, stop."""
    now = timezone.now()
    facts: dict[str, object] = {"lease_until": now + LEASE, "progress_at": now}
    if progress is not None and not progress.is_behind:
        facts |= {"stage": progress.stage, "tasks_done": progress.done, "tasks_total": progress.total}
    if progress is not None and progress.is_new_work:
        facts["fruitless_attempts"] = 0
    return RefinementRun.objects.held_by(run.attempt).filter(pk=run.pk).update(**facts) == 1


def release(run: RefinementRun) -> None:
    """Lets the lease go and rings for the next window."""
    with transaction.atomic():
        mine = RefinementRun.objects.held_by(run.attempt).filter(pk=run.pk)
        if mine.update(lease_until=None):
            ring(run.pk)


def complete(run: RefinementRun, finished: bridge.Finished) -> None:
    """Puts the result on the curators' desk. A late loser changes nothing."""
    result = bridge.read_result(run)
    facts: dict[str, Any] = {
        "package_digest": result.package_digest,
        "records_in": result.records_in,
        "kept": result.kept,
        "dropped": result.dropped,
        "held": result.held,
        "finished_at": timezone.now(),
        "lease_until": None,
        "failure": "",
    }
    try:
        with transaction.atomic():
            done = transition(_fresh(run), "await_review", actor=SYSTEM, where=Q(attempt=run.attempt), **facts)
            QualityReport.objects.create(
                organization_id=run.organization_id, run=done, document=result.report, digest=result.report_digest
            )
            _supersede_parent(done)
    except StaleState:
        return
    bridge.remove_leftovers(run)


def _supersede_parent(run: RefinementRun) -> None:
    parent = run.parent
    if parent is not None and can(parent, "supersede"):
        transition(parent, "supersede", actor=SYSTEM)


def fail(run: RefinementRun, sentence: str) -> None:
    """Ends the run in words; a person may retry it. A late loser changes nothing."""
    facts: dict[str, Any] = {"failure": sentence, "lease_until": None, "finished_at": timezone.now()}
    try:
        transition(_fresh(run), "fail", actor=SYSTEM, where=Q(attempt=run.attempt), **facts)
    except StaleState:
        return


def _fresh(run: RefinementRun) -> RefinementRun:
    return RefinementRun.objects.select_related("parent").get(pk=run.pk)


def sweep() -> int:
    """Rings for every run whose lease ran out, and again for those whose bell seems lost. Returns how many."""
    now = timezone.now()
    lapsed = RefinementRun.objects.claimable(now).filter(rung_at__lt=now - LEASE)
    unheard = RefinementRun.objects.filter(state=RunState.QUEUED, rung_at__lt=now - BELL_LOST)
    ids = [*lapsed.values_list("pk", flat=True), *unheard.values_list("pk", flat=True)]
    for pk in ids:
        with transaction.atomic():
            ring(pk)
    return len(ids)


def _work(run: RefinementRun) -> Outcome:
    """Runs the engine for one window, relaying its progress into the row."""
    if bridge.is_busy(run):
        return Lost()
    try:
        job = bridge.prepare(run, lambda: beat(run, None))
    except bridge.Refused as error:
        return bridge.Failed(str(error))
    border = monotonic() + settings.SUPERVISION_WINDOW_SECONDS
    last_resort = border + settings.SUPERVISION_WINDOW_SECONDS + settings.ENGINE_TASK_SECONDS
    got_somewhere = False
    with bridge.EngineChild(job, (run.stage, run.tasks_done)) as engine:
        while True:
            news = engine.wait(min(BEAT_SECONDS, settings.SUPERVISION_WINDOW_SECONDS))
            if isinstance(news, bridge.Finished | bridge.Failed | bridge.Interrupted):
                return news
            if not beat(run, news):
                return Lost()
            got_somewhere = got_somewhere or (news is not None and news.is_new_work)
            # However short the window, each attempt finishes something; else a slow start would never get anywhere.
            if monotonic() > border and got_somewhere:
                engine.ask_to_stop()
            if monotonic() > last_resort:
                return bridge.Interrupted()
