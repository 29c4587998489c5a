"""What a planner's page has where its question can't be answered: why, and the map of the place all the same."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext

from geodata.errors import GeodataError
from webmap import built
from webmap.access import reading
from webmap.languages import language
from webmap.map_config import base_map_config
from webmap.page_words import credits_of


def refused(error: GeodataError) -> dict[str, Any]:
    """Return what `planner_page.html` says of a question that was refused."""
    words = {
        "failed": gettext("The map could not be loaded."),
        "refused": gettext("The map of the place, without an answer"),
    }
    subjects = [layer.id for layer in reading().layers if not layer.is_base]
    return {
        "problem": error.told(language()),
        "is_built": built.is_built(),
        "config": {**base_map_config(words), "subjects": subjects},
        "credits": credits_of(reading()),
    }
