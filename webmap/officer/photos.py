"""Photos as they are kept: made anew from their pixels, so that nothing else of the file comes along."""

from __future__ import annotations

from io import BytesIO
from threading import Lock

from PIL import Image, ImageOps

from geodata.errors import InvalidInput

MOST_BYTES = 12_000_000
"""Of the file that a phone sends; with scripts it sends a small one."""
MOST_PIXELS = 50_000_000
"""Phones have as many; a JPEG of them is read at a fraction of its size."""
MOST_PIXELS_WHOLE = 16_000_000
"""Of what can only be read whole: 48 MB of memory."""
LONGEST_PX = 1600
QUALITY = 80
KINDS = ("JPEG", "PNG", "WEBP")
MOST_SCANS = 64
"""Each scan of a JPEG is a pass over the whole picture: cameras write one, or some ten for the web."""
SCAN = b"\xff\xda"
PATIENCE_S = 5.0
_ONE_AT_A_TIME = Lock()
"""A picture takes memory as long as it is read."""


def remade(data: bytes) -> bytes:
    """Return a picture as a JPEG of at most 1,600 pixels a side, upright, without EXIF, comments or profiles.

    Raises:
        InvalidInput: it is no picture of a kind that phones take, has more pixels than any of them, or others are being
            read.
    """
    if len(data) > MOST_BYTES:
        raise InvalidInput(f"the photo has {len(data)} bytes; {MOST_BYTES} are the most", zh="照片文件过大，最大 12 MB")
    if data.count(SCAN) > MOST_SCANS:
        raise InvalidInput(f"the photo has more than {MOST_SCANS} scans", zh="照片格式异常，请重新拍摄")
    if not _ONE_AT_A_TIME.acquire(timeout=PATIENCE_S):
        raise InvalidInput("other photos are being read: try again in a moment", zh="正在处理其他照片，请稍后重试")
    try:
        clean = _upright(data)
    finally:
        _ONE_AT_A_TIME.release()
    written = BytesIO()
    clean.save(written, "JPEG", quality=QUALITY)
    return written.getvalue()


def _upright(data: bytes) -> Image.Image:
    """Return nothing but the pixels of a picture, upright and made small."""
    try:
        with Image.open(BytesIO(data), formats=KINDS) as picture:
            # Until now its head alone has been read.
            _refuse_large(picture, MOST_PIXELS if picture.format == "JPEG" else MOST_PIXELS_WHOLE)
            picture.draft("RGB", (LONGEST_PX, LONGEST_PX))
            # What is long and thin can't be read at a fraction.
            _refuse_large(picture, MOST_PIXELS_WHOLE)
            upright = ImageOps.exif_transpose(picture).convert("RGB")
            upright.thumbnail((LONGEST_PX, LONGEST_PX))
            return Image.frombytes("RGB", upright.size, upright.tobytes())
    except InvalidInput:
        raise
    except Exception as error:
        # What a picture's bytes can be wrong in has no common kind.
        raise InvalidInput(
            "the photo can't be read: wanted is a JPEG, PNG or WebP", zh="无法读取照片，应为 JPEG、PNG 或 WebP"
        ) from error


def _refuse_large(picture: Image.Image, most: int) -> None:
    pixels = picture.width * picture.height
    if pixels > most:
        raise InvalidInput(f"the photo has {pixels} pixels; {most} are the most", zh="照片像素过多，请降低分辨率后重试")
