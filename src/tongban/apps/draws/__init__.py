"""Lots: committed to before, drawn by the month's seed, shown to everybody afterwards."""
