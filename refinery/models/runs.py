"""One refinement of one dataset version: what was asked, who works on it, what came out."""

from datetime import datetime
from pathlib import Path
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from databroker.models import Organization
from databroker.models.base import Identified, TenantQuerySet
from databroker.states import Machine
from refinery.states import ACTIVE, DECIDED, OPEN, REVIEWABLE, RUN, RunState


class RunQuerySet(TenantQuerySet["RefinementRun"]):
    def active(self) -> Self:
        """Queued or running."""
        return self.filter(state__in=ACTIVE)

    def open(self) -> Self:
        """Not yet at an end: somebody or something still has to act."""
        return self.filter(state__in=OPEN)

    def awaiting_review(self) -> Self:
        """What lies on the curators' desk, longest waiting first."""
        return self.filter(state=RunState.AWAITING_REVIEW).order_by("finished_at")

    def claimable(self, now: datetime) -> Self:
        """Running, but whoever held the lease has let it go or is gone."""
        return self.filter(state=RunState.RUNNING).filter(Q(lease_until=None) | Q(lease_until__lt=now))

    def held_by(self, attempt: int) -> Self:
        """Still running under this fencing token."""
        return self.filter(state=RunState.RUNNING, attempt=attempt)


class RefinementRun(Identified):
    """Recipe, parameters and overrides are frozen at the start. `attempt` only grows: it is the fencing token."""

    PREFIX = "run"
    MACHINE: ClassVar[Machine] = RUN

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="runs")
    version = models.ForeignKey("suppliers.DatasetVersion", on_delete=models.PROTECT, related_name="runs")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    state = models.CharField(max_length=16, choices=RunState, default=RunState.QUEUED)

    recipe_name = models.CharField(max_length=60)
    recipe = models.JSONField(help_text="The recipe as it was when the run was asked for.")
    recipe_digest = models.CharField(max_length=64)
    threshold = models.FloatField(null=True, blank=True, help_text="Least quality kept; empty if nothing is decided.")
    parameters_digest = models.CharField(max_length=64)
    overrides = models.JSONField(default=list, blank=True)
    overrides_digest = models.CharField(max_length=64)
    input_digest = models.CharField(max_length=64)

    attempt = models.PositiveIntegerField(default=0)
    fruitless_attempts = models.PositiveIntegerField(default=0, help_text="Attempts since the last finished task.")
    rung_at = models.DateTimeField(null=True, blank=True, help_text="When the queue's bell was last rung for it.")
    lease_until = models.DateTimeField(null=True, blank=True)
    stage = models.CharField(max_length=60, blank=True)
    tasks_done = models.PositiveBigIntegerField(default=0)
    tasks_total = models.PositiveBigIntegerField(default=0)
    progress_note = models.CharField(max_length=200, blank=True)
    progress_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    failure = models.TextField(blank=True, help_text="One sentence the supplier can act on.")

    package_digest = models.CharField(max_length=64, blank=True)
    records_in = models.PositiveBigIntegerField(default=0)
    kept = models.PositiveBigIntegerField(default=0)
    dropped = models.PositiveBigIntegerField(default=0)
    held = models.PositiveBigIntegerField(default=0)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        verbose_name = "run"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "recipe_digest", "parameters_digest", "overrides_digest"],
                condition=Q(state__in=[state.value for state in ACTIVE]),
                name="run_one_active_per_question",
            ),
            models.CheckConstraint(condition=Q(state__in=RunState.values), name="run_state_known"),
            models.CheckConstraint(
                condition=~Q(state__in=[state.value for state in DECIDED])
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="run_decision_names_who_decided",
            ),
            models.CheckConstraint(
                condition=Q(records_in=F("kept") + F("dropped") + F("held")), name="run_records_are_conserved"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[state.value for state in REVIEWABLE]) | ~Q(package_digest=""),
                name="run_reviewed_has_a_result",
            ),
            models.CheckConstraint(
                condition=Q(lease_until=None) | Q(state=RunState.RUNNING), name="run_lease_only_while_running"
            ),
            models.CheckConstraint(condition=~Q(state=RunState.FAILED) | ~Q(failure=""), name="run_failure_in_words"),
        ]
        indexes = [models.Index(fields=["state", "lease_until"], name="run_by_lease")]

    def __str__(self) -> str:
        return f"{self.version}, {self.recipe_name}"

    @property
    def directory(self) -> Path:
        """Where the result lies; exists once the run has ended well."""
        return Path(settings.STORE_ROOT) / "t" / self.organization_id.hex / "runs" / self.pk.hex

    @property
    def is_active(self) -> bool:
        return self.state in ACTIVE

    @property
    def has_result(self) -> bool:
        return self.package_digest != ""
