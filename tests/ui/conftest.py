"""The pages' long work in the tests: real workers on a queue of the tests' own, and a planner for each page."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from uuid import uuid4

import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner


@pytest.fixture(scope="session", autouse=True)
def _own_queue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MIXPLAN_HOME", str(tmp_path_factory.mktemp("home")))
        patch.setenv("MIXPLAN_JOBS_LINGER_S", "5")
        yield


@pytest.fixture(scope="session", autouse=True)
def _packages_are_looked_through_once() -> Iterator[None]:
    """Each page in a test looks for components in all that is installed, which takes longer than the page."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's folder of the test's own; workers are there for that of all tests, and for no other."""
    monkeypatch.setenv("MIXPLAN_HOME", str(tmp_path / "home"))
    monkeypatch.setattr("mixplan.ui.presence.keep_workers", lambda: None)
    return tmp_path / "home"


@pytest.fixture(autouse=True)
def _planner_of_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests without a browser have no cookie, and one session id for all."""

    def planner() -> str:
        found: str = st.session_state.setdefault("planner", uuid4().hex)
        return found

    monkeypatch.setattr("mixplan.ui.runs.planner_id", planner)
    monkeypatch.setattr("mixplan.ui.presence.planner_id", planner)
    monkeypatch.setattr("mixplan.ui.planner.planner_id", planner)
