"""Whose turn it is: one run of a planner at a time, and the queue goes round by planner."""

from collections import Counter
from collections.abc import Mapping, Sequence

from mixplan.projects.queue import Entry


def turns(open_entries: Sequence[Entry], last_starts: Mapping[str, float]) -> list[Entry]:
    """What waits, in the order in which it will have its turn.

    Parameters
    ----------
    open_entries : sequence of Entry
        Everybody's runs that wait or run, in the order in which they were asked for.
    last_starts : mapping
        When each planner's work began last; who has waited longest since comes first in every round.
    """
    rounds = Counter(entry.planner for entry in open_entries if entry.state == "running")
    keys: dict[int, tuple[int, float, int]] = {}
    waiting = [entry for entry in open_entries if entry.state == "waiting"]
    for entry in waiting:
        keys[entry.id] = (rounds[entry.planner], last_starts.get(entry.planner, 0.0), entry.id)
        rounds[entry.planner] += 1
    return sorted(waiting, key=lambda entry: keys[entry.id])


def next_turn(open_entries: Sequence[Entry], last_starts: Mapping[str, float]) -> Entry | None:
    """What may begin now: the first whose planner has nothing running."""
    busy = {entry.planner for entry in open_entries if entry.state == "running"}
    return next((entry for entry in turns(open_entries, last_starts) if entry.planner not in busy), None)
