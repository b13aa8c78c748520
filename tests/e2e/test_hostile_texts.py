"""A register of hostile texts on every page, in both languages and in the presenter, in a real browser."""

import pytest
from hostile import NAMED, TEXTS, register_csv

from mixplan.ui.pages import page_names

FILE = "![i](x.png) $x$ :smile: www.e.cn.csv"
REFUSED = '"![i](http://127.0.0.1:9/n.png)",$x^2$,:smile: www.e.cn,,,,,,116.4,39.9,10,60,wan_m3,sourced\n'
# What Streamlit, or a browser, would have made of a text: links that lead away, pictures, formulas, icons, colours.
MADE = """() => [...document.querySelectorAll('[data-testid="stMain"] :is(a[href], img, .katex, [translate="no"],'
    + ' .stMarkdownColoredText, [onload], [onerror])')]
  .filter(e => e.closest('[data-testid="stMarkdownContainer"], .stHtml, [data-testid="stTable"]'))
  .filter(e => !(e.tagName === 'A' && e.href.startsWith(location.origin)))
  .filter(e => !e.closest('.mp-legend, button, [data-testid="stPageLink"], [data-testid="stExpander"] summary'))
  .map(e => e.outerHTML.slice(0, 200))"""


def broken(page):
    return page.locator('.st-key-page_fault, [data-testid="stException"]').count()


def visit_all(workbench):
    """Open every page of the session by its link; nothing is made of any text there."""
    page = workbench.page
    for name in page_names():
        workbench.go(name)
        workbench.settle()
        assert broken(page) == 0, page.url
        assert page.evaluate(MADE) == [], page.url


def find(workbench, text):
    """Choose a station by the search box."""
    page = workbench.page
    page.locator('[data-testid="stSelectbox"] input').last.fill(text)
    page.get_by_role("option").first.click()
    workbench.settle()


@pytest.fixture
def imported(workbench):
    """A session that has taken in the register."""
    content = register_csv() + REFUSED.encode()
    page = workbench.import_register({"name": FILE, "mimeType": "text/csv", "buffer": content})
    page.wait_for_selector(f"text={len(TEXTS)} 行可用")
    return workbench


def test_hostile_texts_stay_texts_on_every_page(imported):
    page, dialogs = imported.page, []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    assert FILE in page.locator("body").inner_text()
    assert page.evaluate(MADE) == []
    for text in (
        "{{3**20000000 and 1}}",
        "$\\frac$ 与 $x^2$",
        ":red[红] :smile: :material/home:",
        "http://127.0.0.1:9/ www",
    ):
        find(imported, text)
        name = next(one for one in NAMED if one.startswith(text))
        assert name in page.locator(".st-key-card").inner_text()
        assert page.evaluate(MADE) == []
    visit_all(imported)
    page.get_by_text("English", exact=True).click()
    imported.settle()
    visit_all(imported)
    imported.go("briefing")
    imported.settle()
    page.get_by_role("button", name="Start").click()
    imported.settle()
    for _step in range(9):
        assert broken(page) == 0 and page.evaluate(MADE) == []
        page.keyboard.press("ArrowRight")
        imported.settle()
    assert dialogs == []
