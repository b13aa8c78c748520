"""The PDF: embedded font, bookmarks, sheets, page numbers."""

import io

import pypdf
import pytest
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from mixplan.handouts.pdf import pages
from mixplan.handouts.pdf.font import registered

pytestmark = pytest.mark.slow  # whole files are made


def test_the_pdf_embeds_its_font_and_has_bookmarks_sheets_and_page_numbers(report, pdf_file, pdf_words):
    reader = pypdf.PdfReader(io.BytesIO(pdf_file))
    sizes = {(round(float(p.mediabox.width)), round(float(p.mediabox.height))) for p in reader.pages}
    assert sizes == {(595, 842), (1191, 842)}, "A4, and A3 landscape"
    used: set[str] = set()

    def drawn(text, _matrix, _text_matrix, font, _size):
        if text.strip() and font:
            used.add(font["/BaseFont"])
            assert "/FontFile2" in font["/FontDescriptor"], font["/BaseFont"]

    for one in reader.pages[:4]:
        one.extract_text(visitor_text=drawn)
    assert used and all("NotoSansSC" in name for name in used)
    text = pdf_words
    assert "禁现区" in text and "第 2 页" in text and report.input_hash in text
    titles = [item.title for item in reader.outline if not isinstance(item, list)]
    assert titles[0] == "摘要" and titles[-1] == "来源、假设和版本"
    assert reader.metadata.title == report.title


def test_the_pdf_keeps_english_words_whole_and_its_footer_short():
    styles = pages._styles("Helvetica")
    assert pages._paragraph("Flagged (borderline), outside the Sixth Ring", styles["body"]).style.wordWrap is None
    assert pages._paragraph("位于五环路内，距其界线 3,413 m。", styles["body"]).style.wordWrap == "CJK"
    fitted = pages._fitting("no basis for drawing boundaries " * 9, "Helvetica", 7.5, 300.0)
    assert fitted.endswith("…") and pdfmetrics.stringWidth(fitted, "Helvetica", 7.5) <= 300.0


def test_a_second_document_has_its_own_letters():
    """A worker makes one after the other: what the first had no use for must not be missing in the second."""
    drawn = []
    for words in ("预拌砂浆", "未决批注齐"):
        out = io.BytesIO()
        canvas = Canvas(out)
        canvas.setFont(registered(words), 12)
        canvas.drawString(50, 700, words)
        canvas.save()
        drawn.append(pypdf.PdfReader(io.BytesIO(out.getvalue())).pages[0].extract_text().strip())
    assert drawn == ["预拌砂浆", "未决批注齐"]
