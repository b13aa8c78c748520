"""The window in which a project is shared: it is there until it is closed, whatever the page runs for meanwhile."""

import pytest
from kept_work import kept
from streamlit.testing.v1 import AppTest

from mixplan.base.paths import PAGES

pytestmark = pytest.mark.usefixtures("home")


def opened() -> AppTest:
    page = AppTest.from_file(str(PAGES / "data.py"), default_timeout=60)
    page.query_params["project"] = kept()
    return page.run().button(key="share").click().run()


def is_open(page: AppTest) -> bool:
    return any(button.key == "share_make" for button in page.button)


def test_it_stays_open_when_the_page_runs_for_another_reason():
    assert is_open(opened().run().run())


def test_a_link_that_was_made_stays_to_be_copied_and_is_gone_when_the_window_opens_anew():
    page = opened().button(key="share_make").click().run()
    (link,) = [one.value for one in page.run().code]
    assert "?view=" in link
    assert not page.button(key="share").click().run().code


def test_a_link_of_one_project_is_not_shown_in_another():
    page = opened().button(key="share_make").click().run()
    page.query_params["project"] = kept()
    assert not page.run().code and not is_open(page)
