"""From the first landed file to today's tables: nothing lost, all steps or none, and a later form left alone."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from mixplan.base.errors import DataError
from mixplan.projects import Project, database, entries, open_store, schema, trail, upgrade
from mixplan.projects.access import Person

# As the first landed release made it, word for word.
LANDED = """
CREATE TABLE IF NOT EXISTS actuals (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    indicator TEXT NOT NULL,
    year INTEGER NOT NULL,
    district TEXT NOT NULL DEFAULT '',
    value REAL NOT NULL,
    unit TEXT NOT NULL,
    source TEXT NOT NULL,
    note TEXT NOT NULL DEFAULT '',
    who TEXT NOT NULL,
    entered_at TEXT NOT NULL,
    withdrawn_by TEXT NOT NULL DEFAULT '',
    withdrawn_at TEXT NOT NULL DEFAULT ''
)
"""
ROWS = [
    (1, "mortar_use", 2011, "", 300.5, "万t", "年报", "", "张三", "2012-01-05T08:00:00+00:00", "", ""),
    (
        4,
        "mortar_use",
        2012,
        "朝阳区",
        41.25,
        "万t",
        "月报",
        "暂估",
        "李四",
        "2013-01-05T08:00:00+00:00",
        "王五",
        "2013-02-01",
    ),
]

LATER = f"{len(upgrade.FORMS) + 1:04d}"


def landed(file, *, number, rows=ROWS):
    """A file of the first landed release, or of the one before it, which gave files no number."""
    file.parent.mkdir(parents=True)
    with closing(sqlite3.connect(file)) as old:
        old.execute(LANDED)
        old.executemany(f"INSERT INTO actuals VALUES ({', '.join('?' * 12)})", rows)
        old.execute(f"PRAGMA user_version = {number:d}")
        old.commit()


def asked(file, question):
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute(question).fetchall()


@pytest.mark.parametrize("number", [0, 1])
def test_a_landed_file_keeps_its_entries_and_takes_projects(file, number):
    landed(file, number=number)
    assert list(entries.actuals(withdrawn=True).itertuples(index=False, name=None)) == ROWS
    made = open_store().create("方案", Project(), who="张三")
    assert open_store().load(made.id) == made
    assert asked(file, "SELECT * FROM actuals") == ROWS


def test_the_file_is_copied_as_it_was_before_anything_is_changed(file):
    landed(file, number=1)
    entries.actuals()
    copy = file.with_name(f"mixplan.sqlite3.before-{upgrade.FORMS[-1]}")
    assert asked(copy, "SELECT * FROM actuals") == ROWS
    assert asked(copy, "SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite%'") == [("actuals",)]
    assert asked(copy, "PRAGMA user_version") == [(1,)]


def test_a_new_file_is_not_copied(file):
    open_store().create("方案", Project(), who="张三")
    assert sorted(path.name for path in file.parent.iterdir() if "before" in path.name) == []


def test_the_former_release_refuses_the_file_in_its_own_words(file):
    open_store().create("方案", Project(), who="张三")
    # It looks at this number alone, says that a later release has written the file, and goes no further.
    assert asked(file, "PRAGMA user_version") == [(len(upgrade.FORMS),)]


def test_the_steps_lead_to_the_tables_that_the_release_knows(kept):
    kept.create("方案", Project(), who="张三")
    with database.database().reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, schema.metadata) == []


@pytest.mark.parametrize("number", [0, 1])
def test_a_step_that_fails_leaves_the_file_as_it_was(file, number):
    landed(file, number=number)
    with closing(sqlite3.connect(file)) as other:
        other.execute("CREATE TABLE project_contents (mine TEXT)")  # in the way of the last table of the step
    before = asked(file, "SELECT name, sql FROM sqlite_master ORDER BY name")
    with pytest.raises(DataError, match=r"mixplan\.sqlite3"):
        entries.actuals()
    assert asked(file, "SELECT name, sql FROM sqlite_master ORDER BY name") == before
    assert (asked(file, "SELECT * FROM actuals"), asked(file, "PRAGMA user_version")) == (ROWS, [(number,)])


OPENING = """
import sys
from mixplan.projects import entries
sys.stdin.readline()
assert len(entries.actuals(withdrawn=True)) == 2
"""


def test_programs_that_open_an_old_file_at_once_migrate_it_once(file):
    landed(file, number=1)
    programs = [
        subprocess.Popen([sys.executable, "-c", OPENING], stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    said = []
    for program in programs:
        program.stdin.write("go\n")
        program.stdin.flush()
    for program in programs:
        said.append(program.communicate(timeout=300)[1])
    assert [program.returncode for program in programs] == [0] * 4, said
    assert asked(file, "SELECT version_num FROM alembic_version") == [(upgrade.FORMS[-1],)]
    assert asked(file, "SELECT * FROM actuals") == ROWS


KILLED = """
import os, signal
from mixplan.projects import entries, upgrade
run = upgrade._run
upgrade._run = lambda connection: (run(connection), os.kill(os.getpid(), signal.SIGKILL))
entries.actuals()
"""


def test_a_program_that_is_killed_after_its_last_step_has_changed_nothing(file):
    landed(file, number=1)
    done = subprocess.run([sys.executable, "-c", KILLED], check=False, capture_output=True)
    assert done.returncode != 0
    assert asked(file, "SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite%'") == [("actuals",)]
    assert len(entries.actuals(withdrawn=True)) == 2, "and the next program takes all steps"
    assert asked(file, "PRAGMA user_version") == [(len(upgrade.FORMS),)]


def test_a_file_with_a_later_releases_number_is_left_alone(file):
    landed(file, number=len(upgrade.FORMS) + 1)
    before = file.read_bytes()
    with pytest.raises(DataError, match=rf"更新版本.*格式 {LATER}.*请更新"):
        entries.actuals()
    with pytest.raises(DataError, match="请更新"):
        open_store().create("方案", Project(), who="张三")
    assert file.read_bytes() == before


def test_a_database_with_a_later_releases_form_is_left_alone(kept):
    made = kept.create("方案", Project(), who="张三")
    with database.database().writing() as connection:
        connection.execute(sa.text(f"UPDATE alembic_version SET version_num = '{LATER}'"))
    database.database().close()
    with pytest.raises(DataError, match=rf"更新版本.*格式 {LATER}.*请更新"):
        kept.load(made.id)


def as_before_owners_were_told(kept, id):
    """Have a project, and the database, be as the form before left them: the trail tells no owner and no link."""
    items = tuple(item for item in kept.trail(id)[0].items if item.path != ("", "owner"))
    with database.database().writing() as connection:
        connection.execute(sa.text("DELETE FROM changes WHERE project = :id"), {"id": id})
        at = "2026-11-27T08:00:00+00:00"
        head = trail.append(connection, id, 1, "", trail.Entry(at, "张三", "create", items))
        connection.execute(
            sa.text(
                "UPDATE projects SET revision = 1, head = :head, created_by = '张三', changed_by = '张三',"
                " created_at = :at, changed_at = :at WHERE id = :id"
            ),
            {"head": head, "at": at, "id": id},
        )
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '0002'"))
        if connection.dialect.name == "sqlite":
            connection.execute(sa.text("PRAGMA user_version = 2"))
    database.database().close()


def test_an_owner_and_links_of_the_form_before_enter_the_trail_once(kept):
    owner = open_store(Person("张三", "zhang@office.example", "planner"))
    told, alone = owner.create("方案", Project(), who="张三"), kept.create("另一", Project(), who="李四")
    word = owner.make_link(told.id, who="张三")
    as_before_owners_were_told(kept, told.id)
    assert kept.verify() == []
    added = kept.trail(told.id)[-1]
    assert (added.revision, added.who, [item.path[1] for item in added.items]) == (2, "mixplan", ["owner", "links"])
    assert "升级时补记" in added.note
    assert kept.linked(word) == told.id and kept.load(told.id).revision == 2
    assert kept.load(alone.id).revision == 1, "where there is nothing to tell nothing is added"


def test_a_spoilt_trail_does_not_stand_in_the_way_of_a_step(kept):
    made = open_store(Person("张三", "zhang@office.example", "planner")).create("方案", Project(), who="张三")
    as_before_owners_were_told(kept, made.id)
    with database.database().engine.begin() as connection:
        connection.execute(sa.text("UPDATE changes SET items = '[1'"))
    database.database().close()
    assert [fault.project for fault in kept.verify()][:1] == [made.id]


def test_the_last_form_is_the_last_step():
    steps = (Path(upgrade.__file__).parent / "migrations" / "versions").glob("v*.py")
    assert sorted(step.name[1:5] for step in steps) == list(upgrade.FORMS)
