"""Many steps at once, from rows: each through the same decision as on its page."""
