"""Layers are made once for what they are made of, and fetched by their hash alone."""

import gzip
import json

import pandas as pd
import pytest
from starlette.requests import Request
from streamlit import config

from mixplan.ui.maplayers import layer_route, made_once


def collection(name: str) -> list[dict]:
    properties = {"id": name, "pane": "plants", "shape": "circle", "radius": 5, "tip": [name], "style": {}}
    point = {"type": "Point", "coordinates": [116.4, 39.9]}
    return [{"type": "FeatureCollection", "features": [{"geometry": point, "properties": properties}]}]


pytestmark = pytest.mark.usefixtures("home")


def asked(name: str):
    return layer_route().endpoint(Request({"type": "http", "path_params": {"name": name}, "headers": []}))


def test_the_browser_gets_a_layer_packed_and_for_ever():
    answer = asked(made_once(lambda: collection("甲{{"), "for ever").at)
    assert answer.status_code == 200
    assert answer.headers["content-encoding"] == "gzip"
    assert "immutable" in answer.headers["cache-control"]
    assert json.loads(gzip.decompress(answer.body))["features"][0]["properties"]["tip"] == ["甲{{"]


@pytest.mark.parametrize("name", ["x", "../mixplan.db", "0" * 63, "G" * 64, "0" * 64, "%2e%2e%2f"])
def test_any_other_name_is_not_found(name):
    assert asked(name).status_code == 404


def test_the_address_lies_below_the_base_path():
    before = config.get_option("server.baseUrlPath")
    try:
        config.set_option("server.baseUrlPath", "/plan/beijing/")
        assert layer_route().path == "/plan/beijing/layers/{name}.json"
    finally:
        config.set_option("server.baseUrlPath", before)
    assert layer_route().path == "/layers/{name}.json"


def test_the_same_things_give_the_same_layer_and_another_thing_is_made_anew():
    made = []

    def make(name):
        made.append(name)
        return collection(name)

    table, twin = pd.DataFrame({"a": [1]}), pd.DataFrame({"a": [1]})
    first = made_once(lambda: make("a"), "once", of=[table])
    assert made_once(lambda: make("a"), "once", of=[table]) == first
    assert made == ["a"]
    made_once(lambda: make("b"), "once", of=[twin])
    made_once(lambda: make("c"), "once", 2, of=[table])
    assert made == ["a", "b", "c"]


def test_only_some_features_of_a_layer_are_shown():
    layer = made_once(lambda: [*collection("a"), *collection("b"), *collection("c")], "three")
    assert layer.only(["b"]).message() == {"at": layer.at, "shown": "QA=="}, "the second bit of eight"
    assert layer.only(["a", "b", "c"]).message() == {"at": layer.at}
