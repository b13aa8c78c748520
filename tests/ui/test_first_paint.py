"""A page goes on with its tables once the session's first map has said that it is painted, or after some seconds."""

import threading
import time
from types import SimpleNamespace

import pytest
from starlette.requests import Request
from streamlit import config

from mixplan.base.identity import COOKIE
from mixplan.ui import first_paint


class Remembered:
    """What one session remembers."""

    kept = None

    def get(self):
        return self.kept

    def or_new(self, new):
        self.kept = self.kept or new
        return self.kept


@pytest.fixture(autouse=True)
def session(monkeypatch):
    browser = SimpleNamespace(context=SimpleNamespace(cookies={COOKIE: "0" * 32}))
    monkeypatch.setattr(first_paint, "st", browser)
    monkeypatch.setattr(first_paint, "FIRST_PAINT", Remembered())
    return browser.context


def waited_s() -> float:
    """How long the page was held up."""
    begun = time.monotonic()
    first_paint.await_first_paint()
    return time.monotonic() - begun


def say(word: str) -> int:
    """What the server answers a map that says it is painted."""
    asked = Request({"type": "http", "path_params": {"word": word}, "headers": []})
    return first_paint.painted_route().endpoint(asked).status_code


def test_the_page_goes_on_when_its_map_is_painted(monkeypatch):
    monkeypatch.setattr(first_paint, "_LONGEST_S", 60.0)
    word, begun = first_paint.first_paint_word(), time.monotonic()
    told = threading.Timer(0.3, say, args=(word,))
    told.start()
    assert waited_s() < 30
    assert time.monotonic() - begun >= 0.3
    told.join()


def test_the_word_of_another_session_does_not_count(monkeypatch):
    monkeypatch.setattr(first_paint, "_LONGEST_S", 0.2)
    first_paint.first_paint_word()
    assert say("another") == 204
    assert waited_s() >= 0.2


def test_a_session_waits_once_and_its_message_stays_the_same(monkeypatch):
    monkeypatch.setattr(first_paint, "_LONGEST_S", 0.2)
    word = first_paint.first_paint_word()
    assert waited_s() >= 0.2
    monkeypatch.setattr(first_paint, "_LONGEST_S", 60.0)
    assert waited_s() < 30
    assert first_paint.first_paint_word() == word


def test_without_a_browser_nothing_waits(session):
    session.cookies = {}
    assert first_paint.first_paint_word() is None
    assert waited_s() < first_paint._LONGEST_S


def test_the_address_lies_below_the_base_path():
    before = config.get_option("server.baseUrlPath")
    try:
        config.set_option("server.baseUrlPath", "/plan/beijing/")
        assert first_paint.painted_route().path == "/plan/beijing/painted/{word}"
    finally:
        config.set_option("server.baseUrlPath", before)
