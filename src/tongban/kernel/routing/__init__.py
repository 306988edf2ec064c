"""Which unit gets a case, and why."""

from tongban.kernel.routing.route import Routed, may_hold, route

__all__ = ["Routed", "may_hold", "route"]
