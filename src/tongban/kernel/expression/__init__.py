"""Guards, conditions and counts written in CEL (Common Expression Language).

An expression is checked whole before it may be installed: every name is known, every type fits, and
a proof by ranges shows that it cannot fail at run time. What cannot be proved is refused, with the
reason. See ``proof`` for the rules and ``kind`` for what values may be bound.
"""

from tongban.kernel.expression.compiling import MAX_SOURCE, Expression, compile_expression
from tongban.kernel.expression.kind import Kind

__all__ = ["MAX_SOURCE", "Expression", "Kind", "compile_expression"]
