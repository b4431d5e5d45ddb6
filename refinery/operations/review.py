"""The curators' decisions on a finished run, and the supplier's answers to them."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from databroker import policies, queue
from databroker.actors import Actor
from databroker.errors import Conflict, NotPermitted
from databroker.lifecycle import transition
from databroker.models import User
from refinery.models import CurationDecision, RefinementRun
from refinery.policies import can_appeal, can_curate, can_refine

SEAL = "refinery.tasks.seal_package"


def approve_run(run_id: str | UUID, *, actor: Actor, note: str = "") -> RefinementRun:
    """Lets the result become a package, which the system seals in the background."""
    run = RefinementRun.objects.visible_to(actor).find(run_id, actor)

    policies.require(can_curate(actor), "A curator decides about runs, signed in, not by a token.")

    if _report_is_erased(run):
        raise Conflict("Files of this run were erased. Start a run of a newer version.", code="erased")

    with transaction.atomic():
        run = _decide(run, "approve", actor, note)
        queue.enqueue(SEAL, run.pk)
    return run


def reject_run(run_id: str | UUID, *, actor: Actor, note: str) -> RefinementRun:
    """Ends the run without a package; the note tells the supplier why."""
    run = RefinementRun.objects.visible_to(actor).find(run_id, actor)

    policies.require(can_curate(actor), "A curator decides about runs, signed in, not by a token.")

    return _decide(run, "reject", actor, note)


def return_run(run_id: str | UUID, *, actor: Actor, note: str) -> RefinementRun:
    """Asks the supplier something before deciding."""
    run = RefinementRun.objects.visible_to(actor).find(run_id, actor)

    policies.require(can_curate(actor), "A curator decides about runs, signed in, not by a token.")

    with transaction.atomic():
        run = transition(run, "return", actor=actor, note=note)
        _write_down(run, "return", actor, note)
    return run


def answer_run(run_id: str | UUID, *, actor: Actor, note: str) -> RefinementRun:
    """The supplier's answer; the run is back on the desk."""
    run = RefinementRun.objects.visible_to(actor).find(run_id, actor)

    policies.require(can_refine(actor), "Viewers look on; a contributor, manager or owner answers.")

    with transaction.atomic():
        run = transition(run, "answer", actor=actor, note=note)
        _write_down(run, "answer", actor, note)
    return run


def appeal_run(run_id: str | UUID, *, actor: Actor, note: str) -> RefinementRun:
    """The supplier contests a rejection; the run is back on the desk, undecided."""
    run = RefinementRun.objects.visible_to(actor).find(run_id, actor)

    policies.require(can_appeal(actor), "An owner or manager appeals.")

    with transaction.atomic():
        run = transition(run, "appeal", actor=actor, note=note, decided_by=None, decided_at=None)
        _write_down(run, "appeal", actor, note)
    return run


def _report_is_erased(run: RefinementRun) -> bool:
    report = getattr(run, "report", None)
    return report is not None and report.erased_at is not None


def _decide(run: RefinementRun, verb: str, actor: Actor, note: str) -> RefinementRun:
    with transaction.atomic():
        run = transition(run, verb, actor=actor, note=note, decided_by=_person(actor), decided_at=timezone.now())
        _write_down(run, verb, actor, note)
    return run


def _write_down(run: RefinementRun, verb: str, actor: Actor, note: str) -> None:
    CurationDecision.objects.create(
        organization_id=run.organization_id, run=run, verb=verb, decided_by=_person(actor), note=note.strip()
    )


def _person(actor: Actor) -> User:
    if actor.user is None:
        raise NotPermitted("A person decides, and is named.")
    return actor.user
