"""What a click in a map comes to: a mark, a place on the globe, or nothing."""

import math

import pytest
from streamlit.testing.v1 import AppTest

from mixplan.ui import mapview


def page():
    import streamlit as st

    from mixplan.ui import mapview

    got = st.session_state.setdefault("got", [])
    mapview.show_map([], title="", key="map", on_pick=got.append, on_point=lambda *place: got.append(place))


@pytest.mark.parametrize(
    ("told", "got"),
    [
        ({"pick": "站{{", "lon": 116.4, "lat": 39.9}, ["站{{"]),
        ({"pick": None, "lon": 116.4, "lat": 39}, [(116.4, 39.0)]),
        (None, []),
        ("x", []),
        ([1], []),
        ({}, []),
        ({"lon": 116.4}, []),
        ({"pick": ["a"], "lon": "116.4", "lat": 39.9}, []),
        ({"pick": None, "lon": 1e308, "lat": 39.9}, []),
        ({"pick": None, "lon": 116.4, "lat": math.nan}, []),
    ],
)
def test_a_click_is_a_mark_or_a_place_on_the_globe(monkeypatch, told, got):
    def component(*_given, key, on_change, **_options):
        mapview.st.session_state[key] = told
        on_change()

    monkeypatch.setattr(mapview, "st_folium", component)
    test = AppTest.from_function(page, default_timeout=60).run()
    assert not test.exception
    assert test.session_state["got"] == got
