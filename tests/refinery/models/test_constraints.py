"""What the database refuses although no operation was asked."""

import pytest
from django.db import IntegrityError
from django.utils import timezone

from refinery.models import CurationDecision, QualityReport, RefinementRun
from refinery.states import PackageState, RunState
from tests.refinery import rows

pytestmark = pytest.mark.postgres


@pytest.mark.parametrize("second", [RunState.QUEUED, RunState.RUNNING])
def test_one_question_is_worked_on_once(sam, second):
    first = rows.run(sam, RunState.RUNNING)

    with pytest.raises(IntegrityError):
        rows.run(sam, second, version=first.version)


def test_the_same_question_may_be_asked_again_later(sam):
    first = rows.run(sam, RunState.AWAITING_REVIEW)

    assert rows.run(sam, RunState.QUEUED, version=first.version).pk != first.pk


def test_another_threshold_is_another_question(sam):
    first = rows.run(sam)

    assert rows.run(sam, version=first.version, parameters_digest="1" * 64).pk != first.pk


@pytest.mark.parametrize(
    "facts",
    [
        {"state": "half-done"},
        {"state": RunState.APPROVED, "decided_by": None},
        {"state": RunState.REJECTED, "decided_at": None},
        {"records_in": 3, "kept": 1, "dropped": 1},
        {"state": RunState.AWAITING_REVIEW, "package_digest": ""},
        {"state": RunState.QUEUED, "lease_until": timezone.now()},
        {"state": RunState.FAILED, "failure": ""},
    ],
)
def test_a_run_that_contradicts_itself_is_refused(sam, facts):
    state = facts.pop("state", RunState.QUEUED)

    with pytest.raises(IntegrityError):
        rows.run(sam, state, **facts)


@pytest.mark.parametrize(
    "facts",
    [
        {"state": "sold"},
        {"digest": "short"},
        {"state": PackageState.RELEASED, "released_by": None},
    ],
)
def test_a_package_that_contradicts_itself_is_refused(sam, facts):
    with pytest.raises(IntegrityError):
        rows.package(sam, **facts)


@pytest.mark.parametrize("taken", [{"digest": "a" * 64}, {"ordinal": 0}, {"major": 1}])
def test_two_packages_of_a_product_share_no_digest_and_no_number(sam, taken):
    first = rows.package(sam, digest="a" * 64)

    with pytest.raises(IntegrityError):
        rows.package(sam, run=first.run, **({"digest": "b" * 64} | taken))


def test_a_report_is_written_once(sam):
    run = rows.run(sam, RunState.AWAITING_REVIEW)
    report = QualityReport.objects.create(organization=sam.organization, run=run, document={}, digest=rows.DIGEST)

    with pytest.raises(TypeError):
        report.save()
    with pytest.raises(TypeError):
        report.delete()


def test_a_decision_is_written_once(sam, cleo):
    run = rows.run(sam, RunState.AWAITING_REVIEW)
    decision = CurationDecision.objects.create(
        organization=sam.organization, run=run, verb="approve", decided_by=cleo.user
    )

    with pytest.raises(TypeError):
        decision.save()


def test_others_runs_are_not_there(sam, nora, cleo):
    run = rows.run(sam)

    assert not RefinementRun.objects.visible_to(nora.actor).exists()
    assert RefinementRun.objects.visible_to(sam.actor).get() == run
    assert RefinementRun.objects.visible_to(cleo.actor).get() == run
