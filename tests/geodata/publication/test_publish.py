"""Publishing: what residents and planners get, when it switches, and what their logins can't reach."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from geodata.database.engine import engine_for
from geodata.database.logins import Login
from geodata.errors import NotFound
from geodata.layers import LAYERS
from geodata.layers.audience import Audience
from geodata.layers.layer import Layer
from geodata.layers.publishing import AtCompound, Hidden
from geodata.publication import publish, renew
from geodata.publication.versions import reads_alike
from geodata.queries.extents import layer_extents
from geodata.queries.facts import layer_facts
from geodata.queries.features import page
from geodata.queries.loads import Counts, LoadStart, begin_load, finish_load
from geodata.queries.reading import RESIDENT, STEWARD, Reader, open_reading
from geodata.settings import Settings
from tests.geodata.queries.staged import put

YARD = "MULTIPOLYGON(((112 27.73, 112.002 27.73, 112.002 27.732, 112 27.732, 112 27.73)))"
WEST = "MULTIPOLYGON(((111.99 27.72, 112.003 27.72, 112.003 27.74, 111.99 27.74, 111.99 27.72)))"
EAST = "MULTIPOLYGON(((112.003 27.72, 112.02 27.72, 112.02 27.74, 112.003 27.74, 112.003 27.72)))"


@pytest.fixture
def loaded(deployment: Settings) -> Settings:
    """A yard in the west grid with an old open, a new open and a new closed hazard; one hazard in the east grid."""
    settings = replace(deployment, as_of=date(2025, 10, 31))
    put(
        settings,
        "area",
        [
            {"source_id": "w", "code": "W", "name": "West", "kind": "grid", "geom": WEST},
            {"source_id": "e", "code": "E", "name": "East", "kind": "grid", "geom": EAST},
        ],
    )
    put(settings, "compound", [{"source_id": "a", "name": "Garden", "households": 314, "residents": 900, "geom": YARD}])
    put(
        settings,
        "hazard",
        [
            _hazard("old", "2025-10-01", "secret words", "POINT(112.0005 27.7305)"),
            _hazard("new", "2025-10-30", None, "POINT(112.0006 27.7306)"),
            _hazard("done", "2025-10-29", None, "POINT(112.0007 27.7307)"),
            _hazard("east", "2025-09-01", None, "POINT(112.01 27.73)"),
        ],
    )
    put(settings, "hazard_event", [{"parent_source_id": "done", "kind": "closed", "happened_on": "2025-10-30"}])
    return settings


def _hazard(key: str, found_on: str, description: str | None, geom: str) -> dict[str, object]:
    return {"source_id": key, "kind": "gas", "found_on": found_on, "description": description, "geom": geom}


def _rows(settings: Settings, reader: Reader, layer_id: str) -> list[dict[str, object]]:
    with open_reading(settings, reader) as reading:
        return [row.values for row in page(reading, reading.layer(layer_id)).records]


def test_residents_get_bands_and_hazards_at_their_compound(loaded: Settings) -> None:
    publish(loaded)
    [compound] = _rows(loaded, RESIDENT, "compound")
    assert compound["households_band"] == "300-599"
    assert "households" not in compound
    assert "residents" not in compound
    with open_reading(loaded, RESIDENT) as reading:
        layer = reading.layer("hazard")
        hazards, days = page(reading, layer).records, layer_extents(reading, [layer])["hazard"].days
    # "new" is younger than 7 days, "east" belongs to no compound; "done" is new but closed.
    # Of an open one its kind and its state are told, and no day.
    assert sorted((row.values["status"], str(row.values["found_on"])) for row in hazards) == [
        ("closed", "2025-10-29"),
        ("reported", "None"),
    ]
    assert days == (date(2025, 10, 29), date(2025, 10, 29))
    assert {(row.lon, row.lat) for row in hazards} == {(hazards[0].lon, hazards[0].lat)}
    assert (hazards[0].lon, hazards[0].lat) != (112.0005, 27.7305)
    assert all("description" not in row.values and "due_on" not in row.values for row in hazards)


def test_planners_get_exact_households_and_all_hazards_at_compounds(loaded: Settings) -> None:
    publish(loaded)
    planner = Reader(Audience.PLANNER)
    assert [row["households"] for row in _rows(loaded, planner, "compound")] == [314]
    assert len(_rows(loaded, planner, "hazard")) == 3
    assert all("description" not in row for row in _rows(loaded, planner, "hazard"))

    n = publish(loaded)
    with engine_for(loaded, Login.OWNER).connect() as connection:
        query = text("SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = :schema")
        found = connection.execute(query, {"schema": f"plan_{n}"}).all()
    indexed = {
        layer: {row.indexdef.split(" USING ")[1] for row in found if row.tablename == layer}
        for layer in ("compound", "dispute")
    }
    places = {"gin (area_ids)", "gist (geom)", "gist (geom_3857)"}
    assert indexed["compound"] > places | {"btree (id)"}
    assert indexed["dispute"] == {"btree (id)"}, "it has no row"


def test_officers_get_their_own_areas_only(loaded: Settings) -> None:
    assert len(_rows(loaded, Reader(Audience.GRID_OFFICER, ("W",)), "hazard")) == 3
    assert len(_rows(loaded, Reader(Audience.GRID_OFFICER, ("E",)), "hazard")) == 1
    # What residents may see of every place, an officer sees too.
    assert len(_rows(loaded, Reader(Audience.GRID_OFFICER, ("E",)), "compound")) == 1
    assert _rows(loaded, Reader(Audience.GRID_OFFICER), "hazard") == []
    assert len(_rows(loaded, STEWARD, "hazard")) == 4
    with pytest.raises(NotFound, match="'X'"):
        _rows(loaded, Reader(Audience.POLICE, ("X",)), "hazard")


def test_officers_and_police_get_bands_of_households_from_the_store(loaded: Settings) -> None:
    for audience in (Audience.GRID_OFFICER, Audience.POLICE):
        [compound] = _rows(loaded, Reader(audience, ("W",)), "compound")
        assert compound["households_band"] == "300-599"
        assert not compound.keys() & {"households", "residents"}
    put(loaded, "compound", [{"source_id": "a", "name": "Garden", "households": 1000, "geom": YARD}])
    [compound] = _rows(loaded, Reader(Audience.POLICE, ("W",)), "compound")
    assert compound["households_band"] == "1000-1999"
    with engine_for(loaded, Login.STAFF).connect() as connection:
        assert connection.execute(text("SELECT households_band FROM history.compound")).scalars().all() == ["300-599"]


def test_hidden_layers_are_not_there(loaded: Settings) -> None:
    publish(loaded)
    with open_reading(loaded, RESIDENT) as reading, pytest.raises(NotFound, match="hazard_event"):
        reading.layer("hazard_event")


def test_before_the_first_publication_there_is_nothing(loaded: Settings) -> None:
    with open_reading(loaded, RESIDENT) as reading:
        assert reading.version == 0
        assert reading.layers == ()


def test_facts_count_what_is_published(loaded: Settings) -> None:
    publish(loaded)
    with open_reading(loaded, RESIDENT) as reading:
        facts = layer_facts(reading)
        assert facts["hazard"].count == 2
        assert facts["compound"].credit == "Test office"
        # Loaded today, but the deployment's clock stands at 31 October 2025.
        assert facts["compound"].data_date == date(2025, 10, 31)
        assert facts["road"].data_date is None
        assert facts["road"].count == 0
        assert "hazard_event" not in facts
    with open_reading(loaded, STEWARD) as reading:
        assert layer_facts(reading)["hazard"].count == 4


def test_publishing_again_without_news_keeps_the_number(loaded: Settings) -> None:
    first = publish(loaded)
    assert publish(loaded) == first
    put(loaded, "police_post", [{"source_id": "p", "name": "Post", "geom": "POINT(112 27.73)"}])
    assert publish(loaded) == first + 1
    # The clock decides which hazards show: another day is another publication.
    assert publish(replace(loaded, as_of=date(2025, 11, 30))) == first + 2
    assert len(_rows(loaded, RESIDENT, "hazard")) == 3


@pytest.mark.parametrize(
    ("began", "ended", "areas"), [(None, -1, []), (None, 0, []), (None, 1, ["W"]), (0, None, ["W"])]
)
def test_records_follow_areas_whose_first_or_last_day_has_come(
    loaded: Settings, began: int | None, ended: int | None, areas: list[str]
) -> None:
    """The days are counted from today by the place's clocks; the publication before is of two days ago."""
    here = datetime.now(ZoneInfo(loaded.time_zone)).date()
    if began is not None:
        with engine_for(loaded, Login.OWNER).begin() as owner:
            owner.execute(text("UPDATE live.area SET valid_from = :day WHERE code = 'W'"), {"day": here + timedelta(1)})
            owner.execute(text("UPDATE live.compound SET area_ids = '{}'"))
    first = publish(loaded)
    days = [None if day is None else here + timedelta(days=day) for day in (began, ended)]
    with engine_for(loaded, Login.OWNER).begin() as owner:
        owner.execute(text("UPDATE ledger.publication SET published = published - interval '2 days'"))
        query = text("UPDATE live.area SET valid_from = :began, valid_to = :ended WHERE code = 'W'")
        owner.execute(query, dict(zip(("began", "ended"), days, strict=True)))
    assert publish(loaded) == first + (areas == [] or began is not None)
    for reader in (RESIDENT, STEWARD):
        with open_reading(loaded, reader) as reading:
            schema = f"pub_{reading.version}" if reader is RESIDENT else "live"
            found = f"SELECT a.code FROM {schema}.compound c JOIN {schema}.area a ON a.id = ANY (c.area_ids)"
            assert list(reading.connection.execute(text(found)).scalars()) == areas
    again = publish(loaded)
    assert publish(loaded) == again, "nothing has turned since"


def test_old_publications_go(loaded: Settings) -> None:
    for day in (1, 2, 3):
        publish(replace(loaded, as_of=date(2025, 11, day)))
    with engine_for(loaded, Login.STAFF).connect() as connection:
        states = connection.execute(text("SELECT n, state FROM ledger.publication ORDER BY n")).all()
        schemas = connection.execute(text("SELECT count(*) FROM pg_namespace WHERE nspname ~ '^pub_'")).scalar_one()
    assert [state for _, state in states] == ["dropped", "kept", "current"]
    assert schemas == 2


@pytest.mark.parametrize("table", ["live.hazard", "history.hazard", "ledger.load", "plan_1.hazard"])
def test_the_public_login_reads_the_publication_and_nothing_else(loaded: Settings, table: str) -> None:
    publish(loaded)
    with (
        engine_for(loaded, Login.PUBLIC).connect() as connection,
        pytest.raises(ProgrammingError, match="permission denied"),
    ):
        connection.execute(text(f"SELECT * FROM {table}"))


@pytest.mark.parametrize("login", [Login.PUBLIC, Login.PLANNER, Login.STAFF, Login.ANALYST, Login.AUDITOR])
def test_reading_logins_write_nothing(loaded: Settings, login: Login) -> None:
    with (
        engine_for(loaded, login).connect() as connection,
        pytest.raises(ProgrammingError, match="permission denied"),
    ):
        connection.execute(text("UPDATE live.compound SET name = 'x'"))


def test_a_load_that_ends_late_is_published_all_the_same(loaded: Settings) -> None:
    engine = engine_for(loaded, Login.LOADER)
    with engine.begin() as connection:
        early = begin_load(engine, LoadStart("area", "f", "", "", "r", "w", "v"), connection)
    put(loaded, "police_post", [{"source_id": "p", "name": "Post", "geom": "POINT(112 27.73)"}])
    first = publish(loaded)
    with engine.begin() as connection:
        finish_load(connection, early, Counts(loaded=1, changed=1), {})
    assert publish(loaded) == first + 1


def test_what_residents_and_planners_see_alike_is_built_once(loaded: Settings) -> None:
    post = {"source_id": "p", "name": "Post", "kind": "clinic", "geom": "POINT(112 27.73)"}
    put(loaded, "service_point", [post])
    n = publish(loaded)
    with engine_for(loaded, Login.OWNER).connect() as connection:
        kinds = connection.execute(
            text("SELECT oid::regclass::text, relkind FROM pg_class WHERE relname IN ('service_point', 'compound')")
        )
        built = {name: kind for name, kind in kinds if name.startswith(("pub", "plan"))}
    assert built == {
        f"pub_{n}.service_point": "r", f"plan_{n}.service_point": "v",
        f"pub_{n}.compound": "r", f"plan_{n}.compound": "r",
    }  # fmt: skip
    assert _rows(loaded, Reader(Audience.PLANNER), "service_point") == _rows(loaded, RESIDENT, "service_point") != []
    # A new publication, and the one after the next takes the old schemas away.
    for name in ("Second", "Third"):
        put(loaded, "service_point", [{**post, "name": name}])
        publish(loaded)
    assert [row["name"] for row in _rows(loaded, Reader(Audience.PLANNER), "service_point")] == ["Third"]
    with engine_for(loaded, Login.OWNER).connect() as connection:
        gone = text("SELECT count(*) FROM pg_namespace WHERE nspname IN (:pub, :plan)")
        assert connection.execute(gone, {"pub": f"pub_{n}", "plan": f"plan_{n}"}).scalar_one() == 0


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.id)
def test_only_layers_with_the_same_rule_and_fields_are_shared(layer: Layer) -> None:
    if reads_alike(layer):
        assert layer.fields_for(Audience.RESIDENT) == layer.fields_for(Audience.PLANNER) != ()
        assert layer.publication(Audience.RESIDENT) == layer.publication(Audience.PLANNER)
        assert not isinstance(layer.publication(Audience.RESIDENT), Hidden)


def test_another_declaration_is_another_publication(loaded: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    first = publish(loaded)
    stricter = tuple(
        replace(layer, public=AtCompound(since="due_on")) if layer.id == "hazard" else layer for layer in LAYERS
    )
    monkeypatch.setattr("geodata.publication.LAYERS", stricter)
    assert publish(loaded) == first + 1
    assert _rows(loaded, RESIDENT, "hazard") == []


def test_a_reader_who_takes_his_time_stops_nobody(loaded: Settings) -> None:
    publish(replace(loaded, as_of=date(2025, 11, 1)))
    with open_reading(loaded, RESIDENT) as slow:
        before = page(slow, slow.layer("hazard")).matched
        for day in (2, 3, 4):
            newest = publish(replace(loaded, as_of=date(2025, 11, day)))
        assert page(slow, slow.layer("hazard")).matched == before
    with open_reading(loaded, RESIDENT) as fresh:
        assert fresh.version == newest


def test_open_hazards_are_as_old_as_the_deployment_says_before_residents_see_them(loaded: Settings) -> None:
    """To the very day; what was closed and is opened again waits from then on."""
    six, seven, eight = "2025-10-25", "2025-10-24", "2025-10-23"
    rows = {"electric": six, "elevator": seven, "facade": eight, "lighting": "2025-09-01", "surface": "2025-09-01"}
    place = "POINT(112.0005 27.7305)"
    put(loaded, "hazard", [{**_hazard(kind, day, None, place), "kind": kind} for kind, day in rows.items()])
    for kind, day in (("lighting", seven), ("surface", six)):
        steps = [("closed", "2025-09-20"), ("reopened", day)]
        put(
            loaded,
            "hazard_event",
            [{"parent_source_id": kind, "kind": step, "happened_on": on, "source_id": kind + on} for step, on in steps],
        )
    shown = {}
    for days in (7, 6, 8):
        version = publish(replace(loaded, hazard_delay_days=days))
        shown[days] = version, {row["kind"] for row in _rows(loaded, RESIDENT, "hazard")} - {"gas"}
    assert shown == {
        7: (1, {"elevator", "facade", "lighting"}),
        6: (2, {"electric", "elevator", "facade", "lighting", "surface"}),
        8: (3, {"facade"}),
    }
    assert len({row["kind"] for row in _rows(loaded, Reader(Audience.PLANNER), "hazard")}) == 6


def test_the_public_reads_the_compounds_name_not_what_the_file_wrote(loaded: Settings) -> None:
    rows = [{**_hazard("flat", "2025-09-09", None, "POINT(112.0005 27.7305)"), "compound_name": "Garden 3-2-401"}]
    put(loaded, "hazard", rows)
    publish(loaded)
    for reader in (RESIDENT, Reader(Audience.PLANNER)):
        assert {row["compound_name"] for row in _rows(loaded, reader, "hazard")} == {"Garden"}


def test_another_day_or_another_code_renews_what_is_published(
    loaded: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not renew(loaded), "nothing was published, and the steward didn't ask for it"
    publish(loaded)
    assert not renew(loaded)
    assert renew(replace(loaded, as_of=date(2025, 11, 30)))
    with open_reading(replace(loaded, as_of=date(2025, 11, 30)), RESIDENT) as reading:
        assert page(reading, reading.layer("hazard")).matched == 3, "the new one is older than its days too"
    monkeypatch.setattr("geodata.publication.contents.code_digest", lambda: "another code's")
    assert renew(replace(loaded, as_of=date(2025, 11, 30)))
