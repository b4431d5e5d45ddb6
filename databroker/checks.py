"""System checks: what is wrong with the configuration and what to do; ids databroker.E* and databroker.W*."""

import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connection
from django.db.utils import DatabaseError

_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


@register(Tags.security)
def secret_key(**_: Any) -> Iterable[CheckMessage]:
    if str(settings.SECRET_KEY).startswith("unset-"):
        yield Error(
            "SECRET_KEY is not set.", hint="Set SECRET_KEY to 50 random characters, or DEBUG=1.", id="databroker.E001"
        )


@register(Tags.security)
def demo_mode(**_: Any) -> Iterable[CheckMessage]:
    if not settings.DEMO:
        return
    if not settings.DEBUG:
        yield Error("DEMO=1 needs DEBUG=1.", hint="Demo mode is for a laptop. Unset DEMO.", id="databroker.E002")
    if settings.BIND not in _LOOPBACK:
        yield Error(
            f"DEMO=1 with BIND={settings.BIND} would open demo logins to the network.",
            hint="Bind to 127.0.0.1 or unset DEMO.",
            id="databroker.E003",
        )


@register()
def cloud_storage(**_: Any) -> Iterable[CheckMessage]:
    if not settings.USE_CLOUD_STORAGE:
        return
    options = cast(dict[str, dict[str, Any]], settings.STORAGES)["default"].get("OPTIONS", {})
    names = {"bucket_name": "AWS_S3_BUCKET", "access_key": "AWS_ACCESS_KEY", "secret_key": "AWS_SECRET_KEY"}
    missing = [name for option, name in names.items() if not options.get(option)]
    if missing:
        yield Error(
            f"USE_CLOUD_STORAGE is on but {', '.join(missing)} is not set.",
            hint="Set them, or turn USE_CLOUD_STORAGE off to store on this disk.",
            id="databroker.E004",
        )


@register()
def queue_timing(**_: Any) -> Iterable[CheckMessage]:
    queue, window = cast(dict[str, Any], settings.Q_CLUSTER), settings.SUPERVISION_WINDOW_SECONDS
    if window < 5:
        yield Error("SUPERVISION_WINDOW_SECONDS is under 5.", hint="Use 5 or more.", id="databroker.E005")
    if queue["timeout"] < 3 * window or queue["retry"] <= queue["timeout"]:
        yield Error(
            "The queue would kill or repeat a supervision.",
            hint="timeout >= 3 windows, retry > timeout.",
            id="databroker.E006",
        )


@register()
def data_folder(**_: Any) -> Iterable[CheckMessage]:
    folder = Path(settings.DATA_DIR)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        yield Error(
            f"DATA_DIR {folder} cannot be written: {error.strerror}.",
            hint="Choose another DATA_DIR.",
            id="databroker.E007",
        )
        return
    if shutil.disk_usage(folder).free < settings.MINIMUM_FREE_BYTES:
        yield Warning(
            "Less than MINIMUM_FREE_BYTES is free; uploads are refused.", hint="Make room.", id="databroker.W001"
        )


@register(Tags.security, deploy=True)
def site_url(**_: Any) -> Iterable[CheckMessage]:
    parts = urlsplit(settings.SITE_URL)
    if parts.scheme != "https":
        yield Warning("SITE_URL is not https.", hint="Set SITE_URL=https://your.host.", id="databroker.W002")
    if parts.hostname not in settings.ALLOWED_HOSTS:
        yield Warning("ALLOWED_HOSTS does not hold SITE_URL's host.", hint="Add it.", id="databroker.W003")


@register(Tags.security, deploy=True)
def console_mail(**_: Any) -> Iterable[CheckMessage]:
    if settings.EMAIL_BACKEND.endswith("console.EmailBackend"):
        yield Warning(
            "E-mail goes to the console.",
            hint="Set EMAIL_URL, for example smtp+tls://user:pw@host:587.",
            id="databroker.W004",
        )


def _demo_rows(label: str, flag: str) -> int:
    """How many rows of the model carry the flag; 0 while its table is not there."""
    for model in apps.get_models():
        if model._meta.label == label and model._meta.db_table in connection.introspection.table_names():
            return model._default_manager.filter(**{flag: True}).count()
    return 0


@register(Tags.database, deploy=True)
def demo_rows(**_: Any) -> Iterable[CheckMessage]:
    """Demo accounts and sandbox orders open nothing with demo mode off; a deployment should still know of them."""
    if settings.DEMO:
        return
    try:
        accounts, orders = _demo_rows("databroker.User", "is_demo"), _demo_rows("marketplace.Order", "is_sandbox")
    except DatabaseError:
        return
    if accounts:
        sentence = f"{accounts} demo accounts exist; they cannot log in."
        yield Warning(sentence, hint="Delete them, or start from an empty database.", id="databroker.W005")
    if orders:
        sentence = f"{orders} sandbox orders exist; they grant no download."
        yield Warning(sentence, hint="Start from an empty database.", id="databroker.W006")
