"""refinery/management/commands/doctor.py"""

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _as_deployed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The suite sets this for browser tests; the deployment checks rightly object."""
    monkeypatch.delenv("DJANGO_ALLOW_ASYNC_UNSAFE", raising=False)


def ask(*options: str) -> str:
    out = StringIO()
    call_command("doctor", *options, stdout=out, no_color=True)
    return out.getvalue()


def test_a_sound_installation_has_no_problem() -> None:
    assert not any(line.strip().startswith("problem") for line in ask().splitlines())


def test_every_section_is_looked_at() -> None:
    report = ask()
    assert all(title in report for title in ("Configuration", "Database", "Queue", "Store", "Money", "Decoder sandbox"))


def test_a_full_disk_is_a_problem_and_the_exit_says_so(settings: Any) -> None:
    settings.MINIMUM_FREE_BYTES = 10**18
    with pytest.raises(SystemExit) as stop:
        ask()
    assert stop.value.code == 1
