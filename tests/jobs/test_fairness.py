"""Whose turn it is, as a queue of small words: a letter is a planner, a capital one what runs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mixplan.jobs.fairness import next_turn, turns
from mixplan.projects.queue import Entry


def queue(word: str) -> list[Entry]:
    return [
        Entry(n, c.lower(), "", "", "", "zh", None, "running" if c.isupper() else "waiting", "", 0.0, None, None)
        for n, c in enumerate(word)
    ]


def order(word: str, **last_starts: float) -> str:
    return "".join(entry.planner for entry in turns(queue(word), last_starts))


@pytest.mark.parametrize(
    ("asked", "served"),
    [
        ("abc", "abc"),
        ("aaab", "abaa"),  # who asks for much does not hold up who asks for little
        ("aabbc", "abcab"),
        ("Aab", "ba"),  # who has something running comes after who has nothing
        ("Aaab", "baa"),
        ("", ""),
    ],
)
def test_the_queue_goes_round_by_planner(asked: str, served: str) -> None:
    assert order(asked) == served


def test_who_had_a_turn_last_comes_last() -> None:
    assert order("abc", a=30.0, b=10.0) == "cba"


def test_a_planner_has_one_run_at_a_time() -> None:
    assert next_turn(queue("Aaa"), {}) is None
    turn = next_turn(queue("Aaab"), {})
    assert turn is not None and turn.planner == "b"


@given(st.text("abcABC", max_size=12))
def test_everybody_has_a_turn_once_and_before_anybody_has_a_second(word: str) -> None:
    served = turns(queue(word), {})
    assert sorted(entry.id for entry in served) == [entry.id for entry in queue(word) if entry.state == "waiting"]
    running = {c.lower() for c in word if c.isupper()}
    for planner in "abc":
        own = [n for n, entry in enumerate(served) if entry.planner == planner]
        others = {entry.planner for entry in served} - {planner} - running
        if own[1:] and planner not in running:
            assert others <= {entry.planner for entry in served[: own[1]]}
