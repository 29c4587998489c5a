"""./csmap stop ends the deployment's database, and the next command starts it again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from geodata.command import stop
from geodata.database.cluster import Cluster
from geodata.database.engine import forget_engines
from geodata.errors import SettingsError
from geodata.settings import Settings
from tests.deployments import Deployments


def test_stop_ends_the_database_once(
    deployments: Deployments, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = deployments.make("Stopped")
    if settings.database_url:
        pytest.skip("CSMAP_DATABASE_URL is set: there is no embedded database to stop")
    forget_engines(settings.home)
    monkeypatch.setenv("CSMAP_HOME", str(settings.home))
    assert stop.main([]) == 0
    assert not Cluster.at(settings.home).is_running()
    assert stop.main([]) == 0
    assert capsys.readouterr().out == "Stopped: the database is stopped\nStopped: the database wasn't running\n"


def test_a_servers_database_is_left_alone(
    deployment: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    served = replace(deployment, database_url="postgresql://elsewhere/csmap")
    monkeypatch.setattr(stop, "load_settings", lambda: served)
    assert stop.main([]) == 0
    assert "doesn't stop" in capsys.readouterr().out


def test_where_nothing_is_there_is_nothing_to_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CSMAP_HOME", "/nowhere")
    with pytest.raises(SettingsError, match="is no deployment yet"):
        stop.main([])
