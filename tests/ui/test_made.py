"""Files that a worker makes: asked for at a button, shown while they are made, then downloaded at the same place."""

from pathlib import Path

import pandas as pd
import pytest
from long_work import ended, job_of
from streamlit.testing.v1 import AppTest

from mixplan.ui.downloads import _MANY_CELLS

ROOT = Path(__file__).parents[2]


def page_with_files() -> None:
    import streamlit as st

    from mixplan.ui.made import File, made_downloads

    state = st.session_state

    def file(name: str) -> File:
        function = state.get("function", "hand_back")
        return File(name, name, "text/plain", f"job_work:{function}", lambda: (state.get("given", name.encode()),))

    for key in ("first", "second"):
        files = {end: file(f"{key}.{end}") for end in ("a", "b")}
        made_downloads(files, st.columns(2), key=key, version=lambda: state.get("version", 1))


@pytest.fixture
def page() -> AppTest:
    return AppTest.from_function(page_with_files, default_timeout=20).run()


def with_work(page: AppTest, function: str, given: object) -> AppTest:
    """The page whose files are made in another way."""
    page.session_state["function"], page.session_state["given"] = function, given
    return page.run()


def asked(page: AppTest, key: str) -> AppTest:
    """The page once the file of a button is made."""
    return ended(page.button(key=key).click().run(), "file")


def ready(page: AppTest) -> list[str]:
    return [button.proto.label for button in page.get("download_button")]


def test_a_file_is_ready_where_it_was_asked_for_and_nothing_is_made_before(page):
    assert ready(page) == []
    assert ready(asked(page, "first_b")) == ["下载 first.b"]
    assert ready(asked(page, "second_a")) == ["下载 first.b", "下载 second.a"]
    assert list(page.session_state["files"].values()) == [b"first.b", b"second.a"]


def test_what_shows_something_else_now_is_to_be_made_again(page):
    asked(page, "first_a")
    page.session_state["version"] = 2
    assert ready(page.run()) == []
    page.session_state["version"] = 1
    assert ready(page.run()) == ["下载 first.a"]


def test_while_a_file_is_made_its_progress_stands_there_and_another_takes_its_place(page):
    with_work(page, "never_look_up", None).button(key="first_a").click().run()
    first = job_of(page, "file")
    assert page.button(key="file_stop")
    assert [page.button(key=f"{key}_a").disabled for key in ("first", "second")] == [True, False]
    with_work(page, "hand_back", b"x").button(key="second_b").click().run()
    assert first.look().why == "asked"
    assert ready(ended(page, "file")) == ["下载 second.b"]


def test_a_page_that_is_loaded_again_shows_the_file_that_is_being_made(page):
    with_work(page, "never_look_up", None).button(key="second_a").click().run()
    again = AppTest.from_function(page_with_files, default_timeout=20)
    again.session_state["planner"] = page.session_state["planner"]
    assert again.run().button(key="second_a").disabled
    assert again.button(key="file_stop")
    job_of(again, "file").stop()


def test_why_a_file_could_not_be_made_is_said_once_where_it_was_asked_for(page):
    asked(with_work(page, "find_nothing", None), "first_a")
    assert [box.value for box in page.error] == ["已停止；还没有找到方案。"]
    assert ready(page) == []


def page_with_a_table() -> None:
    import streamlit as st

    from mixplan.ui.downloads import table_downloads

    table_downloads(st.session_state["table"], "表", key="table")


@pytest.mark.parametrize(
    ("rows", "buttons"),
    [(_MANY_CELLS, ["CSV", "XLSX"]), (_MANY_CELLS + 1, ["CSV"])],
    ids=["a table that is written at once", "a long one"],
)
def test_a_long_workbook_is_made_by_a_worker(rows, buttons):
    page = AppTest.from_function(page_with_a_table, default_timeout=20)
    page.session_state["table"] = pd.DataFrame({"n": range(rows)})
    assert ready(page.run()) == buttons
    if rows > _MANY_CELLS:
        assert ready(asked(page, "table_xlsx")) == ["CSV", "下载 XLSX"]
        (content,) = page.session_state["files"].values()
        assert content.startswith(b"PK")
        page.session_state["table"] = page.session_state["table"][::-1]
        assert ready(page.run()) == ["CSV"], "the same rows in another order are another file"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "key", "start"),
    [
        ("station_map", "station_map_file_png", b"\x89PNG"),
        ("coverage", "coverage_map_file_svg", b"<?xml"),
        ("targets", "board_png", b"\x89PNG"),
    ],
)
def test_a_page_s_picture_is_made_and_offered(name, key, start):
    page = asked(AppTest.from_file(str(ROOT / f"pages/{name}.py"), default_timeout=120).run(), key)
    assert not page.exception
    (content,) = page.session_state["files"].values()
    assert content.startswith(start)
    assert any(label.startswith("下载 ") for label in ready(page))
