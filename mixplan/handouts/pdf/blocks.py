"""What the PDF says, in order, before anything is laid out."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import pandas as pd
from reportlab.lib.units import mm

from mixplan.base.i18n import gettext as _
from mixplan.charts.board import board_chart
from mixplan.charts.coverage import curve_chart
from mixplan.charts.theme import chart_png
from mixplan.handouts import story, tables
from mixplan.handouts.comments import minute
from mixplan.handouts.pdf.font import legible, legible_cell
from mixplan.handouts.report import Report
from mixplan.handouts.story import Step
from mixplan.maps.paper import sheet
from mixplan.projects.comments import target_label
from mixplan.screening import stations
from mixplan.screening.verdicts import FLAG
from mixplan.targets import progress
from mixplan.targets.audit.run import audit_table, open_items

_ALWAYS = "".join(chr(c) for c in range(0x20, 0x7F)) + "·—–−≥≤×→²³°…•"


@dataclass(frozen=True)
class Heading:
    """A heading, 0 for a part and 1 within it."""

    text: str
    level: int


@dataclass(frozen=True)
class Text:
    """A paragraph in one of the styles."""

    text: str
    style: str = "body"


@dataclass(frozen=True)
class Grid:
    """A table, in letters of a size."""

    table: pd.DataFrame
    size: float = 7.5


@dataclass(frozen=True)
class Chart:
    """A chart as a picture, as wide as it is shown."""

    png: bytes
    wide: float


@dataclass(frozen=True)
class Sheet:
    """A map on a sheet of its own."""

    title: str
    drawn: sheet.StaticMap


Block = Heading | Text | Grid | Chart | Sheet


def letters(blocks: Iterable[Block], more: Iterable[str]) -> str:
    """Every letter that the blocks and further texts need."""
    found = set(_ALWAYS)
    for text in more:
        found.update(text)
    for block in blocks:
        if isinstance(block, Heading | Text):
            found.update(block.text)
        elif isinstance(block, Sheet):
            found.update(block.title)
        elif isinstance(block, Grid):
            for name in block.table.columns:
                found.update(str(name))
                for value in block.table[name]:
                    found.update(legible_cell(value))
    return "".join(sorted(found))


def compose(report: Report, drawn: dict[str, sheet.StaticMap]) -> list[Block]:
    """What the report says, in order, before anything is laid out."""
    blocks: list[Block] = [
        Text(report.title, "title"),
        Text(report.subtitle, "subtitle"),
        Text(_("示意图，不作为划界依据。输入哈希 {hash}。").format(hash=report.input_hash), "small"),
        Heading(_("摘要"), 0),
    ]
    steps = {step.key: step for step in story.story(report)}
    blocks += [Text("• " + step.title) for step in steps.values()]
    for step in steps.values():
        blocks += [
            Heading(_("{step}：{title}").format(step=story.step_label(step.key), title=step.title), 0),
            _facts(step),
            Text(step.notes),
        ]
        blocks += _detail(report, step.key)
        if step.key == "coverage" and "coverage_before" in drawn:
            blocks.append(Sheet(drawn["coverage_before"].title, drawn["coverage_before"]))
        if step.key in drawn:
            blocks.append(Sheet(drawn[step.key].title, drawn[step.key]))
    blocks += _comments(report)
    blocks += [
        Heading(_("来源、假设和版本"), 0),
        Heading(_("数据来源"), 1),
        Grid(tables.source_table(), 6.5),
        Heading(_("规则与假设"), 1),
        Grid(tables.assumption_table(report), 7),
        Heading(_("输入哈希和版本"), 1),
        Grid(tables.version_table(report)),
    ]
    return [replace(b, text=legible(b.text)) if isinstance(b, Heading | Text) else b for b in blocks]


def _comments(report: Report) -> list[Block]:
    """Open comments with their answers, as texts: a row of a table ends with its page, however much was said."""
    blocks: list[Block] = [Heading(_("未决批注"), 0)] if report.comments else []
    for one in report.comments.values():
        blocks.append(Heading(target_label(one.target), 1))
        said = [(one.who, one.at, one.text), *((reply.who, reply.at, reply.text) for reply in one.answers)]
        for who, at, text in said:
            blocks.append(Text(f"{who} {minute(at)}", "small"))
            blocks += [Text(line) for line in text.splitlines() if line.strip()]
    return blocks


def _facts(step: Step) -> Grid:
    return Grid(pd.DataFrame(step.facts, columns=[_("项目"), _("数值")]), 9)


def _detail(report: Report, key: str) -> list[Block]:
    if key == "situation":
        return [Grid(tables.inventory_table(report), 9)]
    if key == "flagged":
        flagged = stations.listing(report.counted[report.counted["verdict"] == FLAG])
        columns = [_("名称"), _("判定"), _("依据"), _("类别"), _("区县"), _("环路"), _("理由")]
        return [
            Heading(_("按环路"), 1),
            Grid(stations.totals(report.counted, "ring")),
            Heading(_("按区县"), 1),
            Grid(stations.totals(report.counted, "district_shown")),
            Heading(_("需治理站点清单"), 1),
            Grid(flagged[columns], 6.5),
        ]
    if key == "consolidation":
        table = tables.action_table(report)
        return [Heading(_("处置清单"), 1), Grid(table.drop(columns=[_("编号"), _("理由")]), 6.5)]
    if key == "lines":
        return [Heading(_("新建站点一览"), 1), Grid(tables.site_table(report), 8)]
    if key == "coverage":
        chart = curve_chart(report.curve, report.curve_before, radius_km=report.covered.result.radius_km)
        blocks: list[Block] = [
            Heading(_("随半径变化"), 1),
            Chart(chart_png(chart.properties(width=560)), 165 * mm),
            Heading(_("覆盖表：按禁现区"), 1),
            Grid(tables.coverage_table(report).drop(columns=[_("最近的供应点")]), 6.5),
        ]
        gaps = tables.gap_table(report)
        return [*blocks, Heading(_("缺口"), 1), Grid(gaps)] if len(gaps) else blocks
    if key == "targets":
        table = progress.progress_table(report.targets)
        columns = [
            _("指标"),
            _("状态"),
            _("方向"),
            _("目标"),
            _("单位"),
            _("目标年"),
            _("基线说明"),
            _("最近实绩"),
            _("实绩时间"),
            _("依据"),
        ]
        checks = audit_table(open_items(report.audit))
        blocks = [
            Chart(chart_png(board_chart(report.targets)), 178 * mm),
            Heading(_("目标表"), 1),
            Grid(table[columns], 6.5),
        ]
        if len(checks):
            columns = [_("结论"), _("核对内容"), _("算式或两处说法"), _("条款与来源"), _("解释")]
            blocks += [Heading(_("规划数字的核对：有矛盾或不符"), 1), Grid(checks[columns], 6.5)]
        return blocks
    return []
