"""Starts what is measured, each with two processes: csmap, tipg, pygeoapi and MapServer, one at a time."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from geodata.database.postgres import ADMIN
from geodata.errors import InvalidInput
from geodata.settings import PROJECT, Settings
from tests.bench.rows import environment
from tests.bench.serving.town import PEER, Town

PATIENCE_S = 90
PROCESSES = 2
MAPSERVER = Path("/usr/lib/cgi-bin/mapserv")


class Missing(Exception):
    """A peer can't be had on this machine; the message says what it needs."""


@contextmanager
def csmap(town: Town, *, keeps: bool = True) -> Iterator[list[str]]:
    """Serve a town as `./csmap serve` does; give host:port.

    Args:
        town: whose data.
        keeps: tiles that have been made are kept on disk, as they always are; False for each made anew.
    """
    with serving(town.settings) as address:
        for folder in town.settings.home.glob("tiles-*"):
            if not keeps:
                shutil.rmtree(folder)
                folder.touch()  # where no folder can be made, nothing is kept
        try:
            yield [address]
        finally:
            for folder in town.settings.home.glob("tiles-*"):
                if folder.is_file():
                    folder.unlink()


@contextmanager
def serving(settings: Settings) -> Iterator[str]:
    """Serve a deployment as `./csmap serve` does; give host:port."""
    words = [sys.executable, "-m", "webmap.command.serve", "--port", "0"]
    environ = {**os.environ, "CSMAP_HOME": str(settings.home)}
    process = subprocess.Popen(words, cwd=PROJECT, env=environ, stdout=subprocess.PIPE, text=True)
    try:
        line = process.stdout.readline() if process.stdout else ""
        if "http://" not in line:
            raise InvalidInput(f"csmap serve has to begin before anything can be measured; it said {line.strip()!r}")
        yield line.split("http://")[1].split()[0].rstrip("/").replace("localhost", "127.0.0.1")
    finally:
        process.terminate()
        process.wait()


@contextmanager
def tipg(town: Town) -> Iterator[list[str]]:
    """Serve by tipg: a process a port, as uvicorn's own workers lose TCP_NODELAY and then wait 44 ms an answer."""
    environ = {"DATABASE_URL": town.url, "TIPG_DB_SCHEMAS": json.dumps([PEER]), "TIPG_CATALOG_TTL": "100000"}
    ports = [_free_port() for _ in range(PROCESSES)]
    words: list[str | Path] = [environment(), "-m", "uvicorn", "tipg.main:app", "--log-level", "error", "--port"]
    with _running([[*words, str(port)] for port in ports], environ, town.folder):
        addresses = [f"127.0.0.1:{port}" for port in ports]
        for address in addresses:
            _wait(f"http://{address}/collections/{PEER}.building")
        yield addresses


@contextmanager
def pygeoapi(town: Town) -> Iterator[list[str]]:
    """Serve by pygeoapi under gunicorn, with as many processes and threads as csmap has."""
    port = _free_port()
    config, description = town.folder / "pygeoapi.json", town.folder / "pygeoapi-openapi.json"
    config.write_text(json.dumps(_pygeoapi_config(town, port)), "utf-8")
    environ = {"PYGEOAPI_CONFIG": str(config), "PYGEOAPI_OPENAPI": str(description)}
    python = environment()
    made = subprocess.run(
        [python.with_name("pygeoapi"), "openapi", "generate", config, "--output-file", description],
        env={**os.environ, **environ}, cwd=town.folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if made.returncode != 0:
        raise Missing(f"pygeoapi doesn't start: {made.stderr.strip().splitlines()[-1]}")
    words = ["-m", "gunicorn", "-w", str(PROCESSES), "-k", "gthread", "--threads", "4", "--keep-alive", "30"]
    words += ["--log-level", "error", "-b", f"127.0.0.1:{port}", "pygeoapi.flask_app:APP"]
    with _running([[python, *words]], environ, town.folder):
        _wait(f"http://127.0.0.1:{port}/collections/service_point/items?limit=1&f=json")
        yield [f"127.0.0.1:{port}"]


@contextmanager
def mapserver(town: Town) -> Iterator[list[str]]:
    """Serve by MapServer as FastCGI behind nginx."""
    needs = {"cgi-mapserver": MAPSERVER.exists(), "nginx-light": shutil.which("nginx"), "spawn-fcgi": _spawner()}
    missing = [name for name, found in needs.items() if not found]
    if missing:
        raise Missing(f"MapServer: apt-get install {' '.join(missing)}")
    port, fcgi = _free_port(), _free_port()
    map_file, nginx = town.folder / "bench.map", town.folder / "nginx.conf"
    map_file.write_text(_map_file(town), "utf-8")
    nginx.write_text(_nginx(town.folder, port, fcgi), "utf-8")
    pids, allowed = town.folder / "fcgi.pid", {"MAPSERVER_CONFIG_FILE": str(_mapserver_config(town.folder))}
    words: list[str | Path] = [_spawner() or "", "-a", "127.0.0.1", "-p", str(fcgi), "-F", str(PROCESSES), "-P", pids]
    subprocess.run([*words, "--", MAPSERVER], env={**os.environ, **allowed}, check=True, stdout=subprocess.DEVNULL)
    try:
        with _running([["nginx", "-c", nginx]], {}, town.folder):
            _wait(f"http://127.0.0.1:{port}{mapserver_path(town, 'building', 14, 0, 0)}")
            yield [f"127.0.0.1:{port}"]
    finally:
        for number in pids.read_text("ascii").split():
            os.kill(int(number), signal.SIGKILL)  # told to end, it first waits for another request


def mapserver_path(town: Town, layer: str, z: int, x: int, y: int) -> str:
    """Return what MapServer is asked for a vector tile."""
    asked = f"map={town.folder / 'bench.map'}&mode=tile&tilemode=gmap&map.imagetype=mvt&layers={layer}"
    return f"/?{asked}&tile={x}+{y}+{z}"


def _spawner() -> str | None:
    return shutil.which("spawn-fcgi")


def _mapserver_config(folder: Path) -> Path:
    path = folder / "mapserver.conf"
    path.write_text('CONFIG\n ENV\n  MS_MAP_PATTERN "."\n END\nEND\n', "utf-8")
    return path


def _map_file(town: Town) -> str:
    kinds = {"service_point": "POINT", "building": "POLYGON", "road": "LINE"}
    where = f"host={town.cluster.socket_folder} port=5432 dbname=csmap user={ADMIN}"
    layers = "".join(
        f"""
        LAYER
          NAME "{layer}" TYPE {kind} STATUS ON
          CONNECTIONTYPE POSTGIS CONNECTION "{where}" PROCESSING "CLOSE_CONNECTION=DEFER"
          DATA "geom FROM {PEER}.{layer} USING UNIQUE id USING SRID=4326"
          PROJECTION "init=epsg:4326" END
          METADATA "gml_include_items" "all" "ows_include_items" "all" END
          CLASS STYLE COLOR 0 0 0 END END
        END"""
        for layer, kind in kinds.items()
    )
    return f"""
    MAP
      NAME "bench" STATUS ON SIZE 256 256 EXTENT -180 -90 180 90 UNITS DD
      PROJECTION "init=epsg:3857" END
      OUTPUTFORMAT NAME "mvt" DRIVER "MVT" FORMATOPTION "EDGE_BUFFER=10" END
      WEB METADATA "tile_map_edge_buffer" "10" END END
      {layers}
    END"""


def _nginx(folder: Path, port: int, fcgi: int) -> str:
    return f"""
    daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/nginx.err;
    events {{}}
    http {{
      gzip on; gzip_types *; access_log off;
      client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
      uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5; keepalive_requests 1000000;
      server {{
        listen 127.0.0.1:{port};
        location / {{
          # A process answers one connection at a time: kept ones would shut others out.
          include /etc/nginx/fastcgi_params; fastcgi_pass 127.0.0.1:{fcgi}; fastcgi_buffers 64 64k;
        }}
      }}
    }}"""


def _pygeoapi_config(town: Town, port: int) -> dict[str, object]:
    address = f"http://127.0.0.1:{port}"
    provider = {
        "type": "feature",
        "name": "PostgreSQL",
        "data": {
            "host": str(town.cluster.socket_folder),
            "port": 5432,
            "dbname": "csmap",
            "user": ADMIN,
            "password": "none",
            "search_path": [PEER],
        },
        "id_field": "id",
        "table": "service_point",
        "geom_field": "geom",
    }
    text = {"en": "bench"}
    resource = {
        "type": "collection",
        "title": text,
        "description": text,
        "keywords": {"en": ["bench"]},
        "links": [],
        "extents": {"spatial": {"bbox": [-180, -90, 180, 90], "crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84"}},
        "providers": [provider],
    }
    return {
        "server": {
            "bind": {"host": "127.0.0.1", "port": port},
            "url": address,
            "mimetype": "application/json; charset=UTF-8",
            "encoding": "utf-8",
            "languages": ["en-US"],
            "limits": {"default_items": 10, "max_items": 10_000},
            "map": {"url": address, "attribution": "none"},
        },
        "logging": {"level": "ERROR"},
        "metadata": {
            "identification": {
                "title": text,
                "description": text,
                "keywords": {"en": ["bench"]},
                "keywords_type": "theme",
                "terms_of_service": "none",
                "url": address,
            },
            "license": {"name": "none", "url": address},
            "provider": {"name": "bench", "url": address},
            "contact": {"name": "bench", "position": "none"},
        },
        "resources": {"service_point": resource},
    }


@contextmanager
def _running(commands: Sequence[Sequence[str | Path]], environ: Mapping[str, str], folder: Path) -> Iterator[None]:
    """Run programs until the context ends."""
    with ExitStack() as stack:
        for words in commands:
            log = stack.enter_context((folder / "peer.log").open("ab"))
            process = subprocess.Popen(
                [str(word) for word in words], env={**os.environ, **environ}, cwd=folder, stdout=log, stderr=log
            )
            stack.callback(process.wait)
            stack.callback(process.terminate)
        yield


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def _wait(url: str) -> None:
    """Wait until something answers there with anything but an error.

    Raises:
        Missing: nothing has in time.
    """
    deadline, last = time.monotonic() + PATIENCE_S, "nothing"
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 - our own servers
                if answer.status in (200, 204):
                    return
        except urllib.error.HTTPError as error:
            last = f"{error.code} {error.read()[:300]!r}"
        except OSError as error:
            last = str(error)
        time.sleep(0.2)
    raise Missing(f"{url} doesn't answer: {last}")
