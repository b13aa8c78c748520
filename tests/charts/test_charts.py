"""Charts: drawn offline with Chinese glyphs, nothing interpolated, definitions never joined."""

import io
import json
from itertools import pairwise

import altair as alt
import numpy as np
import pandas as pd
import pytest
from PIL import Image

from mixplan.base.i18n import set_language
from mixplan.charts import balance as charts_balance
from mixplan.charts import board, targets, theme
from mixplan.maps import style
from mixplan.plan.figures import figures
from mixplan.plan.indicators import load_indicators
from mixplan.targets.balance import balance, waterfall_concrete, waterfall_mortar
from mixplan.targets.progress import progress
from mixplan.targets.savings import savings

PLAN = load_indicators()
ROWS = figures(PLAN)
ITEMS = {p.indicator: p for p in progress(PLAN)}


def rows_of(indicator):
    return [r for r in ROWS if r.indicator == indicator]


CHARTS = {
    "board": lambda: board.board_chart(list(ITEMS.values())),
    **{
        name: lambda name=name: targets.indicator_chart(rows_of(name), ITEMS.get(name))
        for name in ("cement_capacity", "concrete_sites", "housing_industrialised_share", "mortar_capacity")
    },
    **{
        product: lambda product=product: charts_balance.balance_chart(balance(PLAN), product, product)
        for product in ("cement", "concrete", "mortar", "precast")
    },
    "concrete waterfall": lambda: charts_balance.waterfall_chart(waterfall_concrete(PLAN), "预拌混凝土产能"),
    "mortar waterfall": lambda: charts_balance.waterfall_chart(waterfall_mortar(PLAN), "预拌砂浆产能"),
    "savings": lambda: charts_balance.savings_chart(savings(PLAN, rate_pct=90)),
}


def pixels(png):
    return np.asarray(Image.open(io.BytesIO(png)).convert("L"), dtype=float)


@pytest.mark.parametrize(
    ("language", "name"),
    # In English one of each kind: what differs is the words.
    [("zh", name) for name in CHARTS]
    + [("en", name) for name in ("board", "cement_capacity", "cement", "mortar waterfall", "savings")],
)
def test_every_chart_becomes_a_picture_with_something_on_it(language, name):
    set_language(language)
    png = theme.chart_png(CHARTS[name](), scale=0.5)
    assert png.startswith(b"\x89PNG")
    picture = pixels(png)
    assert picture.std() > 5
    assert 0.01 < (picture < 200).mean() < 0.7


def test_svg_keeps_text_as_text():
    svg = theme.chart_svg(board.board_chart(list(ITEMS.values()))).decode()
    assert svg.startswith("<svg")
    assert "水泥产能" in svg and "无数据" in svg
    assert "http" not in svg.replace("http://www.w3.org/", "")


def glyph(text):
    data = pd.DataFrame({"t": [text]})
    chart = theme.themed(
        alt.layer(alt.Chart(data).mark_text(fontSize=40).encode(text="t:N")).properties(width=90, height=60)
    )
    return pixels(theme.chart_png(chart, 1.0))


def test_chinese_is_drawn_and_not_replaced_by_boxes():
    # A box is the same for every missing character; U+10FFFD is in no font.
    box = glyph("\U0010fffd")
    found = [glyph(c) for c in "混凝土砂浆达标滞后●▲▼○≤≥"]
    for picture in found:
        assert (picture < 128).any()
        assert picture.shape != box.shape or not np.array_equal(picture, box)
    for a, b in pairwise(found):
        assert not np.array_equal(a, b)


def test_one_theme_with_a_chinese_font():
    for name, chart in CHARTS.items():
        spec = chart().to_dict()
        assert "Noto Sans SC" in spec["config"]["font"], name
        assert "http" not in json.dumps({k: v for k, v in spec.items() if k != "$schema"}), name


def test_nothing_is_interpolated_and_definitions_are_never_joined():
    joined = targets.joined_actuals(rows_of("concrete_sites"))
    assert len(joined)
    for _run, pair in joined.groupby("run"):
        assert len(set(pair["series"])) == 1
        assert pair["time"].max() - pair["time"].min() == 1
    assert targets.joined_actuals(rows_of("cement_bulk_use_rate")).empty  # 2005 and 2010 are five years apart
    assert targets.joined_actuals(rows_of("mortar_capacity")).empty


def test_the_chart_says_where_no_actual_exists():
    item = ITEMS["cement_capacity"]
    assert targets.missing_years(item) == [2011, 2012, 2013, 2014, 2015]
    assert targets.years_text([2011, 2012, 2014]) == "2011–2012、2014"
    text = json.dumps(targets.indicator_chart(rows_of("cement_capacity"), item).to_dict(), ensure_ascii=False)
    assert "2011–2015 年没有实绩" in text


def test_the_board_has_a_row_for_every_target_and_no_bar_without_an_actual():
    data = board.board_data(list(ITEMS.values()))
    assert len(data) == 14
    assert list(data["bar"].notna()) == [p.actual is not None for p in ITEMS.values()]
    assert data["bar"].dropna().between(0, board.BOARD_END).all()
    assert data.set_index("label").loc["预拌砂浆产能", "latest_text"].endswith("*")


def test_colours_are_okabe_itos():
    allowed = {"#D55E00", "#E69F00", "#0072B2", "#009E73", "#56B4E9", "#CC79A7", "#999999", "#222222", "#6B6B6B"}
    assert set(style.STATUS_COLOUR.values()) <= allowed
    assert set(targets.SERIES_COLOURS) | set(charts_balance.MEASURE_COLOUR.values()) <= allowed
    assert len(set(board.STATUS_SIGN.values())) == 4  # a status is told by its sign as well
