"""The report on paper: A4 with A3 map sheets, an embedded Chinese font, bookmarks and page numbers."""

import html
import io
from collections.abc import Sequence
from functools import partial
from typing import Any

import pandas as pd
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A3, A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import inch, mm
from reportlab.pdfbase import pdfmetrics
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

from mixplan.base.i18n import gettext as _
from mixplan.base.progress import Watcher, unwatched
from mixplan.handouts import pictures
from mixplan.handouts.pdf.blocks import Block, Chart, Grid, Heading, Sheet, Text, compose, letters
from mixplan.handouts.pdf.font import legible_cell, registered
from mixplan.handouts.report import Report
from mixplan.handouts.telling import tell
from mixplan.maps import style as maps_style

_MARGIN = 16 * mm
_SHEET = (landscape(A3)[0] - 2 * _MARGIN, landscape(A3)[1] - 2 * _MARGIN)


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
    ink = HexColor(maps_style.INK)
    base = ParagraphStyle("base", fontName=font, fontSize=9.5, leading=15, textColor=ink)
    make = ParagraphStyle
    return {
        "body": make("body", base, spaceAfter=4),
        "small": make("small", base, fontSize=8, leading=12, textColor=HexColor(maps_style.QUIET)),
        "title": make("title", base, fontSize=21, leading=30, spaceBefore=20, spaceAfter=6),
        "subtitle": make("subtitle", base, fontSize=11, leading=18, textColor=HexColor(maps_style.QUIET)),
        "h0": make(
            "h0", base, fontSize=14, leading=21, spaceBefore=14, spaceAfter=6, textColor=HexColor(maps_style.BLUE)
        ),
        "h1": make("h1", base, fontSize=11, leading=16, spaceBefore=10, spaceAfter=4),
    }


def _grid(table: pd.DataFrame, size: float, font: str, width: float) -> LongTable:
    """A table whose header repeats on every page; columns share the width by their texts."""
    base = ParagraphStyle("cell", fontName=font, fontSize=size, leading=size * 1.4)
    right = ParagraphStyle("number", base, alignment=TA_RIGHT)
    head = ParagraphStyle("head", base, textColor=HexColor(maps_style.WHITE))
    texts = [[legible_cell(value) for value in table[name]] for name in table.columns]
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
                ("ROWBACKGROUNDS", (0, 1), (-1, -1), [HexColor(maps_style.WHITE), HexColor("#f4f6f8")]),
                ("LEFTPADDING", (0, 0), (-1, -1), 3),
                ("RIGHTPADDING", (0, 0), (-1, -1), 3),
                ("TOPPADDING", (0, 0), (-1, -1), 2),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
            ]
        ),
    )


def pdf_bytes(report: Report, *, watcher: Watcher = unwatched) -> bytes:
    """The report as a PDF: A4 pages, each map on an A3 sheet, text that can be copied, bookmarks, page numbers."""
    tell(watcher, 0.02, _("正在绘制地图"))
    size = (_SHEET[0] / inch, (_SHEET[1] - 8) / inch)
    drawn = pictures.report_maps(report, size)
    tell(watcher, 0.4, _("正在排版"))
    blocks = compose(report, drawn)
    origin = report.stamp.origin
    named = report.title if origin is None else f"{origin.text} · {report.title}"
    foot = _("示意图，不作为划界依据 · 输入哈希 {hash} · {title}").format(hash=report.input_hash, title=named)
    page_text = _("第 {page} 页")
    font = registered(letters(blocks, [foot, page_text]))
    styles = _styles(font)
    flow: list[Any] = []
    on_sheet = False
    for n, block in enumerate(blocks):
        if isinstance(block, Sheet):
            flow += [NextPageTemplate("sheet"), PageBreak(), _Bookmark(block.title, 1, f"b{n}")]
            flow.append(Image(io.BytesIO(block.drawn.png()), size[0] * inch, size[1] * inch))
            on_sheet = True
            continue
        if on_sheet:
            flow += [NextPageTemplate("page"), PageBreak()]
            on_sheet = False
        flow += _flow(block, n, styles, font)
    tell(watcher, 0.8, _("正在写出文件"))
    return _written(report, flow, font, foot, page_text)


def _flow(block: Block, n: int, styles: dict[str, ParagraphStyle], font: str) -> Sequence[Any]:
    if isinstance(block, Heading):
        heading = _paragraph(block.text, styles[f"h{block.level}"])
        # A heading at the foot of a page would part from what it names.
        return [CondPageBreak(45 * mm), _Bookmark(block.text, block.level, f"b{n}"), heading]
    if isinstance(block, Text):
        return [_paragraph(block.text, styles[block.style])]
    if isinstance(block, Chart):
        picture = Image(io.BytesIO(block.png))
        picture.drawHeight *= block.wide / picture.drawWidth
        picture.drawWidth = block.wide
        picture.hAlign = "LEFT"
        return [KeepTogether([picture]), Spacer(1, 6)]
    assert isinstance(block, Grid)
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
        canvas.setFillColor(HexColor(maps_style.QUIET))
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
