"""Datasets and their versions."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from databroker.models import Organization
from databroker.models.base import Identified, TenantQuerySet
from databroker.states import Machine, SourceType
from suppliers.states import VERSION_MACHINE, VersionState

SHA256 = r"^[0-9a-f]{64}$"


class DatasetQuerySet(TenantQuerySet["Dataset"]):
    def with_latest(self) -> Self:
        """Each with its versions prefetched, newest first, for `latest`."""
        newest_first = DatasetVersion.objects.order_by("-number")
        return self.prefetch_related(models.Prefetch("versions", queryset=newest_first))


class Dataset(Identified):
    """What a supplier brings under one name; its files lie in versions."""

    PREFIX = "dts"

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="datasets")
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=60)
    description = models.TextField(blank=True, max_length=4000)
    source_type = models.CharField(max_length=12, choices=SourceType, default=SourceType.OTHER)
    topic = models.CharField(max_length=120, blank=True, help_text="What the files are about, in a few words.")
    contact = models.EmailField(blank=True, help_text="Whom to ask about the files.")

    objects = DatasetQuerySet.as_manager()

    class Meta:
        verbose_name = "dataset"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "slug"], name="dataset_slug_unique_per_organization"),
            models.CheckConstraint(condition=~Q(name=""), name="dataset_has_name"),
            models.CheckConstraint(condition=Q(source_type__in=SourceType.values), name="dataset_source_type_known"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def latest(self) -> "DatasetVersion":
        """The version with the highest number; every dataset has one from birth."""
        return max(self.versions.all(), key=lambda version: version.number)


class DatasetVersionQuerySet(TenantQuerySet["DatasetVersion"]):
    def open(self) -> Self:
        return self.filter(state=VersionState.OPEN)

    def with_inventory(self) -> Self:
        """Those that were sealed, whether withdrawn since or not: their inventories still name bytes."""
        return self.exclude(inventory_digest="")

    def for_display(self) -> Self:
        return self.select_related("dataset", "dataset__organization", "rights", "rights__signer")


class DatasetVersion(Identified):
    """One state of a dataset's files. Open, files come and go; sealed, the Parquet inventory says what it holds.

    `file_count` and `byte_count` are kept with every change. `input_digest` is what was sealed and stays, also when
    files were erased since; `erased_count` then says how many are missing and `inventory_digest` names the new one.
    """

    PREFIX = "dsv"
    MACHINE: ClassVar[Machine] = VERSION_MACHINE

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="dataset_versions")
    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=VersionState, default=VersionState.OPEN)
    rights = models.ForeignKey(
        "suppliers.RightsAttestation",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="The newest attestation; it counts.",
    )
    inventory_digest = models.CharField(max_length=64, blank=True)
    input_digest = models.CharField(max_length=64, blank=True)
    file_count = models.PositiveIntegerField(default=0)
    byte_count = models.PositiveBigIntegerField(default=0)
    erased_count = models.PositiveIntegerField(default=0)
    revision = models.PositiveIntegerField(default=0, help_text="Grows with every change of files; fences sealing.")
    sealed_at = models.DateTimeField(null=True)

    objects = DatasetVersionQuerySet.as_manager()

    class Meta:
        verbose_name = "dataset version"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["dataset", "number"], name="version_number_unique_per_dataset"),
            models.UniqueConstraint(
                fields=["dataset"], condition=Q(state=VersionState.OPEN), name="version_one_open_per_dataset"
            ),
            models.CheckConstraint(condition=Q(state__in=VersionState.values), name="version_state_known"),
            models.CheckConstraint(
                condition=Q(state=VersionState.OPEN)
                | Q(
                    input_digest__regex=SHA256,
                    inventory_digest__regex=SHA256,
                    rights__isnull=False,
                    sealed_at__isnull=False,
                ),
                name="version_sealed_has_digest_and_rights",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dataset.name}, version {self.number}"

    @property
    def is_open(self) -> bool:
        return self.state == VersionState.OPEN

    @property
    def is_complete(self) -> bool:
        """True while nothing of what was sealed has been erased."""
        return self.erased_count == 0
