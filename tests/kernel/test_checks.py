"""databroker/checks.py: each half-configured installation is refused in words."""

from typing import Any

import pytest

from databroker import checks


def ids_of(check: Any) -> list[str]:
    return [message.id for message in check()]


def test_a_missing_secret_key_is_an_error(settings: Any) -> None:
    settings.SECRET_KEY = "unset-abc"
    assert ids_of(checks.secret_key) == ["databroker.E001"]


def test_demo_mode_needs_debug(settings: Any) -> None:
    settings.DEMO, settings.DEBUG = True, False
    assert ids_of(checks.demo_mode) == ["databroker.E002"]


@pytest.mark.parametrize("bind", ["0.0.0.0", "192.168.1.5", "::"])
def test_demo_mode_stays_on_loopback(settings: Any, bind: str) -> None:
    settings.DEMO, settings.DEBUG, settings.BIND = True, True, bind
    assert ids_of(checks.demo_mode) == ["databroker.E003"]


def test_demo_mode_on_loopback_with_debug_is_fine(settings: Any) -> None:
    settings.DEMO, settings.DEBUG, settings.BIND = True, True, "127.0.0.1"
    assert ids_of(checks.demo_mode) == []


def test_cloud_storage_names_what_is_missing(settings: Any) -> None:
    settings.USE_CLOUD_STORAGE = True
    settings.STORAGES = {"default": {"OPTIONS": {"bucket_name": "b"}}, "staticfiles": {}}
    [message] = checks.cloud_storage()
    assert "AWS_ACCESS_KEY, AWS_SECRET_KEY" in message.msg


def test_a_window_under_five_seconds_is_refused(settings: Any) -> None:
    settings.SUPERVISION_WINDOW_SECONDS = 4
    assert ids_of(checks.queue_timing) == ["databroker.E005"]


def test_a_queue_that_kills_supervisions_is_refused(settings: Any) -> None:
    settings.Q_CLUSTER = {**settings.Q_CLUSTER, "timeout": 1}
    assert ids_of(checks.queue_timing) == ["databroker.E006"]


@pytest.mark.django_db
def test_demo_accounts_are_named_when_demo_mode_is_off(settings: Any, sam: Any) -> None:
    settings.DEMO = False
    type(sam.user).objects.filter(pk=sam.user.pk).update(is_demo=True)
    assert "databroker.W005" in ids_of(checks.demo_rows)
