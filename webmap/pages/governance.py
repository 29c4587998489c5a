"""The sub-district's year: its figures recomputed from the records, for a period and an area; a page a mechanism."""

from __future__ import annotations

from flask import Blueprint

from geodata.errors import NotFound
from geodata.layers.figure import Mechanism
from webmap.access import reading
from webmap.governance.page import governance_page

blueprint = Blueprint("governance", __name__)


@blueprint.get("/governance")
def show_governance() -> str:
    """Answer with all figures: `?year=&area=`; staff may ask for any days by `?from=&to=`."""
    return governance_page(reading())


@blueprint.get("/governance/<mechanism>")
def show_mechanism(mechanism: str) -> str:
    """Answer with the figures of one mechanism and a map of its own."""
    if mechanism not in list(Mechanism):
        raise NotFound(f"no mechanism {mechanism[:40]!r}")
    return governance_page(reading(), only=Mechanism(mechanism))
