"""The tables and maps of every hand-out."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from mixplan.base.i18n import gettext as _
from mixplan.base.i18n import local
from mixplan.city import districts
from mixplan.coverage import words as coverage_words
from mixplan.handouts.comments import comment_table
from mixplan.handouts.report import Report
from mixplan.plan import words
from mixplan.plan.datapackage import load_descriptor
from mixplan.plan.kinds import plant_kinds
from mixplan.plan.words import rule_kind_label, unit_text
from mixplan.screening import stations, verdicts
from mixplan.screening.verdicts import FLAG
from mixplan.targets import progress
from mixplan.targets.audit.run import audit_table


def kind_table(report: Report) -> pd.DataFrame:
    """The inventory by kind: ``kind``, ``count``, ``capacity``, ``unit``, ``sourced``, ``modelled``."""
    rows = []
    for kind, row in plant_kinds().items():
        some = report.counted[report.counted["kind"] == kind]
        found = stations.split(some)
        rows.append(
            {
                "kind": kind,
                "count": len(some),
                "capacity": float(some["capacity"].sum()),
                "unit": row.unit,
                "sourced": found.real,
                "modelled": found.modelled,
            }
        )
    return pd.DataFrame(rows)


def inventory_table(report: Report) -> pd.DataFrame:
    """The inventory by kind in words."""
    table = kind_table(report)
    return pd.DataFrame(
        {
            _("类别"): words.labelled(table["kind"], words.kind_label),
            _("厂站数"): table["count"],
            _("产能"): table["capacity"].round(1),
            _("单位"): words.labelled(table["unit"], words.unit_label),
            _("公开来源"): table["sourced"],
            _("模型推算"): table["modelled"],
        }
    )


def coverage_table(report: Report) -> pd.DataFrame:
    """Coverage by zone and in total; with the present shares where there is a proposal."""
    present = report.before.result if report.after else None
    return coverage_words.coverage_table(report.covered, before=present)


def gap_table(report: Report) -> pd.DataFrame:
    """Gaps by name with how far the nearest plant is."""
    return coverage_words.gap_table(report.covered)


def site_table(report: Report) -> pd.DataFrame:
    """Sites of the proposal: number on the map, name, place, capacity, year."""
    sites = report.sites
    if sites is None:
        return pd.DataFrame()
    names = districts.district_labels(report.layers.districts, report.on, report.book)
    district = districts.district_of(sites.geometry, report.layers.districts)
    return pd.DataFrame(
        {
            _("序号"): range(1, len(sites) + 1),
            _("名称"): sites["name"].to_numpy(),
            _("区县"): [names.get(str(d), "—") for d in district],
            _("产能（万t/年）"): sites["capacity"].astype(float).round(1).to_numpy(),
            _("投产年份"): sites["year"].astype("Int64").to_numpy(dtype=object),
        }
    )


def action_table(report: Report) -> pd.DataFrame:
    """What the consolidation plan does with each station that it names."""
    plan = report.decisions
    if plan is None:
        return pd.DataFrame()
    rows = report.stations.reindex(plan.index)
    into = plan["into"] if "into" in plan.columns else pd.Series(None, index=plan.index, dtype=object)
    columns: dict[str, Any] = {
        _("编号"): plan.index,
        _("名称"): rows["name"],
        _("区县"): rows["district_shown"],
        _("处置"): words.labelled(plan["action"], words.action_label),
        _("并入"): into.map(report.stations["name"]).astype(object).fillna("—"),
        _("原产能（万m³/年）"): rows["capacity"],
        _("之后产能（万m³/年）"): plan["capacity"] if "capacity" in plan.columns else None,
        _("判定"): words.labelled(rows["drawn"], verdicts.verdict_label),
        _("依据"): words.labelled(rows["evidence"], words.evidence_label),
        _("理由"): plan["reason"] if "reason" in plan.columns else rows["reason"],
    }
    return pd.DataFrame(columns).reset_index(drop=True)


def finding_table(report: Report) -> pd.DataFrame:
    """Every finding in words: plant, rule, verdict, measured value, metres, clause, reason."""
    rules = report.book.titles()
    found = report.findings
    drawn = [verdicts.verdict_class(v, c) for v, c in zip(found["verdict"], found["certainty"], strict=True)]
    return pd.DataFrame(
        {
            _("编号"): found["plant_id"],
            _("名称"): found["plant_id"].map(report.stations["name"]),
            _("规则"): found["rule_id"].map(rules),
            _("判定"): [verdicts.verdict_label(one) for one in drawn],
            _("限值"): found["threshold"],
            _("单位"): found["unit"],
            _("距界线 (m)"): found["distance_m"].astype(float).round(0),
            _("界线精度 (m)"): found["accuracy_m"].astype(float).round(0),
            _("条款"): found["clause"],
            _("理由"): found["reason"],
        }
    )


def source_table() -> pd.DataFrame:
    """Every data file with its sources and licences."""
    files = load_descriptor()["resources"]

    def titles(items: Sequence[Mapping[str, str]]) -> str:
        return _("；").join(dict.fromkeys(item["title"] for item in items))

    return pd.DataFrame(
        {
            _("文件"): [f"data/{r['path']}" for r in files],
            _("内容"): [local(r, "title") for r in files],
            _("来源"): [titles(r["sources"]) for r in files],
            _("许可"): [titles(r["licenses"]) for r in files],
        }
    )


def assumption_table(report: Report) -> pd.DataFrame:
    """Every rule and figure in use: value, unit, whether it is the plan's or assumed, and its source."""
    rows: list[tuple[object, ...]] = [
        (local(r, "title"), rule_kind_label(r.kind), str(r.value), unit_text(r.unit), r.clause or r.source)
        for r in report.book.in_force(report.on)
    ]
    rows += [
        (local(p, "title"), rule_kind_label(p.kind), f"{p.value:g}", unit_text(p.unit), p.source)
        for p in report.book.parameters.values()
    ]
    return pd.DataFrame(rows, columns=[_("规则或参数"), _("性质"), _("数值"), _("单位"), _("依据")])


def version_table(report: Report) -> pd.DataFrame:
    """Project and version, hash of the inputs, version of the data and of the programs."""
    origin = report.stamp.origin
    rows = [] if origin is None else [(_("项目和版本"), origin.text), (_("项目校验值"), origin.hash)]
    rows += [(_("须知"), report.stamp.remark)] if report.stamp.remark else []
    rows += [(_("输入哈希"), report.input_hash), (_("数据版本"), report.stamp.data_version)]
    rows += [(name, version) for name, version in report.stamp.versions.items()]
    return pd.DataFrame(rows, columns=[_("项目"), _("版本")])


def tables(report: Report) -> dict[str, pd.DataFrame]:
    """Every table of the report by its name, in order; those without content are left out."""
    flagged = report.counted[report.counted["verdict"] == FLAG]
    found = {
        _("存量"): inventory_table(report),
        _("按环路"): stations.totals(report.counted, "ring"),
        _("按区县"): stations.totals(report.counted, "district_shown"),
        _("需治理站点"): stations.listing(flagged),
        _("全部站点"): stations.listing(report.stations),
        _("判定"): finding_table(report),
        _("整合处置"): action_table(report),
        _("新线站点"): site_table(report),
        _("禁现区覆盖"): coverage_table(report),
        _("缺口"): gap_table(report),
        _("目标进度"): progress.progress_table(report.targets),
        _("规划核对"): audit_table(report.audit),
        _("未决批注"): comment_table(report.comments),
        _("来源"): source_table(),
        _("规则与假设"): assumption_table(report),
        _("版本"): version_table(report),
    }
    return {name: table for name, table in found.items() if len(table)}
