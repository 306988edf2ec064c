"""Every table and nothing but tables: the ledger, what is derived from it, registers, the identity store.

``journal`` loads cases and appends to the ledger, each in one round trip. ``models`` describes the
tables; everything but the hot path may read them through Django.
"""
