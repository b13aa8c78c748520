"""Coverage on the map."""

from datetime import date
from typing import Any

from mixplan.base.i18n import gettext as _
from mixplan.city import ban_zones
from mixplan.city.layers import Layers
from mixplan.coverage.picture import Picture
from mixplan.coverage.words import band_label, gap_detail, gap_label, spare_label
from mixplan.maps.features import features_of, mark, mark_style, moved_to, path_style, text_label, tip
from mixplan.maps.style import (
    APPROXIMATE_DASH,
    GAP_COLOUR,
    NEW_LINE_COLOUR,
    REACH_COLOUR,
    SPARE_COLOUR,
    SUPPLY_COLOUR,
    WHITE,
    ZONE_LINE_COLOUR,
    band_colour,
    kind_shape,
)
from mixplan.plan.words import unit_label


def band_layer(picture: Picture) -> list[dict[str, Any]]:
    """Ban zones shaded by distance to the nearest plant."""

    def style(row: dict[str, Any]) -> dict[str, Any]:
        text = tip(_("距最近供应点 {band}").format(band=band_label(row["from_km"], row["to_km"])))
        return path_style("zones", tip=text, stroke=False, fillColor=band_colour(row["from_km"]), fillOpacity=0.85)

    return [features_of(picture.bands, style)]


def spare_layer(picture: Picture) -> list[dict[str, Any]]:
    """Ban zones shaded by what the nearest plant has to spare."""

    def style(row: dict[str, Any]) -> dict[str, Any]:
        plant = picture.spare.loc[row["supply_id"]]
        return path_style(
            "zones",
            tip=tip(_("最近：{name}").format(name=plant["name"]), spare_label(str(plant["state"]))),
            color=WHITE,
            weight=0.8,
            fillColor=SPARE_COLOUR[str(plant["state"])],
            fillOpacity=0.45,
        )

    return [features_of(picture.seen.cells, style)]


def zone_outline_layer(layers: Layers, on: date) -> list[dict[str, Any]]:
    """Outlines of the ban zones announced by a day, dashed where approximate, so that shading shows through."""

    def style(row: dict[str, Any]) -> dict[str, Any]:
        dash = APPROXIMATE_DASH if row["approximate"] else None
        return path_style("areas", color=ZONE_LINE_COLOUR, weight=1.5, fill=False, dashArray=dash, interactive=False)

    # The earliest zone on top: its ground has been under the ban for longest, and exactly so.
    shown = ban_zones.zones_in_force(layers.ban_zones, on).sort_values("since", ascending=False, kind="stable")
    return [features_of(shown, style)]


def rim_layer(picture: Picture) -> list[dict[str, Any]]:
    """Rim of everything within the radius of some plant."""
    return [
        features_of(
            picture.rim,
            lambda row: path_style(
                "lines", color=REACH_COLOUR, weight=1.2, dashArray="1 4", fill=False, interactive=False
            ),
        )
    ]


def gap_layer(picture: Picture) -> list[dict[str, Any]]:
    """Parts of the ban zones beyond the radius, outlined and named.

    A name stands above its gap, or below where another gap lies just north of it.
    """
    gaps, subject = picture.gaps, picture.subject
    points = gaps.representative_point()
    near_m = 45_000.0
    sides = []
    for place in points:
        others = points[(points.y > place.y) & (points.distance(place) < near_m)]
        sides.append("below" if len(others) else "above")
    gaps = gaps.assign(side=sides)
    outline = features_of(
        gaps,
        lambda row: path_style(
            "areas",
            tip=tip(gap_label(row, subject), gap_detail(row, subject)),
            color=GAP_COLOUR,
            weight=2.4,
            fillColor=GAP_COLOUR,
            fillOpacity=0.08,
        ),
    )
    names = features_of(
        moved_to(gaps, points), lambda row: text_label("labels", gap_label(row, subject), f"gap {row['side']}")
    )
    return [outline, names]


def supply_layer(picture: Picture) -> list[dict[str, Any]]:
    """Plants that supply, hollow where modelled, planned sites as numbered stars; the tip says what is left."""
    supply, spare, unit = picture.seen.supply, picture.spare, unit_label(picture.subject.unit)
    table = supply[["stage", "evidence", "location_error_m", "geometry"]].join(
        spare[["name", "used", "spare", "state"]]
    )

    def marked(row: dict[str, Any]) -> dict[str, Any]:
        planned, modelled = row["stage"] == "proposed", row["evidence"] == "modelled"
        left = _("产能未知") if row["state"] == "unknown" else f"{row['spare']:,.1f} {unit}"
        text = tip(
            str(row["name"]),
            _("供应禁现区 {used:,.1f} {unit}，余量 {left}").format(used=row["used"], unit=unit, left=left),
            _("位置为模型推算，误差 {metres:,.0f} m").format(metres=row["location_error_m"]) if modelled else "",
        )
        style = mark_style(NEW_LINE_COLOUR if planned else SUPPLY_COLOUR, hollow=modelled)
        radius = 10 if planned else 6.5 if len(supply) <= 60 else 4.5
        return mark(
            "plants", "star" if planned else kind_shape(picture.subject.kind), radius, style, id=row["id"], tip=text
        )

    planned = supply[supply["stage"] == "proposed"]
    numbers = planned.assign(number=range(1, len(planned) + 1))
    return [
        features_of(table, marked),
        features_of(numbers, lambda row: text_label("labels", str(row["number"]), "number")),
    ]
