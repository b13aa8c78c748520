"""The map of one picture, with its legend."""

import math
from datetime import date

from markupsafe import Markup

from mixplan.handouts import story
from mixplan.handouts.report import Report
from mixplan.maps import consolidation, legend, style
from mixplan.maps.stations import plant_layer
from mixplan.plan.city import load_city
from mixplan.screening.verdicts import FLAG
from mixplan.ui import mapview
from mixplan.ui.briefing.steps import Slide
from mixplan.ui.maplayers import Layer, made_once
from mixplan.ui.session import BRIEFING_PLANT
from mixplan.ui.texts import html

_HEIGHT = 640  # pixels of a map for which the views of data/city.toml are made; a larger one shows the same ground


def _picked(plant_id: str) -> None:
    BRIEFING_PLANT.put(plant_id)


def draw(found: Report, slide: Slide, height: int) -> None:
    """The map of one picture, and its legend below."""
    view = next(view for view in load_city().view if view.id == slide.key)
    step = math.floor(4 * math.log2(height / _HEIGHT)) / 4
    mapview.show_map(
        _drawn(found, slide),
        title=story.step_label(slide.key),
        key=f"briefing_map_{height}",
        height=height,
        view=((view.lat, view.lon), view.zoom + step),
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


def _drawn(found: Report, slide: Slide) -> list[Layer]:
    """Map layers of one picture."""
    on = found.on
    if slide.key == "zones":
        on = date(int(found.zone_years["year"].iloc[slide.frame]), 12, 31)
    lines = [mapview.background(name, on) for name in ("districts", "rings")]
    zones = mapview.background("zones", on)
    if slide.key == "zones":
        return [zones, *lines]
    if slide.key in ("situation", "flagged"):
        counted = found.counted
        if slide.key == "flagged":
            return [zones, *lines, _judged(found).only(counted.index[counted["verdict"] == FLAG])]
        return [*lines, _judged(found).only(counted.index)]
    if slide.key == "consolidation":
        return [zones, *lines, _acted(found) if slide.last else _judged(found).only(found.plan_stations.index)]
    one = found.before if slide.key == "coverage" and not slide.last else found.covered
    return [zones, *lines, mapview.supplying(one)] if slide.key == "lines" else mapview.covered(one, on)


def _judged(found: Report) -> Layer:
    return made_once(
        lambda: plant_layer(found.plants, found.judged, found.stations["district_shown"]),
        "briefing stations",
        of=[found.plants, found.judged],
    )


def _acted(found: Report) -> Layer:
    decisions, stations = found.decisions, found.plan_stations
    assert decisions is not None
    return made_once(
        lambda: consolidation.action_layer(consolidation.with_actions(stations, decisions)),
        "briefing actions",
        found.input_hash,
        of=[decisions],
    )
