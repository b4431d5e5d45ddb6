"""People, the organisations they act for, and the tokens their scripts use."""

import hashlib
from datetime import datetime
from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from databroker.models.base import Identified, TenantQuerySet
from databroker.states import Role, SourceType, StaffRole


class UserManager(BaseUserManager["User"]):
    """Creates accounts by e-mail address."""

    def create_user(self, email: str, password: str | None = None, **facts: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **facts)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **facts: Any) -> "User":
        return self.create_user(email, password, **{"is_staff": True, "is_superuser": True, **facts})

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(Identified, AbstractBaseUser, PermissionsMixin):
    """A person; logs in by e-mail. `staff_role` says what they do for the installation."""

    PREFIX = "usr"

    email = models.EmailField("e-mail address", max_length=254, unique=True)
    name = models.CharField(max_length=120, blank=True)
    is_staff = models.BooleanField(default=False)
    staff_role = models.CharField(max_length=12, choices=StaffRole, default=StaffRole.NONE, blank=True)
    is_active = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False, help_text="Made by demo mode; opens nothing when demo mode is off.")
    time_zone = models.CharField(max_length=64, default="UTC")

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = "user"
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_unique"),
            models.CheckConstraint(condition=Q(staff_role="") | Q(is_staff=True), name="user_staff_role_needs_staff"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name or self.email

    def get_short_name(self) -> str:
        return self.name or self.email

    def has_staff_role(self, *roles: StaffRole) -> bool:
        """True for a superuser, or active staff in one of `roles`."""
        return self.is_active and (self.is_superuser or (self.is_staff and self.staff_role in roles))


class Organization(Identified):
    """Who owns data, sells and buys. A person without a company has a personal one."""

    PREFIX = "org"

    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=60, unique=True)
    is_supplier = models.BooleanField(default=False)
    is_buyer = models.BooleanField(default=False)
    is_personal = models.BooleanField(default=False)
    is_demo = models.BooleanField(default=False)
    country = models.CharField(max_length=2, blank=True)
    about = models.TextField(blank=True, max_length=2000)
    source_type = models.CharField(max_length=12, choices=SourceType, default=SourceType.OTHER)
    members = models.ManyToManyField("databroker.User", through="databroker.Membership", related_name="organizations")

    class Meta:
        verbose_name = "organisation"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Membership(Identified):
    """A person's role in an organisation."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=12, choices=Role, default=Role.VIEWER)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "user"], name="membership_unique"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="membership_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.organization}: {self.get_role_display()}"


class ApiTokenQuerySet(TenantQuerySet["ApiToken"]):
    def live(self, now: datetime) -> Self:
        """Neither revoked nor expired, of an active user."""
        return self.filter(revoked_at=None, user__is_active=True).filter(Q(expires_at=None) | Q(expires_at__gt=now))


def token_digest(secret: str) -> str:
    """What is stored of a token: the sha256 of 32 random bytes needs no salt."""
    return hashlib.sha256(secret.encode()).hexdigest()


class ApiToken(Identified):
    """A key for scripts: bound to one person and one organisation, limited to scopes. Only its digest is kept."""

    PREFIX = "tok"

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="api_tokens")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=80)
    hint = models.CharField(max_length=12, help_text="The first characters, to recognise it by.")
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = "API token"
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.name} ({self.hint}...)"
