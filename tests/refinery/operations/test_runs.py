"""Asking for runs, cancelling and retrying them."""

import pytest

from databroker.errors import Incomplete, NotFound, NotPermitted, StaleState
from databroker.states import Role
from refinery.models import RefinementRun
from refinery.operations.runs import cancel_run, retry_run, start_run
from refinery.states import RunState
from suppliers.operations.datasets import create_dataset
from suppliers.operations.versions import withdraw_version
from tests.refinery import rows, supply
from tests.support import cast, queue


def test_an_open_version_is_sealed_by_asking_and_the_answer_says_so(sam):
    started = start_run(supply.dataset(sam).pk, actor=sam.actor)

    assert (started.is_new, started.sealed_version) == (True, True)
    assert started.run.version.state == "sealed"
    assert started.run.input_digest == started.run.version.input_digest
    assert queue.waiting() == ["refinery.tasks.supervise_run"]


def test_asking_again_answers_with_the_run_that_is_there(sam):
    dataset = supply.dataset(sam)
    first = start_run(dataset.pk, actor=sam.actor)

    again = start_run(dataset.pk, actor=sam.actor)

    assert (again.run, again.is_new, again.sealed_version) == (first.run, False, False)
    assert len(queue.waiting()) == 1


def test_naming_the_recipes_own_threshold_is_the_same_question(sam):
    dataset = supply.dataset(sam)
    first = start_run(dataset.pk, actor=sam.actor)

    assert start_run(dataset.pk, actor=sam.actor, threshold=0.5).run == first.run
    assert start_run(dataset.pk, actor=sam.actor, threshold=0.6).run != first.run


def test_all_that_is_wrong_is_said_at_once(sam):
    dataset = create_dataset(name="Empty", source_type="other", actor=sam.actor)

    with pytest.raises(Incomplete) as refused:
        start_run(dataset.pk, actor=sam.actor, recipe="../../etc/passwd")

    assert {issue.field for issue in refused.value.issues} == {"recipe", "files", "rights"}


@pytest.mark.parametrize(("recipe", "threshold"), [("general", 1.5), ("annotate", 0.5), ("nonsense", None)])
def test_a_question_the_engine_cannot_answer_is_refused_and_seals_nothing(sam, recipe, threshold):
    dataset = supply.dataset(sam)

    with pytest.raises(Incomplete):
        start_run(dataset.pk, actor=sam.actor, recipe=recipe, threshold=threshold)

    assert dataset.versions.get().is_open


def test_a_stranger_finds_no_dataset_and_no_run(sam, nora):
    started = start_run(supply.dataset(sam).pk, actor=sam.actor)

    with pytest.raises(NotFound):
        start_run(started.run.version.dataset.pk, actor=nora.actor)
    with pytest.raises(NotFound):
        cancel_run(started.run.pk, actor=nora.actor)


def test_a_viewer_may_not_ask(sam):
    viewer = cast.member("Vic", role=Role.VIEWER, organization=sam.organization)

    with pytest.raises(NotPermitted):
        start_run(supply.dataset(sam).pk, actor=viewer.actor)


def test_a_cancelled_run_is_not_worked_on(sam):
    started = start_run(supply.dataset(sam).pk, actor=sam.actor)

    cancel_run(started.run.pk, actor=sam.actor)
    queue.drain(times=2)

    assert RefinementRun.objects.get().state == RunState.CANCELLED


def test_a_failed_run_goes_on_when_it_is_asked_to(sam):
    started = start_run(supply.dataset(sam).pk, actor=sam.actor)
    RefinementRun.objects.filter(pk=started.run.pk).delete()
    failed = rows.run(sam, RunState.FAILED, version=started.run.version, fruitless_attempts=11)

    with pytest.raises(StaleState):
        retry_run(rows.run(sam, RunState.FAILED).pk, actor=sam.actor)
    retried = retry_run(failed.pk, actor=sam.actor)

    assert (retried.state, retried.fruitless_attempts, retried.failure) == (RunState.QUEUED, 0, "")


def test_a_retry_gives_way_to_a_newer_run_of_the_same_question(sam):
    started = start_run(supply.dataset(sam).pk, actor=sam.actor)
    twin = started.run
    digests = {"recipe_digest": twin.recipe_digest, "parameters_digest": twin.parameters_digest}
    failed = rows.run(sam, RunState.FAILED, version=twin.version, overrides_digest=twin.overrides_digest, **digests)

    with pytest.raises(StaleState):
        retry_run(failed.pk, actor=sam.actor)
    assert RefinementRun.objects.get(pk=failed.pk).state == RunState.FAILED


def test_a_withdrawn_version_is_refined_no_further(sam):
    started = start_run(supply.dataset(sam).pk, actor=sam.actor)

    withdraw_version(started.run.version.pk, note="Ours no more.", actor=sam.actor)

    assert RefinementRun.objects.get().state == RunState.CANCELLED
    with pytest.raises(Incomplete):
        start_run(started.run.version.dataset.pk, actor=sam.actor)
