"""Who may do what: along the tree of units, and along the tree of cases by mandate."""

from tongban.kernel.authority.authorise import apart, authorise, reaches

__all__ = ["apart", "authorise", "reaches"]
