"""Whatever is done in whatever order: the record is what the trail leads to, and a plain model says the same."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mixplan.projects import ClashError, Project, Store, database
from mixplan.projects.project import with_at

PEOPLE = ("张三", "李四")
STATIONS = ("c1", "c2", "c3")
decision = st.sampled_from(["retain", "close", None])
doing = st.one_of(
    st.tuples(st.just("set"), st.sampled_from(PEOPLE), st.sampled_from(STATIONS), decision),
    st.tuples(st.sampled_from(["undo", "redo"]), st.sampled_from(PEOPLE)),
)


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A store for all examples, each of which has a project of its own."""
    return Store(database.Database(tmp_path_factory.mktemp("store") / database.FILE_NAME))


def setting(project, station, value):
    path = ("consolidation", "decisions")
    chosen = {key: one for key, one in project.consolidation.decisions.items() if key != station}
    return with_at(project, path, chosen | ({} if value is None else {station: value}))


class Model:
    """Decisions as a plain dictionary, and for each person what they could take back and make again."""

    def __init__(self):
        self.now = {}
        self.done = {who: [] for who in PEOPLE}
        self.undone = {who: [] for who in PEOPLE}

    def set(self, who, station, value):
        if self.now.get(station) == value:
            return
        self.done[who].append((station, self.now.get(station), value))
        self.undone[who].clear()
        self.now[station] = value

    def turn(self, who, source, target):
        """Take the last of one pile back, if nobody has touched it, and put its opposite on the other."""
        station, before, after = source[who][-1]
        if self.now.get(station) not in (before, after):
            return False
        source[who].pop()
        # What is there already is not changed again, and so takes nothing back later.
        target[who].append((station, self.now.get(station), before))
        self.now[station] = before
        return True

    def decisions(self):
        return {station: value for station, value in self.now.items() if value is not None}


@pytest.mark.slow
@settings(max_examples=60)
@given(steps=st.lists(doing, max_size=14))
def test_any_sequence_of_changes_undo_and_redo_is_what_a_plain_model_says(kept, steps):
    made = kept.create("方案", Project(), who=PEOPLE[0])
    model = Model()
    for kind, who, *what in steps:
        if kind == "set":
            base = kept.load(made.id).project
            kept.save(made.id, base, setting(base, *what), who=who)
            model.set(who, *what)
            continue
        piles = (model.done, model.undone) if kind == "undo" else (model.undone, model.done)
        can = tuple(change is not None for change in kept.steps(made.id, who=who))
        assert can == (bool(model.done[who]), bool(model.undone[who]))
        if not piles[0][who]:
            continue
        try:
            getattr(kept, kind)(made.id, who=who)
        except ClashError:
            assert not model.turn(who, *piles)
        else:
            assert model.turn(who, *piles)
    now = kept.load(made.id)
    assert dict(now.project.consolidation.decisions) == model.decisions()
    assert kept.at(made.id, now.revision) == now.project and kept.verify(made.id) == []


@pytest.mark.slow
@settings(max_examples=25)
@given(chosen=st.lists(st.tuples(st.sampled_from(STATIONS), decision), min_size=1, max_size=12))
def test_undoing_everything_leads_back_to_the_start(kept, chosen):
    made = kept.create("方案", setting(Project(), "c1", "close"), who="张三")
    for station, value in chosen:
        base = kept.load(made.id).project
        kept.save(made.id, base, setting(base, station, value), who="张三")
    last = kept.load(made.id).project
    while kept.steps(made.id, who="张三")[0]:
        kept.undo(made.id, who="张三")
    assert kept.load(made.id).project == made.project
    while kept.steps(made.id, who="张三")[1]:
        kept.redo(made.id, who="张三")
    assert kept.load(made.id).project == last and kept.verify(made.id) == []


wishes = st.dictionaries(st.sampled_from(STATIONS), st.sampled_from(["retain", "close"]))


@settings(max_examples=60)
@given(start=wishes, mine=wishes, theirs=wishes)
def test_two_who_save_from_one_state_are_both_kept_or_told_of_just_what_they_disagree_on(kept, start, mine, theirs):
    base = with_at(Project(), ("consolidation", "decisions"), start)
    made = kept.create("共用", base, who="张三")
    kept.save(made.id, base, with_at(base, ("consolidation", "decisions"), mine), who="张三")
    theirs_changed = {one for one in STATIONS if theirs.get(one) != start.get(one)}
    mine_changed = {one for one in STATIONS if mine.get(one) != start.get(one)}
    disputed = {one for one in mine_changed & theirs_changed if mine.get(one) != theirs.get(one)}
    try:
        after = kept.save(made.id, base, with_at(base, ("consolidation", "decisions"), theirs), who="李四")
    except ClashError as error:
        assert {item.path[-1] for item in error.items} == disputed and disputed
        assert dict(kept.load(made.id).project.consolidation.decisions) == mine
    else:
        assert not disputed
        merged = {one: (theirs if one in theirs_changed else mine).get(one) for one in STATIONS}
        wanted = {station: value for station, value in merged.items() if value}
        assert dict(after.project.consolidation.decisions) == wanted
