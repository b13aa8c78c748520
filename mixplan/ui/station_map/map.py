"""The station map, on screen and on paper."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import streamlit as st

from mixplan.base.files.names import file_stem
from mixplan.base.i18n import gettext as _
from mixplan.maps import ground, legend
from mixplan.maps import stations as maps_stations
from mixplan.ui import downloads, mapview, session, shared, texts
from mixplan.ui.comments import pins
from mixplan.ui.maplayers import Layer, made_once
from mixplan.ui.session import LOOK_AT
from mixplan.ui.station_map.controls import LAYERS, MAP_KEY, View, layer_label, show_layers, shown_layers
from mixplan.ui.station_map.selection import select, selected


def draw(
    plants: gpd.GeoDataFrame,
    table: pd.DataFrame,
    shown: pd.DataFrame,
    judged: pd.DataFrame,
    findings: pd.DataFrame,
    view: View,
) -> None:
    """The map with the chosen layers, the stations that pass the filter, and the chosen station."""
    drawn = [mapview.background(name, view.on, switch=True) for name in LAYERS]
    plant_id = selected(plants)
    marks = mapview.stations(view.margin_m, view.on, judged, table["district_shown"])
    facets = mapview.station_facets(view.margin_m, view.on, table, marks)
    drawn.append(marks.filtered(facets, shown.index, [] if plant_id is None else [plant_id]))
    if found := session.widget("search"):
        drawn += _found(str(found), plant_id)
    if plant_id is not None and plants.geometry[plant_id] is not None:
        drawn.append(_chosen(plants, plant_id, findings, view))
    seen = plants.index.isin([*shown.index, plant_id])
    commented = pins.pins(plants.geometry[seen], "station")
    drawn += commented
    mapview.tile_switch()
    mapview.show_map(
        drawn,
        title=_("北京市站点地图"),
        key=MAP_KEY,
        height=640,
        view=LOOK_AT.get(),
        switches=mapview.Switches({name: layer_label(name) for name in LAYERS}, view.shown),
        on_pick=_pick,
    )
    _legend(sorted(shown["kind"].unique()))
    pins.legend(commented)


def _pick(mark: str) -> None:
    """Choose the station of a mark, or what a pin is pinned to."""
    pinned = pins.picked(mark)
    select(mark if pinned is None else pinned.id)


def _found(key: str, plant_id: str | None) -> list[Layer]:
    """What the planner has searched for, unless it is the chosen station, which has its name already."""
    places, _labels = shared.places()
    # What was found in another register may be gone.
    if key not in places.index or (plant_id is not None and places.loc[key, "plant_id"] == plant_id):
        return []
    return [made_once(lambda: ground.place_layer(places.loc[[key]]), "place", key, of=[places])]


def _chosen(plants: gpd.GeoDataFrame, plant_id: str, findings: pd.DataFrame, view: View) -> Layer:
    """The chosen station, with the shortest ways to the lines that decide."""

    def made() -> list[dict[str, object]]:
        one, own = plants.loc[[plant_id]], findings[findings["plant_id"] == plant_id]
        ways = maps_stations.shortest_ways(one, own, shared.layers(), shared.rules())
        return maps_stations.selection_layer(one, ways)

    return made_once(made, "chosen", plant_id, shared.register()[1], view.margin_m, view.on)


@st.fragment
def _legend(kinds: list[str]) -> None:
    """The legend of what is switched on; a switch runs this alone."""
    mapview.on_switched(MAP_KEY, show_layers)
    texts.html(legend.legend(kinds, layers=shown_layers()))


def static_download(shown: gpd.GeoDataFrame, judged: pd.DataFrame, view: View) -> None:
    """The stations shown as a map for print and slides, drawn when asked for."""
    downloads.map_downloads(
        "mixplan.handouts.single:station_map_file",
        file_stem(_("站点图"), view.on.isoformat()),
        given=lambda: (shown, judged, shared.layers(), shared.rules()),
        # The map's switches change the layers without a run of the page.
        options=lambda: {"on": view.on, "shown": tuple(shown_layers())},
        key="station_map_file",
        version=lambda: (shared.register()[1], repr(view.chosen), view.margin_m, view.on, tuple(shown_layers())),
    )
