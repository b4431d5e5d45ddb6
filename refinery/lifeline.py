"""A run's stages and what happened to it, in words for its page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from databroker.models import AuditEntry
from refinery.models import RefinementRun
from refinery.states import RunState

_STAGES: Final = {
    "inventory": ("Files", "List the files and check their digests"),
    "read": ("Read and measure", "Split files into records, measure each"),
    "relate": ("Compare", "Find copies and verify them pair by pair"),
    "judge": ("Judge", "Rules, copies, verdict with all reasons"),
    "package": ("Write down", "Ledger, report and what would be sold"),
}
_WORDS: Final = {
    "ask": "Asked for.",
    "start": "Started.",
    "await_review": "Finished. It awaits review by a curator.",
    "fail": "Failed.",
    "retry": "Started again; it goes on from what is done.",
    "cancel": "Cancelled.",
    "approve": "Approved. The package is being sealed.",
    "reject": "Rejected.",
    "return": "Returned to the supplier with a question.",
    "answer": "Answered by the supplier.",
    "appeal": "The supplier appealed against the rejection.",
    "supersede": "A newer run of the same version took its place.",
}


@dataclass(frozen=True, slots=True)
class StageView:
    """One stage: waiting, running or done, and its tasks where they are known."""

    label: str
    note: str
    state: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class LogLine:
    """What happened when."""

    at: datetime
    words: str


def stages_of(run: RefinementRun) -> list[StageView]:
    """All five, as far as the run has come."""
    names = list(_STAGES)
    reached = len(names) if run.has_result else names.index(run.stage) if run.stage in names else -1
    return [_stage(run, place, name, reached) for place, name in enumerate(names)]


def _stage(run: RefinementRun, place: int, name: str, reached: int) -> StageView:
    label, note = _STAGES[name]
    if place == reached and run.state in (RunState.RUNNING, RunState.FAILED, RunState.CANCELLED):
        state = run.state if run.state != RunState.RUNNING else "running"
        return StageView(label, note, state, run.tasks_done, run.tasks_total)
    return StageView(label, note, "done" if place < reached else "waiting", 0, 0)


def headline(run: RefinementRun) -> str:
    """The first sentence of the run's page."""
    if run.state == RunState.RUNNING and run.stage in _STAGES:
        label, _ = _STAGES[run.stage]
        return f"{label}: {run.tasks_done:,} of {run.tasks_total:,} steps done." if run.tasks_total else f"{label}."
    if run.has_result and run.state != RunState.SUPERSEDED:
        share = run.kept / run.records_in if run.records_in else 0
        return f"{share:.0%} of the records would be kept." if run.state != RunState.APPROVED else "Approved."
    return {
        RunState.QUEUED: "Waiting for a free worker.",
        RunState.RUNNING: "The files are being listed.",
        RunState.FAILED: run.failure,
        RunState.CANCELLED: "This run was cancelled. Finished work is kept for another run.",
        RunState.SUPERSEDED: "A newer run of the same version took the place of this one.",
    }.get(RunState(run.state), "")


def lines_of(run: RefinementRun, entries: Iterable[AuditEntry]) -> list[LogLine]:
    """The run's life from its audit entries, and its attempts."""
    lines = [LogLine(entry.created_at, _WORDS.get(entry.verb, entry.verb.replace("_", " "))) for entry in entries]
    if run.attempt > 1 and run.progress_at is not None:
        again = f"Attempt {run.attempt}: a supervisor took over and went on from what was done."
        lines.append(LogLine(run.progress_at, again))
    return sorted(lines, key=lambda line: line.at)
