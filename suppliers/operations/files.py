"""Bringing files into an open version, and taking them out again."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import Count, F, Sum

from databroker import audit, policies, storage
from databroker.actors import Actor
from databroker.errors import Incomplete, Issue, NotFound, StaleState
from databroker.storage import Stored
from suppliers import kinds, names, shelf
from suppliers.models import DatasetVersion, RefusedFile, RightsAttestation, SourceFile
from suppliers.models.files import path_key
from suppliers.operations.rights import RightsRecord, confirm, problems_of
from suppliers.policies import can_attest_in_full, can_supply
from suppliers.reception import Arrival, refuse_bad_names
from suppliers.results import FileResult, Outcome, refusal_sentence
from suppliers.states import FileNote, VersionState

_CLOSED = "This version is sealed. Its files can change no more; continue it as a new version to add files."


def add_files(
    version_id: str | UUID,
    *,
    arrivals: Sequence[Arrival],
    confirmed: bool,
    record: RightsRecord | None = None,
    actor: Actor,
) -> list[FileResult]:
    """Stores what arrived, one result per file in order. Nothing is stored without attested rights.

    `confirmed` signs the text in force (with `record`, where given). The caller discards the reception afterwards.
    Raises Incomplete without attested rights or without any file, StaleState for a version that is not open.
    """
    version = DatasetVersion.objects.visible_to(actor).find(version_id, actor)

    require_may_add(actor)
    if record is not None and not record.is_minimal:
        policies.require(can_attest_in_full(actor), "Only managers and owners sign the full record of rights.")

    if not version.is_open:
        raise StaleState(_CLOSED)
    _require_rights(arrivals, confirmed, record)

    refuse_bad_names(arrivals)
    put: list[str] = []
    try:
        with shelf.filing(version.organization_id):
            stored = [_put(version, arrival, put) for arrival in arrivals]
            with transaction.atomic():
                version = _claim(version)
                attestation = confirm(version, record, actor)
                results = [_file(version, a, s, attestation) for a, s in zip(arrivals, stored, strict=True)]
                _recount(version)
                audit.record("add_files", version, actor=actor, detail=_counts(results))
    except BaseException:
        # What was put for rows that never came must not stay.
        shelf.destroy_unused(version.organization_id, put)
        raise
    return results


def require_may_add(actor: Actor) -> None:
    """Asked by the doors before the first byte is read, and again by `add_files`."""
    policies.require(can_supply(actor), "Only contributors, managers and owners bring files.")


def require_confirmed(confirmed: bool) -> None:
    """Raises Incomplete unless the text was agreed to; the doors ask before they look at the files."""
    if not confirmed:
        sentence = "Confirm that you may give these files (legal_rights_confirmed=true). Nothing was stored."
        issue = Issue("legal_rights_confirmed", "rights_not_confirmed", sentence)
        raise Incomplete(sentence, code="rights_not_confirmed", issues=[issue])


def _require_rights(arrivals: Sequence[Arrival], confirmed: bool, record: RightsRecord | None) -> None:
    require_confirmed(confirmed)
    problems = problems_of(record) if record else []
    if not arrivals:
        problems.append(Issue("files", "no_files", "No file came with this. Send at least one."))
    if problems:
        raise Incomplete("Nothing was stored.", code=problems[0].code, issues=problems)


def _put(version: DatasetVersion, arrival: Arrival, put: list[str]) -> Stored | None:
    if arrival.staged is None:
        return None
    put.append(arrival.staged.digest)
    return storage.put(version.organization_id, arrival.staged)


def _claim(version: DatasetVersion) -> DatasetVersion:
    """Takes the version for a change of files: whoever seals at the same time loses, or we do."""
    rows = DatasetVersion.objects.filter(pk=version.pk, state=VersionState.OPEN)
    if rows.update(revision=F("revision") + 1) != 1:
        raise StaleState(_CLOSED)
    return DatasetVersion.objects.select_related("rights").get(pk=version.pk)


def _recount(version: DatasetVersion) -> None:
    totals = version.files.aggregate(count=Count("pk"), size=Sum("size"))
    DatasetVersion.objects.filter(pk=version.pk).update(file_count=totals["count"], byte_count=totals["size"] or 0)


def _counts(results: Sequence[FileResult]) -> dict[str, object]:
    return {str(outcome): sum(result.outcome is outcome for result in results) for outcome in Outcome}


def _file(
    version: DatasetVersion, arrival: Arrival, stored: Stored | None, attestation: RightsAttestation
) -> FileResult:
    if stored is None or arrival.kind is None:
        return _refused(version, arrival)
    wanted = names.tidy(arrival.name)
    path, existing = _place(version, wanted, stored.digest)
    if existing is not None:
        return _result(existing, arrival, Outcome.ALREADY_THERE, "These bytes are here already under this name.")
    storage.register(version.organization_id, stored)
    RefusedFile.objects.filter(version=version, path_key=path_key(wanted)).delete()
    kind_words = kinds.sentence(arrival.kind, arrival.name)
    note = FileNote.RENAMED if path != wanted else FileNote.OTHER_KIND if kind_words else FileNote.NONE
    row = SourceFile.objects.create(
        organization_id=version.organization_id,
        version=version,
        raw_path=names.raw(path),
        path=names.plain_text(path),
        path_key=path_key(path),
        digest=stored.digest,
        size=stored.size,
        media_type=arrival.kind.media_type,
        note=note,
        attestation=attestation,
    )
    if note is FileNote.RENAMED:
        words = f"Another file has this name. Both are kept; this one is {names.shown(path)}."
        return _result(row, arrival, Outcome.RENAMED, words)
    return _result(row, arrival, Outcome.STORED, kind_words or "Stored.")


def _candidates(wanted: str) -> Iterator[str]:
    yield wanted
    number = 2
    while True:
        yield names.numbered(wanted, number)
        number += 1


def _place(version: DatasetVersion, wanted: str, digest: str) -> tuple[str, SourceFile | None]:
    """Where the file goes, and the row that is there already with the same bytes."""
    for path in _candidates(wanted):
        row = version.files.filter(path_key=path_key(path)).first()
        if row is None or row.digest == digest:
            return path, row
    raise AssertionError("unreachable: the candidates never end")


def _result(row: SourceFile, arrival: Arrival, outcome: Outcome, words: str) -> FileResult:
    return FileResult(
        name=names.shown(arrival.name),
        outcome=outcome,
        code=row.note or outcome.value if outcome is not Outcome.ALREADY_THERE else outcome.value,
        message=words,
        path=names.shown(row.own_path),
        size=row.size,
        sha256=row.digest,
        media_type=row.media_type,
        file_id=row.public_id,
    )


def _refused(version: DatasetVersion, arrival: Arrival) -> FileResult:
    if arrival.refusal is None:
        raise ValueError("a file that was neither stored nor refused")
    shown, family = names.shown(arrival.name), arrival.kind.family if arrival.kind else ""
    RefusedFile.objects.update_or_create(
        version=version,
        path_key=path_key(names.tidy(arrival.name)),
        code=arrival.refusal.value,
        defaults={
            "organization_id": version.organization_id,
            "path": shown[: names.PATH_BYTES],
            "size": arrival.size,
            "limit": arrival.limit,
            "kind": family,
        },
    )
    words = refusal_sentence(arrival.refusal.value, limit=arrival.limit, family=family)
    return FileResult(shown, Outcome.REFUSED, arrival.refusal.value, words, size=arrival.size)


def remove_file(version_id: str | UUID, file_id: str | UUID, *, actor: Actor) -> None:
    """Takes a file out of an open version. Bytes that no version holds any more are destroyed, others never."""
    version = DatasetVersion.objects.visible_to(actor).find(version_id, actor)
    row = SourceFile.objects.visible_to(actor).find(file_id, actor)

    policies.require(can_supply(actor), "Only contributors, managers and owners remove files.")

    if row.version_id != version.pk:
        raise NotFound("There is no such file in this version.")
    if not version.is_open:
        raise StaleState(_CLOSED)

    with transaction.atomic():
        version = _claim(version)
        row.delete()
        _recount(version)
        audit.record("remove_file", version, actor=actor)
    shelf.destroy_unused(version.organization_id, [row.digest])


def dismiss_refusals(version_id: str | UUID, *, actor: Actor) -> int:
    """Forgets the list of refused files once it was read. Returns how many went."""
    version = DatasetVersion.objects.visible_to(actor).find(version_id, actor)
    policies.require(can_supply(actor), "Only contributors, managers and owners do this.")
    return RefusedFile.objects.filter(version=version).delete()[0]
