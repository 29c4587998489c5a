"""Hot spots and change on the sample town: intervals, what is too small to be told, what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas
import numpy as np
import pyogrio
import pytest
import shapely
from sqlalchemy import text

from geodata.analyses.coverage.answer import AreaShare
from geodata.analyses.hotspots import (
    change_as_json,
    compare_periods,
    frame_of_change,
    parse_months,
    spots_as_json,
    spots_of,
    spots_question,
    surface_of,
    years_of,
)
from geodata.analyses.hotspots.rows import told_rows
from geodata.command import change as change_command
from geodata.command import hotspots as hotspots_command
from geodata.database.engine import engine_for
from geodata.database.logins import Login
from geodata.errors import InvalidInput
from geodata.layers.audience import Audience
from geodata.publication import publish
from geodata.queries.features import page
from geodata.queries.incidents import list_told_kinds
from geodata.queries.open_hazards import count_open_hazards
from geodata.queries.reading import Reader, open_reading
from geodata.settings import Settings

pytestmark = pytest.mark.xdist_group("sample town")

BEFORE, AFTER = "2024-01..2024-10", "2025-01..2025-10"
YEAR = "2024-01..2024-12"
"""The only calendar year of the sample that is counted from its first month to its last."""


def test_the_planted_fall_is_told_with_its_interval_and_not_called_one() -> None:
    # The sample plants 49 -> 38: fewer by 22.4 %, which needs a base of about 146 to beat chance.
    total, (row, other) = told_rows({"a": ("West", 49, 38), "b": ("East", 200, 140)}, np.zeros((2, 2), dtype=np.bool_))
    assert change_command.told(row).startswith("49 -> 38 (-11), -22%, 95% interval -5")
    assert change_command.told(row).endswith("can't be told from chance")
    assert not row.is_beyond_chance
    assert other.is_beyond_chance
    assert (total.before, total.after) == (249, 178)
    assert row.q is not None
    assert row.q > other.q  # type: ignore[operator]


def test_on_a_small_base_nothing_is_told_in_percent() -> None:
    total, (few, enough) = told_rows({"a": ("A", 19, 90), "b": ("B", 20, 90)}, np.zeros((2, 2), dtype=np.bool_))
    assert (few.change, few.low, few.high, enough.change, total.change) == (None, None, None, 3.5, 3.615385)
    assert few.is_beyond_chance, "the counts still say so"
    assert change_command.told(few) == "19 -> 90 (+71): beyond chance"
    assert [AreaShare(None, demand, 15.0, 0).share for demand in (0.0, 19.0, 20.0)] == [None, None, 0.75]


def test_small_counts_are_withheld_with_what_would_give_them_away() -> None:
    counts = {"a": ("A", 30, 31), "b": ("B", 4, 30), "c": ("C", 12, 50), "d": ("D", 40, 60)}
    hidden = np.array([[False, False], [True, False], [True, False], [False, False]])
    total, rows = told_rows(counts, hidden)
    assert [(row.before, row.after) for row in rows] == [(30, 31), (None, 30), (None, 50), (40, 60)]
    assert [row.q is None for row in rows] == [False, True, True, False]
    assert [row.change is None for row in rows] == [False, True, True, False]
    assert not rows[2].is_beyond_chance
    assert (total.before, total.after) == (86, 171)
    assert change_command.told(rows[1]) == "withheld -> 30: too few to tell, or they would give others away"
    # Where all are withheld the sum would be one of them.
    total, _ = told_rows({"a": ("A", 30, 31)}, np.ones((1, 2), dtype=np.bool_))
    assert (total.before, total.after) == (None, None)


def test_incidents_are_told_by_the_calendar_years_that_are_published(sample_town: Settings) -> None:
    # Counted from November 2023 to October 2025: only 2024 is whole, and one year can't be compared with itself.
    kinds = list_told_kinds(sample_town)
    assert len(kinds) > 1
    published = _published(sample_town)
    for kind in kinds:
        assert [str(year) for year in years_of(sample_town, kind)] == [YEAR]
        spots = spots_of(sample_town, spots_question(sample_town, kind))
        told = {row["name"]: row["count"] for row in spots_as_json(spots, None)["spots"]}  # type: ignore[attr-defined]
        assert told == published[kind]
        with pytest.raises(InvalidInput, match="so far 2024: nothing as long stands just before") as refused:
            compare_periods(sample_town, kind)
        assert "目前有 2024 年" in refused.value.told("zh-CN")
    assert set(published) == set(kinds)
    for wrong in (AFTER, "2023-11..2024-10", "2024-11..2025-10", "2025-01..2025-12", "2024-07..2024-12"):
        with pytest.raises(InvalidInput, match=r"told for whole calendar years only; wanted are 2024-01\.\.2024-12"):
            compare_periods(sample_town, kinds[0], after=wrong)


def _published(settings: Settings) -> dict[str, dict[str, int | None]]:
    """Return what the publication tells planners of each kind: community to count."""
    publish(settings)
    told: dict[str, dict[str, int | None]] = {}
    with open_reading(settings, Reader(Audience.PLANNER)) as reading:
        for row in page(reading, reading.layer("incident_count"), limit=1000).records:
            told.setdefault(str(row.values["kind"]), {})[str(row.values["area_name"])] = row.values["total"]  # type: ignore[assignment]
    return told


def test_hazards_are_compared_by_the_area_of_their_compound(sample_town: Settings) -> None:
    found = compare_periods(sample_town, "hazards", after="2025-06..2025-10")
    # The sample's register begins in January 2025: of the year before nobody knows, so the months before it are.
    assert str(found.before) == "2025-01..2025-05"
    assert found.total.before is not None
    assert found.total.before == sum(row.before or 0 for row in found.rows) > 0
    with engine_for(sample_town, Login.OWNER).connect() as connection:
        query = "SELECT count(*) FROM live.hazard WHERE status <> 'dismissed' AND found_on >= '2025-01-01'"
        counted = connection.execute(text(query)).scalar_one()
    assert found.total.before + (found.total.after or 0) + found.elsewhere == counted
    assert "small_counts" not in found.receipt
    # By the grid, too: those are compounds, not people.
    by_grid = compare_periods(sample_town, "hazards", after="2025-06..2025-10", level="grid")
    assert by_grid.total == found.total
    # The register has ten months and no year before: unasked, its halves are compared, and that is said.
    usual = compare_periods(sample_town, "hazards")
    assert (str(usual.before), str(usual.after), usual.begins) == ("2025-01..2025-05", "2025-06..2025-10", "2025-01")
    assert (usual.total, found.begins) == (found.total, None)
    assert change_as_json(usual)["begins"] == "2025-01"
    assert len(frame_of_change(usual)) == len(usual.rows) == 12
    assert frame_of_change(usual).geometry.notna().all()
    assert "known from 2025-01 on, for less than two years" in change_command.in_words(change_as_json(usual))
    # What nobody has written down is no 0 from which all has risen.
    with pytest.raises(InvalidInput, match="known from 2025-01 on and not for all of 2023-11") as refused:
        compare_periods(sample_town, "hazards", after="2024-11..2025-10")
    assert refused.value.told("zh-CN").startswith("隐患从 2025-01 起才有登记")
    with pytest.raises(InvalidInput, match="known from 2025-01 on and not for all of 2024-10"):
        compare_periods(sample_town, "hazards", "2024-10..2025-03", "2025-05..2025-10")


@pytest.mark.parametrize(
    ("what", "before", "after", "level", "message"),
    [
        ("hazards", "2024-01..2024-09", AFTER, "community", "has 9 months and .* has 10; wanted are periods of equal"),
        ("hazards", "2024-06..2025-03", AFTER, "community", "wanted is the earlier period first"),
        ("murders", BEFORE, AFTER, "community", "nothing is counted as 'murders'"),
        ("open_hazards", BEFORE, AFTER, "community", "nothing is counted as 'open_hazards'"),
        ("刑事发案", "2023-01..2023-12", YEAR, "grid", "刑事发案 by 'grid'; wanted is one of community"),
        ("hazards", BEFORE, AFTER, "planet", "hazards by 'planet'; wanted is one of grid"),
        ("刑事发案", "2023-01..2023-12", YEAR, "street", "刑事发案 by 'street'; wanted is one of community"),
    ],
)
def test_what_cant_be_compared_is_refused(
    sample_town: Settings, what: str, before: str, after: str, level: str, message: str
) -> None:
    with pytest.raises(InvalidInput, match=message):
        compare_periods(sample_town, what, before, after, level=level)


@pytest.mark.parametrize("words", ["2025", "2025-13..2025-14", "2025-00..2025-02", "2025-03..2025-02", ""])
def test_words_that_are_no_months_are_refused(words: str) -> None:
    with pytest.raises(InvalidInput, match="wanted is"):
        parse_months(words)


def test_months_end_on_their_last_day() -> None:
    first, last = parse_months("2024-02..2024-02").days
    assert (first.isoformat(), last.isoformat()) == ("2024-02-01", "2024-02-29")
    assert str(parse_months(BEFORE)) == BEFORE
    assert parse_months(BEFORE).count == 10


def test_hot_spots_of_open_hazards_are_told_by_compound_only(sample_town: Settings) -> None:
    spots = spots_of(sample_town, spots_question(sample_town, "open_hazards"))
    surface = surface_of(spots)
    assert surface is not None
    told = spots_as_json(spots, surface)
    assert spots.values.sum() + spots.left_out == sum(count_open_hazards(sample_town).values()) > 0
    assert told["hot"] == int(spots.found.is_hot.sum())
    assert np.nanmax(spots.found.z) > 0 > np.nanmin(spots.found.z)
    assert json.loads(json.dumps(told))["places"] == len(spots.names)
    # Nothing is lost when hazards are spread out, and the steps hold the compounds with the most.
    assert surface.surface.total == pytest.approx(spots.values.sum())
    steps = surface.frame.geometry
    assert steps.is_valid.all()
    assert (np.diff(shapely.area(steps.to_numpy())) < 0).all()
    assert surface.frame["to_per_km2"].iloc[-1] == round(surface.most_per_km2, 2)
    said = hotspots_command.in_words(told)
    assert "counts are compared, not rates" in said
    assert f"open_hazards, as of 2025-10-31: {spots.values.sum():,.0f} in {len(spots.values)} places" in said


def test_incidents_of_few_areas_are_read_with_care_and_small_ones_are_withheld(sample_town: Settings) -> None:
    spots = spots_of(sample_town, spots_question(sample_town, "诈骗案件"))
    told = spots_as_json(spots, surface_of(spots))
    assert told["density"] is None
    assert str(spots.period) == YEAR
    assert len(spots.values) == 12
    said = hotspots_command.in_words(told)
    assert "read with care" in said
    assert f"withheld: {told['withheld']} counts" in said
    rows = json.loads(json.dumps(told))["spots"]
    assert 2 <= told["withheld"] == sum(row["count"] is None for row in rows)  # type: ignore[operator]
    assert all(row["count"] is None or row["count"] >= 10 for row in rows)
    # What stands beside a withheld count would tell it.
    assert all(row["z"] is None for row in rows if row["count"] is None)
    assert spots.is_blurred.sum() >= spots.is_withheld.sum()
    with pytest.raises(InvalidInput, match="nothing is counted as 'murders'"):
        spots_of(sample_town, spots_question(sample_town, "murders"))
    with pytest.raises(InvalidInput, match="a radius of 0"):
        spots_of(sample_town, spots_question(sample_town, "hazards", AFTER, radius_m=0))
    with pytest.raises(InvalidInput, match="by 'grid'"):
        spots_of(sample_town, spots_question(sample_town, "诈骗案件", level="grid"))


def test_both_commands_write_what_they_say(
    sample_town: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CSMAP_HOME", str(sample_town.home))
    monkeypatch.setenv("CSMAP_DATABASE_URL", sample_town.database_url or "")
    spots, change = tmp_path / "spots.gpkg", tmp_path / "change.gpkg"
    hotspots_command.main(["open_hazards", "--json", "--out", str(spots)])
    told = json.loads(capsys.readouterr().out)
    assert {name for name, _ in pyogrio.list_layers(spots)} == {"spots", "density"}
    written = geopandas.read_file(spots, layer="spots")
    assert written["count"].sum() == told["total"]
    assert written["is_hot"].sum() == told["hot"]
    change_command.main(["hazards", "--json", "--out", str(change)])
    told = json.loads(capsys.readouterr().out)
    written = geopandas.read_file(change)
    assert written["count_after"].sum() == told["total"]["after"] > 0
    with pytest.raises(InvalidInput, match="ends in"):
        change_command.main(["诈骗案件", "--out", str(tmp_path / "change.shp")])
