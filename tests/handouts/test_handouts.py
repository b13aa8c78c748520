"""Hand-outs: made, opened again and read; one figure is the same in every format and in the functions."""

import csv
import io
import json
import re
import sqlite3
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pyogrio
import pypdf
import pytest
from lxml import etree
from PIL import Image, ImageStat
from pptx import Presentation
from pptx.util import Inches
from reportlab.pdfbase import pdfmetrics

from mixplan.base.errors import DataError
from mixplan.base.i18n import set_language
from mixplan.base.paths import DATA_DIR
from mixplan.cli.entry import main
from mixplan.coverage import ground as coverage_ground
from mixplan.coverage import reach, result
from mixplan.coverage import supply as coverage_supply
from mixplan.handouts import deck as handouts_deck
from mixplan.handouts import formats, geodata, html, story, tables
from mixplan.handouts import pdf as handouts_pdf
from mixplan.handouts import pptx as handouts_pptx
from mixplan.handouts import report as handouts_report
from mixplan.maps.paper.fonts import missing_glyphs
from mixplan.plan.indicators import load_indicators
from mixplan.registers.decisions import read_decisions
from mixplan.registers.points import load_demand
from mixplan.registers.proposals import read_proposal
from mixplan.screening.judge import screen
from mixplan.targets import progress

SITES = [
    {"id": f"s{n}", "name": f"=站{n}", "lon": 116.75 + n / 40, "lat": 40.1 - n / 14, "capacity": 80} for n in range(5)
]


@pytest.fixture(scope="module")
def decisions(plants):
    concrete = plants.index[(plants["kind"] == "concrete") & (plants["status"] == "inventory_2010")]
    action = ["close" if n % 4 == 0 else "upgrade" if n % 4 == 1 else "retain" for n in range(len(concrete))]
    return pd.DataFrame({"action": action}, index=concrete)


@pytest.fixture(scope="module")
def report(plants, layers, book, decisions):
    set_language("zh")
    indicators = load_indicators(DATA_DIR / "indicators.csv")
    return handouts_report.build(
        plants, layers, book, indicators, sites=coverage_supply.planned_sites(SITES), decisions=decisions
    )


@pytest.fixture(scope="module")
def plain(plants, layers, book):
    set_language("zh")
    return handouts_report.build(plants, layers, book, load_indicators(DATA_DIR / "indicators.csv"))


@pytest.fixture(scope="module")
def pptx(report):
    return handouts_pptx.pptx_bytes(report)


@pytest.fixture(scope="module")
def pdf(report):
    return handouts_pdf.pdf_bytes(report)


@pytest.fixture(scope="module")
def page(report):
    return html.html_bytes(report).decode()


@pytest.fixture(scope="module")
def workbook(report):
    return geodata.xlsx_bytes(report)


def slide_texts(content: bytes) -> str:
    texts = []
    for slide in Presentation(io.BytesIO(content)).slides:
        for shape in slide.shapes:
            if shape.has_text_frame:
                texts.append(shape.text_frame.text)
            elif shape.has_table:
                texts += [cell.text for row in shape.table.rows for cell in row.cells]
    return "\n".join(texts)


def pdf_text(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)


# --- the figures ------------------------------------------------------------------------------------------------------


def test_the_report_says_what_the_functions_say(report, plants, layers, book):
    supply, demand = coverage_supply.supply_points(plants), load_demand()
    ground = coverage_ground.zone_ground(layers, demand, book, year=2015)
    now = result.coverage(reach.reach(ground, supply), 30.0).total
    after = result.coverage(
        reach.reach(ground, coverage_supply.with_proposal(supply, coverage_supply.planned_sites(SITES))), 30.0
    ).total
    assert report.before.result.total == now
    assert report.after.result.total == after
    items = progress.progress(load_indicators(DATA_DIR / "indicators.csv"))
    assert [i.status for i in report.targets] == [i.status for i in items]


def test_one_figure_is_the_same_in_every_format(report, pptx, pdf, page, workbook):
    before, after = report.before.result.total, report.after.result.total
    said = f"{100 * before.served_share:.1f} % 变为 {100 * after.served_share:.1f} %"
    assert said in slide_texts(pptx)
    assert said.replace(" ", "") in re.sub(r"\s", "", pdf_text(pdf))
    assert said in page
    sheets = openpyxl.load_workbook(io.BytesIO(workbook))
    assert any(said in str(cell) for row in sheets["摘要"].iter_rows(values_only=True) for cell in row)
    rows = list(sheets["禁现区覆盖"].iter_rows(values_only=True))
    total = dict(zip(rows[0], rows[-1], strict=True))
    assert total["产能保障 (%)"] == round(100 * after.served_share, 1)
    assert total["现状产能保障 (%)"] == round(100 * before.served_share, 1)
    charts = [
        shape.chart for slide in Presentation(io.BytesIO(pptx)).slides for shape in slide.shapes if shape.has_chart
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


@pytest.mark.parametrize("form", ["pptx", "pdf", "page", "workbook"])
def test_every_hand_out_says_how_many_of_its_stations_are_modelled(form, headlines, request):
    content = request.getfixturevalue(form)
    if form == "pptx":
        notes = [slide.notes_slide.notes_text_frame.text for slide in Presentation(io.BytesIO(content)).slides]
        content = slide_texts(content) + "\n".join(notes)
    elif form == "pdf":
        content = pdf_text(content)
    elif form == "workbook":
        sheet = openpyxl.load_workbook(io.BytesIO(content))["摘要"]
        content = "\n".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row)
    text = re.sub(r"\s", "", content)
    missing = {name: said for name, said in headlines.items() if re.sub(r"\s", "", said) not in text}
    assert not missing


def test_the_shipped_register_is_split_as_the_pages_split_it(headlines):
    assert headlines["flagged"] == "96 个站点需治理（真实 3 · 推算 93），其中 7 个确定（真实 2 · 推算 5）"
    assert headlines["unlicensed"] == "另有 9 个无资质站点（真实 9 · 推算 0）"


def test_steps_without_a_plan_or_proposal_are_left_out(report, plain):
    assert [step.key for step in story.story(report)] == list(story.STEPS)
    left = [step.key for step in story.story(plain)]
    assert left == ["situation", "zones", "flagged", "coverage", "targets"]
    assert "整合处置" not in tables.tables(plain)


def test_moving_the_radius_moves_the_shares_alone(report):
    moved = handouts_report.at_radius(report, 12.0)
    assert moved.after.result.total == result.coverage(report.after.seen, 12.0).total
    assert moved.input_hash == report.input_hash and moved.stations is report.stations


def test_the_hash_depends_on_the_inputs_alone(report, plain, plants, layers, book):
    again = handouts_report.build(plants, layers, book, load_indicators(DATA_DIR / "indicators.csv"))
    set_language("en")
    english = handouts_report.build(plants, layers, book, load_indicators(DATA_DIR / "indicators.csv"))
    assert again.input_hash == plain.input_hash == english.input_hash != report.input_hash


def test_no_letter_is_missing_in_either_language(report, plants, layers, book, decisions):
    set_language("en")
    english = handouts_report.build(
        plants,
        layers,
        book,
        load_indicators(DATA_DIR / "indicators.csv"),
        sites=coverage_supply.planned_sites(SITES),
        decisions=decisions,
    )
    for one, language in ((report, "zh"), (english, "en")):
        set_language(language)
        texts = [text for step in story.story(one) for text in (step.title, step.notes, *sum(step.facts, ()))]
        for name, table in tables.tables(one).items():
            texts += [name, *map(str, table.columns), *map(str, table.to_numpy().ravel())]
        assert missing_glyphs(map(handouts_pdf.legible, texts)) == ""
    left = {c for step in story.story(english) for c in step.title + step.notes if "\u4e00" <= c <= "\u9fff"}
    assert left <= {"万"}, left


# --- the formats ------------------------------------------------------------------------------------------------------


def test_the_presentation_is_native_sharp_and_complete(report, pptx):
    deck = Presentation(io.BytesIO(pptx))
    shapes = [shape for slide in deck.slides for shape in slide.shapes]
    assert sum(shape.has_chart for shape in shapes) >= 6 and sum(shape.has_table for shape in shapes) >= 10
    pictures = [shape for shape in shapes if shape.shape_type == 13]
    assert len(pictures) == 6, "zones, stations, consolidation, lines, coverage before and after"
    for picture in pictures:
        image = Image.open(io.BytesIO(picture.image.blob))
        assert image.width / (picture.width / Inches(1)) >= 199.5
        assert max(ImageStat.Stat(image.convert("L")).stddev) > 10, "the map is not blank"
        assert picture.left >= 0 and picture.left + picture.width <= deck.slide_width
        assert picture.top + picture.height <= deck.slide_height
    for slide in deck.slides:
        assert slide.shapes.title.text_frame.text
        assert slide.notes_slide.notes_text_frame.text
    assert report.input_hash in slide_texts(pptx)
    with zipfile.ZipFile(io.BytesIO(pptx)) as package:
        assert package.testzip() is None
        for name in package.namelist():
            if name.endswith((".xml", ".rels")):
                etree.fromstring(package.read(name))
        slides = b"".join(package.read(n) for n in package.namelist() if n.startswith("ppt/slides/slide"))
        assert b'<a:ea typeface="Microsoft YaHei"/>' in slides
        theme = package.read("ppt/theme/theme1.xml")
        assert b'<a:ea typeface="Microsoft YaHei"/>' in theme


def test_a_departments_template_is_used_and_a_broken_one_refused(plain):
    own = Presentation()
    own.slide_width, own.slide_height = Inches(10), Inches(7.5)
    own.slides.add_slide(own.slide_layouts[0]).shapes.title.text = "样张"
    buffer = io.BytesIO()
    own.save(buffer)
    made = handouts_pptx.pptx_bytes(plain, buffer.getvalue())
    deck = Presentation(io.BytesIO(made))
    assert deck.slide_width == Inches(10)
    assert "样张" not in slide_texts(made)
    with zipfile.ZipFile(io.BytesIO(made)) as package:
        assert len(package.namelist()) == len(set(package.namelist()))
    with pytest.raises(DataError, match="模板"):
        handouts_pptx.pptx_bytes(plain, b"no presentation")


def test_the_pdf_embeds_its_font_and_has_bookmarks_sheets_and_page_numbers(report, pdf):
    reader = pypdf.PdfReader(io.BytesIO(pdf))
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
    text = pdf_text(pdf)
    assert "禁现区" in text and "第 2 页" in text and report.input_hash in text
    titles = [item.title for item in reader.outline if not isinstance(item, list)]
    assert titles[0] == "摘要" and titles[-1] == "来源、假设和版本"
    assert reader.metadata.title == report.title


def test_the_workbook_is_typed_frozen_filtered_and_safe(workbook):
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    assert {"摘要", "全部站点", "判定", "目标进度", "禁现区覆盖", "来源", "版本"} <= set(book.sheetnames)
    for sheet in book:
        assert sheet.freeze_panes == "A2" and sheet.auto_filter.ref
        for row in sheet.iter_rows():
            assert not any(isinstance(cell.value, str) and cell.value.startswith("=") for cell in row)
    assert isinstance(book["目标进度"]["E2"].value, int | float)
    names = [row[1] for row in book["新线站点"].iter_rows(min_row=2, values_only=True)]
    assert names[0] == "'=站0"


def test_qgis_finds_layers_and_default_styles(report, tmp_path):
    content = geodata.gpkg_bytes(report)
    path = tmp_path / "图.gpkg"
    path.write_bytes(content)
    layers = dict(pyogrio.list_layers(path))
    assert {"stations", "ban_zones", "gaps", "new_lines", "layer_styles", "notes"} <= set(layers)
    stations = pyogrio.read_dataframe(path, layer="stations")
    assert len(stations) == report.plants.geometry.notna().sum() and stations.crs.to_epsg() == 4548
    with sqlite3.connect(path) as connection:
        styles = connection.execute("SELECT f_table_name, styleQML, useAsDefault FROM layer_styles").fetchall()
    connection.close()
    assert {name for name, _qml, _default in styles} == set(layers) - {"layer_styles", "notes"}
    for _name, qml, default in styles:
        assert default == 1 and etree.fromstring(qml).find("renderer-v2") is not None
    assert geodata.gpkg_bytes(report) == content
    collection = json.loads(geodata.geojson_files(report)["ban_zones"])
    west = collection["features"][0]["geometry"]["coordinates"][0][0][0]
    assert 115 < west < 118


def test_the_same_inputs_give_the_same_bytes(report, pptx, page, workbook):
    assert geodata.xlsx_bytes(report) == workbook
    assert html.html_bytes(report).decode() == page
    with zipfile.ZipFile(io.BytesIO(pptx)) as package:
        assert {info.date_time[:3] for info in package.infolist()} == {(2011, 1, 1)}


def test_the_web_page_asks_for_nothing(page):
    bare = re.sub(r"<script.*?</script>", "", page, flags=re.S)
    assert not re.search(r"""(?:src|href)=["'](?!#|data:)""", bare)
    assert "@import" not in bare and "url(http" not in bare
    assert "default-src 'none'" in page
    data = json.loads(re.search(r'id="map-data">(.*?)</script>', page, re.S).group(1))
    assert {"禁现区", "厂站：判定", "整合处置"} <= {layer["name"] for layer in data["layers"]}


# --- reading proposals, the command -----------------------------------------------------------------------------------


def test_plans_of_the_other_commands_are_read():
    plan = {"actions": [{"plant_id": "a", "action": "close", "capacity_after": 0, "into": None, "reason": "x"}]}
    found = read_decisions(json.dumps(plan).encode(), "plan.json")
    assert found.loc["a", "action"] == "close" and found.loc["a", "capacity"] == 0
    for bad in (b"{}", b"[]", b"no json", b'{"actions": [{"plant_id": "a"}]}'):
        with pytest.raises(DataError, match="整合方案"):
            read_decisions(bad, "bad.json")
    twice = {"actions": plan["actions"] * 2}
    with pytest.raises(DataError, match="不止一次"):
        read_decisions(json.dumps(twice).encode(), "plan.json")
    site = {"id": "s1", "lon": 116.4, "lat": 39.9, "capacity": 40}
    flows = {"sites": [site], "flows": [{"site": "s1", "demand": "d1", "amount": 2, "kind": "new"}]}
    assert read_proposal(json.dumps(flows).encode(), "p.json").deliveries.loc[0, "amount"] == 2
    assert read_proposal(b"id,lon,lat,capacity\n", "p.csv").deliveries is None


def test_a_plan_for_another_register_is_refused(plants, layers, book):
    figures = load_indicators(DATA_DIR / "indicators.csv")
    for index, action in (("nowhere", "close"), (plants.index[0], "paint")):
        with pytest.raises(DataError):
            handouts_report.build(
                plants, layers, book, figures, decisions=pd.DataFrame({"action": [action]}, index=[index])
            )


def test_the_command_writes_whole_files_with_chinese_names(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("MIXPLAN_HOME", str(tmp_path / "home"))
    siting = tmp_path / "site.json"
    siting.write_text(json.dumps({"sites": SITES, "flows": []}), encoding="utf-8")
    out = tmp_path / "材料"
    assert main(["report", "--siting", str(siting), "--format", "xlsx,geojson", "-o", str(out)]) == 0
    names = {path.name for path in out.iterdir()}
    assert "散装水泥、预拌制品和预制构件规划实施汇报.xlsx" in names
    assert not any(name.startswith(".") for name in names)
    written = capsys.readouterr().out.splitlines()
    assert {Path(line) for line in written} == {path for path in out.iterdir() if path.is_file()}
    assert main(["report", "--format", "xlsx", "-o", str(out), "--lang", "en"]) == 0
    english = openpyxl.load_workbook(next(out.glob("Bulk*.xlsx")))
    assert "Summary" in english.sheetnames
    assert main(["report", "--siting", str(tmp_path / "none.json"), "--format", "xlsx", "-o", str(out)]) == 1
    with pytest.raises(SystemExit) as usage:
        main(["report", "--format", "docx", "-o", str(out)])
    assert usage.value.code == 2
    blocked = tmp_path / "file"
    blocked.write_text("")
    assert main(["report", "--format", "xlsx", "-o", str(blocked / "x")]) == 1


def test_every_format_has_a_button_text():
    labels = [formats.format_label(name) for name in formats.NAMES]
    assert all(labels) and len(set(labels)) == len(labels)


def test_a_long_table_goes_on_to_further_slides():
    deck = handouts_deck.Deck(None)
    long = pd.DataFrame({"甲": [f"第 {n} 行：" + "很长的说明" * 12 for n in range(30)], "乙": range(30)})
    deck.table_slides("清单", "", long, 11)
    grids = [shape.table for slide in deck.file.slides for shape in slide.shapes if shape.has_table]
    assert len(grids) > 1
    texts = [row.cells[0].text for grid in grids for row in list(grid.rows)[1:]]
    assert texts == long["甲"].tolist(), "every row once, in order"


def test_an_empty_template_is_refused():
    with pytest.raises(DataError, match="模板"):
        handouts_deck.Deck(b"")


def test_the_pdf_keeps_english_words_whole_and_its_footer_short():
    styles = handouts_pdf._styles("Helvetica")
    assert (
        handouts_pdf._paragraph("Flagged (borderline), outside the Sixth Ring", styles["body"]).style.wordWrap is None
    )
    assert handouts_pdf._paragraph("位于五环路内，距其界线 3,413 m。", styles["body"]).style.wordWrap == "CJK"
    fitted = handouts_pdf._fitting("no basis for drawing boundaries " * 9, "Helvetica", 7.5, 300.0)
    assert fitted.endswith("…") and pdfmetrics.stringWidth(fitted, "Helvetica", 7.5) <= 300.0


def test_the_zones_of_the_geopackage_carry_their_coverage(report):
    zones = geodata.report_layers(report)["ban_zones"].set_index("id")
    for row in report.covered.result.rows:
        assert zones.loc[row.id, "served_share"] == pytest.approx(row.served_share, abs=1e-6)
        assert zones.loc[row.id, "area_share_low"] == pytest.approx(row.area_share_low, abs=1e-6)


def test_a_set_of_files_comes_as_one_with_its_sources(plain):
    name, content, mime = formats.make_one(plain, "geojson")
    assert name.endswith(".zip") and mime == "application/zip"
    assert content == formats.make_one(plain, "geojson")[1], "the same to the byte"
    endings = {entry.split("_")[-1] for entry in zipfile.ZipFile(io.BytesIO(content)).namelist()}
    assert {"stations.geojson", "sources.csv", "assumptions.csv", "versions.csv"} <= endings


def test_assumptions_are_numbers_in_the_workbook_and_units_english(plain):
    sheet = openpyxl.load_workbook(io.BytesIO(geodata.xlsx_bytes(plain)))["规则与假设"]
    values = [row[2].value for row in sheet.iter_rows(min_row=2)]
    assert 30.0 in values and not any(isinstance(v, str) and v.replace(".", "").isdigit() for v in values)
    set_language("en")
    units = set(tables.assumption_table(plain)["Unit"])
    set_language("zh")
    assert not {unit for unit in units if "年" in unit or "元" in unit}


def test_no_name_can_break_the_web_page(plants, layers, book):
    marked = plants.assign(name=plants["name"].where(plants.index != plants.index[0], "<!--<script>"))
    found = handouts_report.build(marked, layers, book, load_indicators(DATA_DIR / "indicators.csv"))
    assert "<!--<script" not in html.html_bytes(found).decode().split("<style>", 1)[1]
