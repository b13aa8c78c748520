"""Slides of a PowerPoint file."""

import io
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

import pandas as pd
from lxml import etree
from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Emu, Inches, Pt

from mixplan.base.files.archives import steady_zip
from mixplan.handouts.cells import cell_text
from mixplan.handouts.story import Step
from mixplan.handouts.template import opened_template
from mixplan.maps import style as maps_style
from mixplan.maps.paper import sheet

EAST_ASIAN = "Microsoft YaHei"  # on every Chinese Windows; other systems put their own Chinese font in its place
_WIDE = (Inches(13.333), Inches(7.5))
_MINIMUM_DPI = sheet.MINIMUM_DPI


def _hex(colour: str) -> RGBColor:
    return RGBColor.from_string(colour.lstrip("#").upper())


class Deck:
    """A presentation that is being written; slides are laid out on a grid that follows the slide's size."""

    def __init__(self, template: bytes | None) -> None:
        if template is None:
            self.file = Presentation()
            self.file.slide_width, self.file.slide_height = _WIDE
        else:
            self.file = opened_template(template)
        self.own_fonts = self._fonts(replace=template is None)
        self.wide, self.high = int(self.file.slide_width), int(self.file.slide_height)
        self.templated = template is not None
        self.unit = min(self.wide / _WIDE[0], self.high / _WIDE[1])
        self.edge = int(Inches(0.5) * self.unit)
        self.top = int(Inches(1.3) * self.unit)
        self.foot = int(Inches(0.45) * self.unit)

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
        self.write(
            heading.text_frame, [title], size, bold=True, align=PP_ALIGN.LEFT if not opening else PP_ALIGN.CENTER
        )
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
        self,
        frame: Any,
        lines: Sequence[str],
        size: float,
        *,
        bold: bool = False,
        colour: str = maps_style.INK,
        align: Any = PP_ALIGN.LEFT,
    ) -> None:
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
            self.write(place.text_frame, [label], 13, colour=maps_style.QUIET)
            place.text_frame.margin_top = place.text_frame.margin_bottom = 0
            paragraph = place.text_frame.add_paragraph()
            run = paragraph.add_run()
            run.text = value
            run.font.size, run.font.bold = Pt(round(20 * self.unit, 1)), True
            run.font.color.rgb = _hex(maps_style.BLUE)
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
        self,
        slide: Any,
        box: tuple[int, int, int, int],
        table: pd.DataFrame,
        size: float,
        *,
        colours: dict[str, str] | None = None,
        widths: Sequence[int] | None = None,
    ) -> None:
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
                colour = (colours or {}).get(str(value), maps_style.INK) if r else maps_style.WHITE
                text = str(name) if r == 0 else cell_text(value)
                if not text:
                    continue
                self.write(
                    cell.text_frame,
                    [text],
                    size,
                    bold=r == 0 or colour != maps_style.INK,
                    colour=colour,
                    align=PP_ALIGN.RIGHT if number else PP_ALIGN.LEFT,
                )

    def picture(self, slide: Any, box: tuple[int, int, int, int], drawn: sheet.StaticMap) -> None:
        """A map as a picture of at least 200 dpi at its size on the slide, with its title as alternative text."""
        left, top, width, height = box
        wide, high = drawn.figure.get_size_inches()
        scale = min(width / Inches(wide), height / Inches(high))
        dpi = int(max(_MINIMUM_DPI, -(-_MINIMUM_DPI * scale // 1)))
        shown_w, shown_h = int(Inches(wide) * scale), int(Inches(high) * scale)
        place = slide.shapes.add_picture(
            io.BytesIO(drawn.png(dpi)),
            Emu(int(left + (width - shown_w) / 2)),
            Emu(int(top)),
            Emu(shown_w),
            Emu(shown_h),
        )
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
        chart.has_legend = (
            len(chart.plots[0].series if kind != XL_CHART_TYPE.XY_SCATTER_LINES_NO_MARKERS else chart.series) > 1
        )
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
    longest = [max(_units(str(name)), *(_units(cell_text(v)) for v in table[name]), 2.5) for name in table.columns]
    weights = [min(length + 1.5, 46.0) for length in longest]
    return [int(width * weight / sum(weights)) for weight in weights]


def _row_height(cells: Sequence[object], widths: Sequence[int], size: float, unit: float) -> float:
    """Height that a row takes once its texts are broken into lines, by a generous estimate of letter widths."""
    letter = Pt(size) * unit * 0.58
    lines = max(
        -(-_units(cell_text(cell)) * letter // max(wide - Inches(0.12) * unit, letter))
        for cell, wide in zip(cells, widths, strict=True)
    )
    return float(max(lines, 1.0) * Pt(size) * unit * 1.25 + Inches(0.07) * unit)


def short_text(text: str, most: float) -> str:
    """A text cut to a length in Latin letters."""
    if _units(text) <= most:
        return text
    total = list(accumulate(_units(c) for c in text))
    return text[: sum(length < most for length in total)].rstrip() + "…"
