"""Asking for a run, ending it early, asking again after a failure."""

from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from databroker import audit, policies, queue
from databroker.actors import Actor
from databroker.errors import Incomplete, Issue, StaleState
from databroker.lifecycle import transition
from refinery import bridge
from refinery.models import RefinementRun
from refinery.policies import can_cancel, can_refine
from refinery.states import REVIEWABLE
from suppliers.models import Dataset, DatasetVersion
from suppliers.operations.versions import missing_for_seal, seal_version
from suppliers.states import VersionState

SUPERVISE = "refinery.tasks.supervise_run"


@dataclass(frozen=True, slots=True)
class StartedRun:
    """The run that answers the question: a new one, or the one that was asked for already."""

    run: RefinementRun
    is_new: bool
    sealed_version: bool


def start_run(
    dataset_id: str | UUID, *, actor: Actor, recipe: str = "general", threshold: float | None = None
) -> StartedRun:
    """Refines the newest version of a dataset; an open version is sealed by it, once its rights are attested.

    `threshold` is the least quality kept, 0 to 1; None takes the recipe's. Raises Incomplete naming all that is wrong.
    """
    dataset = Dataset.objects.visible_to(actor).find(dataset_id, actor)

    policies.require(can_refine(actor), "Viewers look on; a contributor, manager or owner starts a run.")

    version = dataset.versions.order_by("-number").first()
    question, problems = _question(recipe, threshold)
    problems += _problems_of(version)
    if question is None or version is None or problems:
        raise Incomplete("The run cannot start yet.", code="cannot_refine", issues=problems)

    sealed = version.state == VersionState.OPEN
    if sealed:
        version = seal_version(version.pk, actor=actor)
    run, is_new = _ask(version, question, actor)
    return StartedRun(run, is_new, sealed)


def _question(recipe: str, threshold: float | None) -> tuple[bridge.Question | None, list[Issue]]:
    try:
        return bridge.freeze(recipe, threshold), []
    except bridge.Refused as error:
        return None, [Issue(error.field, "not_usable", str(error))]


def _problems_of(version: DatasetVersion | None) -> list[Issue]:
    if version is None or version.state == VersionState.WITHDRAWN:
        return [Issue("dataset", "no_files", "Add files first. This dataset has no version that can be refined.")]
    if not version.is_complete:
        return [Issue("dataset", "erased", "Files of this version were erased. Continue it as a new version.")]
    return missing_for_seal(version) if version.is_open else []


def _ask(version: DatasetVersion, question: bridge.Question, actor: Actor) -> tuple[RefinementRun, bool]:
    asked = {
        "version": version,
        "recipe_digest": question.recipe_digest,
        "parameters_digest": question.parameters_digest,
        "overrides_digest": question.overrides_digest,
    }
    active = RefinementRun.objects.active().filter(**asked)
    try:
        with transaction.atomic():
            run = RefinementRun.objects.create(
                organization_id=version.organization_id,
                requested_by=actor.user,
                parent=RefinementRun.objects.filter(version=version, state__in=REVIEWABLE).first(),
                recipe_name=question.recipe_name,
                recipe=question.recipe,
                threshold=question.threshold,
                overrides=[],
                input_digest=version.input_digest,
                **asked,
            )
            audit.record("ask", run, actor=actor, to_state=run.state)
            ring(run.pk)
    except IntegrityError:
        there = active.first()
        if there is None:
            raise StaleState("The run that was asked for before has just ended. Ask again.") from None
        return there, False
    return run, True


def ring(run_id: UUID) -> None:
    """Asks for a supervisor, inside the transaction that makes one necessary."""
    RefinementRun.objects.filter(pk=run_id).update(rung_at=timezone.now())
    queue.enqueue(SUPERVISE, run_id)


def cancel_run(run_id: str | UUID, *, actor: Actor, note: str = "") -> RefinementRun:
    """Ends an open run; its supervisor notices at its next heartbeat. What is done stays for another run."""
    run = RefinementRun.objects.visible_to(actor).find(run_id, actor)

    policies.require(can_cancel(actor), "Viewers look on; a contributor, manager or owner cancels a run.")

    return transition(run, "cancel", actor=actor, note=note, lease_until=None)


def cancel_runs_of(version_id: UUID, *, actor: Actor) -> None:
    """Ends what is open on a version that was withdrawn, in the transaction of the withdrawal."""
    for run in RefinementRun.objects.open().filter(version=version_id):
        transition(run, "cancel", actor=actor, lease_until=None)


def retry_run(run_id: str | UUID, *, actor: Actor) -> RefinementRun:
    """Queues a failed run again; it goes on from the tasks that are done."""
    run = RefinementRun.objects.visible_to(actor).find(run_id, actor)

    policies.require(can_cancel(actor), "Viewers look on; a contributor, manager or owner starts a run again.")

    version = run.version
    if version.state != VersionState.SEALED:
        raise StaleState("The files of this run are gone or withdrawn; it cannot go on.")

    try:
        with transaction.atomic():
            run = transition(run, "retry", actor=actor, fruitless_attempts=0, failure="", finished_at=None)
            ring(run.pk)
    except IntegrityError:
        raise StaleState("The same question is being answered by a newer run already.") from None
    return run
