"""What officers write, as their own logins: into their own areas, in the declared order, and nothing else."""

from __future__ import annotations

import importlib
import itertools
import re
import threading
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Connection, text, true
from sqlalchemy.exc import ProgrammingError

from geodata.database.engine import engine_for
from geodata.database.logins import Login
from geodata.errors import InvalidInput, NotFound
from geodata.layers.audience import Audience
from geodata.layers.hazard import EVENTS, STEPS
from geodata.queries import edit_refusals
from geodata.queries.deadlines import LastStep, last_steps
from geodata.queries.edit_refusals import SENTENCES
from geodata.queries.features import list_by
from geodata.queries.hazard_writing import Spot, add_photo, open_writing, report_hazard, step_hazard, take_back_edit
from geodata.queries.reading import STEWARD, Reader, open_reading
from geodata.queries.runs import data_versions
from geodata.queries.set_by_hand import ByHand
from geodata.remarks import Remark, remark
from geodata.settings import Settings
from tests.district import YARD
from tests.geodata.queries.staged import put
from tests.two_grids import EAST, two_grids

WEST_OFFICER = Reader(Audience.GRID_OFFICER, ("W",))
EAST_OFFICER = Reader(Audience.GRID_OFFICER, ("E",))
HERE = Spot(112.0005, 27.7305, 112.0005, 27.7305, None, "phone")
THERE = Spot(112.01, 27.73, 112.01, 27.73, None, "phone")
JPEG = b"\xff\xd8\xff" + bytes(100)


@pytest.fixture
def town(deployment: Settings) -> Settings:
    return two_grids(deployment)


def _report(
    town: Settings,
    key: str,
    *,
    spot: Spot | None = HERE,
    reader: Reader = WEST_OFFICER,
    who: str = "li",
    words: str = "",
) -> int:
    with open_writing(town, reader, who) as writing:
        return report_hazard(writing, key, kind="gas", level="major", spot=spot, compound_id=None, said=remark(words))


def _step(
    town: Settings,
    hazard: int,
    kind: str,
    *,
    who: str = "li",
    due: date | None = None,
    key: str = "",
    words: str = "",
) -> str:
    key = key or str(uuid4())
    with open_writing(town, WEST_OFFICER, who) as writing:
        step_hazard(writing, key, hazard, kind, due_on=due, said=remark(words))
    return key


def _take_back(town: Settings, key: str, who: str = "li", reader: Reader = WEST_OFFICER) -> None:
    with open_writing(town, reader, who) as writing:
        take_back_edit(writing, key)


def _hazard(town: Settings, hazard: int) -> dict[str, object]:
    with open_reading(town, STEWARD) as reading:
        layer = reading.layer("hazard")
        return dict(list_by(reading, layer, reading.table(layer).c.id == hazard)[0].values)


def _id(town: Settings, source_id: str) -> int:
    with engine_for(town, Login.STAFF).connect() as connection:
        query = text("SELECT id FROM live.hazard WHERE source_id = :key")
        return int(connection.execute(query, {"key": source_id}).scalar_one())


def _count(town: Settings, table: str) -> int:
    with engine_for(town, Login.OWNER).connect() as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


@pytest.mark.parametrize(("lon", "found"), [(112.0025, "Garden"), (111.995, None)])
def test_a_compound_that_is_stated_counts_near_by_alone(town: Settings, lon: float, found: str | None) -> None:
    put(town, "compound", [
        {"source_id": "a", "code": "C1", "name": "Garden", "geom": YARD},
        {"source_id": "b", "code": "C2", "name": "Elsewhere", "geom": EAST},
    ])  # fmt: skip
    spot = Spot(lon, 27.7305, lon, 27.7305, None, "pin")
    with open_writing(town, WEST_OFFICER, "li") as writing:
        near = report_hazard(
            writing, str(uuid4()), kind="gas", level="major", spot=spot, compound_id=_compound(town, "Garden")
        )
        foreign = report_hazard(
            writing, str(uuid4()), kind="lighting", level="major", spot=spot, compound_id=_compound(town, "Elsewhere")
        )
    assert _hazard(town, near)["compound_name"] == found
    assert _hazard(town, foreign)["compound_name"] is None


def _compound(town: Settings, name: str) -> int:
    with engine_for(town, Login.STAFF).connect() as connection:
        return int(
            connection.execute(text("SELECT id FROM live.compound WHERE name = :name"), {"name": name}).scalar_one()
        )


def test_a_hazard_is_recorded_once_in_its_own_areas(town: Settings) -> None:
    key = str(uuid4())
    before = _versions(town)
    hazard = _report(town, key)
    assert _report(town, key) == hazard, "a phone sends its draft until it is told that it has arrived"
    found = _hazard(town, hazard)
    assert (found["compound_name"], found["found_on"], found["status"]) == ("Garden", date(2025, 10, 31), "reported")
    with open_reading(town, WEST_OFFICER) as reading:
        assert hazard in {row.id for row in list_by(reading, reading.layer("hazard"), true())}
    after = _versions(town)
    assert all(before[layer] != after[layer] for layer in ("hazard", "hazard_event"))
    with engine_for(town, Login.STAFF).connect() as connection:
        query = text("SELECT layer, who, read, loaded, changed FROM ledger.load WHERE kind = 'edit' ORDER BY id")
        assert [tuple(row) for row in connection.execute(query)] == [
            ("hazard", "li", 1, 1, 1), ("hazard_event", "li", 1, 1, 1),
        ]  # fmt: skip
    with pytest.raises(InvalidInput, match="used for something else"):
        _report(town, key, who="wang")


def test_what_a_phone_kept_is_of_its_own_day(town: Settings) -> None:
    today = date(2025, 10, 31)
    for said, kept in (
        (date(2025, 10, 28), date(2025, 10, 28)),
        (date(2025, 10, 17), date(2025, 10, 17)),
        (date(2025, 10, 16), today),
        (date(2025, 11, 1), today),
    ):
        with open_writing(town, WEST_OFFICER, "li") as writing:
            made = report_hazard(
                writing, str(uuid4()), kind="gas", level=None, spot=HERE, compound_id=None, found_on=said
            )
        assert _hazard(town, made)["found_on"] == kept, said
    # Its steps likewise, none of a day before the last one; and the photo that comes with one.
    hazard = _report(town, str(uuid4()))
    with engine_for(town, Login.OWNER).begin() as connection:
        earlier = text("UPDATE live.hazard_event SET happened_on = '2025-10-27' WHERE hazard_id = :hazard")
        connection.execute(text("ALTER TABLE live.hazard_event DISABLE TRIGGER USER"))
        connection.execute(earlier, {"hazard": hazard})
        found = text("UPDATE live.hazard SET found_on = '2025-10-27' WHERE id = :hazard")
        connection.execute(found, {"hazard": hazard})
        connection.execute(text("ALTER TABLE live.hazard_event ENABLE TRIGGER USER"))
    for kind, said, kept in (
        ("confirmed", date(2025, 10, 29), date(2025, 10, 29)),
        ("dispatched", date(2025, 10, 28), date(2025, 10, 29)),
        ("rectified", date(2025, 9, 1), today),
    ):
        key = str(uuid4())
        with open_writing(town, WEST_OFFICER, "li") as writing:
            add_photo(writing, key, hazard, JPEG, kept_on=said)
            step_hazard(writing, key, hazard, kind, due_on=today, kept_on=said)
        with engine_for(town, Login.OWNER).connect() as connection:
            row = text("SELECT e.happened_on, p.taken_on FROM live.hazard_event e JOIN evidence.hazard_photo p "
                       "ON p.key = e.source_id WHERE e.source_id = :key")  # fmt: skip
            day, taken = connection.execute(row, {"key": key}).one()
        assert (day, taken) == (kept, today if kind == "rectified" else said), kind
    assert _hazard(town, hazard)["status"] == "rechecking"
    # Nor is one, or its photo, of a day before its hazard was found, where a register told of no step.
    fresh = {"source_id": "fresh", "kind": "gas", "found_on": "2025-10-29", "geom": "POINT(112.0005 27.7305)"}
    put(town, "hazard", [fresh])
    key = str(uuid4())
    with open_writing(town, WEST_OFFICER, "li") as writing:
        add_photo(writing, key, _id(town, "fresh"), JPEG, kept_on=date(2025, 10, 20))
        step_hazard(writing, key, _id(town, "fresh"), "false_report", kept_on=date(2025, 10, 20))
    with engine_for(town, Login.OWNER).connect() as connection:
        days = connection.execute(row, {"key": key}).one()
    assert tuple(days) == (date(2025, 10, 29), date(2025, 10, 29))


def test_a_deadline_of_the_web_stays_until_the_register_states_another(town: Settings) -> None:
    hazard, row = _id(town, "later"), {"source_id": "later", "kind": "gas", "found_on": "2025-09-20"}
    at = {"geom": "POINT(112.0005 27.7305)", "compound_name": "Garden"}
    for kind in ("confirmed", "dispatched"):
        _step(town, hazard, kind, due=date(2025, 11, 20))
    for description, stated, kept, told in (
        ("the same day as before", "2025-11-08", date(2025, 11, 20), ByHand(kept=1)),
        ("none", None, date(2025, 11, 20), ByHand(kept=1)),
        ("the same again", "2025-11-08", date(2025, 11, 20), ByHand(kept=1)),
        ("another", "2025-12-05", date(2025, 12, 5), ByHand(replaced=1)),
        ("nobody has set one on the web since", None, None, ByHand()),
        ("the first one", "2025-12-05", date(2025, 12, 5), ByHand()),
    ):
        assert put(town, "hazard", [row | at | {"due_on": stated, "description": description}]).by_hand == told
        found = _hazard(town, hazard)
        assert (found["description"], found["due_on"]) == (description, kept)
    # Set again: files from before are loaded late, newest first; what nobody has stated yet counts all the same.
    _step(town, hazard, "extended", who="wang", due=date(2025, 12, 24), words="parts")
    for description, stated, kept in (
        ("of November", "2025-11-08", date(2025, 12, 24)),
        ("of December", "2025-12-05", date(2025, 12, 24)),
        ("a new one", "2026-01-09", date(2026, 1, 9)),
    ):
        put(town, "hazard", [row | at | {"due_on": stated, "description": description}])
        assert _hazard(town, hazard)["due_on"] == kept, description
    # The very day that the register has, set by somebody, doesn't go with an emptied cell.
    fresh = _id(town, "week")
    for kind in ("confirmed", "dispatched"):
        _step(town, fresh, kind, due=date(2025, 11, 7))
    put(town, "hazard", [row | at | {"source_id": "week", "due_on": None}])
    assert _hazard(town, fresh)["due_on"] == date(2025, 11, 7)


def test_deadlines_set_before_it_was_noted_what_registers_stated_stay_likewise(town: Settings) -> None:
    hazards = {key: _id(town, key) for key in ("open-ended", "later", "week")}
    for key, kind in itertools.product(("open-ended", "later"), ("confirmed", "dispatched")):
        _step(town, hazards[key], kind, due=date(2025, 11, 20))
    with engine_for(town, Login.OWNER).begin() as connection:
        noted = importlib.import_module("geodata.migrations.versions.0027_stated_deadlines")
        connection.execute(text(noted.STATED.format(schema="live")))
        stated = text("SELECT due_stated FROM live.hazard WHERE id = :id")
        found = {key: connection.execute(stated, {"id": made}).scalar_one() for key, made in hazards.items()}
    assert found == {"open-ended": None, "later": date(2025, 11, 8), "week": date(2025, 11, 7)}


def _versions(town: Settings) -> dict[str, str]:
    with engine_for(town, Login.ANALYST).connect() as connection:
        return data_versions(connection, ("hazard", "hazard_event"))


def test_two_that_send_one_draft_at_once_record_one_hazard(town: Settings) -> None:
    key, found = str(uuid4()), list[int]()
    senders = [threading.Thread(target=lambda: found.append(_report(town, key))) for _ in range(4)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert len(found) == 4
    assert len(set(found)) == 1


def test_nobody_writes_into_another_grid_or_without_any(town: Settings) -> None:
    with pytest.raises(InvalidInput, match="outside your areas"):
        _report(town, str(uuid4()), spot=THERE)
    with pytest.raises(NotFound):
        _step(town, _id(town, "foreign"), "confirmed")
    with pytest.raises(NotFound), open_writing(town, EAST_OFFICER, "li") as writing:
        step_hazard(writing, str(uuid4()), _id(town, "today"), "confirmed")
    with pytest.raises(NotFound), open_writing(town, STEWARD, "li"):
        pass
    for reader in (Reader(Audience.PLANNER), Reader(Audience.RESIDENT), Reader(Audience.POLICE, ("nowhere",))):
        with pytest.raises(NotFound), open_writing(town, reader, "li"):
            pass
    key = str(uuid4())
    _report(town, key)
    # Whatever a page forgets: without areas in the transaction the functions refuse, and tables are shut.
    with engine_for(town, Login.OFFICER).connect() as connection:
        for call in (
            f"report_hazard('{uuid4()}', '2025-10-31', 'gas', NULL, 1, 2, 0, 0, NULL, 'pin', NULL, NULL, 'li', '')",
            f"step_hazard('{uuid4()}', {_id(town, 'today')}, 'confirmed', '2025-10-31', NULL, NULL, 'li', '')",
            f"take_back_edit('{uuid4()}', 'li', '')",
            f"add_hazard_photo('{uuid4()}', {_id(town, 'today')}, '2025-10-31', '', 'li')",
            f"hazard_of_edit('{key}', 'li')",
            f"list_hazard_photos({_id(town, 'today')})",
        ):
            assert _sqlstate(connection, f"SELECT live.{call}") == "CS001", call
        for statement in (
            "INSERT INTO live.hazard_event (hazard_id, kind, happened_on) VALUES (1, 'closed', '2025-10-31')",
            "UPDATE live.hazard SET status = 'closed'",
            "DELETE FROM live.hazard_event",
            "SELECT picture FROM evidence.hazard_photo",
            "SELECT live.open_hazard_photo(1)",
            "SELECT live.note_edit('edit', 'hazard', 'li', '')",
        ):
            assert _sqlstate(connection, statement) == "42501", statement


def _sqlstate(connection: Connection, statement: str) -> str:
    with pytest.raises(Exception) as caught:  # noqa: PT011  which one, its state says
        connection.execute(text(statement.replace(":", "\\:")))
    connection.rollback()
    return str(getattr(getattr(caught.value, "orig", None), "sqlstate", ""))


def test_everybody_else_may_call_none_of_the_functions(town: Settings) -> None:
    for login in (Login.PUBLIC, Login.PLANNER, Login.ANALYST, Login.AUDITOR, Login.ACCOUNTS):
        with engine_for(town, login).connect() as connection, pytest.raises(ProgrammingError):
            connection.execute(text(f"SELECT live.take_back_edit('{uuid4()}', 'li', '')"))
    with engine_for(town, Login.OWNER).connect() as connection:
        query = text(
            "SELECT proname, proconfig FROM pg_proc WHERE pronamespace = 'live'::regnamespace AND prosecdef "
            "AND NOT proconfig @> ARRAY['search_path=pg_catalog, pg_temp']"
        )
        assert connection.execute(query).all() == []


def test_the_order_of_steps_is_declared_once(town: Settings) -> None:
    with engine_for(town, Login.OFFICER).connect() as connection:
        rows = connection.execute(text("SELECT * FROM live.hazard_steps()")).all()
    assert {tuple(row) for row in rows} == {
        (each.after, each.kind, each.needs_other, each.needs_photo, each.needs_deadline, each.needs_words)
        for each in STEPS
    }
    assert {name for each in STEPS for name in (each.after, each.kind)} <= {each.value for each in EVENTS}


def test_only_the_next_step_follows_and_who_mended_does_not_recheck(town: Settings) -> None:
    hazard = _report(town, str(uuid4()))
    with open_writing(town, WEST_OFFICER, "li") as writing:
        # Of the damage, on the very day: it shows nothing of what is mended.
        add_photo(writing, str(uuid4()), hazard, JPEG)
    with pytest.raises(InvalidInput, match="doesn't follow"):
        _step(town, hazard, "closed")
    _step(town, hazard, "confirmed")
    with pytest.raises(InvalidInput, match="deadline"):
        _step(town, hazard, "dispatched", due=date(2025, 10, 30))
    _step(town, hazard, "dispatched", due=date(2025, 11, 14))
    assert _hazard(town, hazard)["due_on"] == date(2025, 11, 14)
    _step(town, hazard, "rectified")
    with pytest.raises(InvalidInput, match="another account"):
        _step(town, hazard, "rechecked")
    _step(town, hazard, "rechecked", who="wang")
    with pytest.raises(InvalidInput, match="photo"):
        _step(town, hazard, "closed", who="wang")
    with open_writing(town, WEST_OFFICER, "wang") as writing:
        key = str(uuid4())
        assert add_photo(writing, key, hazard, JPEG) == add_photo(writing, key, hazard, JPEG)
    assert _hazard(town, hazard)["status"] == "rechecking"
    _step(town, hazard, "closed", who="wang")
    found = _hazard(town, hazard)
    assert (found["status"], found["closed_on"]) == ("closed", date(2025, 10, 31))


def test_what_is_mended_found_wanting_and_mended_again_on_one_day_waits_for_its_recheck(town: Settings) -> None:
    # By the chain alone the failed re-check would be the day's last word. The file told of the first mending.
    hazard = _id(town, "over")
    _step(town, hazard, "recheck_failed", who="wang")
    assert _hazard(town, hazard)["status"] == "in_progress"
    _step(town, hazard, "rectified")
    assert _hazard(town, hazard)["status"] == "rechecking"
    with engine_for(town, Login.STAFF).connect() as connection:
        query = text("SELECT status FROM live.hazard_status(:hazard, clock_timestamp())")
        assert connection.execute(query, {"hazard": hazard}).scalar_one() == "rechecking"
    # What a file tells of the same day, later, comes before what was seen on the spot.
    put(town, "hazard_event", [_event("late", "over", "recheck_failed", "2025-10-31")])
    assert _hazard(town, hazard)["status"] == "rechecking"


def _event(key: str, hazard: str, kind: str, day: str) -> dict[str, object]:
    return {"source_id": key, "parent_source_id": hazard, "kind": kind, "happened_on": day}


def test_a_wrong_tap_is_taken_back(town: Settings) -> None:
    hazard = _id(town, "today")
    confirmed = _step(town, hazard, "confirmed")
    dispatched = _step(town, hazard, "dispatched", due=date(2025, 12, 1))
    with pytest.raises(InvalidInput, match="recorded after it"):
        _take_back(town, confirmed)
    with pytest.raises(NotFound):
        _take_back(town, dispatched, who="wang")
    with pytest.raises(NotFound):
        _take_back(town, dispatched, reader=EAST_OFFICER)
    _take_back(town, dispatched)
    found = _hazard(town, hazard)
    assert (found["status"], found["due_on"]) == ("confirmed", date(2025, 10, 31))
    _take_back(town, confirmed)
    assert _hazard(town, hazard)["status"] == "reported"
    with pytest.raises(InvalidInput, match="has been taken back"):
        _step(town, hazard, "confirmed", key=confirmed)
    assert _count(town, "history.hazard_event") == 2
    with engine_for(town, Login.STAFF).connect() as connection:
        query = text("SELECT count(*) FROM ledger.load WHERE kind = 'undo' AND state = 'done' AND layer = 'hazard'")
        assert connection.execute(query).scalar_one() == 2


def test_of_two_who_take_one_edit_back_the_second_finds_it_gone(town: Settings) -> None:
    hazard = _id(town, "today")
    key, refused = _step(town, hazard, "confirmed"), []

    def take_back() -> None:
        try:
            _take_back(town, key)
        except (InvalidInput, NotFound) as error:
            refused.append(error)

    both = [threading.Thread(target=take_back) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert len(refused) == 1
    assert _count(town, "history.hazard_event") == 1


def test_photos_of_one_account_leave_room_for_anothers(town: Settings) -> None:
    hazard = _id(town, "today")
    for who, most in (("li", 10), ("wang", 1)):
        for _ in range(most):
            with open_writing(town, WEST_OFFICER, who) as writing:
                add_photo(writing, str(uuid4()), hazard, JPEG)
    with pytest.raises(InvalidInput), open_writing(town, WEST_OFFICER, "li") as writing:
        add_photo(writing, str(uuid4()), hazard, JPEG)


def test_a_report_that_is_taken_back_leaves_nothing_but_history(town: Settings) -> None:
    before, key = _count(town, "live.hazard"), str(uuid4())
    hazard = _report(town, key)
    with open_writing(town, WEST_OFFICER, "li") as writing:
        add_photo(writing, key, hazard, JPEG)
    _take_back(town, key)
    assert _count(town, "live.hazard") == before
    assert _count(town, "history.hazard") == 1
    assert _count(town, "evidence.hazard_photo") == 0
    with pytest.raises(InvalidInput, match="has been taken back"):
        _report(town, key)


def test_after_fifteen_seconds_it_is_too_late(town: Settings) -> None:
    hazard = _id(town, "today")
    key = _step(town, hazard, "confirmed")
    with engine_for(town, Login.OWNER).begin() as connection:
        connection.execute(
            text("UPDATE ledger.load SET finished = finished - interval '16 seconds' WHERE kind = 'edit'")
        )
    with pytest.raises(InvalidInput, match="too late"):
        _take_back(town, key)
    assert _hazard(town, hazard)["status"] == "confirmed"


def test_each_refusal_of_the_functions_has_a_sentence() -> None:
    folder = Path(edit_refusals.__file__).parents[1] / "migrations" / "versions"
    written = [path.read_text("utf-8") for path in folder.glob("*.py")]
    assert set(re.findall(r"ERRCODE = '(CS\d+)'", "".join(written))) == {"CS001", *SENTENCES}


def test_an_area_that_moved_is_seen(town: Settings) -> None:
    hazard = _report(town, str(uuid4()))
    west = "MULTIPOLYGON(((112.02 27.72, 112.03 27.72, 112.03 27.74, 112.02 27.74, 112.02 27.72)))"
    put(town, "area", [{"source_id": "W", "code": "W", "name": "Grid W", "kind": "grid", "geom": west}])
    put(town, "area", [{"source_id": "E", "code": "E", "name": "Grid E", "kind": "grid", "geom": EAST}])
    with pytest.raises(NotFound):
        _step(town, hazard, "confirmed")


def test_words_of_a_hazard_are_for_who_is_on_the_ground_and_go_with_it(town: Settings) -> None:
    key = str(uuid4())
    hazard = _report(town, key, words="王大爷家门口，电话13812345678")
    assert _report(town, key, words="something else") == hazard, "sent twice it is what came first"
    assert _hazard(town, hazard)["description"] == "***家门口，电话***"
    long = Remark("x" * 401)  # whatever a page forgets
    with pytest.raises(InvalidInput, match="200 characters"), open_writing(town, WEST_OFFICER, "li") as writing:
        report_hazard(writing, str(uuid4()), kind="gas", level=None, spot=HERE, compound_id=None, said=long)
    _take_back(town, key)
    with engine_for(town, Login.OWNER).connect() as connection:
        kept = connection.execute(text("SELECT description FROM history.hazard")).scalars().all()
    assert kept == ["***家门口，电话***"]


def test_a_deadline_is_put_off_by_another_with_a_reason_and_to_a_later_day(town: Settings) -> None:
    hazard = _report(town, str(uuid4()))
    _step(town, hazard, "confirmed")
    with pytest.raises(InvalidInput, match="doesn't follow"):
        _step(town, hazard, "extended", who="wang", due=date(2025, 12, 1), words="parts are on their way")
    _step(town, hazard, "dispatched", due=date(2025, 11, 14))
    for who, due, words, refused in (
        ("li", date(2025, 12, 1), "parts", "who set the deadline"),
        ("wang", date(2025, 12, 1), " ", "why"),
        ("wang", None, "parts", "a deadline is needed"),
        ("wang", date(2025, 11, 14), "parts", "later than"),
        ("wang", date(2026, 11, 2), "parts", "at most a year"),
    ):
        with pytest.raises(InvalidInput, match=refused):
            _step(town, hazard, "extended", who=who, due=due, words=words)
    first = _step(town, hazard, "extended", who="wang", due=date(2025, 12, 1), words="parts are on their way")
    with pytest.raises(InvalidInput, match="who set the deadline"):
        _step(town, hazard, "extended", who="wang", due=date(2025, 12, 9), words="again")
    with open_reading(town, WEST_OFFICER) as reading:
        assert last_steps(reading, [hazard])[hazard] == LastStep(
            "extended", "parts are on their way", date(2025, 11, 14)
        )
    found = _hazard(town, hazard)
    assert (found["status"], found["due_on"]) == ("in_progress", date(2025, 12, 1))
    _take_back(town, first, who="wang")
    assert _hazard(town, hazard)["due_on"] == date(2025, 11, 14)
    with engine_for(town, Login.OWNER).connect() as connection:
        kept = text("SELECT note, due_on, due_before FROM history.hazard_event")
        assert connection.execute(kept).all() == [("parts are on their way", date(2025, 12, 1), date(2025, 11, 14))]
    # Whoever mends it meanwhile has mended it: nothing is put off any more.
    _step(town, hazard, "rectified")
    with pytest.raises(InvalidInput, match="doesn't follow"):
        _step(town, hazard, "extended", who="wang", due=date(2025, 12, 1), words="parts")
