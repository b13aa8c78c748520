"""A queue of the tests' own with real workers."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from long_work import close

from mixplan.jobs.job import Job, submit
from mixplan.jobs.keeper import Keeper

SILENCE_S = 6.0
"""After how much silence a planner is gone: signs of life come every two seconds."""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's folder of its own, without a pool."""
    monkeypatch.setenv("MIXPLAN_HOME", str(tmp_path))
    monkeypatch.setenv("MIXPLAN_JOBS_WORKERS", "2")
    monkeypatch.setenv("MIXPLAN_JOBS_LINGER_S", "6")
    return tmp_path


@pytest.fixture(scope="module")
def present() -> set[str]:
    """Planners who are looking."""
    return {"planner", "one", "two", "three"}


@pytest.fixture(scope="module")
def workers(tmp_path_factory: pytest.TempPathFactory, present: set[str]) -> Iterator[Keeper]:
    """Two workers on a queue that the tests of a module share."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MIXPLAN_HOME", str(tmp_path_factory.mktemp("home")))
        patch.setenv("MIXPLAN_JOBS_WORKERS", "2")
        patch.setenv("MIXPLAN_JOBS_SILENCE_S", f"{SILENCE_S:g}")
        patch.setenv("MIXPLAN_JOBS_LINGER_S", "5")
        keeper = Keeper(lambda: present)
        yield keeper
        close(keeper)


@pytest.fixture
def ask(workers: Keeper) -> Callable[..., Job]:
    """Ask the shared workers for work."""

    def asked(function: str, *args: Any, planner: str = "planner", about: Any = "this", **how: Any) -> Job:
        return submit(planner, "test", f"job_work:{function}", *args, about=about, **how)

    return asked
