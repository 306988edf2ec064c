"""Brought registers (登记册): loaded from a county's sheets, shown, and given out again."""
