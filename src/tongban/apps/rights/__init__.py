"""Who may do what besides taking steps: one declared table that every door and every use case asks."""

from tongban.apps.rights.deciding import let_in, may, may_as, roles_of
from tongban.apps.rights.table import ACTS, ADMINISTRATOR, Act, By, Grant

__all__ = ["ACTS", "ADMINISTRATOR", "Act", "By", "Grant", "let_in", "may", "may_as", "roles_of"]
