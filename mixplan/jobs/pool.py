"""The pool of workers: as many as the machine has cores, whoever serves pages, and one pool a queue."""

import math
import multiprocessing
import os
import time
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import connection, process
from typing import Any, NamedTuple

from mixplan.base.errors import DataError
from mixplan.base.files.columns import CellError, number_of
from mixplan.base.i18n import gettext as _
from mixplan.jobs.fairness import next_turn
from mixplan.jobs.worker import work
from mixplan.projects.queue import SERVER, DamagedQueueError, Entry, Lock, Queue, State, Why

_MOST_FALLEN = 3


class Pace(NamedTuple):
    """How long the pool waits for what, in seconds."""

    silence_s: float = 15.0
    """Work ends when its planner has given no sign of life for so long."""
    linger_s: float = 30.0
    """The pool ends when no server has given one for so long."""
    grace_s: float = 0.4
    """Work that was asked to stop has so long to hand in its best; then its process ends."""
    tick_s: float = 0.1

    @classmethod
    def from_environment(cls) -> "Pace":
        """The usual pace, shorter where ``MIXPLAN_JOBS_SILENCE_S`` and ``MIXPLAN_JOBS_LINGER_S`` say so.

        Raises
        ------
        DataError
            Where one of them is no number of seconds, or is too small or too large to be meant.
        """
        usual = cls()
        return cls(
            silence_s=_set("MIXPLAN_JOBS_SILENCE_S", usual.silence_s, 0.5, 3600),
            linger_s=_set("MIXPLAN_JOBS_LINGER_S", usual.linger_s, 0.5, 3600),
        )


def cores() -> int:
    """Workers at a time: the cores that this process may use, or ``MIXPLAN_JOBS_WORKERS``.

    Raises
    ------
    DataError
        Where that is no whole number from 1 to 64.
    """
    known = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    chosen = _set("MIXPLAN_JOBS_WORKERS", known, 1, 64)
    if chosen != int(chosen):
        raise DataError(
            _("环境变量 {name} 应为整数，现为“{value}”。").format(name="MIXPLAN_JOBS_WORKERS", value=chosen)
        )
    return int(chosen)


def _set(name: str, usual: float, least: float, most: float) -> float:
    """A number that an environment variable sets, the usual one where it does not."""
    text = os.environ.get(name, "")
    if not text:
        return usual
    value = math.nan
    with suppress(CellError):
        value = number_of(text)
    if not least <= value <= most:
        raise DataError(
            _("环境变量 {name} 应为 {least:g} 到 {most:g} 的数，现为“{value}”。").format(
                name=name, least=least, most=most, value=text
            )
        )
    return value


@dataclass
class Seat:
    """A worker's place: its process, the line to it, and what it works on."""

    process: process.BaseProcess
    turn: "connection.Connection[Any, Any]"
    job: Entry | None = None
    told_to_stop: float | None = None


class Pool:
    """Hands out turns, heeds stops, notices who has gone."""

    def __init__(self, queue: Queue, workers: int, pace: Pace) -> None:
        self.queue, self.workers, self.pace = queue, workers, pace
        self.seats: list[Seat] = []
        self._fallen = 0  # workers in a row that ended before they had anything to do
        self._awake = self._began = self._asked = time.time()
        # Copies of a process that has loaded everything, where the system can copy one.
        method = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
        self._context: Any = multiprocessing.get_context(method)

    def run(self) -> bool:
        """Work until no server is there any more; at once over where another pool has this queue.

        Returns
        -------
        bool
            Whether workers could work: not where one after another ends before it has anything to do.
        """
        lock = Lock(self.queue.folder)
        if not _patiently(lock):
            return True
        self.queue.clear_if_damaged()
        held = self.queue.connection()  # while one stays open, opening others is quick
        self._context.set_forkserver_preload(["mixplan.jobs.warm", "mixplan.jobs.worker"])
        try:
            for entry in self.queue.open_entries():
                if entry.state == "running":  # of a pool that was ended
                    self.queue.end(entry.id, "lost", "restarted")
            while self._goes_on() and not self.fails:
                pass
            return not self.fails
        finally:
            for seat in self.seats:
                seat.process.kill()
            held.close()
            lock.let_go()

    def _goes_on(self) -> bool:
        """Look round once where a server is there; a queue that cannot be used just now is no reason to end work."""
        now = time.time()
        # The machine slept, or somebody else kept the queue locked: nobody could give a sign of life.
        if now - self._began > self.pace.silence_s / 2:
            self._awake = now
        self._began = now
        try:
            if not self._wanted():
                return False
            self._asked = now
            self.round()
        except DamagedQueueError:
            return False  # the next pool begins with another file
        except DataError:
            time.sleep(self.pace.tick_s)
        return now - self._asked < self.pace.linger_s

    @property
    def fails(self) -> bool:
        """Whether no worker lives long enough to be given anything."""
        return self._fallen >= _MOST_FALLEN * self.workers and not any(seat.job for seat in self.seats)

    def _wanted(self) -> bool:
        return time.time() - max(self.queue.seen().get(SERVER, 0.0), self._awake) < self.pace.linger_s

    def round(self) -> None:
        """Look round once."""
        self._clear()
        while len(self.seats) < self.workers:
            self.seats.append(self._new_seat())
        if open_entries := self.queue.open_entries():
            self._end_what_nobody_waits_for(open_entries)
            self._pass_on_stops(open_entries)
            self._hand_out(open_entries)
        connection.wait([seat.process.sentinel for seat in self.seats], timeout=self.pace.tick_s)

    def _new_seat(self) -> Seat:
        ours, theirs = self._context.Pipe()
        worker = self._context.Process(target=work, args=(self.queue.folder, theirs), daemon=True)
        worker.start()
        theirs.close()
        return Seat(worker, ours)

    def _clear(self) -> None:
        """Clear the seats of workers that have ended; one that did not hand in anything leaves its best so far."""
        for seat in [seat for seat in self.seats if not seat.process.is_alive()]:
            if seat.job is not None:
                ended: tuple[State, Why] = ("lost", "died") if seat.told_to_stop is None else ("stopped", "")
                self.queue.end(seat.job.id, *ended)
                self._fallen = 0
            else:
                self._fallen += 1
            self.seats.remove(seat)
            seat.turn.close()

    def _end_what_nobody_waits_for(self, open_entries: list[Entry]) -> None:
        now = time.time()
        self.queue.wait_for_turn()  # as long as those who give signs of life have to
        seen = self.queue.seen()
        for entry in open_entries:
            if now - max(seen.get(entry.planner, 0.0), self._awake) > self.pace.silence_s:
                self.queue.ask_stop(entry.id, "silent")
            elif entry.started_at and entry.limit_s and now - entry.started_at > entry.limit_s:
                self.queue.ask_stop(entry.id, "late")

    def _pass_on_stops(self, open_entries: list[Entry]) -> None:
        to_stop = {entry.id for entry in open_entries if entry.state == "running" and entry.why}
        for seat in self.seats:
            if seat.job is None or seat.job.id not in to_stop:
                continue
            if seat.told_to_stop is None:
                seat.told_to_stop = time.monotonic()
                _say(seat, "stop")
            elif time.monotonic() - seat.told_to_stop > self.pace.grace_s:
                seat.process.kill()
                seat.process.join()

    def _hand_out(self, open_entries: list[Entry]) -> None:
        free = [seat for seat in self.seats if seat.job is None and seat.process.is_alive()]
        for seat in free:
            entry = next_turn(open_entries, self.queue.last_starts())
            if entry is None:
                return
            if self.queue.start(entry.id):
                seat.job = entry
                _say(seat, entry.id)
            open_entries = self.queue.open_entries()


def _say(seat: Seat, word: int | str) -> None:
    with suppress(OSError):  # it has ended in the meantime, and its seat is cleared in the next round
        seat.turn.send(word)


def _patiently(lock: Lock) -> bool:
    """Take the lock; somebody who only looks whether it is free has it for a moment."""
    for _attempt in range(20):
        if lock.take():
            return True
        time.sleep(0.05)
    return False
