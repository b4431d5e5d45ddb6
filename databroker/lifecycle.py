"""The only writer of `state`. A move is one conditional UPDATE and one audit entry, in one transaction."""

from typing import ClassVar, Protocol, TypeVar
from uuid import UUID

from django.db import models, transaction

from databroker import audit
from databroker.actors import Actor
from databroker.errors import Incomplete, Issue, StaleState
from databroker.states import Machine


class Stateful(Protocol):
    """A model with a `state` column whose legal moves stand in MACHINE."""

    MACHINE: ClassVar[Machine]
    state: str

    @property
    def pk(self) -> UUID: ...


Thing = TypeVar("Thing", bound=models.Model)


def _machine(obj: models.Model) -> Machine:
    return obj.MACHINE  # type: ignore[attr-defined, no-any-return]  # every stateful model declares it


def can(obj: models.Model, verb: str) -> bool:
    """True if the table allows `verb` in the object's present state; the doors hide buttons by it."""
    move = _machine(obj).moves.get(verb)
    return move is not None and obj.state in move.sources  # type: ignore[attr-defined]


def transition(
    obj: Thing, verb: str, *, actor: Actor, note: str = "", where: models.Q | None = None, **facts: object
) -> Thing:
    """Moves `obj` by `verb` and writes `facts` beside the new state; returns a fresh copy.

    Raises StaleState if the table forbids the move or another move came first (also when the extra condition `where`,
    such as a fencing token, no longer holds), Incomplete if the move needs a note and there is none.
    """
    machine = _machine(obj)
    move = machine.moves[verb]
    seen: str = obj.state  # type: ignore[attr-defined]
    if seen not in move.sources:
        raise StaleState(f"A {machine.name} that is {seen} cannot be moved by “{verb.replace('_', ' ')}”.")
    if move.note_required and not note.strip():
        issue = Issue("note", "note_required", "Write a note that says why.")
        raise Incomplete("A note is needed.", code="note_required", issues=[issue])
    with transaction.atomic():
        rows = type(obj)._default_manager.filter(pk=obj.pk, state=seen)
        if where is not None:
            rows = rows.filter(where)
        if rows.update(state=move.target, **facts) != 1:
            raise StaleState(f"This {machine.name} has changed in the meantime. Look at it again.")
        audit.record(
            verb, obj, actor=actor, from_state=seen, to_state=move.target, detail={"note": note} if note else None
        )
    return type(obj)._default_manager.get(pk=obj.pk)
