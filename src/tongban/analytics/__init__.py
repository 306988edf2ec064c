"""Indicators over the ledger: written once, counted by a small engine or by a cluster, to the same last digit."""
