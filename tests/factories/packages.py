"""Released packages with real files, cut by the real engine from a few texts."""

import hashlib
import json
import os
import shutil
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils import timezone
from django.utils.text import slugify

from refinery.engine.job import Job
from refinery.engine.packaging import cut_package
from refinery.engine.recipe import load_recipe
from refinery.engine.rendering import Sale
from refinery.engine.run import run
from refinery.models import Package, Product, RefinementRun
from refinery.states import PackageState, RunState
from suppliers.models import Dataset, DatasetVersion, RightsAttestation
from suppliers.states import VersionState

PHOTOS = Path(__file__).resolve().parents[2] / "databroker/sample/files/photos"
HASH = hashlib.sha256(b"nothing").hexdigest()
QUALITY = {"quality": 0.81, "completeness": 0.9, "clarity": 0.75, "relevance": None, "validity": 1.0}
TEXTS = {
    "harbour.txt": """\
The harbour master counts the boats each evening and writes the number into a blue book. On quiet days
he adds the weather, the height of the tide and the name of whoever was first to leave. When the pier was rebuilt after
the storm, the old books were found under a floor, and from them the engineers learned how far the water had risen in
every winter since the railway came. They copied the figures, thanked him and gave the books back.""",
    "orchard.txt": """\
Every tree in the orchard has a small tin plate with its name. The owner planted most of them with her
father, who wrote down where each graft came from, what it cost and how it tasted in a dry summer. Visitors may walk
among the rows in May, when the blossom is out, and in late September they are asked to carry home as many apples as
they can, because the press in the village takes no more than forty baskets a day.""",
    "ferry.txt": """\
The ferry crosses the sound six times between breakfast and dusk. It waits until the last cyclist has come
aboard, and only then is the bell rung. In a strong wind the captain turns the bow upstream and lets the current do half
of the work; passengers who do not know this believe that they are being taken somewhere else. A dog called Anker sleeps
beside the engine and has never paid a fare, although a ticket was once printed for him.""",
}


@dataclass(frozen=True, slots=True)
class Cut:
    """A run directory of the session and the digest of the package cut from it."""

    run: Path
    digest: str


@cache
def cut(mark: str = "", pictures: int = 0) -> Cut:
    """A refined run over three texts and some pictures; another `mark` makes another package digest."""
    root = Path(tempfile.mkdtemp(dir=os.environ.get("TEST_ROOT")))
    source = root / "files"
    source.mkdir()
    for name, text in TEXTS.items():
        (source / name).write_text(f"{mark} {text}")
    for name in ("coffee.jpg", "rocket.jpg", "chelsea.jpg")[:pictures]:
        shutil.copy(PHOTOS / name, source / name)
    recipe = load_recipe("general").document
    result = run(Job(out=str(root / "out"), recipe=recipe, inputs=(str(source),), threshold=0.0))
    return Cut(root / "out", result.package_digest)


def product(supplier, name="Harbour notes"):
    """A product of `supplier` (a Person) with its dataset."""
    slug = slugify(name)
    dataset = Dataset.objects.create(organization=supplier.organization, name=name, slug=slug)
    return Product.objects.create(organization=supplier.organization, dataset=dataset, slug=slug, name=name)


def released(supplier, name="Harbour notes", *, mark="", pictures=0, of=None, files=True, **facts):
    """A RELEASED package of a new product (or of the product `of`), with its files on the disk unless `files` is False.

    `facts` override columns of the row, such as languages={"de": 3}.
    """
    target = of or product(supplier, name)
    ordinal = target.packages.count()
    made = cut(mark or (str(ordinal) if ordinal else ""), pictures)
    row = Package.objects.create(
        **{
            "organization": supplier.organization,
            "product": target,
            "run": _approved_run(target, supplier, made),
            "state": PackageState.RELEASED,
            "digest": made.digest,
            "ordinal": ordinal,
            "major": ordinal + 1,
            "minor": 0,
            "patch": 0,
            "record_count": 3,
            "file_count": 8,
            "byte_count": 4000,
            "modalities": {"text": 3},
            "media_types": {"text/plain": 3},
            "languages": {"en": 3},
            "domains": {},
            "quality": QUALITY,
            "released_by": supplier.user,
            "released_at": timezone.now(),
            **facts,
        }
    )
    if files:
        row.directory.parent.mkdir(parents=True, exist_ok=True)
        cut_package(made.run, row.directory, Sale(title=name, version=row.semantic_version))
    return row


def _approved_run(target, supplier, made):
    organization, now = supplier.organization, timezone.now()
    number = target.dataset.versions.count() + 1
    version = DatasetVersion.objects.create(organization=organization, dataset=target.dataset, number=number)
    rights = RightsAttestation.objects.create(
        organization=organization, version=version, ordinal=1, signer=supplier.user, text_version=1, text_digest=HASH
    )
    sealed = {"input_digest": HASH, "inventory_digest": HASH, "rights": rights, "sealed_at": now}
    DatasetVersion.objects.filter(pk=version.pk).update(state=VersionState.SEALED, **sealed)
    return RefinementRun.objects.create(
        organization=organization,
        version=version,
        state=RunState.APPROVED,
        recipe_name="general",
        recipe=json.loads(load_recipe("general").document),
        recipe_digest=HASH,
        parameters_digest=HASH,
        overrides_digest=HASH,
        input_digest=HASH,
        package_digest=made.digest,
        records_in=3,
        kept=3,
        decided_by=supplier.user,
        decided_at=now,
    )
