"""The style sheets that pages share, served and taken along as they are written: no build is needed to read lists."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent / "frontend" / "styles"
SHARED = ("tokens.css", "frame.css", "parts.css", "records.css", "print.css")
"""Those of every page, in the order in which they are read."""
