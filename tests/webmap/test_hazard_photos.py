"""Photos of hazards: nothing but pixels is kept, few open them, and the log has it."""

from __future__ import annotations

import re
import struct
import zlib
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import text
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from geodata.accounts.log import What, entries
from geodata.database.engine import engine_for
from geodata.database.logins import Login
from geodata.errors import InvalidInput
from geodata.settings import Settings
from tests.signing import client_of
from tests.two_grids import two_grids
from webmap.officer.photos import LONGEST_PX, remade

GPS = 0x8825
SECRET = b"SECRET-PLACE"


def _photo(size: tuple[int, int] = (60, 40), kind: str = "JPEG") -> bytes:
    """Return a red picture that says where it was taken, in EXIF and in a comment, and that it lies on its side."""
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees
    exif[0x010E] = SECRET.decode()
    exif.get_ifd(GPS)[2] = (27.0, 43.0, 48.0)
    written = BytesIO()
    more = {"comment": SECRET} if kind == "JPEG" else {}
    Image.new("RGB", size, (200, 0, 0)).save(written, kind, exif=exif, **more)
    return written.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_nothing_but_pixels_is_kept(kind: str) -> None:
    sent = _photo(kind=kind)
    assert SECRET in sent
    kept = remade(sent)
    assert SECRET not in kept
    assert b"Exif" not in kept
    with Image.open(BytesIO(kept)) as picture:
        assert (picture.format, picture.size, dict(picture.getexif())) == ("JPEG", (40, 60), {})
        assert picture.getpixel((5, 5))[0] > 150  # type: ignore[index]


def test_a_large_photo_becomes_small_and_a_bomb_is_refused_unread() -> None:
    with Image.open(BytesIO(remade(_photo((4000, 3000))))) as picture:
        assert max(picture.size) == LONGEST_PX
    for wrong in (
        _bomb(30_000, 30_000),
        b"GIF89a" + bytes(50),
        b"\xff\xd8\xff" + bytes(50),
        _photo()[:200],
        bytes(13_000_000),
        # Long and thin, it can't be read at a fraction; and each scan would be a pass over the whole.
        _photo((40_000, 500)),
        _photo() + b"\xff\xda" * 100,
    ):
        with pytest.raises(InvalidInput):
            remade(wrong)


def _bomb(width: int, height: int) -> bytes:
    """Return a small PNG that says to be a huge picture."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(100))) + chunk(b"IEND", b"")


def test_few_open_a_photo_and_the_log_has_it(deployment: Settings) -> None:
    town = two_grids(deployment)
    officer = client_of(town, "grid_officer:W")
    page = officer.get("/officer/hazards").text
    sent = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    place = {"kind": "lighting", "level": "ordinary", "lon": "112.0005", "lat": "27.7305"}
    wrong = officer.post("/officer/hazards?lang=en", data=sent | place | {"photo": (BytesIO(b"no photo"), "a.jpg")})
    assert wrong.status_code == 400
    assert "can&#39;t be read" in wrong.text
    # Larger than what other forms may bring along.
    large = _photo() + bytes(2_000_000)
    # Encoded here: the client of the tests leaves the file open in which it would do so.
    boundary, body = encode_multipart(sent | place | {"photo": FileStorage(BytesIO(large), "a.jpg")})
    led = officer.post("/officer/hazards", data=body, content_type=f"multipart/form-data; boundary={boundary}")
    assert led.status_code == 303
    with engine_for(town, Login.OWNER).connect() as connection:
        row = connection.execute(text("SELECT id, hazard_id, who, picture FROM evidence.hazard_photo")).one()
    assert SECRET not in bytes(row.picture)
    record, photo = f"/places/hazard/{row.hazard_id}", f"/photos/{row.id}"
    assert "Photo of 31 October 2025" in officer.get(f"{record}?lang=en").text
    assert photo not in officer.get(record).text
    for who in ("grid_officer:W", "planner", "police:E", None):
        assert client_of(town, who).get(photo).status_code == 404, who
    for who in ("police:W", "steward"):
        client = client_of(town, who)
        assert photo in client.get(record).text
        answer = client.get(photo)
        assert (answer.mimetype, answer.data, answer.headers["Cache-Control"]) == (
            "image/jpeg", bytes(row.picture), "private, no-store",
        )  # fmt: skip
    assert [each.detail for each in entries(town, what=What.PHOTO)] == [f"photo {row.id}"] * 2
    _close(town, officer)


def _close(town: Settings, officer: FlaskClient) -> None:
    """Close a hazard by the list's own forms: it wants a photo of the mended place, which has the day it was kept."""
    address = ""
    for kind in ("rechecked", "closed"):
        page = officer.get("/officer?due=overdue").text
        found = re.search(rf'action="/staff(/officer/hazards/\d+/steps)".*?value="{kind}"', page, re.DOTALL)
        assert found, kind
        address = found[1]
        sent = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', found[0])[-3:]) | {"kind": kind}
        if kind == "closed":
            refused = officer.post(f"{address}?lang=en", data=sent)
            assert refused.status_code == 400
            assert "a photo of the mended place is needed" in refused.text
            sent |= {"kept_on": "2025-10-29", "photo": (BytesIO(_photo()), "a.jpg")}
        assert officer.post(address, data=sent).status_code == 303
    record = address.replace("/officer/hazards", "/places/hazard").removesuffix("/steps")
    told = officer.get(f"{record}?lang=en").text
    assert "Closed" in told
    assert "Photo of 29 October 2025" in told
    assert address not in officer.get("/officer?due=all").text
