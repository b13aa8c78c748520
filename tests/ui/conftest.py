"""The pages' long work in the tests: real workers on a queue of the tests' own, and a planner for each page."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
import streamlit as st


@pytest.fixture(scope="session", autouse=True)
def _own_queue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MIXPLAN_HOME", str(tmp_path_factory.mktemp("home")))
        patch.setenv("MIXPLAN_JOBS_LINGER_S", "5")
        yield


@pytest.fixture(autouse=True)
def _planner_of_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests without a browser have no cookie, and one session id for all."""

    def planner() -> str:
        found: str = st.session_state.setdefault("planner", uuid4().hex)
        return found

    monkeypatch.setattr("mixplan.ui.runs.planner_id", planner)
    monkeypatch.setattr("mixplan.ui.presence.planner_id", planner)
    monkeypatch.setattr("mixplan.ui.planner.planner_id", planner)
