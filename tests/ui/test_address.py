"""Whatever somebody writes in an address opens the page; what means nothing is passed over."""

import pytest
from streamlit.testing.v1 import AppTest

from mixplan.base.paths import PAGES
from mixplan.ui.address import whole

ODD = ["9" * 5000, "-" + "9" * 5000, "٣", "²", "１２", "1_000", " 7", "7 ", "0x10", "1e3", "NaN", "", "\x00", "3\n"]
LONG, MARKUP = "9" * 5000, "\x00<img onerror=alert(1)>{{7*7}}$x$"
# Every setting that stands in an address, with the page that reads it.
FILTERS = ("kinds", "verdicts", "certainty", "evidence", "rings", "districts", "statuses")
SETTINGS = {
    "station_map": ("year", "margin", "layers", "plant", "lang", *FILTERS),
    "coverage": ("year", "theme", "radius", "shade", "by", "lang"),
    "briefing": ("step", "lang"),
}


@pytest.mark.parametrize("text", ODD)
def test_what_is_no_plain_whole_number_is_none(text):
    assert whole(text) is None


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("2015", 2015), ("-3", -3), ("007", 7), ("9" * 9, 10**9 - 1)])
def test_whole_numbers(text, number):
    assert whole(text) == number


@pytest.mark.slow
@pytest.mark.parametrize("name", list(SETTINGS))
@pytest.mark.parametrize("odd", [LONG, "²", MARKUP], ids=["digits", "square", "markup"])
def test_an_odd_address_opens_the_page_as_if_it_said_nothing(name, odd):
    page = AppTest.from_file(str(PAGES / f"{name}.py"), default_timeout=60)
    for key in SETTINGS[name]:
        page.query_params[key] = odd
    page.run()
    assert not page.exception, [e.value for e in page.exception]
    assert not any(odd in str(e.value) for kind in ("markdown", "caption", "error", "warning") for e in page.get(kind))


def test_a_choice_that_is_no_longer_offered_is_passed_over():
    page = AppTest.from_file(str(PAGES / "station_map.py"), default_timeout=60)
    page.session_state["districts"] = ["110105", "{{gone}}"]
    page.run()
    assert not page.exception
    assert page.session_state["districts"] == ["110105"]
    assert page.query_params["districts"] in ("110105", ["110105"])
