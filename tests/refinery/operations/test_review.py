"""The curators' decisions and the supplier's answers."""

import pytest

from databroker.errors import NotFound, NotPermitted, StaleState
from databroker.states import StaffRole
from refinery.models import CurationDecision, RefinementRun
from refinery.operations import review
from refinery.states import RunState
from tests.refinery import rows
from tests.support import cast, queue


@pytest.fixture
def waiting(sam):
    return rows.run(sam, RunState.AWAITING_REVIEW)


def test_an_approval_names_who_decided_and_has_the_package_sealed(waiting, cleo):
    run = review.approve_run(waiting.pk, actor=cleo.actor)

    assert (run.state, run.decided_by) == (RunState.APPROVED, cleo.user)
    assert queue.waiting() == ["refinery.tasks.seal_package"]


def test_a_rejection_keeps_its_note_beside_the_run(waiting, cleo):
    review.reject_run(waiting.pk, actor=cleo.actor, note="Half of it is navigation.")

    decision = CurationDecision.objects.get()
    assert (decision.verb, decision.note, decision.decided_by) == ("reject", "Half of it is navigation.", cleo.user)


def test_a_run_goes_back_and_forth_until_it_is_decided(waiting, sam, cleo):
    review.return_run(waiting.pk, actor=cleo.actor, note="Which years?")
    review.answer_run(waiting.pk, actor=sam.actor, note="1946 to 1958.")
    review.reject_run(waiting.pk, actor=cleo.actor, note="Too few.")
    appealed = review.appeal_run(waiting.pk, actor=sam.actor, note="They are all there are.")

    assert (appealed.state, appealed.decided_by) == (RunState.AWAITING_REVIEW, None)
    assert [decision.verb for decision in waiting.decisions.all()] == ["return", "answer", "reject", "appeal"]


def test_the_supplier_does_not_approve_its_own_run(waiting, sam):
    with pytest.raises(NotPermitted):
        review.approve_run(waiting.pk, actor=sam.actor)
    assert RefinementRun.objects.get().state == RunState.AWAITING_REVIEW


def test_an_operator_is_no_curator_but_a_superuser_is(waiting, db):
    with pytest.raises(NotPermitted):
        review.approve_run(waiting.pk, actor=cast.staff("Otto", StaffRole.OPERATOR).actor)

    root = cast.staff("Root", StaffRole.OPERATOR)
    root.user.is_superuser = True
    assert review.approve_run(waiting.pk, actor=root.actor).decided_by == root.user


def test_a_stranger_finds_no_run_to_answer(waiting, nora):
    with pytest.raises(NotFound):
        review.answer_run(waiting.pk, actor=nora.actor, note="Mine.")


def test_a_run_is_decided_once(waiting, cleo):
    review.approve_run(waiting.pk, actor=cleo.actor)

    with pytest.raises(StaleState):
        review.reject_run(waiting.pk, actor=cleo.actor, note="No.")
    assert CurationDecision.objects.count() == 1
