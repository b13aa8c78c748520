"""What the pages share is made once, in each language, and no page's change of it reaches another."""

from datetime import date

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from mixplan.base import i18n
from mixplan.base.i18n import set_language
from mixplan.base.paths import APP_ROOT
from mixplan.screening.explain import explain
from mixplan.screening.judge import overall, screen
from mixplan.screening.stations import station_table
from mixplan.ui import frame, shared

ON = date(2015, 12, 31)
MARGIN_M = 200.0


@pytest.fixture
def computed(plants, layers):
    """Findings, verdicts and table as the rooms behind the pages give them, without anything kept."""
    book = shared.rules().with_margin(MARGIN_M)
    findings = screen(plants, layers, book, on=ON)
    findings = findings.assign(reason=explain(findings, plants, layers, book))
    judged = overall(findings, plants, book)
    return findings, judged, station_table(plants, judged, findings, layers, book, on=ON)


def test_what_is_kept_is_what_would_be_computed(computed):
    for kept, new in zip((*shared.screened(MARGIN_M, ON), shared.stations(MARGIN_M, ON)), computed, strict=True):
        pd.testing.assert_frame_equal(kept, new)


def test_a_change_on_one_page_reaches_no_other(computed):
    mine = shared.stations(MARGIN_M, ON)
    mine["name"] = "甲"
    mine.loc[mine.index[0], "capacity"] = -1.0
    del mine["reason"]
    findings, judged = shared.screened(MARGIN_M, ON)
    findings["verdict"], judged["flags"] = "pass", 0
    test_what_is_kept_is_what_would_be_computed(computed)


def test_each_language_has_a_table_of_its_own():
    chinese = shared.stations(MARGIN_M, ON)
    set_language("en")
    english = shared.stations(MARGIN_M, ON)
    assert "Fangshan" in set(english["district_shown"]) and "Fangshan" not in set(chinese["district_shown"])
    set_language("zh")
    pd.testing.assert_frame_equal(shared.stations(MARGIN_M, ON), chinese)


def test_a_page_asks_its_session_for_the_language_only_before_it_begins(monkeypatch):
    """Thousands of words stand on a page, and to ask the session takes longer than to look one up."""
    asked = []
    monkeypatch.setattr(i18n, "_session_language", lambda: asked.append(1) or frame._session_language())
    page = AppTest.from_file(str(APP_ROOT / "pages" / "station_map.py"), default_timeout=60).run()
    assert not page.exception
    page.session_state["lang"] = "en"
    assert "Stations shown" in [metric.label for metric in page.run().metric]
    assert len(asked) < 20
