"""tongban 通办: a county's promises as closed loops, with the proof of how they were kept."""

__version__ = "0.2.0.dev0"
