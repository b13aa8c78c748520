"""Steps from one form of the database to the next; a step, once released, is never changed."""
