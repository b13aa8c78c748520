"""The web map's marks: what the legend says is what is drawn."""

import base64
import json
import re

import geopandas as gpd
import numpy as np
import pytest
from helpers import make_register
from hypothesis import given
from hypothesis import strategies as st
from streamlit_folium import generate_leaflet_string

from mixplan.base.i18n import set_language
from mixplan.maps import ground
from mixplan.maps.documents import document, message_code, shown_bits
from mixplan.maps.stations import plant_layer, selection_layer
from mixplan.maps.web import Assets, Message, base_map
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


def test_in_english_every_name_on_the_ground_is_in_latin_letters(layers):
    def names():
        drawn = [*ground.water_layer(layers), *ground.interchange_layer(layers), *ground.town_layer(layers)]
        return [f["properties"]["label"] for layer in drawn for f in layer["features"] if "label" in f["properties"]]

    assert {"密云水库", "西直门桥"} <= set(names())
    set_language("en")
    assert "Xizhimenqiao" in names()
    assert [name for name in names() if re.search("[一-鿿]", name)] == []


# Names that a template engine, a browser, a typesetter or a reader's eye would take for something else.
HOSTILE_NAMES = [
    "站{{",
    "C30{{",
    "{% raw %}",
    "{# 注",
    "{{7*7}}",
    "{{3**20000000 and 1}}",
    "}}站%}",
    "\\{{{7*7}}}",
    "![i](http://x/n.png).csv",
    r"$\frac",
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    '"+alert(1)+"',
    "\u202e站倒",
    "零\u200b宽",
    "\u2028行",
]


def layers_of(name, layers, book):
    """The documents of a register of one station of this name, which is chosen."""
    plants = make_register({"name": name, "lon": 116.4, "lat": 39.9, "district": "朝阳区"})
    judged = overall(screen(plants, layers, book, on=book.period_end), plants, book)
    nowhere = gpd.GeoDataFrame({"label": []}, geometry=[], crs=plants.crs)
    return document([*plant_layer(plants, judged, plants["district"]), *selection_layer(plants, nowhere)])


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_document_holds_a_name_unchanged(layers, book, name):
    told = json.loads(layers_of(name, layers, book).text)["features"]
    stored = make_register({"name": name, "lon": 116.4, "lat": 39.9})["name"].iloc[0]
    assert told[0]["properties"]["tip"][0] == stored
    assert stored in [feature["properties"].get("label") for feature in told]


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_nothing_of_a_message_stands_readable_in_the_maps_script(name):
    canvas = base_map(ASSETS)
    shown = Message({"words": {"title": name}, "tiles": {"attribution": name}}).add_to(canvas)
    script = generate_leaflet_string(shown)
    (code,) = script.split('"')[1:-1]
    assert json.loads(base64.b64decode(code))["words"]["title"] == name
    assert name not in canvas.get_root().render() + generate_leaflet_string(canvas) + script


def test_the_base_map_is_the_same_whatever_it_is_to_show():
    """A map whose script changes would be mounted anew, and flicker, and lose its place."""
    assert generate_leaflet_string(base_map(ASSETS)) == generate_leaflet_string(base_map(ASSETS))
    assert len(generate_leaflet_string(base_map(ASSETS))) < 600


@given(st.lists(st.booleans(), min_size=1, max_size=70))
def test_the_bits_say_which_features_are_shown(flags):
    told = shown_bits(np.array(flags))
    if all(flags):
        assert told is None
    else:
        digits = "".join(f"{byte:08b}" for byte in base64.b64decode(told))
        assert [digit == "1" for digit in digits[: len(flags)]] == flags


@given(st.text())
def test_a_message_is_made_of_signs_that_mean_nothing_and_says_what_was_said(text):
    code = message_code({"text": text.encode("utf-8", "replace").decode()})
    assert set(code) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=")
    assert json.loads(base64.b64decode(code)) == {"text": text.encode("utf-8", "replace").decode()}


def test_each_look_stands_in_a_document_once(plants, layers, book):
    judged = overall(screen(plants, layers, book, on=book.period_end), plants, book)
    made = document(plant_layer(plants, judged, plants["district"]))
    looks = made.content["looks"]
    assert len(looks) == len({json.dumps(look, sort_keys=True) for look in looks}) < 40
    drawn = {f["properties"]["id"]: looks[f["properties"]["look"]] for f in made.content["features"]}
    (given_,) = plant_layer(plants, judged, plants["district"])
    for feature in given_["features"]:
        properties = feature["properties"]
        assert drawn[properties["id"]]["style"] == properties["style"]
        assert drawn[properties["id"]]["shape"] == properties["shape"]
    assert list(made.ids) == list(plants.index[plants.geometry.notna()])
