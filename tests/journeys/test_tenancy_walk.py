"""Every address of the site, tried by a stranger: what opens for its owner is not there for anybody else."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from databroker.models import Membership
from databroker.operations.accounts import create_token
from databroker.states import Scope
from marketplace.models import Entitlement, Listing
from marketplace.operations.entitlements import create_download_token
from refinery.models import Package, RefinementRun
from suppliers.models import Dataset, DatasetVersion
from suppliers.operations.versions import continue_version
from tests.factories import sales
from tests.refinery import supply
from tests.support.cast import Person

pytestmark = pytest.mark.django_db(transaction=True)

# Pages that anyone may read, and why.
PUBLIC = {
    "listing_detail": "a live listing is an offer to everybody",
    "listing_quality": "the public cut of the report",
    "listing_licence": "the licence text",
    "listing_reviews": "reviews are public",
    "listing_picture": "a sample picture of a live listing",
    "review_write": "asks for the purchase; the operation refuses without one",
    "checkout": "anybody may buy",
    "api_listing": "a live listing is an offer to everybody",
    "api_reviews": "reviews are public; writing one asks for the purchase",
    "api_purchase": "anybody may buy",
}

# Addresses that need what this world has not: a card order, a second member, a picture.
NOT_IN_THIS_WORLD = {
    "sandbox_card",
    "order_pay",
    "invoice_detail",
    "record_picture",
    "package_picture",
    "record_detail",
    "sample_picture",
}


@dataclass(frozen=True, slots=True)
class Address:
    """A pattern of the URL map and its parameters."""

    name: str
    template: str
    parameters: tuple[str, ...]

    def filled(self, values: dict[str, str]) -> str:
        return "/" + re.sub(r"\{(\w+)\}", lambda match: values[match[1]], self.template)


def addresses() -> list[Address]:
    """All patterns outside the admin and allauth that take a parameter."""
    found = [a for a in _walk(get_resolver(), "") if a.parameters]
    return [a for a in found if not a.template.startswith(("admin/", "accounts/", "static/"))]


def _walk(resolver: URLResolver, prefix: str) -> Iterator[Address]:
    for entry in resolver.url_patterns:
        here = prefix + _template(str(entry.pattern))
        if isinstance(entry, URLResolver):
            yield from _walk(entry, here)
        elif isinstance(entry, URLPattern):
            yield Address(entry.name or "", here, tuple(re.findall(r"\{(\w+)\}", here)))


def _template(pattern: str) -> str:
    """Django's route or our regular expression with {name} for each parameter."""
    text = re.sub(r"\(\?P<(\w+)>[^)]*\)", r"{\1}", pattern)
    text = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", text)
    return text.removeprefix("^").removesuffix("$").removesuffix("/?").replace("\\.", ".")


@dataclass(frozen=True, slots=True)
class World:
    """All that Sam has and Ben bought, by the values an address may name."""

    values: tuple[str, ...]
    special: dict[str, tuple[str, ...]]


@pytest.fixture
def world(sam: Person, ben: Person, cleo: Person) -> World:
    package = supply.sealed_package(sam, cleo)
    continue_version(Dataset.objects.get().pk, actor=sam.actor)
    listing = sales.live(sam)
    bought = sales.entitlement(ben, listing)
    create_download_token(bought.public_id, actor=ben.actor, days=1)
    token = create_token(name="t", scopes=["read"], days=1, actor=sam.actor).token
    rows = [
        *Dataset.objects.all(), *DatasetVersion.objects.all(), *RefinementRun.objects.all(), *Package.objects.all(),
        *Listing.objects.all(), *Entitlement.objects.all(), token, bought.line.order, package.product,
        *DatasetVersion.objects.filter(state="open").first().files.all(), *bought.download_tokens.all(),
    ]  # fmt: skip
    slugs = [row.slug for row in rows if hasattr(row, "slug")]
    special = {
        "supplier": (sam.organization.slug,),
        "product": (listing.product.slug,),
        "version": tuple({f"{p.major}.{p.minor}.{p.patch}" for p in Package.objects.all()}),
        "path": ("manifest.json",),
        "file_path": ("manifest.json",),
        "verb": ("pause",),
        "number": ("1",),
        "membership_id": (str(Membership.objects.get(user=sam.user).pk),),
        "id_path": (listing.public_id, f"{sam.organization.slug}/{listing.product.slug}"),
    }
    one_of_each = {row.public_id[:3] + getattr(row, "state", ""): row.public_id for row in rows}
    return World(tuple(sorted(set(one_of_each.values()) | set(slugs))), special)


def choices(address: Address, world: World) -> Iterator[dict[str, str]]:
    per_parameter = [world.special.get(name, world.values) for name in address.parameters]
    for values in itertools.product(*per_parameter):
        yield dict(zip(address.parameters, values, strict=True))


def browser(person: Person) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(person.user)
    return client


def script(person: Person) -> Client:
    made = create_token(name="all", scopes=list(Scope.values), days=1, actor=person.actor)
    return Client(raise_request_exception=False, headers={"Authorization": f"Bearer {made.secret}"})


def opened(world: World, owners: list[Client]) -> list[tuple[Address, str]]:
    """The filled addresses that are there for Sam or for Ben."""
    there = []
    for address in addresses():
        for values in choices(address, world):
            path = address.filled(values)
            if any(owner.get(path).status_code not in (404, 400) for owner in owners):
                there.append((address, path))
    return there


def answers(
    there: list[tuple[Address, str]], client: Client, method: str, allowed: set[int], **extra: str
) -> list[tuple[str, int]]:
    """The private addresses that answer otherwise than allowed."""
    private = [path for address, path in there if address.name not in PUBLIC]
    asked = ((path, getattr(client, method)(path, **extra).status_code) for path in private)
    return [(path, status) for path, status in asked if status not in allowed]


def test_what_opens_for_its_owner_is_not_there_for_a_stranger(
    world: World, sam: Person, ben: Person, nora: Person
) -> None:
    there = opened(world, [browser(sam), browser(ben)])
    stranger, guest = browser(nora), Client(raise_request_exception=False)
    missed = {address.name for address in addresses()} - {address.name for address, _path in there}
    assert missed <= NOT_IN_THIS_WORLD, "the walk must reach the rest of the map to prove anything"
    assert answers(there, stranger, "get", {404, 405}) == []
    assert answers(there, stranger, "post", {404, 405, 415}) == []
    assert (
        answers(there, stranger, "post", {404, 405, 415}, data='{"note": "why"}', content_type="application/json") == []
    )
    assert answers(there, script(nora), "get", {302, 404, 405}) == []
    assert answers(there, guest, "get", {302, 401, 403, 404, 405}) == []
