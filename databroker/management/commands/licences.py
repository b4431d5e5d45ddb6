"""`manage.py licences`: write NOTICE and docs/licences.md, or say whether they and the licences are in order."""

from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from databroker import licences


class Command(BaseCommand):
    help = "Check the licence of everything installed or shipped; --write renders NOTICE and docs/licences.md."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--write", action="store_true", help="write the two documents")
        parser.add_argument("--check", action="store_true", help="only compare them (the default)")

    def handle(self, *args: object, write: bool, **options: object) -> None:
        root = Path(settings.BASE_DIR)
        found = licences.problems(root)
        for path, text in documents(root).items():
            if write:
                path.write_text(text, encoding="utf-8")
            elif not path.exists() or path.read_text(encoding="utf-8") != text:
                found.append(f"{path.relative_to(root)} is out of date: run `manage.py licences --write`.")
        if found:
            raise CommandError("\n".join(found))
        self.stdout.write("Licences are in order.")


def documents(root: Path) -> dict[Path, str]:
    """The two generated documents, by path."""
    return {root / "NOTICE": licences.render_notice(root), root / "docs/licences.md": licences.render_page(root)}
