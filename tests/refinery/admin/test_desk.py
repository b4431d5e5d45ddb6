"""The curation desk in the admin."""

import pytest
from django.urls import reverse

from databroker.models import AuditEntry
from databroker.states import StaffRole
from refinery.models import CurationDecision, RefinementRun
from refinery.states import PackageState, RunState
from tests.refinery import rows, supply
from tests.support import cast, queue

pytestmark = pytest.mark.django_db
RUNS = "admin:refinery_refinementrun"


@pytest.fixture
def desk(client, cleo):
    client.force_login(cleo.user)
    return client


def test_what_awaits_review_stands_first(desk, sam):
    for state in (RunState.RUNNING, RunState.AWAITING_REVIEW, RunState.APPROVED):
        rows.run(sam, state)

    shown = desk.get(reverse(f"{RUNS}_changelist")).context["cl"].result_list

    assert shown[0].state == RunState.AWAITING_REVIEW


def test_the_change_page_opens_with_the_verdict_and_shows_the_report(desk, sam):
    run = supply.finished_run(sam)

    html = desk.get(reverse(f"{RUNS}_change", args=[run.pk])).content.decode()

    assert "Of 6 records 2 (33 %) are kept, 3 dropped and 1 held." in html
    assert 'id="funnel"' in html
    for verb in ("approve", "reject", "return"):
        assert reverse(f"{RUNS}_operate", args=[run.pk, verb]) in html


def test_a_curator_approves_with_a_note_and_the_act_is_audited(desk, sam, cleo):
    run = supply.finished_run(sam)

    answer = desk.post(reverse(f"{RUNS}_operate", args=[run.pk, "approve"]), {"note": "Clean."})
    queue.drain()

    assert answer.status_code == 302
    row = RefinementRun.objects.get(pk=run.pk)
    assert (row.state, row.decided_by, row.packages.count()) == (RunState.APPROVED, cleo.user, 1)
    assert CurationDecision.objects.get().note == "Clean."
    assert AuditEntry.objects.filter(object_id=run.pk, verb="approve", actor_id=cleo.user.pk).count() == 1


def test_a_rejection_without_words_is_asked_for_them(desk, sam):
    run = rows.run(sam, RunState.AWAITING_REVIEW)

    answer = desk.post(reverse(f"{RUNS}_operate", args=[run.pk, "reject"]), {"note": ""})

    assert answer.status_code == 422
    assert "Write a note that says why" in answer.content.decode()


@pytest.mark.parametrize("role", [StaffRole.OPERATOR, StaffRole.FINANCE, StaffRole.AUDITOR])
def test_other_staff_look_on(client, sam, role):
    client.force_login(cast.staff("Stan", role).user)
    run = rows.run(sam, RunState.AWAITING_REVIEW)

    assert client.get(reverse(f"{RUNS}_change", args=[run.pk])).status_code == 200
    assert client.post(reverse(f"{RUNS}_operate", args=[run.pk, "approve"]), {}).status_code == 403


def test_the_supplier_does_not_come_in(client, sam):
    client.force_login(sam.user)

    assert client.get(reverse(f"{RUNS}_changelist")).status_code == 302


@pytest.mark.parametrize("name", ["package", "product", "curationdecision"])
def test_the_other_rows_are_looked_at(desk, sam, cleo, name):
    package = rows.package(sam)
    CurationDecision.objects.create(
        organization=sam.organization, run=package.run, verb="approve", decided_by=cleo.user, note="Fine."
    )
    thing = {"package": package, "product": package.product, "curationdecision": CurationDecision.objects.get()}[name]

    assert desk.get(reverse(f"admin:refinery_{name}_changelist")).status_code == 200
    assert desk.get(reverse(f"admin:refinery_{name}_change", args=[thing.pk])).status_code == 200


def test_a_released_package_is_revoked_with_a_note(desk, sam):
    package = rows.package(sam, PackageState.RELEASED)

    desk.post(reverse("admin:refinery_package_operate", args=[package.pk, "revoke"]), {"note": "A person asked."})

    package.refresh_from_db()
    assert package.state == PackageState.REVOKED
