"""Comments on every card that has them, and the page that lists all."""

from dataclasses import replace
from pathlib import Path

import pytest
from kept_work import kept, work_of
from routed import routed
from streamlit.testing.v1 import AppTest

from mixplan.consolidation.stations import inventory
from mixplan.projects import scenarios
from mixplan.projects.comments import Comment, Reply, Target
from mixplan.projects.project import Project, Work
from mixplan.registers.plants import load_plants
from mixplan.ui import work
from mixplan.ui.siting import answers

PAGES = Path(__file__).parents[2] / "pages"
STATIONS = inventory(load_plants()).index
CONCRETE = str(STATIONS[0])
ASKED = Comment(Target("station", CONCRETE, "甲站", (116.4, 39.9)), "证照齐吗？", "王", "2026-01-01T08:00:00+00:00")
SETTLED = replace(
    ASKED,
    target=Target(place=(116.5, 40.1), name="河边"),
    text="离河太近",
    resolved_by="李",
    resolved_at="2026-01-02T08:00:00+00:00",
)


def open_page(name: str, project: Project | None = None, **address: str) -> AppTest:
    page = AppTest.from_file(str(PAGES / f"{name}.py"), default_timeout=120)
    page.query_params["project"] = kept(project)
    for key, value in address.items():
        page.query_params[key] = value
    page.run()
    assert not page.exception, [e.value for e in page.exception]
    return page


def line(page: AppTest) -> str:
    return page.button(key="comments_line").label


def said(page: AppTest) -> str:
    return " ".join(str(e.value) for kind in ("markdown", "caption", "info") for e in page.get(kind))


def site() -> str:
    """One that the shipped proposal has chosen."""
    return str(next(iter(answers.shipped().proposal.lines)))


@pytest.mark.parametrize(
    ("name", "address", "target"),
    [
        ("station_map", lambda: {"plant": CONCRETE}, ("station", lambda: CONCRETE)),
        ("consolidation", lambda: {"plant": CONCRETE}, ("station", lambda: CONCRETE)),
        ("siting", lambda: {"site": site()}, ("site", site)),
        ("siting", lambda: {"place": "116.925000,40.225000"}, ("place", str)),
    ],
    ids=["station map", "consolidation", "a site", "a place"],
)
def test_a_comment_is_written_on_the_card_answered_and_settled(name, address, target):
    page = open_page(name, **address())
    assert line(page) == "批注"
    assert not page.text_area
    page.button(key="comments_line").click().run()
    page.text_area(key="comment_new").input("看一下 **这里** {{x}}")
    page.button(key="comment_add").click().run()
    ((id, one),) = work_of(page).comments.items()
    assert (one.target.kind, one.target.id, one.text) == (target[0], target[1](), "看一下 **这里** {{x}}")
    assert one.target.place is not None
    assert line(page) == "批注（1 条未决）"
    assert r"\*\*这里\*\*" in said(page)

    page.text_area(key=f"comment_reply_{id}").input("看过了")
    page.button(key=f"comment_answer_{id}").click().run()
    page.button(key=f"comment_settle_{id}_1").click().run()
    one = work_of(page).comments[id]
    assert [reply.text for reply in one.answers] == ["看过了"]
    assert not one.open
    assert line(page) == "批注（1 条，都已解决）"
    page.button(key=f"comment_settle_{id}_0").click().run()
    assert work_of(page).comments[id].open
    page.button(key="undo").click().run()
    assert not work_of(page).comments[id].open


def test_a_comment_with_nothing_to_be_seen_is_none():
    page = open_page("station_map", plant=CONCRETE)
    page.button(key="comments_line").click().run()
    page.text_area(key="comment_new").input(" \u200b ")
    page.button(key="comment_add").click().run()
    assert not work_of(page).comments


def test_comments_of_a_project_are_there_in_its_scenarios_too():
    project = scenarios.begun(Project(comments={"1": ASKED}), "a", "宽外扩", Work(margin_m=500))
    page = open_page("station_map", project, plant=CONCRETE, scenario="a")
    assert line(page) == "批注（1 条未决）"
    page.button(key="comments_line").click().run()
    page.button(key="comment_settle_1_1").click().run()
    assert not work_of(page).comments["1"].open
    assert work_of(page).scenarios["a"].work == Work(margin_m=500)


def listing(project: Project, **address: str) -> AppTest:
    page = routed("comments")
    page.query_params["project"] = kept(project)
    for key, value in address.items():
        page.query_params[key] = value
    page.run()
    assert not page.exception, [e.value for e in page.exception]
    return page


def rows(page: AppTest) -> list[str]:
    return list(page.dataframe[0].value["批注"]) if page.dataframe else []


def test_without_comments_the_page_says_where_they_are_written():
    assert "还没有批注" in listing(Project()).info[0].value


def test_the_page_lists_open_ones_first_and_filters_by_state_object_person_and_words():
    answered = replace(ASKED, replies={"r": Reply("齐。", "赵", "2026-01-03T00:00:00+00:00")})
    page = listing(Project(comments={"1": SETTLED, "2": answered}))
    assert rows(page) == ["证照齐吗？", "离河太近"]
    assert "2 条批注，其中 1 条未决" in said(page)
    page.segmented_control(key="state").set_value("resolved").run()
    assert rows(page) == ["离河太近"]
    assert page.query_params["state"] in ("resolved", ["resolved"])
    page.segmented_control(key="kind").set_value("station").run()
    assert rows(page) == []
    page.segmented_control(key="state").set_value("all").run()
    assert rows(page) == ["证照齐吗？"]
    page.segmented_control(key="kind").set_value("all").run()
    page.selectbox(key="comments_who").select("赵").run()
    assert rows(page) == ["证照齐吗？"]
    page.selectbox(key="comments_who").set_value(None).run()
    page.text_input(key="comments_query").input("河边").run()
    assert rows(page) == ["离河太近"]


def test_the_chosen_comment_is_answered_and_settled_on_the_page():
    page = listing(Project(comments={"1": ASKED}), comment="1")
    assert "证照齐吗？" in said(page)
    page.text_area(key="comment_reply_1").input("齐。")
    page.button(key="comment_answer_1").click().run()
    page.button(key="comment_settle_1_1").click().run()
    one = work_of(page).comments["1"]
    assert [reply.text for reply in one.answers] == ["齐。"]
    assert not one.open


@pytest.mark.parametrize(
    ("target", "page", "query"),
    [
        (ASKED.target, "station_map", f"plant={CONCRETE}"),
        (Target("site", "own-1"), "siting", "site=own-1"),
        (SETTLED.target, "siting", "place=116.500000%2C40.100000"),
    ],
)
def test_a_comment_leads_to_what_it_is_pinned_to(target, page, query):
    shown = listing(Project(comments={"1": replace(ASKED, target=target)}), comment="1")
    (link,) = shown.get("page_link")
    assert link.proto.page == page
    assert query in link.proto.query_string


def test_who_comes_by_a_link_sees_what_it_names_whatever_was_chosen_before():
    other = str(STATIONS[1])
    page = routed("comments")
    page.query_params["project"] = kept(Project(comments={"1": ASKED}))
    page.session_state["plant"] = other
    page.run()
    page.query_params["plant"] = CONCRETE
    page.switch_page(str(PAGES / "station_map.py")).run()
    assert page.session_state["plant"] == CONCRETE


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("station_map", ASKED.target),
        ("consolidation", ASKED.target),
        ("siting", SETTLED.target),
    ],
)
def test_a_map_has_pins_of_what_is_open_only(name, target):
    def legend(one: Comment) -> bool:
        page = open_page(name, Project(comments={"1": one}))
        return any("未决批注" in e.proto.body for e in page.get("html"))

    asked = replace(ASKED, target=target)
    assert legend(asked)
    assert not legend(replace(asked, resolved_by="李", resolved_at="2026-01-02T08:00:00+00:00"))


def with_pins() -> None:
    import streamlit as st

    from mixplan.city.crs import points_metric
    from mixplan.ui import work
    from mixplan.ui.comments import pins

    work.begin("projects")
    places = points_metric([116.4], [39.9]).set_axis(["here"])
    for drawn in pins.pins(places, "station", "place"):
        st.code(" ".join(drawn.ids))
    for mark in ("comment:1", "comment:2", "comment:gone", "here"):
        st.text(str(pins.picked(mark)))


def test_a_pin_stands_where_its_station_or_place_is_shown_and_leads_to_it():
    here, gone = (replace(ASKED, target=Target("station", id)) for id in ("here", "gone"))
    place = replace(ASKED, target=Target(place=(116.5, 40.1)))
    page = AppTest.from_function(with_pins, default_timeout=60)
    page.query_params["project"] = kept(Project(comments={"1": here, "2": place, "3": gone, "4": here}))
    page.run()
    assert not page.exception, [e.value for e in page.exception]
    assert len(page.code[0].value.split()) == 2, "one for the station, one for the place"
    assert [one.value for one in page.text] == [str(here.target), str(place.target), "None", "None"]


def test_who_may_only_look_reads_comments_and_has_no_field_to_write_in(monkeypatch):
    page = open_page("station_map", Project(comments={"1": ASKED}), plant=CONCRETE)
    monkeypatch.setattr(work, "may_change", lambda: False)
    page.button(key="comments_line").click().run()
    assert "证照齐吗？" in said(page)
    assert not page.text_area
    assert page.button(key="comment_settle_1_1").disabled
