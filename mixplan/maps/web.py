"""The web map: the only module that knows folium."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import folium
from branca.element import MacroElement
from folium.template import Template

from mixplan.base.i18n import gettext as _
from mixplan.city.layers import Layers
from mixplan.maps.ground import land_layer, water_layer
from mixplan.maps.style import first_view


def _script_json(value: Any) -> str:
    """JSON as it may stand in a map's script, whatever names it holds.

    Branca takes a finished script for a template and renders it once more, so nothing in it may open an expression, a
    statement or a comment, or an HTML tag. Braces that JSON itself sets are never followed by one of these signs.
    """
    text = re.sub(r"\{(?=[{%#])", r"\\u007b", json.dumps(value))
    return text.replace("<", r"\u003c").replace(">", r"\u003e").replace("&", r"\u0026")


class _GeoJson(folium.GeoJson):  # type: ignore[misc]
    """GeoJSON drawn by the map script; Folium's own template would evaluate what stands in names."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "var {{ this.get_name() }} = L.geoJson({{ this.script_json() }}, {"
        "pointToLayer: mixplan.point, onEachFeature: mixplan.each, smoothFactor: 0.6, "
        "style: function (feature) { return feature.properties.style; } });"
        "{% endmacro %}"
    )

    def script_json(self) -> str:
        return _script_json(self.data)


def group(name: str, *collections: Mapping[str, Any]) -> folium.FeatureGroup:
    """A named map layer made of GeoJSON collections; empty ones leave an empty layer."""
    layer = folium.FeatureGroup(name=name)
    for collection in collections:
        if collection["features"]:
            _GeoJson(collection).add_to(layer)
    return layer


@dataclass(frozen=True)
class Assets:
    """Addresses of the scripts and styles that a web map loads, all on the workbench's own server."""

    scripts: tuple[str, ...]
    styles: tuple[str, ...]


class _Setup(MacroElement):  # type: ignore[misc]
    """Calls ``mixplan.setup`` once the map exists."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "mixplan.setup({{ this._parent.get_name() }}, {{ this.options }});"
        "{% endmacro %}"
    )

    def __init__(self, options: Mapping[str, Any]) -> None:
        super().__init__()
        self._name = "MixplanSetup"
        self.options = _script_json(options)


def base_map(layers: Layers, assets: Assets, *, title: str, tiles: Mapping[str, str] | None = None) -> folium.Map:
    """The ground that stays while layers change: the city's area and its waters; no tiles by default.

    Parameters
    ----------
    assets : Assets
        Scripts and styles; Folium's own defaults are CDN addresses and are never used.
    title : str
        What the map shows, for screen readers.
    tiles : mapping, optional
        ``url`` (an XYZ address) and ``attribution`` of a tile layer that the office has set up itself.
    """
    canvas = folium.Map(location=first_view()[0], tiles=None, min_zoom=7, max_zoom=17, zoom_snap=0.25, zoom_delta=0.5)
    canvas.default_js = [(f"mixplan_js_{n}", address) for n, address in enumerate(assets.scripts)]
    canvas.default_css = [(f"mixplan_css_{n}", address) for n, address in enumerate(assets.styles)]
    notice = _("示意图，不作为划界依据") + " · " + _("水系、水源 © OpenStreetMap 贡献者 (ODbL)")
    pointer = _("移动鼠标显示坐标")
    options = {"notice": notice, "pointer": pointer, "title": title, "bounds": first_view()}
    _Setup(options | ({"tiles": dict(tiles)} if tiles else {})).add_to(canvas)
    # The ground would hide the tiles.
    for collection in [*([] if tiles else land_layer(layers)), *water_layer(layers)]:
        _GeoJson(collection).add_to(canvas)
    return canvas
