"""The printed coverage map."""

from datetime import date
from typing import Any

import shapely

from mixplan.base.i18n import gettext as _
from mixplan.coverage import words as coverage_words
from mixplan.coverage.picture import Picture
from mixplan.maps import style as maps_style
from mixplan.maps.paper.ground import draw_areas, draw_ban_zones, draw_ground, draw_lines, draw_rings
from mixplan.maps.paper.keys import area_key, ground_keys, line_key, supply_keys, supply_marks, zone_keys
from mixplan.maps.paper.sheet import A4, Panel, StaticMap, draw_sheet
from mixplan.maps.paper.view import View


def coverage_map(
    picture: Picture,
    *,
    shade: str = "distance",
    size: tuple[float, float] = A4,
    title: str | None = None,
) -> StaticMap:
    """Ban zones shaded by distance to the nearest plant or by spare capacity, gaps outlined and named.

    Parameters
    ----------
    shade : str
        ``distance`` or ``spare``.
    """
    seen, result, gaps, subject = picture.seen, picture.result, picture.gaps, picture.subject
    layers, book = picture.layers, picture.book
    on = date(seen.ground.year, 12, 31)
    spare = picture.spare
    spare_of: dict[Any, str] = dict(zip(spare.index, spare["state"], strict=True))
    bands = picture.bands if shade == "distance" else None
    shape = maps_style.kind_shape(subject.kind)

    def draw(view: View) -> None:
        draw_ground(view, layers, on, book)
        if bands is not None:
            for row in bands.itertuples():
                draw_areas(
                    view, [row.geometry], facecolor=maps_style.band_colour(row.from_km), edgecolor="none", zorder=2.5
                )
        else:
            for row in seen.cells.itertuples():
                colour = maps_style.SPARE_COLOUR[spare_of[row.supply_id]]
                draw_areas(view, [row.geometry], facecolor=colour, edgecolor="#ffffff", alpha=0.45, zorder=2.5)
        draw_ban_zones(view, layers, on, fill=False)
        draw_rings(view, layers)
        draw_lines(
            view,
            picture.rim.geometry,
            colors=maps_style.BLUE,
            linewidths=0.9 * view.scale,
            linestyles=[(0, (1.2, 2))],
            zorder=6.5,
        )
        draw_areas(
            view,
            gaps.geometry,
            facecolor="none",
            edgecolor=maps_style.VERMILLION,
            linewidth=1.8 * view.scale,
            hatch="////",
            zorder=7,
        )
        for row in gaps.to_dict("records"):
            place = shapely.point_on_surface(row["geometry"])
            if view.leaves_to_inset(place.x, place.y):
                continue
            view.label(
                place.x,
                place.y,
                coverage_words.gap_label(row, subject),
                size=8,
                colour="#8a3200",
                priority=5,
                must=True,
                centred=False,
            )
        supply_marks(view, seen.supply, shape)

    keys = supply_keys(seen.supply, subject)
    if bands is not None:
        keys += [
            area_key(coverage_words.band_label(r.from_km, r.to_km), maps_style.band_colour(r.from_km), edge="#c9b98f")
            for r in bands.itertuples()
        ]
    else:
        states = [state for state in maps_style.SPARE_COLOUR if (spare["state"] == state).any()]
        keys += [
            area_key(
                _("最近的站点{state}").format(state=coverage_words.spare_label(state)),
                maps_style.SPARE_COLOUR[state],
                alpha=0.45,
            )
            for state in states
        ]
    keys.append(line_key(_("半径 {radius:g} km 的范围").format(radius=result.radius_km), maps_style.BLUE, dashed=True))
    if len(gaps):
        patch = area_key(_("缺口：半径以外的禁现区"), "#ffffff", edge=maps_style.VERMILLION)
        patch.set_hatch("////")
        keys.append(patch)
    keys += zone_keys(layers, on, fill=False)
    subtitle = coverage_words.coverage_sentence(result)
    if result.modelled:
        subtitle += _(" {count} 个站点的位置是模型推算的，误差最大 {km:.1f} km。").format(
            count=result.modelled, km=result.location_error_m[1] / 1000.0
        )
    names = {
        "mortar": _("砂浆厂对禁现区的覆盖（{year} 年）"),
        "concrete": _("搅拌站对禁现区的覆盖（{year} 年）"),
    }
    heading = title or names[subject.kind].format(year=seen.ground.year)
    source = _("供应点：登记册或方案；需求：data/demand.csv；禁现区：data/geo/ban_zones.geojson；半径为假设")
    return draw_sheet(
        layers, [Panel(draw)], [*keys, *ground_keys()], title=heading, subtitle=subtitle, source=source, size=size
    )
