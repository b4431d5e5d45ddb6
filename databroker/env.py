"""Typed readers of the environment and of `.env`; nothing else in the project reads os.environ."""

from pathlib import Path

import environ

BASE_DIR = Path(__file__).resolve().parent.parent

_env = environ.Env()
environ.Env.read_env(str(BASE_DIR / ".env"))


def text(name: str, default: str = "", *, alias: str = "") -> str:
    """The variable `name`, else the owner's older name `alias`, else `default`."""
    value = _env.str(name, default="") or (_env.str(alias, default="") if alias else "")
    return str(value) or default


def flag(name: str, default: bool = False) -> bool:
    """True for 1, true, yes, on."""
    return bool(_env.bool(name, default=default))


def number(name: str, default: int) -> int:
    """A whole number; anything else stops the start with django-environ's own words."""
    return int(_env.int(name, default=default))


def words(name: str, default: list[str] | None = None) -> list[str]:
    """A comma-separated list."""
    return [str(word).strip() for word in _env.list(name, default=default or []) if str(word).strip()]


def database(default_path: Path) -> dict[str, object]:
    """Django's database dictionary for DATABASE_URL, else for the SQLite file at `default_path`."""
    url = _env.str("DATABASE_URL", default="") or f"sqlite:///{default_path}"
    return dict(environ.Env.db_url_config(url))


def email(default_url: str = "consolemail://") -> dict[str, object]:
    """Django's e-mail settings for EMAIL_URL, for example smtp+tls://user:password@host:587."""
    return dict(environ.Env.email_url_config(_env.str("EMAIL_URL", default="") or default_url))
