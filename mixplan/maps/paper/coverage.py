"""The printed coverage map."""

from datetime import date

import shapely

from mixplan.base.i18n import gettext as _
from mixplan.coverage.picture import Picture
from mixplan.coverage.words import coverage_sentence, gap_label
from mixplan.maps.legend import Key, counted_supply_keys, gap_key, ground_keys, shade_keys
from mixplan.maps.paper.ground import draw_areas, draw_ban_zones, draw_ground, draw_lines, draw_rings
from mixplan.maps.paper.keys import zone_keys
from mixplan.maps.paper.marks import supply_marks
from mixplan.maps.paper.sheet import A4, Panel, StaticMap, draw_sheet
from mixplan.maps.paper.view import View
from mixplan.maps.style import (
    GAP_COLOUR,
    GAP_TEXT_COLOUR,
    REACH_COLOUR,
    SPARE_COLOUR,
    SYMBOLS,
    WHITE,
    band_colour,
)


def coverage_map(
    picture: Picture, *, shade: str = "distance", size: tuple[float, float] = A4, title: str | None = None
) -> StaticMap:
    """Ban zones shaded by distance to the nearest plant or by spare capacity, gaps outlined and named.

    Parameters
    ----------
    shade : str
        ``distance`` or ``spare``.
    """
    subject, layers, year = picture.subject, picture.layers, picture.seen.ground.year
    on = date(year, 12, 31)

    def draw(view: View) -> None:
        draw_ground(view, layers, on, picture.book)
        if shade == "spare":
            _draw_spare(view, picture)
        else:
            _draw_bands(view, picture)
        draw_ban_zones(view, layers, on, fill=False)
        draw_rings(view, layers)
        dotted = {"linewidths": 0.9 * view.scale, "linestyles": [(0, (1.2, 2))], "zorder": 6.5}
        draw_lines(view, picture.rim.geometry, colors=REACH_COLOUR, **dotted)
        _draw_gaps(view, picture)
        supply_marks(view, picture.seen.supply, subject.kind)

    keys = [
        *counted_supply_keys(subject.kind, picture.seen.supply),
        *shade_keys(picture, shade),
        Key(SYMBOLS["reach"], _("半径 {radius:g} km 的范围").format(radius=picture.result.radius_km)),
        *([gap_key()] if len(picture.gaps) else []),
        *zone_keys(layers, on, fill=False),
        *ground_keys(),
    ]
    names = {
        "mortar": _("砂浆厂对禁现区的覆盖（{year} 年）"),
        "concrete": _("搅拌站对禁现区的覆盖（{year} 年）"),
    }
    return draw_sheet(
        layers,
        [Panel(draw)],
        keys,
        title=title or names[subject.kind].format(year=year),
        subtitle=_subtitle(picture),
        source=_("供应点：登记册或方案；需求：data/demand.csv；禁现区：data/geo/ban_zones.geojson；半径为假设"),
        size=size,
    )


def _subtitle(picture: Picture) -> str:
    """The shares in a sentence, and how many plants are placed by a model."""
    result = picture.result
    text = coverage_sentence(result)
    if result.modelled:
        text += _(" {count} 个站点的位置是模型推算的，误差最大 {km:.1f} km。").format(
            count=result.modelled, km=result.location_error_m[1] / 1000.0
        )
    return text


def _draw_bands(view: View, picture: Picture) -> None:
    """The zones by distance to the nearest plant."""
    for row in picture.bands.itertuples():
        draw_areas(view, [row.geometry], facecolor=band_colour(row.from_km), edgecolor="none", zorder=2.5)


def _draw_spare(view: View, picture: Picture) -> None:
    """The zones by what the nearest plant has to spare."""
    states = picture.spare["state"]
    for row in picture.seen.cells.itertuples():
        colour = SPARE_COLOUR[str(states[row.supply_id])]
        draw_areas(view, [row.geometry], facecolor=colour, edgecolor=WHITE, alpha=0.45, zorder=2.5)


def _draw_gaps(view: View, picture: Picture) -> None:
    """Parts of the zones beyond the radius, each with its name."""
    outline = {"edgecolor": GAP_COLOUR, "linewidth": 1.8 * view.scale, "hatch": "////", "zorder": 7}
    draw_areas(view, picture.gaps.geometry, facecolor="none", **outline)
    for row in picture.gaps.to_dict("records"):
        place = shapely.point_on_surface(row["geometry"])
        if not view.leaves_to_inset(place.x, place.y):
            text = gap_label(row, picture.subject)
            view.label(place.x, place.y, text, size=8, colour=GAP_TEXT_COLOUR, priority=5, must=True, centred=False)
