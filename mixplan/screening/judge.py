"""Screening: every plant against every rule in force, with the reason, the metres, and how sure that is."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

import geopandas as gpd
import numpy as np
import pandas as pd

from mixplan.base.i18n import gettext as _
from mixplan.base.i18n import local
from mixplan.city import places
from mixplan.plan.figures import unit_text
from mixplan.plan.rules import Rule, RuleBook
from mixplan.registers.plants import Layers

PASS, FLAG, UNKNOWN = "pass", "flag", "unknown"
CERTAIN, BORDERLINE = "certain", "borderline"

FINDING_COLUMNS = (
    "plant_id", "rule_id", "verdict", "value", "threshold", "unit", "distance_m", "accuracy_m", "certainty", "clause",
    "subject_id",
)  # fmt: skip


@dataclass(frozen=True)
class _Measured:
    """What a measure found for some plants (all series share the plants' index).

    ``distance_m`` is the signed distance to the line that decides and ``accuracy_m`` what that line may be off by, both
    missing for attributes. ``doubtful`` says where location error and accuracy, or modelled data,
    leave the verdict open.
    """

    verdict: pd.Series
    value: pd.Series
    distance_m: pd.Series
    accuracy_m: pd.Series
    doubtful: pd.Series
    subject_id: pd.Series


def _too_near_to_tell(margin_m: pd.Series, accuracy_m: pd.Series, plants: gpd.GeoDataFrame) -> pd.Series:
    """Whether each plant is nearer to the line than its location error and the line's accuracy together."""
    slack = plants["location_error_m"].astype(float).fillna(np.inf) + accuracy_m
    return pd.Series(margin_m.abs() <= slack, index=plants.index)


def _inside_ring(rule: Rule, plants: gpd.GeoDataFrame, layers: Layers, book: RuleBook) -> _Measured:
    ring = int(rule.subject)
    distance = places.signed_distance(plants.geometry, places.ring_area(layers.rings, ring))
    accuracy = places.line_accuracy(plants.geometry, layers.rings, ring)
    return _Measured(
        verdict=_inside_flags(distance),
        value=distance,
        distance_m=distance,
        accuracy_m=accuracy,
        doubtful=_too_near_to_tell(distance, accuracy, plants),
        subject_id=pd.Series(f"ring{ring}", index=plants.index),
    )


def _inside_flags(distance: pd.Series) -> pd.Series:
    verdict = pd.Series(np.where(distance <= 0, FLAG, PASS), index=distance.index)
    return verdict.mask(distance.isna(), UNKNOWN)


def _inside_ban_zone(rule: Rule, plants: gpd.GeoDataFrame, layers: Layers, book: RuleBook) -> _Measured:
    areas = layers.ban_zones[layers.ban_zones["kind"] == rule.subject]
    return _nearest_area(areas, float(rule.value), plants, flag_is_doubtful_where_approximate=False)


def _near_sensitive_area(rule: Rule, plants: gpd.GeoDataFrame, layers: Layers, book: RuleBook) -> _Measured:
    areas = layers.sensitive_areas[layers.sensitive_areas["kind"].isin(rule.subject.split(","))]
    return _nearest_area(areas, float(rule.value), plants, flag_is_doubtful_where_approximate=True)


def _nearest_area(
    areas: gpd.GeoDataFrame, within_m: float, plants: gpd.GeoDataFrame, *, flag_is_doubtful_where_approximate: bool
) -> _Measured:
    """Judge the plants against the area that decides.

    That is the nearest area that gives a certain flag, else the nearest that gives a doubtful flag, else the nearest
    that leaves a doubt, else the nearest at all: a large vague area must not hide a small exact one.
    """
    nothing = pd.Series(np.nan, index=plants.index)
    if areas.empty:
        unknown = pd.Series(UNKNOWN, index=plants.index)
        return _Measured(unknown, nothing, nothing, nothing, nothing.notna(), pd.Series(pd.NA, index=plants.index))
    distance = places.distance_matrix(plants.geometry, areas.geometry)
    margin = distance - within_m
    accuracy = areas["accuracy_m"].to_numpy(float)
    slack = plants["location_error_m"].astype(float).fillna(np.inf).to_numpy()[:, None] + accuracy[None, :]
    flagged = margin <= 0
    doubtful = np.abs(margin) <= slack
    if flag_is_doubtful_where_approximate:
        doubtful |= flagged & areas["approximate"].to_numpy(bool)[None, :]
    rank = np.select([flagged & ~doubtful, flagged, doubtful], [0, 1, 2], default=3)
    with np.errstate(invalid="ignore"):
        order = np.where(np.isnan(margin), np.inf, margin)
    best = np.array(
        [np.lexsort((row_order, row_rank))[0] for row_rank, row_order in zip(rank, order, strict=True)], dtype=int
    )
    pick = (np.arange(len(plants)), best)
    located = ~np.isnan(distance[pick])
    index = plants.index
    return _Measured(
        verdict=pd.Series(np.where(flagged[pick], FLAG, PASS), index=index).where(located, UNKNOWN),
        value=pd.Series(distance[pick], index=index),
        distance_m=pd.Series(distance[pick], index=index),
        accuracy_m=pd.Series(accuracy[best], index=index).where(located),
        doubtful=pd.Series(doubtful[pick], index=index),
        subject_id=pd.Series(areas["id"].to_numpy()[best], index=index).where(located),
    )


def _in_sector(rule: Rule, plants: gpd.GeoDataFrame, layers: Layers, book: RuleBook) -> _Measured:
    sectors = places.sector_areas(layers.rings, book)
    # Opened and closed by a metre, so that no slit of rounding is left where the sectors meet.
    allowed = sectors[rule.subject.split(",")].union_all().buffer(1, join_style="mitre").buffer(-1, join_style="mitre")
    distance = places.signed_distance(plants.geometry, allowed)
    # The Sixth Ring bounds the periphery, so its accuracy is the sectors' too.
    accuracy = places.line_accuracy(plants.geometry, layers.rings, int(book.figure("periphery_beyond_ring")))
    verdict = pd.Series(np.where(distance <= 0, PASS, FLAG), index=plants.index).mask(distance.isna(), UNKNOWN)
    sector = places.sector_of(plants.geometry, sectors)
    return _Measured(verdict, sector, distance, accuracy, _too_near_to_tell(distance, accuracy, plants), sector)


def _at_least(rule: Rule, plants: gpd.GeoDataFrame, layers: Layers, book: RuleBook) -> _Measured:
    value = plants[rule.subject].astype(float)
    verdict = pd.Series(np.where(value >= float(rule.value), PASS, FLAG), index=plants.index)
    return _attribute(plants, value, verdict.where(value.notna(), UNKNOWN))


def _licensed(rule: Rule, plants: gpd.GeoDataFrame, layers: Layers, book: RuleBook) -> _Measured:
    stated = plants[rule.subject]
    # A register that lists a station as unlicensed has said so, whether or not it fills in the column.
    value = stated.mask((stated == "") & (plants["status"] == "unlicensed"), "no")
    verdict = pd.Series(np.select([value == rule.value, value == "no"], [PASS, FLAG], UNKNOWN), index=plants.index)
    return _attribute(plants, value.where(verdict != UNKNOWN), verdict)


def _attribute(plants: gpd.GeoDataFrame, value: pd.Series, verdict: pd.Series) -> _Measured:
    """An attribute has no distance; a modelled plant's attributes are modelled too, so they never settle a verdict."""
    nothing = pd.Series(np.nan, index=plants.index)
    return _Measured(
        verdict, value, nothing, nothing, plants["evidence"] == "modelled", pd.Series(pd.NA, index=plants.index)
    )


_MEASURES: dict[str, Callable[[Rule, gpd.GeoDataFrame, Layers, RuleBook], _Measured]] = {
    "inside_ring": _inside_ring,
    "inside_ban_zone": _inside_ban_zone,
    "near_sensitive_area": _near_sensitive_area,
    "in_sector": _in_sector,
    "at_least": _at_least,
    "licensed": _licensed,
}


def applies(rule: Rule, plants: gpd.GeoDataFrame) -> "pd.Series[bool]":
    """Which plants a rule speaks of: by kind, and by whether they stand or are proposed."""
    phase = pd.Series(np.where(plants["status"] == "proposed", "proposed", "standing"), index=plants.index)
    return pd.Series(plants["kind"].isin(rule.applies_to) & phase.isin(rule.statuses), index=plants.index)


def screen(plants: gpd.GeoDataFrame, layers: Layers, book: RuleBook, *, on: date) -> pd.DataFrame:
    """Apply every rule in force on a day to every plant it speaks of.

    Parameters
    ----------
    plants : GeoDataFrame
        Register (`data.Register.plants`), index plant id, metric CRS.
    layers : Layers
        Map layers in the metric CRS.
    book : RuleBook
        Rules; move a threshold with `RuleBook.with_values`.
    on : date
        Day for which the rules are asked.

    Returns
    -------
    DataFrame
        One row a plant and rule, in the order of the plants and then of the rules: ``plant_id``, ``rule_id``,
        ``verdict`` (pass, flag, unknown), ``value`` (measured: metres, or the attribute), ``threshold``, ``unit``,
        ``distance_m`` (metres to the deciding line, negative inside), ``accuracy_m`` (of that line), ``certainty``
        (certain, borderline; missing where the verdict is unknown), ``clause``, ``subject_id`` (ring, zone or area).
    """
    parts = []
    for order, rule in enumerate(book.in_force(on)):
        some = plants[applies(rule, plants)]
        if some.empty:
            continue
        measured = _MEASURES[rule.measure](rule, some, layers, book)
        certainty = pd.Series(np.where(measured.doubtful, BORDERLINE, CERTAIN), index=some.index)
        parts.append(
            pd.DataFrame(
                {
                    "plant_id": some.index,
                    "rule_id": rule.id,
                    "verdict": measured.verdict,
                    "value": measured.value.astype(object),
                    "threshold": rule.value,
                    "unit": rule.unit,
                    "distance_m": measured.distance_m,
                    "accuracy_m": measured.accuracy_m,
                    "certainty": certainty.where(measured.verdict != UNKNOWN).astype(object),
                    "clause": rule.clause,
                    "subject_id": measured.subject_id.astype(object),
                    "_plant_order": np.flatnonzero(plants.index.isin(some.index)),
                    "_rule_order": order,
                }
            ).astype({"threshold": object})
        )
    if not parts:
        return pd.DataFrame({column: pd.Series(dtype=object) for column in FINDING_COLUMNS})
    findings = pd.concat(parts, ignore_index=True).sort_values(["_plant_order", "_rule_order"], ignore_index=True)
    return findings[list(FINDING_COLUMNS)]


def overall(findings: pd.DataFrame, plants: gpd.GeoDataFrame, book: RuleBook) -> pd.DataFrame:
    """One verdict a plant, advisory rules left aside: a flag that is certain, one that is not, unknown, or pass.

    Returns
    -------
    DataFrame
        Index of the plants; ``verdict``, ``certainty`` and ``flags`` (number of rules that flag it).
    """
    binding = findings[~findings["rule_id"].isin([r.id for r in book.rules if r.advisory])]
    flagged = binding[binding["verdict"] == FLAG]
    any_flag = plants.index.isin(flagged["plant_id"])
    certain_flag = plants.index.isin(flagged.loc[flagged["certainty"] == CERTAIN, "plant_id"])
    any_unknown = plants.index.isin(binding.loc[binding["verdict"] == UNKNOWN, "plant_id"])
    any_doubt = plants.index.isin(binding.loc[binding["certainty"] == BORDERLINE, "plant_id"])
    judged = plants.index.isin(binding["plant_id"])
    verdict = np.select([any_flag, any_unknown | ~judged], [FLAG, UNKNOWN], PASS)
    settled = certain_flag | ((verdict == PASS) & ~any_doubt)
    certainty = pd.Series(np.where(settled, CERTAIN, BORDERLINE), index=plants.index).mask(verdict == UNKNOWN)
    flags = flagged.groupby("plant_id").size().reindex(plants.index, fill_value=0)
    return pd.DataFrame({"verdict": verdict, "certainty": certainty, "flags": flags.astype(int)}, index=plants.index)


# --- in words --------------------------------------------------------------------------------------------------------


def subject_names(layers: Layers) -> dict[str, str]:
    """Names of everything a finding may refer to, in the language in force."""
    names: dict[str, str] = {}
    for frame in (layers.ban_zones, layers.sensitive_areas):
        names |= {str(row["id"]): local(row) for row in frame.drop(columns="geometry").to_dict("records")}
    areas = layers.rings[layers.rings["feature"] == "area"].drop(columns="geometry")
    names |= {f"ring{row['ring']}": local(row) for row in areas.to_dict("records")}
    return names | {sector: places.sector_label(sector) for sector in places.SECTORS}


def metres(value: float) -> str:
    """A distance as it is said: whole metres."""
    return f"{abs(value):,.0f} m"


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
    return _("；{doubts}，需核实").format(doubts=_("、").join(parts))


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
    modelled = _("（模型推算，需核实）") if finding["certainty"] == BORDERLINE else ""
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
