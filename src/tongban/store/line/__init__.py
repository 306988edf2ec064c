"""The line to the database, as Django asks for it."""
