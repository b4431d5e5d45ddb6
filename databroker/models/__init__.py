"""The kernel's rows: people, organisations, tokens, audit, blobs, journal. Nothing about datasets, runs or sales."""

from databroker.models.accounts import ApiToken, Membership, Organization, User
from databroker.models.audit import AuditDetail, AuditEntry
from databroker.models.blobs import Blob, Erasure, LegalHold
from databroker.models.journal import JournalTransfer

__all__ = [
    "ApiToken",
    "AuditDetail",
    "AuditEntry",
    "Blob",
    "Erasure",
    "JournalTransfer",
    "LegalHold",
    "Membership",
    "Organization",
    "User",
]
