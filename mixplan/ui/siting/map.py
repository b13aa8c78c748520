"""The map of the siting page."""

from collections.abc import Sequence
from hashlib import sha256

import geopandas as gpd
import pandas as pd

from mixplan.base.i18n import gettext as _
from mixplan.city import sectors as city_sectors
from mixplan.maps import legend, siting
from mixplan.plan.city import load_city
from mixplan.siting.case import SitingCase
from mixplan.siting.proposal import SitingProposal
from mixplan.ui import mapview, shared, texts
from mixplan.ui.comments import pins
from mixplan.ui.maplayers import Layer, layer, made_once
from mixplan.ui.siting import case as siting_case
from mixplan.ui.siting import desk
from mixplan.ui.siting.plan import AtHand


def _ground() -> Layer:
    layers, book = shared.layers(), shared.rules()

    def made() -> list[dict[str, object]]:
        sectors = city_sectors.sector_areas(layers.rings, book)
        return [*siting.closed_layer(layers, load_city().centre_ring), *siting.sector_layer(sectors, layers)]

    return made_once(made, "siting ground", of=[layers])


def draw(now: AtHand, score: pd.Series, preview: SitingProposal | None) -> None:
    """The map: demand, standing plants, sectors, closed areas, candidates by suitability, chosen sites with flows."""
    case, proposal = now.case, now.proposal
    on = shared.rules().period_end
    what = desk.focused()
    shown = proposal if preview is None else preview
    looked_at = str(what[1]) if what and what[0] == "site" else siting_case.PREVIEW if preview is not None else None
    free = case.candidates.index[~case.candidates.index.isin([*proposal.sites.index, siting_case.PREVIEW])]
    drawn = [
        mapview.background("areas", on),
        _ground(),
        mapview.background("districts", on),
        mapview.background("rings", on),
        _flows(case, shown, looked_at),
        made_once(lambda: siting.demand_layer(case.demand), "siting demand", of=[case.demand]),
        made_once(lambda: siting.standing_layer(case.existing), "siting standing", of=[case.existing]),
        _candidates(case, score).only(free),
        _sites(proposal, list(now.desk.locked), looked_at),
    ]
    if what and what[0] == "point":
        drawn.append(layer(siting.proposal_mark(siting_case.place(what[1], what[2]))))
    elif looked_at in free:
        drawn.append(layer(siting.proposal_mark(case.candidates.loc[[looked_at]])))
    places = pd.concat([case.all_candidates.geometry, proposal.sites.geometry])
    commented = pins.pins(places[~places.index.duplicated()], "site", "place")
    drawn += commented
    mapview.tile_switch()
    mapview.show_map(
        drawn,
        title=_("新线布局图"),
        key="siting_map",
        height=640,
        on_pick=_pick,
        on_point=lambda lon, lat: desk.focus(("point", lon, lat)),
    )
    texts.html(legend.siting_legend())
    pins.legend(commented)


def _pick(mark: str) -> None:
    """Look at the candidate or site of a mark, or at what a pin is pinned to."""
    pinned = pins.picked(mark)
    if pinned is None:
        desk.focus(("site", mark))
    elif pinned.kind == "site":
        desk.focus(("site", pinned.id))
    elif pinned.place is not None:
        desk.focus(("point", *pinned.place))


def _candidates(case: SitingCase, score: pd.Series) -> Layer:
    scores = sha256(score.to_numpy(float).tobytes()).hexdigest()
    forbidden = frozenset(case.settings.forbidden)
    return made_once(
        lambda: siting.candidate_layer(case.candidates, score, forbidden),
        "candidates",
        scores,
        forbidden,
        of=[case.candidates],
    )


def _sites(proposal: SitingProposal, locked: Sequence[str], looked_at: str | None) -> Layer:
    """The chosen sites, those of them marked that are locked."""
    sites, known = proposal.sites, tuple(sorted(locked))

    def made() -> list[dict[str, object]]:
        return siting.site_layer(sites.assign(forced=sites.index.isin(known)), focus=looked_at)

    return made_once(made, "sites", known, looked_at, of=[sites])


def _flows(case: SitingCase, proposal: SitingProposal, looked_at: str | None) -> Layer:
    strong = looked_at if looked_at in proposal.sites.index else None

    def made() -> list[dict[str, object]]:
        others = pd.concat([case.existing.geometry, case.optional.geometry])
        places = gpd.GeoSeries(pd.concat({"site": proposal.sites.geometry, "other": others}), crs=case.demand.crs)
        return siting.flow_layer(proposal.flows, places, case.demand.geometry, highlight=strong)

    return made_once(made, "flows", strong, of=[proposal.flows, proposal.sites, case])


def plan_layers(entry: AtHand) -> list[Layer]:
    """A plan alone: the sectors, its sites and where they deliver."""
    return [
        _ground(),
        mapview.background("rings", shared.rules().period_end),
        _flows(entry.case, entry.proposal, None),
        _sites(entry.proposal, list(entry.desk.locked), None),
    ]


def small_map(entry: AtHand, name: str, n: int) -> None:
    """A proposal put aside, small."""
    mapview.show_map(plan_layers(entry), title=name, key=f"siting_small_{n}", height=360)
