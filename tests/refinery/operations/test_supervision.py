"""Leases and fencing: who holds a run, and what a loser can still do to it (nothing)."""

import fcntl
from datetime import timedelta

import pytest
from django.utils import timezone

from refinery import bridge
from refinery.models import QualityReport, RefinementRun
from refinery.operations import supervision
from refinery.operations.runs import start_run
from refinery.states import RunState
from tests.refinery import rows, supply
from tests.support import queue

pytestmark = pytest.mark.postgres


def lapse(run):
    """As if the lease had run out and the bell had been rung long ago."""
    past = timezone.now() - timedelta(hours=1)
    RefinementRun.objects.filter(pk=run.pk).update(lease_until=past, rung_at=past)


def test_a_run_is_claimed_once(sam):
    run = rows.run(sam)

    mine = supervision.claim(run.pk)

    assert (mine.state, mine.attempt) == (RunState.RUNNING, 1)
    assert mine.lease_until > timezone.now()
    assert supervision.claim(run.pk) is None


def test_a_lapsed_lease_is_taken_over_with_a_higher_token(sam):
    run = rows.run(sam)
    first = supervision.claim(run.pk)
    lapse(run)

    second = supervision.claim(run.pk)

    assert (first.attempt, second.attempt) == (1, 2)


def test_a_late_loser_changes_nothing(sam):
    run = rows.run(sam)
    loser = supervision.claim(run.pk)
    lapse(run)
    supervision.claim(run.pk)
    before = RefinementRun.objects.values().get(pk=run.pk)

    progress = bridge.Progress("read", 5, 9, 0, is_new_work=True)
    assert supervision.beat(loser, progress) is False
    supervision.release(loser)
    supervision.fail(loser, "I lost.")

    assert RefinementRun.objects.values().get(pk=run.pk) == before
    assert queue.waiting() == []


def test_a_late_loser_cannot_complete(sam):
    run = supply.finished_run(sam)
    row = RefinementRun.objects.get(pk=run.pk)
    finished = bridge.Finished(row.package_digest)

    supervision.complete(row, finished)

    assert QualityReport.objects.count() == 1
    assert RefinementRun.objects.get(pk=run.pk).finished_at == row.finished_at


def test_a_heartbeat_extends_the_lease_and_shows_progress(sam):
    mine = supervision.claim(rows.run(sam).pk)
    RefinementRun.objects.filter(pk=mine.pk).update(lease_until=timezone.now(), fruitless_attempts=4)

    assert supervision.beat(mine, bridge.Progress("read", 5, 9, 0, is_new_work=True))

    row = RefinementRun.objects.get(pk=mine.pk)
    assert (row.stage, row.tasks_done, row.tasks_total, row.fruitless_attempts) == ("read", 5, 9, 0)
    assert row.lease_until > timezone.now() + supervision.LEASE / 2


def test_a_cancelled_run_tells_its_supervisor(sam):
    mine = supervision.claim(rows.run(sam).pk)

    supervision.transition(mine, "cancel", actor=sam.actor, lease_until=None)

    assert supervision.beat(mine, None) is False


def test_a_released_run_is_rung_for_and_can_be_claimed_at_once(sam):
    mine = supervision.claim(rows.run(sam).pk)

    supervision.release(mine)

    assert queue.waiting() == ["refinery.tasks.supervise_run"]
    assert supervision.claim(mine.pk).attempt == 2


def test_the_sweep_rings_for_what_nobody_holds_and_only_for_that(sam):
    held, gone, deaf, fresh = (rows.run(sam, rung_at=timezone.now()) for _ in range(4))
    supervision.claim(held.pk)
    supervision.claim(gone.pk)
    lapse(gone)
    RefinementRun.objects.filter(pk=deaf.pk).update(rung_at=timezone.now() - timedelta(hours=1))

    assert supervision.sweep() == 2
    assert supervision.sweep() == 0
    assert RefinementRun.objects.get(pk=fresh.pk).attempt == 0


def test_a_run_that_gets_nowhere_fails_in_words(sam):
    run = rows.run(sam, RunState.RUNNING, fruitless_attempts=supervision.FRUITLESS_LIMIT)

    supervision.supervise(run.pk)

    row = RefinementRun.objects.get(pk=run.pk)
    assert row.state == RunState.FAILED
    assert "without finishing one more task" in row.failure


def test_the_engines_refusal_becomes_the_failure(sam):
    run = start_run(supply.dataset(sam, {"a.txt": b"words"}).pk, actor=sam.actor).run
    bridge.run_folder(run).mkdir(parents=True)
    (bridge.run_folder(run) / "manifest.json").write_text("somebody else's")

    supervision.supervise(run.pk)

    row = RefinementRun.objects.get(pk=run.pk)
    assert row.state == RunState.FAILED
    assert "already holds" in row.failure


def test_a_folder_still_written_to_is_left_alone_until_the_lease_lapses(sam):
    run = start_run(supply.dataset(sam, {"a.txt": b"words"}).pk, actor=sam.actor).run
    folder = bridge.run_folder(run)
    folder.mkdir(parents=True)
    with (folder / ".databroker-run").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        supervision.supervise(run.pk)

    row = RefinementRun.objects.get(pk=run.pk)
    assert (row.state, row.failure) == (RunState.RUNNING, "")


@pytest.mark.parametrize("times", [1, 2, 3])
def test_a_task_delivered_more_than_once_changes_nothing(sam, times):
    run = start_run(supply.dataset(sam).pk, actor=sam.actor).run

    queue.drain(times=times)

    row = RefinementRun.objects.get(pk=run.pk)
    assert (row.state, row.attempt) == (RunState.AWAITING_REVIEW, 1)
    assert (row.records_in, row.kept, row.dropped, row.held) == (6, 2, 3, 1)
    assert QualityReport.objects.filter(run=run).count() == 1


def test_a_new_run_of_a_version_supersedes_the_one_before_once_it_is_done(sam):
    first = supply.finished_run(sam)

    started = start_run(first.version.dataset.pk, actor=sam.actor, threshold=0.9)
    assert RefinementRun.objects.get(pk=first.pk).state == RunState.AWAITING_REVIEW
    queue.drain()

    assert started.run.parent == first
    assert RefinementRun.objects.get(pk=first.pk).state == RunState.SUPERSEDED
    assert RefinementRun.objects.get(pk=started.run.pk).package_digest != first.package_digest
