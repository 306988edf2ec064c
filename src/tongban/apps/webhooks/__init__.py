"""Other systems are told what happens: who is told what, written from the ledger, signed, sent until it is received."""
