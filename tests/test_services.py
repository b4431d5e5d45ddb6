"""Says by name what did not run for want of a service, and how to have it; browser tests say so themselves."""

import psycopg
import pytest

from tests.support import services


def test_the_postgresql_that_the_suite_also_runs_on_is_new_enough():
    if not services.database_url():
        pytest.skip(f"the part marked `postgres` ran on SQLite only; for PostgreSQL too: {services.ENABLE}")

    with psycopg.connect(services.database_url()) as connection:
        assert connection.info.server_version >= 140000
