"""A server that has just started opens every page once, in a session of nobody's, and lets planners go first."""

import asyncio

import loops
import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from mixplan.base.paths import PAGES
from mixplan.ui import warm


class Server:
    """Streamlit's runtime as far as warming up knows it; every page begins anew once before it has run."""

    def __init__(self):
        self.asked, self.closed, self.settled, self.client = [], [], [], None

    def connect_session(self, client, user_info):
        self.client = client
        return "session"

    def handle_backmsg(self, session, message):
        self.asked.append(message.rerun_script.page_name)
        for how in (ForwardMsg.FINISHED_EARLY_FOR_RERUN, ForwardMsg.FINISHED_SUCCESSFULLY):
            assert not self.client.ended.is_set()
            self.client.write_forward_msg(ForwardMsg(script_finished=how))

    def close_session(self, session):
        self.closed.append(session)


@pytest.fixture
def server(monkeypatch):
    found = Server()
    monkeypatch.setattr(warm.Runtime, "instance", lambda: found)
    monkeypatch.setattr(warm, "_LOOK_S", 0.01)
    monkeypatch.setattr(warm, "give_back", lambda: found.settled.append(list(found.closed)))
    return found


def test_every_page_is_opened_once_and_the_session_closed(server):
    loops.run(warm.warm_up())
    pages = {path.stem for path in PAGES.glob("*.py")}
    assert sorted(server.asked) == sorted({*pages, ""} - {"overview"})  # the overview has the bare address
    assert server.closed == ["session"]
    assert server.settled == [["session"]], "what the session held is to go before what is left is kept"


def test_while_the_server_is_busy_no_page_but_the_first_is_opened(server, monkeypatch):
    used = iter(range(10**6))
    monkeypatch.setattr(warm.time, "process_time", lambda: float(next(used)))

    async def for_a_moment():
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(warm.warm_up(), 0.3)

    loops.run(for_a_moment())
    assert server.asked == [""] and server.closed == ["session"] and server.settled == []
