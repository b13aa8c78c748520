"""Run the steps on the connection that `mixplan.projects.upgrade` hands over, within its transaction."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], transaction_per_migration=False)
context.run_migrations()
