"""Owners' committees and their terms: seats in figures, never who sits on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from etl.sample.city import City
from etl.sample.records.care import Care
from etl.sample.records.days import Period, spread
from etl.sample.records.office import compound_cells, sheet_title, signed
from etl.sample.records.table import Column, Row, Table, plain

SEATS, ACTIVE, EXPIRED, PREPARING = 1_075, 111, 5, 3
FORMED, RE_ELECTED = 16, 19
_TERM_YEARS = 4
_FEWEST, _MOST = 5, 15


@dataclass(frozen=True)
class Term:
    """One term of office; `origin` is 新组建 for the first, 换届 for all others."""

    number: int
    starts: date
    ends: date
    seats: int
    party_seats: int
    origin: str


@dataclass(frozen=True)
class Committee:
    """An owners' committee; one that is being prepared has no terms yet."""

    code: str
    compound: int
    status: str
    terms: tuple[Term, ...]


def elect(city: City, cares: Sequence[Care], as_of: date, rng: np.random.Generator) -> list[Committee]:
    """Return the committees of all compounds but the smallest 三无 ones."""
    order = sorted(cares, key=lambda care: (care.is_three_nos, -city.compounds[care.compound].households))
    having = [care.compound for care in order[: ACTIVE + EXPIRED + PREPARING]]
    active, late = having[:ACTIVE], having[ACTIVE:]
    seats = _seats([city.compounds[number].households for number in active], rng)
    new = {care.compound for care in cares if care.left and care.left.year == as_of.year}
    # Those that got out of 三无 this year are the first to have formed a committee.
    by_news = sorted(active, key=lambda number: (number not in new, rng.random()))
    formed, re_elected = set(by_news[:FORMED]), set(by_news[FORMED : FORMED + RE_ELECTED])
    year = Period.year_to(as_of)
    days = dict(zip((*sorted(formed), *sorted(re_elected)), _shuffled(year, rng), strict=True))
    found = []
    for number, count in zip(active, seats, strict=True):
        if number in days:
            terms = _terms(days[number], 1 if number in formed else int(rng.integers(2, 4)), count, rng)
        else:
            starts = Period(date(as_of.year - _TERM_YEARS, 11, 15), date(as_of.year - 1, 12, 20)).draw(rng)
            terms = _terms(starts, int(rng.integers(1, 4)), count, rng)
        found.append((number, "履职中", terms))
    for number in late[:EXPIRED]:
        starts = Period(date(as_of.year - _TERM_YEARS - 2, 3, 1), date(as_of.year - _TERM_YEARS - 1, 12, 20)).draw(rng)
        found.append((number, "届满", _terms(starts, int(rng.integers(1, 3)), 5, rng)))
    found += [(number, "筹备中", ()) for number in late[EXPIRED:]]
    return [Committee(f"YWH{rank:03d}", *facts) for rank, facts in enumerate(sorted(found), start=1)]


def _shuffled(year: Period, rng: np.random.Generator) -> list[date]:
    days = spread(year, FORMED + RE_ELECTED, rng)
    return [days[at] for at in rng.permutation(len(days))]


def _seats(households: Sequence[int], rng: np.random.Generator) -> list[int]:
    """Return odd numbers of seats, more for larger compounds, that add up to SEATS."""
    seats = [min(_MOST - 2, 5 + 2 * int(size > 60) + 2 * int(size > 180) + 2 * int(size > 450)) for size in households]
    while sum(seats) != SEATS:
        step = 2 if sum(seats) < SEATS else -2
        at = int(rng.integers(len(seats)))
        if _FEWEST <= seats[at] + step <= _MOST:
            seats[at] += step
    return seats


def _terms(starts: date, number: int, seats: int, rng: np.random.Generator) -> tuple[Term, ...]:
    """Return all terms up to the one that begins on `starts`, the first one first."""
    found = []
    for which in range(number, 0, -1):
        ends = starts.replace(year=starts.year + _TERM_YEARS, day=min(starts.day, 28)) - timedelta(days=1)
        party = round(seats * rng.uniform(0.35, 0.75))
        found.append(Term(which, starts, ends, seats, party, "换届" if which > 1 else "新组建"))
        # The term before ended some weeks or months earlier; elections are late as a rule.
        starts = starts.replace(year=starts.year - _TERM_YEARS, day=min(starts.day, 28))
        starts -= timedelta(days=int(rng.integers(10, 120)))
        seats = max(_FEWEST, seats + int(rng.choice([-2, 0, 0, 2])))
    return tuple(reversed(found))


def committee_tables(committees: Sequence[Committee], city: City, as_of: date) -> list[Table]:
    """Return the sheets: the committees, and the terms of each."""
    rows = [
        Row({
            "业委会编号": committee.code, "业委会名称": f"{city.compounds[committee.compound].name}业主委员会",
            **compound_cells(city, committee.compound, "所在小区"),
            "成立时间": committee.terms[0].starts if committee.terms else None, "运行状态": committee.status,
        }, is_hidden=committee.status == "筹备中")
        for committee in committees
    ]  # fmt: skip
    terms = [
        Row({
            "业委会编号": committee.code, "届次": term.number, "产生方式": term.origin, "任期 起始": term.starts,
            "任期 届满": term.ends, "委员席位 总数": term.seats, "委员席位 其中党员": term.party_seats,
        })
        for committee in committees
        for term in committee.terms
    ]  # fmt: skip
    headings = "业委会编号 业委会名称 所在小区 所属社区 成立时间 运行状态"
    return [
        Table(
            part="业委会", layer="owners_committee", title=sheet_title(city, "业主委员会一览表", as_of),
            key="业委会编号", columns=plain(headings), rows=rows, footer=signed(city, "物业管理办公室", as_of),
        ),
        Table(
            part="届次", layer="term", title="业主委员会历届情况", unit="单位：席",
            columns=[
                *plain("业委会编号 届次 产生方式"), Column("起始", "任期"),
                Column("届满", "任期"), Column("总数", "委员席位"), Column("其中党员", "委员席位"),
            ],
            rows=terms,
        ),
    ]  # fmt: skip
