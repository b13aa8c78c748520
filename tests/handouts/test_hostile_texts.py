"""No text of a register becomes code in what is handed out, and every text arrives as it was."""

import html.parser
import io
import json
import re
import zipfile

import openpyxl
import pandas as pd
import pyogrio
import pypdf
import pytest
from hostile import TEXTS, register_csv
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from mixplan.base.files.sheets import table_csv, workbook_xlsx
from mixplan.base.i18n import set_language
from mixplan.handouts import formats
from mixplan.handouts import report as handouts_report
from mixplan.handouts.deck import Deck
from mixplan.registers.plants import read_register

ANY_TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=40)


@pytest.fixture(scope="module")
def register():
    found = read_register(register_csv(), "own.csv")
    assert not found.errors and found.plants["name"].tolist() == TEXTS
    return found.plants


@pytest.fixture(scope="module")
def hostile(register, layers, book, indicators):
    set_language("zh")
    actions = ["close", "upgrade", "retain"]
    decisions = pd.DataFrame({"action": [actions[n % 3] for n in range(len(register))]}, index=register.index)
    return handouts_report.build(register, layers, book, indicators, decisions=decisions)


def made(report, name):
    return formats.make(report, name)


def only(report, name):
    (content,) = made(report, name).values()
    return content


class Elements(html.parser.HTMLParser):
    """Elements, attributes and texts of a page as a browser would find them."""

    def __init__(self, page):
        super().__init__()
        self.attributes, self.texts = set(), set()
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.attributes |= {(tag, name, value) for name, value in attrs}

    def handle_data(self, data):
        self.texts.add(data)


@pytest.mark.slow
def test_the_web_page_holds_every_name_as_text(hostile):
    page = Elements(only(hostile, "html").decode())
    assert set(TEXTS) <= page.texts
    assert not [a for a in page.attributes if a[1].startswith("on")]
    assert not [a for a in page.attributes if a[1] in ("src", "href") and not a[2].startswith(("#", "data:"))]


@pytest.mark.slow
def test_the_workbook_holds_every_name_and_no_formula(hostile):
    book = openpyxl.load_workbook(io.BytesIO(only(hostile, "xlsx")))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell.value for cell in cells if cell.data_type == "f" or cell.hyperlink]
    texts = {str(cell.value) for cell in cells}
    assert {text for text in TEXTS if text not in texts and "'" + text not in texts} == set()


@pytest.mark.slow
def test_the_geodata_hold_every_name(hostile, tmp_path):
    file = tmp_path / "report.gpkg"
    file.write_bytes(only(hostile, "gpkg"))
    assert set(pyogrio.read_dataframe(file, layer="stations")["title"]) == set(TEXTS)
    stations = next(data for name, data in made(hostile, "geojson").items() if name.endswith("stations.geojson"))
    assert {f["properties"]["title"] for f in json.loads(stations)["features"]} == set(TEXTS)


@pytest.mark.slow
@pytest.mark.usefixtures("coarse_maps")
def test_slides_and_pages_link_nowhere(hostile):
    with zipfile.ZipFile(io.BytesIO(only(hostile, "pptx"))) as package:
        links = [package.read(name).decode() for name in package.namelist() if name.endswith(".rels")]
    assert not re.search(r'TargetMode="External"', "".join(links))
    for page in pypdf.PdfReader(io.BytesIO(only(hostile, "pdf"))).pages:
        for note in page.get("/Annots", []):
            assert "/URI" not in note.get_object().get("/A", {})


@pytest.mark.slow
@pytest.mark.usefixtures("coarse_maps")
def test_maps_are_drawn_and_stay_pictures(hostile):
    for name, content in made(hostile, "maps").items():
        if name.endswith(".svg"):
            tags = {etree.QName(e).localname for e in etree.fromstring(content).iter() if isinstance(e.tag, str)}
            assert not tags & {"script", "a", "foreignObject"}


@given(ANY_TEXT)
@settings(max_examples=60)
def test_a_cell_of_a_workbook_is_the_text_without_what_xml_cannot_hold(text):
    book = openpyxl.load_workbook(io.BytesIO(workbook_xlsx({text: pd.DataFrame({"甲": [text]})})))
    cell = book.worksheets[0]["A2"]
    assert cell.data_type != "f"
    kept = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", text).replace("\r\n", "\n").replace("\r", "\n")
    assert (cell.value or "") in (kept, "'" + kept)


@given(ANY_TEXT)
@settings(max_examples=60)
def test_a_cell_of_a_csv_begins_no_formula(text):
    shown = table_csv(pd.DataFrame({"甲": [text]})).decode("utf-8-sig").split("\r\n", 1)[1].lstrip('"')
    assert not shown.startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))


@given(ANY_TEXT)
@settings(max_examples=60)
def test_a_text_on_a_slide_is_the_text(text):
    deck = Deck(None)
    slide = deck.slide("题", "")
    deck.text(slide, (0, 0, 9144000, 914400), [text], 12)
    written = deck.bytes("题")
    assert written
    with zipfile.ZipFile(io.BytesIO(written)) as package:
        for name in package.namelist():
            if name.endswith((".xml", ".rels")):
                etree.fromstring(package.read(name))
