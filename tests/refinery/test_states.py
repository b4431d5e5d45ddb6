"""Every state against every verb: legal moves move and are audited, the others change nothing."""

import pytest
from django.utils import timezone

from databroker.actors import SYSTEM
from databroker.errors import Incomplete, StaleState
from databroker.lifecycle import transition
from databroker.models import AuditEntry
from refinery.models import Package, RefinementRun
from refinery.states import PACKAGE, RUN, PackageState, RunState
from tests.refinery import rows

# What DESIGN's table allows, written a second time on purpose.
RUN_MOVES = {
    ("queued", "start"): "running",
    ("running", "await_review"): "awaiting_review",
    ("running", "fail"): "failed",
    ("failed", "retry"): "queued",
    **{(state, "cancel"): "cancelled" for state in ("queued", "running", "awaiting_review", "returned", "failed")},
    ("awaiting_review", "approve"): "approved",
    ("awaiting_review", "reject"): "rejected",
    ("awaiting_review", "return"): "returned",
    ("returned", "answer"): "awaiting_review",
    ("rejected", "appeal"): "awaiting_review",
    **{(state, "supersede"): "superseded" for state in ("awaiting_review", "returned", "rejected", "failed")},
}
PACKAGE_MOVES = {
    ("sealed", "release"): "released",
    ("released", "revoke"): "revoked",
    **{(state, "erase"): "erased" for state in ("sealed", "released", "revoked")},
}

pytestmark = pytest.mark.postgres


def facts_for(verb, person):
    """What the database demands beside the new state."""
    return {
        "await_review": {"package_digest": rows.DIGEST},
        "fail": {"failure": "It broke."},
        "approve": {"decided_by": person.user, "decided_at": timezone.now()},
        "reject": {"decided_by": person.user, "decided_at": timezone.now()},
        "release": {"released_by": person.user, "released_at": timezone.now()},
    }.get(verb, {})


@pytest.mark.parametrize("verb", RUN.moves)
@pytest.mark.parametrize("state", RunState.values)
def test_a_run_moves_as_the_table_says(sam, state, verb):
    run = rows.run(sam, state)

    moved = attempt(run, verb, sam)

    assert moved == RUN_MOVES.get((state, verb))
    assert RefinementRun.objects.get(pk=run.pk).state == (moved or state)


@pytest.mark.parametrize("verb", PACKAGE.moves)
@pytest.mark.parametrize("state", PackageState.values)
def test_a_package_moves_as_the_table_says(sam, state, verb):
    package = rows.package(sam, state)

    moved = attempt(package, verb, sam)

    assert moved == PACKAGE_MOVES.get((state, verb))
    assert Package.objects.get(pk=package.pk).state == (moved or state)


def attempt(thing, verb, person):
    """The state reached, or None if the move was refused; audited in the one case and not in the other."""
    before = AuditEntry.objects.filter(object_id=thing.pk).count()
    try:
        state = transition(thing, verb, actor=SYSTEM, note="Because.", **facts_for(verb, person)).state
    except StaleState:
        state = None
    assert AuditEntry.objects.filter(object_id=thing.pk).count() - before == (state is not None)
    return state


@pytest.mark.parametrize(("verb", "state"), [("reject", "awaiting_review"), ("return", "awaiting_review")])
def test_a_decision_against_the_supplier_needs_words(sam, verb, state):
    run = rows.run(sam, state)

    with pytest.raises(Incomplete):
        transition(run, verb, actor=SYSTEM, note="  ", **facts_for(verb, sam))
