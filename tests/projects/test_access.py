"""Who may do what with projects and entries: the store itself refuses the rest, whatever a page shows."""

import inspect
from dataclasses import replace

import pytest
import sqlalchemy as sa

from mixplan.base.errors import DataError
from mixplan.plan.rules import load_rules
from mixplan.projects import Person, Project, Store, access, database, entries, open_store
from mixplan.projects.access import NOBODY, OWNER
from mixplan.projects.comments import Comment, Reply, Target
from mixplan.projects.links import hash_of
from mixplan.projects.project import with_at
from mixplan.projects.schema import links
from mixplan.projects.words import items_words
from mixplan.targets.entries import Entry

VIEWER = Person("看", "kan@office.example", "viewer")
LI = Person("李四", "li@office.example", "planner")
WANG = Person("王五", "wang@office.example", "planner")
REVIEWER = Person("赵六", "zhao@office.example", "reviewer")
ADMIN = Person("管", "admin@office.example", "admin")
ENTRY = Entry("mortar_use", 2013, 410.5, "万t", "2013 年报", "随便谁")

# One call of each function that concerns a project, and the role that it takes.
CALLS = {
    "revision": ("viewer", lambda store, id: store.revision(id)),
    "load": ("viewer", lambda store, id: store.load(id)),
    "thumbnail": ("viewer", lambda store, id: store.thumbnail(id)),
    "trail": ("viewer", lambda store, id: store.trail(id)),
    "at": ("viewer", lambda store, id: store.at(id, 1)),
    "steps": ("viewer", lambda store, id: store.steps(id, who="x")),
    "verify": ("viewer", lambda store, id: store.verify(id)),
    "content": ("viewer", lambda store, id: store.content(id, "0" * 64)),
    "bundle": ("viewer", lambda store, id: store.bundle(id)),
    "find": ("viewer", lambda store, id: store.find(id)),
    "save": ("planner", lambda store, id: store.save(id, Project(), with_at(Project(), ("margin_m",), 9), who="x")),
    "undo": ("planner", lambda store, id: store.undo(id, who="x")),
    "redo": ("planner", lambda store, id: store.redo(id, who="x")),
    "note": ("planner", lambda store, id: store.note(id, 1, "x", who="x")),
    "keep_views": ("planner", lambda store, id: store.keep_views(id, {})),
    "keep_figures": ("planner", lambda store, id: store.keep_figures(id, {}, None)),
    "rename": ("planner", lambda store, id: store.rename(id, "乙", who="x")),
    "duplicate": ("planner", lambda store, id: store.duplicate(id, who="x")),
    "archive": ("planner", lambda store, id: store.archive(id, who="x")),
    "restore": ("planner", lambda store, id: store.restore(id, who="x")),
    "delete": ("planner", lambda store, id: store.delete(id, who="x")),
    "undelete": ("planner", lambda store, id: store.undelete(id, who="x")),
    "put_content": ("planner", lambda store, id: store.put_content(id, b"x", name="x", media="x")),
    "make_link": ("planner", lambda store, id: store.make_link(id, who="x")),
    "end_link": ("planner", lambda store, id: store.end_link(id, "x", who="x")),
    "view_links": ("planner", lambda store, id: store.view_links(id)),
    "set_private": ("planner", lambda store, id: store.set_private(id, True, who="x")),
    "erase": ("admin", lambda store, id: store.erase(id)),
}
# What concerns no project that is there yet, or lists those that may be read.
APART = {"listed", "last_changes", "free_name", "create", "take_in", "unknown_actuals", "add_actuals", "linked"}


def as_(person):
    return open_store(person)


@pytest.fixture
def acting(monkeypatch):
    """Says who is at the page."""

    def act(person):
        monkeypatch.setattr(access, "_session_person", lambda: person)

    return act


def test_every_function_of_the_store_is_asked_about_here():
    public = {name for name, _f in inspect.getmembers(Store, inspect.isfunction) if not name.startswith("_")}
    assert public == set(CALLS) | APART


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.usefixtures("kept")
def test_each_function_takes_its_role(name):
    role, call = CALLS[name]
    id = as_(LI).create("共用", Project(), who="").id
    below = access.ROLES[access.ROLES.index(role) - 1]
    refused = Person("某", "mou@office.example", below)
    if below == "nobody" and name == "revision":
        assert call(as_(refused), id) == 0
        return
    before = as_(OWNER).load(id)
    with pytest.raises(DataError, match="没有编号为|没有叫" if below == "nobody" else "您的角色是"):
        call(as_(refused), id)
    assert as_(OWNER).load(id) == before, "nothing is changed by what is refused"
    try:
        call(as_(Person("某", "mou@office.example", role)), id)
    except DataError as reason:  # there is nothing to undo, say
        assert "您的角色是" not in str(reason) or name == "set_private"


@pytest.mark.parametrize("name", [name for name in CALLS if name not in ("revision", "find")])
@pytest.mark.usefixtures("kept")
def test_a_private_project_of_another_is_as_one_that_is_not_there(name):
    _role, call = CALLS[name]
    id = as_(LI).create("私下", Project(), who="").id
    as_(LI).set_private(id, True, who="")
    other = Person("某", "mou@office.example", "reviewer") if name != "erase" else VIEWER
    said = []
    for which in (id, "gibtesnichts"):
        with pytest.raises(DataError) as reason:
            call(as_(other), which)
        said.append(str(reason.value).replace(which, "…"))
    assert said[0] == said[1]


def test_private_projects_are_listed_to_their_owner_and_admins_alone(kept):
    id = as_(LI).create("私下", Project(), who="").id
    as_(LI).set_private(id, True, who="")
    seen = {person.name: [one.id for one in as_(person).listed()] for person in (LI, WANG, REVIEWER, VIEWER, ADMIN)}
    assert seen == {"李四": [id], "王五": [], "赵六": [], "看": [], "管": [id]}
    assert as_(WANG).revision(id) == 0 and as_(LI).revision(id) == 2
    assert as_(WANG).last_changes([id]) == {} and as_(ADMIN).last_changes([id])[id].kind == "share"
    with pytest.raises(DataError, match="没有叫"):
        as_(WANG).find("私下")
    assert kept.verify() == [] and as_(WANG).verify() == []


@pytest.mark.usefixtures("kept")
def test_only_owner_and_admin_say_who_sees_a_project():
    id = as_(LI).create("共用", Project(), who="").id
    with pytest.raises(DataError, match="您的角色是规划人员，这一步需要管理员"):
        as_(WANG).set_private(id, True, who="")
    as_(LI).set_private(id, True, who="")
    as_(ADMIN).set_private(id, False, who="")
    assert as_(WANG).load(id).owner == LI.identity
    assert [one.kind for one in as_(LI).trail(id)] == ["create", "share", "share"]


BEHIND = {
    "no longer private": ("UPDATE projects SET private = (1 = 0)", "可见范围"),
    "another's": ("UPDATE projects SET owner = 'wang@office.example'", "所有者"),
    "nobody's": ("UPDATE projects SET owner = ''", "所有者"),
    "back from the deleted": ("UPDATE projects SET state = 'active'", "状态"),
    "a link of one's own": (
        "INSERT INTO links SELECT 'x', project, made_by, made_at, '', '' FROM links WHERE ended_at <> ''",
        "查看链接",
    ),
    "an ended link that works again": ("UPDATE links SET ended_at = ''", "查看链接"),
    "a link that is gone": ("DELETE FROM links WHERE ended_at = ''", "查看链接"),
}


@pytest.mark.parametrize("how", BEHIND)
def test_who_may_see_it_cannot_be_changed_behind_the_trail(kept, how):
    id = as_(LI).create("私下", Project(), who="").id
    as_(LI).set_private(id, True, who="")
    for _again in range(2):
        as_(LI).make_link(id, who="")
    as_(LI).end_link(id, as_(LI).view_links(id)[0].id, who="")
    as_(LI).delete(id, who="")
    assert kept.verify(id) == []
    question, words = BEHIND[how]
    with database.database().writing() as connection:
        connection.execute(sa.text(question))
    (fault,) = kept.verify(id)
    assert words in fault.what


@pytest.mark.usefixtures("kept")
def test_the_trail_says_who_made_and_ended_a_link_and_not_its_word():
    id = as_(LI).create("共用", Project(), who="").id
    token = as_(LI).make_link(id, who="")
    as_(WANG).end_link(id, as_(LI).view_links(id)[0].id, who="")
    made, ended = as_(LI).trail(id)[1:]
    assert [(one.kind, one.who[:2]) for one in (made, ended)] == [("share", "李四"), ("share", "王五")]
    assert [items_words(one.items, load_rules()) for one in (made, ended)] == [
        ["查看链接：没有→可用"],
        ["查看链接：可用→没有"],
    ]
    assert token not in str(made)


@pytest.mark.usefixtures("kept")
def test_a_carried_project_is_as_private_as_it_was_and_its_bringers_own():
    id = as_(LI).create("私下", Project(), who="").id
    as_(LI).set_private(id, True, who="")
    token = as_(LI).make_link(id, who="")
    carried = as_(WANG).take_in(as_(LI).bundle(id), who="")
    assert (carried.private, carried.owner) == (True, WANG.identity)
    assert as_(OWNER).view_links(carried.id) == [] and by_link(token).only == id, "a link leads where it was made"
    assert as_(OWNER).verify() == []
    moved = as_(OWNER).take_in(as_(LI).bundle(id), who="管理员")
    assert (moved.private, moved.owner) == (True, "") and as_(OWNER).verify() == []


@pytest.mark.usefixtures("kept")
def test_a_file_puts_words_in_nobodys_mouth():
    id = as_(LI).create("共用", Project(), who="").id
    bundle = as_(LI).bundle(id)
    as_(ADMIN).delete(id, who="")
    as_(ADMIN).erase(id)
    carried = as_(WANG).take_in(bundle, who="")
    first, last = as_(OWNER).trail(carried.id)
    assert (first.who, first.hash) == ("李四 <li@office.example>", bundle.head)
    assert (last.kind, last.who) == ("import", "王五 <wang@office.example>") and bundle.head in last.note
    assert as_(OWNER).verify(carried.id) == [] and not any(as_(WANG).steps(carried.id, who=""))


@pytest.mark.usefixtures("kept")
def test_the_trail_names_the_login_whatever_name_is_given():
    made = as_(LI).create("共用", Project(), who="冒名")
    as_(LI).save(made.id, made.project, with_at(made.project, ("margin_m",), 300), who="王五 <wang@office.example>")
    assert {one.who for one in as_(LI).trail(made.id)} == {"李四 <li@office.example>"}
    assert not any(as_(WANG).steps(made.id, who="李四 <li@office.example>")), "nobody undoes what is another's"
    assert all([as_(LI).steps(made.id, who="")[0]])


def test_a_long_name_leaves_room_for_the_login():
    assert Person("长" * 200, "li@office.example", "planner").signs("").endswith("长 <li@office.example>")
    assert len(Person("长" * 200, "li@office.example", "planner").signs("")) == 80


def test_without_a_login_the_owner_does_everything_under_the_name_given(kept):
    made = kept.create("甲", Project(), who="张三")
    assert kept.trail(made.id)[0].who == "张三" and made.owner == ""
    kept.set_private(made.id, True, who="张三")
    kept.delete(made.id, who="张三")
    kept.erase(made.id)


def test_nobody_finds_nothing(kept):
    kept.create("甲", Project(), who="张三")
    assert as_(NOBODY).listed() == [] and as_(NOBODY).verify() == []
    with pytest.raises(DataError, match="您的角色是无"):
        as_(NOBODY).create("乙", Project(), who="x")


# Comments.


def commented(who=LI, **more):
    """A project in which somebody has asked something."""
    made = as_(LI).create("共用", Project(), who="")
    one = Comment(Target("station", "a"), "证照齐吗？", who.signs(""), "2026-01-01T08:00:00+00:00", **more)
    return as_(who).save(made.id, made.project, replace(made.project, comments={"1": one}), who="")


def commenting(person, base, **changes):
    """Somebody's change of the one comment of a project."""
    one = replace(base.project.comments["1"], **changes)
    return as_(person).save(base.id, base.project, replace(base.project, comments={"1": one}), who="")


SETTLED_AT = "2026-01-02T08:00:00+00:00"


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize(("person", "may"), [(LI, True), (WANG, False), (REVIEWER, True), (ADMIN, True)], ids=str)
def test_a_comment_is_settled_and_taken_up_again_by_who_wrote_it_a_reviewer_or_an_admin(person, may):
    base = commented()
    settle = {"resolved_by": person.signs(""), "resolved_at": SETTLED_AT}
    if may:
        done = commenting(person, base, **settle)
        assert not done.project.comments["1"].open
        assert commenting(person, done, resolved_by="", resolved_at="").project.comments["1"].open
        return
    words = "批注由提出人、审核人或管理员解决或重新打开"
    with pytest.raises(DataError, match=words):
        commenting(person, base, **settle)
    done = commenting(LI, base, resolved_by=LI.signs(""), resolved_at=SETTLED_AT)
    with pytest.raises(DataError, match=words):
        commenting(person, done, resolved_by="", resolved_at="")


@pytest.mark.usefixtures("kept")
def test_nobody_speaks_in_anothers_name_and_no_reviewer_changes_anothers_words():
    base = commented()
    reply = Reply("齐。", LI.signs(""), SETTLED_AT)
    refused = {
        "以自己的登录名写": [
            lambda: commented(WANG, resolved_by=LI.signs(""), resolved_at=SETTLED_AT),
            lambda: commenting(REVIEWER, base, resolved_by="随便谁", resolved_at=SETTLED_AT),
            lambda: commenting(WANG, base, replies={"r": reply}),
            lambda: commenting(LI, base, who=WANG.signs("")),
            lambda: as_(WANG).create("别的", base.project, who=""),
        ],
        "不能改动或删去": [
            lambda: commenting(REVIEWER, base, text="改了"),
            lambda: commenting(ADMIN, base, at=SETTLED_AT),
            lambda: as_(ADMIN).save(base.id, base.project, replace(base.project, comments={}), who=""),
            lambda: commenting(WANG, commenting(LI, base, replies={"r": reply}), replies={}),
        ],
    }
    for words, calls in refused.items():
        for call in calls:
            with pytest.raises(DataError, match=words):
                call()
    mine = Reply("不齐。", WANG.signs("冒名"), SETTLED_AT)
    answered = commenting(WANG, base, replies={"w": mine})
    assert commenting(LI, answered, text="证照都齐吗？").project.comments["1"].text == "证照都齐吗？"


@pytest.mark.usefixtures("kept")
def test_what_one_has_said_or_settled_is_undone_and_redone_whoever_said_more_meanwhile():
    base = commented()
    commenting(WANG, base, replies={"w": Reply("齐。", WANG.signs(""), SETTLED_AT)})
    assert not as_(LI).undo(base.id, who="").project.comments["1"].text
    back = as_(LI).redo(base.id, who="")
    assert back.project.comments["1"].text and back.project.comments["1"].replies
    settled = commenting(REVIEWER, back, resolved_by=REVIEWER.signs(""), resolved_at=SETTLED_AT)
    commenting(LI, settled, resolved_by="", resolved_at="")
    assert as_(LI).undo(base.id, who="").project.comments["1"].resolved_by == REVIEWER.signs("")


def test_without_a_login_anybody_says_and_settles_under_the_name_given(kept):
    one = Comment(Target("station", "a"), "证照齐吗？", "王", "2026-01-01T08:00:00+00:00")
    made = kept.create("甲", Project(comments={"1": one}), who="张三")
    settled = replace(one, resolved_by="李", resolved_at=SETTLED_AT)
    after = kept.save(made.id, made.project, replace(made.project, comments={"1": settled}), who="张三")
    assert not after.project.comments["1"].open


# Links.


def by_link(token):
    found = open_store(NOBODY).linked(token)
    return Person(role="viewer", only=found) if found else NOBODY


@pytest.mark.usefixtures("kept")
def test_a_link_shows_one_project_and_changes_nothing():
    id = as_(LI).create("共用", Project(), who="").id
    as_(LI).set_private(id, True, who="")
    other = as_(LI).create("别的", Project(), who="").id
    guest = as_(by_link(as_(LI).make_link(id, who="")))
    assert [one.id for one in guest.listed()] == [id] and guest.load(id).id == id
    assert guest.revision(other) == 0
    with pytest.raises(DataError, match="没有编号为"):
        guest.load(other)
    with pytest.raises(DataError, match="您的角色是查看者"):
        guest.rename(id, "改", who="x")


@pytest.mark.usefixtures("kept")
def test_a_link_that_was_ended_leads_nowhere_and_who_ended_it_is_known():
    id = as_(LI).create("共用", Project(), who="").id
    first, second = (as_(LI).make_link(id, who="") for _again in range(2))
    (kept_first, _second) = as_(WANG).view_links(id)
    as_(WANG).end_link(id, kept_first.id, who="")
    assert (by_link(first), by_link(second).only) == (NOBODY, id)
    with pytest.raises(DataError, match="没有这个查看链接"):
        as_(WANG).end_link(id, kept_first.id, who="")
    with database.database().reading() as connection:
        ended = connection.execute(sa.select(links.c.ended_by).where(links.c.id == kept_first.id)).scalar()
    assert ended == "王五 <wang@office.example>"


@pytest.mark.usefixtures("kept")
def test_a_link_to_a_deleted_project_leads_nowhere_until_it_is_back():
    id = as_(LI).create("共用", Project(), who="").id
    token = as_(LI).make_link(id, who="")
    as_(LI).delete(id, who="")
    assert by_link(token) == NOBODY
    as_(LI).undelete(id, who="")
    assert by_link(token).only == id
    as_(LI).delete(id, who="")
    as_(ADMIN).erase(id)
    assert by_link(token) == NOBODY


@pytest.mark.usefixtures("kept")
def test_the_word_of_a_link_is_nowhere_in_the_database():
    id = as_(LI).create("共用", Project(), who="").id
    token = as_(LI).make_link(id, who="")
    with database.database().reading() as connection:
        rows = connection.execute(sa.select(links)).all()
    assert token not in str(rows) and rows[0].id == hash_of(token) and len(token) == 32


@pytest.mark.parametrize("token", ["", "x", "%", "' OR 1=1 --", "0" * 64])
def test_a_made_up_word_leads_nowhere(kept, token):
    id = kept.create("甲", Project(), who="张三").id
    kept.make_link(id, who="张三")
    assert by_link(token) == NOBODY


@pytest.mark.usefixtures("kept")
def test_a_link_leads_to_no_file_with_everybodys_names_in_it():
    id = as_(LI).create("共用", Project(), who="").id
    guest = as_(by_link(as_(LI).make_link(id, who="")))
    with pytest.raises(DataError, match="通过查看链接只能看，不能导出项目文件"):
        guest.bundle(id)


# Entries.


@pytest.mark.usefixtures("kept")
def test_who_came_by_a_link_has_the_figures_that_count_and_nobodys_name(acting):
    acting(LI)
    entries.withdraw(entries.add_actual(replace(ENTRY, value=1.0)), who="")
    entries.add_actual(replace(ENTRY, note="问小陈，电话 010-6512 0000"))
    known = entries.actuals()
    id = as_(LI).create("共用", Project(), who="").id
    acting(by_link(as_(LI).make_link(id, who="")))
    for withdrawn in (False, True):
        seen = entries.actuals(withdrawn=withdrawn)
        assert seen["value"].tolist() == [410.5]
        assert all(text not in str(seen.to_dict()) for text in ("李四", "li@office", "小陈", "6512"))
        same = ["id", "indicator", "year", "district", "value", "unit", "source", "entered_at"]
        assert seen[same].equals(known[same]) and list(seen.columns) == list(entries.COLUMNS)


@pytest.mark.usefixtures("kept")
def test_an_entry_is_made_under_the_login(acting):
    acting(LI)
    entries.add_actual(ENTRY)
    assert entries.actuals()["who"].tolist() == ["李四 <li@office.example>"]


@pytest.mark.usefixtures("kept")
def test_viewers_enter_nothing_and_nobody_reads(acting):
    acting(LI)
    number = entries.add_actual(ENTRY)
    acting(VIEWER)
    assert len(entries.actuals()) == 1
    for refused in (
        lambda: entries.add_actual(ENTRY),
        lambda: entries.withdraw(number, who="x"),
        lambda: entries.restore(number, who="x"),
    ):
        with pytest.raises(DataError, match="您的角色是查看者，这一步需要规划人员"):
            refused()
    acting(NOBODY)
    with pytest.raises(DataError, match="您的角色是无"):
        entries.actuals()


@pytest.mark.usefixtures("kept")
def test_what_another_entered_or_took_back_is_a_reviewers_to_change(acting):
    acting(LI)
    number = entries.add_actual(ENTRY)
    acting(WANG)
    with pytest.raises(DataError, match="这一步需要审核人"):
        entries.withdraw(number, who="李四 <li@office.example>")
    acting(REVIEWER)
    entries.withdraw(number, who="")
    acting(LI)
    with pytest.raises(DataError, match="这一步需要审核人"):
        entries.restore(number, who="")
    acting(REVIEWER)
    again = entries.restore(number, who="")
    entries.withdraw(again, who="")
    acting(LI)
    mine = entries.add_actual(ENTRY)
    entries.withdraw(mine, who="")
    entries.restore(mine, who="")


@pytest.mark.usefixtures("kept")
def test_the_second_to_enter_a_figure_is_told_of_the_first(acting):
    seen = entries.last_of(entries.actuals(), ENTRY)
    acting(LI)
    number = entries.add_actual(ENTRY, seen=seen)
    acting(WANG)
    with pytest.raises(DataError, match=f"编号 {number}，李四 <li@office.example> 填 410.5"):
        entries.add_actual(ENTRY, seen=seen)
    assert len(entries.actuals()) == 1
    entries.add_actual(ENTRY, seen=entries.last_of(entries.actuals(), ENTRY))


@pytest.mark.usefixtures("kept")
def test_an_entry_that_was_taken_back_meanwhile_is_told(acting):
    acting(LI)
    number = entries.add_actual(ENTRY)
    entries.withdraw(number, who="")
    with pytest.raises(DataError, match="原来的一条已撤销"):
        entries.add_actual(ENTRY, seen=number)
