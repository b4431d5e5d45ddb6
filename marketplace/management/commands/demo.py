"""`manage.py demo`: migrate, take the bundled sample from upload to a checked download, and say what came out."""

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from databroker.errors import DomainError
from databroker.management.commands import serve
from databroker.sample import FILES
from marketplace.management import main_job
from marketplace.management.demo_people import PASSWORD, people
from marketplace.management.main_job import Delivery, StoryBroken
from marketplace.models import Entitlement, Listing
from refinery import bridge
from refinery.models import Package, RefinementRun
from suppliers.models import Dataset

SHOWN_REASONS: Final = 7


class Command(BaseCommand):
    help = "Take the bundled sample through the whole trade; a second time, start from what is there."

    def handle(self, *args: object, **options: object) -> None:
        if not settings.DEMO:
            raise CommandError("The sample accounts work in demo mode only. Use `make run`, which sets DEMO=1 DEBUG=1.")
        call_command("migrate", verbosity=0, interactive=False)
        serve.prepare_static_files()
        log = Path(settings.DATA_DIR) / "demo-worker.log"
        try:
            with contextlib.nullcontext() if main_job.is_refined() else _worker(log):
                self._tell()
        except StoryBroken as error:
            raise CommandError(f"{error} What the worker said is in {log}.") from error
        except DomainError as error:
            raise CommandError(main_job.explained(error)) from error

    def _tell(self) -> None:
        everybody = people()
        dataset = main_job.upload(FILES, everybody.supplier)
        self._uploaded(dataset)
        run = main_job.refine(dataset, everybody.supplier, self._progress)
        self._refined(run)
        sealed = main_job.package(run, everybody)
        self._packaged(sealed)
        listing = main_job.offer(sealed, everybody.supplier)
        entitlement = main_job.buy(listing, everybody.buyer)
        self._sold(listing, entitlement)
        self._delivered(main_job.download(entitlement))
        self._log_ins()

    def _line(self, step: str, text: str) -> None:
        self.stdout.write(f"  {step:<9} {text}")
        self.stdout.flush()

    def _progress(self, stage: str) -> None:
        self._line("", f"... {stage}")

    def _uploaded(self, dataset: Dataset) -> None:
        version = dataset.latest
        size = version.byte_count / 1e6
        brought = sum(path.is_file() for path in FILES.rglob("*"))
        self._line("upload", f"“{dataset.name}”: {brought} files brought under attested rights,")
        self._line("", f"{version.file_count} stored ({size:.1f} MB), {brought - version.file_count} refused as empty")

    def _refined(self, run: RefinementRun) -> None:
        counts = f"{run.kept} kept, {run.dropped} dropped, {run.held} held"
        self._line("refine", f"{run.records_in} records in: {counts}")
        reasons = run.report.document["reasons"]
        self._why(run, "dropped", [reason for reason in reasons if reason["count"] > reason["held"]])
        self._why(run, "held", [reason for reason in reasons if reason["held"]])

    def _why(self, run: RefinementRun, verdict: str, reasons: list[dict[str, Any]]) -> None:
        """The most frequent reasons, each with one record's own sentence."""
        shown = [(reason["code"], reason["examples"][:1]) for reason in reasons[:SHOWN_REASONS]]
        told = bridge.examples(run, shown, length=0)
        for reason in reasons[:SHOWN_REASONS]:
            example = next(iter(told.get(reason["code"], [])), None)
            self._line(verdict, f"{reason['count']:>4}  {reason['code']:<28} {example.sentence if example else ''}")
            verdict = ""
        if len(reasons) > SHOWN_REASONS:
            self._line("", f"      and {len(reasons) - SHOWN_REASONS} more reasons; a record may have several")

    def _packaged(self, sealed: Package) -> None:
        size = sealed.byte_count / 1e6
        counts = f"{sealed.record_count} records, {sealed.file_count} files, {size:.1f} MB"
        self._line("approve", "by curator@example.com")
        self._line("package", f"version {sealed.semantic_version}: {counts}")
        self._line("", f"sha256:{sealed.digest}")

    def _sold(self, listing: Listing, entitlement: Entitlement) -> None:
        order = main_job.order_of(entitlement)
        self._line("list", f"{_address()}/marketplace/{listing.path}/")
        self._line("buy", f"{order.amount} with the sandbox card, order {order.public_id}")

    def _delivered(self, delivery: Delivery) -> None:
        size = delivery.bytes / 1e6
        self._line("download", f"{delivery.files} files, {size:.1f} MB; every sha256 is the manifest's,")
        self._line("", f"and the manifest's is the package digest: {delivery.manifest_sha256[:16]}...")

    def _log_ins(self) -> None:
        roles = {
            "supplier": "organisation user123",
            "buyer": "",
            "curator": "/admin/",
            "operator": "/admin/, superuser",
        }
        self.stdout.write(f"\n  Sample log-ins, password “{PASSWORD}”:")
        for role, remark in roles.items():
            self._line("", f"{role}@example.com{'  ' if remark else ''}{remark}")
        self.stdout.write("")


@contextlib.contextmanager
def _worker(log: Path) -> Iterator[None]:
    """The background worker while the block runs; what it says goes to `log`."""
    worker = serve.start([sys.executable, str(settings.BASE_DIR / "manage.py"), "qcluster"], log=log)
    try:
        yield
    finally:
        serve.halt([worker])


def _address() -> str:
    return f"http://127.0.0.1:{serve.default_port()}"
