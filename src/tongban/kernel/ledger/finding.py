"""What a verification found: one fault of the ledger, named."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from tongban.kernel.refusal import Refused
from tongban.kernel.value import Value


class Finding(Struct, frozen=True):
    """One fault: a fixed code (``ledger.changed``), the chain and the place in it, and the facts.

    ``chain`` is "" and ``seq`` 0 when the fault is about a checkpoint, a receipt or a tree and not
    about one entry. The words of a code stand with those of the refusals.
    """

    code: str
    chain: str = ""
    seq: int = 0
    facts: Mapping[str, Value] = field(default_factory=dict)

    def refusal(self) -> Refused:
        """The same as a refusal, so that one table of words serves both."""
        where = f"{self.chain}#{self.seq}" if self.seq else self.chain
        return Refused(self.code, where, self.facts)

    @staticmethod
    def of(refused: Refused, chain: str = "", seq: int = 0) -> Finding:
        return Finding(refused.code, chain, seq, refused.facts)
