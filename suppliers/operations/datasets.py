"""Making and describing datasets."""

import secrets
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.text import slugify

from databroker import audit, ids, policies
from databroker.actors import Actor, act_for
from databroker.errors import Incomplete, Issue
from databroker.models import Organization
from databroker.states import SourceType
from suppliers.models import Dataset, DatasetVersion
from suppliers.policies import can_supply

_MAY_SUPPLY = "Only contributors, managers and owners bring data."


def create_dataset(
    *,
    name: str,
    source_type: str = "",
    description: str = "",
    topic: str = "",
    contact: str = "",
    owner_id: str = "",
    actor: Actor,
) -> Dataset:
    """A dataset with its first, open version. `owner_id` is an organisation the caller belongs to, by id or slug.

    Raises Incomplete naming every field that is wrong, NotPermitted for viewers.
    """
    owner, problems = _owner(owner_id, actor)
    policies.require(can_supply(owner), _MAY_SUPPLY)

    organization = owner.organization
    kind = source_type or (organization.source_type if organization else "")
    problems += _problems(name, kind, description, topic, contact)
    if problems or organization is None:
        raise Incomplete("The dataset cannot be made yet.", issues=problems)

    with transaction.atomic():
        dataset = Dataset.objects.create(
            organization=organization,
            name=name.strip(),
            slug=_free_slug(organization, name),
            description=description.strip(),
            source_type=kind,
            topic=topic.strip(),
            contact=contact.strip(),
        )
        DatasetVersion.objects.create(organization=organization, dataset=dataset, number=1)
        audit.record("create_dataset", dataset, actor=owner)
    return dataset


def update_dataset(
    dataset_id: str | UUID, *, name: str, source_type: str, description: str, topic: str, contact: str, actor: Actor
) -> Dataset:
    """Writes the words about a dataset; its slug stays."""
    dataset = Dataset.objects.visible_to(actor).find(dataset_id, actor)

    policies.require(can_supply(actor), _MAY_SUPPLY)

    problems = _problems(name, source_type, description, topic, contact)
    if problems:
        raise Incomplete("The dataset cannot be saved yet.", issues=problems)

    with transaction.atomic():
        dataset.name, dataset.source_type = name.strip(), source_type
        dataset.description, dataset.topic, dataset.contact = description.strip(), topic.strip(), contact.strip()
        dataset.save(update_fields=["name", "source_type", "description", "topic", "contact"])
        audit.record("update_dataset", dataset, actor=actor)
    return dataset


def _owner(owner_id: str, actor: Actor) -> tuple[Actor, list[Issue]]:
    """The actor for the named organisation, which a token may not change."""
    own, key = actor.organization, ids.from_public(owner_id, Organization.PREFIX)
    if not owner_id or (own is not None and owner_id in (own.slug, own.public_id, str(own.pk))):
        missing = [] if own else [Issue("owner_id", "owner_missing", "Say which organisation brings the data.")]
        return actor, missing
    if actor.user is not None and actor.scopes is None:
        mine = Organization.objects.filter(memberships__user=actor.user)
        found = mine.filter(pk=key).first() if key else mine.filter(slug=owner_id).first()
        if found is not None:
            return act_for(actor.user, found), []
    sentence = f"You act for no organisation {owner_id} here. Leave owner_id out to use {own or 'your own'}."
    return actor, [Issue("owner_id", "unknown_organization", sentence)]


def _problems(name: str, source_type: str, description: str, topic: str, contact: str) -> list[Issue]:
    problems = [
        Issue(field, "too_long", f"Use at most {most:,} characters.")
        for field, text, most in (("description", description, 4000), ("topic", topic, 120), ("contact", contact, 254))
        if len(text) > most
    ]
    problems += [
        Issue(field, "nul", "Texts hold no NUL character.")
        for field, text in (("name", name), ("description", description), ("topic", topic))
        if "\x00" in text
    ]
    if contact.strip() and not _is_address(contact.strip()):
        problems.append(Issue("contact", "not_an_address", "Write an e-mail address, such as data@example.org."))
    if not name.strip():
        problems.append(Issue("name", "required", "Give the dataset a name."))
    if len(name.strip()) > 120:
        problems.append(Issue("name", "too_long", "Use at most 120 characters for the name."))
    if source_type not in SourceType.values:
        sentence = f"Choose one of {', '.join(SourceType.values)}."
        problems.append(Issue("source_type", "unknown_source_type", sentence))
    return problems


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def _free_slug(organization: Organization, name: str) -> str:
    base = slugify(name)[:50] or "dataset"
    taken = Dataset.objects.filter(organization=organization, slug=base).exists()
    return f"{base}-{secrets.token_hex(3)}" if taken else base
