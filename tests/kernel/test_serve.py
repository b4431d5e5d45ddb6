"""`manage.py serve` as a real process: it answers, refuses a taken port in words, and leaves nobody behind."""

import os
import signal
import socket
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.support import processes
from tests.support.services import free_port

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_taken_port_is_refused_in_words():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])

        done = processes.manage("serve", "--port", port)

    assert done.returncode != 0
    assert f"Port {port} on 127.0.0.1 is not free" in done.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_web_server_and_worker(number):
    port = free_port()
    with processes.running("serve", "--port", str(port)) as server:
        answers(port)
        family = descendants(server.pid)
        server.send_signal(number)
        server.wait(30)

    assert server.returncode == 0
    assert len(family) >= 4
    assert gone(family)


def test_nobody_outlives_a_killed_parent():
    port = free_port()
    with processes.running("serve", "--port", str(port)) as server:
        answers(port)
        family = descendants(server.pid)
        server.kill()
        server.wait(30)

    assert gone(family)


def test_the_end_of_the_worker_ends_the_web_server_with_words():
    port = free_port()
    with processes.running("serve", "--port", str(port)) as server:
        answers(port)
        family = descendants(server.pid)
        worker = next(pid for pid in family if "qcluster" in _file(pid, "cmdline"))
        os.kill(worker, signal.SIGKILL)
        server.wait(40)

    assert server.returncode != 0
    assert gone(family)


def answers(port, seconds=30):
    """Wait until something speaks HTTP there."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise AssertionError(f"nothing answers on port {port}")


def descendants(pid):
    """The process ids below `pid`, nearest first."""
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        stat = _file(int(folder.name), "stat")
        if stat:
            parents.setdefault(int(stat.rpartition(")")[2].split()[1]), []).append(int(folder.name))
    found, queue = [], [pid]
    while queue:
        children = parents.get(queue.pop(0), [])
        found += children
        queue += children
    return found


def gone(pids, seconds=25):
    """True once none of `pids` lives (a zombie waiting for its parent does not)."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if all(_file(pid, "stat").rpartition(")")[2].split()[:1] in ([], ["Z"]) for pid in pids):
            return True
        time.sleep(0.2)
    return False


def _file(pid, name):
    try:
        return (Path("/proc") / str(pid) / name).read_text()
    except OSError:
        return ""
