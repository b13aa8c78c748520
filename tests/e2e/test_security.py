"""What the server's content policy lets a page do, in a real browser."""

import pytest

PAGES = ["", "station_map", "consolidation", "siting", "coverage", "targets", "briefing", "data"]
WITH_A_MAP = {"", "station_map", "consolidation", "siting", "coverage"}


@pytest.fixture
def complaints(workbench):
    said: list[str] = []
    workbench.page.on("console", lambda message: said.append(message.text))
    workbench.page.on("pageerror", lambda error: said.append(str(error)))
    return said


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_page_asks_for_more_than_the_policy_allows(workbench, complaints, language):
    for name in PAGES:
        page = workbench.open(f"{name}?lang={language}")
        if name in WITH_A_MAP:
            assert workbench.map().evaluate("!!window.map")
    assert page.title()
    assert [text for text in complaints if "Content Security Policy" in text] == []


def test_a_chart_is_drawn_and_a_table_handed_out(workbench, complaints):
    page = workbench.open("targets")
    page.wait_for_selector(".vega-embed :is(svg, canvas)")
    page = workbench.open("station_map")
    with page.expect_download() as begun:
        page.get_by_role("button", name="CSV", exact=True).first.click()
    assert begun.value.path().read_bytes().startswith("\ufeff".encode())
    assert [text for text in complaints if "Content Security Policy" in text] == []


def test_a_script_that_is_not_the_servers_own_is_not_run(workbench, complaints):
    page = workbench.open("data")
    page.evaluate(
        "const s = document.createElement('script'); s.text = 'window.ran = true'; document.body.appendChild(s)"
    )
    assert page.evaluate("window.ran") is None
    assert any("Content Security Policy" in text for text in complaints)
