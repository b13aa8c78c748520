"""Projects, their trail, the files and results that they refer to, and who works on them."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables; what was entered before stays untouched."""
    op.create_table(
        "projects",
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
    op.create_table(
        "records",
        sa.Column("project", sa.Text, sa.ForeignKey("projects.id"), primary_key=True),
        sa.Column("record", sa.Text, nullable=False),
    )
    op.create_table(
        "changes",
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
    op.create_table(
        "contents",
        sa.Column("hash", sa.Text, primary_key=True),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("put_at", sa.Text, nullable=False),
    )
    op.create_table(
        "project_contents",
        sa.Column("project", sa.Text, sa.ForeignKey("projects.id"), primary_key=True),
        sa.Column("hash", sa.Text, sa.ForeignKey("contents.hash"), primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("media", sa.Text, nullable=False),
    )
    _people_and_links()
    # A former release knows a file by this number alone, and refuses one that is newer in words of its own.
    if op.get_bind().dialect.name == "sqlite":
        op.execute("PRAGMA user_version = 2")


def _people_and_links() -> None:
    op.create_table(
        "people",
        sa.Column("planner", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("project", sa.Text, nullable=False),
    )
    op.create_table(
        "links",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("project", sa.Text, sa.ForeignKey("projects.id"), nullable=False),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.Column("made_at", sa.Text, nullable=False),
        sa.Column("ended_by", sa.Text, nullable=False),
        sa.Column("ended_at", sa.Text, nullable=False),
    )
