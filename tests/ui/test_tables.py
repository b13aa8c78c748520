"""A chart that is kept goes to the browser as Streamlit itself would send it, and is made once."""

import json

import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest

from mixplan.charts.board import board_chart
from mixplan.plan.indicators import load_indicators
from mixplan.targets.progress import progress
from mixplan.ui import tables


def board():
    return board_chart(progress(load_indicators()))


def _both(chart):
    import streamlit as st

    from mixplan.ui.tables import show_chart

    st.altair_chart(chart(), theme=None, width="stretch")
    show_chart(chart, key="test", version="board")


def sent(element):
    """Specification and rows of a chart, whatever its data sets are called."""
    proto = element.proto
    text, rows = proto.spec, []
    for number, data in enumerate(sorted(proto.datasets, key=lambda data: text.index(data.name))):
        text = text.replace(data.name, f"data-{number}")
        rows.append(pa.ipc.open_stream(data.data.data).read_all().to_pylist())
    return json.loads(text), rows


@pytest.mark.slow
def test_a_kept_chart_is_sent_as_the_chart_itself_would_be():
    page = AppTest.from_function(_both, default_timeout=60, args=(board,)).run()
    assert not page.exception
    streamlits, ours = page.get("vega_lite_chart")
    assert sent(ours) == sent(streamlits)


def test_a_chart_is_made_once_for_what_it_shows(monkeypatch):
    made = []

    def chart():
        made.append(1)
        return board()

    for version in ("a", "a", "b", "a"):
        tables._drawn("made-once", version, "zh", chart)
    assert len(made) == 2
