"""The page 目标进度 alone: on the shipped data, without actuals, with entries, in English."""

import sqlite3

import pytest
from streamlit.testing.v1 import AppTest

from mixplan.base.paths import APP_ROOT
from mixplan.plan.indicators import load_indicators
from mixplan.projects import database, entries
from mixplan.targets.entries import Entry
from mixplan.ui.targets import figures


@pytest.fixture(autouse=True)
def _nothing_is_known_of_another_home(home):
    figures.plan.clear()
    yield
    figures.plan.clear()


def page(**state):
    test = AppTest.from_file(str(APP_ROOT / "pages" / "targets.py"), default_timeout=60)
    for key, value in state.items():
        test.session_state[key] = value
    return test.run()


def metrics(test):
    return {m.label: m.value for m in test.metric}


def texts(test):
    return " ".join(
        str(e.value) for kind in ("markdown", "caption", "info", "success", "warning", "error") for e in test.get(kind)
    )


def test_the_shipped_data():
    test = page()
    assert not test.exception
    shown = metrics(test)
    assert shown["规划目标"] == "14" and shown["● 达标"] == "1" and shown["○ 无数据"] == "13"
    assert [tab.label for tab in test.tabs] == ["指标", "供需平衡", "节能减排测算", "规划核对", "填报"]
    assert "还没有填报" in texts(test)


@pytest.mark.slow
@pytest.mark.parametrize("tab", ["供需平衡", "节能减排测算", "规划核对", "填报"])
def test_every_tab_opens(tab):
    test = page(targets_tab_zh=tab)
    assert not test.exception
    if tab == "节能减排测算":
        before = [m.value for m in test.metric]
        test = test.slider(key="savings_rate").set_value(95.0).run()
        assert not test.exception and [m.value for m in test.metric] != before


def test_english():
    test = page(lang="en")
    assert not test.exception
    assert metrics(test)["Targets"] == "14"
    assert not any("\u4e00" <= c <= "\u9fff" for tab in test.tabs for c in tab.label)


def test_without_any_actual(monkeypatch):
    frame = load_indicators()
    later = frame["kind"].isin(["actual", "derived"]) & (frame["year"] > 2010)
    monkeypatch.setattr(figures, "load_indicators", lambda: frame[~later].reset_index(drop=True))
    test = page()
    assert not test.exception
    assert metrics(test)["○ 无数据"] == "14"


@pytest.mark.slow
def test_every_indicator_can_be_shown():
    test = page()
    box = test.selectbox(key="targets_indicator")
    for name in (
        "concrete_capacity",
        "mortar_bulk_rate",
        "concrete_sites",
        "housing_industrialised_share",
        "savings_co2",
    ):
        box = test.selectbox(key="targets_indicator")
        test = box.set_value(name).run()
        assert not test.exception, name


def fill(test, *, value, year=2013, source="2013 年报", who="张三", indicator="mortar_use"):
    test = test.selectbox(key="entry_indicator").set_value(indicator).run()
    fields = {field.label: field for kind in ("number_input", "text_input") for field in test.get(kind)}
    fields["年份"].set_value(year)
    next(f for label, f in fields.items() if label.startswith("数值")).set_value(value)
    fields["来源"].set_value(source)
    fields["填报人"].set_value(who)
    return next(b for b in test.button if b.label == "检查并保存").click().run()


@pytest.mark.slow
def test_an_entry_is_kept_and_counts_on_the_board():
    test = fill(page(), value=450.0)
    assert not test.exception
    assert entries.actuals()["value"].tolist() == [450.0]
    assert entries.actuals()["who"].tolist() == ["张三"]
    test = page(targets_year=2013)
    assert metrics(test)["▲ 按期"] == "1"


@pytest.mark.slow
def test_a_wrong_entry_is_refused_in_words():
    test = fill(page(), value=450.0, source="", who="")
    assert entries.actuals().empty
    said = " ".join(e.value for e in test.error)
    assert "来源" in said and "填报人" in said


@pytest.mark.slow
def test_an_implausible_jump_waits_for_confirmation():
    test = fill(page(), value=4500.0)
    assert entries.actuals().empty
    assert any("小数点" in w.value for w in test.warning)
    test = next(b for b in test.button if b.label == "确认无误，保存").click().run()
    assert not test.exception
    assert entries.actuals()["value"].tolist() == [4500.0]


@pytest.mark.slow
def test_what_somebody_has_entered_meanwhile_is_told_before_a_doubtful_entry_is_confirmed():
    test = fill(page(), value=4500.0)
    entries.add_actual(Entry("mortar_use", 2013, 450, "万t", "年报", "李四"))
    test = next(b for b in test.button if b.label == "确认无误，保存").click().run()
    assert not test.exception
    assert entries.actuals()["value"].tolist() == [450.0]
    assert any("请再看一次" in w.value for w in test.warning)
    assert any("李四" in w.value or "450" in w.value for w in test.warning)


@pytest.mark.slow
def test_an_entry_ten_times_any_figure_on_record_is_refused():
    test = fill(page(), value=45000.0)
    assert entries.actuals().empty
    assert any("超出范围" in e.value for e in test.error)
    assert not [b for b in test.button if b.label == "确认无误，保存"]


@pytest.mark.slow
def test_an_entry_is_taken_back_and_restored():
    entries.add_actual(Entry("mortar_use", 2013, 450, "万t", "年报", "张三"))
    test = page()
    test = test.text_input(key="entry_withdraw_who").set_value("李四").run()
    test = next(b for b in test.button if b.label == "撤销").click().run()
    assert not test.exception and entries.actuals().empty
    test = test.text_input(key="entry_restore_who").set_value("王五").run()
    test = next(b for b in test.button if b.label == "恢复").click().run()
    assert not test.exception and len(entries.actuals()) == 1


@pytest.mark.parametrize("trouble", ["broken", "locked"])
def test_where_entries_cannot_be_read_the_page_says_so_and_shows_no_figure_without_them(home, trouble, monkeypatch):
    entries.add_actual(Entry("mortar_use", 2013, 450, "万t", "年报", "张三"))
    file = home / database.FILE_NAME
    database.database().close()  # as when the program ends
    holder = sqlite3.connect(file, isolation_level=None)
    if trouble == "locked":
        # As in a network folder: the older journal, where who writes keeps readers waiting.
        monkeypatch.setattr(database, "on_network", lambda folder: True)
        monkeypatch.setattr(database, "READ_WAIT_S", 0.1)
        holder.execute("PRAGMA journal_mode = delete")
        holder.execute("BEGIN EXCLUSIVE")
    else:
        holder.close()
        file.write_bytes(b"no database, only words " * 50)
    try:
        test = page()
    finally:
        holder.close()
    assert not test.exception
    assert any(database.FILE_NAME in e.value.replace("\\", "") for e in test.error)
    assert metrics(test) == {}


def test_a_writer_at_work_does_not_keep_the_page_waiting(home):
    entries.add_actual(Entry("mortar_use", 2013, 450, "万t", "年报", "张三"))
    writer = sqlite3.connect(home / database.FILE_NAME, isolation_level=None)
    try:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE actuals SET value = 1")
        test = page(targets_year=2013)
    finally:
        writer.close()
    assert not test.exception and not test.error
    assert metrics(test)["▲ 按期"] == "1"
