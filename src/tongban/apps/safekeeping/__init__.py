"""Keeping all of an office twice, and having it back: the database with its log, the files, and the keys apart from both."""
