"""One figure is the same in every format, and every format says what is modelled."""

import csv
import io
import re
import zipfile
from dataclasses import replace

import openpyxl
import pytest
from opened import pdf_text, slide_texts
from pptx import Presentation

from mixplan.base.paths import DATA_DIR
from mixplan.handouts import html, workbook
from mixplan.handouts import report as handouts_report
from mixplan.handouts.pdf import pages
from mixplan.projects.comments import Comment, Reply, Target
from mixplan.screening.judge import screen

pytestmark = pytest.mark.slow  # whole files are made


@pytest.mark.slow
def test_one_figure_is_the_same_in_every_format(report, pptx_file, pdf_words, page, workbook_file):
    before, after = report.before.result.total, report.after.result.total
    said = f"{100 * before.served_share:.1f} % 变为 {100 * after.served_share:.1f} %"
    assert said in slide_texts(pptx_file)
    assert said.replace(" ", "") in re.sub(r"\s", "", pdf_words)
    assert said in page
    sheets = openpyxl.load_workbook(io.BytesIO(workbook_file))
    assert any(said in str(cell) for row in sheets["摘要"].iter_rows(values_only=True) for cell in row)
    rows = list(sheets["禁现区覆盖"].iter_rows(values_only=True))
    total = dict(zip(rows[0], rows[-1], strict=True))
    assert total["产能保障 (%)"] == round(100 * after.served_share, 1)
    assert total["现状产能保障 (%)"] == round(100 * before.served_share, 1)
    charts = [
        shape.chart for slide in Presentation(io.BytesIO(pptx_file)).slides for shape in slide.shapes if shape.has_chart
    ]
    shares = {s.name: list(s.values) for chart in charts for s in chart.plots[0].series}
    assert shares["产能保障：加上方案"][-1] == pytest.approx(after.served_share)
    assert shares["产能保障：现状"][-1] == pytest.approx(before.served_share)


def in_words(rows: list[dict[str, str]]) -> str:
    """Rows of the register as the headlines count them; read straight from the file."""
    modelled = sum(row["evidence"] == "modelled" for row in rows)
    return f"真实 {len(rows) - modelled} · 推算 {modelled}"


@pytest.fixture(scope="module")
def headlines(plants, layers, book, decisions):
    """What every hand-out must say, counted from the register's rows and the findings alone."""
    with (DATA_DIR / "plants.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    advisory = {rule.id for rule in book.rules if rule.advisory}
    found = screen(plants, layers, book, on=book.period_end).to_dict("records")
    flags = [f for f in found if f["verdict"] == "flag" and f["rule_id"] not in advisory]
    flagged, certain = {f["plant_id"] for f in flags}, {f["plant_id"] for f in flags if f["certainty"] == "certain"}
    stock = [row for row in rows if row["status"] == "inventory_2010"]
    concrete = [row for row in stock if row["kind"] == "concrete"]
    some, sure = ([row for row in stock if row["id"] in ids] for ids in (flagged, certain))
    bare = [row for row in rows if row["status"] == "unlicensed"]
    left = [row for row in concrete if decisions["action"].get(row["id"]) != "close"]
    mortar = [row for row in stock if row["kind"] == "mortar" and row["lon"]]
    assert 0 < len(sure) < len(some) and 0 < len(left) < len(concrete) and bare and mortar
    return {
        "situation": f"{len(stock)} 个在册厂站（{in_words(stock)}），{len(concrete)} 个是搅拌站",
        "concrete": f"{len(concrete)} 个是搅拌站（{in_words(concrete)}）",
        "flagged": f"{len(some)} 个站点需治理（{in_words(some)}），其中 {len(sure)} 个确定（{in_words(sure)}）",
        "unlicensed": f"另有 {len(bare)} 个无资质站点（{in_words(bare)}）",
        "consolidation": f"从 {len(concrete)} 个（{in_words(concrete)}）变为 {len(left)} 个（{in_words(left)}）",
        "supply": f"现有供应点 {len(mortar)} 个（{in_words(mortar)}）",
    }


@pytest.mark.parametrize("form", ["pptx_file", "pdf_words", "page", "workbook_file"])
def test_every_hand_out_says_how_many_of_its_stations_are_modelled(form, headlines, request):
    content = request.getfixturevalue(form)
    if form == "pptx_file":
        notes = [slide.notes_slide.notes_text_frame.text for slide in Presentation(io.BytesIO(content)).slides]
        content = slide_texts(content) + "\n".join(notes)
    elif form == "workbook_file":
        sheet = openpyxl.load_workbook(io.BytesIO(content))["摘要"]
        content = "\n".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row)
    text = re.sub(r"\s", "", content)
    missing = {name: said for name, said in headlines.items() if re.sub(r"\s", "", said) not in text}
    assert not missing


def test_the_shipped_register_is_split_as_the_pages_split_it(headlines):
    assert headlines["flagged"] == "96 个站点需治理（真实 3 · 推算 93），其中 7 个确定（真实 2 · 推算 5）"
    assert headlines["unlicensed"] == "另有 9 个无资质站点（真实 9 · 推算 0）"


def test_the_same_inputs_give_the_same_bytes(report, pptx_file, page, workbook_file):
    assert workbook.xlsx_bytes(report) == workbook_file
    assert html.html_bytes(report).decode() == page
    with zipfile.ZipFile(io.BytesIO(pptx_file)) as package:
        assert {info.date_time[:3] for info in package.infolist()} == {(2011, 1, 1)}


ASKED = Comment(
    Target("station", "a", "甲站<b>"),
    "证照齐吗？\n<script>{{7*7}}",
    "=王五 <wang@office.example>",
    "2026-01-01T08:00:00+00:00",
    replies={"r": Reply("=1+1 齐。" * 280, "李四", "2026-01-02T09:00:00+00:00")},
)
SETTLED = replace(ASKED, text="早已解决的", resolved_by="李四", resolved_at="2026-01-03T09:00:00+00:00")


def test_open_comments_are_a_chapter_where_they_are_asked_for(plain, coarse_maps):
    asked = handouts_report.with_comments(plain, {"1": ASKED, "2": SETTLED})
    assert asked.input_hash == plain.input_hash
    sheet = openpyxl.load_workbook(io.BytesIO(workbook.xlsx_bytes(asked)))["未决批注"]
    head, row = sheet.iter_rows(values_only=True)
    said = dict(zip(head, row, strict=True))
    assert said["对象"] == "甲站<b>" and said["批注"] == ASKED.text and said["提出人"] == f"'{ASKED.who}"
    page = html.html_bytes(asked).decode()
    chapter = page[page.index("<h3>未决批注</h3>") :]
    assert "甲站&lt;b&gt;" in chapter and "&lt;script&gt;{{7*7}}" in chapter and "<script>{{" not in page
    words = re.sub(r"\s", "", pdf_text(pages.pdf_bytes(asked)))
    # Pages end within the long answer: every sign of it counts, wherever a line or a page is broken.
    assert "未决批注" in words and words.count("齐") >= 281 and "2026-01-0209:00" in words
    assert "早已解决的" not in page + words


def test_without_being_asked_no_hand_out_has_comments(page, pdf_words, workbook_file):
    assert "未决批注" not in page + pdf_words
    assert "未决批注" not in openpyxl.load_workbook(io.BytesIO(workbook_file)).sheetnames
