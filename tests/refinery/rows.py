"""Rows in a state, made around the operations where a test asks only about the rows."""

import hashlib

from django.utils import timezone

from refinery.models import Package, Product, RefinementRun
from refinery.states import PackageState, RunState
from suppliers.models import Dataset, DatasetVersion

DIGEST = hashlib.sha256(b"nothing").hexdigest()
DECIDED = (RunState.APPROVED, RunState.REJECTED)


def run(person, state=RunState.QUEUED, **facts):
    """A run of `person`'s organisation in `state`, with whatever that state demands."""
    version = facts.pop("version", None) or _version(person)
    decided = {"decided_by": person.user, "decided_at": timezone.now()} if state in DECIDED else {}
    row = {
        "organization": person.organization,
        "version": version,
        "state": state,
        "recipe_name": "general",
        "recipe": {},
        "recipe_digest": DIGEST,
        "parameters_digest": DIGEST,
        "overrides_digest": DIGEST,
        "input_digest": DIGEST,
        "package_digest": DIGEST if state not in (RunState.QUEUED, RunState.RUNNING, RunState.FAILED) else "",
        "failure": "It broke." if state == RunState.FAILED else "",
    }
    return RefinementRun.objects.create(**(row | decided | facts))


def _version(person):
    slug = f"papers-{Dataset.objects.count()}"
    dataset = Dataset.objects.create(organization=person.organization, name="Papers", slug=slug)
    return DatasetVersion.objects.create(organization=person.organization, dataset=dataset, number=1)


def package(person, state=PackageState.SEALED, **facts):
    """A package without bytes."""
    made = facts.pop("run", None) or run(person, RunState.APPROVED)
    dataset = made.version.dataset
    product, _ = Product.objects.get_or_create(
        organization=person.organization, slug=dataset.slug, defaults={"dataset": dataset, "name": dataset.name}
    )
    ordinal = product.packages.count()
    released = {"released_by": person.user, "released_at": timezone.now()} if state == PackageState.RELEASED else {}
    row = {
        "organization": person.organization,
        "product": product,
        "run": made,
        "state": state,
        "digest": hashlib.sha256(str(ordinal).encode()).hexdigest(),
        "ordinal": ordinal,
        "major": ordinal + 1,
        "minor": 0,
        "patch": 0,
        "record_count": 1,
        "file_count": 1,
        "byte_count": 1,
    }
    return Package.objects.create(**(row | released | facts))
