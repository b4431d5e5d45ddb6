"""One decoder for the whole room: starting a child is the dear part."""

from collections.abc import Iterator

import pytest

from refinery.engine.media.decoder import Decoder


@pytest.fixture(scope="session")
def decoder() -> Iterator[Decoder]:
    with Decoder() as running:
        yield running
