"""Findings in words."""

from typing import Any, cast

import geopandas as gpd
import pandas as pd

from mixplan.base.i18n import gettext as _
from mixplan.base.i18n import local
from mixplan.base.numbers import metres
from mixplan.city import sectors as city_sectors
from mixplan.city.layers import Layers
from mixplan.plan.rules import Rule, RuleBook
from mixplan.plan.words import unit_text
from mixplan.screening.verdicts import BORDERLINE, FLAG, PASS, UNKNOWN


def subject_names(layers: Layers) -> dict[str, str]:
    """Names of everything a finding may refer to, in the language in force."""
    names: dict[str, str] = {}
    for frame in (layers.ban_zones, layers.sensitive_areas):
        names |= {str(row["id"]): local(row) for row in frame.drop(columns="geometry").to_dict("records")}
    areas = layers.rings[layers.rings["feature"] == "area"].drop(columns="geometry")
    names |= {f"ring{row['ring']}": local(row) for row in areas.to_dict("records")}
    return names | {sector: city_sectors.sector_label(sector) for sector in city_sectors.SECTORS}


def _where(finding: dict[str, Any], name: str) -> str:
    distance = float(finding["distance_m"])
    if distance <= 0:
        return _("位于{area}内，距其界线 {distance}").format(area=name, distance=metres(distance))
    return _("在{area}外 {distance}").format(area=name, distance=metres(distance))


def _doubt(finding: dict[str, Any], location_error_m: float | None, approximate: bool) -> str:
    if finding["certainty"] != BORDERLINE:
        return ""
    known = location_error_m is not None and location_error_m == location_error_m
    error = metres(float(location_error_m)) if known and location_error_m is not None else _("未知")
    parts = [_("定位误差 {error}").format(error=error)]
    if finding["accuracy_m"] == finding["accuracy_m"] and finding["accuracy_m"]:
        parts.append(_("界线精度 {accuracy}").format(accuracy=metres(float(finding["accuracy_m"]))))
    if approximate:
        parts.append(_("范围为近似"))
    return _("；{doubts}，待核实").format(doubts=_("、").join(parts))


def explain(findings: pd.DataFrame, plants: gpd.GeoDataFrame, layers: Layers, book: RuleBook) -> pd.Series:
    """The reason for each finding in one plain sentence, in the language in force."""
    names = subject_names(layers)
    approximate = set(layers.sensitive_areas.loc[layers.sensitive_areas["approximate"].astype(bool), "id"])
    errors = plants["location_error_m"].to_dict()
    rules = {rule.id: rule for rule in book.rules}
    sentences = [
        _sentence(row, rules[row["rule_id"]], names, errors.get(row["plant_id"]), row["subject_id"] in approximate)
        for row in cast(list[dict[str, Any]], findings.to_dict("records"))
    ]
    return pd.Series(sentences, index=findings.index, dtype=object, name="reason")


def _sentence(
    finding: dict[str, Any], rule: Rule, names: dict[str, str], location_error_m: float | None, approximate: bool
) -> str:
    verdict, value = finding["verdict"], finding["value"]
    if rule.measure in ("inside_ring", "inside_ban_zone", "near_sensitive_area", "in_sector"):
        if verdict == UNKNOWN:
            return _("没有坐标，无法判定。")
        if rule.measure == "in_sector":
            sector = names.get(str(finding["subject_id"]), "")
            where = _("位于{sector}").format(sector=sector) if verdict == PASS else _("不在东北部、西南部或周边")
            where += _("，距分界线 {distance}").format(distance=metres(float(finding["distance_m"])))
        else:
            where = _where(finding, names[str(finding["subject_id"])])
            if rule.measure == "near_sensitive_area":
                where += _("（外扩距离 {threshold:g} m，假设）").format(threshold=float(rule.value))
        return where + _doubt(finding, location_error_m, approximate) + _("。")
    modelled = _("（模型推算，待核实）") if finding["certainty"] == BORDERLINE else ""
    if rule.measure == "licensed":
        text = {PASS: _("有资质"), FLAG: _("无资质"), UNKNOWN: _("资质情况未知，需补充资料")}[verdict]
        return text + modelled + _("。")
    if verdict == UNKNOWN:
        return _("{title}未知，需补充资料（要求不低于 {threshold:g} {unit}）。").format(
            title=local(rule, "title"), threshold=float(rule.value), unit=unit_text(rule.unit)
        )
    template = (
        _("{value:,.4g} {unit}，达到 {threshold:g} {unit} 的要求")
        if verdict == PASS
        else _("{value:,.4g} {unit}，低于 {threshold:g} {unit}")
    )
    text = template.format(value=float(value), unit=unit_text(rule.unit), threshold=float(rule.value))
    if rule.advisory and verdict == FLAG:
        text += _("（只约束新建和改造，对现有站为提示）")
    return text + modelled + _("。")
