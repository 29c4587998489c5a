"""The fonts of a paper: Chinese ones where the machine has them, measured as they will be printed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import matplotlib as mpl
from matplotlib.font_manager import FontPath, FontProperties, findSystemFonts, get_font

from geodata.errors import InvalidInput

PACKAGES = "fonts-noto-cjk (Debian, Ubuntu) or google-noto-sans-cjk-fonts (Fedora, openEuler)"
_FILES = ("NotoSansCJK", "NotoSansCJKsc", "NotoSansSC", "SourceHanSansSC", "SourceHanSansCN")
_SIMPLIFIED = re.compile(r"\b(SC|CN)$")
_MEASURED_AT = 100
_BOXES = "□?"
"""What stands for a sign that a font lacks: the first of these that it has."""


@dataclass(frozen=True)
class Face:
    """One font, known by its file and its place in that."""

    path: str
    index: int = 0

    @property
    def properties(self) -> FontProperties:
        """The font as matplotlib takes it."""
        return FontProperties(fname=FontPath(self.path, self.index))

    def printable(self, text: str) -> str:
        """Return a text in one line, with a box for each sign that the font lacks."""
        return "".join(sign if self._has(sign) else self._box for sign in " ".join(text.split()))

    def width(self, text: str, size: float) -> float:
        """Return how wide a text is, in points."""
        return sum(_advance(self, sign) for sign in text) * size / _MEASURED_AT

    @property
    def _box(self) -> str:
        return next(sign for sign in _BOXES if self._has(sign))

    def _has(self, sign: str) -> bool:
        return _has(self, sign)


@dataclass(frozen=True)
class Fonts:
    """A regular and a bold face."""

    regular: Face
    bold: Face


def fonts_for(texts: str) -> Fonts:
    """Return the fonts that some texts are printed in.

    Raises:
        InvalidInput: there are Chinese signs in them, and no font of this machine has these.
    """
    regular, bold = _chinese("Regular"), _chinese("Bold")
    if regular is not None:
        return Fonts(regular, bold or regular)
    plain = [Face(_bundled(weight)) for weight in ("", "-Bold")]
    if any(not plain[0].printable(sign) == sign for sign in set(texts) if "⺀" <= sign <= "鿿"):
        raise InvalidInput(f"no font on this machine has Chinese signs; a PDF needs one: install {PACKAGES}")
    return Fonts(*plain)


@lru_cache(maxsize=4)
def _chinese(weight: str) -> Face | None:
    """Return a face for simplified Chinese; None where no file is known to have one."""
    wanted = [f"{name}-{weight}{ending}" for name in _FILES for ending in (".ttc", ".otf", ".ttf")]
    found = {Path(path).name: path for path in sorted(map(str, findSystemFonts()), reverse=True)}
    for name in wanted:
        if name in found:
            return _simplified(found[name])
    return None


def _simplified(path: str) -> Face:
    """Return the face of a collection whose signs are drawn as in China; the first where none says so."""
    faces = [Face(path, index) for index in range(get_font(path).num_faces)] if path.endswith(".ttc") else [Face(path)]
    named = (face for face in faces if _SIMPLIFIED.search(get_font(FontPath(face.path, face.index)).family_name))
    return next(named, faces[0])


def _bundled(weight: str) -> str:

    return str(Path(mpl.get_data_path()) / "fonts" / "ttf" / f"DejaVuSans{weight}.ttf")


@lru_cache(maxsize=50_000)
def _advance(face: Face, sign: str) -> float:
    font = get_font(FontPath(face.path, face.index))
    font.set_size(_MEASURED_AT, 72)
    return float(font.load_char(ord(sign)).linearHoriAdvance) / 65536


@lru_cache(maxsize=50_000)
def _has(face: Face, sign: str) -> bool:
    return bool(get_font(FontPath(face.path, face.index)).get_char_index(ord(sign)))
