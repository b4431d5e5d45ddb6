"""What an operation may refuse with: a stable code, a sentence the reader can act on, and all problems at once."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Issue:
    """One problem: the field or object it concerns, a stable code, a sentence."""

    field: str
    code: str
    message: str


class DomainError(Exception):
    """Base of every refusal; `status` is the HTTP status the doors answer with."""

    status = 422
    code = "refused"
    title = "This cannot be done as asked"

    def __init__(self, detail: str, *, code: str = "", issues: Sequence[Issue] = ()) -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code or type(self).code
        self.issues = tuple(issues)


class NotPermitted(DomainError):
    """The actor may see the object but not do this to it."""

    status = 403
    code = "not_permitted"
    title = "You may not do this"


class NotFound(DomainError):
    """No such object, or it is another organisation's: the answer is the same."""

    status = 404
    code = "not_found"
    title = "Not found"


class StaleState(DomainError):
    """Somebody else moved the object first, or it is in a state that does not allow this."""

    status = 409
    code = "stale_state"
    title = "The state has changed"


class Conflict(DomainError):
    """What is asked contradicts what is stored."""

    status = 409
    code = "conflict"
    title = "This conflicts with what is there"


class Incomplete(DomainError):
    """Facts are missing or wrong; `issues` names each."""

    status = 422
    code = "incomplete"
    title = "Something is missing or wrong"


class TooLarge(DomainError):
    """Over a size limit; nothing was stored."""

    status = 413
    code = "too_large"
    title = "Larger than the limit"
