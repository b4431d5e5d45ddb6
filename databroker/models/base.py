"""Bases of every model: time-ordered keys with a public form, and reads scoped to an organisation."""

import uuid
from typing import TYPE_CHECKING, ClassVar, Self, TypeVar

from django.db import models

from databroker import ids
from databroker.errors import NotFound

if TYPE_CHECKING:
    from databroker.actors import Actor

Row_co = TypeVar("Row_co", bound=models.Model, covariant=True)


class Identified(models.Model):
    """A row with a UUIDv7 key; `public_id` is what leaves the installation."""

    PREFIX: ClassVar[str] = ""

    id = models.UUIDField(primary_key=True, default=ids.uuid7, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True

    @property
    def public_id(self) -> str:
        return ids.to_public(self.PREFIX, self.pk)


class TenantQuerySet(models.QuerySet[Row_co]):
    """Reads of rows that belong to an organisation; `TENANT` names the path to it."""

    TENANT: ClassVar[str] = "organization"

    def visible_to(self, actor: "Actor") -> Self:
        """Rows of the actor's organisation; staff and the system see all."""
        if actor.sees_all:
            return self.all()
        if actor.organization is None:
            return self.none()
        return self.filter(**{self.TENANT: actor.organization})

    def find(self, reference: str | uuid.UUID, actor: "Actor") -> Row_co:
        """The visible row with this key, public id or (where there is one) slug; else NotFound."""
        row = self.visible_to(actor).filter(self._matches(reference, actor)).first()
        if row is None:
            raise NotFound(f"There is no {self.model._meta.verbose_name} {reference} here.")
        return row

    def _matches(self, reference: str | uuid.UUID, actor: "Actor") -> models.Q:
        if isinstance(reference, uuid.UUID):
            return models.Q(pk=reference)
        key = ids.from_public(reference, getattr(self.model, "PREFIX", ""))
        if key is not None:
            return models.Q(pk=key)
        try:
            return models.Q(pk=uuid.UUID(reference))
        except ValueError:
            pass
        slugged = any(field.name == "slug" for field in self.model._meta.get_fields())
        if not slugged or actor.organization is None:
            return models.Q(pk__in=[])
        return models.Q(slug=reference, **{self.TENANT: actor.organization})
