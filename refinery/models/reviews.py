"""What the engine found and what people decided about it. Written once; an erasure may empty the words."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from databroker.models import Organization
from databroker.models.base import Identified, TenantQuerySet
from refinery.models.runs import RefinementRun


class WrittenOnce(Identified):
    """A row that `save` writes once and `delete` never takes away."""

    class Meta:
        abstract = True

    def save(self, *args: object, **kwargs: object) -> None:
        if not self._state.adding:
            raise TypeError(f"A {self._meta.verbose_name} is written once.")
        super().save(*args, **kwargs)  # type: ignore[arg-type]  # passed on as they came

    def delete(self, *args: object, **kwargs: object) -> tuple[int, dict[str, int]]:
        raise TypeError(f"A {self._meta.verbose_name} is never deleted.")


class ReportQuerySet(TenantQuerySet["QualityReport"]):
    pass


class QualityReport(WrittenOnce):
    """The engine's report.json of a run, as it was digested. Empty once a file of the version was erased."""

    PREFIX = "qrp"

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="quality_reports")
    run = models.OneToOneField(RefinementRun, on_delete=models.PROTECT, related_name="report")
    document = models.JSONField()
    digest = models.CharField(max_length=64)
    erased_at = models.DateTimeField(null=True, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = "quality report"

    def __str__(self) -> str:
        return f"Report on {self.run}"


class DecisionQuerySet(TenantQuerySet["CurationDecision"]):
    pass


class CurationDecision(WrittenOnce):
    """One act of review: approve, reject, return, answer or appeal, by whom, and why."""

    PREFIX = "dcn"
    VERBS: ClassVar[tuple[tuple[str, str], ...]] = (
        ("approve", "Approved"),
        ("reject", "Rejected"),
        ("return", "Returned to the supplier"),
        ("answer", "Answered by the supplier"),
        ("appeal", "Appealed by the supplier"),
    )

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="curation_decisions")
    run = models.ForeignKey(RefinementRun, on_delete=models.PROTECT, related_name="decisions")
    verb = models.CharField(max_length=10, choices=VERBS)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    note = models.TextField(blank=True, max_length=2000)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = "curation decision"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.get_verb_display()} on {self.created_at:%Y-%m-%d}"
