"""The triggers by which a register's table moves the county's stamp, so that no process decides by what it was.

The name begins with ``_`` because this is no migration; its text may never change, since migrations that ran rest on it.
"""

_CHANGES = (("added", "INSERT", "NEW"), ("changed", "UPDATE", "NEW"), ("removed", "DELETE", "OLD"))


def stamped(table: str, function: str = "store_stamped") -> str:
    """SQL that calls ``function`` for each statement that adds, changes or removes rows of ``table``."""
    return "; ".join(
        f"""CREATE TRIGGER store_{name} AFTER {change} ON {table} REFERENCING {which} TABLE AS changed
        FOR EACH STATEMENT EXECUTE FUNCTION {function}()"""
        for name, change, which in _CHANGES
    )


def not_stamped(table: str) -> str:
    """SQL that takes these triggers away."""
    return "; ".join(f"DROP TRIGGER store_{name} ON {table}" for name, _, _ in _CHANGES)
