"""Fixtures of the whole suite: the cast, and a database that append-only tables do not stop from being emptied."""

import os
import shutil

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import TransactionTestCase

from databroker import triggers
from databroker.states import StaffRole
from tests.support import cast
from tests.support.cast import Person

# Playwright's sync API runs a loop in the main thread, where Django's ORM would refuse to work.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

_flush = TransactionTestCase._fixture_teardown


def _flush_with_triggers_off(case: TransactionTestCase) -> None:
    """The tables that refuse DELETE must be emptied between tests like all others."""
    triggers.uninstall(connection)
    try:
        _flush(case)
    finally:
        triggers.install(connection)


TransactionTestCase._fixture_teardown = _flush_with_triggers_off  # type: ignore[method-assign]


def pytest_unconfigure(config: pytest.Config) -> None:
    """The session's folder goes with the process that made it; workers leave it alone."""
    if "PYTEST_XDIST_WORKER" not in os.environ and "TEST_CHILD" not in os.environ:
        shutil.rmtree(os.environ.get("TEST_ROOT", ""), ignore_errors=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Long runs are part of `make soak` alone."""
    if "soak" in config.getoption("-m"):
        return
    long_runs = [item for item in items if item.get_closest_marker("soak")]
    config.hook.pytest_deselected(items=long_runs)
    items[:] = [item for item in items if item not in long_runs]


@pytest.fixture(autouse=True)
def fresh_rates() -> None:
    """Rate limits count in the cache; one test must not use up another's."""
    cache.clear()


@pytest.fixture
def sam(db: None) -> Person:
    return cast.member("Sam", is_supplier=True)


@pytest.fixture
def ben(db: None) -> Person:
    return cast.member("Ben", is_buyer=True)


@pytest.fixture
def nora(db: None) -> Person:
    return cast.member("Nora", is_supplier=True, is_buyer=True)


@pytest.fixture
def cleo(db: None) -> Person:
    return cast.staff("Cleo", StaffRole.CURATOR)


@pytest.fixture
def olga(db: None) -> Person:
    """Operates the installation: records transfers, takes listings down."""
    return cast.staff("Olga", StaffRole.OPERATOR)
