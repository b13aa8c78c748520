"""Long work of a page: taken over once by whom it belongs to, stopped, found again, and what goes wrong in it."""

import time

import pytest
from long_work import ended, job_of
from streamlit.testing.v1 import AppTest

from mixplan.base.progress import Progress
from mixplan.jobs.job import Look
from mixplan.projects.queue import Queue
from mixplan.ui import runs


def page_of_a_run() -> None:
    import streamlit as st

    from mixplan.base.errors import DataError
    from mixplan.ui import runs

    def take(about, found) -> None:
        st.session_state["taken"].append((about, found))

    def refuse(about, found) -> None:
        raise DataError("the disk is full")

    about, once = st.session_state.get("about", "as set"), st.session_state["once"]
    how = refuse if "refuse" in st.session_state else take
    work = runs.Work("test", runs.counted(lambda: "{done} of {of}"), how, lambda: "stop", once=once)
    runs.collect(work)
    runs.complain(work, lambda asked: asked == about)
    call = ("job_work:" + st.session_state["function"], *st.session_state["given"])
    st.button("begin", key="begin", on_click=runs.begin, args=(work, *call), kwargs={"about": about})
    runs.watch(work)


def page(
    function: str = "hand_back", *given: object, planner: str | None = None, once: bool = False, **state: object
) -> AppTest:
    test = AppTest.from_function(page_of_a_run, default_timeout=20)
    test.session_state["function"], test.session_state["given"] = function, given
    test.session_state["taken"], test.session_state["once"] = [], once
    for key, value in state.items():
        test.session_state[key] = value
    if planner is not None:
        test.session_state["planner"] = planner
    return test.run()


def begun(test: AppTest) -> AppTest:
    return test.button(key="begin").click().run()


def taken(test: AppTest) -> list:
    return test.session_state["taken"]


def warnings(test: AppTest) -> list[str]:
    return [box.value for box in test.warning]


def test_a_result_is_taken_over_once_with_what_it_is_about():
    test = ended(begun(page("hand_back", 42)), "test")
    assert taken(test) == [("as set", 42)]
    assert taken(test.run()) == [("as set", 42)]


def test_one_run_at_a_time_until_it_is_stopped_with_its_best_though_it_never_looks_up():
    test = begun(page("never_look_up", "best so far"))
    first = job_of(test, "test")
    assert begun(test).session_state["run_test"] == first.id
    while first.queue.part(first.id, "best") is None:
        time.sleep(0.05)
    ended(test.run().button(key="test_stop").click().run(), "test")
    assert taken(test) == [("as set", "best so far")]
    assert "run_test" not in test.session_state
    assert not test.warning


def test_what_is_stopped_before_it_has_anything_says_so():
    test = begun(page("never_look_up", None))
    job_of(test, "test").stop()
    assert warnings(ended(test, "test")) == ["已停止；还没有结果。"]


def test_a_page_that_is_loaded_again_finds_its_run_and_then_its_result():
    first = begun(page("count", 1.5, planner="the planner"))
    again = page(planner="the planner")
    assert again.session_state["run_test"] == first.session_state["run_test"]
    assert again.button(key="test_stop")
    ((about, found),) = taken(ended(again, "test"))
    assert about == "as set" and found > 10
    assert taken(page(planner="the planner")) == taken(again)


def test_nobody_is_shown_what_somebody_else_has_asked_for():
    ended(begun(page("hand_back", 42, planner="one")), "test")
    other = page(planner="another")
    assert taken(other) == []
    assert "run_test" not in other.session_state


def test_a_second_tab_keeps_what_is_on_it_when_the_first_one_asks():
    second = page(planner="with two tabs")
    ended(begun(page("hand_back", 42, planner="with two tabs")), "test")
    assert taken(second.run()) == []


def test_what_goes_into_a_project_is_taken_over_by_one_tab_and_not_again_after_a_reload():
    first = begun(page("count", 1.5, planner="with a project", once=True))
    second = page(planner="with a project", once=True)
    assert second.session_state["run_test"] == first.session_state["run_test"]
    ended(first, "test")
    assert len(taken(first)) == 1
    assert taken(second.run()) == [] and warnings(second) == []
    assert taken(page(planner="with a project", once=True)) == []


def test_what_cannot_be_kept_is_said_and_taken_over_another_time():
    test = ended(begun(page("hand_back", 42, planner="disk full", once=True, refuse=True)), "test")
    assert warnings(test) == ["the disk is full"]
    del test.session_state["refuse"]
    assert taken(test.run()) == [("as set", 42)] and warnings(test) == []
    assert taken(page(planner="disk full", once=True)) == []


def test_earlier_work_about_the_same_is_not_found_again_once_the_last_was_taken_over():
    tabs = [page("hand_back", n, planner="asked twice", once=True) for n in (1, 2)]
    jobs = [job_of(begun(tab), "test") for tab in tabs]
    assert all(job.wait(60) for job in jobs)
    assert taken(page(planner="asked twice", once=True)) == [("as set", 2)]
    assert taken(page(planner="asked twice", once=True)) == []


def test_a_fault_in_the_work_is_raised():
    test = ended(begun(page("fail")), "test")
    assert [fault.message for fault in test.exception] == ["planted"]
    assert taken(test) == []


@pytest.mark.parametrize(("about", "said"), [("as set", ["已停止；还没有找到方案。"]), ("otherwise", [])])
def test_what_cannot_be_met_is_said_while_the_inputs_are_the_same(about, said):
    test = ended(begun(page("find_nothing")), "test")
    test.session_state["about"] = about
    assert [box.value for box in test.run().error] == said


def test_a_process_that_ends_is_said_and_leaves_its_best():
    test = ended(begun(page("kill_itself", "best so far")), "test")
    assert warnings(test) == ["计算进程意外结束，可能是内存不足。当时最好的结果已保留。"]
    assert taken(test) == [("as set", "best so far")]
    assert warnings(begun(test)) == []  # gone with the next run


@pytest.mark.parametrize(
    ("stands", "said"),
    [
        ({"state": "waiting", "ahead": 2}, "排队中：前面还有 2 个计算"),
        ({"state": "waiting"}, "排队中：下一个就是，等计算进程空出来"),
        ({}, "正在开始（3 秒）"),
        ({"progress": Progress(done=1, of=4)}, "1 of 4"),
        ({"why": "asked"}, "正在停止，保留当前最好的结果"),
    ],
)
def test_how_work_stands_is_said_from_the_first_moment(stands, said):
    look = Look(**({"state": "running", "why": "", "ahead": 0, "progress": None, "seconds": 3.0} | stands))
    work = runs.Work("test", runs.counted(lambda: "{done} of {of}"), lambda *_: None, lambda: "stop")
    assert runs._words(work, "as set", look)[1] == said


def test_a_queue_that_cannot_be_kept_is_said_and_the_page_stays(home):
    (home / "jobs").mkdir(parents=True, mode=0o700)
    Queue().file.write_text("no database at all, but long enough to be taken for one" * 9)
    test = begun(page())
    assert not test.exception
    assert Queue().file.name in warnings(test)[0] and "读写失败" in warnings(test)[0]
    assert "run_test" not in test.session_state
