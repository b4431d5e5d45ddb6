"""What the database refuses, whichever way around the operations it is asked."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from suppliers.models import Dataset, DatasetVersion, RefusedFile, RightsAttestation, SourceFile
from tests.suppliers.supply import filled, sealed

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

HASH = "0" * 64


def refused(rows, **facts):
    """True if the database refuses to write `facts` to these rows."""
    try:
        with transaction.atomic():
            rows.update(**facts)
    except IntegrityError:
        return True
    return False


@pytest.mark.parametrize("missing", ["input_digest", "inventory_digest", "rights", "sealed_at"])
def test_a_sealed_version_has_digests_rights_and_a_time(sam, missing):
    version = sealed(sam)
    empty = {"rights": None, "sealed_at": None}.get(missing, "")

    assert refused(DatasetVersion.objects.filter(pk=version.pk), **{missing: empty})


def test_an_open_version_cannot_be_called_sealed(sam):
    version = filled(sam).latest

    assert refused(DatasetVersion.objects.filter(pk=version.pk), **{"state": "sealed"})


@pytest.mark.parametrize(
    ("model", "facts"),
    [
        (DatasetVersion, {"state": "gone"}),
        (DatasetVersion, {"input_digest": "no digest", "sealed_at": timezone.now(), "state": "sealed"}),
        (Dataset, {"name": ""}),
        (Dataset, {"source_type": "aliens"}),
        (SourceFile, {"size": 0}),
        (SourceFile, {"digest": "ABC"}),
        (RightsAttestation, {"basis": "because"}),
        (RightsAttestation, {"legal_basis": "because"}),
        (RightsAttestation, {"licence": "MIT", "own_terms": "mine"}),
        (RightsAttestation, {"text_digest": ""}),
    ],
)
def test_values_outside_the_tables_are_refused(sam, model, facts):
    filled(sam)

    assert refused(model.objects.all(), **facts)


def test_one_dataset_has_one_open_version(sam):
    version = filled(sam).latest
    with pytest.raises(IntegrityError):
        DatasetVersion.objects.create(organization=sam.organization, dataset=version.dataset, number=2)


def test_one_dataset_has_one_version_of_a_number(sam):
    version = sealed(sam)
    with pytest.raises(IntegrityError):
        DatasetVersion.objects.create(organization=sam.organization, dataset=version.dataset, number=1)


def test_an_organisation_has_one_dataset_of_a_slug(sam):
    dataset = filled(sam)
    with pytest.raises(IntegrityError):
        Dataset.objects.create(organization=sam.organization, name="Other", slug=dataset.slug)


def test_a_refusal_needs_a_known_rule(sam):
    version = filled(sam).latest
    with pytest.raises(IntegrityError):
        RefusedFile.objects.create(
            organization=sam.organization, version=version, path="a", path_key=HASH, size=0, code="whim"
        )
