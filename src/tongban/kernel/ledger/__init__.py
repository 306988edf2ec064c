"""The ledger's mathematics: canonical text, seals, the Merkle tree, checkpoints and receipts.

Everything here is a pure function of its arguments. Each case has its own hash chain; a checkpoint
gathers new seals of all chains into one RFC 9162 tree and signs its head; a receipt lets a resident
prove offline that an entry stands in it.

Functions that build or read a single value raise ``RefusedError`` (they are called deep inside one
transaction, which must roll back); functions that judge something brought from outside return
``Refused`` or yield ``Finding`` and never raise.
"""
