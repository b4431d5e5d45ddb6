"""What every page of one dataset shows around its content."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from databroker import formats, policies
from databroker.actors import Actor
from databroker.errors import NotFound
from databroker.htmx import actor_of
from suppliers import listing
from suppliers.models import Dataset, DatasetVersion
from suppliers.operations.versions import missing_for_seal
from suppliers.policies import can_attest_in_full, can_read, can_supply, can_withdraw
from suppliers.results import limit_words
from suppliers.states import VersionState

FILES_PER_PAGE = 50


def find_dataset(reference: str, actor: Actor) -> Dataset:
    """The visible dataset with its versions; else NotFound."""
    policies.require(can_read(actor), "You may not read datasets.")
    rows = Dataset.objects.visible_to(actor).select_related("organization").with_latest()
    return rows.find(reference, actor)


def find_version(dataset: Dataset, number: int) -> DatasetVersion:
    found = next((version for version in dataset.versions.all() if version.number == number), None)
    if found is None:
        raise NotFound(f"This dataset has no version {number}.")
    return found


def frame(request: HttpRequest, dataset: Dataset, version: DatasetVersion, tab: str) -> dict[str, Any]:
    """Head, steps and tabs."""
    actor = actor_of(request)
    return {
        "dataset": dataset,
        "version": version,
        "is_latest": version.pk == dataset.latest.pk,
        "tab": tab,
        "version_count": len(dataset.versions.all()),
        "version_words": f"{version.number}, {version.state}",
        "next_number": dataset.latest.number + 1,
        "may_supply": can_supply(actor),
        "may_attest": can_attest_in_full(actor),
        "may_withdraw": can_withdraw(actor),
        "step": {VersionState.OPEN: "ingest", VersionState.SEALED: "refine"}.get(VersionState(version.state), "store"),
        "step_notes": {
            "source": dataset.get_source_type_display(),
            "ingest": f"{formats.number(version.file_count)} file{'' if version.file_count == 1 else 's'}",
            "store": formats.file_size(version.byte_count),
            "refine": "seal it or refine it now" if version.is_open else "",
        },
    }


def files_frame(request: HttpRequest, dataset: Dataset, version: DatasetVersion) -> dict[str, Any]:
    """The page of a version's files: the list, the refusals, and what sealing still asks for."""
    found = listing.file_page(version, request.GET.get("after", ""), FILES_PER_PAGE)
    rights = version.rights if version.rights_id else None
    number = version.number
    address = reverse("suppliers:dataset_rights", args=[dataset.public_id])
    return frame(request, dataset, version, "files") | {
        "files": found,
        "next_url": f"?after={found.after}" if found.after else "",
        "refusals": listing.refused_lines(version) if version.is_open else (),
        "seal_issues": missing_for_seal(version) if version.is_open else [],
        "rights": rights,
        "release_issues": rights.missing_for_release() if rights else [],
        "holding": version.state == VersionState.SEALED,
        "rights_for_version": f"{address}?version={number}",
        "limits_hint": limits_hint(),
        "seal_words": f"Seal version {number}",
        "seal_dots": f"Seal version {number}…",
        "seal_question": f"Seal version {number}?",
        "begin_words": f"Begin version {dataset.latest.number + 1}",
        "withdraw_words": f"Withdraw version {number}",
        "withdraw_question": f"Withdraw version {number}?",
    }


def limits_hint() -> str:
    """The limits of single files, in words."""
    words = {name: limit_words(size) for name, size in settings.LIMITS.items()}
    return (
        f"Text to {words['text']}, pictures {words['image']}, sound {words['audio']}, video {words['video']}, "
        f"archives and tables {words['container']}. One upload takes {words['container']}."
    )
