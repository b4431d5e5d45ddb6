"""`manage.py serve`: web server and background worker side by side until Ctrl-C or TERM; neither outlives it."""

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Final

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from databroker import env

GRACE_SECONDS: Final = 20.0
_PR_SET_PDEATHSIG: Final = 1


class Command(BaseCommand):
    help = "Serve the site (gunicorn) and work the queue (qcluster) until Ctrl-C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=default_port())
        parser.add_argument("--without-worker", action="store_true", help="the web server only")

    def handle(self, *args: object, port: int, without_worker: bool, **options: object) -> None:
        address = (settings.BIND, port)
        refuse_taken_port(address)
        prepare_static_files()
        commands = {"web": web_command(address)}
        if not without_worker:
            commands["worker"] = [sys.executable, str(settings.BASE_DIR / "manage.py"), "qcluster"]
        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        children = {name: start(command) for name, command in commands.items()}
        self.stdout.write(f"Serving on http://{address[0]}:{port}/ (Ctrl-C stops it)")
        self.stdout.flush()
        ended = wait(children, stop)
        halt(list(children.values()))
        if ended:
            raise CommandError(f"The {ended} process ended by itself with code {children[ended].returncode}.")


def default_port() -> int:
    return env.number("PORT", 8000)


def refuse_taken_port(address: tuple[str, int]) -> None:
    """Raise CommandError when nobody can listen on `address`."""
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            raise CommandError(
                f"Port {address[1]} on {address[0]} is not free ({error.strerror}). "
                f"Stop what listens there, or choose another: make run PORT={address[1] + 1}"
            ) from error


def prepare_static_files() -> None:
    """Production serves what `collectstatic` gathered; under DEBUG the files are served where they lie."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    if not settings.DEBUG:
        call_command("collectstatic", interactive=False, verbosity=0)


def web_command(address: tuple[str, int]) -> list[str]:
    """gunicorn with threads: its sync workers would be killed in the middle of a long upload."""
    host = f"[{address[0]}]" if ":" in address[0] else address[0]
    options = ["--worker-class", "gthread", "--workers", "2", "--threads", "8", "--timeout", "120"]
    quiet = ["--log-level", "warning", "--no-control-socket"]
    bind = ["--bind", f"{host}:{address[1]}"]
    return [sys.executable, "-m", "gunicorn", *options, *quiet, *bind, "databroker.wsgi:application"]


def start(command: list[str], log: Path | None = None) -> subprocess.Popen[bytes]:
    """Start `command` as the leader of its own group, told by the kernel when this process dies.

    What it says goes to `log`, or where our own words go.
    """
    with contextlib.ExitStack() as stack:
        output = stack.enter_context(log.open("wb")) if log else None
        return subprocess.Popen(  # noqa: S603 - our own commands
            command,
            cwd=settings.BASE_DIR,
            start_new_session=True,
            preexec_fn=_die_with_parent,
            stdout=output,
            stderr=output and subprocess.STDOUT,
        )


def _die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def wait(children: dict[str, subprocess.Popen[bytes]], stop: threading.Event) -> str:
    """Block until asked to stop (answer "") or until a child ends by itself (answer its name)."""
    while not stop.wait(0.3):
        for name, child in children.items():
            if child.poll() is not None:
                return name
    return ""


def halt(children: list[subprocess.Popen[bytes]]) -> None:
    """Ask all to end, wait together, then end by force whatever is left of their groups."""
    for child in children:
        child.terminate()
    deadline = time.monotonic() + GRACE_SECONDS
    for child in children:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(max(0.0, deadline - time.monotonic()))
    for child in children:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
