"""Memory of planners who have left."""

import asyncio
import gc
import weakref
from types import SimpleNamespace

import loops
import pytest
from streamlit.runtime.memory_session_storage import MemorySessionStorage

from mixplan.ui import tidying


class Held:
    """Something that refers to itself, as a session does."""

    def __init__(self) -> None:
        self.own = self


def test_what_nobody_refers_to_is_collected():
    gc.disable()
    try:
        seen = weakref.ref(Held())
        assert seen() is not None
        tidying.give_back()
        assert seen() is None
    finally:
        gc.enable()


def test_what_is_left_is_looked_through_no_more_until_the_next_time():
    held = Held()
    seen = weakref.ref(held)
    try:
        tidying.give_back()
        assert not any(found is held for found in gc.get_objects())
        del held
        gc.collect()
        assert seen() is not None, "Python looks through it after all"
        tidying.give_back()
        assert seen() is None
    finally:
        gc.unfreeze()


@pytest.mark.parametrize(
    ("sessions", "times"), [([0, 0, 0], 0), ([1, 2, 3], 0), ([3, 1, 1], 1), ([3, 2, 4, 0], 2)], ids=str
)
def test_memory_is_given_back_when_planners_have_left_and_not_before(monkeypatch, sessions, times):
    given: list[bool] = []
    counts = iter(sessions)
    over = asyncio.Event()

    def listed() -> list[None]:
        count = next(counts, None)
        if count is None:
            over.set()
            return [None] * sessions[-1]
        return [None] * count

    manager = SimpleNamespace(list_sessions=listed, _session_storage=SimpleNamespace(_cache={}))
    runtime = SimpleNamespace(_session_mgr=manager)
    monkeypatch.setattr(tidying, "_EVERY_S", 0.001)
    monkeypatch.setattr(tidying, "give_back", lambda: given.append(True))
    monkeypatch.setattr(tidying.Runtime, "instance", lambda: runtime)

    async def run() -> None:
        async with tidying.tidied():
            await asyncio.wait_for(over.wait(), 10)

    loops.run(run())
    assert len(given) == times


def test_streamlits_store_drops_a_session_that_is_long_away_when_it_is_counted():
    store = MemorySessionStorage(ttl_seconds=0)
    info = SimpleNamespace(session=SimpleNamespace(id="a", own=Held()))
    seen = weakref.ref(info.session.own)
    store.save(info)
    del info
    assert store.list() == []
    assert seen() is not None, "listing drops it too by now"
    assert len(store._cache) == 0
    tidying.give_back()
    assert seen() is None
