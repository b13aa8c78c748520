"""Long work in other processes: its result, its error, its language, its stop, and what ends it."""

import multiprocessing
import os
import signal
import sqlite3
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from types import ModuleType
from typing import Any

import geopandas as gpd
import pytest
from geopandas.testing import assert_geodataframe_equal
from jobs.conftest import SILENCE_S
from long_work import close

from mixplan import __version__
from mixplan.base.errors import DataError, InfeasibleError
from mixplan.base.i18n import set_language
from mixplan.cli.entry import main
from mixplan.jobs.job import Job, jobs_of, submit
from mixplan.jobs.keeper import Keeper, start_pool
from mixplan.jobs.pool import Pace, Pool, cores
from mixplan.projects.queue import SERVER, Lock, Queue


def until(what: Any, seconds: float = 60.0) -> Any:
    """Wait for something to be true, and hand it back."""
    end = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.03)
    return found


def ended(job: Job) -> Job:
    assert job.wait(60)
    return job


def reported(job: Job) -> Job:
    """A job whose work has reported its best so far."""
    until(lambda: job.queue.part(job.id, "best"))
    return job


def test_work_hands_over_its_result_and_what_it_is_about(ask) -> None:
    job = ended(ask("hand_back", {"a": 1}, about=("this", 1)))
    assert job.look().state == "done"
    assert (job.result, job.about, job.error) == ({"a": 1}, ("this", 1), None)


def test_tables_with_geometry_go_there_and_back(ask, plants: gpd.GeoDataFrame) -> None:
    assert_geodataframe_equal(ended(ask("hand_back", plants)).result, plants)


def test_work_speaks_the_language_of_the_page_that_began_it(ask) -> None:
    set_language("en")
    assert ended(ask("language")).result == "en"
    error = ended(ask("find_nothing")).error
    assert isinstance(error, InfeasibleError)
    assert str(error) == "Stopped; no plan had been found yet."


def test_a_fault_comes_back_with_where_it_was(ask) -> None:
    job = ended(ask("fail"))
    assert job.look().state == "failed" and not job.has_result
    assert isinstance(job.error, ZeroDivisionError) and str(job.error) == "planted"
    assert "job_work.py" in job.error.__notes__[0]


def test_workers_give_way_to_pages(ask) -> None:
    assert ended(ask("nice")).result == 15


def test_work_that_is_stopped_hands_in_what_it_has(ask) -> None:
    job = reported(ask("count"))
    job.stop()
    assert (job.look().state, job.look().why) == ("stopped", "asked")
    assert job.result > 0


def test_work_that_never_looks_up_is_stopped_with_its_best(ask) -> None:
    job = reported(ask("never_look_up", ["best", "so far"], 600.0))
    job.stop()
    assert ended(job).look().why == "asked"
    assert (job.look().state, job.result) == ("stopped", ["best", "so far"])
    assert ended(ask("hand_back", 1)).result == 1  # another worker has its place


def test_what_was_found_before_a_stop_outlives_a_step_that_found_nothing(ask) -> None:
    job = reported(ask("give_up", "best"))
    job.stop()
    assert (job.look().state, job.result, job.error) == ("stopped", "best", None)


def test_work_that_waits_is_stopped_at_once(ask) -> None:
    first, second = reported(ask("count")), ask("count")
    assert second.look().state == "waiting"
    second.stop()
    assert (second.look().state, second.has_result) == ("stopped", False)
    first.stop()


def test_work_beyond_its_time_is_ended_with_its_best(ask) -> None:
    job = ended(ask("never_look_up", "best", 600.0, limit_s=3.0))
    assert (job.look().state, job.look().why, job.result) == ("stopped", "late", "best")
    assert job.look().seconds >= 3.0


def test_a_worker_that_is_killed_is_noticed_and_replaced(ask) -> None:
    job = ended(ask("kill_itself", "best"))
    assert (job.look().state, job.look().why, job.result) == ("lost", "died", "best")
    assert ended(ask("hand_back", 1)).result == 1


@pytest.mark.slow
def test_work_ends_when_its_planner_is_gone_and_not_before(ask, present: set[str]) -> None:
    present.add("leaving")
    job, stays = reported(ask("count", planner="leaving")), reported(ask("count", planner="one"))
    present.remove("leaving")
    assert ended(job).look().why == "silent"
    assert job.queue.entry(job.id).ended_at - job.queue.seen()["leaving"] > SILENCE_S
    assert job.result > 0
    assert not stays.look().ended
    stays.stop()


def test_one_run_a_planner_and_the_place_in_the_queue_is_known(ask, present: set[str]) -> None:
    present |= {"x", "y", "z"}  # none of whom has had a turn before
    jobs = [ask("count", 600.0, planner=planner) for planner in ("x", "x", "y", "z", "x")]
    until(lambda: jobs[2].look().state == "running")
    assert [job.look().state for job in jobs] == ["running", "waiting", "running", "waiting", "waiting"]
    assert [jobs[n].look().ahead for n in (3, 1, 4)] == [0, 1, 2]
    for stops, follows in ((0, 3), (2, 1), (1, 4)):
        jobs[stops].stop()
        until(lambda follows=follows: jobs[follows].look().state == "running")
    for job in jobs:
        job.stop()


def test_twenty_at_once_all_end(ask) -> None:
    jobs = [ask("hand_back", n, planner=("one", "two", "three")[n % 3]) for n in range(20)]
    assert [ended(job).result for job in jobs] == list(range(20))


def test_a_planners_work_is_found_by_nobody_else(ask) -> None:
    job = ended(ask("hand_back", 1, planner="two", about="mine"))
    assert job.id in {one.id for one in jobs_of("two", "test")}
    assert job.id not in {one.id for one in jobs_of("three", "test")}


@pytest.mark.slow
def test_a_queue_that_somebody_else_locks_for_long_costs_nobody_his_work(ask) -> None:
    goes_on, ends = reported(ask("count", 600.0, planner="one")), reported(ask("count", 3.0, planner="two"))
    with closing(sqlite3.connect(goes_on.queue.file, isolation_level=None)) as somebody:
        somebody.execute("BEGIN EXCLUSIVE")
        time.sleep(11.5)  # longer than anybody waits for it, and than a planner or a server may be silent
    assert ended(ends).look().state == "done"
    assert not goes_on.look().ended
    goes_on.stop()


def test_what_another_version_has_left_is_said_to_be_of_no_use(ask) -> None:
    job = ended(ask("hand_back", 1))
    with job.queue.open() as db:  # names a class that there is no more
        db.execute("UPDATE parts SET content = ? WHERE job = ? AND part = 'result'", (b"cmixplan\ngone\n.", job.id))
    with pytest.raises(DataError, match="另一个版本"):
        _ = job.result


def test_of_what_was_asked_twice_the_last_is_found(ask) -> None:
    jobs = [ended(ask("hand_back", n, planner="three", about=about)) for n, about in enumerate("aba")]
    assert [one.id for one in jobs_of("three", "test")][-2:] == [jobs[1].id, jobs[2].id]


# A pool and what happens to it; each has a folder of its own.


def has_begun(home: Path) -> bool:
    """Whether a pool has the queue."""
    lock = Lock(home / "jobs")
    free = lock.take()
    lock.let_go()
    return not free


@pytest.fixture
def keeper(home: Path) -> Iterator[Keeper]:
    """Keeps a pool for one planner."""
    kept = Keeper(lambda: ["planner"])
    yield kept
    close(kept)


def test_a_killed_pool_is_replaced_and_what_ran_is_said_to_be_lost(keeper: Keeper) -> None:
    job, waits = [submit("planner", "test", "job_work:count", about="") for _ in range(2)]
    reported(job)
    assert keeper.pool is not None
    os.kill(keeper.pool.pid, signal.SIGKILL)
    assert (ended(job).look().state, job.look().why) == ("lost", "restarted")
    assert job.has_result
    until(lambda: waits.look().state == "running")  # what waited goes on
    waits.stop()


def counts_on(job: Job) -> bool:
    """Whether work that writes down how far it is three times a second still does."""
    before = job.queue.part(job.id, "best")
    time.sleep(1.5)
    return job.queue.part(job.id, "best") != before


def test_workers_of_a_killed_pool_end_as_well(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIXPLAN_JOBS_LINGER_S", "60")
    Queue().alive(SERVER, "planner")
    pool = start_pool()
    job = reported(submit("planner", "test", "job_work:count", about=""))
    os.kill(pool.pid, signal.SIGKILL)
    pool.wait()
    until(lambda: not counts_on(job))


@pytest.mark.slow
def test_there_is_one_pool_and_it_ends_when_no_server_is_left(home: Path) -> None:
    Queue().alive(SERVER)
    first = start_pool()
    until(lambda: has_begun(home))
    second = start_pool()
    until(lambda: Queue().alive(SERVER) or second.poll() is not None)
    assert second.returncode == 0
    assert first.poll() is None
    assert first.wait(60) == 0  # nobody has given a sign of life any more


def test_a_folder_that_others_may_enter_is_refused(home: Path) -> None:
    (home / "jobs").mkdir(mode=0o755)
    with pytest.raises(DataError, match="700"):
        submit("planner", "test", "job_work:hand_back", 1, about="")


def test_the_queue_belongs_to_its_owner_alone(home: Path) -> None:
    job = submit("planner", "test", "job_work:hand_back", 1, about="")
    assert {path.stat().st_mode & 0o077 for path in [job.queue.folder, *job.queue.folder.iterdir()]} == {0}


def test_a_page_that_asks_for_nothing_leaves_nothing_behind(home: Path) -> None:
    assert jobs_of("planner", "test") == []
    assert list(home.iterdir()) == []


def test_who_has_long_been_gone_is_forgotten(home: Path) -> None:
    queue = Queue()
    queue.alive("gone", "here")
    with queue.open() as db:
        db.execute("UPDATE alive SET seen = seen - 100000 WHERE who = 'gone'")
    submit("planner", "test", "job_work:hand_back", 1, about="")
    assert set(queue.seen()) == {"here", "planner"}


@pytest.fixture
def pools_own_program(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a pool in this program begin its workers as in its own: pages under test leave themselves as the main one,
    and a worker runs that first.
    """
    monkeypatch.setitem(sys.modules, "__main__", ModuleType("__main__"))


@pytest.mark.usefixtures("pools_own_program")
def test_a_pool_outlives_a_worker_that_ends_before_it_hears_of_its_turn(home: Path) -> None:
    pool = Pool(Queue(), 1, Pace())
    pool.round()
    job = submit("planner", "test", "job_work:hand_back", 1, about="")
    seat = pool.seats[0]
    line, (seat.turn, _nobody) = seat.turn, multiprocessing.Pipe()
    seat.turn.close()
    pool.round()
    assert job.look().state == "running"
    line.close()
    seat.process.kill()
    seat.process.join()
    pool.round()
    assert (job.look().state, job.look().why) == ("lost", "died")
    for seat in pool.seats:
        seat.process.kill()


@pytest.mark.usefixtures("pools_own_program")
def test_a_pool_whose_workers_all_end_before_they_have_anything_to_do_gives_up(home: Path) -> None:
    pool = Pool(Queue(), 2, Pace(silence_s=600.0))
    for _attempt in range(3):
        assert not pool.fails
        pool.round()
        for seat in pool.seats:
            seat.process.kill()
            seat.process.join()
    pool.round()
    assert pool.fails
    job = submit("planner", "test", "job_work:hand_back", 1, about="")
    until(lambda: pool.round() or job.look().state != "waiting")
    assert not pool.fails
    until(lambda: pool.round() or job.look().ended)
    assert not pool.fails, "one that was given something is a sign that they live"
    for seat in pool.seats:
        seat.process.kill()


def test_where_no_pool_can_be_kept_alive_nobody_waits_and_no_more_are_started(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[subprocess.Popen[bytes]] = []

    def fail(_warm: object) -> subprocess.Popen[bytes]:
        started.append(subprocess.Popen([sys.executable, "-c", "raise SystemExit(1)"]))
        return started[-1]

    monkeypatch.setattr("mixplan.jobs.keeper.start_pool", fail)
    monkeypatch.setattr("mixplan.jobs.keeper._EVERY_S", 0.3)
    job = submit("planner", "test", "job_work:hand_back", 1, about="")
    keeper = Keeper(lambda: ["planner"])
    assert ended(job).look().why == "broken"
    later = submit("planner", "test", "job_work:hand_back", 1, about="")
    assert ended(later).look().why == "broken"
    assert len(started) == 3
    close(keeper)


def test_a_queue_that_cannot_be_opened_is_said_in_words_and_does_not_end_a_keeper(home: Path) -> None:
    (home / "jobs").mkdir(mode=0o700)
    (home / "jobs" / f"pool-{__version__}.lock").mkdir()
    with pytest.raises(DataError, match="计算队列"):
        Lock(home / "jobs")
    keeper = Keeper(lambda: ["planner"])
    (home / "jobs" / f"pool-{__version__}.lock").rmdir()
    until(lambda: keeper.pool)
    close(keeper)


@pytest.mark.parametrize("damage", [b"no database" * 1000, b""])
def test_a_damaged_queue_is_replaced_by_an_empty_one(home: Path, damage: bytes) -> None:
    (home / "jobs").mkdir(mode=0o700)
    Queue().file.write_bytes(damage)
    keeper = Keeper(lambda: ["planner"])

    def asked() -> Job | None:
        with suppress(DataError):
            return submit("planner", "test", "job_work:hand_back", 1, about="")
        return None

    assert ended(until(asked)).result == 1
    close(keeper)


def test_a_queue_in_order_is_not_cleared(home: Path) -> None:
    job = submit("planner", "test", "job_work:hand_back", 1, about="")
    job.queue.clear_if_damaged()
    assert job.look().state == "waiting"


def test_another_release_neither_finds_nor_runs_what_this_one_was_asked_for(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit("planner", "test", "job_work:hand_back", 1, about="")
    here = Lock(home / "jobs")
    assert here.take()
    monkeypatch.setattr("mixplan.projects.queue.__version__", "99.0")
    assert jobs_of("planner", "test") == []
    assert Queue().open_entries() == []
    there = Lock(home / "jobs")
    assert there.take()
    there.let_go()
    here.let_go()


def test_the_queue_of_an_earlier_release_goes_after_a_day(home: Path) -> None:
    (home / "jobs").mkdir(mode=0o700)
    old, recent = (home / "jobs" / f"queue-{version}.sqlite3" for version in ("0.1", "0.2"))
    for file, days in ((old, 2.0), (recent, 0.5)):
        file.touch()
        os.utime(file, (time.time() - days * 86_400,) * 2)
    submit("planner", "test", "job_work:hand_back", 1, about="")
    assert (old.exists(), recent.exists()) == (False, True)


def test_a_planners_oldest_results_of_a_name_go(home: Path) -> None:
    queue = Queue()
    other = submit("planner", "another", "job_work:hand_back", 0, about=0)
    queue.start(other.id)
    queue.end(other.id, "done", parts={"result": b"x"})
    jobs = []
    for n in range(30):
        jobs.append(submit("planner", "test", "job_work:hand_back", n, about=n))
        queue.start(jobs[-1].id)
        queue.end(jobs[-1].id, "done", parts={"result": b"x"})
    kept = {one.id for one in jobs_of("planner", "test")}
    assert kept == {job.id for job in jobs[-12:]}
    assert [one.id for one in jobs_of("planner", "another")] == [other.id]


def test_watching_a_run_does_not_hold_it_up() -> None:
    # A full collection after each half second's poll made every rerun dear.
    config = tomllib.loads((Path(__file__).parents[2] / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert config["runner"]["postScriptGC"] is False


@pytest.mark.parametrize("name", ["MIXPLAN_JOBS_WORKERS", "MIXPLAN_JOBS_SILENCE_S", "MIXPLAN_JOBS_LINGER_S"])
@pytest.mark.parametrize("text", ["x", "nan", "1e999", "-1", "0", "٢", "1_0", "2\u2028"])
def test_a_setting_that_cannot_be_used_is_said_before_a_server_starts(monkeypatch, capsys, name, text):
    monkeypatch.setenv(name, text)
    assert main(["serve", "--no-browser"]) != 0
    assert f"环境变量 {name}" in capsys.readouterr().err


def test_half_a_worker_is_none(monkeypatch):
    monkeypatch.setenv("MIXPLAN_JOBS_WORKERS", "1.5")
    with pytest.raises(DataError, match="应为整数"):
        cores()
    monkeypatch.setenv("MIXPLAN_JOBS_WORKERS", "3")
    assert cores() == 3
