"""Which station is chosen, and where the map looks."""

import geopandas as gpd
import shapely
import streamlit as st

from mixplan.base.i18n import gettext as _
from mixplan.city import crs
from mixplan.ui import session, shared
from mixplan.ui.session import LOOK_AT, PLANT
from mixplan.ui.texts import plain

PLACE_ZOOM, SHARED_ZOOM, DISTRICT_ZOOM = 12, 11, 10


def select(plant_id: str | None) -> None:
    """Choose a plant, or none."""
    PLANT.put(plant_id)


def selected(plants: gpd.GeoDataFrame) -> str | None:
    """The plant chosen by click, search or table, or named in the address (``?plant=…``), where the map then goes."""
    named = st.query_params.get("plant")
    if not PLANT.known() or (session.went_back() and named != PLANT.get()):
        PLANT.put(named)
        if named in plants.index:
            look_at(plants.geometry[named], SHARED_ZOOM)
    plant_id = PLANT.get()
    if plant_id is None or plant_id not in plants.index:
        st.query_params.pop("plant", None)
        return None
    st.query_params["plant"] = plant_id
    return plant_id


def search_box(plants: gpd.GeoDataFrame) -> None:
    """Find a plant, company, town or interchange by Chinese name or pinyin, and go there."""
    index, labels = shared.places()

    def go() -> None:
        key = session.widget("search")
        if key:
            if index["plant_id"][key]:
                select(index["plant_id"][key])
            look_at(index["geometry"][key], DISTRICT_ZOOM if key.startswith("district:") else PLACE_ZOOM)

    prompt = _("搜索站点、企业、乡镇、立交桥（中文或拼音）")
    st.selectbox(
        plain(prompt),
        list(labels),
        index=None,
        format_func=labels.__getitem__,
        key="search",
        on_change=go,
        placeholder=prompt,
        label_visibility="collapsed",
    )


def look_at(geometry: shapely.Geometry | None, zoom: int) -> None:
    """Move the map to a place."""
    if geometry is not None:
        LOOK_AT.put((crs.place_degrees(geometry), zoom))
