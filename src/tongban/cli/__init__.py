"""``tongban``: everything an administrator does at a shell. See ``tongban --help``."""
