"""Writes audit entries: in the transaction of what they tell of, the detail apart so that it can be erased."""

import hashlib
import hmac
import json
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import models

from databroker.models import AuditDetail, AuditEntry

if TYPE_CHECKING:
    from databroker.actors import Actor


def _mac(salt: bytes, data: Mapping[str, object]) -> str:
    canonical = json.dumps(data, sort_keys=True, separators=(",", ":"), default=str).encode()
    return hmac.new(salt, canonical, hashlib.sha256).hexdigest()


def _organization_of(obj: models.Model, actor: "Actor") -> UUID | None:
    found = getattr(obj, "organization_id", None)
    if found is None and obj._meta.label == "databroker.Organization":
        found = obj.pk
    if found is None and actor.organization is not None:
        found = actor.organization.pk
    return found


def record(
    verb: str,
    obj: models.Model,
    *,
    actor: "Actor",
    from_state: str = "",
    to_state: str = "",
    detail: Mapping[str, object] | None = None,
) -> AuditEntry:
    """Appends who did `verb` to `obj`. Words and values go into `detail`, never into the entry."""
    data = json.loads(json.dumps(dict(detail), default=str)) if detail else {}
    salt = os.urandom(16)
    entry = AuditEntry.objects.create(
        actor_kind=actor.kind,
        actor_id=actor.user.pk if actor.user else None,
        organization_id=_organization_of(obj, actor),
        verb=verb,
        object_type=obj._meta.label_lower,
        object_id=obj.pk,
        from_state=from_state,
        to_state=to_state,
        detail_mac=_mac(salt, data) if data else "",
    )
    if data:
        AuditDetail.objects.create(entry=entry, salt=salt, data=data)
    return entry


def verifies(entry: AuditEntry) -> bool:
    """True if the detail beside the entry is the one it was written with, or was erased."""
    detail = AuditDetail.objects.filter(entry=entry).first()
    return detail is None or hmac.compare_digest(_mac(bytes(detail.salt), detail.data), entry.detail_mac)


def erase_details(object_ids: list[UUID]) -> int:
    """Destroys the words about these objects; the entries remain. Returns how many went."""
    return AuditDetail.objects.filter(entry__object_id__in=object_ids).delete()[0]
