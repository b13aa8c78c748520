"""Long work of a page in tests without a browser."""

import math
import time

from streamlit.testing.v1 import AppTest

from mixplan.jobs.job import Job
from mixplan.jobs.keeper import Keeper
from mixplan.projects.queue import Queue


def job_of(page: AppTest, name: str) -> Job:
    """The long work of a name that is under way on a page."""
    return Job(Queue(), page.session_state[f"run_{name}"])


def ended(page: AppTest, name: str, seconds: float = 300.0) -> AppTest:
    """The page as the rerun that finds its long work ended leaves it: nobody presses anything afterwards."""
    if f"run_{name}" in page.session_state:  # else it ended before the page had drawn its progress
        assert job_of(page, name).wait(seconds)
        page.run()
    return page


def close(keeper: Keeper) -> None:
    """End a keeper together with the pool that it has started."""
    keeper.close()
    if keeper.pool is not None:
        keeper.pool.kill()
        keeper.pool.wait()


def searching(job: Job) -> None:
    """Wait until the work has something to show, or has ended."""
    while not (look := job.look()).ended and (look.progress is None or look.progress.objective == math.inf):
        time.sleep(0.1)
