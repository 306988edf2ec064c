"""A day of a county, played against a running instance through its doors alone: nothing here knows its database."""
