"""Records in words: totals of money, what tells neighbours apart."""

from __future__ import annotations

from datetime import date

from geodata.layers import get_layer
from geodata.queries.features import Row
from geodata.queries.reading import RESIDENT, open_reading
from geodata.settings import Settings
from webmap.telling import Column, Listing, listing, place
from webmap.wording import Wording

ENGLISH = Wording("en")


def _row(called: str, /, **values: object) -> Row:
    return Row(id=7, values=values, name=called, lon=112.0, lat=27.73)


def test_a_panel_tells_of_a_state_in_a_line() -> None:
    status = get_layer("compound_status")
    nos = {"lacks_manager": True, "lacks_authority": True, "lacks_guards": True}
    row = _row("Garden", compound_name="Garden", starts_on=date(2025, 3, 1), ends_on=None, **nos)
    assert place(status, row, ENGLISH, is_near=True).detail == "Three-nos compound · since 1 March 2025"
    assert place(status, row, Wording("zh-CN"), is_near=True).detail == "三无小区 · 2025年3月1日起"
    ended = _row("Garden", **{**row.values, "lacks_guards": False, "ends_on": date(2025, 5, 30)})
    assert place(status, ended, ENGLISH, is_near=True).detail == "No manager, no authority · 1 March 2025 – 30 May 2025"
    neither = _row("Garden", **dict.fromkeys(nos, False))
    assert place(status, neither, ENGLISH, is_near=True).detail == "Lacks none of the three"
    unknown = _row("Garden", **dict.fromkeys(nos))
    assert place(status, unknown, ENGLISH, is_near=True).detail == ""
    gate = _row("main", kind="main", hours="Mo-Su 06:00-22:00")
    assert place(get_layer("gate"), gate, Wording("zh-CN"), is_near=True).detail == "每天 06:00–22:00"
    shut = _row("side", kind="side", hours="off")
    assert place(get_layer("gate"), shut, ENGLISH, is_near=True).detail == "closed"


def test_a_withheld_total_says_so_in_its_cell_and_why_once(published: Settings) -> None:
    with open_reading(published, RESIDENT) as reading:
        layer = reading.layer("dispute")
        shown = _row("N", area_name="N", year=2024, total=12, is_withheld=False)
        hidden = _row("W", area_name="W", year=2024, total=None, is_withheld=True)
        table = listing(reading, layer, [shown, hidden], ENGLISH)
        open_one = listing(reading, layer, [shown], ENGLISH)
    assert [column.label for column in table.columns][-1] != table.note
    assert [row[-1] for row in table.rows] == ["12", "withheld"]
    assert table.note == "Withheld: under 10, or could be worked out"
    assert open_one.note == ""


def test_neighbours_are_told_apart_by_date_and_others_by_place() -> None:
    hazard = get_layer("hazard")
    row = _row("gas", kind="gas", status="closed", compound_name="Garden", community="North", found_on=date(2025, 9, 1))
    assert place(hazard, row, ENGLISH).detail == "Closed · Garden · North"
    assert place(hazard, row, ENGLISH, is_near=True).detail == "Closed · 1 September 2025"
    symbol = place(hazard, row, ENGLISH).symbol
    assert symbol is not None
    assert symbol.shape == "circle"


def test_what_has_no_name_is_called_what_it_is_in_the_readers_language() -> None:
    service = get_layer("service_point")
    nameless, named = _row("7", name=None, kind="hydrant"), _row("Market hall", name="Market hall", kind="market")
    assert place(service, nameless, ENGLISH).name == "Fire hydrant"
    assert place(service, nameless, Wording("zh-CN")).name == "消火栓"
    in_street = _row("7", name=None, kind="hydrant", street="人民路")
    assert place(service, in_street, ENGLISH).name == "Fire hydrant, 人民路"
    assert place(service, in_street, Wording("zh-CN")).name == "消火栓（人民路）"
    assert place(service, _row("Hall", name="Hall", kind="market", street="人民路"), ENGLISH).name == "Hall"
    # What the name says already isn't said again beside it.
    assert place(service, in_street, ENGLISH).detail == ""
    assert (place(service, nameless, ENGLISH).detail, place(service, named, ENGLISH).detail) == ("", "Market")
    assert place(service, named, ENGLISH).name == "Market hall"
    # A layer whose records all have names has no such way out.
    assert get_layer("compound").unnamed_by is None


def test_sums_of_millions_stand_below_their_name_where_there_is_little_room() -> None:
    columns = (Column("Paid by", False), Column("Planned", True), Column("Spent", True))
    few = Listing("Money", columns, (("Street", "550,800", "—"),), ("", "550,800", "0"))
    many = Listing("Money", columns, (("Street", "12,345,678.50", "—"),), ("", "12,345,678.50", "12,345,678.50 yuan"))
    assert [few.has_long_numbers, many.has_long_numbers] == [False, True]
    assert not Listing("Money", columns, ()).has_long_numbers
