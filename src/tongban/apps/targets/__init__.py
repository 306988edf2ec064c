"""Targets: what was planned, what is, what is to be expected; and misses that were said in time."""
