"""Real PostgreSQL and Redis for the tests, on free ports: `python -m tests.support.services start` (or stop)."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STATE = ROOT / "var/services/state.json"
ENABLE = "make services   (Debian: apt-get install postgresql redis-server first)"


def main(verb: str) -> int:
    if verb == "start":
        return start()
    if verb == "stop":
        return stop()
    print(database_url())
    return 0


def database_url() -> str:
    """Where the PostgreSQL of `make services` listens, "" when it is not up."""
    return _state().get("DATABASE_URL", "") if _answers("postgres_port") else ""


def redis_url() -> str:
    """Where the Redis of `make services` listens, "" when it is not up."""
    return _state().get("REDIS_URL", "") if _answers("redis_port") else ""


def start() -> int:
    state = _state() if _answers("postgres_port") or _answers("redis_port") else {}
    missing = []
    for name, begin in (("postgres", start_postgres), ("redis", start_redis)):
        if _answers(f"{name}_port"):
            continue
        found = begin()
        state |= found
        missing += [] if found else [name]
        STATE.parent.mkdir(parents=True, exist_ok=True)
        STATE.write_text(json.dumps(state))
    for variable in ("DATABASE_URL", "REDIS_URL"):
        if state.get(variable):
            print(f"export {variable}={state[variable]}")
    if missing:
        print(f"Not found on this machine: {', '.join(missing)}. Enable with: {ENABLE}", file=sys.stderr)
    return 1 if missing else 0


def stop() -> int:
    state = _state()
    if state.get("postgres_data"):
        _as_postgres([binary("pg_ctl"), "-D", state["postgres_data"], "-m", "fast", "stop"])
        shutil.rmtree(Path(state["postgres_data"]).parent, ignore_errors=True)
    if state.get("redis_port"):
        subprocess.run(["redis-cli", "-p", state["redis_port"], "shutdown", "nosave"], capture_output=True)
    STATE.unlink(missing_ok=True)
    return 0


def start_postgres() -> dict[str, str]:
    """initdb refuses root, so root lends the account `postgres`; {} where PostgreSQL is not installed."""
    if not binary("initdb"):
        return {}
    home = Path(tempfile.mkdtemp(prefix="postgres-", dir=_reachable_folder()))
    if os.geteuid() == 0:
        shutil.chown(home, "postgres")
    data, port = home / "data", free_port()
    _as_postgres([binary("initdb"), "-D", str(data), "-A", "trust", "-U", "postgres", "--no-sync", "-E", "UTF8"])
    options = f"-p {port} -k {home} -c fsync=off -c listen_addresses=127.0.0.1 -c max_connections=200"
    _as_postgres([binary("pg_ctl"), "-D", str(data), "-w", "-l", str(home / "log"), "-o", options, "start"])
    url = f"postgres://postgres@127.0.0.1:{port}/postgres"
    return {"postgres_data": str(data), "postgres_port": str(port), "DATABASE_URL": url}


def start_redis() -> dict[str, str]:
    """An in-memory Redis that keeps nothing; {} where it is not installed."""
    if not shutil.which("redis-server"):
        return {}
    port = str(free_port())
    quiet = ["--save", "", "--appendonly", "no", "--daemonize", "yes"]
    subprocess.run(["redis-server", "--port", port, "--bind", "127.0.0.1", *quiet], check=True, capture_output=True)
    return {"redis_port": port, "REDIS_URL": f"redis://127.0.0.1:{port}/0"}


def binary(name: str) -> str:
    """The path of one of PostgreSQL's programs; Debian keeps them off the PATH. "" if there is none."""
    kept = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4]))
    return str(kept[-1]) if kept else shutil.which(name) or ""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _reachable_folder() -> Path:
    folder = STATE.parent
    folder.mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0:
        probe = subprocess.run(["runuser", "-u", "postgres", "--", "test", "-x", str(folder)], capture_output=True)
        if probe.returncode != 0:
            return Path(tempfile.gettempdir())
    return folder


def _as_postgres(command: list[str]) -> None:
    lent = ["runuser", "-u", "postgres", "--", *command] if os.geteuid() == 0 else command
    # Output goes to a file of its own: a server that inherits a pipe would keep its reader waiting.
    with tempfile.TemporaryFile() as output:
        done = subprocess.run(lent, cwd="/", stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        if done.returncode != 0:
            output.seek(0)
            raise SystemExit(f"{command[0]} failed:\n{output.read().decode()}")


def _state() -> dict[str, str]:
    return dict(json.loads(STATE.read_text())) if STATE.exists() else {}


def _answers(key: str) -> bool:
    port = _state().get(key)
    if not port:
        return False
    try:
        socket.create_connection(("127.0.0.1", int(port)), timeout=1).close()
    except OSError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
