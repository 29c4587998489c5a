"""Reads a site as QGIS does, without a window; run by the Python that Debian's QGIS belongs to, not by ours.

    python3 -P qgis_client.py ADDRESS COLLECTION,COLLECTION ... STYLE.json LON LAT < /dev/null

Prints JSON: the features of each collection and their fields, and what was painted of each layer of tiles.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsMapBoxGlStyleConversionContext,
    QgsMapBoxGlStyleConverter,
    QgsMapRendererSequentialJob,
    QgsMapSettings,
    QgsRectangle,
    QgsVectorLayer,
    QgsVectorTileLayer,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor

SIDE_PX = 256
PAPER = "#fe01fe"
"""A colour that no map has."""


def collection(address: str, name: str) -> dict[str, Any]:
    """Return what the provider of OGC API - Features reads of a collection."""
    layer = QgsVectorLayer(f"url='{address}/ogc/' typename='{name}'", name, "OAPIF")
    if not layer.isValid():
        return {"error": layer.error().summary() or "not valid"}
    features = list(layer.getFeatures())
    return {
        "count": len(features),
        "fields": [field.name() for field in layer.fields()],
        "shapes": sum(not feature.geometry().isNull() for feature in features),
        "crs": layer.crs().authid(),
    }


def painted(address: str, name: str, style: str, box: tuple[float, ...]) -> dict[str, Any]:
    """Return which colours a layer of vector tiles is painted in with our style, and in how many pixels."""
    tiles = f"{address}/ogc/collections/{name}/tiles/WebMercatorQuad/{{z}}/{{y}}/{{x}}"
    layer = QgsVectorTileLayer(f"type=xyz&url={tiles}&zmin=0&zmax=16", name)
    converter = QgsMapBoxGlStyleConverter()
    if converter.convert(style, QgsMapBoxGlStyleConversionContext()) != QgsMapBoxGlStyleConverter.Success:
        return {"error": converter.errorMessage()}
    layer.setRenderer(converter.renderer())
    layer.setLabeling(None)
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:3857"))
    settings.setExtent(QgsRectangle(*box))
    settings.setOutputSize(QSize(SIDE_PX, SIDE_PX))
    settings.setBackgroundColor(QColor(PAPER))
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    seen: dict[str, int] = {}
    for x in range(SIDE_PX):
        for y in range(SIDE_PX):
            colour = image.pixelColor(x, y).name()
            seen[colour] = seen.get(colour, 0) + 1
    paper = seen.pop(PAPER, 0)
    return {"valid": layer.isValid(), "painted": SIDE_PX**2 - paper, "colours": seen}


def main(address: str, names: str, drawn: str, style_path: str, *box: str) -> None:
    """Print what QGIS reads and paints."""
    application = QgsApplication([], True)
    application.initQgis()
    with open(style_path, encoding="utf-8") as file:  # noqa: PTH123
        style = file.read()
    edges = tuple(map(float, box))
    found = {
        "collections": {name: collection(address, name) for name in names.split(",")},
        "tiles": {name: painted(address, name, style, edges) for name in drawn.split(",")},
    }
    print(json.dumps(found), flush=True)  # noqa: T201
    # Qt takes its time to end, and has been known to fall over in it.
    os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
