"""The report as an editable presentation: native charts and tables, maps as pictures, notes for the speaker."""

from collections.abc import Callable

import pandas as pd
from pptx.chart.data import CategoryChartData, XyChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.enum.dml import MSO_LINE
from pptx.enum.text import PP_ALIGN

from mixplan.base.i18n import gettext as _
from mixplan.base.i18n import local
from mixplan.base.numbers import percent
from mixplan.base.progress import Watcher, unwatched
from mixplan.handouts import pictures, story, tables
from mixplan.handouts.deck import Deck, short_text
from mixplan.handouts.report import Report
from mixplan.handouts.story import Step
from mixplan.handouts.telling import tell
from mixplan.maps import style as maps_style
from mixplan.maps.paper import sheet
from mixplan.plan import words
from mixplan.plan.words import direction_text, pretty, unit_text
from mixplan.screening import stations, verdicts
from mixplan.targets import status


def pptx_bytes(report: Report, template: bytes | None = None, *, watcher: Watcher = unwatched) -> bytes:
    """The report as a PowerPoint file.

    Parameters
    ----------
    template : bytes, optional
        The department's own ``.pptx`` or ``.potx``-like file: its masters, layouts, fonts and slide size are used, its
        slides are left out.
    watcher : callable
        Is told how far it is and what is being made.

    Raises
    ------
    DataError
        Where the template cannot be read.
    """
    deck = Deck(template)
    tell(watcher, 0.02, _("正在绘制地图"))
    drawn = pictures.report_maps(report, (12.3, 5.75))
    _opening(deck, report)
    steps = story.story(report)
    for n, step in enumerate(steps):
        tell(watcher, 0.1 + 0.75 * n / len(steps), story.step_label(step.key))
        _SLIDES[step.key](deck, report, step, drawn)
    tell(watcher, 0.9, _("来源与版本"))
    _appendix(deck, report)
    return deck.bytes(report.title)


def _opening(deck: Deck, report: Report) -> None:
    slide = deck.slide(report.title, report.subtitle, opening=True)
    if not deck.templated:
        title = slide.shapes.title
        title.left, title.top = deck.edge, int(deck.high * 0.26)
        title.width, title.height = deck.wide - 2 * deck.edge, int(deck.high * 0.24)
    lines = [report.subtitle, _("示意图，不作为划界依据")]
    others = [shape for shape in slide.placeholders if shape.placeholder_format.idx != 0]
    if others:
        place = others[0]
        if not deck.templated:
            place.left, place.top = deck.edge, int(deck.high * 0.54)
            place.width, place.height = deck.wide - 2 * deck.edge, int(deck.high * 0.2)
        deck.write(place.text_frame, lines, 18, colour=maps_style.QUIET, align=PP_ALIGN.CENTER)
        for shape in others[1:]:
            shape._element.getparent().remove(shape._element)
    else:
        box = (deck.edge, int(deck.high * 0.6), deck.wide - 2 * deck.edge, int(deck.high * 0.2))
        deck.text(slide, box, lines, 18, colour=maps_style.QUIET, align=PP_ALIGN.CENTER)


def _situation(deck: Deck, report: Report, step: Step, drawn: dict[str, sheet.StaticMap]) -> None:
    slide = deck.slide(step.title, step.notes)
    left, top, width, height = deck.room(slide)
    deck.table(slide, (left, top, width, int(height * 0.36)), tables.inventory_table(report), 14)
    table = tables.kind_table(report)
    data = CategoryChartData()
    data.categories = [words.kind_label(kind) for kind in table["kind"]]
    data.add_series(_("公开来源"), table["sourced"].tolist())
    data.add_series(_("模型推算"), table["modelled"].tolist())
    deck.chart(
        slide,
        (left, top + int(height * 0.42), width, int(height * 0.58)),
        XL_CHART_TYPE.BAR_STACKED,
        data,
        colours=[maps_style.BLUE, maps_style.SKY],
        labels=True,
        title=_("厂站个数，按依据"),
        label_form="0;;",
    ).category_axis.reverse_order = True


def _map_slide(deck: Deck, report: Report, step: Step, drawn: dict[str, sheet.StaticMap]) -> None:
    slide = deck.slide(step.title, step.notes)
    deck.picture(slide, deck.room(slide), drawn[step.key])


def _zones(deck: Deck, report: Report, step: Step, drawn: dict[str, sheet.StaticMap]) -> None:
    _map_slide(deck, report, step, drawn)


def _flagged(deck: Deck, report: Report, step: Step, drawn: dict[str, sheet.StaticMap]) -> None:
    _map_slide(deck, report, step, drawn)
    table = stations.totals(report.counted, "ring")
    slide = deck.slide(_("需治理的站点在哪里：按环路"), step.notes)
    left, top, width, height = deck.room(slide)
    rows = table.iloc[:-1]
    data = CategoryChartData()
    data.categories = rows.iloc[:, 0].tolist()
    classes = verdicts.listed(report.counted["drawn"])
    for label in map(verdicts.verdict_label, classes):
        data.add_series(label, rows[label].tolist())
    deck.chart(
        slide,
        (left, top, width, int(height * 0.6)),
        XL_CHART_TYPE.COLUMN_STACKED,
        data,
        colours=[maps_style.VERDICT_COLOUR[drawn] for drawn in classes],
        labels=True,
        label_form="0;;",
    )
    deck.table(slide, (left, top + int(height * 0.63), width, int(height * 0.37)), table, 11)
    certain = report.counted[report.counted["drawn"] == "flag"]
    if len(certain):
        listed = stations.listing(certain)
        listed = listed[[_("名称"), _("依据"), _("类别"), _("区县"), _("环路"), _("理由")]]
        listed = listed.assign(**{_("理由"): [short_text(text, 160) for text in listed[_("理由")]]})
        deck.table_slides(_("确定需治理的站点和理由"), step.notes, listed, 11)


def _consolidation(deck: Deck, report: Report, step: Step, drawn: dict[str, sheet.StaticMap]) -> None:
    _map_slide(deck, report, step, drawn)
    slide = deck.slide(_("处置一览"), step.notes)
    left, top, width, height = deck.room(slide)
    deck.facts(slide, (left, top, int(width * 0.3), height), step)
    assert report.decisions is not None
    rows = report.stations.reindex(report.decisions.index)
    counts = pd.crosstab(rows["district_shown"], report.decisions["action"])
    data = CategoryChartData()
    data.categories = counts.index.tolist()
    for action in (a for a in maps_style.ACTION_COLOUR if a in counts.columns):
        data.add_series(words.action_label(action), counts[action].tolist())
    deck.chart(
        slide,
        (left + int(width * 0.32), top, int(width * 0.68), height),
        XL_CHART_TYPE.BAR_STACKED,
        data,
        colours=[c for a, c in maps_style.ACTION_COLOUR.items() if a in counts.columns],
        title=_("处置，按区县"),
    ).category_axis.reverse_order = True


def _lines(deck: Deck, report: Report, step: Step, drawn: dict[str, sheet.StaticMap]) -> None:
    _map_slide(deck, report, step, drawn)
    slide = deck.slide(_("新建站点一览"), step.notes)
    left, top, width, height = deck.room(slide)
    deck.facts(slide, (left, top, int(width * 0.3), height), step)
    deck.table(slide, (left + int(width * 0.32), top, int(width * 0.68), height), tables.site_table(report), 13)


def _coverage(deck: Deck, report: Report, step: Step, drawn: dict[str, sheet.StaticMap]) -> None:
    if report.after:
        before = report.before.result
        text = _("现状：半径 {radius:g} km 内，产能可保障禁现区需求的 {served}").format(
            radius=before.radius_km, served=percent(before.total.served_share)
        )
        slide = deck.slide(text, step.notes)
        deck.picture(slide, deck.room(slide), drawn["coverage_before"])
    _map_slide(deck, report, step, drawn)
    _shares_by_zone(deck, report, step)
    _shares_by_radius(deck, report, step)
    table = tables.coverage_table(report).drop(columns=[_("边界"), _("最近的供应点")])
    deck.table_slides(_("覆盖表：按禁现区"), step.notes, table, 10)
    deck.table_slides(_("半径以外的缺口"), step.notes, tables.gap_table(report), 13)


def _shares_by_zone(deck: Deck, report: Report, step: Step) -> None:
    """What the plants can serve in each zone, before and after the proposal where there is one."""
    slide = deck.slide(_("产能保障率，按禁现区"), step.notes)
    now = [*report.covered.result.rows, report.covered.result.total]
    data = CategoryChartData(number_format="0.0%")
    data.categories = [local(row) for row in now]
    if report.after:
        was = [*report.before.result.rows, report.before.result.total]
        data.add_series(_("产能保障：现状"), [row.served_share for row in was])
        data.add_series(_("产能保障：加上方案"), [row.served_share for row in now])
        colours = [maps_style.GREY, maps_style.SHARE_COLOUR["served_share"]]
    else:
        data.add_series(_("需求覆盖率"), [row.demand_share for row in now])
        data.add_series(_("产能保障率"), [row.served_share for row in now])
        colours = [maps_style.SHARE_COLOUR["demand_share"], maps_style.SHARE_COLOUR["served_share"]]
    deck.chart(
        slide,
        deck.room(slide),
        XL_CHART_TYPE.BAR_CLUSTERED,
        data,
        colours=colours,
        form="0%",
        maximum=1.0,
        labels=True,
        label_form="0%",
        size=11,
    ).category_axis.reverse_order = True


def _shares_by_radius(deck: Deck, report: Report, step: Step) -> None:
    """How the shares grow with the radius; the present ones dashed where there is a proposal."""
    slide = deck.slide(_("覆盖和保障随半径变化"), step.notes)
    left, top, width, height = deck.room(slide)
    deck.facts(slide, (left, top, int(width * 0.28), height), step)
    before, present, planned = report.curve_before, _("（现状）"), _("（加上方案）")
    lines = [(report.curve, "")] if before is None else [(before, present), (report.curve, planned)]
    curve, colours = XyChartData(number_format="0.0%"), []
    for table, suffix in lines:
        for label, key in ((_("面积覆盖率"), "area_share"), (_("产能保障率"), "served_share")):
            series = curve.add_series(label + suffix)
            for radius, share in zip(table["radius_km"], table[key], strict=True):
                series.add_data_point(float(radius), float(share))
            colours.append(maps_style.SHARE_COLOUR[key])
    chart = deck.chart(
        slide,
        (left + int(width * 0.3), top, int(width * 0.7), height),
        XL_CHART_TYPE.XY_SCATTER_LINES_NO_MARKERS,
        curve,
        colours=colours,
        form="0%",
        maximum=1.0,
    )
    if before is not None:
        for series in list(chart.series)[:2]:
            series.format.line.dash_style = MSO_LINE.DASH
    axis = chart.category_axis
    axis.has_title = True
    axis.axis_title.text_frame.text = _("半径 (km)")
    axis.minimum_scale = float(report.curve["radius_km"].min())
    axis.maximum_scale = float(report.curve["radius_km"].max())
    axis.has_major_gridlines = False


def _targets(deck: Deck, report: Report, step: Step, drawn: dict[str, sheet.StaticMap]) -> None:
    rows = []
    for item in report.targets:
        target = item.target
        rows.append(
            {
                _("指标"): local(target),
                _("目标"): f"{direction_text(target.direction)} {target.text()}",
                _("目标年"): str(target.year),
                _("基线"): item.baseline.text() if item.baseline else "—",
                _("最近实绩"): f"{item.actual.text()} ({item.actual.when})" if item.actual else "—",
                _("状态"): status.status_text(item.status),
                _("条款"): target.clause,
            }
        )
    known = [one for one in status.Status if one is not status.Status.NO_DATA]
    colours = {status.status_text(one): maps_style.STATUS_COLOUR[one] for one in known}
    deck.table_slides(step.title, step.notes, pd.DataFrame(rows), 11, colours=colours)
    reached = [item for item in report.targets if item.latest and item.target.value]
    if reached:
        slide = deck.slide(_("基线和最近实绩占目标的百分比"), step.notes)
        data = CategoryChartData(number_format="0%")
        data.categories = [
            f"{local(i.target)}（{direction_text(i.target.direction)} {pretty(i.target.value)} "
            f"{unit_text(i.target.unit)}）"
            for i in reached
        ]
        share = [(i.baseline.value / i.target.value if i.baseline else None) for i in reached]
        data.add_series(_("基线"), share)
        data.add_series(_("最近实绩"), [(i.actual.value / i.target.value if i.actual else None) for i in reached])
        deck.chart(
            slide,
            deck.room(slide),
            XL_CHART_TYPE.BAR_CLUSTERED,
            data,
            colours=[maps_style.GREY, maps_style.BLUE],
            form="0%",
            labels=True,
            label_form="0%",
            size=11,
        ).category_axis.reverse_order = True
    still = [item for item in report.audit if item.verdict.value != "agrees"]
    if still:
        rows = [
            {
                _("核对内容"): short_text(item.title, 80),
                _("条款"): short_text("；".join(item.clauses), 60),
                _("解释"): short_text(item.explanation, 160),
            }
            for item in still
        ]
        title = _("规划自己的数字有 {count} 处要核对").format(count=len(still))
        deck.table_slides(title, step.notes, pd.DataFrame(rows), 10)


def _appendix(deck: Deck, report: Report) -> None:
    hashed = _("输入哈希 {hash}，数据版本 {version}").format(hash=report.input_hash, version=report.stamp.data_version)
    if report.stamp.origin is not None:
        hashed = f"{report.stamp.origin.text} · {hashed}"
    sources = tables.source_table()
    sources = sources.assign(**{name: [short_text(text, 130) for text in sources[name]] for name in sources.columns})
    deck.table_slides(_("数据来源"), hashed, sources, 10)
    table = tables.assumption_table(report)
    assumed = table[table[_("性质")] == _("假设")]
    for title, rows in ((_("规则和规划数"), table[table[_("性质")] != _("假设")]), (_("假设"), assumed)):
        rows = rows.assign(**{name: [short_text(str(v), 120) for v in rows[name]] for name in rows.columns})
        deck.table_slides(title, hashed, rows, 10)
    slide = deck.slide(_("输入哈希和版本"), hashed)
    left, top, width, height = deck.room(slide)
    deck.table(slide, (left, top, int(width * 0.6), height), tables.version_table(report), 13)


_SLIDES: dict[str, Callable[[Deck, Report, Step, dict[str, sheet.StaticMap]], None]] = {
    "situation": _situation,
    "zones": _zones,
    "flagged": _flagged,
    "consolidation": _consolidation,
    "lines": _lines,
    "coverage": _coverage,
    "targets": _targets,
}
