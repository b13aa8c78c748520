"""The map component, wrapped so that it can be swapped: the only module that knows streamlit-folium."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st
from streamlit_folium import st_folium

from mixplan.base.assets import asset_text
from mixplan.base.i18n import gettext as _
from mixplan.coverage.picture import Picture
from mixplan.maps import coverage, ground, web
from mixplan.maps import stations as maps_stations
from mixplan.screening.stations import facets
from mixplan.ui import session, turns
from mixplan.ui.mapassets import script_and_style
from mixplan.ui.maplayers import Layer, facets_once, made_once
from mixplan.ui.session import FILTER_TOLD, MAP_SHOWN
from mixplan.ui.shared import layers, register, rules
from mixplan.ui.tiles import tile_source

_TILES = "tiles_on"
_MAP_FIRST_S = 0.4
_switched = st.components.v2.component("mixplan_layers", js=asset_text("map_layers.js"), html="<span></span>")


def tile_switch() -> None:
    """A switch for the office's own tiles under the page's maps, where ``secrets.toml`` has a ``[tiles]`` table."""
    source = tile_source()
    if source is None:
        return
    if "{z}" not in str(source.get("url")):
        st.warning(_("secrets.toml 的 [tiles] 应有 url，内含 {z}、{x}、{y}；底图瓦片未启用。"))
        return
    st.toggle(_("底图瓦片（需要网络）"), key=_TILES)


def _tiles() -> dict[str, str] | None:
    """Address and attribution of the tiles that are switched on."""
    source = tile_source() if session.widget(_TILES) else None
    return {"url": str(source["url"]), "attribution": str(source.get("attribution", ""))} if source else None


@dataclass(frozen=True)
class Switches:
    """Layers that the planner shows and hides in the map itself.

    Attributes
    ----------
    labels : mapping
        Name of each layer by its code, in the language in force.
    on : sequence of str
        Codes of those that are shown.
    """

    labels: Mapping[str, str]
    on: Sequence[str]

    def message(self) -> dict[str, Any]:
        """What the map script reads."""
        every = [{"id": code, "label": label} for code, label in self.labels.items()]
        return {"title": _("图层"), "all": every, "on": list(self.on)}


def show_map(
    shown: Sequence[Layer],
    *,
    title: str,
    key: str,
    height: int = 620,
    view: tuple[tuple[float, float], float] | None = None,
    switches: Switches | None = None,
    on_pick: Callable[[str], None] | None = None,
    on_point: Callable[[float, float], None] | None = None,
) -> None:
    """Show a map; when a mark with an id is clicked, hand its id to ``on_pick``.

    A click beside everything that has an id goes to ``on_point`` as WGS-84 longitude and latitude.

    The map is always the same one and never mounted anew: what changes goes to our own script in it as one short
    message, which names layer documents (`mixplan.ui.maplayers`).

    Parameters
    ----------
    shown : sequence of Layer
        From bottom to top.
    title : str
        What the map shows, for screen readers.
    view : ((lat, lon), zoom), optional
        Where the map is to go; it goes there once.
    """

    def clicked() -> None:
        match session.widget(key):
            case {"pick": str(mark)} if on_pick:
                on_pick(mark)
            case {"lon": int() | float() as lon, "lat": int() | float() as lat} if on_point:
                if abs(lon) <= 180 and abs(lat) <= 90:
                    on_point(float(lon), float(lat))

    more = {
        "wants": [name for name, asked in (("pick", on_pick), ("point", on_point)) if asked],
        "view": None if view is None else [*view[0], view[1]],
        "switches": None if switches is None else switches.message(),
        "told": FILTER_TOLD.get(),
    }
    _mount(shown, title, key, height, more, clicked)


@dataclass(frozen=True)
class Sides:
    """What two pictures on one map are, to the left and to the right of the divider between them."""

    left: str
    right: str

    def message(self) -> dict[str, str]:
        """What the map script reads."""
        return {"title": _("分隔线：左右拖动，或用方向键移动"), "left": self.left, "right": self.right}


def show_beside(
    shown: Sequence[Layer], *, title: str, key: str, height: int, group: str, sides: Sides | None = None
) -> None:
    """Show a map that looks at the same place as the other maps of its group on the page.

    Parameters
    ----------
    shown : sequence of Layer
        From bottom to top; with ``sides`` each of them lies on one.
    """
    _mount(shown, title, key, height, {"together": group, "sides": None if sides is None else sides.message()})


def _mount(
    shown: Sequence[Layer],
    title: str,
    key: str,
    height: int,
    more: Mapping[str, Any],
    on_change: Callable[[], None] | None = None,
) -> None:
    tiles, (script, style) = _tiles(), script_and_style()
    message = {
        "key": key,
        "words": {
            "title": title,
            "notice": _("示意图，不作为划界依据") + " · " + _("水系、水源 © OpenStreetMap 贡献者 (ODbL)"),
            "pointer": _("移动鼠标显示坐标"),
            "failed": _("有图层未能取得，地图不完整；操作任一设置会再试一次。"),
        },
        "layers": [layer.message() for layer in [*_ground(tiled=tiles is not None), *shown]],
        "wants": [],
        "tiles": tiles,
        **more,
    }
    st_folium(
        web.base_map(web.Assets(scripts=(script,), styles=(style,))),
        key=key,
        height=height,
        use_container_width=True,
        returned_objects=[],
        feature_group_to_add=[web.Message(message)],
        on_change=on_change,
    )


def let_it_appear() -> None:
    """Give the first map of a tab time to appear before the rest of its page is sent.

    A browser shows what it had to fetch a script for at most every 0.3 s, and each further kind of element begins that
    wait anew for all: the map, whose frame has the longest way to go, would come last.
    """
    if not MAP_SHOWN.known() and st.context.headers.to_dict():  # without a browser nothing appears
        turns.rest(_MAP_FIRST_S)
    MAP_SHOWN.put(True)


def on_switched(key: str, save: Callable[[list[str]], None]) -> None:
    """Hand the layers that the planner has switched on in a map to ``save``, a second after the last switch.

    Stands in a fragment, so that neither the map nor the rest of the page runs again.
    """
    name = f"{key}_switched"

    def told() -> None:
        codes = (session.widget(name) or {}).get("layers")
        if isinstance(codes, list):
            save([str(code) for code in codes])

    _switched(key=name, data={"map": key}, on_layers_change=told)


def _ground(*, tiled: bool) -> list[Layer]:
    """The city's area and its waters; above tiles the waters alone, for the area would hide them."""
    shapes = layers()
    land = [] if tiled else [made_once(lambda: ground.land_layer(shapes), "land", of=[shapes])]
    return [*land, made_once(lambda: ground.water_layer(shapes), "water", of=[shapes])]


_BACKGROUND: dict[str, Callable[[date], Any]] = {
    "zones": lambda on: ground.ban_zone_layer(layers(), on),
    "areas": lambda on: ground.sensitive_layer(layers()),
    "districts": lambda on: ground.district_layer(layers(), on, rules()),
    "rings": lambda on: ground.ring_layer(layers()),
    "towns": lambda on: [*ground.town_layer(layers()), *ground.interchange_layer(layers())],
    "zone outlines": lambda on: coverage.zone_outline_layer(layers(), on),
}


def background(layer: str, on: date, *, switch: bool = False) -> Layer:
    """One map layer as of a day, with a switch of its code where asked.

    It is one of ``zones``, ``zone outlines``, ``areas``, ``districts``, ``rings`` and ``towns``.
    """
    return made_once(lambda: _BACKGROUND[layer](on), layer, on, of=[layers()], switch=layer if switch else None)


def stations(margin_m: float, on: date, judged: pd.DataFrame, district: pd.Series) -> Layer:
    """Every located plant of the register in use by its verdict: one layer for each page that shows some of them."""
    plants, version = register()
    return made_once(
        lambda: maps_stations.plant_layer(plants, judged, district), "stations", version, margin_m, on, of=[plants]
    )


def station_facets(margin_m: float, on: date, table: pd.DataFrame, layer: Layer) -> str:
    """Name of the document by which the map filters the stations of `stations` itself; see `Layer.filtered`."""
    plants, version = register()
    return facets_once(lambda: facets(table.loc[layer.ids]), "station facets", version, margin_m, on, of=[plants])


def covered(picture: Picture, on: date, *, shade: str = "distance") -> list[Layer]:
    """Coverage: zones shaded, their outlines, the rim of the radius, gaps with their names, plants that supply."""
    shading = {"distance": coverage.band_layer, "spare": coverage.spare_layer}[shade]
    return [
        made_once(lambda: shading(picture), "shading", shade, of=[picture]),
        background("zone outlines", on),
        background("districts", on),
        background("rings", on),
        made_once(lambda: [*coverage.rim_layer(picture), *coverage.gap_layer(picture)], "reach", of=[picture]),
        supplying(picture),
    ]


def supplying(picture: Picture) -> Layer:
    """The plants that supply, and planned sites."""
    return made_once(lambda: coverage.supply_layer(picture), "supply", of=[picture])
