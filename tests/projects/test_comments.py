"""Comments as a project has them: what may be written, how they are listed, and what others do to them meanwhile."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mixplan.base.errors import DataError
from mixplan.handouts.comments import comment_table
from mixplan.projects import comments
from mixplan.projects.comments import Comment, Reply, Target
from mixplan.projects.project import Project, from_json, to_json, with_at
from mixplan.projects.store import open_store

STATION = Target("station", "a", "甲站", (116.4, 39.9))
ASKED = Comment(STATION, "证照齐吗？", "王", "2026-01-01T08:00:00+00:00")
ANSWER = Reply("齐。", "李", "2026-01-01T09:00:00+00:00")


@pytest.fixture
def _own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("MIXPLAN_HOME", str(tmp_path))


@given(st.text(max_size=60))
def test_whatever_is_typed_can_be_kept_and_read_again(typed):
    said = comments.tidied(typed)
    project = Project(comments={"1": Comment(STATION, said, "王", "2026-01-01T08:00:00+00:00")})
    assert from_json(to_json(project), name="试") == project
    assert comments.tidied(said) == said


def test_visible_text_and_line_breaks_stay_as_they_were_typed():
    assert comments.tidied(" 第一行\r\n<b>{{第二行}}</b>\x07\u202e ") == "第一行\n<b>{{第二行}}</b>"
    assert comments.tidied(" \u200b\n ") == ""
    assert len(comments.tidied("长" * 3000)) == 2000


@pytest.mark.parametrize(
    ("text", "said"), [("长" * 2001, "最多 2,000 个字，现在有 2,001 个"), ("铃\x07", "看不见的字符")]
)
def test_a_record_from_elsewhere_with_what_nobody_can_type_is_refused(text, said):
    with pytest.raises(DataError, match=said):
        from_json({"format": 1, "comments": {"1": {"text": text}}}, name="试")


def test_open_ones_come_first_then_those_with_the_last_word():
    old = replace(ASKED, replies={"r": replace(ANSWER, at="2026-03-01T00:00:00+00:00")})
    new = replace(ASKED, at="2026-02-01T00:00:00+00:00")
    settled = replace(new, at="2026-04-01T00:00:00+00:00", resolved_by="李", resolved_at="2026-04-02T00:00:00+00:00")
    assert list(comments.listed({"settled": settled, "new": new, "old": old})) == ["old", "new", "settled"]
    assert list(comments.open_ones({"settled": settled, "new": new})) == ["new"]


def test_a_comment_is_listed_with_what_it_is_pinned_to_whatever_that_was_called_then():
    renamed = replace(ASKED, target=replace(STATION, name="旧名", place=None))
    site = replace(ASKED, target=Target("site", "a"))
    place = replace(ASKED, target=Target(place=(116.4, 39.9), name="河边"))
    every = {"asked": ASKED, "renamed": renamed, "site": site, "place": place}
    assert set(comments.listed(every, STATION)) == {"asked", "renamed"}
    assert set(comments.listed(every, Target(place=(116.4, 39.9)))) == {"place"}
    assert comments.target_label(place.target) == "河边（116.4000°E 39.9000°N）"


@pytest.mark.usefixtures("_own_home")
def test_two_who_answer_at_once_both_stay_and_one_settles_meanwhile():
    store = open_store()
    first = store.create("试", Project(comments={"1": ASKED}), who="王")
    for who, path, value in (
        ("李", ("comments", "1", "replies", "r"), ANSWER),
        ("赵", ("comments", "1", "replies", "s"), replace(ANSWER, who="赵", text="缺一张。")),
        ("王", ("comments", "1"), replace(ASKED, resolved_by="王", resolved_at="2026-01-02T00:00:00+00:00")),
    ):
        store.save(first.id, first.project, with_at(first.project, path, value), who=who)
    found = store.load(first.id).project.comments["1"]
    assert {one.who for one in found.answers} == {"李", "赵"}
    assert found.resolved_by == "王"


@pytest.mark.usefixtures("_own_home")
def test_a_comment_that_its_author_takes_back_after_an_answer_is_gone_and_comes_again():
    store = open_store()
    first = store.create("试", Project(), who="王")
    asked = store.save(first.id, first.project, Project(comments={"1": ASKED}), who="王").project
    store.save(first.id, asked, with_at(asked, ("comments", "1", "replies", "r"), ANSWER), who="李")
    assert comments.listed(store.undo(first.id, who="王").project.comments) == {}
    assert store.redo(first.id, who="王").project.comments["1"] == replace(ASKED, replies={"r": ANSWER})


def test_the_table_that_is_handed_out_has_every_word_and_who_said_it():
    row = comment_table({"1": replace(ASKED, replies={"r": ANSWER})}).iloc[0]
    assert row["对象"] == "甲站"
    assert row["批注"] == "证照齐吗？"
    assert row["提出人"] == "王"
    assert row["回复"] == "李 2026-01-01 09:00: 齐。"
    assert (row["经度"], row["纬度"]) == (116.4, 39.9)


@pytest.mark.parametrize("at", ["x", "0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59+00:00", "2026-13-01"])
@pytest.mark.parametrize("where", ["at", "resolved_at"])
def test_a_time_that_no_clock_can_show_is_refused(where, at):
    record = to_json(Project(comments={"1": ASKED}))
    record["comments"]["1"][where] = at
    with pytest.raises(DataError, match="不是可用的时间"):
        from_json(record, name="甲")
