"""Pages take turns, and none waits for ever."""

import threading

import pytest

from mixplan.ui import turns


@pytest.fixture
def places(monkeypatch):
    """Two places, both free."""
    found = threading.Semaphore(2)
    monkeypatch.setattr(turns, "_places", found)
    return found


def test_as_many_run_as_there_are_places_and_the_next_when_one_is_free(places, monkeypatch):
    monkeypatch.setattr(turns, "_LONGEST_WAIT_S", 60.0)
    begun = threading.Event()

    def third() -> None:
        with turns.turn():
            begun.set()

    with turns.turn():
        with turns.turn():
            waiting = threading.Thread(target=third)
            waiting.start()
            assert not begun.wait(0.2)
        assert begun.wait(10)
    waiting.join(10)


def test_a_page_goes_on_in_the_crowd_when_those_before_it_take_long(places, monkeypatch):
    monkeypatch.setattr(turns, "_LONGEST_WAIT_S", 0.01)
    with turns.turn(), turns.turn(), turns.turn():
        assert not places.acquire(blocking=False)
    assert [places.acquire(blocking=False) for _place in range(3)] == [True, True, False]


def test_a_page_that_ends_in_a_fault_or_is_begun_anew_leaves_its_place(places):
    class BegunAnew(BaseException):
        """As Streamlit ends a page that is to run again."""

    for end in (ValueError, BegunAnew, ValueError):
        with pytest.raises(end), turns.turn():
            raise end
    assert [places.acquire(blocking=False) for _place in range(3)] == [True, True, False]


def test_a_page_that_waits_lets_others_have_its_turn(places):
    resting = threading.Event()

    def page() -> None:
        with turns.turn():
            resting.set()
            turns.rest(0.5)

    waiting = threading.Thread(target=page)
    waiting.start()
    assert resting.wait(10)
    assert [places.acquire(timeout=10) for _place in range(2)] == [True, True], "both, while it rests"
    for _place in range(2):
        places.release()
    waiting.join(30)
    assert [places.acquire(blocking=False) for _place in range(3)] == [True, True, False]
