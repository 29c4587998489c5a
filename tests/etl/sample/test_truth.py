"""Walks truth.json through the ETL: every row of the sample's files ends as the truth wants it, and no other way."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from typing import Any

import numpy as np
import pytest

from etl.sample import Sample
from geodata.crs import convert
from geodata.layers import get_layer
from geodata.settings import Settings
from tests.etl.sample.clerk import PARTS, all_rows, faults
from tests.etl.sample.conftest import METRIC
from tests.etl.test_loading import rows

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("sample town")]
Ends = set[tuple[int, str, str]]


@pytest.fixture
def loaded(sample_town: Settings) -> Settings:
    """A deployment of the sample's own boundary with all of its files in it."""
    return sample_town


def issues(settings: Settings) -> dict[tuple[str, str, str], list[tuple[Any, ...]]]:
    """(file, part, layer) -> what was said of its rows: (row, outcome, reason, cell, field)."""
    said = defaultdict(list)
    for file, part, layer, *issue in rows(
        settings,
        "SELECT l.file, l.part, l.layer, q.row, q.outcome, q.reason, q.cell, q.field "
        "FROM ledger.load l JOIN ledger.quarantine q ON q.load_id = l.id",
    ):
        said[str(file), str(part), str(layer)].append(tuple(issue))
    return said


def wanted_ends(sample: Sample) -> dict[tuple[str, str, str], Ends]:
    """(file, part, layer) -> the rows that must not be loaded: (row, outcome, reason)."""
    found = defaultdict(set)
    for fault in faults(sample):
        if fault["outcome"] != "loaded":
            found[fault["file"], fault["part"], fault["layer"]].add((fault["row"], fault["outcome"], fault["reason"]))
    return found


def test_each_row_ends_as_the_truth_wants(loaded: Settings, sample: Sample) -> None:
    said, wanted = issues(loaded), wanted_ends(sample)
    for layer, places in PARTS.items():
        for file, part in places:
            key = file, part, layer
            ends = {(row, outcome, reason) for row, outcome, reason, *_ in said[key] if outcome != "noted"}
            assert ends == wanted[key], key
            counts = rows(
                loaded,
                "SELECT read, loaded, unchanged, quarantined + ignored FROM ledger.load "
                f"WHERE file = '{file}' AND part = '{part}' AND layer = '{layer}'",
            )
            read, out = len(all_rows(sample, file, part)), len({row for row, *_ in ends})
            assert counts == [(read, read - out, 0, out)], key


def test_every_layer_holds_as_many_records_as_were_written(loaded: Settings, sample: Sample) -> None:
    held = {layer: rows(loaded, f"SELECT count(*) FROM live.{layer}")[0][0] for layer in sample.counts}
    assert held == dict(sample.counts)


def test_records_made_of_a_rows_cells_end_with_their_row(loaded: Settings, sample: Sample) -> None:
    said, wanted = issues(loaded), wanted_ends(sample)
    for child, parent, place in (
        ("hazard_event", "hazard", ("hazards.csv", "")),
        ("funding_line", "micro_project", ("micro_projects.xlsx", "微实事")),
    ):
        ends = {(row, outcome) for row, outcome, *_ in said[*place, child] if outcome != "noted"}
        assert ends, child
        assert ends <= {(row, outcome) for row, outcome, _ in wanted[*place, parent]}


def loaded_faults() -> list[str]:
    """The kinds of oddly written cells that have to be loaded."""
    return [
        *("phone_in_text", "id_in_text", "plate_in_text", "alias", "empty_key", "dms_coordinate", "approximate_count"),
        *(
            "chinese_number",
            "ten_thousands",
            "full_width_digits",
            "formula_without_value",
            "hidden_row",
            "nothing_word",
        ),
        *(
            "date_serial",
            "full_width_letter",
            "merged_amount",
            "ditto",
            "full_width_date",
            "number_as_code",
            "float_code",
        ),
    ]


def test_the_kinds_that_are_loaded_are_all_there(sample: Sample) -> None:
    assert {fault["kind"] for fault in faults(sample) if fault["outcome"] == "loaded"} == set(loaded_faults())


@pytest.mark.parametrize("kind", loaded_faults())
def test_an_odd_cell_is_loaded_with_the_value_wanted(loaded: Settings, sample: Sample, kind: str) -> None:
    said = issues(loaded)
    for fault in (fault for fault in faults(sample) if fault["kind"] == kind):
        if fault["reason"]:
            remarks = {
                (row, outcome, reason, cell)
                for row, outcome, reason, cell, _ in said[fault["file"], fault["part"], fault["layer"]]
            }
            assert (fault["row"], "noted", fault["reason"], fault["cell"]) in remarks
        if fault["field"]:
            assert fault["wanted"] in values(loaded, fault)


def values(settings: Settings, fault: dict[str, Any]) -> list[Any]:
    """What the fault's field holds in the record of its key; of a sheet without keys in all of its records."""
    layer, name = fault["layer"], fault["field"]
    column = "(SELECT code FROM live.compound c WHERE c.id = t.compound_id)" if name == "compound_id" else f"t.{name}"
    where = f"t.source_id = '{fault['key']}'" if fault["key"] else "true"
    found = [value for (value,) in rows(settings, f"SELECT {column} FROM live.{layer} t WHERE {where}")]
    assert len(found) == 1 or not fault["key"]
    field = get_layer(layer).field(name)
    assert field is not None
    return [_plain(value, field.kind) for value in found]


def _plain(value: Any, kind: str) -> Any:
    """A stored value as truth.json writes it."""
    if value is None or kind in ("count", "text", "prose", "code", "choice", "reference"):
        return value
    return float(value) if kind == "money" else value.isoformat()


def test_other_names_of_compounds_match(loaded: Settings, sample: Sample) -> None:
    for layer in PARTS:
        if get_layer(layer).field("compound_id") is not None:
            lost = rows(
                loaded,
                f"SELECT compound_name FROM live.{layer} WHERE compound_name IS NOT NULL AND compound_id IS NULL",
            )
            assert lost == [], layer
    by_alias = rows(
        loaded,
        "SELECT count(*) FROM live.dispute d JOIN live.compound c ON c.id = d.compound_id "
        "WHERE c.name <> d.compound_name",
    )
    assert by_alias[0][0] != 0


def test_every_place_is_stored_within_a_metre_of_where_it_truly_is(
    loaded: Settings, sample: Sample, true_places: dict[str, dict[str, tuple[float, float]]]
) -> None:
    """Points where they are, shapes with their centroids."""
    unkeyed = {"hazard": sum(fault["kind"] == "empty_key" for fault in faults(sample))}
    for layer, places in true_places.items():
        found = rows(
            loaded,
            f"SELECT source_id, ST_X(ST_Centroid(geom)), ST_Y(ST_Centroid(geom)) FROM live.{layer} "
            "WHERE source LIKE 'leping%' AND geom IS NOT NULL AND src_method <> 'compound'",
        )
        stored = {str(key): (x, y) for key, x, y in found if str(key) in places}
        assert len(found) - len(stored) == unkeyed.get(layer, 0), layer
        assert len(stored) > 15, layer
        there, true = (
            np.column_stack(convert(*np.array([by_key[key] for key in stored]).T, source="wgs84", target=METRIC))
            for by_key in (stored, places)
        )
        metres = np.hypot(*(there - true).T)
        assert [key for key, off in zip(stored, metres, strict=True) if off > 1] == [], layer


def test_no_number_of_a_person_is_anywhere_in_the_store(loaded: Settings) -> None:
    tables = rows(
        loaded,
        "SELECT format('%I.%I', table_schema, table_name) FROM information_schema.tables "
        "WHERE table_schema IN ('live', 'history', 'ledger') AND table_type = 'BASE TABLE'",
    )
    assert len(tables) > 20
    for (table,) in tables:
        found = rows(loaded, f"SELECT count(*) FROM {table} t WHERE t::text ~ '13900000000|990100199001010012|K00000'")
        assert found == [(0,)], table
    receipts = [path.read_text("utf-8-sig") for path in (loaded.home / "receipts").iterdir()]
    assert not any(number in text for text in receipts for number in ("13900000000", "990100199001010012"))


def test_each_remark_is_to_be_had_in_chinese(loaded: Settings) -> None:
    said = []
    for path in (loaded.home / "receipts").iterdir():
        with path.open(encoding="utf-8-sig", newline="") as file:
            said += [(line["message"], line["说明"]) for line in csv.DictReader(file)]
    assert len(said) > 40
    english = re.compile(r"\b(is|the|wanted|which|was|of|a)\b")
    assert [pair for pair in said if english.search(pair[1])] == []
