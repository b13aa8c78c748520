"""One report on one state of the plan: everything that the hand-outs and the presenter say, computed once.

The figures come from the functions behind the pages; the writers (`reports_pptx`, `reports_pdf`, `reports_html`,
`reports_files`) and the presenter only lay them out, so one figure is the same in every format.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from importlib import metadata
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from mixplan.base.errors import DataError
from mixplan.base.i18n import get_language, local
from mixplan.base.i18n import gettext as _
from mixplan.base.numbers import percent
from mixplan.city import ban_zones, districts
from mixplan.city.layers import Layers
from mixplan.coverage import result as coverage_result
from mixplan.maps import style
from mixplan.maps.paper import sheet
from mixplan.plan import words
from mixplan.plan.datapackage import data_version, load_descriptor
from mixplan.plan.kinds import KINDS, UNIT_OF_KIND
from mixplan.plan.rules import RuleBook
from mixplan.plan.words import pretty, rule_kind_label, unit_text
from mixplan.registers.points import load_demand
from mixplan.screening import stations, verdicts
from mixplan.screening.explain import explain
from mixplan.screening.judge import overall, screen
from mixplan.screening.verdicts import FLAG
from mixplan.targets import progress
from mixplan.targets.audit.checks import AuditItem, audit, audit_table, open_items

LIBRARIES = ("geopandas", "shapely", "pyproj", "highspy", "scipy", "pandas", "matplotlib", "altair")
STEPS = ("situation", "zones", "flagged", "consolidation", "lines", "coverage", "targets")
_RADII = tuple(float(km) for km in range(5, 61, 5))


@dataclass(frozen=True)
class Covered:
    """Coverage with one supply: what it was measured with, the shares, and the gaps."""

    seen: coverage_result.Reach
    result: coverage_result.Coverage
    gaps: gpd.GeoDataFrame


@dataclass(frozen=True)
class Report:
    """Everything that is handed out, for one register, rule book, proposal and consolidation plan.

    Attributes
    ----------
    plants, findings, judged, stations
        Register (metric CRS), findings with their ``reason``, one verdict a plant, and `stations.station_table`.
    before, after : Covered
        The zones with the present supply, and with the proposal where there is one.
    concrete : tuple of Covered
        The same ground seen from the concrete stations, before and after consolidation; empty without a plan.
    zone_years : DataFrame
        ``year``, ``zones``, ``area_km2`` in each year in which zones were announced.
    sites, flows, decisions
        The proposal's sites (`coverage.planned_sites`) and deliveries, and the plan's actions by plant id
        (``action``, ``capacity`` and what else the file has), None where not given.
    input_hash : str
        Hash of everything that the figures depend on; the same inputs give the same hash.
    """

    language: str
    layers: Layers
    book: RuleBook
    plants: gpd.GeoDataFrame
    findings: pd.DataFrame
    judged: pd.DataFrame
    stations: pd.DataFrame
    targets: tuple[progress.Progress, ...]
    audit: tuple[AuditItem, ...]
    subject: coverage_result.Theme
    before: Covered
    after: Covered | None
    concrete: tuple[Covered, ...]
    curve: pd.DataFrame
    curve_before: pd.DataFrame | None
    zone_years: pd.DataFrame
    sites: gpd.GeoDataFrame | None
    flows: pd.DataFrame | None
    decisions: pd.DataFrame | None
    input_hash: str
    data_version: str
    versions: Mapping[str, str]

    @property
    def on(self) -> date:
        """Day of the zones and rules that are shown."""
        return self.book.period_end

    @property
    def covered(self) -> Covered:
        """Coverage with the proposal where there is one, else as it is."""
        return self.after or self.before

    @cached_property
    def counted(self) -> pd.DataFrame:
        """Stations of the inventory, which alone count towards totals."""
        return self.stations[self.stations["status"] == stations.INVENTORY]

    @property
    def title(self) -> str:
        """Title of every hand-out."""
        return _("散装水泥、预拌制品和预制构件规划实施汇报")

    @property
    def subtitle(self) -> str:
        """What the hand-out is about, with the plan's number."""
        return _("北京市“十二五”规划 {document} · 数据版本 {version}").format(
            document=self.book.document, version=self.data_version
        )


# --- building ---------------------------------------------------------------------------------------------------------


def _covered(ground: coverage_result.Ground, supply: gpd.GeoDataFrame, radius_km: float, layers: Layers, book: RuleBook) -> Covered:
    seen = coverage_result.reach(ground, supply)
    least = book.figure("coverage_gap_minimum_km2")
    return Covered(seen, coverage_result.coverage(seen, radius_km), coverage_result.gaps(seen, radius_km, layers, minimum_km2=least))


def _zone_years(layers: Layers) -> pd.DataFrame:
    rows = []
    for year in sorted(pd.to_datetime(layers.ban_zones["since"]).dt.year.unique()):
        in_force = ban_zones.zones_in_force(layers.ban_zones, date(int(year), 12, 31))
        area = shapely.union_all(in_force.geometry.to_numpy()).area / 1e6
        rows.append({"year": int(year), "zones": len(in_force), "area_km2": area})
    return pd.DataFrame(rows, columns=["year", "zones", "area_km2"])


def _fingerprint(*frames: pd.DataFrame | None, **plain: object) -> str:
    """Hash of tables and plain values, independent of the machine and the day."""
    digest = hashlib.sha256(json.dumps(plain, sort_keys=True, default=str).encode())
    for frame in frames:
        if frame is None:
            digest.update(b"-")
            continue
        table = pd.DataFrame(frame).copy()
        if isinstance(frame, gpd.GeoDataFrame):
            table[frame.geometry.name] = [None if g is None else g.wkb_hex for g in frame.geometry]
        text = table.to_json(orient="split", force_ascii=True, default_handler=str, double_precision=10)
        digest.update(text.encode())
    return digest.hexdigest()[:16]


def build(
    plants: gpd.GeoDataFrame, layers: Layers, book: RuleBook, indicators: pd.DataFrame, *,
    sites: gpd.GeoDataFrame | None = None, flows: pd.DataFrame | None = None, decisions: pd.DataFrame | None = None,
    radius_km: float | None = None,
) -> Report:  # fmt: skip
    """Compute everything that is handed out, in the language in force.

    Parameters
    ----------
    indicators : DataFrame
        The plan's figures with the planners' entries added (`targets.with_entries`).
    sites : GeoDataFrame, optional
        Sites of a siting proposal, from `coverage.planned_sites`.
    flows : DataFrame, optional
        Its deliveries: ``site``, ``demand``, ``amount``; without them those of the coverage model are drawn.
    decisions : DataFrame, optional
        Consolidation plan: index plant id, ``action``, and ``capacity`` after it where known.
    radius_km : float, optional
        Service radius; by default the assumption in the rule book.
    """
    if decisions is not None:
        unknown = decisions.index.difference(plants.index)
        if len(unknown):
            raise DataError(_("整合方案中的站点“{plant}”不在登记册中；方案和登记册要一致。").format(plant=unknown[0]))
        wrong = set(decisions["action"]) - set(style.ACTION_COLOUR)
        if wrong:
            raise DataError(
                _("整合方案中的处置“{action}”不可用，应为 {allowed} 之一。").format(
                    action=sorted(map(str, wrong))[0], allowed="、".join(style.ACTION_COLOUR)
                )
            )
    if sites is not None and sites.empty:
        sites = None
    on = book.period_end
    findings = screen(plants, layers, book, on=on)
    findings["reason"] = explain(findings, plants, layers, book)
    judged = overall(findings, plants, book)
    table = stations.station_table(plants, judged, findings, layers, book, on=on)
    subject = coverage_result.theme("mortar", book)
    radius = subject.radius_km if radius_km is None else radius_km
    ground = coverage_result.zone_ground(layers, coverage_result.themed_demand(load_demand(), subject), book, year=on.year)
    supply = coverage_result.supply_points(plants, kind=subject.kind)
    before = _covered(ground, supply, radius, layers, book)
    after = None
    if sites is not None:
        running = coverage_result.in_production(sites, on.year, book)
        after = _covered(ground, coverage_result.with_proposal(supply, running), radius, layers, book)
    concrete: tuple[Covered, ...] = ()
    if decisions is not None:
        theme = coverage_result.theme("concrete", book)
        wanted = coverage_result.zone_ground(layers, coverage_result.themed_demand(load_demand(), theme), book, year=on.year)
        now = coverage_result.supply_points(plants, kind=theme.kind)
        left = coverage_result.with_consolidation(now, decisions)
        concrete = tuple(_covered(wanted, points, theme.radius_km, layers, book) for points in (now, left))
    return Report(
        language=get_language(),
        layers=layers,
        book=book,
        plants=plants,
        findings=findings,
        judged=judged,
        stations=table,
        targets=progress.progress(indicators),
        audit=audit(indicators),
        subject=subject,
        before=before,
        after=after,
        concrete=concrete,
        curve=coverage_result.curve((after or before).seen, _RADII),
        curve_before=coverage_result.curve(before.seen, _RADII) if after else None,
        zone_years=_zone_years(layers),
        sites=sites,
        flows=flows,
        decisions=decisions,
        input_hash=_fingerprint(
            plants, indicators, sites, flows, decisions, data=data_version(), radius_km=radius,
            rules=[[r.id, r.value] for r in book.rules], figures=[[p.id, p.value] for p in book.parameters.values()],
        ),
        data_version=data_version(),
        versions={"mixplan": metadata.version("mixplan"), **{name: metadata.version(name) for name in LIBRARIES}},
    )  # fmt: skip


def at_radius(report: Report, radius_km: float) -> Report:
    """The same report with coverage for another radius: what a question from the audience asks for."""
    least = report.book.figure("coverage_gap_minimum_km2")

    def moved(found: Covered) -> Covered:
        gaps = coverage_result.gaps(found.seen, radius_km, report.layers, minimum_km2=least)
        return Covered(found.seen, coverage_result.coverage(found.seen, radius_km), gaps)

    return replace(report, before=moved(report.before), after=moved(report.after) if report.after else None)


# --- the story: one message a step ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """One step of the story: its message, a few figures (label, value), and notes for the speaker."""

    key: str
    title: str
    facts: tuple[tuple[str, str], ...]
    notes: str


def step_label(key: str) -> str:
    """Name of a step, for choosing and reordering."""
    return {
        "situation": _("2010 年现状"),
        "zones": _("禁现区扩大"),
        "flagged": _("需治理站点"),
        "consolidation": _("治理整合"),
        "lines": _("新建砂浆线"),
        "coverage": _("禁现区覆盖"),
        "targets": _("目标进度"),
    }[key]


def _moved(before: float | None, after: float | None) -> str:
    return f"{percent(before)} → {percent(after)}"


def _situation(report: Report) -> Step:
    counts = kind_table(report)
    every, concrete = (
        stations.Split(int(rows["sourced"].sum()), int(rows["modelled"].sum()))
        for rows in (counts, counts[counts["kind"] == "concrete"])
    )
    facts = [
        (
            words.kind_label(str(row["kind"])),
            _("{count} 个（{split}），{capacity}").format(
                count=row["count"],
                split=stations.Split(row["sourced"], row["modelled"]).text(),
                capacity=pretty(row["capacity"], words.unit_label(str(row["unit"])), 0),
            ),
        )
        for row in counts.to_dict("records")
    ]
    return Step(
        "situation",
        _("起点：{count} 个在册厂站（{split}），{concrete} 个是搅拌站（{concrete_split}）").format(
            count=every.count, split=every.text(), concrete=concrete.count, concrete_split=concrete.text()
        ),
        tuple(facts),
        _(
            "水泥、混凝土、砂浆为 2010 年底，预制构件为 2008 年底。"
            "其中 {modelled} 个站点的位置由模型推算，不是真实企业；图上空心。"
        ).format(modelled=every.modelled),
    )


def _zones(report: Report) -> Step:
    first, last = report.zone_years.iloc[0], report.zone_years.iloc[-1]
    facts = [
        (
            _("{year} 年").format(year=int(row["year"])),
            _("{zones} 个区，{area:,.0f} km²").format(zones=int(row["zones"]), area=row["area_km2"]),
        )
        for row in report.zone_years.to_dict("records")
    ]
    return Step(
        "zones",
        _("禁现区从 {first:,.0f} km² 扩大到 {last:,.0f} km²，带来预拌砂浆需求").format(
            first=first["area_km2"], last=last["area_km2"]
        ),
        (*facts, (_("区内 2015 年需求"), pretty(report.before.result.total.demand, _("万t"), 0))),
        _(
            "禁现区只约束工地，不禁止厂站。四环路以内为准确边界，其余为近似边界（虚线）。"
            "2010 年起区外的政府投资工程也禁现，没有边界可画。"
        ),
    )


def _flagged(report: Report) -> Step:
    found = stations.flag_count(report.stations)
    counted = report.counted
    facts = [
        (verdicts.verdict_label(drawn), stations.split(counted[counted["drawn"] == drawn]).counted())
        for drawn in style.VERDICT_COLOUR
    ]
    if found.unlicensed.count:
        facts.append((_("无资质，不在合计内"), found.unlicensed.counted()))
    return Step(
        "flagged",
        stations.flag_sentence(found),
        tuple(facts),
        _(
            "待核实：离界线的距离小于定位误差与界线精度之和，或只有推算的资料。每个站点的理由和条款见清单。"
            "推算的站点按规划合计补足，不是真实企业；真实站点有公开来源。"
        ),
    )


def _consolidation(report: Report) -> Step | None:
    if report.decisions is None:
        return None
    figures = consolidation_figures(report)
    before, after = figures["before"], figures["after"]
    decided = report.stations.loc[report.decisions.index]
    facts = [
        (words.action_label(action), stations.split(decided[report.decisions["action"] == action]).counted())
        for action in style.ACTION_COLOUR
        if (report.decisions["action"] == action).any()
    ]
    unit = words.unit_label("wan_m3")
    return Step(
        "consolidation",
        _("整合后搅拌站从 {before} 个（{before_split}）变为 {after} 个（{after_split}）").format(
            before=before.count, before_split=before.text(), after=after.count, after_split=after.text()
        ),
        (
            (_("产能"), f"{pretty(figures['capacity_before'], '', 0)} → {pretty(figures['capacity_after'], unit, 0)}"),
            (
                _("禁现区产能保障（搅拌站）"),
                _moved(*(found.result.total.served_share for found in report.concrete)),
            ),
            *facts,
        ),
        _("整合方案由“治理整合”页或 mixplan consolidate 给出；方案没有提到的搅拌站按保留计。"),
    )


def consolidation_figures(report: Report) -> dict[str, Any]:
    """Concrete stations (real and modelled) and their capacity before and after the consolidation plan."""
    assert report.decisions is not None
    now = report.counted[report.counted["kind"] == "concrete"]
    left = coverage_result.with_consolidation(gpd.GeoDataFrame(now), report.decisions)
    return {
        "before": stations.split(now),
        "after": stations.split(left),
        "capacity_before": float(now["capacity"].sum()),
        "capacity_after": float(left["capacity"].sum()),
    }


def _lines(report: Report) -> Step | None:
    if report.sites is None:
        return None
    made = float(report.sites["capacity"].sum())
    supply = float(report.before.result.capacity)
    return Step(
        "lines",
        _("新建 {count} 个站点，增加产能 {capacity}").format(
            count=len(report.sites), capacity=pretty(made, _("万t/年"), 0)
        ),
        (
            (_("现有砂浆产能（已定位）"), pretty(supply, _("万t/年"), 0)),
            (_("方案之后"), pretty(report.covered.result.capacity, _("万t/年"), 0)),
            (_("区内 2015 年需求"), pretty(report.before.result.total.demand, _("万t"), 0)),
        ),
        _("方案由“新线布局”页或 mixplan site 给出；没有写明投产年份的按次序逐年均匀投产，是假设。")
        + _supply_sentence(report),
    )


def _coverage(report: Report) -> Step:
    now, was = report.covered.result, report.before.result
    radius = now.radius_km
    if report.after:
        title = _("加上方案，半径 {radius:g} km 内的产能保障率从 {before} 变为 {after}").format(
            radius=radius, before=percent(was.total.served_share), after=percent(now.total.served_share)
        )
        facts = tuple((label, _moved(getattr(was.total, key), getattr(now.total, key))) for label, key in _measures())
    else:
        title = _("半径 {radius:g} km 内，产能可保障禁现区需求的 {served}").format(
            radius=radius, served=percent(now.total.served_share)
        )
        facts = coverage_facts(now)
    low, high = percent(now.total.area_share_low), percent(now.total.area_share_high)
    left = report.covered.gaps
    gaps = _("{count} 处，{area:,.1f} km²").format(count=len(left), area=left["area_km2"].sum())
    notes = _(
        "面积覆盖率在边界误差下为 {low}–{high}。半径是假设，可以移动。产能同时要供应区外，所以保障率是上限。"
    ).format(low=low, high=high) + _supply_sentence(report)
    return Step("coverage", title, (*facts, (_("缺口"), gaps)), notes)


def _supply_sentence(report: Report) -> str:
    """How many of the plants that supply today are real: every share and capacity rests on them."""
    found = stations.split(report.before.seen.supply)
    return _("现有供应点 {count} 个（{split}）。").format(count=found.count, split=found.text())


def coverage_facts(result: coverage_result.Coverage) -> tuple[tuple[str, str], ...]:
    """The three shares of one supply, named and written."""
    return tuple((label, percent(getattr(result.total, key))) for label, key in _measures())


def _measures() -> tuple[tuple[str, str], ...]:
    return (
        (_("面积覆盖率"), "area_share"),
        (_("需求覆盖率"), "demand_share"),
        (_("产能保障率"), "served_share"),
    )


def _targets(report: Report) -> Step:
    items = report.targets
    count = {status: sum(item.status is status for item in items) for status in progress.Status}
    still = len(open_items(report.audit))
    return Step(
        "targets",
        _("{all} 项目标中，{met} 项有实绩证明达标，{none} 项没有实绩").format(
            all=len(items), met=count[progress.Status.MET], none=count[progress.Status.NO_DATA]
        ),
        tuple((progress.status_text(status), f"{number}") for status, number in count.items()),
        _("截至 {year} 年。规划自己的数字共核对 {all} 项，{open} 项有矛盾或不符，见核对表。").format(
            year=items[0].as_of if items else "—", all=len(report.audit), open=still
        ),
    )


def story(report: Report) -> tuple[Step, ...]:
    """The steps that this report can tell, in order; those without a plan or proposal are left out."""
    steps = (
        _situation(report), _zones(report), _flagged(report), _consolidation(report), _lines(report),
        _coverage(report), _targets(report),
    )  # fmt: skip
    return tuple(step for step in steps if step is not None)


# --- tables -----------------------------------------------------------------------------------------------------------


def kind_table(report: Report) -> pd.DataFrame:
    """The inventory by kind: ``kind``, ``count``, ``capacity``, ``unit``, ``sourced``, ``modelled``."""
    rows = []
    for kind in KINDS:
        some = report.counted[report.counted["kind"] == kind]
        found = stations.split(some)
        rows.append(
            {
                "kind": kind, "count": len(some), "capacity": float(some["capacity"].sum()),
                "unit": UNIT_OF_KIND[kind], "sourced": found.real, "modelled": found.modelled,
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def inventory_table(report: Report) -> pd.DataFrame:
    """The inventory by kind in words."""
    table = kind_table(report)
    return pd.DataFrame(
        {
            _("类别"): table["kind"].map(words.kind_label),
            _("厂站数"): table["count"],
            _("产能"): table["capacity"].round(1),
            _("单位"): table["unit"].map(words.unit_label),
            _("公开来源"): table["sourced"],
            _("模型推算"): table["modelled"],
        }
    )


def coverage_table(report: Report) -> pd.DataFrame:
    """Coverage by zone and in total; with the present shares where there is a proposal."""
    now, present = report.covered, report.before.result if report.after else None
    return coverage_result.coverage_table(now.result, now.seen.supply, words.unit_label(report.subject.unit), before=present)


def gap_table(report: Report) -> pd.DataFrame:
    """Gaps by name with how far the nearest plant is."""
    return coverage_result.gap_table(report.covered.gaps, report.subject, words.unit_label(report.subject.unit))


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
            _("投产年份"): [None if pd.isna(y) else int(y) for y in sites["year"]],
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
        _("处置"): plan["action"].map(words.action_label),
        _("并入"): into.map(report.stations["name"]).astype(object).fillna("—"),
        _("原产能（万m³/年）"): rows["capacity"],
        _("之后产能（万m³/年）"): plan["capacity"] if "capacity" in plan.columns else None,
        _("判定"): rows["drawn"].map(verdicts.verdict_label),
        _("依据"): rows["evidence"].map(words.evidence_label),
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
        return "；".join(dict.fromkeys(item["title"] for item in items))

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
    """Hash of the inputs, version of the data and of the programs."""
    rows = [(_("输入哈希"), report.input_hash), (_("数据版本"), report.data_version)]
    rows += [(name, version) for name, version in report.versions.items()]
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
        _("来源"): source_table(),
        _("规则与假设"): assumption_table(report),
        _("版本"): version_table(report),
    }
    return {name: table for name, table in found.items() if len(table)}


# --- maps -------------------------------------------------------------------------------------------------------------


def report_maps(report: Report, size: tuple[float, float]) -> dict[str, sheet.StaticMap]:
    """The maps of the story by step; coverage has ``coverage_before`` as well where there is a proposal."""
    layers, book = report.layers, report.book
    inventory = report.plants.loc[report.counted.index]
    years = [int(year) for year in report.zone_years["year"]]
    found = {
        "zones": sheet.zone_map(layers, book, years=(years[0], years[-1]), size=size),
        "flagged": sheet.station_map(inventory, report.judged, layers, book, on=report.on, size=size),
    }
    if report.decisions is not None:
        concrete = inventory[inventory["kind"] == "concrete"]
        found["consolidation"] = sheet.consolidation_map(concrete, report.decisions, layers, book, size=size)
    if report.sites is not None:
        found["lines"] = sheet.siting_map(
            report.before.seen.supply, report.sites, _deliveries(report), load_demand(), layers, book, size=size
        )
    cases = {"coverage": report.covered} | ({"coverage_before": report.before} if report.after else {})
    for key, one in cases.items():
        title = {
            "coverage": _("砂浆厂对禁现区的覆盖：加上方案") if report.after else None,
            "coverage_before": _("砂浆厂对禁现区的覆盖：现状"),
        }[key]
        found[key] = sheet.coverage_map(
            one.seen, one.result, one.gaps, layers, book, subject=report.subject, size=size, title=title
        )
    return found


def _deliveries(report: Report) -> pd.DataFrame:
    """Who supplies whom: the proposal's own deliveries, else those of the coverage model."""
    if report.flows is not None:
        return report.flows
    return report.covered.result.service.flows.rename(columns={"supply_id": "site", "demand_id": "demand"})
