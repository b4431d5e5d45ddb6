"""Products and the sealed packages they are made of. Bytes lie in `Package.directory` and are never modified."""

from pathlib import Path
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from databroker.models import Organization
from databroker.models.base import Identified, TenantQuerySet
from databroker.states import Machine
from refinery.models.runs import RefinementRun
from refinery.states import PACKAGE, PackageState


class ProductQuerySet(TenantQuerySet["Product"]):
    pass


class Product(Identified):
    """What a listing sells: the packages made of one dataset, in order."""

    PREFIX = "prd"

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="products")
    dataset = models.ForeignKey("suppliers.Dataset", on_delete=models.PROTECT, related_name="products")
    slug = models.SlugField(max_length=80)
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)

    objects = ProductQuerySet.as_manager()

    class Meta:
        verbose_name = "product"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "slug"], name="product_slug_unique_per_organization"),
        ]

    def __str__(self) -> str:
        return self.name


class PackageQuerySet(TenantQuerySet["Package"]):
    def released(self) -> Self:
        """What may be sold and delivered now."""
        return self.filter(state=PackageState.RELEASED)

    def with_bytes(self) -> Self:
        """Not erased."""
        return self.exclude(state=PackageState.ERASED)


class Package(Identified):
    """The sold form of an approved run. `ordinal` counts from 0 within its product (= Delta version).

    Facts for listings: `modalities`, `languages`, `domains`, `media_types` are {value: records}; `quality` is
    {part: median, 0 to 1, or null}; sizes are bytes over all files.
    """

    PREFIX = "pkg"
    MACHINE: ClassVar[Machine] = PACKAGE

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="packages")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="packages")
    run = models.ForeignKey(RefinementRun, on_delete=models.PROTECT, related_name="packages")
    state = models.CharField(max_length=10, choices=PackageState, default=PackageState.SEALED)
    digest = models.CharField(max_length=64)
    ordinal = models.PositiveIntegerField()
    major = models.PositiveIntegerField()
    minor = models.PositiveIntegerField()
    patch = models.PositiveIntegerField()

    record_count = models.PositiveBigIntegerField()
    file_count = models.PositiveIntegerField()
    byte_count = models.PositiveBigIntegerField()
    modalities = models.JSONField(default=dict)
    media_types = models.JSONField(default=dict)
    languages = models.JSONField(default=dict)
    domains = models.JSONField(default=dict)
    quality = models.JSONField(default=dict)

    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    released_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    objects = PackageQuerySet.as_manager()

    class Meta:
        verbose_name = "package"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["product", "digest"], name="package_digest_unique_per_product"),
            models.UniqueConstraint(fields=["product", "ordinal"], name="package_ordinal_unique_per_product"),
            models.UniqueConstraint(
                fields=["product", "major", "minor", "patch"], name="package_version_unique_per_product"
            ),
            models.CheckConstraint(condition=Q(state__in=PackageState.values), name="package_state_known"),
            models.CheckConstraint(condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="package_digest_is_sha256"),
            models.CheckConstraint(
                condition=~Q(state=PackageState.RELEASED) | Q(released_by__isnull=False, released_at__isnull=False),
                name="package_release_names_who_released",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product} {self.semantic_version}"

    @property
    def semantic_version(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"

    @property
    def directory(self) -> Path:
        """Where the files lie; absent once erased. One folder per run, so that an erasure finds half-cut ones too."""
        packages = Path(settings.STORE_ROOT) / "t" / self.organization_id.hex / "packages"
        return packages / self.run_id.hex / self.pk.hex
