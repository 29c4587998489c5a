"""Publications one after the other: what can be worked out of totals that aren't told by whoever keeps them all."""

from __future__ import annotations

from datetime import date
from itertools import combinations, pairwise

from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from geodata.database.engine import engine_for
from geodata.database.logins import Login
from geodata.layers import get_layer
from geodata.publication import count_held, publish
from geodata.queries.incidents import read_year
from geodata.queries.told_before import published_totals, settle_totals, totals_rule
from geodata.settings import Settings
from tests.geodata.publication.test_totals import communities, put_months, square, told_now
from tests.geodata.queries.staged import put

__all__ = ["communities"]

Counts = dict[str, int]
FEW = 10


def _publish(settings: Settings, counts: Counts) -> dict[str, int | None]:
    """Put counts of 2024 right, publish, and return what residents are told; planners are told the same."""
    put_months(settings, counts)
    return _told_of_2024(settings)


def _told_of_2024(settings: Settings) -> dict[str, int | None]:
    told = {name: total for (name, _), total in told_now(settings).items()}
    asked = {row.name: None if row.is_withheld else row.total for row in read_year(settings, "theft", 2024)}
    assert asked == told
    return told


def test_a_correction_is_told_once_it_is_large(communities: Settings) -> None:
    first = {"A": 40, "B": 20, "C": 30, "D": 50}
    assert _publish(communities, first) == first
    assert count_held(communities) == 0
    assert _publish(communities, {**first, "A": 43}) == first, "three more"
    assert count_held(communities) == 1
    # All that is held back since then counts: D alone is right by enough, but would tell of A by standing beside it.
    assert _publish(communities, {**first, "A": 43, "D": 70}) == first
    second = {**first, "A": 52, "D": 70}
    assert _publish(communities, second) == second
    assert count_held(communities) == 0
    assert _publish(communities, {**second, "A": 42}) == second, "two more than the first publication told"
    assert _publish(communities, first) == first


def test_what_was_told_is_not_withheld_for_a_small_correction(communities: Settings) -> None:
    first = {"A": 40, "B": 12, "C": 30, "D": 50}
    assert _publish(communities, first) == first
    # To withhold B and C now would tell that B is 9 at most, and was 12.
    assert _publish(communities, {**first, "B": 9}) == first
    assert _publish(communities, {**first, "B": 0, "C": 18}) == {"A": 40, "B": None, "C": None, "D": 50}


def test_what_was_withheld_is_not_told_by_what_stays(communities: Settings) -> None:
    first = {"A": 40, "B": 3, "C": 15, "D": 50}
    withheld = {"A": 40, "B": None, "C": None, "D": 50}
    assert _publish(communities, first) == withheld
    # Told now, C's 15 would leave 3 for B in the sum of before.
    assert _publish(communities, {**first, "B": 14}) == withheld
    second = {**first, "B": 14, "C": 25}
    assert _publish(communities, second) == second


def test_a_kind_that_takes_another_s_cases_changes_neither(communities: Settings) -> None:
    def put_kinds(theft: int, fraud: int) -> None:
        for kind, most in (("theft", theft), ("fraud", fraud)):
            rows = [
                {
                    "source_id": f"{kind}/{code}/{month}",
                    "area_code": code,
                    "month": f"2024-{month:02d}-01",
                    "kind": kind,
                    "incidents": (most if code == "A" else 30) if month == 1 else 0,
                }
                for code in "ABCD"
                for month in range(1, 13)
            ]
            put(communities, "incident_count", rows)
        publish(communities)

    def of_a() -> list[int]:
        return [
            row.total for kind in ("theft", "fraud") for row in read_year(communities, kind, 2024) if row.name == "A"
        ]

    put_kinds(40, 20)
    assert of_a() == [40, 20]
    put_kinds(37, 23)
    assert of_a() == [40, 20]


def test_other_outlines_with_other_counts_are_held_too(communities: Settings) -> None:
    first = {"A": 40, "B": 20, "C": 30, "D": 50}
    assert _publish(communities, first) == first
    # B goes on as F on the same ground, with two cases more.
    outline = {"kind": "community", "geom": square(1)}
    before = {"source_id": "B", "code": "B", "name": "B", "valid_to": "2025-01-01"}
    after = {"source_id": "F", "code": "F", "name": "F", "valid_from": "2025-01-01"}
    put(communities, "area", [{**outline, **before}, {**outline, **after}])
    _set(communities, 22, where=20)
    assert _told_of_2024(communities) == first
    _set(communities, 20, where=22)
    put(communities, "police_post", [{"source_id": "p", "name": "Post", "geom": "POINT(112 27.73)"}])
    assert _told_of_2024(communities) == {"A": 40, "F": 20, "C": 30, "D": 50}


def _set(settings: Settings, incidents: int, *, where: int) -> None:
    with engine_for(settings, Login.OWNER).begin() as connection:
        connection.exec_driver_sql(f"UPDATE live.incident_count SET incidents = {incidents} WHERE incidents = {where}")


def test_a_year_that_is_taken_back_and_comes_again_minds_what_was_told(communities: Settings) -> None:
    first = {"A": 40, "B": 20, "C": 30, "D": 50}
    assert _publish(communities, first) == first
    with engine_for(communities, Login.OWNER).begin() as connection:
        connection.exec_driver_sql("DELETE FROM live.incident_count WHERE month = '2024-12-01'")
    put(communities, "police_post", [{"source_id": "p", "name": "Post", "geom": "POINT(112 27.73)"}])
    assert told_now(communities) == {}
    assert _publish(communities, {**first, "A": 44}) == first


# The attacks: by whoever keeps every publication and knows the sum of each from a newspaper.

_PUT = text(
    """
    INSERT INTO live.incident_count (source, source_id, row_hash, load_id, recorded_from, area_ids, kind, month,
        incidents)
    SELECT 's', a.code || m, '', 1, now(), a.area_ids, 'theft', make_date(2024, m, 1),
        CASE WHEN m = 1 THEN (CAST(:counts AS integer[]))[ascii(a.code) - 64] ELSE 0 END
    FROM live.area a, generate_series(1, 12) m WHERE a.kind = 'community'
    """
)


def _told_after(connection: Connection, counts: list[int], n: int) -> dict[str, int | None]:
    layer = get_layer("incident_count")
    rule = totals_rule(layer)
    assert rule is not None
    connection.exec_driver_sql("DELETE FROM live.incident_count; DROP TABLE IF EXISTS totals_now")
    connection.execute(_PUT, {"counts": counts})
    settle_totals(connection, [layer], today=date(2025, 10, 31), publication=n)
    rows = connection.execute(text(published_totals(rule)), {"layer": layer.id, "minimum": rule.minimum})
    return {row.area_name: row.total for row in rows}


@hypothesis_settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.integers(0, 40), min_size=4, max_size=4),
    st.lists(st.lists(st.sampled_from([0, 0, 0, 1, -1, 3, -9, 10, 12, -15]), min_size=4, max_size=4), max_size=3),
)
def test_no_two_publications_tell_a_small_difference(
    communities: Settings, first: list[int], changes: list[list[int]]
) -> None:
    versions = [first]
    for change in changes:
        versions.append([max(0, count + more) for count, more in zip(versions[-1], change, strict=True)])
    with engine_for(communities, Login.OWNER).connect() as connection:
        told = [_told_after(connection, counts, n) for n, counts in enumerate(versions, 1)]
        connection.rollback()
    for one, other in combinations(told, 2):
        for name in one.keys() & other.keys():
            once, then = one[name], other[name]
            assert once is None or then is None or once == then or abs(once - then) >= FEW
    for counts, now, (before, after) in zip(versions[1:], told[1:], pairwise(told), strict=True):
        if before.keys() == after.keys() and before != after:
            assert now == after
            true = dict(zip("ABCD", counts, strict=True))
            assert all(total in (None, true[name]) for name, total in now.items()), "new totals are the true ones"


@hypothesis_settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.one_of(st.integers(0, 16), st.integers(0, 60)), min_size=4, max_size=4))
def test_each_small_total_could_be_none_for_all_that_is_told(communities: Settings, counts: list[int]) -> None:
    with engine_for(communities, Login.OWNER).connect() as connection:
        told = _told_after(connection, counts, 1)
        connection.rollback()
    known = [total for total in told.values() if total is not None]
    withheld = len(told) - len(known)
    if withheld and known:
        together = sum(counts) - sum(known)
        assert withheld > 1
        assert together >= FEW
        # The others are no more than the least that is told.
        assert together - (withheld - 1) * min(known) <= 0
