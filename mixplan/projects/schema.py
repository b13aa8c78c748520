"""The tables of the database, as today's release writes them; `mixplan.projects.migrations` leads there."""

import sqlalchemy as sa

metadata = sa.MetaData()

actuals = sa.Table(
    "actuals",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("indicator", sa.Text, nullable=False),
    sa.Column("year", sa.Integer, nullable=False),
    sa.Column("district", sa.Text, nullable=False, server_default=""),
    sa.Column("value", sa.Double, nullable=False),
    sa.Column("unit", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("note", sa.Text, nullable=False, server_default=""),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("entered_at", sa.Text, nullable=False),
    sa.Column("withdrawn_by", sa.Text, nullable=False, server_default=""),
    sa.Column("withdrawn_at", sa.Text, nullable=False, server_default=""),
)
"""Annual actuals that planners enter."""

projects = sa.Table(
    "projects",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("head", sa.Text, nullable=False),
    sa.Column("created_at", sa.Text, nullable=False),
    sa.Column("created_by", sa.Text, nullable=False),
    sa.Column("changed_at", sa.Text, nullable=False),
    sa.Column("changed_by", sa.Text, nullable=False),
    sa.Column("views", sa.Text, nullable=False),
    sa.Column("figures", sa.Text, nullable=False),
    sa.Column("thumbnail", sa.LargeBinary),
    sa.Column("owner", sa.Text, nullable=False, server_default=""),
    sa.Column("private", sa.Boolean, nullable=False, server_default=sa.false()),
)
"""Each project by what is told of it: ``head`` is the hash of its last change, ``views`` what its pages showed last,
``owner`` the login of whoever made it (empty without a login), ``private`` whether they alone may read it."""

records = sa.Table(
    "records",
    metadata,
    sa.Column("project", sa.Text, sa.ForeignKey("projects.id"), primary_key=True),
    sa.Column("record", sa.Text, nullable=False),
)
"""Each project as it stands, apart from what changes more often and is much shorter."""

changes = sa.Table(
    "changes",
    metadata,
    sa.Column("project", sa.Text, sa.ForeignKey("projects.id"), primary_key=True),
    sa.Column("revision", sa.Integer, primary_key=True),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("of", sa.Integer),
    sa.Column("items", sa.Text, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
)
"""The trail: every change of every project, of which nothing is ever altered."""

contents = sa.Table(
    "contents",
    metadata,
    sa.Column("hash", sa.Text, primary_key=True),
    sa.Column("content", sa.LargeBinary, nullable=False),
    sa.Column("put_at", sa.Text, nullable=False),
)
"""Files and results under their SHA-256, each kept once."""

project_contents = sa.Table(
    "project_contents",
    metadata,
    sa.Column("project", sa.Text, sa.ForeignKey("projects.id"), primary_key=True),
    sa.Column("hash", sa.Text, sa.ForeignKey("contents.hash"), primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("media", sa.Text, nullable=False),
)
"""Which project may read which content, and what it is called there."""

people = sa.Table(
    "people",
    metadata,
    sa.Column("planner", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("project", sa.Text, nullable=False),
)
"""Planners by the hash of the name that their browser keeps: what they are called, and what they had open last."""

links = sa.Table(
    "links",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("project", sa.Text, sa.ForeignKey("projects.id"), nullable=False),
    sa.Column("made_by", sa.Text, nullable=False),
    sa.Column("made_at", sa.Text, nullable=False),
    sa.Column("ended_by", sa.Text, nullable=False),
    sa.Column("ended_at", sa.Text, nullable=False),
)
"""Links by which others look at one project; ``id`` is the hash of the word in the link."""
