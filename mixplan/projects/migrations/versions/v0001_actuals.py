"""The first landed form: the table of actuals alone.

A file of that release has the table and no number of Alembic's; it is taken as it is.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the table where there is none."""
    if sa.inspect(op.get_bind()).has_table("actuals"):
        return
    op.create_table(
        "actuals",
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
        sqlite_autoincrement=True,
    )
