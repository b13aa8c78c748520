"""Coverage in words."""

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import pandas as pd

from mixplan.base.i18n import gettext as _
from mixplan.base.i18n import local
from mixplan.base.problems import listed
from mixplan.city.haul import Obstacle
from mixplan.coverage.picture import Picture
from mixplan.coverage.result import Coverage, CoverageRow
from mixplan.coverage.supply import Theme
from mixplan.plan.words import unit_label


def band_label(from_km: float, to_km: float) -> str:
    """Name of a band of distance to the nearest plant."""
    if to_km == float("inf"):
        return _("{low:g} km 以外").format(low=from_km)
    return _("{low:g}–{high:g} km").format(low=from_km, high=to_km)


def spare_label(state: str) -> str:
    """Name of what a plant has to spare."""
    return {
        "spare": _("有余量"),
        "tight": _("余量紧张"),
        "full": _("已满"),
        "unknown": _("产能未知"),
    }[state]


def coverage_sentence(result: Coverage) -> str:
    """Coverage of all zones in one sentence, as it stands under a map and above the page's figures."""
    if result.supply_count == 0:
        return _("没有任何供应点：覆盖率和保障率都是 0 %。")
    total = result.total
    area = f"{100 * total.area_share:.1f} %"
    low, high = f"{100 * total.area_share_low:.1f}", f"{100 * total.area_share_high:.1f}"
    if low != high:
        area += _("（边界误差下 {low}–{high} %）").format(low=low, high=high)
    return _(
        "半径 {radius:g} km 内：面积覆盖 {area}，需求覆盖 {demand:.1f} %；计入产能后可保障 {served:.1f} %。"
    ).format(
        radius=result.radius_km,
        area=area,
        demand=100 * (total.demand_share or 0.0),
        served=100 * (total.served_share or 0.0),
    )


def gap_label(gap: Mapping[Any, Any], subject: Theme) -> str:
    """A gap in words: the nearest town, and how far the nearest plant is or why no way leads there."""
    town = local({"name": gap["town"], "name_en": gap["town_en"]})
    if gap["obstacle"]:
        text = {
            Obstacle.FAR: _("{town}：离路网太远"),
            Obstacle.OTHERS_FAR: _("{town}：供应点都离路网太远"),
            Obstacle.PIECE: _("{town}：附近的路与供应点的路不相连"),
            Obstacle.ONE_WAY: _("{town}：按单行方向没有通路"),
        }[Obstacle(gap["obstacle"])]
        return text.format(town=town)
    if pd.isna(gap["nearest_km"]):
        return _("{town}：没有供应点").format(town=town)
    # A distance just beyond the radius would otherwise round to the radius itself.
    km = f"{gap['nearest_km']:.{1 if gap['nearest_km'] < 30 else 0}f}"
    if subject.kind == "mortar":
        return _("{town}：最近砂浆厂 {km} km").format(town=town, km=km)
    return _("{town}：最近搅拌站 {km} km").format(town=town, km=km)


def gap_detail(gap: Mapping[Any, Any], subject: Theme) -> str:
    """What else is to say of a gap: its zone, how large it is, and what is wanted there."""
    return _("{zone}，{area:,.1f} km²，需求 {demand:,.1f} {unit}").format(
        zone=local({"name": gap["zone"], "name_en": gap["zone_en"]}),
        area=gap["area_km2"],
        demand=gap["demand"],
        unit=unit_label(subject.unit),
    )


def as_record(row: CoverageRow) -> dict[str, Any]:
    """One row as the command line prints it."""

    def rounded(value: float | None, digits: int) -> float | None:
        return None if value is None else round(value, digits)

    return {
        "id": row.id,
        "name": local(row),
        "area_share": rounded(row.area_share, 6),
        "area_share_low": rounded(row.area_share_low, 6),
        "area_share_high": rounded(row.area_share_high, 6),
        "demand_share": rounded(row.demand_share, 6),
        "served_share": rounded(row.served_share, 6),
        "nearest_km": rounded(row.nearest_km, 3),
    }


def as_table(result: Coverage) -> pd.DataFrame:
    """All rows and the total as plain columns, names in the language in force."""
    rows = [*result.rows, result.total]
    return pd.DataFrame(
        [
            {
                **as_record(row),
                "approximate": row.approximate,
                "area_km2": row.area_km2,
                "demand": row.demand,
                "nearest_id": row.nearest_id,
            }
            for row in rows
        ]
    )


def by_label(by: str) -> str:
    """Name of the unit that coverage is reported by."""
    return {"zone": _("禁现区"), "district": _("区县")}[by]


def coverage_table(picture: Picture, *, before: Coverage | None = None) -> pd.DataFrame:
    """All rows and the total as they are shown and handed out: headings in words, shares in per cent.

    Parameters
    ----------
    before : Coverage, optional
        The present supply's shares, to stand beside those with a proposal.
    """
    table = as_table(picture.result)
    columns: dict[str, Any] = {
        by_label(picture.result.by): table["name"],
        _("面积 (km²)"): table["area_km2"].round(1),
        _("面积覆盖 (%)"): (100 * table["area_share"]).round(1),
        _("下限 (%)"): (100 * table["area_share_low"]).round(1),
        _("上限 (%)"): (100 * table["area_share_high"]).round(1),
        _("需求 ({unit})").format(unit=unit_label(picture.subject.unit)): table["demand"].round(1),
        _("需求覆盖 (%)"): (100 * table["demand_share"].astype(float)).round(1),
        _("产能保障 (%)"): (100 * table["served_share"].astype(float)).round(1),
    }
    if before is not None:
        present = as_table(before)
        columns[_("现状面积覆盖 (%)")] = (100 * present["area_share"]).round(1)
        columns[_("现状产能保障 (%)")] = (100 * present["served_share"].astype(float)).round(1)
    columns[_("最近 (km)")] = table["nearest_km"].astype(float).round(1)
    columns[_("最近的供应点")] = table["nearest_id"].map(picture.seen.supply["name"]).astype(object).fillna("—")
    columns[_("边界")] = table["approximate"].map({True: _("近似"), False: _("准确")})
    return pd.DataFrame(columns)


def gap_table(picture: Picture) -> pd.DataFrame:
    """Gaps by name, with how far the nearest plant is, as they are shown and handed out."""
    rows = picture.gaps.drop(columns="geometry").to_dict("records")
    return pd.DataFrame(
        {
            _("缺口"): [gap_label(row, picture.subject) for row in rows],
            _("禁现区"): [local({"name": row["zone"], "name_en": row["zone_en"]}) for row in rows],
            _("面积 (km²)"): [round(row["area_km2"], 1) for row in rows],
            _("需求 ({unit})").format(unit=unit_label(picture.subject.unit)): [round(row["demand"], 1) for row in rows],
        }
    )


def unplaced_sentence(unplaced: gpd.GeoDataFrame) -> str:
    """Which standing plants could not be counted as supply, with the capacity that is missing for it."""
    return _("这些现有厂没有坐标，也没有认得出的区县，未计入供应（共 {capacity:,.1f} 万t/年）：{ids}。").format(
        capacity=float(unplaced["capacity"].sum()), ids=listed(unplaced.index)
    )


def left_out(file: str, points: gpd.GeoDataFrame, counted: gpd.GeoDataFrame) -> list[str]:
    """Which points of a planner's file do not count as supply, in a sentence; nothing where all of them do."""
    ids = points.index.difference(counted.index, sort=False)
    if ids.empty:
        return []
    text = _("{file} 中有 {count} 个点的类别或状态不计入供应：{ids}。")
    return [text.format(file=file, count=len(ids), ids=listed(ids))]
