"""The map of the siting page."""

from typing import Any

import geopandas as gpd
import pandas as pd
import streamlit as st

from mixplan.base.i18n import get_language
from mixplan.base.i18n import gettext as _
from mixplan.city import sectors as city_sectors
from mixplan.maps import legend, siting, web
from mixplan.plan.city import load_city
from mixplan.siting.case import SitingCase
from mixplan.siting.proposal import SitingProposal
from mixplan.ui import mapview, shared, texts
from mixplan.ui.siting import case as siting_case
from mixplan.ui.siting import desk, records


@st.cache_data(show_spinner=False, max_entries=8)
def _ground(language: str) -> list[dict[str, Any]]:
    layers, book = shared.layers(), shared.rules()
    sectors = city_sectors.sector_areas(layers.rings, book)
    return [*siting.closed_layer(layers, load_city().centre_ring), *siting.sector_layer(sectors, layers)]


def draw(case: SitingCase, proposal: SitingProposal, score: pd.Series, preview: SitingProposal | None) -> None:
    """The map: demand, standing plants, sectors, closed areas, candidates by suitability, chosen sites with flows."""
    layers, on = shared.layers(), shared.rules().period_end
    canvas = web.base_map(layers, mapview.map_assets(), title=_("新线布局图"), tiles=mapview.tile_source())
    what = desk.focused()
    shown = proposal if preview is None else preview
    looked_at = str(what[1]) if what and what[0] == "site" else siting_case.PREVIEW if preview is not None else None
    groups = [
        mapview.background("areas", on),
        web.group("ground", *_ground(get_language())),
        mapview.background("districts", on),
        mapview.background("rings", on),
        web.group("flows", *_flows(case, shown, looked_at)),
        web.group("demand", *siting.demand_layer(case.demand)),
        web.group("standing", *siting.standing_layer(case.existing)),
    ]
    free = case.candidates[~case.candidates.index.isin([*proposal.sites.index, siting_case.PREVIEW])]
    groups.append(web.group("candidates", *siting.candidate_layer(free, score, case.settings.forbidden)))
    groups.append(web.group("sites", *siting.site_layer(_locked(proposal.sites), focus=looked_at)))
    if what and what[0] == "point":
        groups.append(web.group("point", *siting.proposal_mark(siting_case.place(what[1], what[2]))))
    elif looked_at in free.index:
        groups.append(web.group("point", *siting.proposal_mark(case.candidates.loc[[looked_at]])))
    mapview.show_map(
        canvas,
        groups,
        key="siting_map",
        height=640,
        on_pick=lambda key: desk.focus(("site", key)),
        on_point=lambda lon, lat: desk.focus(("point", lon, lat)),
    )
    texts.html(legend.siting_legend())


def _locked(sites: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return sites.assign(forced=sites.index.isin([site for site, _lines in desk.desk().locked]))


def _flows(case: SitingCase, proposal: SitingProposal, looked_at: str | None) -> list[dict[str, Any]]:
    others = pd.concat([case.existing.geometry, case.optional.geometry])
    places = gpd.GeoSeries(pd.concat({"site": proposal.sites.geometry, "other": others}), crs=case.demand.crs)
    strong = looked_at if looked_at in proposal.sites.index else None
    return siting.flow_layer(proposal.flows, places, case.demand.geometry, highlight=strong)


def small_map(entry: records.Saved, n: int) -> None:
    """A proposal put aside, small."""
    layers, on = shared.layers(), shared.rules().period_end
    canvas = web.base_map(layers, mapview.map_assets(), title=entry.name)
    groups = [
        web.group("ground", *_ground(get_language())),
        mapview.background("rings", on),
        web.group("flows", *_flows(entry.case, entry.proposal, None)),
        web.group("sites", *siting.site_layer(entry.proposal.sites)),
    ]
    mapview.show_map(canvas, groups, key=f"siting_small_{n}", height=360)
