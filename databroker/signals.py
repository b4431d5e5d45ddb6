"""News that runs against the imports: the lower app tells, higher apps listen in receivers.py."""

from django.dispatch import Signal

# Sent inside the erasing transaction, before the bytes go. Arguments: organization_id (UUID), digest (hex), actor.
# A receiver forgets every row and artefact that holds the blob's content or name, and tells the next app.
blob_erased = Signal()
