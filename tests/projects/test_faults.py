"""What goes wrong around the store: told in a sentence, nothing by half, nothing lost."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from writers import write_at_once

from mixplan.base.errors import DataError
from mixplan.cli.entry import main
from mixplan.projects import Project, database, open_store, rows
from mixplan.projects.inputs import shown_plan
from mixplan.projects.project import FileUse, Result, Work, with_at
from mixplan.projects.scenarios import begun

WHO = "张三"
WRITER = """
import sys
from mixplan.projects import open_store
from mixplan.projects.project import with_at

kept, id = open_store(), sys.argv[1]
base = kept.load(id).project
while True:
    number = (base.margin_m or 0) + 1
    new = with_at(with_at(base, ("margin_m",), number), ("siting", "desk", "plan", f"s{number % 50}"), number)
    base = kept.save(id, base, new, who="写的人").project
    print(number, flush=True)
"""
DECIDING = """
from mixplan.projects import open_store
from mixplan.projects.project import with_at

id = sys.argv[1]

def write(person, start):
    kept = open_store()
    base = kept.load(id).project
    start.wait()
    for n in range(30):
        new = with_at(base, ("consolidation", "decisions", f"{person}-{n}"), "close")
        base = kept.save(id, base, new, who=person).project
"""


def deciding(kept, made, station="c1", who=WHO):
    """One more decision than the project has."""
    base = kept.load(made.id).project
    return kept.save(made.id, base, with_at(base, ("consolidation", "decisions", station), "close"), who=who)


def asked(question):
    """Put something to the database past the store."""
    with database.database().writing() as connection:
        return connection.exec_driver_sql(question)


@pytest.mark.slow
def test_a_writer_that_is_killed_leaves_the_old_state_or_the_new_never_half(kept):
    made = kept.create("方案", Project(), who=WHO)
    chance = random.Random(11)
    for _ in range(6):
        writer = subprocess.Popen([sys.executable, "-c", WRITER, made.id], stdout=subprocess.PIPE, text=True)
        told = int(writer.stdout.readline())
        time.sleep(chance.uniform(0.0, 0.25))
        writer.send_signal(signal.SIGKILL)
        told = max([told, *(int(line) for line in writer.stdout.read().splitlines())])
        writer.wait()
        writer.stdout.close()
        now = kept.load(made.id).project
        assert now.margin_m in (told, told + 1), "what was told as saved is there"
        assert now.siting.desk.plan[f"s{now.margin_m % 50}"] == now.margin_m, "both items of the change, or none"
        assert kept.verify() == []
    deciding(kept, made)


@pytest.mark.slow
def test_twenty_writers_of_thirty_changes_each_lose_nothing(kept):
    made = kept.create("共用", Project(), who=WHO)
    write_at_once(DECIDING, made.id)
    after = kept.load(made.id)
    assert set(after.project.consolidation.decisions) == {f"w{person}-{n}" for person in range(20) for n in range(30)}
    assert after.revision == 601 and kept.verify() == []


def test_a_lock_held_elsewhere_is_told_after_the_wait_and_the_next_save_works(kept, monkeypatch):
    made = kept.create("方案", Project(), who=WHO)
    base = made.project
    database.database().close()
    monkeypatch.setattr(database, "WAIT_S", 0.2)
    monkeypatch.setattr(database, "_open", {})  # as in a program that has just begun
    kept = open_store()
    other = sa.create_engine(database.database().engine.url)
    with other.connect() as holder:
        if holder.dialect.name == "sqlite":
            holder.exec_driver_sql("BEGIN IMMEDIATE")
        holder.execute(sa.text("UPDATE projects SET figures = figures"))
        with pytest.raises(DataError, match=r"别的程序正在写，0\.2 秒内没有写完，请稍后再试"):
            kept.save(made.id, base, with_at(base, ("margin_m",), 300), who=WHO)
        assert kept.load(made.id) == made, "who only reads does not wait"
        holder.rollback()
    other.dispose()
    assert kept.save(made.id, base, with_at(base, ("margin_m",), 300), who=WHO).project.margin_m == 300
    database.database().close()


def test_who_reads_a_table_of_a_server_that_somebody_keeps_to_himself_hears_of_it_soon(server, monkeypatch):
    monkeypatch.setenv(database.ADDRESS, server.database())
    monkeypatch.setattr(database, "READ_WAIT_S", 0.2)
    made = open_store().create("方案", Project(), who=WHO)
    other = sa.create_engine(database.database().engine.url)
    with other.connect() as holder:
        holder.execute(sa.text("LOCK TABLE projects IN ACCESS EXCLUSIVE MODE"))
        began = time.monotonic()
        with pytest.raises(DataError, match=r"别的程序正在写，0\.2 秒内没有写完"):
            open_store().load(made.id)
        assert time.monotonic() - began < database.WAIT_S
        holder.rollback()
    other.dispose()
    assert open_store().load(made.id) == made


def test_a_full_disk_is_told_and_what_was_there_stays(file):
    kept = open_store()
    made = kept.create("方案", Project(), who=WHO)
    with database.database().reading() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
    engine = database.database().engine
    database.database().close()

    def no_more_pages(connection, _entry):
        connection.execute(f"PRAGMA max_page_count = {pages + 2}")

    sa.event.listen(engine, "connect", no_more_pages)
    long = with_at(made.project, ("briefing", "steps", "s"), {"order": 1, "notes": "字" * 20_000})
    with pytest.raises(DataError, match=r"mixplan\.sqlite3：磁盘已满"):
        kept.save(made.id, made.project, long, who=WHO)
    assert kept.load(made.id) == made
    sa.event.remove(engine, "connect", no_more_pages)
    database.database().close()
    assert kept.save(made.id, made.project, long, who=WHO).project == long
    assert kept.verify() == []


@contextmanager
def in_a_small_disk() -> Iterator[Path]:
    """A folder with room for one megabyte."""
    with tempfile.TemporaryDirectory(prefix="mixplan-") as folder:
        mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder]
        if os.getuid() or subprocess.run(mount, check=False, capture_output=True).returncode:
            pytest.skip("only root can make a small disk, and not everywhere")
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", "--lazy", folder], check=True)


def test_a_disk_that_is_really_full_is_told_and_what_was_saved_stays(monkeypatch):
    with in_a_small_disk() as folder:
        monkeypatch.setenv("MIXPLAN_HOME", str(folder))
        kept = open_store()
        made = kept.create("方案", Project(), who=WHO)
        saved = made
        with pytest.raises(DataError, match=r"磁盘已满|读写失败，请检查磁盘"):
            for number in range(100):
                step = {"order": number, "notes": f"{number}" * 20_000}
                after = with_at(saved.project, ("briefing", "steps", f"s{number}"), step)
                saved = kept.save(made.id, saved.project, after, who=WHO)
        assert kept.load(made.id) == saved
        database.database().close()


@contextmanager
def unprivileged(folder: Path) -> Iterator[None]:
    """As somebody who owns the folder but may not do everything, as root may."""
    if os.getuid():
        yield
        return
    for path in (folder, *folder.rglob("*")):
        os.chown(path, 65534, 65534)
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.skipif(not hasattr(os, "seteuid"), reason="the system knows no users in this way")
@pytest.mark.parametrize("what", ["file", "folder"])
def test_what_may_only_be_read_is_told(monkeypatch, what):
    with tempfile.TemporaryDirectory(prefix="mixplan-") as name:
        folder = Path(name)
        monkeypatch.setenv("MIXPLAN_HOME", name)
        kept = open_store()
        made = kept.create("方案", Project(), who=WHO)
        database.database().close()
        with unprivileged(folder):
            (folder if what == "folder" else folder / database.FILE_NAME).chmod(0o500 if what == "folder" else 0o400)
            with pytest.raises(DataError, match=r"mixplan\.sqlite3：没有读写它的权限"):
                kept.save(made.id, made.project, with_at(made.project, ("margin_m",), 300), who=WHO)
            database.database().close()
            (folder if what == "folder" else folder / database.FILE_NAME).chmod(0o700)
            assert kept.load(made.id) == made
            database.database().close()


@pytest.mark.parametrize("where", ["the head", "the middle"])
def test_a_damaged_file_is_told_and_left_as_it_is(file, where):
    kept = open_store()
    made = kept.create("方案", Project(), who=WHO)
    database.database().close()
    content = bytearray(file.read_bytes())
    start = 0 if where == "the head" else 4096
    content[start:] = b"\xa5" * (len(content) - start)
    file.write_bytes(content)
    with pytest.raises(DataError, match=r"mixplan\.sqlite3：不是 mixplan 的数据文件，或已损坏"):
        kept.load(made.id)
    assert file.read_bytes() == content


def test_a_file_that_is_away_is_missed_not_replaced_and_works_when_it_is_back(file):
    kept = open_store()
    made = kept.create("方案", Project(), who=WHO)
    database.database().close()
    away = file.rename(file.with_name("away"))
    for call in (kept.listed, lambda: kept.load(made.id), lambda: kept.create("新", Project(), who=WHO)):
        with pytest.raises(DataError, match=r"mixplan\.sqlite3 不见了"):
            call()
    assert not file.exists()
    away.rename(file)
    assert kept.load(made.id) == made


def test_a_file_that_was_put_back_from_a_copy_is_read_anew(file):
    kept = open_store()
    made = kept.create("方案", Project(), who=WHO)
    database.database().close()
    copy = file.read_bytes()
    deciding(kept, made)
    database.database().close()
    file.unlink()
    file.write_bytes(copy)
    assert kept.load(made.id) == made


def test_a_server_that_goes_and_comes_back_is_told_and_the_next_call_works(server, monkeypatch):
    monkeypatch.setenv(database.ADDRESS, server.database())
    kept = open_store()
    made = kept.create("方案", Project(), who=WHO)
    server.stop()
    try:
        for _ in range(2):
            with pytest.raises(DataError, match=r"数据库 mixplan\d+@.*连不上") as told:
                deciding(kept, made)
            assert "geheim" not in "".join(map(str, (told.value, told.value.__cause__, told.value.__context__)))
    finally:
        server.start()
    assert kept.load(made.id) == made
    assert deciding(kept, made).revision == 2


@pytest.mark.parametrize(
    "address",
    ["mysql://planner:geheim@host/db", "postgresql://planner:geheim@host", "geheim", "postgresql://a:geheim@["],
)
def test_an_address_that_names_no_database_is_told_without_its_password(monkeypatch, address):
    monkeypatch.setenv(database.ADDRESS, address)
    with pytest.raises(DataError, match="MIXPLAN_DATABASE_URL 应写成") as told:
        open_store()
    assert "geheim" not in str(told.value) and told.value.__cause__ is None


def test_a_clock_that_was_put_back_changes_no_order_and_is_noted(kept, monkeypatch):
    made = kept.create("方案", Project(), who=WHO)
    monkeypatch.setattr(rows, "now", lambda: "2001-01-01T00:00:00.000000+00:00")
    deciding(kept, made, "c1")
    monkeypatch.undo()
    assert [change.revision for change in kept.trail(made.id)] == [1, 2]
    (fault,) = kept.verify()
    assert (fault.revision, fault.note) == (2, True) and "时钟" in fault.what


def test_a_record_of_a_later_release_is_not_opened_and_stays(kept):
    made = kept.create("方案", Project(), who=WHO)
    deciding(kept, made)
    asked("""UPDATE records SET record = '{"format":99}'""")
    with pytest.raises(DataError, match=r"“方案”由更新版本.*请更新"):
        kept.load(made.id)
    assert asked("SELECT record FROM records").scalar() == '{"format":99}'


def three_changes(kept):
    made = kept.create("方案", Project(), who=WHO)
    for station in ("c1", "c2", "c3"):
        deciding(kept, made, station)
    kept.put_content(made.id, b"id,name\n", name="厂站.csv", media="text/csv")
    assert kept.verify() == []
    return made


@pytest.mark.parametrize(
    ("change", "revision", "words"),
    [
        ("UPDATE changes SET items = replace(items, 'close', 'retain') WHERE revision = 3", 3, "校验值不符"),
        ("UPDATE changes SET who = '李四' WHERE revision = 2", 2, "校验值不符"),
        ("UPDATE changes SET at = '2031' WHERE revision = 4", 4, "校验值不符"),
        ("UPDATE changes SET note = '会上定' WHERE revision = 1", 1, "校验值不符"),
        ("DELETE FROM changes WHERE revision = 3", 3, "不见了"),
        ("DELETE FROM changes WHERE revision = 4", None, "留痕止于第 3 版"),
        ("UPDATE changes SET items = 'x' WHERE revision = 2", 2, "无法读出"),
        ("UPDATE records SET record = replace(record, 'close', 'retain')", None, "记录与留痕所得不符"),
        ("UPDATE records SET record = '{'", None, "记录无法读出"),
        ("UPDATE projects SET name = '别的'", None, "名称、状态、所有者或可见范围与留痕不符"),
        ("UPDATE projects SET changed_by = '李四'", None, "最后由谁改动"),
        ("UPDATE projects SET created_at = '2031'", None, "何时由谁建立"),
        ("UPDATE projects SET views = '['", None, "记录无法读出"),
        (f"UPDATE changes SET items = '{'[' * 5000}' WHERE revision = 3", 3, "无法读出"),
    ],
)
def test_what_was_altered_past_the_store_is_found(kept, change, revision, words):
    made = three_changes(kept)
    asked(change)
    found = [fault for fault in kept.verify(made.id) if fault.revision == revision and words in fault.what]
    assert len(found) == 1 and not found[0].note and found[0].project == made.id


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("DELETE FROM projects", "项目不见了"),
        ("UPDATE changes SET items = x'ff' WHERE revision = 3", "不应有的值"),
        ("UPDATE changes SET revision = 'x' WHERE revision = 3", "不应有的值"),
    ],
)
def test_what_only_a_file_lets_others_do_is_found(file, change, words):
    store = open_store()
    made = three_changes(store)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(change)
        connection.commit()
    assert [fault.project for fault in store.verify() if words in fault.what] == [made.id]


def test_a_project_whose_figures_are_spoilt_stays_in_the_list(kept):
    made = three_changes(kept)
    asked("UPDATE projects SET figures = '{'")
    assert [one.id for one in kept.listed()] == [made.id]


@pytest.mark.parametrize("id", ["a\0b", "\ud83d", "' OR 1=1 --", "x" * 100_000, ""])
def test_what_is_no_id_is_said_to_be_none_in_few_words(kept, id):
    three_changes(kept)
    assert kept.revision(id) == 0
    with pytest.raises(DataError, match="没有编号为") as refused:
        kept.load(id)
    assert len(str(refused.value)) < 60


def test_a_project_whose_rows_are_spoilt_says_so_and_asks_to_be_verified(kept):
    made = three_changes(kept)
    asked("DELETE FROM changes WHERE revision = 2")
    done, undone = kept.steps(made.id, who=WHO)
    assert (done.revision, undone) == (4, None)
    asked("UPDATE changes SET items = '[1]' WHERE revision = 3")
    asked("UPDATE records SET record = '{'")
    for call in (kept.load, kept.trail, lambda id: kept.at(id, 4)):
        with pytest.raises(DataError, match=r"无法读出.*请查验"):
            call(made.id)


def test_changes_that_were_swapped_are_found(kept):
    made = three_changes(kept)
    for old, new in ((2, 9), (3, 2), (9, 3)):
        asked(f"UPDATE changes SET revision = {new} WHERE revision = {old}")
    assert {fault.revision for fault in kept.verify(made.id) if "校验值不符" in fault.what} >= {2, 3}


def test_a_file_that_was_altered_or_taken_out_past_the_store_is_found(kept):
    made = three_changes(kept)
    (key,) = asked("SELECT hash FROM contents").scalars()
    with database.database().writing() as connection:
        connection.execute(sa.text("UPDATE contents SET content = :other"), {"other": b"id,name,x\n"})
    (fault,) = kept.verify(made.id)
    assert "“厂站.csv”" in fault.what and "校验值不符" in fault.what
    with pytest.raises(DataError, match="校验值不符"):
        kept.content(made.id, key)


def test_a_file_that_the_project_needs_and_may_no_longer_read_is_found(kept):
    made = kept.create("方案", Project(), who=WHO)
    key = kept.put_content(made.id, b"id,name\n", name="厂站.csv", media="text/csv")
    register = FileUse(key, "厂站.csv", datum="WGS-84")
    kept.save(made.id, made.project, with_at(made.project, ("register",), register), who=WHO)
    assert kept.verify(made.id) == []
    asked("DELETE FROM project_contents")
    (fault,) = kept.verify(made.id)
    assert "“厂站.csv”" in fault.what and "不见了" in fault.what


def test_a_file_that_branches_need_too_is_told_once(kept):
    made = kept.create("方案", Project(), who=WHO)
    register = FileUse(kept.put_content(made.id, b"id,name\n", name="厂站.csv", media="text/csv"), "厂站.csv")
    kept.save(made.id, made.project, begun(Project(register=register), "a", "一", Work(register=register)), who=WHO)
    asked("DELETE FROM project_contents")
    assert len(kept.verify(made.id)) == 1


@pytest.mark.parametrize("other", ["'text'", "5", "1e300"])
def test_a_file_that_has_become_another_kind_of_value_is_found_and_not_read(file, other):
    store = open_store()
    made = three_changes(store)
    with closing(sqlite3.connect(file)) as connection:
        ((key,),) = connection.execute("SELECT hash FROM contents")
        connection.execute(f"UPDATE contents SET content = {other}")
        connection.commit()
    assert [fault.project for fault in store.verify() if "“厂站.csv”" in fault.what] == [made.id]
    with pytest.raises(DataError, match="校验值不符"):
        store.content(made.id, key)


def test_a_damaged_page_that_nothing_has_needed_yet_is_found(file, capsys):
    three_changes(open_store())
    database.close_all()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        ((page, size),) = connection.execute(
            "SELECT rootpage, (SELECT page_size FROM pragma_page_size) FROM sqlite_master WHERE name = 'people'"
        )
    with file.open("r+b") as opened:
        opened.seek((page - 1) * size)
        opened.write(random.Random(1).randbytes(size))
    (fault,) = open_store().verify()
    assert (fault.project, fault.note) == ("", False) and "损坏的页" in fault.what
    assert main(["project", "verify"]) == 1
    assert capsys.readouterr().out.startswith("mixplan.sqlite3: ")


def test_only_what_is_asked_for_is_verified(kept):
    altered, whole = three_changes(kept), kept.create("另一个", Project(), who=WHO)
    asked(f"UPDATE changes SET who = 'x' WHERE project = '{altered.id}' AND revision = 2")
    assert kept.verify(whole.id) == [] and {fault.project for fault in kept.verify()} == {altered.id}


def test_a_file_of_a_killed_writer_is_read_by_the_next_program(file):
    """The write-ahead log of a program that ended without closing it."""
    made = open_store().create("方案", Project(), who=WHO)
    archive = f"from mixplan.projects import open_store; open_store().archive({made.id!r}, who='李四')"
    subprocess.run([sys.executable, "-c", f"{archive}; import os; os._exit(9)"], check=False)
    database.database().close()
    assert open_store().load(made.id).state == "archived"
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_a_result_that_is_none_of_ours_is_said_in_words_where_it_is_used(kept):
    made = kept.create("方案", Project(), who=WHO)
    key = kept.put_content(made.id, b"id,name\n", name="result.json", media="application/json")
    result = Result(key, "x", "2026-01-01T08:00:00+00:00", "0.1.0", "x")
    other = with_at(Project(), ("consolidation", "plans", "single"), result)
    with pytest.raises(DataError, match="结果无法读出"):
        shown_plan(other, lambda hash: kept.content(made.id, hash))
