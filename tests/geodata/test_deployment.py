"""Making a deployment: whole or not at all, and never spoiling one that is there."""

from __future__ import annotations

from pathlib import Path

import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.deployment import checked_boundary, init_deployment
from geodata.errors import InvalidInput, SettingsError
from geodata.settings import CONFIG_NAME, load_settings
from tests.deployments import LEPING, Deployments


def test_making_it_again_keeps_what_somebody_added(deployments: Deployments, tmp_path: Path) -> None:
    settings = deployments.make("Town", home=tmp_path / "home")
    config = settings.home / CONFIG_NAME
    config.write_text(
        config.read_text("utf-8") + 'notice = "GS(2025)1"\nbase_url = "https://map.example.org"\n', "utf-8"
    )
    again = init_deployment(
        settings.home, name="Town", boundary=LEPING, time_zone="Asia/Shanghai", database_url=settings.database_url
    )
    assert again.notice == "GS(2025)1"
    assert again.address == "https://map.example.org"


def test_impossible_settings_leave_no_file(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="Mars/City"):
        init_deployment(tmp_path / "home", name="Town", boundary=LEPING, time_zone="Mars/City")
    assert not (tmp_path / "home").exists()


def test_another_places_folder_is_refused(deployments: Deployments, tmp_path: Path) -> None:
    settings = deployments.make("Town", home=tmp_path / "home")
    for name, boundary in (("Village", LEPING), ("Town", shapely.box(0, 0, 1, 1))):
        with pytest.raises(InvalidInput, match="CSMAP_HOME"):
            init_deployment(settings.home, name=name, boundary=boundary, time_zone="UTC")
    assert load_settings(settings.home, {}).name == "Town"


@pytest.mark.parametrize(
    ("boundary", "message"),
    [
        (shapely.LineString([(0, 0), (1, 1)]), "wanted is a polygon"),
        (shapely.Polygon(), "wanted is a polygon"),
        (shapely.box(500_000, 3_000_000, 600_000, 3_100_000), "--boundary-crs"),
    ],
)
def test_a_boundary_has_an_area_in_degrees(boundary: BaseGeometry, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        checked_boundary(boundary)


def test_a_bow_tie_becomes_its_two_halves() -> None:
    tie = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    assert checked_boundary(tie).area == pytest.approx(0.5)


@pytest.mark.parametrize("hours", ["0", "169", "true", "12.5"])
def test_what_a_phone_keeps_has_whole_hours(tmp_path: Path, hours: str) -> None:
    stated = 'name = "Town"\nmetric_crs = "EPSG:4546"\ntime_zone = "Asia/Shanghai"\n'
    (tmp_path / CONFIG_NAME).write_text(f"{stated}kept_offline_hours = {hours}\n", "utf-8")
    with pytest.raises(SettingsError, match="whole hours from 1 to 168"):
        load_settings(tmp_path)
