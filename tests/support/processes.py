"""Real child processes over the test's own database and data folder, ended with the test."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

ROOT = Path(__file__).resolve().parents[2]


def environment(**changes: str) -> dict[str, str]:
    """What a child needs to see the same rows and files: the database's address is the test database's."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        url = f"sqlite:///{database['NAME']}"
    else:
        url = f"postgres://{database['USER']}@{database['HOST']}:{database['PORT']}/{database['NAME']}"
    child = {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings", "TEST_CHILD": "1"}
    return base_environment() | child | changes


def base_environment() -> dict[str, str]:
    """This process's environment with our packages importable."""
    return os.environ | {"PYTHONPATH": str(ROOT)}


def manage(*arguments: str, timeout: float = 120, **changes: str) -> subprocess.CompletedProcess[str]:
    """Run `manage.py` with `arguments` to its end."""
    command = [sys.executable, str(ROOT / "manage.py"), *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=environment(**changes), capture_output=True, text=True, timeout=timeout, check=False
    )


@contextmanager
def running(*arguments: str, **changes: str) -> Iterator[subprocess.Popen[bytes]]:
    """`manage.py` with `arguments` while the block runs, then TERM and, if it must be, KILL."""
    command = [sys.executable, str(ROOT / "manage.py"), *arguments]
    child = subprocess.Popen(command, cwd=ROOT, env=environment(**changes), start_new_session=True)
    try:
        yield child
    finally:
        child.terminate()
        try:
            child.wait(30)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
