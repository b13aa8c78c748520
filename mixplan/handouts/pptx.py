"""The report as an editable presentation: native charts and tables, maps as pictures, notes for the speaker."""

import io
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Any

import pandas as pd
from lxml import etree
from pptx import Presentation
from pptx.chart.data import CategoryChartData, XyChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION
from pptx.enum.dml import MSO_LINE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Emu, Inches, Pt

from mixplan.base.errors import DataError
from mixplan.base.files.archives import steady_zip
from mixplan.base.i18n import gettext as _
from mixplan.base.i18n import local
from mixplan.base.numbers import percent
from mixplan.handouts import report as handouts_report
from mixplan.handouts.report import Report, Step
from mixplan.maps import style as maps_style
from mixplan.maps.paper import sheet
from mixplan.plan import words
from mixplan.plan.words import direction_text, pretty, unit_text
from mixplan.screening import stations, verdicts
from mixplan.targets import progress as targets_progress

Progress = Callable[[float, str], None]

EAST_ASIAN = "Microsoft YaHei"  # on every Chinese Windows; other systems put their own Chinese font in its place
_WIDE = (Inches(13.333), Inches(7.5))
_INK, _QUIET, _BLUE = "222222", "666666", maps_style.BLUE[1:]
_MINIMUM_DPI = sheet.MINIMUM_DPI


def no_progress(share: float, text: str) -> None:
    """Tell nobody."""


def _hex(colour: str) -> RGBColor:
    return RGBColor.from_string(colour.lstrip("#").upper())


class _Deck:
    """A presentation that is being written; slides are laid out on a grid that follows the slide's size."""

    def __init__(self, template: bytes | None) -> None:
        try:
            self.file = Presentation(io.BytesIO(template)) if template is not None else Presentation()
        except Exception as error:
            raise DataError(_("模板不是可读的 PowerPoint 文件（.pptx）：{error}").format(error=error)) from error
        if template is None:
            self.file.slide_width, self.file.slide_height = _WIDE
        self._drop_slides()
        self.own_fonts = self._fonts(replace=template is None)
        self.wide, self.high = int(self.file.slide_width), int(self.file.slide_height)
        self.templated = template is not None
        self.unit = min(self.wide / _WIDE[0], self.high / _WIDE[1])
        self.edge = int(Inches(0.5) * self.unit)
        self.top = int(Inches(1.3) * self.unit)
        self.foot = int(Inches(0.45) * self.unit)

    def _drop_slides(self) -> None:
        """A template's sample slides go, its masters and layouts stay."""
        ids = self.file.slides._sldIdLst
        for entry in list(ids):
            self.file.part.drop_rel(entry.rId)
            ids.remove(entry)

    def _fonts(self, *, replace: bool) -> bool:
        """Give the theme a Chinese font where it names none; says whether the theme had its own."""
        had = True
        for master in self.file.slide_masters:
            for relation in master.part.rels.values():
                if not relation.reltype.endswith("/theme"):
                    continue
                part = relation.target_part
                theme = etree.fromstring(part.blob)
                for place in theme.iter(qn("a:ea")):
                    if replace or not place.get("typeface"):
                        place.set("typeface", EAST_ASIAN)
                        had = False
                part._blob = etree.tostring(theme, xml_declaration=True, encoding="UTF-8", standalone=True)
        return had

    # --- slides

    def layout(self, *, title: bool) -> Any:
        """The layout for a title slide or for a slide with a title and free room below."""
        layouts = list(self.file.slide_layouts)
        named = {str(layout.name).strip().lower(): layout for layout in layouts}
        for name in ("title slide", "标题幻灯片") if title else ("title only", "仅标题"):
            if name in named:
                return named[name]
        with_title = [layout for layout in layouts if any(s.placeholder_format.idx == 0 for s in layout.placeholders)]
        return min(with_title or layouts, key=lambda layout: len(list(layout.placeholders)))

    def slide(self, title: str, notes: str, *, opening: bool = False) -> Any:
        """A slide with its one message and the speaker's notes."""
        slide = self.file.slides.add_slide(self.layout(title=opening))
        if not opening:
            for shape in list(slide.placeholders):
                if shape.placeholder_format.idx != 0:
                    shape._element.getparent().remove(shape._element)
        heading = slide.shapes.title
        if heading is None:
            heading = slide.shapes.add_textbox(self.edge, self.edge, self.wide - 2 * self.edge, self.top - self.edge)
        if not self.templated and not opening:
            heading.left, heading.top = self.edge, int(Inches(0.3) * self.unit)
            heading.width, heading.height = self.wide - 2 * self.edge, int(Inches(0.9) * self.unit)
        if not self.templated:
            heading.text_frame.vertical_anchor = MSO_ANCHOR.MIDDLE
            heading.text_frame.word_wrap = True
        size = 36 if opening else 26 if _units(title) <= 100 else 22  # two lines at most
        self.write(heading.text_frame, [title], size, bold=True,
                   align=PP_ALIGN.LEFT if not opening else PP_ALIGN.CENTER)  # fmt: skip
        slide.notes_slide.notes_text_frame.text = notes
        for paragraph in slide.notes_slide.notes_text_frame.paragraphs:
            for run in paragraph.runs:
                self.chinese(run)
        return slide

    def room(self, slide: Any) -> tuple[int, int, int, int]:
        """Free room below the title: left, top, width, height."""
        top = self.top
        if self.templated and slide.shapes.title is not None:
            title = slide.shapes.title
            if title.top is not None and title.top + title.height < self.high * 0.4:
                top = int(title.top + title.height + Inches(0.1) * self.unit)
        return self.edge, top, self.wide - 2 * self.edge, self.high - top - self.foot

    def chinese(self, run: Any) -> None:
        """Set the East Asian font of a run, unless the department's template has its own."""
        if self.own_fonts:
            return
        properties = run._r.get_or_add_rPr()
        for old in properties.findall(qn("a:ea")):
            properties.remove(old)
        place = etree.SubElement(properties, qn("a:ea"))
        place.set("typeface", EAST_ASIAN)
        properties.set("lang", "zh-CN" if any(ord(c) > 0x2E80 for c in run.text) else "en-US")

    def write(
        self, frame: Any, lines: Sequence[str], size: float, *, bold: bool = False, colour: str = _INK,
        align: Any = PP_ALIGN.LEFT,
    ) -> None:  # fmt: skip
        """Write lines into a text frame."""
        frame.word_wrap = True
        for n, line in enumerate(lines):
            paragraph = frame.paragraphs[0] if n == 0 else frame.add_paragraph()
            paragraph.alignment = align
            run = paragraph.add_run()
            run.text = line
            run.font.size = Pt(round(size * self.unit, 1))
            run.font.bold = bold
            if not (self.templated and bold):
                run.font.color.rgb = _hex(colour)
            self.chinese(run)

    def text(self, slide: Any, box: tuple[int, int, int, int], lines: Sequence[str], size: float, **more: Any) -> None:
        """A text box."""
        self.write(slide.shapes.add_textbox(*(Emu(int(v)) for v in box)).text_frame, lines, size, **more)

    def facts(self, slide: Any, box: tuple[int, int, int, int], step: Step) -> None:
        """The step's figures, large, below each other."""
        left, top, width, height = box
        each = min(height / max(len(step.facts), 1), Inches(1.05) * self.unit)
        for n, (label, value) in enumerate(step.facts):
            place = slide.shapes.add_textbox(*(Emu(int(v)) for v in (left, top + n * each, width, each)))
            self.write(place.text_frame, [label], 13, colour=_QUIET)
            place.text_frame.margin_top = place.text_frame.margin_bottom = 0
            paragraph = place.text_frame.add_paragraph()
            run = paragraph.add_run()
            run.text = value
            run.font.size, run.font.bold = Pt(round(20 * self.unit, 1)), True
            run.font.color.rgb = _hex(_BLUE)
            self.chinese(run)

    def table_slides(
        self, title: str, notes: str, table: pd.DataFrame, size: float, *, colours: dict[str, str] | None = None
    ) -> None:
        """A table on as many slides as its rows need."""
        start = 0
        while start < len(table):
            slide = self.slide(title, notes)
            box = self.room(slide)
            rest = table.iloc[start:]
            widths = _column_widths(rest, box[2])
            heights = [_row_height(row, widths, size, self.unit) for row in rest.itertuples(index=False)]
            room = box[3] - _row_height(list(table.columns), widths, size, self.unit)
            fit = sum(int(total <= room) for total in accumulate(heights))
            part = rest.iloc[: max(fit, 1)]
            self.table(slide, box, part, size, colours=colours, widths=widths)
            start += len(part)

    def table(
        self, slide: Any, box: tuple[int, int, int, int], table: pd.DataFrame, size: float, *,
        colours: dict[str, str] | None = None, widths: Sequence[int] | None = None,
    ) -> None:  # fmt: skip
        """A native table; numbers to the right, column widths by their longest text."""
        left, top, width, height = box
        rows, columns = len(table) + 1, len(table.columns)
        widths = widths or _column_widths(table, width)
        cells = [list(table.columns), *table.itertuples(index=False)]
        heights = [_row_height(row, widths, size, self.unit) for row in cells]
        # What is left of the room is shared out, so that few rows do not stand too close.
        spare, most = max(height - sum(heights), 0.0) / rows, float(Inches(0.42) * self.unit)
        heights = [max(low, min(low + spare, most)) for low in heights]
        place = (left, top, width, sum(heights))
        grid = slide.shapes.add_table(rows, columns, *(Emu(int(v)) for v in place)).table
        for n, wide in enumerate(widths):
            grid.columns[n].width = Emu(wide)
        for r in range(rows):
            grid.rows[r].height = Emu(int(heights[r]))
            for c, name in enumerate(table.columns):
                value = name if r == 0 else table.iloc[r - 1, c]
                cell = grid.cell(r, c)
                cell.margin_left = cell.margin_right = Emu(int(Inches(0.06) * self.unit))
                cell.margin_top = cell.margin_bottom = Emu(int(Inches(0.02) * self.unit))
                cell.vertical_anchor = MSO_ANCHOR.MIDDLE
                number = isinstance(value, int | float) or pd.api.types.is_numeric_dtype(table[name])
                colour = (colours or {}).get(str(value), _INK) if r else "FFFFFF"
                text = str(name) if r == 0 else _cell(value)
                if not text:
                    continue
                self.write(
                    cell.text_frame, [text], size, bold=r == 0 or colour != _INK,
                    colour=colour, align=PP_ALIGN.RIGHT if number else PP_ALIGN.LEFT,
                )  # fmt: skip

    def picture(self, slide: Any, box: tuple[int, int, int, int], drawn: sheet.StaticMap) -> None:
        """A map as a picture of at least 200 dpi at its size on the slide, with its title as alternative text."""
        left, top, width, height = box
        wide, high = drawn.figure.get_size_inches()
        scale = min(width / Inches(wide), height / Inches(high))
        dpi = int(max(_MINIMUM_DPI, -(-_MINIMUM_DPI * scale // 1)))
        shown_w, shown_h = int(Inches(wide) * scale), int(Inches(high) * scale)
        place = slide.shapes.add_picture(
            io.BytesIO(drawn.png(dpi)), Emu(int(left + (width - shown_w) / 2)), Emu(int(top)), Emu(shown_w),
            Emu(shown_h),
        )  # fmt: skip
        properties = place._element.nvPicPr.cNvPr
        properties.set("descr", drawn.title)
        properties.set("name", drawn.title)

    def chart(self, slide: Any, box: tuple[int, int, int, int], kind: Any, data: Any, **style: Any) -> Any:
        """A native chart with its legend below, in the maps' colours."""
        place = slide.shapes.add_chart(kind, *(Emu(int(v)) for v in box), data)
        chart = place.chart
        chart.font.size = Pt(round(style.get("size", 12) * self.unit, 1))
        if not self.own_fonts:
            properties = chart._chartSpace.find(qn("c:txPr")).find(".//" + qn("a:defRPr"))
            etree.SubElement(properties, qn("a:ea")).set("typeface", EAST_ASIAN)
        chart.has_title = bool(style.get("title"))
        if style.get("title"):
            chart.chart_title.text_frame.text = style["title"]
            run = chart.chart_title.text_frame.paragraphs[0].runs[0]
            run.font.size, run.font.bold = Pt(round(14 * self.unit, 1)), False
            self.chinese(run)
        chart.has_legend = len(chart.plots[0].series if kind != XL_CHART_TYPE.XY_SCATTER_LINES_NO_MARKERS else
                               chart.series) > 1  # fmt: skip
        if chart.has_legend:
            chart.legend.position = XL_LEGEND_POSITION.BOTTOM
            chart.legend.include_in_layout = False
        for series, colour in zip(chart.series, style.get("colours", ()), strict=False):
            if kind == XL_CHART_TYPE.XY_SCATTER_LINES_NO_MARKERS:
                series.format.line.color.rgb = _hex(colour)
                series.format.line.width = Pt(2.25)
                series.smooth = False
            else:
                series.format.fill.solid()
                series.format.fill.fore_color.rgb = _hex(colour)
        axis = chart.value_axis
        axis.major_gridlines.format.line.color.rgb = _hex("DDDDDD")
        axis.format.line.fill.background()
        if form := style.get("form"):
            axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = form, False
        if "maximum" in style:
            axis.minimum_scale, axis.maximum_scale = 0, style["maximum"]
        if style.get("labels") and kind != XL_CHART_TYPE.XY_SCATTER_LINES_NO_MARKERS:
            plot = chart.plots[0]
            plot.has_data_labels = True
            plot.data_labels.number_format = style.get("label_form", form or "General")
            plot.data_labels.number_format_is_linked = False
            plot.data_labels.font.size = Pt(round(style.get("size", 12) * 0.85 * self.unit, 1))
        return chart

    def bytes(self, title: str) -> bytes:
        """The finished file."""
        core = self.file.core_properties
        core.title, core.author, core.last_modified_by, core.subject = title, "mixplan", "mixplan", ""
        core.keywords, core.comments, core.revision = "", "", 1
        buffer = io.BytesIO()
        self.file.save(buffer)
        return steady_zip(buffer.getvalue())


def _units(text: str) -> float:
    """Length of a text in Latin letters; a Chinese character takes two."""
    return float(sum(2 if ord(c) > 0x2E80 else 1 for c in text))


def _column_widths(table: pd.DataFrame, width: int) -> list[int]:
    """Share of a width that each column gets, by its longest text."""
    weights = [max(_units(str(name)), *(_units(_cell(v)) for v in table[name]), 2.5) + 1.5 for name in table.columns]
    weights = [min(weight, 46.0) for weight in weights]
    return [int(width * weight / sum(weights)) for weight in weights]


def _row_height(cells: Sequence[object], widths: Sequence[int], size: float, unit: float) -> float:
    """Height that a row takes once its texts are broken into lines, by a generous estimate of letter widths."""
    letter = Pt(size) * unit * 0.58
    lines = max(
        -(-_units(_cell(cell)) * letter // max(wide - Inches(0.12) * unit, letter))
        for cell, wide in zip(cells, widths, strict=True)
    )
    return float(max(lines, 1.0) * Pt(size) * unit * 1.25 + Inches(0.07) * unit)


def _cell(value: object) -> str:
    if value is None or value is pd.NA or value != value:
        return "—"
    if isinstance(value, float):
        return pretty(value)
    return f"{value:,}" if isinstance(value, int) else str(value)


def _short(text: str, most: float) -> str:
    """A text cut to a length in Latin letters."""
    if _units(text) <= most:
        return text
    total = list(accumulate(_units(c) for c in text))
    return text[: sum(length < most for length in total)].rstrip() + "…"


# --- the slides -------------------------------------------------------------------------------------------------------


def pptx_bytes(report: Report, template: bytes | None = None, *, progress: Progress = no_progress) -> bytes:
    """The report as a PowerPoint file.

    Parameters
    ----------
    template : bytes, optional
        The department's own ``.pptx`` or ``.potx``-like file: its masters, layouts, fonts and slide size are used, its
        slides are left out.
    progress : callable
        Called with the share done and what is being made.

    Raises
    ------
    DataError
        Where the template cannot be read.
    """
    deck = _Deck(template)
    progress(0.02, _("正在绘制地图"))
    drawn = handouts_report.report_maps(report, (12.3, 5.75))
    _opening(deck, report)
    steps = handouts_report.story(report)
    for n, step in enumerate(steps):
        progress(0.1 + 0.75 * n / len(steps), handouts_report.step_label(step.key))
        _SLIDES[step.key](deck, report, step, drawn)
    progress(0.9, _("来源与版本"))
    _appendix(deck, report)
    return deck.bytes(report.title)


def _opening(deck: _Deck, report: Report) -> None:
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
        deck.write(place.text_frame, lines, 18, colour=_QUIET, align=PP_ALIGN.CENTER)
        for shape in others[1:]:
            shape._element.getparent().remove(shape._element)
    else:
        box = (deck.edge, int(deck.high * 0.6), deck.wide - 2 * deck.edge, int(deck.high * 0.2))
        deck.text(slide, box, lines, 18, colour=_QUIET, align=PP_ALIGN.CENTER)


def _situation(deck: _Deck, report: Report, step: Step, drawn: dict[str, sheet.StaticMap]) -> None:
    slide = deck.slide(step.title, step.notes)
    left, top, width, height = deck.room(slide)
    deck.table(slide, (left, top, width, int(height * 0.36)), handouts_report.inventory_table(report), 14)
    table = handouts_report.kind_table(report)
    data = CategoryChartData()
    data.categories = [words.kind_label(kind) for kind in table["kind"]]
    data.add_series(_("公开来源"), table["sourced"].tolist())
    data.add_series(_("模型推算"), table["modelled"].tolist())
    deck.chart(
        slide, (left, top + int(height * 0.42), width, int(height * 0.58)), XL_CHART_TYPE.BAR_STACKED, data,
        colours=[maps_style.BLUE, maps_style.SKY], labels=True, title=_("厂站个数，按依据"), label_form="0;;",
    ).category_axis.reverse_order = True  # fmt: skip


def _map_slide(deck: _Deck, report: Report, step: Step, drawn: dict[str, sheet.StaticMap]) -> None:
    slide = deck.slide(step.title, step.notes)
    deck.picture(slide, deck.room(slide), drawn[step.key])


def _zones(deck: _Deck, report: Report, step: Step, drawn: dict[str, sheet.StaticMap]) -> None:
    _map_slide(deck, report, step, drawn)


def _flagged(deck: _Deck, report: Report, step: Step, drawn: dict[str, sheet.StaticMap]) -> None:
    _map_slide(deck, report, step, drawn)
    table = stations.totals(report.counted, "ring")
    slide = deck.slide(_("需治理的站点在哪里：按环路"), step.notes)
    left, top, width, height = deck.room(slide)
    rows = table.iloc[:-1]
    data = CategoryChartData()
    data.categories = rows.iloc[:, 0].tolist()
    for label in map(verdicts.verdict_label, maps_style.VERDICT_COLOUR):
        data.add_series(label, rows[label].tolist())
    deck.chart(
        slide, (left, top, width, int(height * 0.6)), XL_CHART_TYPE.COLUMN_STACKED, data,
        colours=list(maps_style.VERDICT_COLOUR.values()), labels=True, label_form="0;;",
    )  # fmt: skip
    deck.table(slide, (left, top + int(height * 0.63), width, int(height * 0.37)), table, 11)
    certain = report.counted[report.counted["drawn"] == "flag"]
    if len(certain):
        listed = stations.listing(certain)
        listed = listed[[_("名称"), _("依据"), _("类别"), _("区县"), _("环路"), _("理由")]]
        listed = listed.assign(**{_("理由"): [_short(text, 160) for text in listed[_("理由")]]})
        deck.table_slides(_("确定需治理的站点和理由"), step.notes, listed, 11)


def _consolidation(deck: _Deck, report: Report, step: Step, drawn: dict[str, sheet.StaticMap]) -> None:
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
        slide, (left + int(width * 0.32), top, int(width * 0.68), height), XL_CHART_TYPE.BAR_STACKED, data,
        colours=[c for a, c in maps_style.ACTION_COLOUR.items() if a in counts.columns], title=_("处置，按区县"),
    ).category_axis.reverse_order = True  # fmt: skip


def _lines(deck: _Deck, report: Report, step: Step, drawn: dict[str, sheet.StaticMap]) -> None:
    _map_slide(deck, report, step, drawn)
    slide = deck.slide(_("新建站点一览"), step.notes)
    left, top, width, height = deck.room(slide)
    deck.facts(slide, (left, top, int(width * 0.3), height), step)
    deck.table(slide, (left + int(width * 0.32), top, int(width * 0.68), height), handouts_report.site_table(report), 13)


def _coverage(deck: _Deck, report: Report, step: Step, drawn: dict[str, sheet.StaticMap]) -> None:
    if report.after:
        before = report.before.result
        text = _("现状：半径 {radius:g} km 内，产能可保障禁现区需求的 {served}").format(
            radius=before.radius_km, served=percent(before.total.served_share)
        )
        slide = deck.slide(text, step.notes)
        deck.picture(slide, deck.room(slide), drawn["coverage_before"])
    _map_slide(deck, report, step, drawn)
    slide = deck.slide(_("产能保障率，按禁现区"), step.notes)
    left, top, width, height = deck.room(slide)
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
        slide, (left, top, width, height), XL_CHART_TYPE.BAR_CLUSTERED, data, colours=colours, form="0%",
        maximum=1.0, labels=True, label_form="0%", size=11,
    ).category_axis.reverse_order = True  # fmt: skip
    slide = deck.slide(_("覆盖和保障随半径变化"), step.notes)
    left, top, width, height = deck.room(slide)
    deck.facts(slide, (left, top, int(width * 0.28), height), step)
    curve = XyChartData(number_format="0.0%")
    lines = [(report.curve, "")] if report.curve_before is None else [
        (report.curve_before, _("（现状）")), (report.curve, _("（加上方案）"))
    ]  # fmt: skip
    colours = []
    for table, suffix in lines:
        for label, key in ((_("面积覆盖率"), "area_share"), (_("产能保障率"), "served_share")):
            series = curve.add_series(label + suffix)
            for radius, share in zip(table["radius_km"], table[key], strict=True):
                series.add_data_point(float(radius), float(share))
            colours.append(maps_style.SHARE_COLOUR[key])
    chart = deck.chart(
        slide, (left + int(width * 0.3), top, int(width * 0.7), height), XL_CHART_TYPE.XY_SCATTER_LINES_NO_MARKERS,
        curve, colours=colours, form="0%", maximum=1.0,
    )  # fmt: skip
    if report.curve_before is not None:
        for series in list(chart.series)[:2]:
            series.format.line.dash_style = MSO_LINE.DASH
    chart.category_axis.has_title = True
    chart.category_axis.axis_title.text_frame.text = _("半径 (km)")
    chart.category_axis.minimum_scale = float(report.curve["radius_km"].min())
    chart.category_axis.maximum_scale = float(report.curve["radius_km"].max())
    chart.category_axis.has_major_gridlines = False
    table = handouts_report.coverage_table(report).drop(columns=[_("边界"), _("最近的供应点")])
    deck.table_slides(_("覆盖表：按禁现区"), step.notes, table, 10)
    deck.table_slides(_("半径以外的缺口"), step.notes, handouts_report.gap_table(report), 13)


def _targets(deck: _Deck, report: Report, step: Step, drawn: dict[str, sheet.StaticMap]) -> None:
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
                _("状态"): targets_progress.status_text(item.status),
                _("条款"): target.clause,
            }
        )
    colours = {
        targets_progress.status_text(targets_progress.Status.MET): maps_style.BLUE, targets_progress.status_text(targets_progress.Status.ON_TRACK): maps_style.GREEN,
        targets_progress.status_text(targets_progress.Status.BEHIND): maps_style.VERMILLION,
    }  # fmt: skip
    deck.table_slides(step.title, step.notes, pd.DataFrame(rows), 11, colours=colours)
    known = [item for item in report.targets if item.latest and item.target.value]
    if known:
        slide = deck.slide(_("基线和最近实绩占目标的百分比"), step.notes)
        data = CategoryChartData(number_format="0%")
        data.categories = [
            f"{local(i.target)}（{direction_text(i.target.direction)} {pretty(i.target.value)} "
            f"{unit_text(i.target.unit)}）" for i in known
        ]  # fmt: skip
        share = [(i.baseline.value / i.target.value if i.baseline else None) for i in known]
        data.add_series(_("基线"), share)
        data.add_series(_("最近实绩"), [(i.actual.value / i.target.value if i.actual else None) for i in known])
        deck.chart(
            slide, deck.room(slide), XL_CHART_TYPE.BAR_CLUSTERED, data, colours=[maps_style.GREY, maps_style.BLUE], form="0%",
            labels=True, label_form="0%", size=11,
        ).category_axis.reverse_order = True  # fmt: skip
    still = [item for item in report.audit if item.verdict.value != "agrees"]
    if still:
        rows = [
            {_("核对内容"): _short(item.title, 80), _("条款"): _short("；".join(item.clauses), 60),
             _("解释"): _short(item.explanation, 160)}
            for item in still
        ]  # fmt: skip
        title = _("规划自己的数字有 {count} 处要核对").format(count=len(still))
        deck.table_slides(title, step.notes, pd.DataFrame(rows), 10)


def _appendix(deck: _Deck, report: Report) -> None:
    hashed = _("输入哈希 {hash}，数据版本 {version}").format(hash=report.input_hash, version=report.data_version)
    sources = handouts_report.source_table()
    sources = sources.assign(**{name: [_short(text, 130) for text in sources[name]] for name in sources.columns})
    deck.table_slides(_("数据来源"), hashed, sources, 10)
    table = handouts_report.assumption_table(report)
    assumed = table[table[_("性质")] == _("假设")]
    for title, rows in ((_("规则和规划数"), table[table[_("性质")] != _("假设")]), (_("假设"), assumed)):
        rows = rows.assign(**{name: [_short(str(v), 120) for v in rows[name]] for name in rows.columns})
        deck.table_slides(title, hashed, rows, 10)
    slide = deck.slide(_("输入哈希和版本"), hashed)
    left, top, width, height = deck.room(slide)
    deck.table(slide, (left, top, int(width * 0.6), height), handouts_report.version_table(report), 13)


_SLIDES: dict[str, Callable[[_Deck, Report, Step, dict[str, sheet.StaticMap]], None]] = {
    "situation": _situation, "zones": _zones, "flagged": _flagged, "consolidation": _consolidation, "lines": _lines,
    "coverage": _coverage, "targets": _targets,
}  # fmt: skip
