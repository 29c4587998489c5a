"""One server of the small district for every test in a browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from geodata.settings import Settings
from tests.browsing import serving


@pytest.fixture(scope="session")
def address(published: Settings) -> Iterator[str]:
    """Return the address of the small district, on loopback."""
    with serving(published) as served:
        yield served
