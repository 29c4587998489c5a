"""./csmap demo: the sample in one command, again without a change, never over another place."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from etl.command.demo import main, make_demo, write_sample
from geodata import accounts
from geodata.accounts.demo import DEMO_NAMES
from geodata.database.engine import engine_for
from geodata.database.logins import Login
from geodata.errors import InvalidInput
from geodata.queries.facts import layer_facts
from geodata.queries.reading import RESIDENT, open_reading
from geodata.settings import PROJECT, Settings
from tests.etl.test_loading import checksum, rows

pytestmark = pytest.mark.xdist_group("sample town")


@pytest.fixture
def demo(sample_town: Settings) -> Settings:
    """The sample's deployment, made by the command."""
    return sample_town


def test_the_sample_is_loaded_whole_and_published(demo: Settings) -> None:
    assert demo.synthetic
    assert demo.as_of is not None
    wanted = {"compound": 40, "police_post": 6, "hazard": 80, "micro_project": 40, "funding_line": 40, "road": 200,
              "building": 500, "area": 13}  # fmt: skip
    for layer, least in wanted.items():
        [(count,)] = rows(demo, f"SELECT count(*) FROM live.{layer}")
        assert isinstance(count, int)
        assert count >= least, layer
    truth = json.loads((demo.home / "sample" / "truth.json").read_text("utf-8"))
    planted = [fault for fault in truth["faults"] if fault["outcome"] == "quarantined"]
    assert rows(
        demo, "SELECT sum(quarantined) FROM ledger.load WHERE layer NOT IN ('hazard_event', 'funding_line')"
    ) == [(len(planted),)]
    assert rows(demo, "SELECT count(*) FROM ledger.current_publication") == [(1,)]


def test_the_sample_claims_no_data_of_others(demo: Settings) -> None:
    with open_reading(demo, RESIDENT) as reading:
        thanked = {facts.credit for facts in layer_facts(reading).values() if facts.count}
    assert thanked == {"csmap sample (CC0, synthetic)"}


def test_a_second_run_changes_nothing(demo: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def state() -> list[object]:
        loads = rows(demo, "SELECT count(*), max(finished) FROM ledger.load")
        return [checksum(demo), loads, rows(demo, "SELECT n FROM ledger.current_publication")]

    before = state()
    files = {path.name: path.stat().st_mtime_ns for path in (demo.home / "sample").iterdir()}
    monkeypatch.setenv("CSMAP_HOME", str(demo.home))
    if demo.database_url:
        monkeypatch.setenv("CSMAP_DATABASE_URL", demo.database_url)
    assert main([]) == 0
    assert state() == before
    assert {path.name: path.stat().st_mtime_ns for path in (demo.home / "sample").iterdir()} == files


def test_passwords_are_told_once(
    demo: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CSMAP_HOME", str(demo.home))
    if demo.database_url:
        monkeypatch.setenv("CSMAP_DATABASE_URL", demo.database_url)
    told = []
    for _ in range(2):
        assert main(["--passwords"]) == 0
        said = capsys.readouterr().out
        told.append(
            re.findall("^(demo-[a-z-]+) signs in with the password ([a-z0-9-]{23}), shown this once$", said, re.M)
        )
    assert sorted(name for name, _ in told[0]) == sorted(DEMO_NAMES.values())
    assert told[1] == []
    name, password = told[0][0]
    assert accounts.sign_in(demo, name, password, address="192.0.2.1")
    with engine_for(demo, Login.OWNER).begin() as owner:  # others enter by a click again
        owner.exec_driver_sql("UPDATE account.account SET is_demo = true WHERE name LIKE 'demo-%%'")
    assert len(accounts.enterable(demo)) == len(DEMO_NAMES)


def test_a_touched_file_is_written_again_and_the_same_seed_gives_the_same_bytes_on_any_processor(
    demo: Settings,
) -> None:
    folder = demo.home / "sample"

    def digests() -> dict[str, str]:
        return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}

    before = digests()
    assert len(before) > 25
    (folder / "areas.geojson").write_bytes(b" ")
    # An old processor's arithmetic, which every other has, too: what sums differ by must not decide what is drawn.
    old = {"OPENBLAS_CORETYPE": "Prescott", "NPY_DISABLE_CPU_FEATURES": _beyond_the_baseline()}
    code = "import pathlib, sys; from etl.command.demo import write_sample; write_sample(pathlib.Path(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", code, str(folder)], cwd=PROJECT, env=os.environ | old, check=True)
    assert digests() == before


def _beyond_the_baseline() -> str:
    """Return what numpy's own loops use of this processor, in the words that switch it off."""
    shown = np.show_config(mode="dicts")
    assert isinstance(shown, dict)
    return " ".join(shown["SIMD Extensions"].get("found", []))


def test_another_places_home_is_refused_untouched(deployment: Settings) -> None:
    before = sorted(path.name for path in deployment.home.iterdir())
    with pytest.raises(InvalidInput, match="is the deployment 'Test', a real place"):
        make_demo(deployment.home, {})
    assert sorted(path.name for path in deployment.home.iterdir()) == before


def test_a_folder_with_other_things_is_refused(tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    with pytest.raises(InvalidInput, match="not empty"):
        make_demo(tmp_path, {})


def test_another_seed_is_refused_where_a_sample_is(demo: Settings) -> None:
    folder = demo.home / "sample"
    with pytest.raises(InvalidInput, match="holds the sample of seed 431302 and scale 1"):
        write_sample(folder, seed=5)
    assert write_sample(folder, seed=431302, scale=1).files == write_sample(folder).files


@pytest.mark.parametrize(("seed", "scale"), [(-1, 1), (0, 0), (0, 1000)])
def test_an_impossible_sample_is_refused_before_anything_is_written(tmp_path: Path, seed: int, scale: int) -> None:
    with pytest.raises(InvalidInput, match="can't be made"):
        make_demo(tmp_path / "home", {}, seed=seed, scale=scale)
    assert not (tmp_path / "home").exists()
