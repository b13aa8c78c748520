"""What a session remembers, whatever the planner clicks meanwhile."""

import tomllib

from streamlit.testing.v1 import AppTest

from mixplan.base.paths import APP_ROOT


def a_page_whose_button_remembers_three_things() -> None:
    """While its callback runs, the planner clicks again."""
    import streamlit as st
    from streamlit.runtime.scriptrunner import RerunData, get_script_run_ctx

    from mixplan.ui.session import Kept

    def clicked() -> None:
        first.put(1)
        context = get_script_run_ctx()
        context.script_requests.request_rerun(RerunData(page_script_hash=context.page_script_hash))
        second.put(2)
        done.put([*(done.get() or []), (first.get(), second.take(), second.known())])

    first, second, done = Kept[int]("first"), Kept[int]("second"), Kept[list]("done")
    drawn = Kept[int]("drawn")
    drawn.put((drawn.get() or 0) + 1)
    st.button("记下", on_click=clicked)
    st.text(f"{done.get()}")


def test_a_callback_is_done_whole_and_the_click_that_came_meanwhile_is_taken_up_after_it():
    page = AppTest.from_function(a_page_whose_button_remembers_three_things).run()
    page.button[0].click().run()
    assert not page.exception
    assert page.session_state["done"] == [(1, 2, False)]
    assert page.text[0].value == "[(1, 2, False)]"


def a_page_during_which_the_planner_clicks() -> None:
    import streamlit as st
    from streamlit.runtime.scriptrunner import RerunData, get_script_run_ctx

    from mixplan.ui.session import Kept

    begun, ended = Kept[int]("begun"), Kept[int]("ended")
    begun.put((begun.get() or 0) + 1)
    context = get_script_run_ctx()
    if begun.get() == 1:
        context.script_requests.request_rerun(RerunData(page_script_hash=context.page_script_hash))
    ended.put((ended.get() or 0) + 1)
    st.text("画好了")


def test_the_page_itself_is_broken_off_by_a_click_as_ever():
    page = AppTest.from_function(a_page_during_which_the_planner_clicks).run()
    assert (page.session_state["begun"], page.session_state["ended"]) == (2, 1)


def test_a_session_has_one_run_at_a_time():
    """With two, the second reads what the first has not yet put back, and a planner is told of a clash with herself."""
    config = tomllib.loads((APP_ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert config["runner"]["fastReruns"] is False
