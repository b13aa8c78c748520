"""Plants on the map, and what decides about the selected one."""

from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from mixplan.base.i18n import gettext as _
from mixplan.base.numbers import metres
from mixplan.city.layers import Layers
from mixplan.maps.features import features_of, mark, mark_style, moved_to, path_style, text_label, tip
from mixplan.maps.style import INK, OUTLINE, VERDICT_COLOUR, WHITE, kind_shape
from mixplan.plan.kinds import plant_kinds
from mixplan.plan.rules import RuleBook
from mixplan.plan.words import kind_label
from mixplan.screening.explain import subjects_of
from mixplan.screening.measures import measure_of
from mixplan.screening.verdicts import DOUBT, FLAG, verdict_class, verdict_label


def plant_layer(plants: gpd.GeoDataFrame, judged: pd.DataFrame, district: pd.Series) -> list[dict[str, Any]]:
    """Plants: the shape tells the kind, the colour the verdict, a hollow mark that the plant is modelled."""
    table = plants.join(judged[["verdict", "certainty", "flags"]]).join(district.rename("district_shown"))

    def marked(row: dict[str, Any]) -> dict[str, Any]:
        drawn = verdict_class(row["verdict"], row["certainty"])
        colour = VERDICT_COLOUR[drawn]
        hollow = row["evidence"] == "modelled"
        text = tip(
            str(row["name"]),
            f"{kind_label(row['kind'])} · {row['district_shown']}",
            verdict_label(drawn) + (_("：{count} 项").format(count=row["flags"]) if row["flags"] else ""),
            _("模型推算站点，非真实企业") if hollow else "",
        )
        style = mark_style(colour, hollow=hollow, edge=OUTLINE.get(drawn, WHITE), broken=drawn in DOUBT)
        radius = plant_kinds()[row["kind"]].radius
        return mark("plants", kind_shape(row["kind"]), radius, style, id=row["id"], tip=text)

    return [features_of(table, marked)]


def selection_layer(plant: gpd.GeoDataFrame, lines: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """The selected plant: its name, the circle in which it really lies, and the shortest way to each deciding line.

    Parameters
    ----------
    plant : GeoDataFrame
        One row.
    lines : GeoDataFrame
        Column ``label`` (metres in words) and the shortest line from the plant to the line that decides.
    """
    located = plant[plant["location_error_m"] > 0]
    circle = features_of(
        located,
        lambda row: {
            "pane": "chosen",
            "metres": row["location_error_m"],
            "style": {"color": INK, "weight": 1.2, "dashArray": "3 4", "fill": False, "interactive": False},
        },
    )
    outline = {"color": INK, "weight": 2.5, "fill": False, "interactive": False}
    ring = features_of(plant, lambda row: mark("chosen", "circle", 12, outline))
    name = features_of(plant, lambda row: text_label("labels", str(row["name"]), "chosen"))
    ways = features_of(
        lines, lambda row: path_style("chosen", color=INK, weight=1.6, dashArray="2 4", interactive=False)
    )
    middles = moved_to(lines, lines.geometry.interpolate(0.5, normalized=True)) if len(lines) else lines
    return [circle, ring, ways, name, features_of(middles, lambda row: text_label("labels", row["label"], "distance"))]


def shortest_ways(plant: gpd.GeoDataFrame, findings: pd.DataFrame, layers: Layers, book: RuleBook) -> gpd.GeoDataFrame:
    """Shortest lines from one plant to the lines that decide its findings, with their length in words.

    Only lines that flag the plant are drawn; its measure knows what on the map a finding refers to.
    """
    point = plant.geometry.iloc[0]
    matter = findings[findings["distance_m"].notna() & (findings["verdict"] == FLAG)]
    subjects = subjects_of(matter, layers, book)
    rows: list[dict[str, Any]] = []
    for finding in matter.drop_duplicates("subject_id").to_dict("records"):
        subject = subjects.get((measure_of(book.rule(finding["rule_id"])).layer, finding["subject_id"]))
        if subject is None:
            continue
        target = subject["geometry"]
        outline = shapely.boundary(target) if shapely.get_dimensions(target) == 2 else target
        rows.append({"label": metres(finding["distance_m"]), "geometry": shapely.shortest_line(point, outline)})
    return gpd.GeoDataFrame(rows, columns=["label", "geometry"], geometry="geometry", crs=plant.crs)
