"""The text a supplier agrees to when bringing files, in all its versions. A version once signed is never edited."""

import hashlib
from typing import Final

TEXTS: Final = {
    1: (
        "I confirm, for the organisation I act for, that it may give these files to this installation to be stored, "
        "examined and refined, because it holds the rights to them or has the permission of those who do; that they "
        "were obtained lawfully; and that where they hold data about people, there is a lawful basis for giving them. "
        "Nothing is offered to others by this confirmation: a release asks for the full record of rights."
    ),
}
CURRENT: Final = max(TEXTS)


def text_digest(version: int) -> str:
    """sha256 (hex) of the UTF-8 bytes of a version of the text."""
    return hashlib.sha256(TEXTS[version].encode()).hexdigest()
