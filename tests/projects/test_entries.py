"""The planners' own file: kept, taken back, restored, and safe when several write at once."""

import json
import os
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from writers import write_at_once

from mixplan.base.errors import DataError
from mixplan.projects import database, entries
from mixplan.projects import home as home_folder
from mixplan.projects.schema import actuals as table
from mixplan.targets.entries import Entry

ROW = {"indicator": "mortar_use", "year": 2013, "value": 410.5, "unit": "万t", "source": "2013 年报", "who": "张三"}


def test_the_folder_follows_the_environment(home, monkeypatch, tmp_path):
    assert home_folder() == home
    monkeypatch.delenv("MIXPLAN_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setattr("sys.platform", "linux")
    assert home_folder() == tmp_path / "mixplan"


def test_reading_creates_nothing(home):
    assert entries.actuals().empty
    assert list(entries.actuals().columns) == list(entries.COLUMNS)
    assert not home.exists()


@pytest.mark.usefixtures("kept")
def test_an_entry_comes_back_with_who_when_and_source():
    number = entries.add_actual(Entry(**ROW, district="朝阳区", note="含湿砂浆"))
    (row,) = entries.actuals().to_dict("records")
    assert row["id"] == number
    assert {k: row[k] for k in ROW} == ROW
    assert row["district"] == "朝阳区" and row["note"] == "含湿砂浆"
    assert row["entered_at"].endswith("+00:00")


@pytest.mark.usefixtures("kept")
def test_taking_back_hides_but_never_erases():
    number = entries.add_actual(Entry(**ROW))
    entries.withdraw(number, who="李四")
    assert entries.actuals().empty
    (row,) = entries.actuals(withdrawn=True).to_dict("records")
    assert row["withdrawn_by"] == "李四" and row["withdrawn_at"]
    with pytest.raises(DataError, match=str(number)):
        entries.withdraw(number, who="李四")
    again = entries.restore(number, who="王五")
    (row,) = entries.actuals().to_dict("records")
    assert (row["id"], row["who"], row["value"]) == (again, "王五", ROW["value"])
    assert entries.actuals(withdrawn=True)["withdrawn_by"].tolist() == ["李四", ""], "who took it back stays on record"
    with pytest.raises(DataError, match=str(number)):
        entries.restore(number, who="王五")
    with pytest.raises(DataError, match="恢复人"):
        entries.restore(number, who=" ")


@pytest.mark.parametrize("column", ["source", "who", "unit", "indicator"])
def test_an_entry_without_its_particulars_is_refused(column):
    with pytest.raises(DataError):
        entries.add_actual(Entry(**ROW | {column: " "}))
    assert entries.actuals().empty


@pytest.mark.usefixtures("kept")
def test_nobody_takes_an_entry_back():
    with pytest.raises(DataError, match="撤销人"):
        entries.withdraw(entries.add_actual(Entry(**ROW)), who="")


@pytest.mark.usefixtures("kept")
def test_hostile_text_is_only_text():
    evil = "'); DROP TABLE actuals; --"
    entries.add_actual(Entry(**ROW | {"source": evil}))
    assert entries.actuals()["source"].tolist() == [evil]


@pytest.mark.usefixtures("kept")
def test_many_writers_lose_nothing():
    start = threading.Barrier(8)

    def write(person):
        start.wait()
        return [entries.add_actual(Entry(**ROW | {"who": f"{person}", "value": float(n)})) for n in range(5)]

    with ThreadPoolExecutor(8) as pool:
        numbers = [n for batch in pool.map(write, range(8)) for n in batch]
    assert len(set(numbers)) == 40
    assert len(entries.actuals()) == 40


ENTERING = """
from mixplan.projects import entries
from mixplan.targets.entries import Entry

row, network = json.loads(sys.argv[1]), sys.argv[2] == "network"
database.on_network = lambda folder: network

def write(person, start):
    start.wait()
    for n in range(30):
        entries.add_actual(Entry(**row | {"who": person, "value": float(n)}))
"""


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system cannot copy a process")
@pytest.mark.parametrize("folder", ["own", "network"])
def test_twenty_programs_that_write_thirty_entries_each_all_succeed(folder):
    write_at_once(ENTERING, json.dumps(ROW), folder)
    counts = entries.actuals().groupby("who")["value"].agg(["count", "sum"])
    assert counts.to_numpy().tolist() == [[30, 435]] * 20


def test_readers_see_the_last_whole_state_at_once_while_somebody_writes(home, monkeypatch):
    monkeypatch.setattr(database, "READ_WAIT_S", 0.0)  # a reader that had to wait would be refused
    entries.add_actual(Entry(**ROW))
    with database.database().writing() as connection:
        connection.execute(sa.update(table).values(value=1))
        assert entries.actuals()["value"].tolist() == [ROW["value"]]
    assert entries.actuals()["value"].tolist() == [1]


def test_a_reader_changes_nothing():
    entries.add_actual(Entry(**ROW))
    with pytest.raises(DataError), database.database().reading() as connection:
        connection.execute(sa.delete(table))
    assert len(entries.actuals()) == 1


def journal(home):
    connection = sqlite3.connect(home / database.FILE_NAME)
    try:
        return connection.execute("PRAGMA journal_mode").fetchone()[0]
    finally:
        connection.close()


def test_a_network_folder_gets_the_older_journal_and_is_said(home, monkeypatch):
    entries.add_actual(Entry(**ROW))
    assert journal(home) == "wal" and database.database().turns() == ""
    monkeypatch.setattr(database, "on_network", lambda folder: True)
    database.database().close()  # as when the program ends
    entries.add_actual(Entry(**ROW))
    assert journal(home) == "delete" and str(home) in database.database().turns()


def test_a_first_writer_that_has_made_no_table_yet_stops_no_reader(home):
    home.mkdir()
    (home / database.FILE_NAME).touch()
    assert entries.actuals().empty


@pytest.mark.usefixtures("kept")
def test_a_failed_transaction_leaves_nothing_behind():
    number = entries.add_actual(Entry(**ROW))
    with pytest.raises(RuntimeError), database.database().writing() as connection:
        connection.execute(sa.delete(table))
        raise RuntimeError
    assert entries.actuals()["id"].tolist() == [number]


def test_a_locked_or_broken_file_is_named(home, monkeypatch, tmp_path):
    entries.add_actual(Entry(**ROW))
    monkeypatch.setattr(database, "WAIT_S", 0.05)
    blocker = sqlite3.connect(home / database.FILE_NAME, isolation_level=None)
    try:
        blocker.execute("BEGIN EXCLUSIVE")
        with pytest.raises(DataError, match=r"mixplan\.sqlite3：别的程序正在写，0.05 秒"):
            entries.add_actual(Entry(**ROW))
    finally:
        blocker.close()
    database.database().close()
    (home / database.FILE_NAME).write_bytes(b"not a database at all, only text " * 40)
    with pytest.raises(DataError, match=r"mixplan\.sqlite3"):
        entries.actuals()
    monkeypatch.setenv("MIXPLAN_HOME", str(tmp_path / "file" / "below"))
    (tmp_path / "file").write_text("a file where a folder should be")
    with pytest.raises(DataError, match="MIXPLAN_HOME"):
        entries.add_actual(Entry(**ROW))
