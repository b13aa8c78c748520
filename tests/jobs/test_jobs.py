"""Work beside the page: its result, its error, its stop, and the language that it speaks."""

import tomllib
from pathlib import Path

import pytest

from mixplan.base.i18n import get_language, set_language
from mixplan.base.progress import Progress
from mixplan.jobs.job import Job


def ended(job: Job) -> Job:
    job.wait(30)
    assert job.done
    return job


def test_a_job_hands_over_its_result() -> None:
    assert ended(Job(lambda _job: 42)).result == 42


def test_a_job_hands_over_its_error() -> None:
    def fail(_job: Job) -> None:
        raise ValueError("planted")

    with pytest.raises(ValueError, match="planted"):
        raise ended(Job(fail)).error  # type: ignore[misc]


def test_a_job_that_is_asked_to_stop_ends_with_what_it_has() -> None:
    def count(job: Job) -> int:
        found = 0
        while job.watch(Progress(done=found + 1)):
            found += 1
        return found

    job = Job(count)
    job.stop()
    assert ended(job).result == job.progress.done - 1


def test_a_job_speaks_the_language_of_the_page_that_began_it() -> None:
    set_language("en")
    assert ended(Job(lambda _job: get_language())).result == "en"


def test_watching_a_run_does_not_hold_it_up() -> None:
    # A full collection after each half second's poll kept the solver's thread waiting most of the time.
    config = tomllib.loads((Path(__file__).parents[2] / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert config["runner"]["postScriptGC"] is False
