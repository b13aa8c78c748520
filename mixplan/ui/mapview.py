"""The map component, wrapped so that it can be swapped: the only module that knows streamlit-folium."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from importlib import metadata
from typing import Any

import folium
import streamlit as st
import streamlit.components.v1 as components
from streamlit_folium import st_folium

from mixplan.base.assets import leaflet_folder
from mixplan.base.i18n import get_language
from mixplan.base.i18n import gettext as _
from mixplan.base.paths import ASSETS
from mixplan.maps import ground, web
from mixplan.ui.shared import layers, rules

_LEAFLET_DIR = leaflet_folder()
_leaflet = components.declare_component("leaflet_assets", path=_LEAFLET_DIR)
_own = components.declare_component("map_assets", path=ASSETS)


def map_assets() -> web.Assets:
    """Addresses of Leaflet and of our own map script on this server.

    Relative to the map's frame (``…/component/<name>/index.html``), so they hold under any ``server.baseUrlPath``.
    The version in the address lets a browser drop what it kept of an older release.
    """
    version = metadata.version("mixplan")
    return web.Assets(
        scripts=(f"../{_leaflet.name}/leaflet.js", f"../{_own.name}/map.js?v={version}"),
        styles=(f"../{_leaflet.name}/leaflet.css", f"../{_own.name}/map.css?v={version}"),
    )


def tile_source() -> dict[str, str] | None:
    """The office's own tile layer, where ``secrets.toml`` has a ``[tiles]`` table and the planner switches it on."""
    try:
        source = st.secrets["tiles"]
    except (KeyError, FileNotFoundError):
        return None
    url = source.get("url") if isinstance(source, Mapping) else None
    if not isinstance(url, str) or "{z}" not in url:
        st.warning(_("secrets.toml 的 [tiles] 应有 url，内含 {z}、{x}、{y}；底图瓦片未启用。"))
        return None
    on = st.toggle(_("底图瓦片（需要网络）"), key="tiles_on")
    return {"url": url, "attribution": str(source.get("attribution", ""))} if on else None


def show_map(
    canvas: folium.Map,
    groups: Sequence[folium.FeatureGroup],
    *,
    key: str,
    height: int = 620,
    centre: tuple[float, float] | None = None,
    zoom: float | None = None,
    on_pick: Callable[[str], None] | None = None,
    on_point: Callable[[float, float], None] | None = None,
) -> None:
    """Show a map; when a plant on it is clicked, hand its id to ``on_pick``.

    A click beside everything that has an id goes to ``on_point`` as WGS-84 longitude and latitude.

    The only place that knows the map component: the base map is constant, what changes comes as feature groups, and
    the component remounts only when the base map changes.
    """

    def picked() -> None:
        state = st.session_state.get(key) or {}
        clicked = state.get("last_active_drawing") or {}
        plant_id = clicked.get("properties", {}).get("id")
        at = state.get("last_clicked")
        # A click on a shape reaches the map as well, at the same place.
        if on_point and at and (plant_id is None or at != state.get("last_object_clicked")):
            on_point(float(at["lng"]), float(at["lat"]))
        elif on_pick and plant_id is not None:
            on_pick(str(plant_id))

    wanted = ["last_active_drawing", "last_object_clicked_count"] if on_pick else []
    wanted += ["last_clicked", "last_object_clicked"] if on_point else []

    st_folium(
        canvas,
        key=key,
        height=height,
        use_container_width=True,
        returned_objects=wanted,
        feature_group_to_add=list(groups),
        center=centre,
        zoom=zoom,
        on_change=picked,
    )


@st.cache_data(show_spinner=False, max_entries=64)
def _background(layer: str, on: date, language: str) -> list[dict[str, Any]]:
    shapes, book = layers(), rules()
    return {
        "zones": lambda: ground.ban_zone_layer(shapes, on),
        "areas": lambda: ground.sensitive_layer(shapes),
        "districts": lambda: ground.district_layer(shapes, on, book),
        "rings": lambda: ground.ring_layer(shapes),
        "towns": lambda: [*ground.town_layer(shapes), *ground.interchange_layer(shapes)],
    }[layer]()


def background(layer: str, on: date) -> folium.FeatureGroup:
    """One switchable map layer as of a day: zones, areas, districts, rings or towns."""
    return web.group(layer, *_background(layer, on, get_language()))
