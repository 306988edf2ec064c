"""Which unit gets a case, and why."""

from tongban.kernel.routing.route import Routed, may_hold, offers, owner_of, route

__all__ = ["Routed", "may_hold", "offers", "owner_of", "route"]
