"""Attesting the rights to a version's files. Statements are only added; the newest counts."""

from dataclasses import asdict, dataclass, replace
from uuid import UUID

from django.db import transaction
from django.db.models import F, Max
from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

from databroker import audit, policies
from databroker.actors import Actor
from databroker.errors import Incomplete, Issue, NotPermitted
from suppliers import clickwrap
from suppliers.models import DatasetVersion, RightsAttestation
from suppliers.policies import can_attest_in_full, can_supply
from suppliers.states import Basis, LegalBasis, VersionState


@dataclass(frozen=True, slots=True)
class RightsRecord:
    """The full record; all empty is the minimal one that suffices to store and refine."""

    basis: str = ""
    basis_note: str = ""
    licence: str = ""
    own_terms: str = ""
    personal_data: bool | None = None
    legal_basis: str = ""

    @property
    def is_minimal(self) -> bool:
        return self == RightsRecord()


def attest_rights(version_id: str | UUID, *, record: RightsRecord, confirmed: bool, actor: Actor) -> RightsAttestation:
    """Signs the text in force for a version, with whatever of the record is known; also after sealing.

    Raises Incomplete without the confirmation or with contradictions; NotPermitted where a full record is signed by
    somebody who may not bind the organisation.
    """
    version = DatasetVersion.objects.visible_to(actor).find(version_id, actor)

    _require_signer(record, actor)

    problems = problems_of(record)
    if not confirmed:
        problems.append(Issue("legal_rights_confirmed", "not_confirmed", "Confirm the text to sign it."))
    if version.state == VersionState.WITHDRAWN:
        problems.append(Issue("version", "withdrawn", "This version is withdrawn."))
    if problems:
        raise Incomplete("The rights cannot be recorded yet.", code="rights_incomplete", issues=problems)

    with transaction.atomic():
        return _say(DatasetVersion.objects.select_for_update().get(pk=version.pk), record, actor)


def confirm(version: DatasetVersion, record: RightsRecord | None, actor: Actor) -> RightsAttestation:
    """The statement under which the actor brings files now; what was said before about the rest holds on.

    To be called inside the transaction that stores them, on a version that is held.
    """
    if actor.user is None:
        raise NotPermitted("A person signs; the system does not.")
    said = record_of(version.rights) if version.rights else RightsRecord()
    return _say(version, said if record is None or record.is_minimal else record, actor)


def _say(version: DatasetVersion, record: RightsRecord, actor: Actor) -> RightsAttestation:
    """Signs, unless the same person said the same to the same text already."""
    now, record = version.rights, tidied(record)
    same_text = now is not None and now.text_digest == clickwrap.text_digest(clickwrap.CURRENT)
    mine = now is not None and actor.user is not None and now.signer_id == actor.user.pk
    if now is not None and same_text and mine and record_of(now) == record:
        return now
    return sign(version, record, actor)


def tidied(record: RightsRecord) -> RightsRecord:
    """The record as it is stored: without spaces around, the licence in SPDX's own spelling."""
    return replace(
        record,
        basis_note=record.basis_note.strip(),
        own_terms=record.own_terms.strip(),
        licence=_spdx(record.licence) or "",
        legal_basis=record.legal_basis if record.personal_data else "",
    )


def _spdx(licence: str) -> str | None:
    """The SPDX expression in its own spelling, "" for none, None for what is none."""
    try:
        return str(canonicalize_license_expression(licence.strip())) if licence.strip() else ""
    except InvalidLicenseExpression:
        return None


def _require_signer(record: RightsRecord, actor: Actor) -> None:
    policies.require(can_supply(actor), "Only contributors, managers and owners confirm rights.")
    if not record.is_minimal:
        policies.require(can_attest_in_full(actor), "Only managers and owners sign the full record of rights.")
    if actor.user is None:
        raise NotPermitted("A person signs; the system does not.")


def problems_of(record: RightsRecord) -> list[Issue]:
    """What contradicts itself; what is merely missing is fine until release."""
    problems = []
    if record.basis and record.basis not in Basis.values:
        problems.append(Issue("basis", "unknown_basis", f"Choose one of {', '.join(Basis.values)}."))
    if record.legal_basis and record.legal_basis not in LegalBasis.values:
        problems.append(Issue("legal_basis", "unknown_legal_basis", f"Choose one of {', '.join(LegalBasis.values)}."))
    if _spdx(record.licence) is None:
        sentence = f"“{record.licence}” is no SPDX licence. Write one such as CC-BY-4.0, or your own terms."
        problems.append(Issue("licence", "unknown_licence", sentence))
    problems += [
        Issue(field, "too_long", f"At most {most:,} characters.")
        for field, most in (("basis_note", 2000), ("licence", 80), ("own_terms", 20000))
        if len(getattr(record, field)) > most
    ]
    if any("\x00" in text for text in (record.basis_note, record.licence, record.own_terms)):
        problems.append(Issue("own_terms", "nul", "Texts hold no NUL character."))
    if record.licence.strip() and record.own_terms.strip():
        problems.append(Issue("licence", "licence_and_own_terms", "Name a licence or write own terms, not both."))
    if record.legal_basis and record.personal_data is False:
        sentence = "A legal basis is only needed where there is personal data."
        problems.append(Issue("legal_basis", "legal_basis_without_personal_data", sentence))
    return problems


def sign(
    version: DatasetVersion, record: RightsRecord, actor: Actor, carried_from: RightsAttestation | None = None
) -> RightsAttestation:
    """Writes the next statement and lets it count. To be called inside a transaction, after all questions are asked."""
    signer = carried_from.signer if carried_from else actor.user
    if signer is None:
        raise NotPermitted("A person signs; the system does not.")
    last = version.attestations.aggregate(last=Max("ordinal"))["last"] or 0
    attestation = RightsAttestation.objects.create(
        organization_id=version.organization_id,
        version=version,
        ordinal=last + 1,
        signer=signer,
        text_version=carried_from.text_version if carried_from else clickwrap.CURRENT,
        text_digest=carried_from.text_digest if carried_from else clickwrap.text_digest(clickwrap.CURRENT),
        carried_from=carried_from,
        **asdict(record),
    )
    DatasetVersion.objects.filter(pk=version.pk).update(rights=attestation, revision=F("revision") + 1)
    version.rights = attestation
    audit.record("attest_rights", attestation, actor=actor, detail={"ordinal": last + 1})
    return attestation


def record_of(attestation: RightsAttestation) -> RightsRecord:
    """The record of a statement."""
    return RightsRecord(
        basis=attestation.basis,
        basis_note=attestation.basis_note,
        licence=attestation.licence,
        own_terms=attestation.own_terms,
        personal_data=attestation.personal_data,
        legal_basis=attestation.legal_basis,
    )
