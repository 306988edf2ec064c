"""What makes the system take a step, beside a clock's ladder."""

from __future__ import annotations

from enum import StrEnum


class Trigger(StrEnum):
    """What makes the system take a step, beside a clock's ladder."""

    NONE = ""
    SUBCASE_SETTLED = "subcase_settled"
    """each of its subcases that settles, with what that one says"""
    SUBCASES_SETTLED = "subcases_settled"
    JOINED_SETTLED = "joined_settled"
    PARENT_SETTLED = "parent_settled"
    SETTLED_ELSEWHERE = "settled_elsewhere"
    """a case of a practice that this one hears of: the step opens a case about it"""
    TOLD = "told"
    """a signed message of another county that the step is for"""
    SIGN_FOUND = "sign_found"
    """the office's own job found in several cases what one alone does not show; the step's ``finds`` say what it looks for"""
    SERVED = "served"
    """a notice of this case, which the step names, was served: it was delivered, or handed over on paper"""
    ROW_WRITTEN = "row_written"
    """another case wrote the row of a register that this one is about, which the step names; its conditions say whether that matters"""
    SEEN = "seen"
    """somebody who may take the step looks at the case: it is theirs, and asks nothing"""
