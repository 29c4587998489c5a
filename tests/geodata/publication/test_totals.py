"""Totals by community and year: what is shown, what is withheld, and that no record gets out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import text

from geodata.analyses.hotspots import compare_periods
from geodata.database.engine import engine_for
from geodata.database.logins import Login
from geodata.errors import NotFound
from geodata.layers import get_layer
from geodata.layers.audience import Audience
from geodata.layers.publishing import CountsByArea
from geodata.publication import publish
from geodata.queries.features import page
from geodata.queries.geojson import geojson
from geodata.queries.incidents import list_told_kinds, read_year
from geodata.queries.reading import RESIDENT, STEWARD, Reader, open_reading
from geodata.queries.totals import told_totals
from geodata.settings import Settings
from tests.geodata.queries.staged import put

Told = dict[tuple[str, str], int | None]


class Row(NamedTuple):
    """A total as it is told; None where it is withheld."""

    area_name: str
    is_withheld: bool
    total: int | None


def square(column: int) -> str:
    west = 111.96 + column * 0.01
    east = west + 0.01
    return f"MULTIPOLYGON((({west} 27.72,{east} 27.72,{east} 27.74,{west} 27.74,{west} 27.72)))"


@pytest.fixture
def communities(deployment: Settings) -> Settings:
    """Four communities side by side, a grid in the first, and a deployment at the end of October 2025."""
    areas = [
        {"source_id": name, "code": name, "name": name, "kind": "community", "geom": square(column)}
        for column, name in enumerate("ABCD")
    ]
    put(
        deployment,
        "area",
        [*areas, {"source_id": "g", "code": "A01", "name": "grid", "kind": "grid", "geom": square(0)}],
    )
    return replace(deployment, as_of=date(2025, 10, 31))


def put_months(settings: Settings, counts: dict[str, int], *, year: int = 2024, months: int = 12) -> None:
    """All incidents of an area in the first month; the other months are known to have none."""
    rows = [
        {"area_code": code, "month": f"{year}-{month:02d}-01", "kind": "theft", "incidents": count if month == 1 else 0}
        for code, count in counts.items()
        for month in range(1, months + 1)
    ]
    for number, row in enumerate(rows):
        row["source_id"] = f"{year}/{number}"
    put(settings, "incident_count", rows)


def told_now(settings: Settings) -> Told:
    publish(settings)
    with open_reading(settings, RESIDENT) as reading:
        layer = reading.layer("incident_count")
        rows = [row.values for row in page(reading, layer).records]
    assert all((row["total"] is None) == row["is_withheld"] for row in rows)
    return {(str(row["area_name"]), str(row["year"])): row["total"] for row in rows}  # type: ignore[misc]


def test_large_totals_are_told(communities: Settings) -> None:
    put_months(communities, {"A": 40, "B": 12, "C": 10, "D": 99})
    assert told_now(communities) == {("A", "2024"): 40, ("B", "2024"): 12, ("C", "2024"): 10, ("D", "2024"): 99}


def test_a_small_total_takes_the_next_one_with_it(communities: Settings) -> None:
    # 3 alone would be what is missing from the sum that a newspaper tells.
    put_months(communities, {"A": 40, "B": 3, "C": 15, "D": 99})
    assert told_now(communities) == {("A", "2024"): 40, ("B", "2024"): None, ("C", "2024"): None, ("D", "2024"): 99}


def test_none_is_as_small_as_few(communities: Settings) -> None:
    # D has no incidents at all: its row is there and says no more than that of a community with nine.
    put_months(communities, {"A": 40, "B": 9, "C": 15})
    told = told_now(communities)
    assert told == {("A", "2024"): 40, ("B", "2024"): None, ("C", "2024"): None, ("D", "2024"): None}


def test_a_total_that_is_nearly_all_is_withheld(communities: Settings) -> None:
    put_months(communities, {"A": 400, "B": 2, "C": 1, "D": 1})
    assert set(told_now(communities).values()) == {None}


def test_a_year_that_is_not_whole_is_not_told(communities: Settings) -> None:
    put_months(communities, {"A": 40, "B": 20, "C": 30, "D": 50}, year=2025, months=10)
    assert told_now(communities) == {}


def test_a_grid_counts_for_its_community(communities: Settings) -> None:
    put_months(communities, {"A01": 40, "B": 20, "C": 30, "D": 50})
    assert told_now(communities)[("A", "2024")] == 40


def test_counts_of_outlines_that_no_longer_hold_stay_in_the_totals(communities: Settings) -> None:
    put_months(communities, {"A": 40, "B": 20, "C": 30, "D": 50})
    # A is split into halves, one of which keeps its code; B has another code and its own outline.
    west, east = square(0).replace("111.97", "111.965"), square(0).replace("111.96 ", "111.965 ")
    old = [("A", "A", square(0)), ("B", "B", square(1))]
    new = [("A", "a2", west), ("E", "e", east), ("F", "f", square(1))]
    same = [("C", "C", square(2)), ("D", "D", square(3))]
    put(
        communities,
        "area",
        [
            {"source_id": key, "code": code, "name": code, "kind": "community", "geom": outline, **days}
            for rows, days in ((old, {"valid_to": "2025-01-01"}), (new, {"valid_from": "2025-01-01"}), (same, {}))
            for code, key, outline in rows
        ],
    )
    rows = [
        {
            "source_id": f"{code}/{month}", "area_code": code, "month": f"2025-{month:02d}-01", "kind": "theft",
            "incidents": count if month == 1 else 0,
        }
        for code, count in {"A": 25, "E": 15, "F": 20, "C": 31, "D": 50}.items()
        for month in range(1, 13)
    ]  # fmt: skip
    put(communities, "incident_count", rows, source="later")
    settings = replace(communities, as_of=date(2026, 1, 15))
    told = told_now(settings)
    # What was B's is F's; for which half A's were nobody knows: they stay its own, and the halves have no year 2024.
    before = {"A (–2025-01-01)": 40, "F": 20, "C": 30, "D": 50}
    after = {"A": 25, "E": 15, "F": 20, "C": 31, "D": 50}
    assert told == {(name, "2024"): n for name, n in before.items()} | {(name, "2025"): n for name, n in after.items()}
    found = compare_periods(settings, "theft", "2024-01..2024-12", "2025-01..2025-12")
    assert [(row.code, row.before, row.after) for row in found.rows] == [("C", 30, 31), ("D", 50, 50), ("F", 20, 20)]
    assert found.left_out == {"A (–2025-01-01)": "split", "A": "split", "E": "split"}
    assert (found.total.before, found.total.after) == (100, 101)


def test_no_record_and_no_month_gets_out(communities: Settings) -> None:
    put_months(communities, {"A": 40, "B": 20, "C": 30, "D": 50})
    publish(communities)
    with open_reading(communities, RESIDENT) as reading:
        layer = reading.layer("incident_count")
        sent = geojson(reading, layer)
        assert sent.matched == 4
        assert not any("month" in feature or "2024-01" in feature for feature in sent.features)
    with open_reading(communities, STEWARD) as reading:
        assert page(reading, reading.layer("incident_count")).matched == 48
    with engine_for(communities, Login.PUBLIC).connect() as connection, pytest.raises(Exception, match="denied"):
        connection.execute(text("SELECT * FROM live.incident_count"))


def test_officers_get_the_residents_totals_and_no_records(communities: Settings) -> None:
    put_months(communities, {"A": 40, "B": 3, "C": 15, "D": 99})
    officer = Reader(Audience.GRID_OFFICER, ("A01",))
    with open_reading(communities, officer) as reading, pytest.raises(NotFound):
        reading.layer("incident_count")
    told = told_now(communities)
    with open_reading(communities, officer) as reading:
        rows = [row.values for row in page(reading, reading.layer("incident_count")).records]
        assert page(reading, reading.layer("dispute")).matched == 0
    assert {(str(row["area_name"]), str(row["year"])): row["total"] for row in rows} == told
    with engine_for(communities, Login.OFFICER).connect() as connection, pytest.raises(Exception, match="denied"):
        connection.execute(text("SELECT id FROM live.incident_count"))


def test_disputes_are_counted_for_residents_and_listed_for_planners(communities: Settings) -> None:
    put(communities, "compound", [{"source_id": "a", "name": "Garden", "community": "A", "geom": square(0)}])
    disputes = [
        {
            "source_id": str(number),
            "kind": "noise",
            "opened_on": "2024-03-01",
            "compound_name": "Garden",
            "community": "A",
        }
        for number in range(25)
    ]
    put(communities, "dispute", disputes)
    publish(communities)
    with open_reading(communities, RESIDENT) as reading:
        layer = reading.layer("dispute")
        assert {field.name for field in reading.fields(layer)} == {
            "area_name",
            "area_id",
            "year",
            "total",
            "is_withheld",
        }
        # The other three have none, and all 25 are one community's: telling them would tell where they were.
        assert [row.values["total"] for row in page(reading, layer).records] == [None] * 4
    with open_reading(communities, Reader(Audience.PLANNER)) as reading:
        assert page(reading, reading.layer("dispute")).matched == 25


def test_the_district_s_own_total_is_no_community_s(communities: Settings) -> None:
    everything = "MULTIPOLYGON(((111.95 27.71,112.01 27.71,112.01 27.75,111.95 27.75,111.95 27.71)))"
    put(communities, "area", [{"source_id": "s", "code": "S", "name": "Street", "kind": "street", "geom": everything}])
    put_months(communities, {"A": 20, "B": 30, "C": 40, "D": 50, "S": 140})
    assert told_now(communities) == {("A", "2024"): 20, ("B", "2024"): 30, ("C", "2024"): 40, ("D", "2024"): 50}


def test_what_is_known_of_a_community_is_not_known_of_each_grid(communities: Settings) -> None:
    put_months(communities, {"A": 40, "A01": 12})
    with engine_for(communities, Login.STAFF).connect() as connection:
        query = """
            SELECT a.code, array(SELECT o.code FROM live.area o WHERE o.id = ANY(a.area_ids) ORDER BY 1)
            FROM live.area a WHERE a.code IN ('A', 'A01')
        """
        lies_in = {row.code: row.array for row in connection.execute(text(query))}
        assert lies_in == {"A": ["A"], "A01": ["A", "A01"]}


def test_a_compound_on_the_border_counts_where_most_of_it_lies(communities: Settings) -> None:
    # A ends at 111.97: a tenth of the garden lies in B.
    garden = "MULTIPOLYGON(((111.961 27.73,111.971 27.73,111.971 27.731,111.961 27.731,111.961 27.73)))"
    put(communities, "compound", [{"source_id": "a", "name": "Garden", "community": "A", "geom": garden}])
    for number, name in enumerate("BCD", start=1):
        yard = {"source_id": name, "name": f"Yard {name}", "community": name, "geom": square(number)}
        put(communities, "compound", [yard])
    counts = {"Garden": 25, "Yard B": 12, "Yard C": 13, "Yard D": 14}
    disputes = [
        {"source_id": f"{name}{number}", "kind": "noise", "opened_on": "2024-03-01", "compound_name": name}
        for name, count in counts.items()
        for number in range(count)
    ]
    put(communities, "dispute", disputes)
    publish(communities)
    with open_reading(communities, RESIDENT) as reading:
        rows = [row.values for row in page(reading, reading.layer("dispute")).records]
    assert {row["area_name"]: row["total"] for row in rows} == {"A": 25, "B": 12, "C": 13, "D": 14}
    assert len(disputes) == sum(int(str(row["total"])) for row in rows)


def test_a_kind_of_which_a_month_is_missing_is_not_told(communities: Settings) -> None:
    put_months(communities, {"A": 40, "B": 20, "C": 30, "D": 50})
    december = [
        {"source_id": f"f{code}", "area_code": code, "month": "2024-12-01", "kind": "fraud", "incidents": 30}
        for code in "ABCD"
    ]
    put(communities, "incident_count", december)
    publish(communities)
    with open_reading(communities, RESIDENT) as reading:
        rows = page(reading, reading.layer("incident_count")).records
    assert {row.values["kind"] for row in rows} == {"theft"}


def test_a_kind_of_which_there_are_few_in_all_is_not_named(communities: Settings) -> None:
    put_months(communities, {"A": 3, "B": 2, "C": 1, "D": 3})
    assert told_now(communities) == {}


def test_a_running_year_is_not_told_of_records_either(communities: Settings) -> None:
    put(communities, "compound", [{"source_id": "a", "name": "Garden", "community": "A", "geom": square(0)}])
    disputes = [
        {"source_id": str(number), "kind": "noise", "opened_on": "2025-03-01", "compound_name": "Garden"}
        for number in range(200)
    ]
    put(communities, "dispute", disputes)
    publish(communities)
    with open_reading(communities, RESIDENT) as reading:
        assert page(reading, reading.layer("dispute")).matched == 0


@hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 60), min_size=4, max_size=4))
def test_what_is_withheld_cannot_be_worked_out(communities: Settings, counts: list[int]) -> None:
    """Whatever the counts: nothing small is told, and what is withheld adds up to nothing small either."""
    rule = get_layer("incident_count").public
    assert isinstance(rule, CountsByArea)
    with engine_for(communities, Login.OWNER).begin() as connection:
        connection.execute(text("DELETE FROM live.incident_count"))
        connection.execute(
            text(
                """
                INSERT INTO live.incident_count (source, source_id, row_hash, load_id, recorded_from, area_ids, kind,
                    month, incidents)
                SELECT 's', a.code || m, '', 1, now(), a.area_ids, 'theft', make_date(2024, m, 1),
                    CASE WHEN m = 1 THEN (CAST(:counts AS integer[]))[ascii(a.code) - 64] ELSE 0 END
                FROM live.area a, generate_series(1, 12) m WHERE a.kind = 'community'
                """
            ),
            {"counts": counts},
        )
        told = f"WITH {told_totals(get_layer('incident_count'), rule)} SELECT name, is_withheld, total FROM told"
        found = connection.execute(text(told), {"minimum": 10, "today": date(2025, 10, 31)}).all()
        rows = [Row(row.name, row.is_withheld, None if row.is_withheld else row.total) for row in found]
    # What planners may ask is withheld as it is published, ties between equal totals among it.
    asked = {row.name: None if row.is_withheld else row.total for row in read_year(communities, "theft", 2024)}
    assert asked == {row.area_name: row.total for row in rows}
    assert list_told_kinds(communities) == (["theft"] if rows else [])
    true = dict(zip("ABCD", counts, strict=True))
    withheld = [true[row.area_name] for row in rows if row.is_withheld]
    assert all(row.total == true[row.area_name] >= 10 for row in rows if not row.is_withheld)
    assert not withheld or (len(withheld) > 1 and (sum(withheld) >= 10 or len(withheld) == 4))


def test_a_layer_that_is_hidden_stays_hidden(communities: Settings) -> None:
    publish(communities)
    with open_reading(communities, RESIDENT) as reading, pytest.raises(NotFound):
        reading.layer("area_population")
