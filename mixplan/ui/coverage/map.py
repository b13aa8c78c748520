"""The map of the coverage page, on screen and on paper."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import geopandas as gpd
import streamlit as st

from mixplan.base.i18n import gettext as _
from mixplan.base.i18n import local
from mixplan.coverage import result as coverage_result
from mixplan.coverage import words as coverage_words
from mixplan.maps import coverage, legend, style, web
from mixplan.maps.paper import coverage as paper_coverage
from mixplan.maps.paper import sheet
from mixplan.ui import downloads, mapview, shared
from mixplan.ui.coverage.answer import Answer, unit_of
from mixplan.ui.coverage.controls import View


def draw(found: Answer) -> None:
    """The map: zones shaded, gaps outlined and named, supply points."""
    layers, view = shared.layers(), found.view
    on = date(view.year, 12, 31)
    bands = coverage_result.bands(found.seen, style.BAND_LIMITS_KM) if view.shade == "distance" else None
    shading = coverage.band_layer(bands) if bands is not None else coverage.spare_layer(found.seen.cells, found.spare)
    rim = gpd.GeoDataFrame({"id": ["rim"]}, geometry=[found.seen.rim(view.radius_km)], crs=found.seen.supply.crs)
    rim = rim[~rim.geometry.is_empty]
    labelled = found.gaps.assign(
        label=[coverage_words.gap_label(row, view.subject) for row in found.gaps.to_dict("records")],
        detail=[_gap_detail(row, view) for row in found.gaps.to_dict("records")],
    )
    canvas = web.base_map(layers, mapview.map_assets(), title=_("禁现区覆盖图"), tiles=mapview.tile_source())
    groups = [
        web.group(_("覆盖"), *shading),
        web.group(_("禁现区"), *coverage.zone_outline_layer(layers, on)),
        mapview.background("districts", on),
        mapview.background("rings", on),
        web.group(_("半径"), *coverage.rim_layer(rim)),
        web.group(_("缺口"), *coverage.gap_layer(labelled)),
        web.group(_("厂站"), *coverage.supply_layer(found.seen.supply, found.spare, view.subject.kind, unit_of(view))),
    ]
    mapview.show_map(canvas, groups, key="coverage_map", height=560)
    st.html(
        legend.coverage_legend(
            shade=view.shade,
            bands=[] if bands is None else list(zip(bands["from_km"], bands["to_km"], strict=True)),
            states=set(found.spare["state"]),
            kind=view.subject.kind,
            planned=bool((found.seen.supply["stage"] == "proposed").any()),
        )
    )


def _gap_detail(gap: Mapping[Any, Any], view: View) -> str:
    return _("{zone}，{area:,.1f} km²，需求 {demand:,.1f} {unit}").format(
        zone=local({"name": gap["zone"], "name_en": gap["zone_en"]}),
        area=gap["area_km2"],
        demand=gap["demand"],
        unit=unit_of(view),
    )


def static_download(found: Answer) -> None:
    """The map as a file for print and slides, drawn when asked for."""
    view = found.view

    def drawn() -> sheet.StaticMap:
        return paper_coverage.coverage_map(
            found.seen,
            found.result,
            found.gaps,
            shared.layers(),
            shared.rules(),
            subject=view.subject,
            shade=view.shade,
        )

    name = downloads.file_name(_("禁现区覆盖图"), str(view.year), f"{view.radius_km:g}km")
    downloads.map_downloads(drawn, name, key="coverage_map_file")
