"""What the briefing says, step by step."""

from dataclasses import dataclass
from typing import Any

import geopandas as gpd

from mixplan.base.i18n import gettext as _
from mixplan.base.numbers import percent
from mixplan.coverage import result as coverage_result
from mixplan.coverage import supply as coverage_supply
from mixplan.handouts.report import Report
from mixplan.handouts.tables import kind_table
from mixplan.maps import style
from mixplan.plan import words
from mixplan.plan.actions import RETAIN
from mixplan.plan.kinds import plant_kinds
from mixplan.plan.words import pretty
from mixplan.screening import stations, verdicts
from mixplan.targets import status as targets_status
from mixplan.targets.audit.run import open_items

STEPS = ("situation", "zones", "flagged", "consolidation", "lines", "coverage", "targets")


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
        for drawn in verdicts.listed(counted["drawn"])
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
    facts = [(words.action_label(action), found.counted()) for action, found in figures["actions"].items()]
    unit = words.unit_label(plant_kinds()["concrete"].unit)
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
    """Concrete stations (real and modelled) and their capacity before and after the plan, and those of each action.

    A station that the plan does not name is retained, so that the actions add up to the stations before.
    """
    assert report.decisions is not None
    now = report.counted[report.counted["kind"] == "concrete"]
    left = coverage_supply.with_consolidation(gpd.GeoDataFrame(now), report.decisions)
    action = report.decisions["action"].reindex(now.index).fillna(RETAIN)
    return {
        "actions": {one: stations.split(now[action == one]) for one in style.ACTION_COLOUR if (action == one).any()},
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
    count = {status: sum(item.status is status for item in items) for status in targets_status.Status}
    still = len(open_items(report.audit))
    return Step(
        "targets",
        _("{all} 项目标中，{met} 项有实绩证明达标，{none} 项没有实绩").format(
            all=len(items), met=count[targets_status.Status.MET], none=count[targets_status.Status.NO_DATA]
        ),
        tuple((targets_status.status_text(status), f"{number}") for status, number in count.items()),
        _("截至 {year} 年。规划自己的数字共核对 {all} 项，{open} 项有矛盾或不符，见核对表。").format(
            year=items[0].as_of if items else "—", all=len(report.audit), open=still
        ),
    )


def story(report: Report) -> tuple[Step, ...]:
    """The steps that this report can tell, in order; those without a plan or proposal are left out."""
    steps = (
        _situation(report),
        _zones(report),
        _flagged(report),
        _consolidation(report),
        _lines(report),
        _coverage(report),
        _targets(report),
    )
    return tuple(step for step in steps if step is not None)
