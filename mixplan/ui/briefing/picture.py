"""The map of one picture, with its legend."""

from datetime import date

import folium
from markupsafe import Markup

from mixplan.base.i18n import gettext as _
from mixplan.handouts import story
from mixplan.handouts.report import Report
from mixplan.maps import consolidation, coverage, legend, style, web
from mixplan.maps.stations import plant_layer
from mixplan.plan.city import load_city
from mixplan.screening.verdicts import FLAG
from mixplan.ui import mapview
from mixplan.ui.briefing.steps import Slide
from mixplan.ui.session import BRIEFING_PLANT
from mixplan.ui.texts import html


def _picked(plant_id: str) -> None:
    BRIEFING_PLANT.put(plant_id)


def draw(found: Report, slide: Slide, height: int) -> None:
    """The map of one picture, and its legend below."""
    view = next(view for view in load_city().view if view.id == slide.key)
    step = 0.5 if height > 760 else 0.0
    canvas = web.base_map(found.layers, mapview.map_assets(), title=story.step_label(slide.key))
    mapview.show_map(
        canvas,
        _groups(found, slide),
        key=f"briefing_map_{height}",
        height=height,
        centre=(view.lat, view.lon),
        zoom=view.zoom + step,
        on_pick=_picked,
    )
    html(_legend(found, slide))


def _legend(found: Report, slide: Slide) -> Markup:
    """Legend of one picture's map."""
    if slide.key in ("situation", "flagged"):
        return legend.legend(sorted(found.counted["kind"].unique()), layers=("zones",))
    if slide.key == "consolidation" and slide.last:
        assert found.decisions is not None
        used = [action for action in style.ACTION_COLOUR if (found.decisions["action"] == action).any()]
        return legend.action_legend(used, extra={})
    if slide.key == "consolidation":
        return legend.legend(["concrete"], layers=("zones",))
    if slide.key == "lines":
        return legend.supply_legend(found.subject.kind)
    if slide.key == "coverage":
        one = found.covered if slide.last else found.before
        return legend.coverage_legend(one)
    return legend.zone_legend()


def _groups(found: Report, slide: Slide) -> list[folium.FeatureGroup]:
    """Map layers of one picture."""
    layers, on = found.layers, found.on
    if slide.key == "zones":
        on = date(int(found.zone_years["year"].iloc[slide.frame]), 12, 31)
    lines = [mapview.background(layer, on) for layer in ("districts", "rings")]
    if slide.key == "zones":
        return [mapview.background("zones", on), *lines]
    if slide.key in ("situation", "flagged"):
        counted = found.counted
        some = counted[counted["verdict"] == FLAG] if slide.key == "flagged" else counted
        marks = plant_layer(found.plants.loc[some.index], found.judged, some["district_shown"])
        ground = [mapview.background("zones", on)] if slide.key == "flagged" else []
        return [*ground, *lines, web.group(_("厂站"), *marks)]
    if slide.key == "consolidation":
        assert found.decisions is not None
        if slide.last:
            marks = consolidation.action_layer(consolidation.with_actions(found.plan_stations, found.decisions))
        else:
            marks = plant_layer(found.plan_stations, found.judged, found.counted["district_shown"])
        return [mapview.background("zones", on), *lines, web.group(_("厂站"), *marks)]
    one = found.before if slide.key == "coverage" and not slide.last else found.covered
    supply = web.group(_("厂站"), *coverage.supply_layer(one))
    if slide.key == "lines":
        return [mapview.background("zones", on), *lines, supply]
    return [
        web.group(_("覆盖"), *coverage.band_layer(one)),
        web.group(_("禁现区"), *coverage.zone_outline_layer(layers, on)),
        *lines,
        web.group(_("半径"), *coverage.rim_layer(one)),
        web.group(_("缺口"), *coverage.gap_layer(one)),
        supply,
    ]
