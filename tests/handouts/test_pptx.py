"""The presentation: native, sharp, complete, in the department's template."""

import io
import zipfile

import pandas as pd
import pytest
from lxml import etree
from opened import slide_texts
from PIL import Image, ImageStat
from pptx import Presentation
from pptx.util import Inches

from mixplan.base.errors import DataError
from mixplan.handouts.deck import Deck
from mixplan.handouts.pptx import pptx_bytes

pytestmark = pytest.mark.slow  # whole files are made


def test_the_presentation_is_native_sharp_and_complete(report, pptx_file):
    deck = Presentation(io.BytesIO(pptx_file))
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
    assert report.input_hash in slide_texts(pptx_file)
    with zipfile.ZipFile(io.BytesIO(pptx_file)) as package:
        assert package.testzip() is None
        for name in package.namelist():
            if name.endswith((".xml", ".rels")):
                etree.fromstring(package.read(name))
        slides = b"".join(package.read(n) for n in package.namelist() if n.startswith("ppt/slides/slide"))
        assert b'<a:ea typeface="Microsoft YaHei"/>' in slides
        theme = package.read("ppt/theme/theme1.xml")
        assert b'<a:ea typeface="Microsoft YaHei"/>' in theme


def test_a_departments_template_is_used_and_a_broken_one_refused(plain, coarse_maps):
    own = Presentation()
    own.slide_width, own.slide_height = Inches(10), Inches(7.5)
    own.slides.add_slide(own.slide_layouts[0]).shapes.title.text = "样张"
    buffer = io.BytesIO()
    own.save(buffer)
    made = pptx_bytes(plain, buffer.getvalue())
    deck = Presentation(io.BytesIO(made))
    assert deck.slide_width == Inches(10)
    assert "样张" not in slide_texts(made)
    with zipfile.ZipFile(io.BytesIO(made)) as package:
        assert len(package.namelist()) == len(set(package.namelist()))
    with pytest.raises(DataError, match="模板"):
        pptx_bytes(plain, b"no presentation")


def test_a_long_table_goes_on_to_further_slides():
    deck = Deck(None)
    long = pd.DataFrame({"甲": [f"第 {n} 行：" + "很长的说明" * 12 for n in range(30)], "乙": range(30)})
    deck.table_slides("清单", "", long, 11)
    grids = [shape.table for slide in deck.file.slides for shape in slide.shapes if shape.has_table]
    assert len(grids) > 1
    texts = [row.cells[0].text for grid in grids for row in list(grid.rows)[1:]]
    assert texts == long["甲"].tolist(), "every row once, in order"


def test_an_empty_template_is_refused():
    with pytest.raises(DataError, match="模板"):
        Deck(b"")
