"""Records in words: totals of money, what tells neighbours apart."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from geodata.layers import get_layer
from geodata.queries.features import Row
from geodata.queries.reading import RESIDENT, open_reading
from geodata.settings import Settings
from webmap.telling import listing, place
from webmap.wording import Wording

ENGLISH = Wording("en")


def _row(called: str, /, **values: object) -> Row:
    return Row(id=7, values=values, name=called, lon=112.0, lat=27.73)


def test_money_is_added_up_where_there_is_more_than_one_line(published: Settings) -> None:
    lines = [
        _row("street", funder="street", planned=Decimal("100.50"), received=Decimal("100"), spent=None),
        _row("residents", funder="residents", planned=Decimal("50"), received=None, spent=None),
    ]
    with open_reading(published, RESIDENT) as reading:
        table = listing(reading, get_layer("funding_line"), lines, ENGLISH)
        alone = listing(reading, get_layer("funding_line"), lines[:1], ENGLISH)
    # 100.50 + 50; what isn't stated adds nothing, and a column without any statement has no total.
    assert table.totals == ("", "¥150.5", "¥100", "")
    assert [column.is_number for column in table.columns] == [False, True, True, True]
    assert table.rows[1] == ("Residents", "¥50", "—", "—")
    assert alone.totals == ()


def test_neighbours_are_told_apart_by_date_and_others_by_place() -> None:
    hazard = get_layer("hazard")
    row = _row("gas", kind="gas", status="closed", compound_name="Garden", community="North", found_on=date(2025, 9, 1))
    assert place(hazard, row, ENGLISH).detail == "Closed · Garden · North"
    assert place(hazard, row, ENGLISH, is_near=True).detail == "Closed · 1 Sept 2025"
    symbol = place(hazard, row, ENGLISH).symbol
    assert symbol is not None
    assert symbol.shape == "circle"


def test_what_has_no_name_is_called_what_it_is_in_the_readers_language() -> None:
    service = get_layer("service_point")
    nameless, named = _row("7", name=None, kind="hydrant"), _row("Market hall", name="Market hall", kind="market")
    assert place(service, nameless, ENGLISH).name == "Fire hydrant"
    assert place(service, nameless, Wording("zh-CN")).name == "消火栓"
    # What the name says already isn't said again beside it.
    assert (place(service, nameless, ENGLISH).detail, place(service, named, ENGLISH).detail) == ("", "Market")
    assert place(service, named, ENGLISH).name == "Market hall"
    # A layer whose records all have names has no such way out.
    assert get_layer("police_post").unnamed_by is None
