"""The map of the coverage page, on screen and on paper."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from mixplan.base.i18n import gettext as _
from mixplan.maps import coverage, legend, web
from mixplan.ui import downloads, mapview, shared, texts
from mixplan.ui.coverage.answer import Answer

if TYPE_CHECKING:
    from mixplan.maps.paper.sheet import StaticMap


def draw(found: Answer) -> None:
    """The map: zones shaded, gaps outlined and named, supply points."""
    layers, now, view = shared.layers(), found.now, found.view
    on = date(view.year, 12, 31)
    shading = coverage.band_layer(now) if view.shade == "distance" else coverage.spare_layer(now)
    canvas = web.base_map(layers, mapview.map_assets(), title=_("禁现区覆盖图"), tiles=mapview.tile_source())
    groups = [
        web.group(_("覆盖"), *shading),
        web.group(_("禁现区"), *coverage.zone_outline_layer(layers, on)),
        mapview.background("districts", on),
        mapview.background("rings", on),
        web.group(_("半径"), *coverage.rim_layer(now)),
        web.group(_("缺口"), *coverage.gap_layer(now)),
        web.group(_("厂站"), *coverage.supply_layer(now)),
    ]
    mapview.show_map(canvas, groups, key="coverage_map", height=560)
    texts.html(legend.coverage_legend(now, shade=view.shade))


def static_download(found: Answer) -> None:
    """The map as a file for print and slides, drawn when asked for."""
    view = found.view

    def drawn() -> StaticMap:
        from mixplan.maps.paper.coverage import coverage_map  # matplotlib, for who asks for the file

        return coverage_map(found.now, shade=view.shade)

    name = downloads.file_name(_("禁现区覆盖图"), str(view.year), f"{view.radius_km:g}km")
    downloads.map_downloads(drawn, name, key="coverage_map_file")
