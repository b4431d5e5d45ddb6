"""manage.py doctor: is this installation in order? Configuration, database, queue, store, and the decoders' sandbox."""

import shutil
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import ERROR, WARNING, run_checks
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count
from django.db.utils import DatabaseError
from django.utils import timezone
from django_q.models import OrmQ, Schedule, Success

from databroker import journal
from refinery.engine.errors import EngineError
from refinery.engine.media.decoder import sandbox_report
from refinery.models import RefinementRun

Finding = tuple[str, str]
OK, WARN, BAD = "ok", "warning", "problem"
_LATE = timedelta(minutes=5)


def configuration() -> Iterator[Finding]:
    """The system checks, in words."""
    found = False
    for message in run_checks(include_deployment_checks=not settings.DEBUG):
        found = True
        level = BAD if message.level >= ERROR else WARN if message.level >= WARNING else OK
        yield level, " ".join(part for part in (f"{message.id}:", message.msg, message.hint) if part)
    if not found:
        yield OK, "The configuration is in order."


def database() -> Iterator[Finding]:
    """Reachable, migrated, and on SQLite with the write-ahead log."""
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        yield BAD, f"{len(waiting)} migrations are not applied. Run: manage.py migrate"
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            mode = cursor.execute("PRAGMA journal_mode").fetchone()[0]
            good = mode == "wal"
            advice = "." if good else "; web and worker need wal. Put DATA_DIR on a local disk."
            yield (OK if good else WARN), f"SQLite keeps its journal as {mode}{advice}"
        else:
            cursor.execute("SHOW server_version")
            yield OK, f"PostgreSQL {cursor.fetchone()[0]}."


def queue() -> Iterator[Finding]:
    """Whether somebody answers the doorbell."""
    if Schedule.objects.count() < len(settings.SCHEDULES):
        yield BAD, "Schedules are missing. Run: manage.py migrate"
    newest = Success.objects.order_by("-stopped").values_list("stopped", flat=True).first()
    if newest is None or timezone.now() - newest > _LATE:
        yield WARN, "No background task finished in the last five minutes. Is a worker running? make worker starts one."
    else:
        yield OK, f"The worker last finished a task at {newest:%H:%M:%S} UTC."
    yield OK, f"{OrmQ.objects.count()} tasks wait in the queue."


def runs() -> Iterator[Finding]:
    """Work that is stuck."""
    stuck = RefinementRun.objects.filter(state="running", lease_until__lt=timezone.now() - _LATE).count()
    if stuck:
        yield WARN, f"{stuck} runs have had no supervisor for five minutes; the sweep rings again each minute."
    for row in RefinementRun.objects.values("state").annotate(count=Count("pk")).order_by("state"):
        yield OK, f"Runs {row['state'].replace('_', ' ')}: {row['count']}."


def store() -> Iterator[Finding]:
    """Room on the disk."""
    Path(settings.STORE_ROOT).mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.STORE_ROOT).free
    level = BAD if free < settings.MINIMUM_FREE_BYTES else OK
    where = "a bucket" if settings.USE_CLOUD_STORAGE else "this disk"
    yield level, f"Originals lie on {where}; {free / 1e9:,.1f} GB are free for staging and artefacts."


def money() -> Iterator[Finding]:
    """The journal adds up."""
    off = sum(journal.balances().values())
    yield (BAD if off else OK), "The journal sums to zero." if not off else f"The journal is off by {off} minor units."


def decoders() -> Iterator[Finding]:
    """Which protections the decoder child has on this kernel."""
    for name, active in sorted(sandbox_report().items()):
        yield (OK if active else WARN), f"{name.replace('_', ' ')}: {'on' if active else 'off on this machine'}"


SECTIONS: dict[str, Callable[[], Iterator[Finding]]] = {
    "Configuration": configuration,
    "Database": database,
    "Queue": queue,
    "Runs": runs,
    "Store": store,
    "Money": money,
    "Decoder sandbox": decoders,
}


class Command(BaseCommand):
    """Exit 1 when something is wrong, 0 otherwise (also with warnings)."""

    help = "Says whether this installation is in order, and what to do where it is not."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--quiet-ok", action="store_true", help="print warnings and problems only")

    def handle(self, *args: Any, **options: Any) -> None:
        problems = 0
        for title, section in SECTIONS.items():
            lines = list(self._findings(section))
            problems += sum(level == BAD for level, _ in lines)
            shown = [(level, text) for level, text in lines if level != OK or not options["quiet_ok"]]
            if shown:
                self.stdout.write(f"\n{title}")
            for level, text in shown:
                self.stdout.write(f"  {self._style(level)(level.rjust(7))}  {text}")
        if problems:
            sys.exit(1)

    def _findings(self, section: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
        try:
            yield from section()
        except (DatabaseError, EngineError, OSError, RuntimeError) as error:
            yield BAD, f"This could not be looked at: {error}"

    def _style(self, level: str) -> Callable[[str], str]:
        return {OK: self.style.SUCCESS, WARN: self.style.WARNING, BAD: self.style.ERROR}[level]
