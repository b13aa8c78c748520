"""The report on paper: A4 with A3 map sheets, an embedded Chinese font, bookmarks and page numbers."""

import hashlib
import html
import io
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any

import pandas as pd
from fontTools import subset
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont, newTable
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A3, A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import inch, mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont as EmbeddedFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    Image,
    KeepTogether,
    LongTable,
    NextPageTemplate,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
    TableStyle,
)

from mixplan.base.assets import font_bytes
from mixplan.base.i18n import gettext as _
from mixplan.charts.board import board_chart
from mixplan.charts.coverage import curve_chart
from mixplan.charts.theme import chart_png
from mixplan.handouts import story, tables
from mixplan.handouts.deck import no_progress
from mixplan.handouts.report import Report
from mixplan.handouts.story import Step
from mixplan.maps import style as maps_style
from mixplan.maps.paper import sheet
from mixplan.maps.paper.fonts import missing_glyphs
from mixplan.plan.words import pretty
from mixplan.screening import stations
from mixplan.targets import progress as targets_progress
from mixplan.targets.audit.run import audit_table, open_items

Progress = Callable[[float, str], None]

_FONT = "NotoSansSC"
_MARGIN = 16 * mm
_SHEET = (landscape(A3)[0] - 2 * _MARGIN, landscape(A3)[1] - 2 * _MARGIN)
_ALWAYS = "".join(chr(c) for c in range(0x20, 0x7F)) + "·—–−≥≤×→²³°…•"


@dataclass(frozen=True)
class _Heading:
    text: str
    level: int


@dataclass(frozen=True)
class _Text:
    text: str
    style: str = "body"


@dataclass(frozen=True)
class _Grid:
    table: pd.DataFrame
    size: float = 7.5


@dataclass(frozen=True)
class _Chart:
    png: bytes
    wide: float
    high: float


@dataclass(frozen=True)
class _Sheet:
    title: str
    drawn: sheet.StaticMap


_Block = _Heading | _Text | _Grid | _Chart | _Sheet


# --- the font ---------------------------------------------------------------------------------------------------------


@cache
def _truetype(letters: str) -> bytes:
    """The letters of the shipped font with TrueType outlines, which PDF writers can embed; text stays text."""
    font = TTFont(io.BytesIO(font_bytes()), recalcTimestamp=False)
    options = subset.Options()
    options.layout_features = []
    options.name_IDs = [1, 2, 3, 4, 5, 6]
    options.notdef_outline = True
    options.drop_tables += ["BASE", "GDEF", "GPOS", "GSUB", "VORG", "vhea", "vmtx", "DSIG"]
    options.recalc_timestamp = False
    chosen = subset.Subsetter(options)
    chosen.populate(text=letters)
    chosen.subset(font)
    outlines = font.getGlyphSet()
    order = font.getGlyphOrder()
    glyphs = {}
    for name in order:
        pen = TTGlyphPen(outlines)
        outlines[name].draw(Cu2QuPen(pen, max_err=1.0, reverse_direction=True))
        glyphs[name] = pen.glyph()
    font["loca"] = newTable("loca")
    font["glyf"] = glyf = newTable("glyf")
    glyf.glyphOrder = order
    glyf.glyphs = glyphs
    for name in order:
        glyphs[name].recalcBounds(glyf)
        font["hmtx"][name] = (font["hmtx"][name][0], getattr(glyphs[name], "xMin", 0) or 0)
    limits = font["maxp"]
    limits.tableVersion = 0x00010000
    for field in (
        "maxZones",
        "maxTwilightPoints",
        "maxStorage",
        "maxFunctionDefs",
        "maxInstructionDefs",
        "maxStackElements",
        "maxSizeOfInstructions",
        "maxComponentElements",
        "maxPoints",
        "maxContours",
        "maxCompositePoints",
        "maxCompositeContours",
        "maxComponentDepth",
    ):
        setattr(limits, field, 1 if field == "maxZones" else 0)
    post = font["post"]
    post.formatType, post.extraNames, post.mapping, post.glyphOrder = 2.0, [], {}, order
    del font["CFF "]
    font.sfntVersion = "\000\001\000\000"
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


def legible(text: str) -> str:
    """Text with letters that the font lacks (such as the ₂ of CO₂) written in their plain form."""
    lacking = missing_glyphs([text])
    return "".join(unicodedata.normalize("NFKC", c) if c in lacking else c for c in text) if lacking else text


def _letters(blocks: Iterable[_Block], more: Iterable[str]) -> str:
    found = set(_ALWAYS)
    for text in more:
        found.update(text)
    for block in blocks:
        if isinstance(block, _Heading | _Text):
            found.update(block.text)
        elif isinstance(block, _Sheet):
            found.update(block.title)
        elif isinstance(block, _Grid):
            for name in block.table.columns:
                found.update(str(name))
                for value in block.table[name]:
                    found.update(_cell(value))
    return "".join(sorted(found))


def _cell(value: object) -> str:
    if value is None or value is pd.NA or value is pd.NaT or value != value:
        return "—"
    if isinstance(value, float):
        return pretty(value)
    return legible(str(value))


# --- content ----------------------------------------------------------------------------------------------------------


def _compose(report: Report, drawn: dict[str, sheet.StaticMap]) -> list[_Block]:
    """What the report says, in order, before anything is laid out."""
    blocks: list[_Block] = [
        _Text(report.title, "title"),
        _Text(report.subtitle, "subtitle"),
        _Text(_("示意图，不作为划界依据。输入哈希 {hash}。").format(hash=report.input_hash), "small"),
        _Heading(_("摘要"), 0),
    ]
    steps = {step.key: step for step in story.story(report)}
    blocks += [_Text("• " + step.title) for step in steps.values()]
    for step in steps.values():
        blocks += [
            _Heading(_("{step}：{title}").format(step=story.step_label(step.key), title=step.title), 0),
            _facts(step),
            _Text(step.notes),
        ]
        blocks += _detail(report, step.key)
        if step.key == "coverage" and "coverage_before" in drawn:
            blocks.append(_Sheet(drawn["coverage_before"].title, drawn["coverage_before"]))
        if step.key in drawn:
            blocks.append(_Sheet(drawn[step.key].title, drawn[step.key]))
    blocks += [
        _Heading(_("来源、假设和版本"), 0),
        _Heading(_("数据来源"), 1),
        _Grid(tables.source_table(), 6.5),
        _Heading(_("规则与假设"), 1),
        _Grid(tables.assumption_table(report), 7),
        _Heading(_("输入哈希和版本"), 1),
        _Grid(tables.version_table(report)),
    ]
    return [replace(b, text=legible(b.text)) if isinstance(b, _Heading | _Text) else b for b in blocks]


def _facts(step: Step) -> _Grid:
    return _Grid(pd.DataFrame(step.facts, columns=[_("项目"), _("数值")]), 9)


def _detail(report: Report, key: str) -> list[_Block]:
    if key == "situation":
        return [_Grid(tables.inventory_table(report), 9)]
    if key == "flagged":
        flagged = stations.listing(report.counted[report.counted["verdict"] == "flag"])
        columns = [_("名称"), _("判定"), _("依据"), _("类别"), _("区县"), _("环路"), _("理由")]
        return [
            _Heading(_("按环路"), 1),
            _Grid(stations.totals(report.counted, "ring")),
            _Heading(_("按区县"), 1),
            _Grid(stations.totals(report.counted, "district_shown")),
            _Heading(_("需治理站点清单"), 1),
            _Grid(flagged[columns], 6.5),
        ]
    if key == "consolidation":
        table = tables.action_table(report)
        return [_Heading(_("处置清单"), 1), _Grid(table.drop(columns=[_("编号"), _("理由")]), 6.5)]
    if key == "lines":
        return [_Heading(_("新建站点一览"), 1), _Grid(tables.site_table(report), 8)]
    if key == "coverage":
        chart = curve_chart(report.curve, report.curve_before, radius_km=report.covered.result.radius_km)
        blocks: list[_Block] = [
            _Heading(_("随半径变化"), 1),
            _Chart(chart_png(chart.properties(width=560)), 165 * mm, 0.0),
            _Heading(_("覆盖表：按禁现区"), 1),
            _Grid(tables.coverage_table(report).drop(columns=[_("最近的供应点")]), 6.5),
        ]
        gaps = tables.gap_table(report)
        return [*blocks, _Heading(_("缺口"), 1), _Grid(gaps)] if len(gaps) else blocks
    if key == "targets":
        table = targets_progress.progress_table(report.targets)
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
            _Chart(chart_png(board_chart(report.targets)), 178 * mm, 0.0),
            _Heading(_("目标表"), 1),
            _Grid(table[columns], 6.5),
        ]
        if len(checks):
            columns = [_("结论"), _("核对内容"), _("算式或两处说法"), _("条款与来源"), _("解释")]
            blocks += [_Heading(_("规划数字的核对：有矛盾或不符"), 1), _Grid(checks[columns], 6.5)]
        return blocks
    return []


# --- layout -----------------------------------------------------------------------------------------------------------


class _Bookmark(Flowable):  # type: ignore[misc]
    """A place in the outline."""

    def __init__(self, text: str, level: int, key: str) -> None:
        super().__init__()
        self.text, self.level, self.key = text, level, key

    def wrap(self, *_room: float) -> tuple[float, float]:
        """Takes no room."""
        return 0.0, 0.0

    def draw(self) -> None:
        """Set the bookmark on the page being drawn."""
        self.canv.bookmarkPage(self.key)
        self.canv.addOutlineEntry(self.text, self.key, self.level, closed=self.level > 0)


def _chinese(text: str) -> bool:
    """Whether a text is more Chinese than not, and so may break between any two characters."""
    wide = sum(ord(c) > 0x2E80 for c in text)
    return 2 * wide > len(text)


def _paragraph(text: str, style: ParagraphStyle) -> Paragraph:
    """A paragraph that breaks between words, or anywhere where it is Chinese."""
    chosen = ParagraphStyle(f"{style.name}-cjk", style, wordWrap="CJK") if _chinese(text) else style
    return Paragraph(html.escape(text), chosen)


def _longest_word(text: str, font: str, size: float) -> float:
    """Width of what a line of a text holds at least: its longest word, or four Chinese characters."""
    if _chinese(text):
        return float(pdfmetrics.stringWidth(text[:4], font, size))
    return max((float(pdfmetrics.stringWidth(word, font, size)) for word in text.split()), default=0.0)


def _styles(font: str) -> dict[str, ParagraphStyle]:
    ink = HexColor("#222222")
    base = ParagraphStyle("base", fontName=font, fontSize=9.5, leading=15, textColor=ink)
    make = ParagraphStyle
    return {
        "body": make("body", base, spaceAfter=4),
        "small": make("small", base, fontSize=8, leading=12, textColor=HexColor("#666666")),
        "title": make("title", base, fontSize=21, leading=30, spaceBefore=20, spaceAfter=6),
        "subtitle": make("subtitle", base, fontSize=11, leading=18, textColor=HexColor("#666666")),
        "h0": make(
            "h0", base, fontSize=14, leading=21, spaceBefore=14, spaceAfter=6, textColor=HexColor(maps_style.BLUE)
        ),
        "h1": make("h1", base, fontSize=11, leading=16, spaceBefore=10, spaceAfter=4),
    }


def _grid(table: pd.DataFrame, size: float, font: str, width: float) -> LongTable:
    """A table whose header repeats on every page; columns share the width by their texts."""
    base = ParagraphStyle("cell", fontName=font, fontSize=size, leading=size * 1.4)
    right = ParagraphStyle("number", base, alignment=TA_RIGHT)
    head = ParagraphStyle("head", base, textColor=HexColor("#ffffff"))
    texts = [[_cell(value) for value in table[name]] for name in table.columns]
    wide = [
        min(max(pdfmetrics.stringWidth(text, font, size) for text in [str(name), *column]) + 9, 260.0)
        for name, column in zip(table.columns, texts, strict=True)
    ]
    least = [
        min(max(_longest_word(text, font, size) for text in [str(name), *column]) + 9, 90.0)
        for name, column in zip(table.columns, texts, strict=True)
    ]
    spare = max(width - sum(least), 1.0)
    grow = [w - low for w, low in zip(wide, least, strict=True)]
    share = min(1.0, spare / max(sum(grow), 1e-9))
    widths = [low + g * share for low, g in zip(least, grow, strict=True)]
    if sum(widths) > width:
        widths = [w * width / sum(widths) for w in widths]
    numeric = [pd.api.types.is_numeric_dtype(table[name]) for name in table.columns]
    rows = [[_paragraph(str(name), head) for name in table.columns]]
    rows += [
        [_paragraph(cell, right if number else base) for cell, number in zip(row, numeric, strict=True)]
        for row in zip(*texts, strict=True)
    ]
    return LongTable(
        rows,
        colWidths=widths,
        repeatRows=1,
        hAlign="LEFT",
        style=TableStyle(
            [
                ("BACKGROUND", (0, 0), (-1, 0), HexColor(maps_style.BLUE)),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LINEBELOW", (0, 0), (-1, -1), 0.3, HexColor("#cccccc")),
                ("ROWBACKGROUNDS", (0, 1), (-1, -1), [HexColor("#ffffff"), HexColor("#f4f6f8")]),
                ("LEFTPADDING", (0, 0), (-1, -1), 3),
                ("RIGHTPADDING", (0, 0), (-1, -1), 3),
                ("TOPPADDING", (0, 0), (-1, -1), 2),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
            ]
        ),
    )


def pdf_bytes(report: Report, *, progress: Progress = no_progress) -> bytes:
    """The report as a PDF: A4 pages, each map on an A3 sheet, text that can be copied, bookmarks, page numbers."""
    progress(0.02, _("正在绘制地图"))
    size = (_SHEET[0] / inch, (_SHEET[1] - 8) / inch)
    drawn = tables.report_maps(report, size)
    progress(0.4, _("正在排版"))
    blocks = _compose(report, drawn)
    foot = _("示意图，不作为划界依据 · 输入哈希 {hash} · {title}").format(hash=report.input_hash, title=report.title)
    page_text = _("第 {page} 页")
    letters = _letters(blocks, [foot, page_text])
    font = f"{_FONT}-{hashlib.sha256(letters.encode()).hexdigest()[:8]}"
    pdfmetrics.registerFont(EmbeddedFont(font, io.BytesIO(_truetype(letters))))
    styles = _styles(font)
    flow: list[Any] = []
    on_sheet = False
    for n, block in enumerate(blocks):
        if isinstance(block, _Sheet):
            flow += [NextPageTemplate("sheet"), PageBreak(), _Bookmark(block.title, 1, f"b{n}")]
            flow.append(Image(io.BytesIO(block.drawn.png()), size[0] * inch, size[1] * inch))
            on_sheet = True
            continue
        if on_sheet:
            flow += [NextPageTemplate("page"), PageBreak()]
            on_sheet = False
        flow += _flow(block, n, styles, font)
    progress(0.8, _("正在写出文件"))
    return _written(report, flow, font, foot, page_text)


def _flow(block: _Block, n: int, styles: dict[str, ParagraphStyle], font: str) -> Sequence[Any]:
    if isinstance(block, _Heading):
        heading = _paragraph(block.text, styles[f"h{block.level}"])
        # A heading at the foot of a page would part from what it names.
        return [CondPageBreak(45 * mm), _Bookmark(block.text, block.level, f"b{n}"), heading]
    if isinstance(block, _Text):
        return [_paragraph(block.text, styles[block.style])]
    if isinstance(block, _Chart):
        picture = Image(io.BytesIO(block.png))
        picture.drawHeight *= block.wide / picture.drawWidth
        picture.drawWidth = block.wide
        picture.hAlign = "LEFT"
        return [KeepTogether([picture]), Spacer(1, 6)]
    assert isinstance(block, _Grid)
    return [_grid(block.table, block.size, font, A4[0] - 2 * _MARGIN), Spacer(1, 8)]


def _fitting(text: str, font: str, size: float, width: float) -> str:
    """A text cut where a width ends, with dots where something is cut."""
    if pdfmetrics.stringWidth(text, font, size) <= width:
        return text
    while text and pdfmetrics.stringWidth(text + "…", font, size) > width:
        text = text[:-1]
    return text.rstrip() + "…"


def _written(report: Report, flow: list[Any], font: str, foot: str, page_text: str) -> bytes:
    def footer(canvas: Any, document: Any) -> None:
        canvas.saveState()
        canvas.setFont(font, 7.5)
        canvas.setFillColor(HexColor("#666666"))
        wide = canvas._pagesize[0]
        canvas.drawString(_MARGIN, 8 * mm, _fitting(foot, font, 7.5, wide - 2 * _MARGIN - 20 * mm))
        canvas.drawRightString(wide - _MARGIN, 8 * mm, page_text.format(page=document.page))
        canvas.restoreState()

    out = io.BytesIO()
    document = BaseDocTemplate(
        out,
        pagesize=A4,
        title=report.title,
        author="mixplan",
        subject=report.subtitle,
        creator="mixplan",
        invariant=1,
        lang="zh-CN" if report.language == "zh" else "en",
    )
    box = {"leftPadding": 0, "rightPadding": 0, "topPadding": 0, "bottomPadding": 0}
    templates = [
        PageTemplate(name, [Frame(_MARGIN, _MARGIN, w - 2 * _MARGIN, h - 2 * _MARGIN, **box)], footer, pagesize=(w, h))
        for name, (w, h) in {"page": A4, "sheet": landscape(A3)}.items()
    ]
    document.addPageTemplates(templates)
    document.build(flow, canvasmaker=partial(Canvas, initialFontName=font))
    return out.getvalue()
