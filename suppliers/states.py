"""The machine of a dataset version, and the words a supplier chooses from. No queries here."""

from typing import Final

from django.db.models import TextChoices

from databroker.states import Machine, move


class VersionState(TextChoices):
    """Where a version of a dataset stands."""

    OPEN = "open", "Open"
    SEALED = "sealed", "Sealed"
    WITHDRAWN = "withdrawn", "Withdrawn"


VERSION_MACHINE: Final = Machine(
    "dataset version",
    {
        "seal": move(VersionState.OPEN, to=VersionState.SEALED),
        "withdraw": move(VersionState.SEALED, to=VersionState.WITHDRAWN, note=True),
    },
)


class Basis(TextChoices):
    """Why the supplier may give the files."""

    OWNER = "owner", "We made them or own them"
    LICENCE = "licence", "The holder of the rights licensed them to us"
    CONSENT = "consent", "The people who made them agreed"
    OPEN_LICENCE = "open_licence", "They are published under an open licence"
    PUBLIC_DOMAIN = "public_domain", "They are in the public domain"
    LAW = "law", "A law permits it"
    OTHER = "other", "Another basis, described below"


class LegalBasis(TextChoices):
    """Why personal data may be processed (the six of GDPR article 6, and data made anonymous before)."""

    CONSENT = "consent", "The people concerned consented"
    CONTRACT = "contract", "A contract with them needs it"
    LEGAL_DUTY = "legal_duty", "A law obliges us"
    VITAL = "vital_interests", "It protects somebody's life"
    PUBLIC_TASK = "public_task", "It serves a public task, such as research or archiving"
    LEGITIMATE = "legitimate_interests", "Legitimate interests, weighed and written down"


class FileNote(TextChoices):
    """What was remarkable about a stored file."""

    NONE = "", "Stored"
    RENAMED = "renamed", "Stored under another name"
    OTHER_KIND = "other_kind", "Stored as another kind"


class Refusal(TextChoices):
    """The rule by which a file was not stored. Codes are stable; sentences lie in suppliers/results.py."""

    EMPTY = "empty", "Empty file"
    TOO_LARGE = "too_large", "Over the limit of its kind"
    TOO_MANY_FILES = "too_many_files", "Too many files in one upload"
    NAME_MISSING = "name_missing", "No name"
    NAME_LEAVES_FOLDER = "name_leaves_folder", "The name leads out of the dataset"
    NAME_ABSOLUTE = "name_absolute", "The name is an absolute path"
    NAME_CONTROL = "name_control", "Control characters in the name"
    NAME_TOO_LONG = "name_too_long", "The name is too long"
    CUT_OFF = "cut_off", "The upload ended early"
