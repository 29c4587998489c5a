"""What nobody should ask is refused without a word about our insides, and others are answered meanwhile."""

from __future__ import annotations

import contextlib
import http.client
import json
import re
import socket
import struct
import threading
from collections.abc import Iterator, Mapping

import pytest

from tests.webmap.live.conftest import PATIENCE_S, Live, live
from tests.webmap.live.raw_requests import REQUESTS

__all__ = ["live"]

pytestmark = pytest.mark.xdist_group("live server")

LARGE = "/ogc/api"
INSIDES = (b"Traceback", b"/work", b"site-packages", b"sqlalchemy", b"psycopg", b"SELECT", b".py")


def ask(server: Live, target: str, headers: Mapping[str, str] | None = None) -> tuple[int, Mapping[str, str], bytes]:
    """Send a target as it is, without what a client's library would mend."""
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)) as connection:
        connection.request("GET", target, headers=headers or {})
        answer = connection.getresponse()
        return answer.status, dict(answer.headers), answer.read()


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("/ogc/collections/compound/tiles/WebMercatorQuad/99/0/0", 400),
        ("/ogc/collections/compound/tiles/WebMercatorQuad/-1/0/0", 404),
        ("/ogc/collections/compound/tiles/WebMercatorQuad/14/0/99999999999999999999", 400),
        ("/ogc/collections/compound/tiles/WebMercatorQuad/3/0/0?x=1", 400),
        ("/ogc/collections/compound/tiles/WebMercatorQuad?utm=1", 400),
        ("/ogc/collections/compound/items?limit=99999999999999999999", 400),
        ("/ogc/collections/compound/items?limit=-1", 400),
        ("/ogc/collections/compound/items?offset=99999999999999999999", 400),
        ("/ogc/collections/compound/items?bbox=nan,nan,nan,nan", 400),
        ("/ogc/collections/compound/items?bbox=1e999,0,1,1", 400),
        ("/ogc/collections/compound/items?filter=" + "(" * 2000, 400),
        ("/ogc/collections/..%2f..%2f..%2fetc%2fpasswd/items", 404),
        ("/ogc/../../../etc/passwd", 404),
        ("/static/..%2f..%2fgeodata%2fsettings.py", 404),
        ("/static/../../geodata/settings.py", 404),
        ("/styles/..%2f..%2f..%2fpyproject.toml", 404),
        ("/download/..%2f..%2fcsmap.toml", 404),
        ("/download/compound.csv%00.xlsx", 404),
        ("/download/compound.csv?area=W%0d%0aX-Injected:%201", 404),
        ("/ogc/collections?f=json%0d%0aX-Injected:%201", 400),
        ("/?lang=en%0d%0aX-Injected:%201", 200),
        ("/briefing/W%0d%0aX-Injected:%201?download=1", 404),
        ("/api/%2e%2e/%2e%2e/csmap.toml", 404),
    ],
    ids=lambda value: str(value)[:60],
)
def test_what_cant_be_is_refused_without_insides(live: Live, target: str, status: int) -> None:
    found, headers, body = ask(live, target)
    assert found == status, body[:300]
    assert "X-Injected" not in headers
    if status >= 400:
        assert not [word for word in INSIDES if word in body]
    if status >= 400 and target.startswith(("/ogc", "/api")):
        assert headers["Content-Type"] == "application/problem+json"
        assert json.loads(body)["status"] == status


@pytest.mark.parametrize("name", ["SCRIPT_NAME", "PATH_INFO", "X-Forwarded-Prefix"])
def test_no_header_moves_an_address(live: Live, name: str) -> None:
    for target, status in (("/staff//ogc/collections", 401), ("/ogc", 200), ("/healthz", 200)):
        assert ask(live, target, {name: "/staff"})[0] == status, target


def test_no_question_hides_in_another(live: Live) -> None:
    for name, (sent, statuses) in REQUESTS.items():
        with socket.create_connection(("127.0.0.1", live.port), timeout=30) as client:
            answers = b""
            with contextlib.suppress(ConnectionError):
                client.sendall(sent)
                while part := client.recv(65536):
                    answers += part
        assert [int(each) for each in re.findall(rb"HTTP/1\.1 (\d{3}) [A-Z]", answers)] == statuses, (
            name,
            answers[:99],
        )
        assert b"evil.example" not in answers, name
        assert not [word for word in INSIDES if word in answers], name


def test_ten_megabytes_of_question_are_refused_at_once(live: Live) -> None:
    with socket.create_connection(("127.0.0.1", live.port), timeout=30) as client:
        with contextlib.suppress(ConnectionError):
            client.sendall(b"GET /ogc/collections?filter=" + b"a" * 10_000_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n")
        with contextlib.suppress(ConnectionError):
            answer = client.recv(4096)
            assert answer.split()[1] in (b"400", b"414")
            assert not [word for word in INSIDES if word in answer]
    assert live.status("/healthz") == 200


def test_clients_that_stop_in_the_middle_keep_nobody_waiting(live: Live) -> None:
    """Twice as many as there are threads ask half a question, and as many nothing at all."""
    with contextlib.ExitStack() as stack:
        for number in range(32):
            client = stack.enter_context(socket.create_connection(("127.0.0.1", live.port), timeout=30))
            if number % 2:
                client.sendall(b"GET /ogc/collec")
        assert live.status("/healthz") == 200


def test_clients_that_do_not_read_keep_nobody_waiting(live: Live) -> None:
    with contextlib.ExitStack() as stack:
        for _ in range(16):
            client = stack.enter_context(socket.socket())
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.connect(("127.0.0.1", live.port))
            client.sendall(b"GET /ogc/collections HTTP/1.1\r\nHost: a\r\n\r\n" * 20)
        assert live.status("/healthz") == 200


def test_clients_that_send_a_byte_now_and_then_keep_nobody_waiting(live: Live) -> None:
    """Three times as many as there are threads, never as still as would end them: each is given up in the end."""
    with contextlib.ExitStack() as stack:
        slow = [stack.enter_context(socket.create_connection(("127.0.0.1", live.port), timeout=30)) for _ in range(24)]
        for client in slow:
            client.sendall(b"GET /ogc/collections?filter=")
        left = list(slow)
        for _ in range(200):
            left = [client for client in left if _sends(client)]
            if not left:
                break
            threading.Event().wait(PATIENCE_S / 8)
        assert left == []
        assert live.status("/healthz") == 200


def _sends(client: socket.socket) -> bool:
    try:
        client.sendall(b"x")
        client.setblocking(False)
        return client.recv(1) != b""
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        client.settimeout(30)


def test_clients_that_take_a_byte_now_and_then_keep_nobody_waiting(live: Live) -> None:
    with contextlib.ExitStack() as stack:
        slow = []
        for _ in range(16):
            client = stack.enter_context(socket.socket())
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.connect(("127.0.0.1", live.port))
            client.sendall(b"GET /ogc/collections HTTP/1.1\r\nHost: a\r\n\r\n" * 20)
            slow.append(client)
        for _ in range(8):
            for client in slow:
                with contextlib.suppress(OSError):
                    client.recv(1)
            assert live.status("/healthz") == 200


def _paced(server: Live, target: str, every_s: float, seen: list[int], given_up: threading.Event) -> None:
    """Take an answer at a pace just above what is given up; note how much has come of it once it has ended."""
    taken = 0
    with socket.socket() as client, contextlib.suppress(OSError):
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect(("127.0.0.1", server.port))
        client.sendall(f"GET {target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
        while not given_up.wait(every_s) and (part := client.recv(4096)):
            taken += len(part)
    seen.append(taken)


def test_readers_who_take_their_time_give_way_to_whoever_waits(live: Live) -> None:
    """Twice as many as there are threads read just fast enough; without others to wait for him one reads to the end."""
    whole = len(ask(live, LARGE)[2])
    assert whole > 100_000
    seen: list[int] = []
    over = threading.Event()
    readers = [threading.Thread(target=_paced, args=(live, LARGE, 0.25, seen, over)) for _ in range(16)]
    for reader in readers:
        reader.start()
    try:
        for _ in range(4):
            assert live.status("/healthz") == 200
        assert not [taken for taken in seen if taken >= whole], "others waited for a reader's end"
    finally:
        over.set()
        for reader in readers:
            reader.join()
    seen.clear()
    _paced(live, LARGE, 0.02, seen, threading.Event())
    assert seen[0] > whole


def test_two_hundred_at_once_are_all_answered(live: Live) -> None:
    seen: list[int] = []

    def one() -> None:
        seen.append(live.status("/ogc/collections/compound/tiles/WebMercatorQuad/3/0/0"))

    threads = [threading.Thread(target=one) for _ in range(200)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [200] * 200


def test_two_hundred_that_stay_and_ask_nothing_are_in_nobodys_way(live: Live) -> None:
    with contextlib.ExitStack() as stack:
        staying = [http.client.HTTPConnection("127.0.0.1", live.port, timeout=60) for _ in range(200)]
        for connection in staying:
            stack.callback(connection.close)
            connection.request("GET", "/healthz")
            assert connection.getresponse().read()
        assert live.status("/ogc/collections") == 200
        for connection in staying[-1::-20]:
            connection.request("GET", "/healthz")
            assert connection.getresponse().read(), "each is answered on its own connection again"


BOMBS = (
    "/ogc/collections/police_post/items?filter=name%3D'{word}'",
    "/ogc/collections/police_post/items?filter=name%3D'{word}'%20AND%20(((((((({word}",
    "/ogc/collections/police_post/items?name={word}&limit=1",
    "/ogc/collections/police_post/items?bbox=1{number},0,1,1",
    "/ogc/collections/{word}/items",
    "/ogc/tiles/WebMercatorQuad/16/27{number:03}/53165",
    "/download/police_post.csv?filter=name%3D'{word}'",
    "/search?q={word}",
    "/list?layer=police_post&lang={word}",
    "/{word}",
)


def _bomb(server: Live, numbers: range) -> None:
    """Ask each of the bombs with words that nobody has asked with before: what is kept by what is asked, grows."""
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)) as connection:
        for number in numbers:
            for bomb in BOMBS:
                connection.request("GET", bomb.format(number=number, word=f"{number}" + "x" * 3000))
                answer = connection.getresponse()
                assert answer.status < 500
                answer.read()
    for _ in range(2):
        test_ten_megabytes_of_question_are_refused_at_once(server)


def test_memory_does_not_grow_with_what_is_asked(live: Live) -> None:
    _bomb(live, range(100, 140))
    before_mb = live.resident_mb()
    _bomb(live, range(140, 180))
    assert live.resident_mb() < before_mb + 30


def test_a_reader_who_goes_away_leaves_nothing(live: Live) -> None:
    client = socket.create_connection(("127.0.0.1", live.port), timeout=30)
    client.sendall(b"GET /download/police_post.gpkg HTTP/1.1\r\nHost: a\r\n\r\n")
    # Gone at once, with a reset.
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()
    assert live.status("/download/police_post.gpkg") == 200
    left = [path for folder in live.settings.home.glob("files-*") for path in folder.iterdir()]
    assert len(left) <= 1, "at most the one that is being written for whoever went away"


@pytest.fixture(scope="module", autouse=True)
def no_failure_of_ours(live: Live) -> Iterator[None]:
    """Look into the log once all has been asked: nothing went wrong on our side."""
    yield
    log = live.log.read_text()
    assert " 500 " not in log
    # Of who went away or stood still gunicorn tells where it read; none of our code stands in that.
    assert "/webmap/" not in log
