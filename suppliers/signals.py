"""News for higher apps, sent inside the transaction of what they tell of; receivers only plan rows."""

from django.dispatch import Signal

# A version's files can change no more. Arguments: version_id (UUID), actor.
version_sealed = Signal()
# A supplier took a sealed version back: no new run starts from it. Arguments: version_id (UUID), actor.
version_withdrawn = Signal()
# Bytes that a sealed version's inventory named are being erased. Arguments: version_id (UUID), digest (hex), actor.
version_erased = Signal()
