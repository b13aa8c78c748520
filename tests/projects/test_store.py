"""Projects in the store: kept change by change, merged with what others did, undone, copied, put aside and erased."""

import pytest

from mixplan.base.errors import DataError
from mixplan.projects import ClashError, Project, open_store
from mixplan.projects.project import Step, Work, at, with_at
from mixplan.projects.scenarios import begun, without

WHO = "张三"


def decided(project, **decisions):
    """The project with decisions on stations."""
    for station, decision in decisions.items():
        project = with_at(project, ("consolidation", "decisions", station), decision)
    return project


def steps(kept, made, who=WHO):
    """Whether there is something to undo, and to redo."""
    return tuple(change is not None for change in kept.steps(made.id, who=who))


def decisions(project):
    return dict(project.consolidation.decisions)


def test_looking_for_projects_creates_nothing(home):
    assert open_store().listed() == [] and not home.exists()


def test_a_project_comes_back_as_it_was_left(kept):
    project = with_at(decided(Project(), c1="close"), ("margin_m",), 300)
    made = kept.create("年度方案", project, who=WHO, note="第一稿")
    assert kept.load(made.id) == made
    assert (made.project, made.name, made.state, made.revision, made.saved_by) == (
        project,
        "年度方案",
        "active",
        1,
        WHO,
    )
    assert len(made.id) == 12
    (listed,) = kept.listed()
    assert (listed.id, listed.name, listed.revision, listed.created_by) == (made.id, "年度方案", 1, WHO)
    assert kept.trail(made.id)[0].note == "第一稿"


def test_the_last_changed_project_comes_first(kept):
    first, second = (kept.create(name, Project(), who=WHO) for name in ("甲", "乙"))
    assert [one.name for one in kept.listed()] == ["乙", "甲"]
    kept.save(first.id, first.project, decided(first.project, c1="close"), who=WHO)
    assert [one.id for one in kept.listed()] == [first.id, second.id]


def test_what_two_have_changed_apart_is_kept_from_both(kept):
    made = kept.create("共用", Project(), who=WHO)
    kept.save(made.id, made.project, decided(made.project, c1="close"), who="张三")
    after = kept.save(made.id, made.project, decided(made.project, c2="retain"), who="李四")
    assert decisions(after.project) == {"c1": "close", "c2": "retain"}
    assert after == kept.load(made.id) and after.revision == 3


def test_the_second_to_change_one_item_otherwise_is_told_of_both_and_nothing_is_written(kept):
    made = kept.create("共用", Project(), who=WHO)
    first = kept.save(made.id, made.project, decided(made.project, c1="close"), who="张三")
    with pytest.raises(ClashError, match="张三") as told:
        kept.save(made.id, made.project, decided(made.project, c1="retain", c2="close"), who="李四")
    (item,) = told.value.items
    assert item.path == ("consolidation", "decisions", "c1")
    assert (item.mine, item.theirs, item.who, item.at) == ("retain", "close", "张三", first.saved_at)
    assert kept.load(made.id) == first


def test_two_who_set_the_same_agree(kept):
    made = kept.create("共用", Project(), who=WHO)
    wanted = decided(made.project, c1="close")
    first = kept.save(made.id, made.project, wanted, who="张三")
    assert kept.save(made.id, made.project, wanted, who="李四") == first


def test_undo_takes_back_ones_own_last_change_and_redo_makes_it_again(kept):
    made = kept.create("共用", Project(), who=WHO)
    assert steps(kept, made) == (False, False)
    kept.save(made.id, made.project, decided(made.project, c1="close"), who="张三")
    kept.save(made.id, made.project, decided(made.project, c2="close"), who="李四")
    assert steps(kept, made) == (True, False)
    assert decisions(kept.undo(made.id, who="张三").project) == {"c2": "close"}
    assert steps(kept, made) == (False, True)
    with pytest.raises(DataError, match="没有可以撤销"):
        kept.undo(made.id, who="张三")
    assert decisions(kept.redo(made.id, who="张三").project) == {"c1": "close", "c2": "close"}
    with pytest.raises(DataError, match="没有可以重做"):
        kept.redo(made.id, who="张三")
    assert [(one.kind, one.of) for one in kept.trail(made.id)[-2:]] == [("undo", 2), ("redo", 4)]


def test_who_gives_their_name_later_can_still_undo_what_they_did_before(kept):
    made = kept.create("方案", Project(), who="root")
    kept.save(made.id, made.project, decided(made.project, c1="close"), who="root")
    assert kept.steps(made.id, who="张三") == (None, None)
    assert kept.steps(made.id, who="张三", before="root")[0]
    assert decisions(kept.undo(made.id, who="张三", before="root").project) == {}
    assert kept.trail(made.id)[-1].who == "张三"
    assert decisions(kept.redo(made.id, who="张三", before="root").project) == {"c1": "close"}


def test_a_new_change_clears_what_could_be_redone(kept):
    made = kept.create("方案", Project(), who=WHO)
    kept.save(made.id, made.project, decided(made.project, c1="close"), who=WHO)
    undone = kept.undo(made.id, who=WHO)
    kept.save(made.id, undone.project, decided(undone.project, c2="close"), who=WHO)
    assert steps(kept, made) == (True, False)


def test_what_somebody_else_has_changed_since_is_not_undone(kept):
    made = kept.create("共用", Project(), who=WHO)
    mine = kept.save(made.id, made.project, decided(made.project, c1="close"), who="张三")
    kept.save(made.id, mine.project, decided(mine.project, c1="retain"), who="李四")
    with pytest.raises(ClashError, match="李四"):
        kept.undo(made.id, who="张三")
    assert decisions(kept.load(made.id).project) == {"c1": "retain"}


def test_what_a_page_showed_last_is_kept_without_a_revision(kept):
    made = kept.create("方案", Project(), who=WHO)
    kept.keep_views(made.id, {"stations": {"year": ["2012"]}})
    seen = kept.load(made.id)
    assert seen.project.views == {"stations": {"year": ("2012",)}} and seen.revision == 1
    shown = with_at(seen.project, ("views", "stations"), {"year": ("2013",)})
    assert kept.save(made.id, seen.project, shown, who=WHO).revision == 1
    assert kept.load(made.id).project == shown and len(kept.trail(made.id)) == 1


def test_numbers_and_a_picture_are_kept_for_the_list(kept):
    made = kept.create("方案", Project(), who=WHO)
    assert kept.thumbnail(made.id) is None
    kept.keep_figures(made.id, {"flagged": 21}, b"png")
    kept.keep_figures(made.id, {"flagged": 7}, None)
    assert kept.listed()[0].figures == {"flagged": 7} and kept.thumbnail(made.id) == b"png"


def test_a_project_is_put_aside_taken_up_deleted_brought_back_and_erased(kept):
    made = kept.create("方案", Project(), who=WHO)
    kept.archive(made.id, who=WHO)
    with pytest.raises(DataError, match="“方案”已归档"):
        kept.save(made.id, made.project, decided(made.project, c1="close"), who=WHO)
    assert [one.id for one in kept.listed(state="archived")] == [made.id] and kept.listed() == []
    kept.delete(made.id, who=WHO)
    with pytest.raises(DataError, match="“方案”已删除"):
        kept.restore(made.id, who=WHO)
    kept.undelete(made.id, who=WHO)
    assert kept.load(made.id).state == "archived", "where it was before"
    kept.restore(made.id, who=WHO)
    with pytest.raises(DataError, match="没有删除"):
        kept.erase(made.id)
    kept.delete(made.id, who=WHO)
    assert [one.kind for one in kept.trail(made.id)][1:] == ["archive", "delete", "undelete", "restore", "delete"]
    kept.erase(made.id)
    assert kept.listed(state="deleted") == [] and kept.revision(made.id) == 0
    with pytest.raises(DataError, match=made.id):
        kept.load(made.id)


def test_another_name_stands_in_the_trail(kept):
    made = kept.create("方案", Project(), who=WHO)
    kept.rename(made.id, " 终稿 ", who="李四")
    assert kept.load(made.id).name == "终稿"
    last = kept.trail(made.id)[-1]
    assert (last.who, last.kind, last.items[0].before, last.items[0].after) == ("李四", "rename", "方案", "终稿")
    kept.rename(made.id, "终稿", who="李四")
    assert kept.revision(made.id) == 2


@pytest.mark.parametrize(
    ("name", "words"),
    [("  ", "缺少“项目名称”"), ("长" * 81, "最多 80 个字，现在有 81"), ("一\n二", "换行"), ("a\x00", "看不见")],
)
def test_a_name_that_is_none_is_refused_in_words(kept, name, words):
    with pytest.raises(DataError, match=words):
        kept.create(name, Project(), who=WHO)
    assert kept.listed() == []


def test_nobody_changes_nothing(kept):
    with pytest.raises(DataError, match="姓名"):
        kept.create("方案", Project(), who=" ")


def test_a_copy_has_a_name_record_and_files_of_its_own(kept):
    made = kept.create("方案", decided(Project(), c1="close"), who=WHO)
    file = kept.put_content(made.id, b"id,name\n", name="厂站.csv", media="text/csv")
    copy = kept.duplicate(made.id, who="李四")
    assert (copy.name, copy.project, kept.content(copy.id, file)) == ("方案 (2)", made.project, b"id,name\n")
    assert "方案" in kept.trail(copy.id)[0].note
    kept.delete(made.id, who=WHO)
    kept.erase(made.id)
    assert kept.content(copy.id, file) == b"id,name\n", "what another project refers to stays"


def test_a_free_name_has_the_next_number_and_fits(kept):
    long = "长" * 80
    for name in ("方案", "方案 (2)", long):
        kept.create(name, Project(), who=WHO)
    assert (kept.free_name("方案"), kept.free_name("别的")) == ("方案 (3)", "别的")
    assert kept.free_name(long) == "长" * 76 + " (2)"


def test_a_project_is_found_by_its_name_or_its_id(kept):
    one = kept.create("甲", Project(), who=WHO)
    other = kept.create("乙", Project(), who=WHO)
    assert kept.find("甲").id == one.id and kept.find(other.id).name == "乙"
    with pytest.raises(DataError, match=r"“丙”.*已有：乙、甲"):
        kept.find("丙")
    twin = kept.create("甲", Project(), who=WHO)
    with pytest.raises(DataError, match=f"2 个项目叫“甲”.*{twin.id}"):
        kept.find("甲")


def test_a_project_reads_only_the_files_that_it_refers_to(kept):
    mine, theirs = (kept.create(name, Project(), who=WHO) for name in ("甲", "乙"))
    file = kept.put_content(mine.id, b"secret", name="厂站.csv", media="text/csv")
    with pytest.raises(DataError, match=file[:12]):
        kept.content(theirs.id, file)
    assert kept.put_content(theirs.id, b"secret", name="厂站.csv", media="text/csv") == file


def test_what_is_too_large_is_refused_with_both_sizes(kept, monkeypatch):
    made = kept.create("方案", Project(), who=WHO)
    monkeypatch.setattr("mixplan.projects.contents.LARGEST_MB", 1)
    with pytest.raises(DataError, match=r"“路网”有 2 MB.*最多 1 MB"):
        kept.put_content(made.id, bytes(2_000_000), name="路网", media="")
    large = with_at(made.project, ("briefing", "steps", "s"), {"order": 1, "notes": "字" * 2_000_000})
    with pytest.raises(DataError, match=r"项目有 6\.0 MB，最多 5 MB"):
        kept.save(made.id, made.project, large, who=WHO)
    assert kept.load(made.id) == made


def test_every_revision_can_be_seen_again(kept):
    made = kept.create("方案", decided(Project(), c1="close"), who=WHO)
    later = kept.save(made.id, made.project, decided(made.project, c1="retain", c2="close"), who=WHO)
    assert [kept.at(made.id, n) for n in (1, 2)] == [made.project, later.project]
    with pytest.raises(DataError, match="没有第 3 版"):
        kept.at(made.id, 3)


def test_the_trail_can_be_asked_for_one_station_and_from_a_revision_on(kept):
    made = kept.create("方案", Project(), who=WHO)
    one = kept.save(made.id, made.project, decided(made.project, c1="close"), who=WHO)
    kept.save(made.id, one.project, decided(one.project, c2="close"), who="李四", note="会上定")
    station = ("consolidation", "decisions", "c2")
    assert [(c.revision, c.who, c.note) for c in kept.trail(made.id, path=station)] == [(3, "李四", "会上定")]
    assert [change.revision for change in kept.trail(made.id, since=1)] == [2, 3]


def test_hostile_text_is_only_text(kept):
    evil = "'); DROP TABLE projects; --{{7*7}}"
    made = kept.create(evil, Project(), who=evil, note=evil)
    assert kept.load(made.id).name == evil and kept.find(evil).created_by == evil


def test_characters_that_no_file_can_hold_are_refused_or_left_out(kept):
    made = kept.create("方案", Project(), who=WHO, note="一\0二")
    assert kept.trail(made.id)[0].note == "一二"
    broken = with_at(made.project, ("briefing", "steps", "s"), {"order": 1, "notes": "\ud83d"})
    with pytest.raises(DataError, match="代理字符"):
        kept.save(made.id, made.project, broken, who=WHO)
    with pytest.raises(DataError, match="代理字符"):
        kept.save(made.id, made.project, decided(made.project, c1="close"), who=WHO, note="\ud83d")
    odd = decided(made.project, **{"c\0": "close"})
    assert kept.save(made.id, made.project, odd, who=WHO).project == odd == kept.load(made.id).project


def test_the_store_follows_the_environment(tmp_path, monkeypatch):
    open_store().create("甲", Project(), who=WHO)
    monkeypatch.setenv("MIXPLAN_HOME", str(tmp_path / "other"))
    assert open_store().listed() == []


def test_a_note_is_a_row_of_its_own_that_nobody_takes_back(kept):
    made = kept.create("方案", Project(), who=WHO)
    after = kept.save(made.id, made.project, decided(made.project, c1="close"), who=WHO)
    kept.note(made.id, 2, " 会上定的 ", who="李四")
    last = kept.trail(made.id)[-1]
    assert (last.kind, last.of, last.note, last.items) == ("note", 2, "会上定的", ())
    assert kept.load(made.id).project == after.project and kept.verify(made.id) == []
    assert steps(kept, made, "李四") == (False, False) and steps(kept, made) == (True, False)


@pytest.mark.parametrize(("of", "note"), [(2, "x"), (0, "x"), (1, "  ")])
def test_a_note_on_nothing_and_an_empty_one_are_refused(kept, of, note):
    made = kept.create("方案", Project(), who=WHO)
    with pytest.raises(DataError):
        kept.note(made.id, of, note, who=WHO)
    assert kept.revision(made.id) == 1


def test_a_copy_can_begin_where_its_original_stood_then(kept):
    made = kept.create("方案", Project(), who=WHO)
    first = kept.save(made.id, made.project, decided(made.project, c1="close"), who=WHO)
    kept.save(made.id, first.project, decided(first.project, c2="close"), who=WHO)
    key = kept.put_content(made.id, b"x", name="x.csv", media="text/csv")
    copy = kept.duplicate(made.id, who=WHO, revision=2)
    assert decisions(copy.project) == {"c1": "close"} and kept.content(copy.id, key) == b"x"
    with pytest.raises(DataError, match="没有第 9 版"):
        kept.duplicate(made.id, who=WHO, revision=9)


def test_the_last_change_of_each_project(kept):
    first, second = (kept.create(name, Project(), who=WHO) for name in ("甲", "乙"))
    kept.rename(second.id, "丙", who="李四")
    found = kept.last_changes([first.id, second.id, "nowhere"])
    assert {id: change.kind for id, change in found.items()} == {first.id: "create", second.id: "rename"}


@pytest.mark.parametrize("first", ["taken away", "changed"])
def test_a_branch_that_one_takes_away_while_another_works_on_it_is_gone_and_comes_back_whole(kept, first):
    made = kept.create("方案", begun(Project(), "a", "宽外扩", Work(margin_m=500)), who="张三")
    base = made.project
    decided = ("scenarios", "a", "work", "consolidation", "decisions", "c1")
    saves = {
        "taken away": lambda: kept.save(made.id, base, without(base, "a"), who="张三"),
        "changed": lambda: kept.save(made.id, base, with_at(base, decided, "close"), who="李四"),
    }
    for step in sorted(saves, key=lambda step: step != first):
        after = saves[step]()
    assert not after.project.scenarios and kept.verify(made.id) == []
    nothing = kept.save(made.id, after.project, with_at(after.project, ("margin_m",), 300), who="李四").project
    assert nothing.margin_m == 300 and not nothing.scenarios
    whole = kept.undo(made.id, who="张三").project.scenarios["a"]
    assert (whole.name, whole.work.margin_m, at(whole.work, decided[3:])) == ("宽外扩", 500, "close")


def test_steps_of_the_story_that_one_takes_back_while_another_words_one_leave_a_project_that_can_be_read(kept):
    steps = {"zones": Step(1, caption="禁现区"), "plan": Step(2)}
    made = kept.create("方案", Project(), who="张三")
    told = kept.save(made.id, made.project, with_at(made.project, ("briefing", "steps"), steps), who="张三").project
    worded = with_at(told, ("briefing", "steps", "plan", "caption"), "方案")
    kept.save(made.id, told, worded, who="李四")
    after = kept.undo(made.id, who="张三").project
    assert {key: step.caption for key, step in after.briefing.steps.items()} == {"plan": "方案"}
