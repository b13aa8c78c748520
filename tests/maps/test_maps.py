"""The web map's marks: what the legend says is what is drawn."""

import html
import json
import re

import geopandas as gpd
import pytest
from helpers import make_register
from streamlit_folium import generate_leaflet_string

from mixplan.maps.stations import plant_layer, selection_layer
from mixplan.maps.web import Assets, base_map, group
from mixplan.screening.judge import overall, screen

ASSETS = Assets(scripts=("leaflet.js", "map.js"), styles=("leaflet.css",))


def test_hollow_marks_are_the_modelled_stations_whatever_their_verdict(plants, layers, book):
    findings = screen(plants, layers, book, on=book.period_end)
    judged = overall(findings, plants, book)
    located = plants[plants.geometry.notna()]
    assert {"modelled", "sourced"} == set(located.loc[judged["verdict"] == "unknown", "evidence"])
    (layer,) = plant_layer(plants, judged, plants["district"])
    hollow = {
        mark["properties"]["id"] for mark in layer["features"] if mark["properties"]["style"]["fillColor"] == "#ffffff"
    }
    assert hollow == set(located.index[located["evidence"] == "modelled"])


# What a template engine would read as an expression, a statement, a comment or their ends.
TEMPLATE_NAMES = ["站{{", "C30{{", "{% raw %}", "{# 注", "{{7*7}}", "{{3**20000000 and 1}}", "}}站%}", "\\{{{7*7}}}"]


@pytest.mark.parametrize("name", TEMPLATE_NAMES)
def test_a_name_is_text_to_the_map_and_never_a_template(layers, book, name):
    plants = make_register({"name": name, "lon": 116.4, "lat": 39.9, "district": "朝阳区"})
    findings = screen(plants, layers, book, on=book.period_end)
    judged = overall(findings, plants, book)
    nowhere = gpd.GeoDataFrame({"label": []}, geometry=[], crs=plants.crs)
    collections = [*plant_layer(plants, judged, plants["district"]), *selection_layer(plants, nowhere)]
    canvas = base_map(layers, ASSETS, title=name, tiles={"url": "http://127.0.0.1/{z}/{x}/{y}", "attribution": name})
    shown = group(name, *collections).add_to(canvas)
    script = canvas.get_root().render()  # what a map saved as a file holds
    for text in (script, generate_leaflet_string(canvas), generate_leaflet_string(shown)):  # what the component shows
        told = [json.loads(found) for found in re.findall(r'"tip": ("(?:[^"\\]|\\.)+")', text)]
        assert any(tip.split("<br>")[0] == html.escape(name) for tip in told), told
        labels = re.findall(r'"label": ("(?:[^"\\]|\\.)+")', text)
        assert html.escape(name) in map(json.loads, labels)
        assert not re.search(r"\{[{%#]", text)
    (given,) = re.findall(r"mixplan\.setup\(\w+, (\{.+?\})\);", script)
    options = json.loads(given)
    assert options["title"] == options["tiles"]["attribution"] == name
    assert options["tiles"]["url"] == "http://127.0.0.1/{z}/{x}/{y}"
