"""The station map, on screen and on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import streamlit as st

from mixplan.base.i18n import gettext as _
from mixplan.maps import ground, web
from mixplan.maps import stations as maps_stations
from mixplan.ui import downloads, mapview, shared
from mixplan.ui.session import LOOK_AT
from mixplan.ui.station_map.controls import LAYERS, View
from mixplan.ui.station_map.selection import select, selected

if TYPE_CHECKING:
    from mixplan.maps.paper.sheet import StaticMap


def draw(
    plants: gpd.GeoDataFrame,
    table: pd.DataFrame,
    shown: pd.DataFrame,
    judged: pd.DataFrame,
    findings: pd.DataFrame,
    view: View,
) -> None:
    """The map with the chosen layers, the stations that pass the filter, and the chosen station."""
    layers = shared.layers()
    canvas = web.base_map(layers, mapview.map_assets(), title=_("北京市站点地图"), tiles=mapview.tile_source())
    groups = [mapview.background(name, view.on) for name in LAYERS if name in view.shown]
    plant_id = selected(plants)
    marks = shown.index if plant_id is None or plant_id in shown.index else shown.index.append(pd.Index([plant_id]))
    groups.append(web.group(_("厂站"), *maps_stations.plant_layer(plants.loc[marks], judged, table["district_shown"])))
    if found := st.session_state.get("search"):
        groups.append(web.group(_("搜索结果"), *ground.place_layer(shared.places()[0].loc[[found]])))
    if plant_id is not None and plants.geometry[plant_id] is not None:
        one = plants.loc[[plant_id]]
        own = findings[findings["plant_id"] == plant_id]
        ways = maps_stations.shortest_ways(one, own, layers, shared.rules())
        groups.append(web.group(_("所选站点"), *maps_stations.selection_layer(one, ways)))
    centre, zoom = LOOK_AT.get() or (None, None)
    mapview.show_map(canvas, groups, key="station_map", height=640, centre=centre, zoom=zoom, on_pick=select)


def static_download(shown: gpd.GeoDataFrame, judged: pd.DataFrame, view: View) -> None:
    """The stations shown as a map for print and slides, drawn when asked for."""

    def drawn() -> StaticMap:
        from mixplan.maps.paper.stations import station_map  # matplotlib, for who asks for the file

        return station_map(shown, judged, shared.layers(), shared.rules(), on=view.on, shown=view.shown)

    downloads.map_downloads(drawn, downloads.file_name(_("站点图"), view.on.isoformat()), key="station_map_file")
