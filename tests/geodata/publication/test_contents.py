"""Which changes to a declaration make the next publication a new one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from geodata.database.engine import engine_for
from geodata.database.logins import Login
from geodata.layers import get_layer
from geodata.layers.layer import Layer
from geodata.publication.contents import contents_digest
from geodata.settings import Settings


def _without_search(layer: Layer) -> Layer:
    return replace(layer, fields=tuple(replace(field, is_searched=False) for field in layer.fields))


def _without_date(layer: Layer) -> Layer:
    return replace(layer, date_field=None)


@pytest.mark.parametrize("change", [_without_search, _without_date])
def test_what_is_searched_and_dated_decides_a_publication(
    deployment: Settings, change: Callable[[Layer], Layer]
) -> None:
    layer = get_layer("micro_project")
    with engine_for(deployment, Login.OWNER).connect() as connection:
        known = contents_digest(connection, deployment, [layer])
        assert contents_digest(connection, deployment, [layer]) == known
        assert contents_digest(connection, deployment, [change(layer)]) != known
