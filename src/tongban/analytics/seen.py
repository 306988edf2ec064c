"""A case as an indicator sees it: the kernel's own, under the name by which rows are made of it."""

from tongban.kernel.procedure.seen import Seen, counted_at, time_left

__all__ = ["Seen", "counted_at", "time_left"]
