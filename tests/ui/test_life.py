"""What goes on beside the pages, from a server's start to its end."""

import sys
from contextlib import asynccontextmanager

import loops
import pytest
from streamlit.runtime.scriptrunner.exec_code import modified_sys_path

from mixplan.base.paths import ROUTER
from mixplan.ui import life


@pytest.fixture
def serving(monkeypatch):
    """A server has begun its life, without what goes on in the background."""

    @asynccontextmanager
    async def quiet(*_args):
        yield

    monkeypatch.setattr(sys, "path", [entry for entry in sys.path if entry != str(ROUTER.parent)])
    for name in ("with_workers", "warming", "tidied"):
        monkeypatch.setattr(life, name, quiet)

    async def begin():
        async with life.life(None):
            pass

    loops.run(begin())


def test_a_run_of_a_page_does_not_move_what_others_search_for_modules(serving):
    before = list(sys.path)
    with modified_sys_path(str(ROUTER)):
        assert sys.path == before
    assert sys.path == before


def test_nothing_of_the_router_s_folder_hides_a_module(serving):
    assert sys.path[-1] == str(ROUTER.parent)
