"""Puts a built-in licence into the database the first time somebody chooses it."""

from databroker.errors import Incomplete, Issue
from marketplace.licences import BUILT_IN
from marketplace.models import LicenceTerms


def terms_for(code: str) -> LicenceTerms:
    """The current version of a built-in licence, by our code or its SPDX id. Raises Incomplete if there is none."""
    licence = BUILT_IN.get(code.strip().lower())
    if licence is None:
        sentence = f"Choose one of {', '.join(BUILT_IN)}."
        raise Incomplete(sentence, code="unknown_licence", issues=[Issue("licence", "unknown_licence", sentence)])
    facts = {
        "name": licence.name, "spdx_id": licence.spdx_id, "text": licence.text, "digest": licence.digest,
    }  # fmt: skip
    row, _ = LicenceTerms.objects.get_or_create(code=licence.code, version=licence.version, defaults=facts)
    return row
