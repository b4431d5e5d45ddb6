"""The main job, step by step, over the bundled sample: each step finds what is there or does it by the real code.

Uploads and downloads go through the site's own HTTP handlers, the rest through the operations that its pages call.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Final
from urllib.parse import quote

from django.test import Client

from databroker.actors import Actor
from databroker.errors import DomainError
from databroker.money import Money
from marketplace.management.demo_people import PASSWORD, People
from marketplace.models import Entitlement, Listing, Order, Review
from marketplace.operations.listings import Offer, create_listing, submit_listing
from marketplace.operations.orders import Wish, place_order
from marketplace.operations.payments import pay_with_sandbox_card
from marketplace.operations.reviews import write_review
from marketplace.states import ListingState, OrderState
from refinery.models import Package, RefinementRun
from refinery.operations.packages import release_package
from refinery.operations.review import approve_run
from refinery.operations.runs import retry_run, start_run
from refinery.states import PackageState, RunState
from suppliers.models import Dataset
from suppliers.operations.datasets import create_dataset
from suppliers.operations.rights import RightsRecord, attest_rights

NAME: Final = "Field station archive"
SUPPLIER: Final = "user123"
SLUG: Final = "field-station-archive"
ABOUT: Final = (
    "Notes, texts in fifty languages, word problems, photographs and spoken sentences, gathered by an invented field "
    "station. Raw as it lay on the shelf: with copies, drafts, advertising and broken files among it."
)
RIGHTS: Final = RightsRecord(
    basis="open_licence",
    basis_note="Each part is published under one of these licences; NOTICE.md of the sample names them file by file.",
    licence="Apache-2.0 AND BSD-3-Clause AND CC-BY-4.0 AND CC0-1.0 AND MIT",
    personal_data=False,
)
OFFER: Final = Offer(
    title=NAME,
    summary="Clean multilingual texts, word problems, photographs and speech, with a reason for all that was left out.",
    description=ABOUT,
    licence="cc-by-4.0",
    price=Money(4900, "USD"),
)
STALLED_SECONDS: Final = 180
Say = Callable[[str], None]


class StoryBroken(Exception):
    """A step did not do what it must; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What was downloaded and compared: files, bytes, and the digest of the manifest that named them."""

    files: int
    bytes: int
    manifest_sha256: str


def is_refined() -> bool:
    """True once there is a package, so that no worker is needed."""
    return Package.objects.filter(organization__slug=SUPPLIER, product__slug=SLUG).exists()


def site() -> Client:
    """The site's handlers, called in this process as a client on this machine would call them."""
    return Client(SERVER_NAME="127.0.0.1")


def token_of(email: str) -> str:
    answer = site().post(
        "/api/auth/token/", json.dumps({"email": email, "password": PASSWORD}), content_type="application/json"
    )
    return str(_json(answer.status_code, answer.content, 201)["token"])


def upload(folder: Path, supplier: Actor) -> Dataset:
    """A dataset with every file of `folder` under attested rights; one that has files already is left as it is."""
    dataset = Dataset.objects.filter(organization=supplier.organization, slug=SLUG).first()
    if dataset is None:
        dataset = create_dataset(actor=supplier, name=NAME, description=ABOUT, contact="archive@example.com")
    if dataset.latest.file_count == 0:
        body, content_type = multipart(folder, {"legal_rights_confirmed": "true"})
        answer = site().post(
            f"/api/datasets/{dataset.public_id}/ingest",
            body,
            content_type=content_type,
            headers={"Authorization": f"Bearer {token_of('supplier@example.com')}"},
        )
        _json(answer.status_code, answer.content, 202)
        attest_rights(dataset.latest.pk, record=RIGHTS, confirmed=True, actor=supplier)
    return Dataset.objects.get(pk=dataset.pk)


def multipart(folder: Path, fields: dict[str, str]) -> tuple[bytes, str]:
    """The body of an upload form with every file of `folder` under its path, and its content type."""
    boundary = hashlib.sha256(str(folder).encode()).hexdigest()
    parts = [f'name="{name}"\r\n\r\n{value}'.encode() for name, value in fields.items()]
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = file.relative_to(folder).as_posix()
        parts.append(f'name="files"; filename="{name}"\r\n\r\n'.encode() + file.read_bytes())
    framed = [f"--{boundary}\r\nContent-Disposition: form-data; ".encode() + part + b"\r\n" for part in parts]
    return b"".join([*framed, f"--{boundary}--\r\n".encode()]), f"multipart/form-data; boundary={boundary}"


def refine(dataset: Dataset, supplier: Actor, say: Say) -> RefinementRun:
    """A finished run of the newest version; the background worker does it while this waits."""
    runs = RefinementRun.objects.filter(version__dataset=dataset).exclude(
        state__in=(RunState.CANCELLED, RunState.REJECTED, RunState.SUPERSEDED)
    )
    run = runs.order_by("-id").first() or start_run(dataset.pk, actor=supplier).run
    if run.state == RunState.FAILED:
        run = retry_run(run.pk, actor=supplier)
    return _wait(run, say)


def _wait(run: RefinementRun, say: Say) -> RefinementRun:
    seen, since = "", monotonic()
    while run.state in (RunState.QUEUED, RunState.RUNNING):
        stage = f"{run.stage or 'waiting for the worker'} {run.tasks_done}/{run.tasks_total}"
        if stage != seen:
            seen, since = stage, monotonic()
            say(stage)
        if monotonic() - since > STALLED_SECONDS:
            raise StoryBroken(f"The run made no progress for {STALLED_SECONDS} s (last: {seen}).")
        sleep(0.3)
        run = RefinementRun.objects.get(pk=run.pk)
    if run.state == RunState.FAILED:
        raise StoryBroken(f"The run failed: {run.failure}")
    return run


def package(run: RefinementRun, everybody: People) -> Package:
    """The released package of the run: approved by the curator, sealed by the worker, released by the supplier."""
    if run.state == RunState.AWAITING_REVIEW:
        run = approve_run(run.pk, actor=everybody.curator, note="Good to go; the reasons hold up in the samples.")
    deadline = monotonic() + STALLED_SECONDS
    while (sealed := Package.objects.filter(run=run).first()) is None:
        if monotonic() > deadline:
            raise StoryBroken("The worker did not seal the package.")
        sleep(0.3)
    if sealed.state == PackageState.SEALED:
        sealed = release_package(sealed.pk, actor=everybody.supplier)
    return sealed


def offer(sealed: Package, supplier: Actor) -> Listing:
    """The product's listing, live."""
    listing = Listing.objects.filter(product=sealed.product_id).order_by("-id").first()
    if listing is None:
        listing = create_listing(sealed.public_id, actor=supplier, offer=OFFER)
    if listing.state == ListingState.DRAFT:
        listing = submit_listing(listing.public_id, actor=supplier)
    return listing


def buy(listing: Listing, buyer: Actor) -> Entitlement:
    """What the buyer's paid order opens; demo mode's sandbox card pays."""
    order = place_order(listing.public_id, actor=buyer, wish=Wish(method="card"), idempotency_key="the-first-trade")
    if order.state == OrderState.OPEN:
        order = pay_with_sandbox_card(order.public_id, actor=buyer)
    found = Entitlement.objects.filter(line__order=order).first()
    if found is None:
        raise StoryBroken(f"Order {order.public_id} is {order.get_state_display().lower()} and opens nothing.")
    if not Review.objects.filter(product=listing.product, organization=buyer.organization).exists():
        words = "Opened straight in pandas, and the report says what was left out and why."
        write_review(listing.public_id, actor=buyer, rating=5, text=words)
    return found


def order_of(entitlement: Entitlement) -> Order:
    return Order.objects.get(lines__entitlements=entitlement)


def download(entitlement: Entitlement) -> Delivery:
    """Every file that the manifest names, fetched with the buyer's token and compared with it."""
    headers = {"Authorization": f"Bearer {token_of('buyer@example.com')}"}
    root = f"/dl/{entitlement.public_id}/{entitlement.version}/"
    manifest = _fetch(root + "manifest.json", headers)
    digest = hashlib.sha256(manifest).hexdigest()
    if digest != entitlement.package.digest:
        raise StoryBroken("The manifest that was downloaded is not the one that was sold.")
    total, count = len(manifest), 1
    for path, sha256 in _named(json.loads(manifest)):
        content = _fetch(root + quote(path), headers)
        if hashlib.sha256(content).hexdigest() != sha256:
            raise StoryBroken(f"{path} does not have the sha256 that the manifest names.")
        total, count = total + len(content), count + 1
    return Delivery(count, total, digest)


def _named(manifest: dict[str, list[dict[str, str]]]) -> Iterator[tuple[str, str]]:
    for part in ("data", "public"):
        yield from ((file["path"], file["sha256"]) for file in manifest[part])


def _fetch(path: str, headers: dict[str, str]) -> bytes:
    answer = site().get(path, headers=headers)
    if answer.status_code != 200:
        raise StoryBroken(f"{path} answered {answer.status_code}.")
    return bytes(answer.getvalue())


def _json(status: int, body: bytes, expected: int) -> dict[str, object]:
    if status != expected:
        raise StoryBroken(f"The site answered {status}: {body[:400].decode(errors='replace')}")
    return dict(json.loads(body))


def explained(error: DomainError) -> str:
    """A refusal with all of its issues."""
    return " ".join([str(error), *(issue.message for issue in error.issues)])
