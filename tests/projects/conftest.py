"""A home folder of its own for each test, and the store in it or in a database of PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from postgres_server import HOW_TO_GET_IT, Server, programs

from mixplan.projects import Store, database, open_store


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MIXPLAN_HOME", str(tmp_path / "home"))
    monkeypatch.delenv(database.ADDRESS, raising=False)
    return tmp_path / "home"


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    if programs() is None:
        pytest.skip(HOW_TO_GET_IT)
    started = Server()
    yield started
    started.end()


@pytest.fixture(params=["sqlite", "postgresql"])
def kept(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Store:
    """The store in use, in each kind of database."""
    if request.param == "postgresql":
        monkeypatch.setenv(database.ADDRESS, request.getfixturevalue("server").database())
    return open_store()


@pytest.fixture
def file(home: Path) -> Path:
    """Where the user's own database lies."""
    return home / database.FILE_NAME
