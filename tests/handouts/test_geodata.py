"""Map data: QGIS finds layers and styles, zones carry their coverage."""

import json
import sqlite3

import pyogrio
import pytest
from lxml import etree

from mixplan.handouts import geodata


def test_qgis_finds_layers_and_default_styles(report, tmp_path):
    content = geodata.gpkg_bytes(report)
    path = tmp_path / "图.gpkg"
    path.write_bytes(content)
    layers = dict(pyogrio.list_layers(path))
    assert {"stations", "ban_zones", "gaps", "new_lines", "layer_styles", "notes"} <= set(layers)
    stations = pyogrio.read_dataframe(path, layer="stations")
    assert len(stations) == report.plants.geometry.notna().sum() and stations.crs.to_epsg() == 4548
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        styles = connection.execute("SELECT f_table_name, styleQML, useAsDefault FROM layer_styles").fetchall()
    connection.close()
    assert {name for name, _qml, _default in styles} == set(layers) - {"layer_styles", "notes"}
    for _name, qml, default in styles:
        assert default == 1 and etree.fromstring(qml).find("renderer-v2") is not None
    # How often the file was written depends on the clock, and is not told.
    assert content[24:28] == content[92:96] == (1).to_bytes(4, "big")
    assert geodata.gpkg_bytes(report) == content
    collection = json.loads(geodata.geojson_files(report)["ban_zones"])
    west = collection["features"][0]["geometry"]["coordinates"][0][0][0]
    assert 115 < west < 118


def test_the_zones_of_the_geopackage_carry_their_coverage(report):
    zones = geodata.report_layers(report)["ban_zones"].set_index("id")
    for row in report.covered.result.rows:
        assert zones.loc[row.id, "served_share"] == pytest.approx(row.served_share, abs=1e-6)
        assert zones.loc[row.id, "area_share_low"] == pytest.approx(row.area_share_low, abs=1e-6)
