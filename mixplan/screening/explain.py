"""Findings in words."""

from collections.abc import Hashable, Mapping
from typing import Any, cast

import geopandas as gpd
import pandas as pd

from mixplan.base.i18n import gettext as _
from mixplan.base.i18n import local
from mixplan.base.numbers import metres
from mixplan.city.layers import Layers
from mixplan.plan.rules import Rule, RuleBook
from mixplan.screening.measure import Found
from mixplan.screening.measures import measure_of
from mixplan.screening.verdicts import BORDERLINE, FLAG


def explain(findings: pd.DataFrame, plants: gpd.GeoDataFrame, layers: Layers, book: RuleBook) -> pd.Series:
    """The reason for each finding in one plain sentence, in the language in force."""
    subjects = subjects_of(findings, layers, book)
    errors = plants["location_error_m"].to_dict()
    rules = {rule.id: rule for rule in book.rules}
    sentences = []
    for row in cast(list[dict[str, Any]], findings.to_dict("records")):
        rule = rules[row["rule_id"]]
        subject = subjects.get((measure_of(rule).layer, row["subject_id"]), {})
        sentences.append(_sentence(row, rule, subject, errors.get(row["plant_id"])))
    return pd.Series(sentences, index=findings.index, dtype=object, name="reason")


def subjects_of(
    findings: pd.DataFrame, layers: Layers, book: RuleBook
) -> dict[tuple[str, object], Mapping[Hashable, Any]]:
    """What on the map the findings refer to, by map layer and subject id: names, whether approximate, geometry."""
    used = set(findings["rule_id"])
    kinds = {m.layer: m.subjects for m in (measure_of(rule) for rule in book.rules if rule.id in used)}
    return {
        (layer, row["id"]): row
        for layer, subjects in kinds.items()
        if subjects is not None
        for row in subjects.table(layers, book).rename_axis("id").reset_index().to_dict("records")
    }


def _sentence(
    finding: Mapping[str, Any], rule: Rule, subject: Mapping[Hashable, Any], location_error_m: float | None
) -> str:
    kind = measure_of(rule)
    name = local(subject) if subject else ""
    text = kind.words(Found(rule, finding["verdict"], finding["value"], float(finding["distance_m"]), name))
    if rule.advisory and finding["verdict"] == FLAG:
        text += _("（只约束新建和改造，对现有站为提示）")
    if finding["certainty"] == BORDERLINE:
        if kind.layer:
            text += _doubt(finding["accuracy_m"], location_error_m, bool(subject and subject["approximate"]))
        else:
            text += _("（模型推算，待核实）")
    return text + _("。")


def _doubt(accuracy_m: float, location_error_m: float | None, approximate: bool) -> str:
    known = location_error_m is not None and location_error_m == location_error_m
    error = metres(float(location_error_m)) if known and location_error_m is not None else _("未知")
    parts = [_("定位误差 {error}").format(error=error)]
    if accuracy_m == accuracy_m and accuracy_m:
        parts.append(_("界线精度 {accuracy}").format(accuracy=metres(float(accuracy_m))))
    if approximate:
        parts.append(_("范围为近似"))
    return _("；{doubts}，待核实").format(doubts=_("、").join(parts))
