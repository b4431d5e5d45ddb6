"""What can go wrong with a whole run, in words. What goes wrong with one record is a reason, not an error."""

from __future__ import annotations


class EngineError(Exception):
    """The run cannot go on; the message is a sentence a supplier can act on."""


class UsageError(EngineError):
    """The job asks for something that is not possible (exit 2)."""


class NothingToRead(EngineError):
    """No INPUT holds a readable file (exit 3)."""


class RunFailed(EngineError):
    """The run broke a promise, for example conservation, or a task failed for good (exit 4)."""


class DecoderUnavailable(RunFailed):
    """No decoder child can be started: the machine's fault, never a file's."""


class Stopped(Exception):
    """The run stopped at a task border because it was asked to; the same job continues it."""
