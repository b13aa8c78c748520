"""The English interface is complete: no message is missing, unused or not compiled."""

import ast
import contextvars
import re
from pathlib import Path

import messages
import pytest
from streamlit.testing.v1 import AppTest

from mixplan.base import i18n
from mixplan.base.i18n import get_language, gettext, local, set_language

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_the_catalogue_is_complete():
    assert messages.problems() == []


def test_a_new_message_and_a_stale_one_are_found(tmp_path):
    for source in ("mixplan", "pages"):
        (tmp_path / source).mkdir()
    (tmp_path / "app.py").write_text('_("一条新消息")\n', encoding="utf-8")
    found = messages.problems(tmp_path)
    assert "not in the catalogue: 一条新消息" in found
    assert any(line.startswith("in the catalogue but not used") for line in found)


def test_placeholders_are_the_same_in_both_languages():
    for message in messages.read_catalogue():
        if message.id:
            assert set(re.findall(r"\{(\w+)", message.id)) == set(re.findall(r"\{(\w+)", message.string)), message.id


def test_no_chinese_is_left_in_the_english_texts():
    allowed = re.compile(r"[\u4e00-\u9fff]")
    # Units of the plan (万t, 万m³) and clause numbers stay Chinese.
    for message in messages.read_catalogue():
        text = re.sub(r"万(?=t|m³)", "", str(message.string))
        assert not allowed.search(text), f"{message.id} → {message.string}"


def test_language_is_chosen_and_falls_back_to_chinese():
    set_language("en")
    assert gettext("总览") == "Overview"
    assert local({"name": "密云", "name_en": "Miyun"}) == "Miyun"
    assert local({"name": "密云", "name_en": ""}) == "密云"
    set_language("fr")
    assert get_language() == "zh"
    assert gettext("总览") == "总览"


def test_no_message_hides_in_an_f_string():
    """Babel does not look into f-strings on every Python, so a message there would never be translated."""
    files = [ROOT / "app.py", *(ROOT / "pages").glob("*.py"), *(ROOT / "mixplan").rglob("*.py")]
    for path in files:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                called = {c.func.id for c in ast.walk(node) if isinstance(c, ast.Call) and isinstance(c.func, ast.Name)}
                assert "_" not in called, f"{path.name}:{node.lineno}"


def _page_with_a_callback() -> None:
    import streamlit as st

    from mixplan import ui
    from mixplan.base import i18n

    ui.use_language()

    def note() -> None:
        st.session_state.heard = i18n.get_language()

    st.button("x", on_click=note)


@pytest.mark.filterwarnings("default")
def test_a_callback_speaks_the_session_language() -> None:
    app = AppTest.from_function(_page_with_a_callback, default_timeout=60)
    app.query_params["lang"] = "en"
    app.run()
    app.button[0].click().run()
    assert app.session_state["heard"] == "en"
    assert get_language() == "zh", "and no other thread is touched"


def test_where_nothing_was_chosen_the_session_is_asked(monkeypatch):
    monkeypatch.setattr(i18n, "_session_language", lambda: "en")
    assert contextvars.Context().run(get_language) == "en"
    set_language("zh")
    assert get_language() == "zh"
    monkeypatch.setattr(i18n, "_session_language", lambda: None)
    assert contextvars.Context().run(get_language) == "zh"
