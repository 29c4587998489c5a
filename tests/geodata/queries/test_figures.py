"""Figures of a small district, counted by hand, and that each is as many as its list has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date

import pytest

from geodata.errors import NotFound
from geodata.layers.audience import Audience
from geodata.layers.figure import OF, ChildKnows, Figure, Known, Mechanism, MedianHours, Ratio, Was
from geodata.layers.figures import FIGURES, get_figure
from geodata.publication import publish
from geodata.queries.areas import get_area
from geodata.queries.features import page
from geodata.queries.figures import own
from geodata.queries.figures.conditions import counted_in
from geodata.queries.figures.counts import count_each, count_figure
from geodata.queries.figures.own import figure_of, figures_of, is_for, listed_layer, words_beyond
from geodata.queries.figures.period import Period
from geodata.queries.figures.places import compound_outlines
from geodata.queries.figures.since import FirstDays
from geodata.queries.reading import RESIDENT, STEWARD, Reader, Reading, open_reading
from geodata.settings import Settings
from tests.deployments import Deployments
from tests.geodata.queries.staged import put

TO_OCTOBER = Period(date(2025, 1, 1), date(2025, 10, 31))
PLANNER, OFFICER, POLICE = (
    Reader(Audience.PLANNER),
    Reader(Audience.GRID_OFFICER, ("A",)),
    Reader(Audience.POLICE, ("B",)),
)
READERS = (RESIDENT, PLANNER, OFFICER, POLICE, STEWARD)


def square(column: int) -> str:
    west = 111.96 + column * 0.01
    east = west + 0.01
    return f"MULTIPOLYGON((({west} 27.72,{east} 27.72,{east} 27.74,{west} 27.74,{west} 27.72)))"


def yard(column: int, row: int = 0) -> str:
    west, south = 111.962 + column * 0.01, 27.722 + row * 0.004
    east, north = west + 0.002, south + 0.002
    return f"MULTIPOLYGON((({west} {south},{east} {south},{east} {north},{west} {north},{west} {south})))"


YEAR = range(1, 13)
COUNTED: tuple[tuple[str, str, int, Iterable[int], int], ...] = (
    # Theft in 2024: 12 in A, 24 in B; until October 2025 20 and 8, of A no number for July.
    ("Theft: all", "A", 2024, YEAR, 1),
    ("Theft: all", "B", 2024, YEAR, 2),
    ("Theft: all", "A", 2025, (1, 2, 3, 4, 5, 6, 8, 9, 10), 2),
    ("Theft: all", "B", 2025, range(1, 11), 1),
    # Fraud in 2024: 36 in A, none in B, so that none may be told.
    ("Fraud", "A", 2024, YEAR, 3),
    ("Fraud", "B", 2024, YEAR, 0),
    # Fires have no whole year.
    ("Fire", "B", 2025, (9, 10), 1),
)
"""Kind, area, year, months, and how many incidents in each of them."""


@pytest.fixture(scope="module")
def district(deployments: Deployments) -> Settings:
    """Communities A and B; Garden and Mill in A, Hill in B; what was done there in 2024 and until October 2025."""
    settings = replace(deployments.make("Figures", as_of=date(2025, 10, 31)))
    names = {"Garden": ("A", yard(0)), "Mill": ("A", yard(0, 1)), "Hill": ("B", yard(1))}
    put_all(
        settings,
        area=[{"code": code, "name": code, "kind": "community", "geom": square(n)} for n, code in enumerate("AB")],
        compound=[{"name": name, "community": each, "geom": geom} for name, (each, geom) in names.items()],
        party_branch=[{"source_id": "p", "name": "Branch", "area_code": "A"}],
        branch_covers_compound=[{"parent_source_id": "p", "compound_name": name} for name in ("Garden", "Mill")],
        owners_committee=[{"source_id": "c", "status": "active", "compound_name": "Garden"}],
        term=[
            term("1", 1, "formed", "2021-05-01", "2025-05-01"),
            term("2", 2, "re_elected", "2025-05-02", "2029-05-01"),
        ],
        property_company=[{"source_id": "x", "name": "X"}, {"source_id": "y", "name": "Y"}],
        engagement=[
            engagement("x", "Garden", "2020-01-01"),
            engagement("x", "Mill", "2020-01-01", "2025-06-30", "replaced"),
            engagement("y", "Mill", "2025-07-01"),
        ],
        assessment=[
            grade("x", "Garden", "2023-11-20", "A"),
            grade("x", "Garden", "2024-11-20", "C"),
            grade("x", "Garden", "2025-10-20", "B"),
            # Another company's better grade for the same compound is no rise of either.
            grade("x", "Mill", "2024-11-20", "C"),
            grade("y", "Mill", "2025-10-20", "B"),
            # It was C once, and B already the last time.
            grade("x", "Hill", "2023-11-20", "C"),
            grade("x", "Hill", "2024-11-20", "B"),
            grade("x", "Hill", "2025-10-20", "B"),
        ],
        compound_status=[
            {**lacks("Hill"), "starts_on": "2024-01-01", "ends_on": "2025-03-01"},
            {**lacks("Mill"), "lacks_guards": "false", "starts_on": "2024-01-01"},
        ],
        meeting=[
            {"source_id": key, "kind": "building", "compound_name": name, "held_on": day}
            for key, name, day in (
                ("m1", "Garden", "2024-01-02"),
                ("m2", "Hill", "2024-11-05"),
                ("m3", "Garden", "2025-01-01"),
                ("m4", "Hill", "2025-10-31"),
            )
        ],
        meeting_issue=[
            {"source_id": f"{key}/i", "parent_source_id": key, "kind": "parking"} for key in ("m2", "m3", "m4")
        ],
        resolution=[
            {"parent_source_id": "m2/i", "status": "solved", "solved_on": "2025-02-01"},
            {"parent_source_id": "m3/i", "status": "rejected"},
        ],
        whistle=[{"source_id": "w", "kind": "joint", "compound_name": "Hill", "blown_at": "2025-03-01 09:00"}],
        response=[
            response("Fire", "2025-03-01 12:00", "2025-03-01 12:00"),
            response("Roads", "2025-03-01 12:00", "2025-03-01 12:01"),
            response("Water", "2025-03-01 12:00", None),
        ],
        dispute=[
            {
                "kind": "noise",
                "compound_name": name,
                "opened_on": f"{year}-12-{n + 1:02d}",
                "source_id": f"{name}{year}{n}",
            }
            for year, name, count in ((2023, "Garden", 12), (2024, "Garden", 21), (2024, "Hill", 11))
            for n in range(count)
        ],
        incident_count=[
            monthly(kind, code, f"{year}-{month:02d}-01", number)
            for kind, code, year, months, number in COUNTED
            for month in months
        ],
        micro_project=[
            project("l", "Garden", "done", "2025-02-01", "2025-03-01"),
            project("r", "Hill", "planned"),
        ],
        funding_line=[
            {"source_id": f"{key}/{source}", "parent_source_id": key, "funder": source, "planned": "10", "spent": spent}
            for key, source, spent in (("l", "street", "100"), ("l", "residents", "50"), ("r", "street", None))
        ],
        brand=[{"source_id": "b", "name": "Star"}],
        volunteer_team=[{"source_id": "t", "parent_source_id": "b", "name": "Team", "area_code": "A"}],
        activity=[
            {"parent_source_id": "t", "kind": "care", "compound_name": "Garden", "held_on": "2025-08-03"},
            {"parent_source_id": "t", "kind": "care", "compound_name": "Mill", "held_on": "2025-08-02"},
        ],
        hazard=[
            hazard("h1", "Garden", "2025-09-01"),
            hazard("h2", "Garden", "2025-10-30"),
            hazard("h3", "Hill", "2025-09-01", due="2025-09-30"),
        ],
        hazard_event=[
            {"parent_source_id": key, "kind": kind, "happened_on": day}
            for key, kind, day in (
                ("h1", "reported", "2025-09-01"),
                ("h1", "closed", "2025-09-10"),
                ("h2", "reported", "2025-10-30"),
                ("h3", "reported", "2025-09-01"),
            )
        ],
    )
    publish(settings)
    return settings


def put_all(settings: Settings, **layers: list[dict[str, str | None]]) -> None:
    for layer_id, rows in layers.items():
        put(settings, layer_id, rows)


def term(key: str, number: int, origin: str, starts_on: str, ends_on: str) -> dict[str, str | None]:
    days = {"starts_on": starts_on, "ends_on": ends_on}
    seats = {"seats": str(5 + 2 * number), "party_seats": "3"}
    return {"source_id": key, "parent_source_id": "c", "number": str(number), "origin": origin, **days, **seats}


def monthly(kind: str, area: str, month: str, number: int) -> dict[str, str | None]:
    return {"kind": kind, "area_code": area, "month": month, "incidents": str(number)}


def engagement(
    company: str, name: str, starts_on: str, ends_on: str | None = None, end_reason: str | None = None
) -> dict[str, str | None]:
    days = {"starts_on": starts_on, "ends_on": ends_on, "end_reason": end_reason}
    return {"parent_source_id": company, "compound_name": name, **days}


def grade(company: str, name: str, day: str, value: str) -> dict[str, str | None]:
    told = {"scheme": "stars", "period": day[:4], "assessed_on": day, "grade": value}
    return {"parent_source_id": company, "compound_name": name, **told}


def lacks(name: str) -> dict[str, str | None]:
    return {"compound_name": name, "lacks_manager": "true", "lacks_authority": "true", "lacks_guards": "true"}


def response(department: str, due: str, arrived: str | None) -> dict[str, str | None]:
    return {"parent_source_id": "w", "department": department, "due_at": due, "arrived_at": arrived}


def project(
    key: str, name: str, status: str, started_on: str | None = None, finished_on: str | None = None
) -> dict[str, str | None]:
    days = {"status": status, "started_on": started_on, "finished_on": finished_on}
    return {"source_id": key, "name": "Lamps", "compound_name": name, "households": "20", **days}


def hazard(key: str, name: str, found_on: str, due: str = "2099-01-01") -> dict[str, str | None]:
    point = {"Garden": "POINT(111.963 27.723)", "Hill": "POINT(111.973 27.723)"}[name]
    return {"source_id": key, "kind": "gas", "compound_name": name, "found_on": found_on, "due_on": due, "geom": point}


@contextmanager
def read_by(settings: Settings, reader: Reader) -> Iterator[Reading]:
    with open_reading(settings, reader) as reading:
        yield reading


def counted(settings: Settings, reader: Reader, period: Period = TO_OCTOBER, area: str = "") -> dict[str, float | None]:
    with open_reading(settings, reader) as reading:
        within = get_area(reading, area).id if area else None
        known: FirstDays = {}
        found = {
            each.key: count_each(reading, each, (period,), area=within, known=known) for each in figures_of(reading)
        }
        return {key: count.value for key, [count] in found.items()}


BY_HAND = {
    "party_branches": 1,
    "compounds_covered": 2,
    "committees": 1,
    "committees_formed": 1,
    "committee_seats": 9,
    "party_seats": 3,
    "grade_a": 0,
    "grade_b": 3,
    "grade_c": 0,
    "from_c_to_b": 1,
    "from_b_to_b": 1,
    "from_a_to_b": 0,
    "companies_replaced": 1,
    "compounds_engaged": 2,
    "three_nos": 0,
    "three_nos_left": 1,
    "meetings": 2,
    "issues_raised": 2,
    "issues_solved": 1,
    "whistles": 1,
    "responses_due": 3,
    "responses_on_time": 1,
    "projects": 2,
    "projects_started": 1,
    "projects_done": 1,
    "projects_of_street": 2,
    "projects_of_residents": 1,
    "projects_of_sponsors": 0,
    "activities": 2,
    # 90 days back from 31 October is 3 August.
    "compounds_without_activity": 2,
    "volunteer_brands": 1,
    "volunteer_teams": 1,
    # Two came 180 and 181 minutes after the whistle, one hasn't come.
    "hours_to_come": pytest.approx(180.5 / 60),
}


@pytest.mark.parametrize("reader", [RESIDENT, PLANNER, STEWARD], ids=lambda reader: reader.audience)
def test_figures_are_what_one_counts_by_hand(district: Settings, reader: Reader) -> None:
    found = counted(district, reader)
    assert {key: found[key] for key in BY_HAND} == BY_HAND


def test_hazards_are_those_that_the_reader_may_see(district: Settings) -> None:
    keys = ("hazards_found", "hazards_closed", "hazards_open", "hazards_overdue", "hazards_recurred")
    steward, resident, officer = (counted(district, reader) for reader in (STEWARD, RESIDENT, OFFICER))
    assert [steward[key] for key in keys] == [3, 1, 2, 1, 1]
    # h2 is younger than seven days; which open ones were found when, and when they are due, isn't for residents.
    assert [resident.get(key) for key in keys] == [None, 1, 1, None, None]
    assert [officer[key] for key in keys] == [2, 1, 1, 0, 1]
    # 150 yuan for the 20 households of the one that is done; how many these are isn't for residents.
    assert [found.get("cost_per_household") for found in (steward, resident, officer)] == [7.5, None, 7.5]


def test_officers_and_police_are_told_of_their_own_areas_alone(district: Settings) -> None:
    of_a, of_b = (counted(district, reader) for reader in (OFFICER, POLICE))
    keys = ("grade_b", "from_b_to_b", "projects", "projects_of_street", "compounds_without_activity")
    assert [of_a[key] for key in keys] == [2, 0, 1, 1, 1], "Hill isn't theirs, nor is what was done there"
    # No activity in B is on record: that Hill had none isn't known, and Garden, which had one, isn't theirs.
    assert [of_b[key] for key in keys] == [1, 1, 1, 1, None]
    for reader, names in ((OFFICER, {"Garden", "Mill"}), (POLICE, {"Hill"}), (STEWARD, {"Garden", "Mill", "Hill"})):
        with open_reading(district, reader) as reading:
            outlines = compound_outlines(reading, area=None, most=10, fine_m=3)
            assert {each.name for each in outlines} == names


def test_an_area_has_its_own(district: Settings) -> None:
    of_a, of_b = (counted(district, RESIDENT, area=code) for code in "AB")
    keys = ("meetings", "whistles", "compounds_covered", "compounds_without_activity", "projects_of_street")
    assert [of_a[key] for key in keys] == [1, 0, 2, 1, 1]
    assert [of_b[key] for key in keys] == [1, 1, 0, 1, 1]


def test_before_the_first_record_nothing_is_known(district: Settings) -> None:
    of_2023 = counted(district, RESIDENT, Period(date(2023, 1, 1), date(2023, 12, 31)))
    assert [of_2023[key] for key in ("meetings", "three_nos", "activities")] == [None, None, None]
    # The records of terms begin in 2021: that none began in 2023 is known.
    assert of_2023["committees_formed"] == 0
    assert of_2023["committee_seats"] == 7


def test_a_year_before_is_the_same_days(district: Settings) -> None:
    before = counted(district, RESIDENT, TO_OCTOBER.a_year_before())
    assert before["meetings"] == 1, "the one of November 2024 lies after the same day"
    assert before["three_nos"] == 1
    leap = Period(date(2024, 2, 1), date(2024, 2, 29)).a_year_before()
    assert (leap.begins, leap.ends) == (date(2023, 2, 1), date(2023, 2, 28))
    assert Period(date(2025, 1, 1), date(2025, 2, 28)).a_year_before().ends == date(2024, 2, 29)


def test_residents_get_totals_of_years_that_are_over(district: Settings) -> None:
    whole = Period(date(2024, 1, 1), date(2024, 12, 31))
    with read_by(district, RESIDENT) as reading:
        figure = figure_of(reading, "disputes")
        assert count_figure(reading, figure, whole).value == 32
        assert count_figure(reading, figure, whole, area=get_area(reading, "B").id).value == 11
        assert count_figure(reading, figure, TO_OCTOBER).value is None
        assert count_figure(reading, figure, Period(date(2024, 1, 1), date(2024, 12, 30))).value is None
        for hidden in ("disputes_settled", "hazards_overdue", "no_such_figure"):
            with pytest.raises(NotFound):
                figure_of(reading, hidden)
    of_2023 = counted(district, RESIDENT, Period(date(2023, 1, 1), date(2023, 12, 31)))
    assert of_2023["disputes"] is None, "all of one community: the other's would be the difference"
    assert counted(district, STEWARD, whole)["disputes"] == 32


def test_each_kind_of_incidents_is_a_figure_never_added_up(district: Settings) -> None:
    whole = Period(date(2024, 1, 1), date(2024, 12, 31))
    for reader in (RESIDENT, PLANNER, OFFICER):
        told = {key: value for key, value in counted(district, reader, whole).items() if key.startswith("incidents")}
        assert told == {"incidents:Fraud": None, "incidents:Theft: all": 36}, (
            "of closed years, and none that B's would be"
        )
        assert counted(district, reader)["incidents:Theft: all"] is None
    with read_by(district, RESIDENT) as reading:
        fraud = count_figure(reading, figure_of(reading, "incidents:Fraud"), whole)
        assert (fraud.value, fraud.withheld) == (None, 2)
        for hidden in ("incidents:Fire", "incidents", "incidents:", "disputes:Fraud"):
            with pytest.raises(NotFound):
                figure_of(reading, hidden)
    of_b = {key: value for key, value in counted(district, POLICE).items() if key.startswith("incidents")}
    assert of_b == {"incidents:Fire": 2, "incidents:Fraud": None, "incidents:Theft: all": 10}
    with read_by(district, STEWARD) as reading:
        theft = count_figure(reading, figure_of(reading, "incidents:Theft: all"), TO_OCTOBER)
        assert (theft.value, theft.months, theft.numbers) == (28, 10, 19)
        # The running month's number isn't all there, and the same days a year before have no part of one, either.
        running = Period(TO_OCTOBER.begins, date(2025, 10, 30))
        assert (count_figure(reading, figure_of(reading, "incidents:Theft: all"), running).months, running.months) == (
            9,
            9,
        )
        late = count_figure(reading, figure_of(reading, "incidents:Fire"), whole)
        assert (late.value, late.known_from) == (None, date(2025, 9, 1)), (
            "known since September: that isn't none in 2024"
        )


def test_how_many_kinds_have_no_figure_of_their_own_is_known(
    district: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with read_by(district, STEWARD) as reading:
        assert [words_beyond(reading, mechanism) for mechanism in Mechanism] == [0] * len(Mechanism)
        monkeypatch.setattr(own, "MOST_WORDS", 1)
        assert {mechanism for mechanism in Mechanism if words_beyond(reading, mechanism) == 2} == {Mechanism.POLICE}


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.audience)
@pytest.mark.parametrize("area", ["", "A"])
def test_each_count_is_what_its_list_shows(district: Settings, reader: Reader, area: str) -> None:
    periods = (TO_OCTOBER, Period(date(2024, 1, 1), date(2024, 12, 31)))
    with open_reading(district, reader) as reading:
        within = get_area(reading, area).id if area else None
        known: FirstDays = {}
        for figure in figures_of(reading):
            layer = listed_layer(reading, figure)
            counts = count_each(reading, figure, periods, area=within, known=known)
            for period, count in zip(periods, counts, strict=True):
                rows = page(reading, layer, area=within, of=counted_in(reading, figure, period), limit=1000)
                if figure.measure:
                    assert rows.matched == count.of
                    continue
                amount = "total" if layer.is_totals else figure.amount
                numbers = [row.values[amount] if amount else 1 for row in rows.records]
                assert rows.matched == len(numbers)
                assert (count.value or 0) == sum(int(str(n)) for n in numbers if n is not None), (figure.key, period)


FOREIGN = {
    "of the records themselves": replace(get_figure("trainings"), where=(Known("topic"),)),
    "of the record before": replace(get_figure("grade_a"), where=(Was("grade", "A", alike=("items",)),)),
    "of their parts": replace(get_figure("meetings"), where=(ChildKnows("title", child="meeting_issue"),)),
    "of parts that are totals": replace(
        get_figure("volunteer_brands"), layer="studio", where=(ChildKnows("held_on", child="consultation"),)
    ),
    "that is added up of parts": replace(
        get_figure("volunteer_brands"), layer="property_company", measure=Ratio("assessment", "items", per="name")
    ),
    "of what they belong to": replace(get_figure("hours_to_come"), measure=MedianHours("subject", "arrived_at")),
}
"""Figures of one field that residents haven't; staff have it."""


@pytest.mark.parametrize("figure", FOREIGN.values(), ids=FOREIGN.keys())
def test_nobody_has_a_figure_of_a_field_that_isnt_theirs(district: Settings, figure: Figure) -> None:
    with read_by(district, RESIDENT) as resident, read_by(district, STEWARD) as steward:
        assert not is_for(resident, figure)
        assert is_for(steward, figure)


def test_staff_have_all_figures_and_residents_those_without_secrets(district: Settings) -> None:
    everything = {figure.key for figure in FIGURES}
    for reader in (PLANNER, OFFICER, POLICE, STEWARD):
        assert {key.partition(OF)[0] for key in counted(district, reader)} == everything
    assert everything - {key.partition(OF)[0] for key in counted(district, RESIDENT)} == {
        "cost_per_household", "hazards_found", "hazards_overdue", "hazards_recurred", "disputes_settled",
    }  # fmt: skip
