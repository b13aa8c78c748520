"""Long work of a page: taken over once, stopped, and what goes wrong in it."""

import pytest
from streamlit.testing.v1 import AppTest


def page_of_a_run() -> None:
    import streamlit as st

    from mixplan.ui import runs

    about = st.session_state.get("about", "as set")
    runs.collect("test")
    runs.complain("test", about)
    how = {
        "about": about,
        "say": runs.counted("{done} of {of}"),
        "take": st.session_state["taken"].append,
        "stop": "stop",
    }
    st.button("begin", key="begin", on_click=runs.begin, args=("test", st.session_state["work"]), kwargs=how)
    runs.watch("test")


def page(work: object) -> AppTest:
    test = AppTest.from_function(page_of_a_run)
    test.session_state["work"] = work
    test.session_state["taken"] = []
    return test.run()


def ended(test: AppTest) -> AppTest:
    if "run_test" in test.session_state:  # else it ended before the page had drawn its progress
        test.session_state["run_test"].job.wait(20)
        test.run()
    return test


def begun(test: AppTest) -> AppTest:
    return test.button(key="begin").click().run()


def until_stopped(job) -> str:
    from mixplan.base.progress import Progress

    while job.watch(Progress(done=1, of=4)):
        pass
    return "best so far"


def fails(_job) -> None:
    raise ZeroDivisionError("planted")


def finds_nothing(_job) -> None:
    from mixplan.base.errors import InfeasibleError

    raise InfeasibleError("nothing ![found](x)")


def test_a_result_is_taken_over_once():
    test = ended(begun(page(lambda job: 42)))
    assert test.session_state["taken"] == [42]
    assert test.run().session_state["taken"] == [42]


def test_one_run_at_a_time_until_it_is_stopped():
    test = begun(page(until_stopped))
    first = test.session_state["run_test"].job
    assert begun(test).session_state["run_test"].job is first
    test.button(key="test_stop").click().run()
    assert ended(test).session_state["taken"] == ["best so far"]
    assert "run_test" not in test.session_state


def test_a_fault_in_the_work_is_raised():
    test = ended(begun(page(fails)))
    assert [fault.message for fault in test.exception] == ["planted"]
    assert test.session_state["taken"] == []


@pytest.mark.parametrize(("about", "said"), [("as set", [r"nothing \!\[found\](x)"]), ("otherwise", [])])
def test_what_cannot_be_met_is_said_while_the_inputs_are_the_same(about, said):
    test = ended(begun(page(finds_nothing)))
    test.session_state["about"] = about
    assert [box.value.replace("\\(", "(").replace("\\)", ")") for box in test.run().error] == said
