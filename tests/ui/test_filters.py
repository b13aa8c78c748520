"""What a browser answers to a filter panel: a choice among what is offered, or nothing at all."""

import pytest
from streamlit.testing.v1 import AppTest

from mixplan.ui import filters


def page():
    from mixplan.ui import filters
    from mixplan.ui.filters import Choice

    filters.panel([Choice("kinds", "类别", {"a": "甲", "b": "乙"})], "panel", "map")


def answered(monkeypatch, answer, *, forget=()):
    """The session after a panel has had an answer, with some of it forgotten in between."""

    def panel(*, key, data, on_chosen_change):
        state[key] = {"chosen": answer}
        for name in forget:
            del state[name]
        on_chosen_change()

    state = filters.st.session_state
    monkeypatch.setattr(filters, "_panel", panel)
    test = AppTest.from_function(page).run()
    assert not test.exception
    return test.session_state


@pytest.mark.parametrize(
    ("chosen", "kinds"),
    [
        ({"kinds": ["b"]}, ["b"]),
        ({"kinds": ["b", "a", "b"]}, ["a", "b"]),
        ({"kinds": [None, 1, {}, ["a"], "b", "__proto__", "\ud800"]}, ["b"]),
        ({"kinds": "b"}, []),
        ({"__proto__": ["b"], "lang": ["en"]}, []),
    ],
)
def test_only_what_is_offered_is_chosen(monkeypatch, chosen, kinds):
    state = answered(monkeypatch, {"chosen": chosen, "told": "1-4294967295"})
    assert state["kinds"] == kinds
    assert state["filter_told"] == "1-4294967295"
    assert "lang" not in state


@pytest.mark.parametrize(
    "answer",
    [
        None,
        ["b"],
        {"chosen": {"kinds": ["b"]}},
        {"chosen": ["b"], "told": "1-2"},
        {"chosen": {"kinds": ["b"]}, "told": 1},
        # A sign goes to every map with each message.
        {"chosen": {"kinds": ["b"]}, "told": "\ud800"},
        {"chosen": {"kinds": ["b"]}, "told": "1-" + "2" * 5_000_000},
    ],
)
def test_an_answer_that_no_panel_gives_changes_nothing(monkeypatch, answer):
    state = answered(monkeypatch, answer)
    assert state["kinds"] == []
    assert "filter_told" not in state


def test_a_choice_counts_where_going_back_has_just_taken_the_last_one_away(monkeypatch):
    state = answered(monkeypatch, {"chosen": {"kinds": ["b"]}, "told": "1-2"}, forget=["kinds"])
    assert state["kinds"] == ["b"]
